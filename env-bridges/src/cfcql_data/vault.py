"""OG-MARL's vaults (Flashbax): ``NAME.vlt/UID``, arrays in Zarr format over OCDBT.

``observations`` [B, T, n, O], ``actions`` [B, T, n] or [B, T, n, D], ``rewards``, ``terminals`` and
``truncations`` [B, T, n], ``infos/state`` [B, T, S], ``infos/legals`` [B, T, n, A]: one time axis
over all episodes, of which the first ``vault_index`` places are filled. No final observation is
stored: the last step of an episode that did not terminate has an unknown successor. Each of the B
draws is a data set of its own.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import tensorstore

from cfcql_data import flat
from cfcql_data.errors import RefusedError, one_line
from cfcql_data.numbers import first_not_finite, require_real, single
from cfcql_data.omar import known
from cfcql_data.request import END, Request
from cfcql_data.rows import Task

KINDS = {"replay": "medium-replay"}
REQUIRED = ("observations", "actions", "rewards", "terminals", "truncations")


def looks_like(folder: Path) -> bool:
    """Whether a folder is a vault."""
    return (folder / "manifest.ocdbt").exists()


def uids(folder: Path) -> list[Path]:
    """The vaults inside a folder ``NAME.vlt``."""
    return sorted(inner for inner in folder.iterdir() if inner.is_dir() and looks_like(inner))


def store(folder: Path, key: str) -> dict:
    """Where an array of a vault lies."""
    return {
        "driver": "zarr",
        "kvstore": {
            "driver": "ocdbt",
            "base": {"driver": "file", "path": f"{folder.absolute()}/"},
            "path": key,
        },
        "recheck_cached_data": False,
    }


class Vault:
    """One draw of a vault."""

    def __init__(self, request: Request):
        self.request = request
        self.folder = request.source
        self.structure = self._structure()
        self.arrays = {key: self._open(key) for key in self.structure}
        self.draws = self._draws()
        self.draw = self._draw()
        self.rows = self._filled()
        self._require_shapes()
        self.separate_next = False
        self.discrete = self.arrays["actions"].rank == 3
        self._name()
        self.terminals, self.flags = self._ends()
        self.limit, self.lasts = self._limit()
        # The layout tells terminations and truncations apart, so that a flag is what it says.
        ended = self.terminals.copy()
        self.ends = flat.kinds_of_ends(request, self.lasts, ended, self.limit, False, END)
        self._unmark_cut()
        self.per_agent = self._rewards_differ()
        self.state_is_observations = self._state_is_observations()
        self.task = self._task()
        request.note("layout", "Flashbax vault")
        request.note("environment", "as published; not checked against a fingerprint")
        request.note("final observations", "not stored by the source")

    def _unmark_cut(self) -> None:
        """A last episode that is marked as truncated was not cut by the end of the data."""
        if self.flags[-1]:
            self.ends.truncated[-1] &= ~np.uint8(4)
            self.request.said[:] = [
                text for text in self.request.said if not text.startswith("the last episode stops")
            ]

    def _structure(self) -> list[str]:
        """Names of the arrays, those inside ``infos`` with a dot, from metadata.json."""
        path = self.folder / "metadata.json"
        if not looks_like(self.folder):
            raise RefusedError(
                f"{self.folder}: expected a vault NAME.vlt/UID with manifest.ocdbt, found none"
            )
        try:
            shapes = json.loads(path.read_text(encoding="utf-8"))["structure_shape"]
            keys = []
            for name, inner in shapes.items():
                nested = inner.items() if isinstance(inner, dict) else None
                keys += [f"{name}.{key}" for key, _ in nested] if nested else [str(name)]
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as bad:
            raise RefusedError(
                f"{path}: expected the metadata of a vault, found none or damaged ones; copy the "
                "vault again"
            ) from bad
        missing = [key for key in REQUIRED if key not in keys]
        if missing:
            raise RefusedError(
                f"{path}: expected the arrays {', '.join(REQUIRED)}, found only "
                f"{one_line(', '.join(sorted(keys)))}; see docs/datasets.md for the layouts"
            )
        wanted = (*REQUIRED, "infos.state", "infos.legals")
        ignored = sorted(set(keys) - set(wanted))
        if ignored:
            self.request.say("arrays of the source that were ignored: " + one_line(ignored))
            self.request.note("ignored arrays", one_line(", ".join(ignored)))
        return [key for key in wanted if key in keys]

    def _open(self, key: str):
        return self._reading(
            key, lambda: tensorstore.open(store(self.folder, f"{key}./"), read=True).result()
        )

    def _reading(self, key: str, read):
        try:
            return read()
        except Exception as damaged:
            raise RefusedError(
                f"{self.folder}: expected the array '{key}' as it was written, found a damaged one "
                f"({one_line(damaged)}); copy the vault again"
            ) from damaged

    def _draws(self) -> int:
        draws = {array.shape[0] for array in self.arrays.values() if array.rank}
        if len(draws) != 1 or min(draws) < 1:
            raise RefusedError(
                f"{self.folder}: expected arrays of the same number of draws, found {sorted(draws)}"
            )
        return int(draws.pop())

    def _draw(self) -> int:
        draw = self.request.draw
        if draw is None and self.draws > 1:
            raise RefusedError(
                f"{self.folder}: expected one draw of data, found {self.draws}, each a data set of "
                f"its own; say --draw 0 to {self.draws - 1}, or --draw all for a folder of them"
            )
        if draw is not None and not 0 <= draw < self.draws:
            raise RefusedError(
                f"{self.folder}: expected --draw from 0 to {self.draws - 1}, found {draw}"
            )
        return draw or 0

    def _filled(self) -> int:
        index = self._reading(
            "vault_index",
            lambda: (
                tensorstore.open(store(self.folder, "vault_index/"), read=True)
                .result()
                .read()
                .result()
            ),
        )
        rows = int(np.asarray(index).reshape(-1)[0]) if index.size else 0
        if rows < 1 or any(
            array.rank < 2 or array.shape[1] < rows for array in self.arrays.values()
        ):
            raise RefusedError(
                f"{self.folder}: expected vault_index to be at least 1 and within the arrays, "
                f"found {rows}; copy the vault again"
            )
        return rows

    def _require_shapes(self) -> None:
        seen = self.arrays["observations"].shape
        if len(seen) != 4 or self.arrays["actions"].rank not in (3, 4):
            raise RefusedError(
                f"{self.folder}: expected observations of shape [draw, time, agent, number] and "
                f"actions per agent, found {[*seen[:1], '...', *seen[2:]]} and rank "
                f"{self.arrays['actions'].rank}; agents must see equally many numbers"
            )
        self.agents, self.observation = int(seen[2]), int(seen[3])
        ranks = {"rewards": 3, "terminals": 3, "truncations": 3, "infos.state": 3}
        for key, array in self.arrays.items():
            require_real(f"{self.folder}: '{key}'", np.dtype(array.dtype.numpy_dtype))
            agents = key == "infos.state" or (array.rank > 2 and array.shape[2] == self.agents)
            wrong = array.rank != ranks.get(key, array.rank) or not agents
            if wrong or (key == "infos.legals" and array.rank != 4):
                raise RefusedError(
                    f"{self.folder}: expected '{key}' of {self.agents} agents, found rank "
                    f"{array.rank} and shape {list(array.shape[2:])} behind the time axis"
                )

    def _name(self) -> None:
        name = self.folder.absolute().parent.name.removesuffix(".vlt")
        task = known(self.request.environment or name)
        told = task.environment if task else None
        if told is None and self.discrete and "infos.legals" in self.arrays:
            told = f"smac/{name}"
        self.environment = (
            task.environment
            if task
            else self.request.required_environment(told, "simple_spread.vlt/Random")
        )
        self.known = task
        uid = self.folder.name.lower().replace("_", "-")
        self.kind = self.request.required_kind(KINDS.get(uid, uid), "simple_spread.vlt/Random")

    def _read(self, key: str, start: int, stop: int) -> np.ndarray:
        array = self.arrays[key]
        return self._reading(key, lambda: array[self.draw, start:stop].read().result())

    def _row_bytes(self, key: str) -> int:
        array = self.arrays[key]
        return array.dtype.numpy_dtype.itemsize * int(np.prod(array.shape[2:]))

    def _ranges(self, *keys: str):
        row_bytes = sum(self._row_bytes(key) for key in keys)
        return flat.ranges(self.rows, row_bytes, self.request.block_bytes)

    def _ends(self) -> tuple[np.ndarray, np.ndarray]:
        """Whether each step terminated for all agents, and whether it ended at all."""
        terminals = np.empty(self.rows, bool)
        flags = np.empty(self.rows, bool)
        for start, stop in self._ranges("terminals", "truncations"):
            terminal = self._flag("terminals", start, stop)
            truncation = self._flag("truncations", start, stop)
            terminals[start:stop] = terminal.all(axis=1)
            flags[start:stop] = (terminal | truncation).all(axis=1)
        return terminals, flags

    def _flag(self, key: str, start: int, stop: int) -> np.ndarray:
        values = self._read(key, start, stop)
        wrong = np.argwhere((values != 0) & (values != 1))
        if len(wrong):
            row, agent = wrong[0]
            raise RefusedError(
                f"{self.folder}: expected 0 or 1 in '{key}' of step {start + row}, found "
                f"{values[row, agent]}; nothing was imported"
            )
        return values != 0

    def _limit(self) -> tuple[int, np.ndarray]:
        lasts = np.flatnonzero(self.flags)
        if len(lasts) == 0:
            raise RefusedError(
                f"{self.folder}: expected a terminal or a truncation where an episode ends, found "
                f"none in {self.rows} steps; nothing was imported"
            )
        if lasts[-1] != self.rows - 1:
            lasts = np.append(lasts, self.rows - 1)
        lengths = flat.lengths_of(lasts)
        longest = int(lengths.max())
        limit = self.request.episode_limit or (self.known.limit if self.known else longest)
        if longest > limit:
            raise RefusedError(
                f"{self.folder}: expected episodes within the episode limit of {limit} steps, "
                f"found {int((lengths > limit).sum())} of {len(lengths)} longer ones, up to "
                f"{longest} steps; say --episode-limit {longest} if episodes are so long"
            )
        return limit, lasts

    def _rewards_differ(self) -> bool:
        return not all(
            flat.equal_per_agent(self._read("rewards", start, stop))
            for start, stop in self._ranges("rewards")
        )

    def _state_is_observations(self) -> bool:
        if "infos.state" not in self.arrays:
            return True
        if self.arrays["infos.state"].shape[2] != self.agents * self.observation:
            return False
        return all(
            flat.side_by_side(
                self._read("observations", start, stop), self._read("infos.state", start, stop)
            )
            for start, stop in self._ranges("observations", "infos.state")
        )

    def _task(self) -> Task:
        masked = "infos.legals" in self.arrays
        actions = self.arrays["actions"].shape[-1]
        if self.discrete:
            actions = self.arrays["infos.legals"].shape[-1] if masked else self._most_actions()
        named = self.known and len(self.known.agents) == self.agents
        names = tuple(f"agent_{agent}" for agent in range(self.agents))
        state = self.agents * self.observation
        if not self.state_is_observations:
            state = int(self.arrays["infos.state"].shape[2])
        return Task(
            environment=self.environment,
            agents=self.known.agents if named else names,
            observation=self.observation,
            state=state,
            state_is_observations=self.state_is_observations,
            actions=int(actions),
            low=None if self.discrete else -1.0,
            high=None if self.discrete else 1.0,
            masked=masked and self.discrete,
            limit=self.limit,
            timeout=self.ends.timeout,
            per_agent=self.per_agent,
            reduction="mean" if self.per_agent else "team",
        )

    def _most_actions(self) -> int:
        ranges = self._ranges("actions")
        return 1 + max(int(self._read("actions", start, stop).max()) for start, stop in ranges)

    def _finite(self, key: str):
        def read(start: int, stop: int) -> np.ndarray:
            values = single(self._read(key, start, stop))
            found = first_not_finite(values)
            if found is not None:
                raise RefusedError(
                    f"{self.folder}: expected finite numbers in '{key}' of step "
                    f"{start + found[0]}, found {values[found]}; nothing was imported"
                )
            return values

        return read

    def _available(self, start: int, stop: int) -> np.ndarray:
        values = self._read("infos.legals", start, stop)
        wrong = np.argwhere((values != 0) & (values != 1))
        if len(wrong):
            at = tuple(wrong[0])
            raise RefusedError(
                f"{self.folder}: expected 0 or 1 in 'infos.legals' of step {start + at[0]}, found "
                f"{values[at]}; nothing was imported"
            )
        return values.astype(np.uint8)

    def _choices(self, start: int, stop: int) -> np.ndarray:
        values = self._read("actions", start, stop)
        count = self.task.actions
        wrong = np.argwhere(~((values >= 0) & (values < count) & (values == np.rint(values))))
        if len(wrong):
            at = tuple(wrong[0])
            raise RefusedError(
                f"{self.folder}: expected actions from 0 to {count - 1} in step {start + at[0]}, "
                f"found {values[at]}; nothing was imported"
            )
        chosen = values.astype(np.int32)
        if self.task.masked:
            available = self._available(start, stop)
            possible = np.take_along_axis(available, chosen[..., None], axis=-1)[..., 0]
            forbidden = np.argwhere(possible == 0)
            if len(forbidden):
                row, agent = forbidden[0]
                raise RefusedError(
                    f"{self.folder}: expected available actions in step {start + row}, found action"
                    f" {chosen[row, agent]} of agent {agent}, which 'infos.legals' forbids; nothing"
                    " was imported"
                )
        return chosen

    def blocks(self):
        """Rows of some episodes after the others."""
        rewards = self._finite("rewards")
        columns = flat.Columns(
            observations=self._finite("observations"),
            actions=self._choices if self.discrete else self._finite("actions"),
            rewards=rewards if self.per_agent else lambda low, high: rewards(low, high)[:, 0],
            state=None if self.state_is_observations else self._finite("infos.state"),
            available=self._available if self.task.masked else None,
            row_bytes=sum(self._row_bytes(key) for key in self.arrays),
        )
        yield from flat.blocks(columns, self.ends, self.request.block_bytes, False)

    def close(self) -> None:
        """Nothing is held."""
