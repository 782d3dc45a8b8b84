"""The consensus problem (spec/environments.md 6): single transitions of a continuing task.

Each agent is in place 0, 1 or 2 and stays, goes down or goes up; moves beyond the ends have no
effect. With k of n agents in place 1 after the move the reward is k / n, or 0.1 for k = 0. An
episode is one step, cut from outside: learners bootstrap from the place reached.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np

from cfcql_bridges.environment import Array, Description, StateField
from cfcql_bridges.options import Scalar
from cfcql_bridges.team import EpisodeTotals, frames, team_arrays
from cfcql_bridges.toy import FAMILY

BACKEND = "cfcql-toy-1"
MOVES = np.array([0, -1, 1])
PLACES = 3
MIDDLE = 1
NOBODY = 0.1
EPISODE_LIMIT = 1


def make(env: str, options: dict[str, Scalar], envs: int, dtypes: dict[str, str]) -> Consensus:
    """The environment ``env`` with E = ``envs`` rows; ``options`` are resolved and checked."""
    return Consensus(env, options, envs, dtypes)


class Consensus:
    """E problems with n agents each: places [E, n]."""

    def __init__(self, env: str, options: dict[str, Scalar], envs: int, dtypes: dict[str, str]):
        self.agents = int(env.removeprefix("toy/consensus-"))
        self.description = _describe(env, self.agents, options, envs, dtypes)
        self._places = np.zeros((envs, self.agents), np.int32)
        self._totals = EpisodeTotals(envs)
        self._available = np.ones((envs, self.agents, len(MOVES)), np.uint8)

    def reset(self, mask: np.ndarray, seeds: np.ndarray) -> Sequence[np.ndarray]:
        """Places uniform over the three."""
        for row in np.flatnonzero(mask):
            generator = np.random.default_rng(int(seeds[row]))
            self._places[row] = generator.integers(0, PLACES, self.agents)
        self._totals.begin(mask)
        return self._views()

    def step(self, actions: np.ndarray, active: np.ndarray) -> Sequence[np.ndarray]:
        """The arrays of ``step_frames`` after one step of the active rows."""
        moves = MOVES[np.where(active[:, None], actions, 0)]
        self._places = np.clip(self._places + moves, 0, PLACES - 1)
        in_middle = (self._places == MIDDLE).sum(axis=1)
        rewards = np.where(in_middle > 0, in_middle / self.agents, NOBODY)
        self._totals.add(rewards, active)
        return [
            *self._views(),
            rewards,
            np.zeros(len(active), np.uint8),
            self._totals.steps >= EPISODE_LIMIT,
            in_middle,
            self._totals.returns,
            self._totals.steps,
        ]

    def get_state(self) -> list[bytes]:
        """Per row: steps, return so far, places [n]."""
        totals = self._totals
        return [
            struct.pack("<qd", totals.steps[row], totals.returns[row])
            + self._places[row].astype("<i4").tobytes()
            for row in range(self.description.envs)
        ]

    def set_state(self, mask: np.ndarray, states: Sequence[bytes]) -> Sequence[np.ndarray]:
        """Put the rows of ``mask`` into states laid out as by `get_state`."""
        totals = self._totals
        for row in np.flatnonzero(mask):
            totals.steps[row], totals.returns[row] = struct.unpack_from("<qd", states[row])
            self._places[row] = np.frombuffer(states[row], "<i4", offset=16)
        return self._views()

    def _views(self) -> list[np.ndarray]:
        return [self._places[:, :, None], self._available]


def _describe(
    env: str, agents: int, options: dict[str, Scalar], envs: int, dtypes: dict[str, str]
) -> Description:
    arrays = team_arrays(
        (
            Array("observations", "observation", dtypes["observations"], (agents, 1), "own place"),
            Array(
                "state",
                "state",
                dtypes["state"],
                (agents,),
                "places of all agents",
                derived_from="observations",
                derived_by="concatenate",
            ),
        ),
        agents,
        len(MOVES),
        dtypes,
        (Array("in_middle", "info", "i32", (), "agents in the middle place"),),
    )
    views = ("observation", "state", "mask")
    return Description(
        env=env,
        family=FAMILY.name,
        backend=BACKEND,
        label=env,
        options=options,
        parts={},
        files={},
        envs=envs,
        agents=tuple(f"agent_{agent}" for agent in range(agents)),
        arrays=arrays,
        reset_frames=frames(arrays, *views),
        step_frames=frames(arrays, *views, "reward", "flag", "info"),
        action={"kind": "discrete", "count": len(MOVES)},
        episode_limit=EPISODE_LIMIT,
        timeout_kind="bootstrap",
        reward={"kind": "team", "reduction": "none", "low": min(NOBODY, 1 / agents), "high": 1.0},
        seeding="per_episode",
        determinism="bitwise",
        licence="Apache-2.0, written from a description of the task",
        state_layout=(
            StateField("steps", "i64", ()),
            StateField("episode_return", "f64", ()),
            StateField("places", "i32", (agents,)),
        ),
    )
