"""Agents that each have a place and all move at once by a table of moves, ends stopping them.

The base of Equal Line and of the toy problem, which say where agents start, what the places are
worth and what is seen of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from cfcql_bridges.environment import Description, StateField
from cfcql_bridges.protocol import DTYPES
from cfcql_bridges.team import EpisodeTotals

# Start of the state of such a task; what `Places.memory` returns follows.
TOTALS_LAYOUT = (StateField("steps", "i64", ()), StateField("episode_return", "f64", ()))


class Places:
    """E tasks with n agents each: places [E, n] from 0 to ``end``."""

    def __init__(self, description: Description, moves: np.ndarray, end: float, dtype: type):
        rows = description.envs
        self.description = description
        self.agents = len(description.agents)
        self.places = np.zeros((rows, self.agents), dtype)
        self._moves = moves
        self._end = end
        self._totals = EpisodeTotals(rows)
        self._available = np.ones((rows, self.agents, len(moves)), np.uint8)

    def start(self, generator: np.random.Generator) -> np.ndarray:
        """Places [n] at the start of an episode."""
        raise NotImplementedError

    def begin(self, rows: np.ndarray) -> None:
        """Forget what else is remembered of the episodes in ``rows`` (bool [E])."""

    def worth(self, active: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rewards [E] for the places reached, and the task's own number [E] for the info."""
        raise NotImplementedError

    def seen(self) -> np.ndarray:
        """The one array that is sent of what agents see."""
        raise NotImplementedError

    def memory(self) -> tuple[np.ndarray, ...]:
        """Arrays [E, ...] that a state keeps after the totals, to be written to in place."""
        return (self.places,)

    def reset(self, mask: np.ndarray, seeds: np.ndarray) -> Sequence[np.ndarray]:
        """New episodes in the rows of ``mask``, each from a generator of its own."""
        for row in np.flatnonzero(mask):
            self.places[row] = self.start(np.random.default_rng(int(seeds[row])))
        self.begin(mask)
        self._totals.begin(mask)
        return self._views()

    def step(self, actions: np.ndarray, active: np.ndarray) -> Sequence[np.ndarray]:
        """The arrays of ``step_frames`` after one step of the active rows."""
        moves = self._moves[np.where(active[:, None], actions, 0)]
        self.places = np.clip(self.places + moves, 0, self._end)
        rewards, info = self.worth(active)
        self._totals.add(rewards, active)
        return [
            *self._views(),
            rewards,
            np.zeros(len(active), np.uint8),
            self._totals.steps >= self.description.episode_limit,
            info,
            self._totals.returns,
            self._totals.steps,
        ]

    def get_state(self) -> list[bytes]:
        """Per row the fields of the description's ``state_layout``."""
        return [
            b"".join(
                np.asarray(array[row]).astype(DTYPES[field.dtype]).tobytes()
                for field, array in self._remembered()
            )
            for row in range(self.description.envs)
        ]

    def set_state(self, mask: np.ndarray, states: Sequence[bytes]) -> Sequence[np.ndarray]:
        """Put the rows of ``mask`` into states laid out as by `get_state`."""
        for row in np.flatnonzero(mask):
            start = 0
            for field, array in self._remembered():
                stored = states[row][start : start + field.nbytes]
                array[row] = np.frombuffer(stored, DTYPES[field.dtype]).reshape(field.shape)
                start += field.nbytes
        return self._views()

    def _remembered(self) -> Iterator[tuple[StateField, np.ndarray]]:
        arrays = (self._totals.steps, self._totals.returns, *self.memory())
        return zip(self.description.state_layout, arrays, strict=True)

    def _views(self) -> list[np.ndarray]:
        return [self.seen(), self._available]
