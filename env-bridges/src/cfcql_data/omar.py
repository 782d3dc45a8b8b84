"""OMAR's layout: ``obs_i``, ``acs_i``, ``rews_i``, ``next_obs_i``, ``dones_i`` of each agent i.

HalfCheetah also has ``states_i`` and ``next_states_i``. An episode ends at a done flag, at the
task's limit or with the data. Files of further agents (the prey) are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cfcql_data import flat
from cfcql_data.arrays import NpyArray
from cfcql_data.errors import RefusedError, one_line
from cfcql_data.numbers import first_not_finite, single
from cfcql_data.request import Request
from cfcql_data.rows import Task


@dataclass(frozen=True)
class Known:
    """What the name of a task means here."""

    folder: str
    environment: str
    agents: tuple[str, ...]
    limit: int


PREDATORS = ("adversary_0", "adversary_1", "adversary_2")
KNOWN = (
    Known("simple_spread", "mpe/simple_spread", ("agent_0", "agent_1", "agent_2"), 25),
    Known("simple_tag", "mpe/simple_tag", PREDATORS, 25),
    Known("simple_world", "mpe/simple_world", PREDATORS, 25),
    Known("HalfCheetah-v2", "mamujoco/halfcheetah-2x3", ("agent_0", "agent_1"), 1000),
)
ALIASES = {"2halfcheetah": "HalfCheetah-v2"}


def known(name: str | None) -> Known | None:
    """The task of a folder's name or of one of our ids."""
    name = ALIASES.get(name, name)
    return next((task for task in KNOWN if name in (task.folder, task.environment)), None)


def looks_like(folder: Path) -> bool:
    """Whether a folder holds this layout."""
    return (folder / "obs_0.npy").exists()


