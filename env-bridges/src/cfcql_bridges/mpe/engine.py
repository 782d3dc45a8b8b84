"""E particle worlds: state, motion, observations and rewards; no prey policy, no protocol.

Arrays have the axis E last and are contiguous along it; see `physics` for why rows cannot
influence each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cfcql_bridges.mpe.physics import Physics
from cfcql_bridges.mpe.scenarios import Scenario

COLLISION_COST = 5.0
NEAREST_CAP = 10.0
DISTANCE_COST = 0.1
# The reward of a prey that learns: it pays for leaving the field, and food attracts it.
FIELD_EDGE = 0.9
FIELD_COST = 10.0
FOOD_REWARD = 2.0
OCCUPIED_WITHIN = 0.1


@dataclass(frozen=True)
class Outcome:
    """Rewards [learned, E] and what the info arrays tell, int [E]."""

    rewards: np.ndarray
    collisions: np.ndarray
    touches: np.ndarray
    occupied_landmarks: np.ndarray


class Engine:
    """State of E worlds: ``positions`` [2, entities, E], ``velocities`` [2, agents, E]."""

    def __init__(
        self,
        scenario: Scenario,
        envs: int,
        force_exponent: int = 2,
        integration: str = "velocity_first",
    ):
        self.scenario = scenario
        self.envs = envs
        self._physics = Physics(scenario, force_exponent, integration == "position_first")
        self.positions = np.zeros((2, len(scenario.sizes), envs))
        self.velocities = np.zeros((2, scenario.agents, envs))
        self._learned_view = _ObservationTable(scenario, range(scenario.learned))
        self._prey_view = None
        if scenario.has_prey:
            self._prey_view = _ObservationTable(scenario, [scenario.agents - 1])

    @property
    def observation_width(self) -> int:
        """Numbers in one learned agent's observation."""
        return self._learned_view.width

    def reset_row(self, row: int, seed: int) -> None:
        """Start row ``row`` from ``seed``: agents first, then landmarks, x before y."""
        scenario = self.scenario
        generator = np.random.default_rng(seed)
        agents = generator.uniform(-1.0, 1.0, (scenario.agents, 2))
        reach = scenario.landmark_range
        landmarks = generator.uniform(-reach, reach, (scenario.landmarks, 2))
        self.positions[:, : scenario.agents, row] = agents.T
        self.positions[:, scenario.agents :, row] = landmarks.T
        self.velocities[:, :, row] = 0.0

    def advance(self, controls: np.ndarray, active: np.ndarray | None = None) -> None:
        """One step of the ``active`` rows (bool [E], all by default).

        ``controls`` [2, agents, E] in [-1, 1], the prey's included.
        """
        moved, velocities = self._physics.advance(self.positions, self.velocities, controls)
        agents = self.scenario.agents
        if active is None or active.all():
            self.positions[:, :agents] = moved
            self.velocities[:] = velocities
        else:
            np.copyto(self.positions[:, :agents], moved, where=active)
            np.copyto(self.velocities, velocities, where=active)

    def observations(self) -> np.ndarray:
        """Observations of the learned agents, [learned * width, E]."""
        return self._learned_view.read(self._source())

    def prey_observation(self) -> np.ndarray:
        """Observation of the prey, [width, E]."""
        return self._prey_view.read(self._source())

    def outcome(self) -> Outcome:
        """Rewards and counts of the present state."""
        scenario = self.scenario
        learned = self.positions[:, : scenario.learned]
        first, second = np.triu_indices(scenario.learned, 1)
        apart = _distance(learned[:, first] - learned[:, second])
        sizes = np.array(scenario.sizes)
        overlaps = apart < (sizes[first] + sizes[second])[:, None]
        collisions = _ordered_sum(overlaps.astype(np.int32))
        if scenario.has_prey:
            return self._hunt(collisions)
        return self._cover(collisions, overlaps, first, second)

    def escape(self) -> tuple[np.ndarray, np.ndarray]:
        """Reward of the prey [E] in the present state, and how many predators touch it, int [E].

        Minus the touches at the predators' price; minus `FIELD_COST` times how far each coordinate
        is outside the field, one at most; plus `FOOD_REWARD` for each food it touches.
        """
        scenario = self.scenario
        prey = scenario.agents - 1
        sizes = np.array(scenario.sizes)
        me = self.positions[:, prey]
        cost = FIELD_COST * np.clip(np.abs(me) - FIELD_EDGE, 0.0, 1.0)
        _, touches = self._chase()
        reward = -scenario.touch_reward * touches - (cost[0] + cost[1])
        for index in scenario.foods:
            food = scenario.agents + index
            distance = _distance(self.positions[:, food] - me)
            reward = reward + FOOD_REWARD * (distance < sizes[food] + sizes[prey])
        return reward, touches

    def _chase(self) -> tuple[np.ndarray, np.ndarray]:
        """Distances of the predators to the prey [learned, E] and how many touch it, int [E]."""
        scenario = self.scenario
        prey = scenario.agents - 1
        sizes = np.array(scenario.sizes)
        distance = _distance(self.positions[:, : scenario.learned] - self.positions[:, prey, None])
        touching = distance < (sizes[: scenario.learned] + sizes[prey])[:, None]
        return distance, _ordered_sum(touching.astype(np.int32))

    def _hunt(self, collisions: np.ndarray) -> Outcome:
        scenario = self.scenario
        distance, touches = self._chase()
        reward = scenario.touch_reward * touches - DISTANCE_COST * _ordered_sum(distance)
        rewards = np.broadcast_to(reward, (scenario.learned, self.envs))
        return Outcome(rewards, collisions, touches, np.zeros_like(touches))

    def _cover(
        self, collisions: np.ndarray, overlaps: np.ndarray, first: np.ndarray, second: np.ndarray
    ) -> Outcome:
        agents = self.scenario.agents
        offset = self.positions[:, agents:, None] - self.positions[:, None, :agents]
        nearest = _distance(offset).min(axis=1)
        with np.errstate(divide="ignore"):
            gain = _ordered_sum(np.minimum(1.0 / nearest, NEAREST_CAP))
        rewards = np.stack(
            [
                gain - COLLISION_COST * _ordered_sum(overlaps[(first == i) | (second == i)] + 0.0)
                for i in range(agents)
            ]
        )
        occupied = _ordered_sum((nearest < OCCUPIED_WITHIN).astype(np.int32))
        return Outcome(rewards, collisions, np.zeros_like(collisions), occupied)

    def _source(self) -> np.ndarray:
        """What observations are made of, [rows, E], in the order `_ObservationTable` expects."""
        scenario = self.scenario
        parts = [
            self.positions.reshape(-1, self.envs),
            self.velocities.reshape(-1, self.envs),
            np.zeros((1, self.envs)),
        ]
        if scenario.forests:
            parts.append(self._forest_flags())
        return np.concatenate(parts)

    def _forest_flags(self) -> np.ndarray:
        """+1 where an agent touches a forest, else -1, [agents * forests, E]."""
        scenario = self.scenario
        agents = scenario.agents
        forests = [agents + index for index in scenario.forests]
        sizes = np.array(scenario.sizes)
        distance = _distance(self.positions[:, :agents, None] - self.positions[:, None, forests])
        inside = distance < (sizes[:agents, None] + sizes[None, forests])[:, :, None]
        return np.where(inside, 1.0, -1.0).reshape(-1, self.envs)


