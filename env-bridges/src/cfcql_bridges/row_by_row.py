"""Serves rows one after the other: the arrays of the worker around `rows.Row`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cfcql_bridges.environment import Array, Description
from cfcql_bridges.options import Scalar
from cfcql_bridges.places import TOTALS_LAYOUT
from cfcql_bridges.protocol import DTYPES
from cfcql_bridges.registry import find
from cfcql_bridges.rows import Box, Row, Seen, Task
from cfcql_bridges.team import EpisodeTotals, frames, label

AVAILABLE = Seen._fields.index("available")
TOTALS_BYTES = sum(item.nbytes for item in TOTALS_LAYOUT)


class RowByRow:
    """What the worker serves: the rows one after the other."""

    def __init__(self, description: Description, task: Task, rows: Sequence[Row]):
        self.description = description
        self._task = task
        self._rows = rows
        self._totals = EpisodeTotals(len(rows))
        self._seen = [
            np.ones((len(rows), *description.array(name).shape), _dtype(name))
            for name in description.reset_frames
        ]
        fields = ("observations", "state", "available_actions")  # in the order of `Seen`
        self._places = [
            (array, fields.index(name))
            for array, name in zip(self._seen, description.reset_frames, strict=True)
        ]
        self._rewards = np.zeros(len(rows))
        self._terminated = np.zeros(len(rows), np.uint8)
        self._info = {name: np.zeros(len(rows)) for name in task.info}

    def reset(self, mask: np.ndarray, seeds: np.ndarray) -> Sequence[np.ndarray]:
        """New episodes in the rows of ``mask``."""
        for row in np.flatnonzero(mask).tolist():
            self._see(row, self._rows[row].reset(int(seeds[row])))
        self._totals.begin(mask)
        return self._seen

    def step(self, actions: np.ndarray, active: np.ndarray) -> Sequence[np.ndarray]:
        """The arrays of ``step_frames`` after one step of the active rows."""
        for row in np.flatnonzero(active).tolist():
            seen, self._rewards[row], self._terminated[row], info = self._rows[row].step(
                actions[row]
            )
            self._see(row, seen)
            for name, values in self._info.items():
                values[row] = info[name]
        self._totals.add(self._rewards, active)
        over = self._totals.steps >= self.description.episode_limit
        return [
            *self._seen,
            self._rewards,
            self._terminated,
            over & (self._terminated == 0),
            *self._info.values(),
            self._totals.returns,
            self._totals.steps,
        ]

    def get_state(self) -> list[bytes]:
        """Per row steps and return so far, then the bytes of the row."""
        totals = zip(self._totals.steps, self._totals.returns, strict=True)
        return [
            b"".join(
                np.asarray(value).astype(DTYPES[item.dtype]).tobytes()
                for value, item in zip(total, TOTALS_LAYOUT, strict=True)
            )
            + row.get_state()
            for total, row in zip(totals, self._rows, strict=True)
        ]

    def set_state(self, mask: np.ndarray, states: Sequence[bytes]) -> Sequence[np.ndarray]:
        """Put the rows of ``mask`` into states laid out as by `get_state`."""
        for row in np.flatnonzero(mask):
            start = 0
            for item, values in zip(
                TOTALS_LAYOUT, (self._totals.steps, self._totals.returns), strict=True
            ):
                values[row] = np.frombuffer(states[row], DTYPES[item.dtype], 1, start)[0]
                start += item.nbytes
            self._see(row, self._rows[row].set_state(states[row][TOTALS_BYTES:]))
        return self._seen

    def close(self) -> None:
        """Close the rows that have something to close."""
        for row in self._rows:
            end = getattr(row, "close", None)
            if end is not None:
                end()

    def _see(self, row: int, seen: Seen) -> None:
        for array, place in self._places:
            value = seen[place]
            if value is not None or place != AVAILABLE:
                array[row] = value


def _dtype(name: str) -> np.dtype:
    """Kept in double precision whatever is sent: the worker rounds once, at the end."""
    return np.dtype(np.float64) if name != "available_actions" else np.dtype(np.uint8)


def describe(
    env: str, options: dict[str, Scalar], envs: int, dtypes: dict[str, str], task: Task
) -> Description:
    """What SPEC says of ``env``."""
    family, entry = find(env)
    arrays = _arrays(task, dtypes)
    box = isinstance(task.action, Box)
    return Description(
        env=entry.id,
        family=family.name,
        backend=task.backend,
        label=label(entry, options),
        options=options,
        parts=dict(task.parts),
        files={},
        envs=envs,
        agents=task.agents,
        arrays=arrays,
        reset_frames=frames(arrays, "observation", "state", "mask"),
        step_frames=frames(arrays, "observation", "state", "mask", "reward", "flag", "info"),
        action=_box(task.action) if box else {"kind": "discrete", "count": task.action},
        episode_limit=task.episode_limit,
        timeout_kind=task.timeout_kind,
        reward={"kind": "team", "reduction": "none"} | dict(task.reward_bounds),
        seeding="per_episode",
        determinism=task.determinism,
        licence=task.licence,
        state_layout=(*TOTALS_LAYOUT, *task.memory) if task.memory else (),
    )


def _box(box: Box) -> dict:
    return {
        "kind": "box",
        "shape": [box.size],
        "low": [float(box.low)] * box.size,
        "high": [float(box.high)] * box.size,
    }


def _arrays(task: Task, dtypes: dict[str, str]) -> tuple[Array, ...]:
    agents = len(task.agents)
    joined = {} if task.state else {"derived_from": "observations", "derived_by": "concatenate"}
    state = task.state or agents * task.observation
    if isinstance(task.action, Box):
        what = "values of the action"
        actions = [Array("actions", "action", dtypes["actions"], (agents, task.action.size), what)]
    else:
        actions = [
            Array("available_actions", "mask", "u8", (agents, task.action), "1 where legal"),
            Array("actions", "action", "i32", (agents,), "number of the action"),
        ]
    seen = (agents, task.observation)
    return (
        Array("observations", "observation", dtypes["observations"], seen, "what each agent sees"),
        Array("state", "state", dtypes["state"], (state,), "what is known of the whole", **joined),
        *actions,
        Array("rewards", "reward", dtypes["rewards"], (), "reward of the team"),
        Array("terminated", "flag", "u8", (), "ended by its own rules"),
        Array("truncated", "flag", "u8", (), "cut at the episode limit"),
        *(Array(name, "info", "f64", (), meaning) for name, meaning in task.info.items()),
        Array("episode_return", "info", "f64", (), "reward summed over the episode"),
        Array("episode_length", "info", "i32", (), "steps of the episode so far"),
    )