class Omar:
    """A folder of this layout."""

    def __init__(self, request: Request):
        self.request = request
        self.folder = request.source
        agents = 0
        while (self.folder / f"obs_{agents}.npy").exists():
            agents += 1
        if agents == 0:
            found = "no such folder"
            if self.folder.exists():
                found = "no such file" if self.folder.is_dir() else "a file and no folder"
            raise RefusedError(
                f"{self.folder}: expected OMAR's layout with obs_0.npy, found {found}; leave "
                "--format out where another layout may be meant"
            )
        path = self.folder.absolute()
        self.known = self._known(path, agents)
        self.kind = request.required_kind(path.parent.name, "TASK/KIND/seed_K_data")
        self.limit = request.episode_limit or self.known.limit
        self._open(len(self.known.agents))
        self.flags = self._flags()
        self._require_ends_within_limit()
        self.lasts = flat.cut_at(self.flags, self.limit)
        self.separate_next = self._next_is_elsewhere()
        self._require_limit_cuts()
        self.ends = flat.kinds_of_ends(request, self.lasts, self.flags, self.limit, True, None)
        self.task = self._task()
        request.note("layout", "OMAR .npy")
        request.note("environment", "as published; not checked against a fingerprint")

    def _known(self, path: Path, agents: int) -> Known:
        request = self.request
        name = request.environment or path.parent.parent.name
        found = known(name)
        if found:
            return found
        if request.environment is None or request.episode_limit is None:
            names = ", ".join(task.folder for task in KNOWN)
            raise RefusedError(
                f"{self.folder}: expected a task among {names}, found '{one_line(name)}'; say "
                "--env and --episode-limit"
            )
        names = tuple(f"agent_{agent}" for agent in range(agents))
        return Known(name, name, names, request.episode_limit)

    def _open(self, agents: int) -> None:
        self.files = {
            name: [NpyArray(self.folder / f"{name}_{agent}.npy") for agent in range(agents)]
            for name in ("obs", "next_obs", "acs", "rews", "dones")
        }
        self.has_state = (self.folder / "states_0.npy").exists()
        if self.has_state:
            for name in ("states", "next_states"):
                self.files[name] = [NpyArray(self.folder / f"{name}_0.npy")]
        self.rows = self.files["obs"][0].shape[0]
        if self.rows == 0:
            raise RefusedError(f"{self.folder}: expected rows, found obs_0.npy without any")
        widths = {name: _width(files[0]) for name, files in self.files.items()}
        widths |= {"next_obs": widths["obs"], "rews": 1, "dones": 1}
        if self.has_state:
            widths["next_states"] = widths["states"]
        self.widths = widths
        for name, files in self.files.items():
            for file in files:
                self._require_width(file, widths[name])

    def _require_width(self, file: NpyArray, width: int) -> None:
        if file.shape[0] != self.rows or _width(file) != width or len(file.shape) > 2:
            raise RefusedError(
                f"{file.where}: expected {self.rows} rows of {width} numbers as the other files "
                f"have, found shape {list(file.shape)}"
            )

    def _stacked(self, name: str, start: int, stop: int) -> np.ndarray:
        """``[row, agent, width]`` of all agents, as stored."""
        files = self.files[name]
        parts = [file.read(start, stop).reshape(stop - start, -1) for file in files]
        return np.stack(parts, axis=1)

    def _finite(self, name: str):
        def read(start: int, stop: int) -> np.ndarray:
            values = single(self._stacked(name, start, stop))
            found = first_not_finite(values)
            if found is not None:
                raise RefusedError(
                    f"{self.files[name][found[1]].where} row {start + found[0]}: expected finite "
                    f"numbers, found {values[found]}; nothing was imported"
                )
            return values

        return read

    def _ranges(self, *names: str):
        row_bytes = sum(file.row_bytes for name in names for file in self.files[name])
        return flat.ranges(self.rows, row_bytes, self.request.block_bytes)

    def _flags(self) -> np.ndarray:
        flags = np.empty(self.rows, bool)
        for start, stop in self._ranges("dones"):
            values = self._stacked("dones", start, stop)[:, :, 0]
            wrong = np.argwhere((values != values[:, :1]) | ((values != 0) & (values != 1)))
            if len(wrong):
                row, agent = wrong[0]
                raise RefusedError(
                    f"{self.files['dones'][agent].where} row {start + row}: expected 0 or 1 and "
                    f"the same for all agents, found {values[row, 0]} and {values[row, agent]}"
                )
            flags[start:stop] = values[:, 0] != 0
        return flags

    def _require_ends_within_limit(self) -> None:
        """Flags equally far apart are the limit of whoever collected the data."""
        apart = flat.lengths_of(np.flatnonzero(self.flags))
        beyond = apart[(apart > self.limit) & (apart % self.limit != 0)]
        same = len(apart) > 1 and (apart == apart[0]).all() and apart[0] % self.limit != 0
        said = self.request.episode_limit is not None
        if same and (apart[0] > self.limit or not said):
            self._refuse_limit(
                f"all {len(apart)} of them {apart[0]} steps apart",
                apart[0],
                stays_possible=bool(apart[0] < self.limit),
            )
        if not said and len(beyond) > 1 and (beyond == beyond[0]).all():
            self._refuse_limit(
                f"{len(beyond)} of {len(apart)} of them {beyond[0]} steps apart", beyond[0]
            )

    def _require_limit_cuts(self) -> None:
        """Where the limit cuts without a flag, another episode begins, and is seen to begin."""
        cuts = self.lasts[:-1][~self.flags[self.lasts[:-1]]]
        if len(cuts) == 0 or not all(self._goes_on(int(row)) for row in cuts):
            return
        if self.request.episode_limit is not None or not self.flags.any():
            self.request.say(
                f"{len(cuts)} times an episode is cut by the limit of {self.limit} steps and the "
                "next row goes on where it ended; --episode-limit says another limit"
            )
        else:
            longest = int(
                flat.lengths_of(np.append(np.flatnonzero(self.flags), self.rows - 1)).max()
            )
            self._refuse_limit(
                f"that all {len(cuts)} episodes of this length go on with the next row, up to "
                f"{longest} steps without a flag",
                longest,
            )

    def _goes_on(self, row: int) -> bool:
        following = self._stacked("next_obs", row, row + 1)
        return np.array_equal(single(following), single(self._stacked("obs", row + 1, row + 2)))

    def _refuse_limit(self, found: str, length: int, stays_possible: bool = True) -> None:
        otherwise = f", or --episode-limit {self.limit} if they are not" if stays_possible else ""
        raise RefusedError(
            f"{self.folder}: expected done flags within the episode limit of "
            f"{self.known.environment}, which is {self.limit} steps, found {found}; say "
            f"--episode-limit {length} if episodes of this copy are so long{otherwise}"
        )

    def _next_is_elsewhere(self) -> bool:
        """Whether a next observation within an episode differs from the row after."""
        inner = np.ones(self.rows, bool)
        inner[self.lasts] = False
        pairs = [("next_obs", "obs")] + ([("next_states", "states")] if self.has_state else [])
        for following, current in pairs:
            for start, stop in self._ranges(following, current):
                end = min(stop + 1, self.rows)
                after = single(self._stacked(current, start, end))[1:]
                called = single(self._stacked(following, start, stop))[: len(after)]
                differs = (after != called).any(axis=(1, 2))
                if (differs & inner[start : start + len(after)]).any():
                    return True
        return False

    def _rewards_differ(self) -> bool:
        for start, stop in self._ranges("rews"):
            if not flat.equal_per_agent(self._stacked("rews", start, stop)[:, :, 0]):
                return True
        return False

    def _task(self) -> Task:
        agents = len(self.known.agents)
        per_agent = self._rewards_differ()
        state = self.widths["states"] if self.has_state else agents * self.widths["obs"]
        return Task(
            environment=self.known.environment,
            agents=self.known.agents,
            observation=self.widths["obs"],
            state=state,
            state_is_observations=not self.has_state,
            actions=self.widths["acs"],
            low=-1.0,
            high=1.0,
            masked=False,
            limit=self.limit,
            timeout=self.ends.timeout,
            per_agent=per_agent,
            reduction="mean" if per_agent else "team",
        )

    def blocks(self):
        """Rows of some episodes after the others."""
        rewards = self._finite("rews")

        def reward(start: int, stop: int) -> np.ndarray:
            values = rewards(start, stop)[:, :, 0]
            return values if self.task.per_agent else values[:, 0]

        def flattened(name: str):
            read = self._finite(name)
            return lambda start, stop: read(start, stop)[:, 0]

        columns = flat.Columns(
            observations=self._finite("obs"),
            next_observations=self._finite("next_obs"),
            actions=self._finite("acs"),
            rewards=reward,
            state=flattened("states") if self.has_state else None,
            next_state=flattened("next_states") if self.has_state else None,
            row_bytes=sum(file.row_bytes for files in self.files.values() for file in files),
        )
        yield from flat.blocks(columns, self.ends, self.request.block_bytes, self.separate_next)

    def close(self) -> None:
        """Files are mapped, not held."""


def _width(file: NpyArray) -> int:
    return int(np.prod(file.shape[1:]))
