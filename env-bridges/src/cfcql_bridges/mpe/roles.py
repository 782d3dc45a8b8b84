"""Who learns in a particle task, who is given, and what the learners are paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from cfcql_bridges.mpe.engine import FOOD_REWARD, Engine
from cfcql_bridges.mpe.predators import load_predators
from cfcql_bridges.mpe.prey import load_prey, prey_width
from cfcql_bridges.mpe.scenarios import SCENARIOS, Scenario
from cfcql_bridges.options import Scalar

PREY_SUFFIX = "_prey"
_TOUCHES = ("touches", "predators that touch the prey")
_COLLISIONS = ("collisions", "pairs of learned agents that overlap")


class Role(Protocol):
    """A side of a scenario.

    ``learned`` are its moving entities; ``parts`` and ``files`` name who plays the other side;
    ``counted`` are the info arrays, name and meaning; ``reward`` is the SPEC's. ``bitwise`` says
    whether a step is the same bits on every machine. ``teams`` others play in turn, chosen by the
    seed of an episode; with ``has_teams`` the choice is part of the state.
    """

    scenario: Scenario
    agent_names: tuple[str, ...]
    learned: slice
    observation_width: int
    parts: dict[str, str]
    files: dict[str, str]
    counted: Sequence[tuple[str, str]]
    reward: dict
    bitwise: bool
    teams: int
    has_teams: bool

    def observations(self, engine: Engine) -> np.ndarray:
        """What the learners see, [learned * width, E]."""
        ...

    def add_given(self, controls: np.ndarray, engine: Engine, teams: np.ndarray) -> None:
        """Writes the controls of those who do not learn into ``controls`` [2, agents, E]."""
        ...

    def outcome(self, engine: Engine) -> tuple[np.ndarray, np.ndarray, Sequence[np.ndarray]]:
        """Rewards [learned, E], their reduction [E], and the info arrays of ``counted``."""
        ...


class _Side:
    """What most sides have in common."""

    teams = 1
    has_teams = False

    def __init__(self, scenario: Scenario):
        self.scenario = scenario
        self.agent_names = scenario.agent_names
        self.learned = slice(0, scenario.learned)
        self.observation_width = Engine(scenario, 1).observation_width
        self.parts: dict[str, str] = {}
        self.files: dict[str, str] = {}

    def observations(self, engine: Engine) -> np.ndarray:
        """What the learners see, [learned * width, E]."""
        return engine.observations()


class Everybody(_Side):
    """Cooperative navigation: all learn."""

    counted = (_COLLISIONS, ("occupied_landmarks", "landmarks with an agent nearer than 0.1"))
    reward = {"kind": "per_agent", "reduction": "mean", "low": -10.0, "high": 30.0}  # noqa: RUF012
    bitwise = True

    def add_given(self, controls: np.ndarray, engine: Engine, teams: np.ndarray) -> None:
        """Nobody is given."""

    def outcome(self, engine: Engine) -> tuple[np.ndarray, np.ndarray, Sequence[np.ndarray]]:
        """Rewards per agent, their mean, collisions and occupied landmarks."""
        found = engine.outcome()
        return found.rewards, _mean(found.rewards), (found.collisions, found.occupied_landmarks)


class Hunters(_Side):
    """Predator-prey and world: the predators learn, the prey is given."""

    counted = (_COLLISIONS, _TOUCHES)

    def __init__(self, scenario: Scenario, prey: str):
        super().__init__(scenario)
        self._prey = load_prey(prey, scenario)
        self.parts = {"prey": self._prey.identity}
        self.files = {} if self._prey.sha256 is None else {"prey": self._prey.sha256}
        self.bitwise = self._prey.bitwise
        high = scenario.touch_reward * scenario.learned
        self.reward = {"kind": "per_agent", "reduction": "first", "high": high}

    def add_given(self, controls: np.ndarray, engine: Engine, teams: np.ndarray) -> None:
        """The prey's controls."""
        controls[:, self.scenario.learned] = self._prey.act(engine.prey_observation())

    def outcome(self, engine: Engine) -> tuple[np.ndarray, np.ndarray, Sequence[np.ndarray]]:
        """Rewards, all the same, collisions and touches."""
        found = engine.outcome()
        return found.rewards, found.rewards[0], (found.collisions, found.touches)


class Hunted(_Side):
    """The same from the other side: the prey learns, the predators are given."""

    counted = (_TOUCHES,)
    bitwise = True
    has_teams = True

    def __init__(self, scenario: Scenario, predators: str):
        super().__init__(scenario)
        self._predators = load_predators(predators, scenario, self.observation_width)
        self.agent_names = ("agent_0",)
        self.learned = slice(scenario.learned, scenario.agents)
        self.observation_width = prey_width(scenario)
        self.parts = {"predators": self._predators.identity}
        self.files = self._predators.sha256
        self.teams = self._predators.teams
        food = FOOD_REWARD * len(scenario.foods)
        self.reward = {"kind": "per_agent", "reduction": "first", "high": food}

    def observations(self, engine: Engine) -> np.ndarray:
        """What the prey sees, [width, E]."""
        return engine.prey_observation()

    def add_given(self, controls: np.ndarray, engine: Engine, teams: np.ndarray) -> None:
        """The predators' controls."""
        controls[:, : self.scenario.learned] = self._predators.act(engine.observations(), teams)

    def outcome(self, engine: Engine) -> tuple[np.ndarray, np.ndarray, Sequence[np.ndarray]]:
        """The prey's reward and touches."""
        reward, touches = engine.escape()
        return reward[None], reward, (touches,)


def role_of(env: str, options: Mapping[str, Scalar]) -> Role:
    """The side that ``env`` means; `BridgeError` where an option names no usable file."""
    name = env.removeprefix("mpe/")
    if name.endswith(PREY_SUFFIX):
        return Hunted(SCENARIOS[name.removesuffix(PREY_SUFFIX)], str(options["predators"]))
    scenario = SCENARIOS[name]
    return Hunters(scenario, str(options["prey"])) if scenario.has_prey else Everybody(scenario)


def _mean(rewards: np.ndarray) -> np.ndarray:
    """Mean over agents, added in agent order."""
    total = rewards[0].copy()
    for reward in rewards[1:]:
        total += reward
    return total / len(rewards)
