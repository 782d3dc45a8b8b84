"""E environments from one that is written for itself: ordinary Python, an episode at a time.

An author writes a `Row` (reset and step of one environment) and a `Task` (its sizes), and
`environment` makes of both what the worker serves. Team reward; actions are numbers, or values in a
box. Needs no package to be imported, so that a family may import it at its top.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Protocol

from cfcql_bridges.options import Scalar

if TYPE_CHECKING:
    import numpy as np

    from cfcql_bridges.environment import StateField
    from cfcql_bridges.row_by_row import RowByRow


@dataclass(frozen=True)
class Box:
    """Actions of ``size`` values from ``low`` to ``high``."""

    size: int
    low: float = -1.0
    high: float = 1.0


@dataclass(frozen=True)
class Task:
    """What is known of a task before it is played.

    ``backend`` names its rules with their version, ``action`` is a `Box` or the number of actions,
    ``observation`` and ``state`` are widths; without a state the joined observations of all agents
    stand for it. ``info`` maps the names of a step's own numbers to their meanings. ``memory`` lays
    out the bytes of `Row.get_state`; without it the environment offers no states.
    """

    backend: str
    agents: tuple[str, ...]
    observation: int
    action: Box | int
    episode_limit: int
    state: int = 0
    info: Mapping[str, str] = field(default_factory=dict)
    memory: tuple[StateField, ...] = ()
    reward_bounds: Mapping[str, float] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    timeout_kind: str = "truncation"
    determinism: str = "bitwise"
    licence: str = "see the file of the family"


class Seen(NamedTuple):
    """Observations [n, O]; the state [S] of a task that has one; legal actions [n, A], or all."""

    observations: Sequence[Sequence[float]]
    state: Sequence[float] | None = None
    available: Sequence[Sequence[bool]] | None = None


class Outcome(NamedTuple):
    """One step: what is seen after it, the reward of the team, whether the task ended by itself."""

    seen: Seen
    reward: float
    terminated: bool = False
    info: Mapping[str, float] = MappingProxyType({})


class Row(Protocol):
    """One environment. The time limit is not its business. It must depend on nothing but the seed
    and the actions since `reset`: rows are played side by side and again after a crash.
    """

    def reset(self, seed: int) -> Seen:
        """Begin an episode."""
        ...

    def step(self, actions: np.ndarray) -> Outcome:
        """Play the actions: [n] numbers, or [n, d] values."""
        ...

    # With `Task.memory` also get_state() -> bytes and set_state(bytes) -> Seen.


def environment(
    env: str,
    options: dict[str, Scalar],
    envs: int,
    dtypes: dict[str, str],
    task: Task,
    row: Callable[[], Row],
) -> RowByRow:
    """The environment ``env`` with E = ``envs`` rows, each made by ``row``."""
    from cfcql_bridges.row_by_row import RowByRow, describe

    description = describe(env, options, envs, dtypes, task)
    return RowByRow(description, task, [row() for _ in range(envs)])
