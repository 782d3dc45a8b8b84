"""The consensus problem: single transitions of a continuing task.

Source: docs/specification/environments.md 6.

Each agent is in place 0, 1 or 2 and stays, goes down or goes up; moves beyond the ends have no
effect. With k of n agents in place 1 after the move the reward is k / n, or 0.1 for k = 0. An
episode is one step, cut from outside: learners bootstrap from the place reached.
"""

from __future__ import annotations

import numpy as np

from cfcql_bridges.environment import Array, Description, StateField
from cfcql_bridges.options import Scalar
from cfcql_bridges.places import TOTALS_LAYOUT, Places
from cfcql_bridges.team import describe_team_task, team_arrays
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


class Consensus(Places):
    """E problems with n agents each."""

    def __init__(self, env: str, options: dict[str, Scalar], envs: int, dtypes: dict[str, str]):
        agents = int(env.removeprefix("toy/consensus-"))
        description = _describe(env, agents, options, envs, dtypes)
        super().__init__(description, MOVES, PLACES - 1, np.int32)

    def start(self, generator: np.random.Generator) -> np.ndarray:
        """Uniform over the three places."""
        return generator.integers(0, PLACES, self.agents)

    def worth(self, active: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The share of agents in the middle, and their number."""
        in_middle = (self.places == MIDDLE).sum(axis=1)
        return np.where(in_middle > 0, in_middle / self.agents, NOBODY), in_middle

    def seen(self) -> np.ndarray:
        """Everybody's own place."""
        return self.places[:, :, None]


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
    return describe_team_task(
        FAMILY,
        env,
        options,
        envs,
        arrays,
        {"low": min(NOBODY, 1 / agents), "high": 1.0},
        backend=BACKEND,
        episode_limit=EPISODE_LIMIT,
        timeout_kind="bootstrap",
        seeding="per_episode",
        determinism="bitwise",
        licence="Apache-2.0, written from a description of the task",
        state_layout=(*TOTALS_LAYOUT, StateField("places", "i32", (agents,))),
    )
