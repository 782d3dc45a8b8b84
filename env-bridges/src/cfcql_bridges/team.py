"""What team environments with numbered actions have in common: descriptions, episode totals."""

from __future__ import annotations

from typing import Any

import numpy as np

from cfcql_bridges.environment import Array, Description
from cfcql_bridges.fingerprint import text_of
from cfcql_bridges.options import Scalar
from cfcql_bridges.registry import Entry, Family, find

# Roles of what a reset brings and every step brings again.
SEEN = ("observation", "state", "mask", "raw")


def team_arrays(
    views: tuple[Array, ...],
    agents: int,
    actions: int,
    dtypes: dict[str, str],
    info: tuple[Array, ...],
) -> tuple[Array, ...]:
    """All arrays of an environment whose agents share one reward.

    ``views`` are what agents see besides the mask, ``info`` what this environment tells beyond
    the totals of the episode.
    """
    return (
        *views,
        Array("available_actions", "mask", "u8", (agents, actions), "1 where the action is legal"),
        Array("actions", "action", "i32", (agents,), "number of the action"),
        Array("rewards", "reward", dtypes["rewards"], (), "reward of the team"),
        Array("terminated", "flag", "u8", (), "ended by its own rules"),
        Array("truncated", "flag", "u8", (), "cut at the episode limit"),
        *info,
        Array("episode_return", "info", "f64", (), "reward summed over the episode"),
        Array("episode_length", "info", "i32", (), "steps of the episode so far"),
    )


def frames(arrays: tuple[Array, ...], *roles: str) -> tuple[str, ...]:
    """Names of the arrays of these roles that are sent, in order of roles, then of arrays."""
    return tuple(
        array.name
        for role in roles
        for array in arrays
        if array.role == role and array.derived_from is None
    )


def describe_team_task(
    family: Family,
    env: str,
    options: dict[str, Scalar],
    envs: int,
    arrays: tuple[Array, ...],
    reward_bounds: dict[str, float],
    **facts: Any,
) -> Description:
    """The description of a task with arrays made by `team_arrays`.

    ``reward_bounds`` may hold ``low`` and ``high``; ``facts`` are the other fields of a
    `Description`.
    """
    mask = next(array for array in arrays if array.role == "mask")
    agents, actions = mask.shape
    return Description(
        env=env,
        family=family.name,
        label=label(find(env)[1], options),
        options=options,
        envs=envs,
        agents=tuple(f"agent_{agent}" for agent in range(agents)),
        arrays=arrays,
        reset_frames=frames(arrays, *SEEN),
        step_frames=frames(arrays, *SEEN, "reward", "flag", "info"),
        action={"kind": "discrete", "count": actions},
        reward={"kind": "team", "reduction": "none"} | reward_bounds,
        **{"parts": {}, "files": {}} | facts,
    )


def label(entry: Entry, options: dict[str, Scalar]) -> str:
    """The id, with the options that are not at their defaults."""
    defaults = {option.name: option.default for option in entry.options}
    shown = [f"{k}={text_of(v)}" for k, v in options.items() if v != defaults[k]]
    return f"{entry.id}[{','.join(shown)}]" if shown else entry.id


class EpisodeTotals:
    """Steps [E] and returns [E] of the running episodes."""

    def __init__(self, envs: int):
        self.steps = np.zeros(envs, np.int32)
        self.returns = np.zeros(envs)

    def begin(self, rows: np.ndarray) -> None:
        """New episodes in ``rows`` (bool [E])."""
        self.steps[rows] = 0
        self.returns[rows] = 0.0

    def add(self, rewards: np.ndarray, active: np.ndarray) -> None:
        """One step with ``rewards`` [E] in the ``active`` rows (bool [E])."""
        self.steps += active
        np.add(self.returns, rewards, out=self.returns, where=active)
