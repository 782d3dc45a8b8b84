"""Equal Line: agents on a line, rewarded for the growth of the least gap.

Source: docs/specification/environments.md 5.

Positions x in [0, L], L = max(10, 2n). All agents move at once, then are clipped to the line. The
reward is 10 (n - 1) (m' - m) / L, m the smallest distance of two agents; before the first step m
counts as 0, so that the return of an episode is 10 (n - 1) m_T / L, at most 10.
"""

from __future__ import annotations

import numpy as np

from cfcql_bridges.environment import Array, Description, StateField
from cfcql_bridges.equal_line import FAMILY
from cfcql_bridges.options import Scalar
from cfcql_bridges.places import TOTALS_LAYOUT, Places
from cfcql_bridges.team import describe_team_task, team_arrays

BACKEND = "cfcql-equal-line-1"
MOVES = np.array([0, -0.01, -0.05, -0.1, -0.5, -1, 0.01, 0.05, 0.1, 0.5, 1])
START_WITHIN = 2.0
BEST_RETURN = 10.0


def make(env: str, options: dict[str, Scalar], envs: int, dtypes: dict[str, str]) -> EqualLine:
    """The environment ``env`` with E = ``envs`` rows; ``options`` are resolved and checked."""
    return EqualLine(env, options, envs, dtypes)


class EqualLine(Places):
    """E lines with n agents each: least gaps [E]."""

    def __init__(self, env: str, options: dict[str, Scalar], envs: int, dtypes: dict[str, str]):
        agents = int(env.removeprefix("equal_line/"))
        self.length = float(max(10, 2 * agents))
        self._gaps = np.zeros(envs)
        super().__init__(_describe(env, agents, options, envs, dtypes), MOVES, self.length, float)

    def start(self, generator: np.random.Generator) -> np.ndarray:
        """Uniform in [0, 2)."""
        return generator.uniform(0.0, START_WITHIN, self.agents)

    def begin(self, rows: np.ndarray) -> None:
        """The gap counts as 0."""
        self._gaps[rows] = 0.0

    def worth(self, active: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What the least gap has grown by, and the gap."""
        gaps = np.where(active, _least_gap(self.places), self._gaps)
        rewards = BEST_RETURN * (self.agents - 1) * (gaps - self._gaps) / self.length
        self._gaps = gaps
        return rewards, gaps

    def seen(self) -> np.ndarray:
        """The state: positions divided by the length."""
        return self.places / self.length

    def memory(self) -> tuple[np.ndarray, ...]:
        """Gaps, then positions."""
        return self._gaps, self.places


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
    return describe_team_task(
        FAMILY,
        env,
        options,
        envs,
        arrays,
        {"low": -BEST_RETURN, "high": BEST_RETURN},
        backend=BACKEND,
        episode_limit=int(options["episode_limit"]),
        # The published code stores the last step as a true end.
        timeout_kind="terminal",
        seeding="per_episode",
        determinism="bitwise",
        licence="Apache-2.0, written from a description of the task",
        state_layout=(
            *TOTALS_LAYOUT,
            StateField("min_gap", "f64", ()),
            StateField("positions", "f64", (agents,)),
        ),
    )
