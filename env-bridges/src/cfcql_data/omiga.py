"""OMIGA's flat HDF5 files: ``s``, ``o``, ``a``, ``r``, ``d``, one row per step of all agents.

``o`` [M, n, O], ``a`` [M, n, D], ``s`` [M, n, S] or [M, S], ``r`` and ``d`` [M], [M, 1] or the same
per agent. Row i + 1 is the successor of row i unless ``d`` of row i is set; then it is unknown.
"""

from __future__ import annotations

import re

import numpy as np

from cfcql_data import flat
from cfcql_data.arrays import Hdf5File, Parts
from cfcql_data.errors import RefusedError
from cfcql_data.numbers import first_not_finite, single
from cfcql_data.request import END, Request
from cfcql_data.rows import Task

MAMUJOCO_LIMIT = 1000
KEYS = ("s", "o", "a", "r", "d")
NAME = re.compile(
    r"(?P<body>[A-Za-z]+\d?[A-Za-z]*)-v\d+-(?P<parts>[\w|]+)-"
    r"(?P<kind>random|medium-replay|medium-expert|medium|expert)\.(?:h5|hdf5)"
)


class Omiga:
    """A file of this layout."""

    def __init__(self, request: Request, source: Hdf5File | Parts):
        self.request = request
        self.source = source
        self.path = request.source
        keys = source.keys()
        self.arrays = {key: source.array(key) for key in KEYS if key in keys}
        missing = [key for key in ("o", "a", "r", "d") if key not in self.arrays]
        if missing:
            raise RefusedError(
                f"{self.path}: expected the arrays s, o, a, r and d, found only {', '.join(keys)}; "
                "see docs/datasets.md for the layouts"
            )
        self._require_shapes()
        name = NAME.fullmatch(self.path.name)
        told = f"mamujoco/{name['body'].lower()}-{name['parts']}" if name else None
        example = "Ant-v2-2x4-expert.hdf5"
        self.environment = request.required_environment(told, example)
        self.kind = request.required_kind(name["kind"] if name else None, example)
        self.separate_next = False
        self.flags = self._flags()
        self.limit, self.lasts = self._limit()
        self.ends = flat.kinds_of_ends(
            request, self.lasts, self.flags, self.limit, False, self._rule()
        )
        self.per_agent = self._rewards_differ()
        self.state_kind = self._state_kind()
        self.task = self._task()
        request.note("layout", "OMIGA's flat rows")
        request.note("environment", "as published; not checked against a fingerprint")
        request.note("final observations", "not stored by the source")
        ignored = [key for key in keys if key not in KEYS]
        if ignored:
            request.note("ignored arrays", ", ".join(ignored))
            request.say("arrays of the source that were ignored: " + ", ".join(ignored))

    def _require_shapes(self) -> None:
        seen = self.arrays["o"].shape
        if len(seen) != 3 or len(self.arrays["a"].shape) != 3 or 0 in seen:
            raise RefusedError(
                f"{self.path}: expected 'o' and 'a' of shape [row, agent, number], found "
                f"{list(seen)} and {list(self.arrays['a'].shape)}; see docs/datasets.md"
            )
        self.rows, self.agents, self.observation = seen
        for key, array in self.arrays.items():
            shape = array.shape
            agents = len(shape) < 3 or shape[1] == self.agents
            flags = key in "rd" and int(np.prod(shape[1:])) not in (1, self.agents)
            if shape[0] != self.rows or not agents or flags or len(shape) > 3:
                raise RefusedError(
                    f"{self.path}: expected '{key}' to have {self.rows} rows of {self.agents} "
                    f"agents as 'o', found shape {list(shape)}; the arrays are of different data"
                )

    def _per_agent(self, key: str, start: int, stop: int) -> np.ndarray:
        values = self.arrays[key].read(start, stop).reshape(stop - start, -1)
        return np.broadcast_to(values, (stop - start, self.agents))

    def _ranges(self, *keys: str):
        row_bytes = sum(self.arrays[key].row_bytes for key in keys)
        return flat.ranges(self.rows, row_bytes, self.request.block_bytes)

    def _flags(self) -> np.ndarray:
        flags = np.empty(self.rows, bool)
        for start, stop in self._ranges("d"):
            values = self._per_agent("d", start, stop)
            wrong = np.argwhere((values != values[:, :1]) | ((values != 0) & (values != 1)))
            if len(wrong):
                row, agent = wrong[0]
                raise RefusedError(
                    f"{self.path}: expected 0 or 1 in 'd' and the same for all agents, found "
                    f"{values[row, 0]} and {values[row, agent]} in row {start + row}; nothing was "
                    "imported"
                )
            flags[start:stop] = values[:, 0] != 0
        return flags

    def _limit(self) -> tuple[int, np.ndarray]:
        said = self.request.episode_limit
        borders = np.flatnonzero(self.flags)
        if said is None and len(borders) == 0:
            raise RefusedError(
                f"{self.path}: expected a 1 in 'd' where an episode ends, found none in "
                f"{self.rows} rows; say --episode-limit if all episodes have as many steps"
            )
        longest = int(flat.lengths_of(borders).max()) if len(borders) else 0
        if said is not None and longest > said and longest % said != 0:
            raise RefusedError(
                f"{self.path}: expected done flags within the episode limit of {said} steps, found "
                f"two {longest} steps apart; say --episode-limit {longest} or leave it out"
            )
        rest = self.rows - 1 - (int(borders[-1]) if len(borders) else -1)
        limit = said or self._limit_of_task(longest) or max(longest, rest)
        return limit, flat.cut_at(self.flags, limit)

    def _limit_of_task(self, longest: int) -> int | None:
        if not self.environment.startswith("mamujoco/"):
            return None
        if longest > MAMUJOCO_LIMIT and longest % MAMUJOCO_LIMIT != 0:
            raise RefusedError(
                f"{self.path}: expected done flags within the episode limit of {self.environment}, "
                f"which is {MAMUJOCO_LIMIT} steps, found two {longest} steps apart; say "
                f"--episode-limit {longest} if episodes of this copy are so long"
            )
        return MAMUJOCO_LIMIT

    def _rule(self) -> str | None:
        """Ends at a limit that only the data tell are the limit if all are so far apart."""
        if self.request.episode_limit or self.environment.startswith("mamujoco/"):
            return None
        apart = flat.lengths_of(np.flatnonzero(self.flags))
        return None if len(apart) > 1 and (apart == apart[0]).all() else END

    def _rewards_differ(self) -> bool:
        return not all(
            flat.equal_per_agent(self._per_agent("r", start, stop))
            for start, stop in self._ranges("r")
        )

    def _state_kind(self) -> str:
        """``none``, ``team`` (one for all agents) or ``agents`` (each agent has its own)."""
        if "s" not in self.arrays:
            return "none"
        if len(self.arrays["s"].shape) < 3:
            return "team"
        for start, stop in self._ranges("s"):
            values = self.arrays["s"].read(start, stop)
            if (values != values[:, :1]).any():
                return "agents"
        return "team"

    def _task(self) -> Task:
        state = self.agents * self.observation
        if self.state_kind != "none":
            state = self.arrays["s"].shape[-1] * (self.agents if self.state_kind == "agents" else 1)
        if self.state_kind == "agents":
            self.request.say("each agent has a state of its own: they are joined side by side")
        return Task(
            environment=self.environment,
            agents=tuple(f"agent_{agent}" for agent in range(self.agents)),
            observation=self.observation,
            state=state,
            state_is_observations=self.state_kind == "none",
            actions=self.arrays["a"].shape[2],
            low=-1.0,
            high=1.0,
            masked=False,
            limit=self.limit,
            timeout=self.ends.timeout,
            per_agent=self.per_agent,
            reduction="mean" if self.per_agent else "team",
        )

    def _finite(self, key: str, start: int, stop: int) -> np.ndarray:
        values = single(self.arrays[key].read(start, stop))
        found = first_not_finite(values)
        if found is not None:
            raise RefusedError(
                f"{self.path}: expected finite numbers in '{key}' row {start + found[0]}, found "
                f"{values[found]}; nothing was imported"
            )
        return values

    def _state(self, start: int, stop: int) -> np.ndarray:
        values = self._finite("s", start, stop)
        if values.ndim == 3 and self.state_kind == "team":
            return values[:, 0]
        return values.reshape(stop - start, -1)

    def _rewards(self, start: int, stop: int) -> np.ndarray:
        values = self._finite("r", start, stop).reshape(stop - start, -1)
        return values if self.per_agent else values[:, 0]

    def blocks(self):
        """Rows of some episodes after the others."""
        columns = flat.Columns(
            observations=lambda start, stop: self._finite("o", start, stop),
            actions=lambda start, stop: self._finite("a", start, stop),
            rewards=self._rewards,
            state=None if self.state_kind == "none" else self._state,
            row_bytes=sum(array.row_bytes for array in self.arrays.values()),
        )
        yield from flat.blocks(columns, self.ends, self.request.block_bytes, False)

    def close(self) -> None:
        """Close the source."""
        self.source.close()