class _ObservationTable:
    """Observations as differences of source rows: two gathers and one subtraction for all."""

    def __init__(self, scenario: Scenario, observers):
        entities, agents = len(scenario.sizes), scenario.agents
        zero = 2 * entities + 2 * agents

        def position(entity: int, axis: int) -> int:
            return axis * entities + entity

        def velocity(agent: int, axis: int) -> int:
            return 2 * entities + axis * agents + agent

        plus: list[int] = []
        minus: list[int] = []
        for me in observers:
            others = [entity for entity in range(agents) if entity != me]
            seen = [*range(agents, entities), *others]
            mine = [(velocity(me, c), zero) for c in (0, 1)]
            mine += [(position(me, c), zero) for c in (0, 1)]
            mine += [(position(it, c), position(me, c)) for it in seen for c in (0, 1)]
            if not scenario.has_prey:
                mine += [(zero, zero)] * (2 * len(others))  # silent communication channels
            elif me < scenario.learned:
                mine += [(velocity(agents - 1, c), zero) for c in (0, 1)]
            flags = len(scenario.forests)
            mine += [(zero + 1 + me * flags + flag, zero) for flag in range(flags)]
            self.width = len(mine)
            plus += [pair[0] for pair in mine]
            minus += [pair[1] for pair in mine]
        self._plus = np.array(plus)
        self._minus = np.array(minus)

    def read(self, source: np.ndarray) -> np.ndarray:
        return source[self._plus] - source[self._minus]


def _distance(delta: np.ndarray) -> np.ndarray:
    return np.sqrt(delta[0] * delta[0] + delta[1] * delta[1])


def _ordered_sum(values: np.ndarray) -> np.ndarray:
    """Sum over the first axis from first to last, whatever the memory layout."""
    total = values[0].copy()
    for value in values[1:]:
        total += value
    return total
