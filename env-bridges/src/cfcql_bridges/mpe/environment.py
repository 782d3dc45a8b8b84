"""The particle environments as the worker serves them."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np

from cfcql_bridges.environment import Array, Description, StateField
from cfcql_bridges.errors import BridgeError
from cfcql_bridges.mpe import FAMILY
from cfcql_bridges.mpe.engine import Engine
from cfcql_bridges.mpe.roles import Role, role_of
from cfcql_bridges.mpe.scenarios import EPISODE_LIMIT
from cfcql_bridges.options import Scalar

BACKEND = "cfcql-mpe-1"
LICENCE = (
    "engine: Apache-2.0, written from a description of the dynamics; prey: ours, Apache-2.0, or "
    "the user's file"
)


def make(
    env: str, options: dict[str, Scalar], envs: int, dtypes: dict[str, str]
) -> ParticleEnvironment:
    """The environment ``env`` with E = ``envs`` rows; ``options`` are resolved and checked."""
    return ParticleEnvironment(env, options, envs, dtypes)


class ParticleEnvironment:
    """E rows of one scenario, those who do not learn kept inside."""

    def __init__(self, env: str, options: dict[str, Scalar], envs: int, dtypes: dict[str, str]):
        dynamics = {name: options[name] for name in ("force_exponent", "integration")}
        self.role = role_of(env, options)
        scenario = self.role.scenario
        self.engine = Engine(scenario, envs, **dynamics)
        options = options | self.role.parts
        self.description = _describe(env, self.role, options, envs, dtypes)
        self._steps = np.zeros(envs, np.int32)
        self._returns = np.zeros(envs)
        self._teams = np.zeros(envs, np.int64)
        self._controls = np.zeros((2, scenario.agents, envs))

    def reset(self, mask: np.ndarray, seeds: np.ndarray) -> Sequence[np.ndarray]:
        """Observations [E, n, O] after new starts in the rows of ``mask``."""
        for row in np.flatnonzero(mask):
            self.engine.reset_row(row, int(seeds[row]))
            self._teams[row] = int(seeds[row]) % self.role.teams
        self._steps[mask] = 0
        self._returns[mask] = 0.0
        return [self._observations()]

    def step(self, actions: np.ndarray, active: np.ndarray) -> Sequence[np.ndarray]:
        """The arrays of ``step_frames`` after one step of the active rows."""
        controls = self._controls
        controls[:, self.role.learned] = actions.transpose(2, 1, 0)
        self.role.add_given(controls, self.engine, self._teams)
        if not active.all():
            # Whatever stands in inactive rows is never used, but must not raise warnings either.
            controls[..., ~active] = 0.0
        self.engine.advance(controls, active)
        rewards, team, counts = self.role.outcome(self.engine)
        self._steps += active
        np.add(self._returns, team, out=self._returns, where=active)
        return [
            self._observations(),
            rewards.T,
            np.zeros(len(active), np.uint8),
            self._steps >= EPISODE_LIMIT,
            *counts,
            self._returns,
            self._steps,
        ]

    def get_state(self) -> list[bytes]:
        """Per row: steps, return so far, positions [entities, 2], velocities [agents, 2].

        Where the prey learns, the number of the predators that play follows.
        """
        positions = np.ascontiguousarray(self.engine.positions.transpose(2, 1, 0), "<f8")
        velocities = np.ascontiguousarray(self.engine.velocities.transpose(2, 1, 0), "<f8")
        return [
            struct.pack("<qd", self._steps[row], self._returns[row])
            + positions[row].tobytes()
            + velocities[row].tobytes()
            + (struct.pack("<q", self._teams[row]) if self.role.has_teams else b"")
            for row in range(self.description.envs)
        ]

    def set_state(self, mask: np.ndarray, states: Sequence[bytes]) -> Sequence[np.ndarray]:
        """Put the rows of ``mask`` into states laid out as by `get_state`."""
        entities, agents = len(self.engine.scenario.sizes), self.engine.scenario.agents
        for row in np.flatnonzero(mask):
            self._steps[row], self._returns[row] = struct.unpack_from("<qd", states[row])
            count = 2 * (entities + agents)
            values = np.frombuffer(states[row], "<f8", count, offset=16).reshape(-1, 2)
            if self.role.has_teams:
                (team,) = struct.unpack_from("<q", states[row], 16 + 8 * count)
                if not 0 <= team < self.role.teams:
                    raise BridgeError(
                        "BAD_DTYPE",
                        f"state of row {row}: a team below {self.role.teams} is expected, "
                        f"{team} found",
                        envs=[int(row)],
                    )
                self._teams[row] = team
            self.engine.positions[:, :, row] = values[:entities].T
            self.engine.velocities[:, :, row] = values[entities : entities + agents].T
        return [self._observations()]

    def _observations(self) -> np.ndarray:
        rows = self.role.observations(self.engine).T
        return rows.reshape(len(rows), len(self.role.agent_names), -1)


def _label(env: str, options: dict[str, Scalar]) -> str:
    entry = next(entry for entry in FAMILY.entries if entry.id == env)
    defaults = {option.name: option.default for option in entry.options}
    given = ("prey", "predators")
    shown = [f"{k}={v}" for k, v in options.items() if k in given or v != defaults[k]]
    return f"{env}[{','.join(shown)}]" if shown else env


def _describe(
    env: str,
    role: Role,
    options: dict[str, Scalar],
    envs: int,
    dtypes: dict[str, str],
) -> Description:
    scenario = role.scenario
    arrays = _arrays(role, dtypes)
    info = tuple(array.name for array in arrays if array.role == "info")
    state_layout = (
        StateField("steps", "i64", ()),
        StateField("episode_return", "f64", ()),
        StateField("positions", "f64", (len(scenario.sizes), 2)),
        StateField("velocities", "f64", (scenario.agents, 2)),
    )
    return Description(
        env=env,
        family=FAMILY.name,
        backend=BACKEND,
        label=_label(env, options),
        options=options,
        parts=role.parts,
        files=role.files,
        envs=envs,
        agents=role.agent_names,
        arrays=arrays,
        reset_frames=("observations",),
        step_frames=("observations", "rewards", "terminated", "truncated", *info),
        action={"kind": "box", "shape": [2], "low": [-1.0, -1.0], "high": [1.0, 1.0]},
        episode_limit=EPISODE_LIMIT,
        timeout_kind="truncation",
        reward=role.reward,
        seeding="per_episode",
        determinism="bitwise" if role.bitwise else "same_build",
        licence=LICENCE,
        state_layout=(*state_layout, StateField("team", "i64", ()))
        if role.has_teams
        else state_layout,
    )


def _arrays(role: Role, dtypes: dict[str, str]) -> tuple[Array, ...]:
    agents, width = len(role.agent_names), role.observation_width
    counts = [Array(name, "info", "i32", (), meaning) for name, meaning in role.counted]
    return (
        Array(
            "observations",
            "observation",
            dtypes["observations"],
            (agents, width),
            "own velocity, own position, relative landmarks, relative other agents, and what the "
            "scenario adds",
        ),
        Array(
            "state",
            "state",
            dtypes["state"],
            (agents * width,),
            "observations of all learned agents",
            derived_from="observations",
            derived_by="concatenate",
        ),
        Array("actions", "action", dtypes["actions"], (agents, 2), "direction of the force"),
        Array("rewards", "reward", dtypes["rewards"], (agents,), "reward of each learned agent"),
        Array("terminated", "flag", "u8", (), "ended by its own rules: never"),
        Array("truncated", "flag", "u8", (), "cut at the episode limit"),
        *counts,
        Array("episode_return", "info", "f64", (), "reduced reward summed over the episode"),
        Array("episode_length", "info", "i32", (), "steps of the episode so far"),
    )
