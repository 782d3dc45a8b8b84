"""Equal Line (spec/environments.md 5): agents on a line, rewarded for the growth of the least gap.

Positions x in [0, L], L = max(10, 2n). All agents move at once, then are clipped to the line. The
reward is 10 (n - 1) (m' - m) / L, m the smallest distance of two agents; before the first step m
counts as 0, so that the return of an episode is 10 (n - 1) m_T / L, at most 10.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np

from cfcql_bridges.environment import Array, Description, StateField
from cfcql_bridges.equal_line import FAMILY
from cfcql_bridges.options import Scalar
from cfcql_bridges.registry import find
from cfcql_bridges.team import EpisodeTotals, frames, label, team_arrays

BACKEND = "cfcql-equal-line-1"
MOVES = np.array([0, -0.01, -0.05, -0.1, -0.5, -1, 0.01, 0.05, 0.1, 0.5, 1])
START_WITHIN = 2.0
BEST_RETURN = 10.0


def make(env: str, options: dict[str, Scalar], envs: int, dtypes: dict[str, str]) -> EqualLine:
    """The environment ``env`` with E = ``envs`` rows; ``options`` are resolved and checked."""
    return EqualLine(env, options, envs, dtypes)


class EqualLine:
    """E lines with n agents each: positions [E, n], least gaps [E]."""

    def __init__(self, env: str, options: dict[str, Scalar], envs: int, dtypes: dict[str, str]):
        self.agents = int(env.removeprefix("equal_line/"))
        self.length = float(max(10, 2 * self.agents))
        self.description = _describe(env, self.agents, options, envs, dtypes)
        self._positions = np.zeros((envs, self.agents))
        self._gaps = np.zeros(envs)
        self._totals = EpisodeTotals(envs)
        self._available = np.ones((envs, self.agents, len(MOVES)), np.uint8)

    def reset(self, mask: np.ndarray, seeds: np.ndarray) -> Sequence[np.ndarray]:
        """Positions uniform in [0, 2), the gap counted as 0."""
        for row in np.flatnonzero(mask):
            generator = np.random.default_rng(int(seeds[row]))
            self._positions[row] = generator.uniform(0.0, START_WITHIN, self.agents)
        self._gaps[mask] = 0.0
        self._totals.begin(mask)
        return self._views()

    def step(self, actions: np.ndarray, active: np.ndarray) -> Sequence[np.ndarray]:
        """The arrays of ``step_frames`` after one step of the active rows."""
        moves = MOVES[np.where(active[:, None], actions, 0)]
        self._positions = np.clip(self._positions + moves, 0.0, self.length)
        gaps = np.where(active, _least_gap(self._positions), self._gaps)
        rewards = BEST_RETURN * (self.agents - 1) * (gaps - self._gaps) / self.length
        self._gaps = gaps
        self._totals.add(rewards, active)
        return [
            *self._views(),
            rewards,
            np.zeros(len(active), np.uint8),
            self._totals.steps >= self.description.episode_limit,
            gaps,
            self._totals.returns,
            self._totals.steps,
        ]

    def get_state(self) -> list[bytes]:
        """Per row: steps, return so far, least gap, positions [n]."""
        totals = self._totals
        return [
            struct.pack("<qdd", totals.steps[row], totals.returns[row], self._gaps[row])
            + self._positions[row].astype("<f8").tobytes()
            for row in range(self.description.envs)
        ]

    def set_state(self, mask: np.ndarray, states: Sequence[bytes]) -> Sequence[np.ndarray]:
        """Put the rows of ``mask`` into states laid out as by `get_state`."""
        totals = self._totals
        for row in np.flatnonzero(mask):
            head = struct.unpack_from("<qdd", states[row])
            totals.steps[row], totals.returns[row], self._gaps[row] = head
            self._positions[row] = np.frombuffer(states[row], "<f8", offset=24)
        return self._views()

    def _views(self) -> list[np.ndarray]:
        return [self._positions / self.length, self._available]


def _least_gap(positions: np.ndarray) -> np.ndarray:
    """Smallest distance of two agents in each row: that of neighbours."""
    return np.diff(np.sort(positions, axis=1), axis=1).min(axis=1)


def _describe(
    env: str, agents: int, options: dict[str, Scalar], envs: int, dtypes: dict[str, str]
) -> Description:
    arrays = team_arrays(
        (
            Array(
                "observations",
                "observation",
                dtypes["observations"],
                (agents, agents),
                "the state, the same for every agent",
                derived_from="state",
                derived_by="repeat",
            ),
            Array("state", "state", dtypes["state"], (agents,), "positions divided by the length"),
        ),
        agents,
        len(MOVES),
        dtypes,
        (Array("min_gap", "info", "f64", (), "smallest distance of two agents"),),
    )
    views = ("observation", "state", "mask")
    return Description(
        env=env,
        family=FAMILY.name,
        backend=BACKEND,
        label=label(find(env)[1], options),
        options=options,
        parts={},
        files={},
        envs=envs,
        agents=tuple(f"agent_{agent}" for agent in range(agents)),
        arrays=arrays,
        reset_frames=frames(arrays, *views),
        step_frames=frames(arrays, *views, "reward", "flag", "info"),
        action={"kind": "discrete", "count": len(MOVES)},
        episode_limit=int(options["episode_limit"]),
        # The published code stores the last step as a true end.
        timeout_kind="terminal",
        reward={"kind": "team", "reduction": "none", "low": -BEST_RETURN, "high": BEST_RETURN},
        seeding="per_episode",
        determinism="bitwise",
        licence="Apache-2.0, written from a description of the task",
        state_layout=(
            StateField("steps", "i64", ()),
            StateField("episode_return", "f64", ()),
            StateField("min_gap", "f64", ()),
            StateField("positions", "f64", (agents,)),
        ),
    )
