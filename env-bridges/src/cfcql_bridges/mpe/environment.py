"""The particle environments as the worker serves them."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np

from cfcql_bridges.environment import Array, Description, StateField
from cfcql_bridges.mpe import FAMILY
from cfcql_bridges.mpe.engine import Engine
from cfcql_bridges.mpe.prey import Prey, load_prey
from cfcql_bridges.mpe.scenarios import EPISODE_LIMIT, SCENARIOS, Scenario
from cfcql_bridges.options import Scalar

BACKEND = "cfcql-mpe-1"
LICENCE = (
    "engine: Apache-2.0, written from a description of the dynamics; a prey network is the user's "
    "file and not part of the project"
)


def make(
    env: str, options: dict[str, Scalar], envs: int, dtypes: dict[str, str]
) -> ParticleEnvironment:
    """The environment ``env`` with E = ``envs`` rows; ``options`` are resolved and checked."""
    return ParticleEnvironment(env, options, envs, dtypes)


class ParticleEnvironment:
    """E rows of one scenario, the prey kept inside."""

    def __init__(self, env: str, options: dict[str, Scalar], envs: int, dtypes: dict[str, str]):
        scenario = SCENARIOS[env.removeprefix("mpe/")]
        dynamics = {name: options[name] for name in ("force_exponent", "integration")}
        self.engine = Engine(scenario, envs, **dynamics)
        self._prey: Prey | None = None
        if scenario.has_prey:
            self._prey = load_prey(str(options["prey"]), scenario)
            options = options | {"prey": self._prey.identity}
        self.description = _describe(env, scenario, options, envs, dtypes, self)
        self._steps = np.zeros(envs, np.int32)
        self._returns = np.zeros(envs)
        self._controls = np.zeros((2, scenario.agents, envs))

    @property
    def prey(self) -> Prey | None:
        """The policy of the prey, None in cooperative navigation."""
        return self._prey

    def reset(self, mask: np.ndarray, seeds: np.ndarray) -> Sequence[np.ndarray]:
        """Observations [E, n, O] after new starts in the rows of ``mask``."""
        for row in np.flatnonzero(mask):
            self.engine.reset_row(row, int(seeds[row]))
        self._steps[mask] = 0
        self._returns[mask] = 0.0
        return [self._observations()]

    def step(self, actions: np.ndarray, active: np.ndarray) -> Sequence[np.ndarray]:
        """The arrays of ``step_frames`` after one step of the active rows."""
        learned = self.engine.scenario.learned
        controls = self._controls
        controls[:, :learned] = actions.transpose(2, 1, 0)
        if self._prey is not None:
            controls[:, learned] = self._prey.act(self.engine.prey_observation())
        if not active.all():
            # Whatever stands in inactive rows is never used, but must not raise warnings either.
            controls[..., ~active] = 0.0
        self.engine.advance(controls, active)
        outcome = self.engine.outcome()
        rewards = outcome.rewards
        team = rewards[0] if self._prey is not None else _mean(rewards)
        self._steps += active
        np.add(self._returns, team, out=self._returns, where=active)
        specific = outcome.occupied_landmarks if self._prey is None else outcome.touches
        return [
            self._observations(),
            rewards.T,
            np.zeros(len(active), np.uint8),
            self._steps >= EPISODE_LIMIT,
            outcome.collisions,
            specific,
            self._returns,
            self._steps,
        ]

    def get_state(self) -> list[bytes]:
        """Per row: steps, return so far, positions [entities, 2], velocities [agents, 2]."""
        positions = np.ascontiguousarray(self.engine.positions.transpose(2, 1, 0), "<f8")
        velocities = np.ascontiguousarray(self.engine.velocities.transpose(2, 1, 0), "<f8")
        return [
            struct.pack("<qd", self._steps[row], self._returns[row])
            + positions[row].tobytes()
            + velocities[row].tobytes()
            for row in range(self.description.envs)
        ]

    def set_state(self, mask: np.ndarray, states: Sequence[bytes]) -> Sequence[np.ndarray]:
        """Put the rows of ``mask`` into states laid out as by `get_state`."""
        entities, agents = len(self.engine.scenario.sizes), self.engine.scenario.agents
        for row in np.flatnonzero(mask):
            self._steps[row], self._returns[row] = struct.unpack_from("<qd", states[row])
            values = np.frombuffer(states[row], "<f8", offset=16).reshape(-1, 2)
            self.engine.positions[:, :, row] = values[:entities].T
            self.engine.velocities[:, :, row] = values[entities : entities + agents].T
        return [self._observations()]

    def _observations(self) -> np.ndarray:
        rows = self.engine.observations().T
        return rows.reshape(len(rows), self.engine.scenario.learned, -1)


def _mean(rewards: np.ndarray) -> np.ndarray:
    """Mean over agents, added in agent order."""
    total = rewards[0].copy()
    for reward in rewards[1:]:
        total += reward
    return total / len(rewards)


def _label(env: str, options: dict[str, Scalar]) -> str:
    entry = next(entry for entry in FAMILY.entries if entry.id == env)
    defaults = {option.name: option.default for option in entry.options}
    shown = [f"{k}={v}" for k, v in options.items() if k == "prey" or v != defaults[k]]
    return f"{env}[{','.join(shown)}]" if shown else env


def _describe(
    env: str,
    scenario: Scenario,
    options: dict[str, Scalar],
    envs: int,
    dtypes: dict[str, str],
    environment: ParticleEnvironment,
) -> Description:
    agents, width = scenario.learned, environment.engine.observation_width
    prey = environment.prey
    arrays = _arrays(scenario, width, dtypes)
    info = tuple(array.name for array in arrays if array.role == "info")
    reward: dict = {"kind": "per_agent", "reduction": "mean" if prey is None else "first"}
    if prey is None:
        reward["low"] = -10.0
    reward["high"] = 30.0 if prey is None else scenario.touch_reward * agents
    return Description(
        env=env,
        family=FAMILY.name,
        backend=BACKEND,
        label=_label(env, options),
        options=options,
        parts={} if prey is None else {"prey": prey.identity},
        files={} if prey is None or prey.sha256 is None else {"prey": prey.sha256},
        envs=envs,
        agents=scenario.agent_names,
        arrays=arrays,
        reset_frames=("observations",),
        step_frames=("observations", "rewards", "terminated", "truncated", *info),
        action={"kind": "box", "shape": [2], "low": [-1.0, -1.0], "high": [1.0, 1.0]},
        episode_limit=EPISODE_LIMIT,
        timeout_kind="truncation",
        reward=reward,
        seeding="per_episode",
        # A network goes through BLAS and a vectorised tanh, which depend on the processor.
        determinism="bitwise" if prey is None or prey.sha256 is None else "same_build",
        licence=LICENCE,
        state_layout=(
            StateField("steps", "i64", ()),
            StateField("episode_return", "f64", ()),
            StateField("positions", "f64", (len(scenario.sizes), 2)),
            StateField("velocities", "f64", (scenario.agents, 2)),
        ),
    )


def _arrays(scenario: Scenario, width: int, dtypes: dict[str, str]) -> tuple[Array, ...]:
    agents = scenario.learned
    if scenario.has_prey:
        specific = Array("touches", "info", "i32", (), "predators that touch the prey")
    else:
        specific = Array(
            "occupied_landmarks", "info", "i32", (), "landmarks with an agent nearer than 0.1"
        )
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
        Array("collisions", "info", "i32", (), "pairs of learned agents that overlap"),
        specific,
        Array("episode_return", "info", "f64", (), "reduced reward summed over the episode"),
        Array("episode_length", "info", "i32", (), "steps of the episode so far"),
    )
