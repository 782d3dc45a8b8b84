"""The three scenarios as tables of numbers (docs/specification/environments.md 3.2)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scenario:
    """Entities in order: learned agents, the prey if there is one, landmarks.

    ``gains`` are the factors from action to force per agent, ``repeated`` whether the factor
    enters a second time in the paper's code. ``forests`` and ``foods`` are landmark indices.
    """

    name: str
    learned: int
    agent_names: tuple[str, ...]
    sizes: tuple[float, ...]
    collides: tuple[bool, ...]
    gains: tuple[float, ...]
    repeated: bool
    max_speeds: tuple[float | None, ...]
    landmark_range: float
    touch_reward: float = 0.0
    forests: tuple[int, ...] = ()
    foods: tuple[int, ...] = ()

    @property
    def agents(self) -> int:
        """Number of moving entities, the prey included."""
        return len(self.gains)

    @property
    def landmarks(self) -> int:
        """Number of fixed entities."""
        return len(self.sizes) - self.agents

    @property
    def has_prey(self) -> bool:
        """Whether the last moving entity is a prey that is not learned."""
        return self.agents > self.learned


EPISODE_LIMIT = 25
PREDATORS = ("adversary_0", "adversary_1", "adversary_2")

SIMPLE_SPREAD = Scenario(
    name="simple_spread",
    learned=3,
    agent_names=("agent_0", "agent_1", "agent_2"),
    sizes=(0.15,) * 3 + (0.05,) * 3,
    collides=(True,) * 3 + (False,) * 3,
    gains=(5.0,) * 3,
    repeated=False,
    max_speeds=(None,) * 3,
    landmark_range=1.0,
)

SIMPLE_TAG = Scenario(
    name="simple_tag",
    learned=3,
    agent_names=PREDATORS,
    sizes=(0.075,) * 3 + (0.05,) + (0.2,) * 2,
    collides=(True,) * 6,
    gains=(3.0,) * 3 + (4.0,),
    repeated=True,
    max_speeds=(1.0,) * 3 + (1.3,),
    landmark_range=0.9,
    touch_reward=10.0,
)

# Landmarks: one obstacle, two pieces of food, two forests.
SIMPLE_WORLD = Scenario(
    name="simple_world",
    learned=3,
    agent_names=PREDATORS,
    sizes=(0.075,) * 3 + (0.045,) + (0.2,) + (0.03,) * 2 + (0.3,) * 2,
    collides=(True,) * 5 + (False,) * 4,
    gains=(3.0,) * 3 + (4.0,),
    repeated=True,
    max_speeds=(1.0,) * 3 + (1.3,),
    landmark_range=0.9,
    touch_reward=5.0,
    forests=(3, 4),
    foods=(1, 2),
)

SCENARIOS = {scenario.name: scenario for scenario in (SIMPLE_SPREAD, SIMPLE_TAG, SIMPLE_WORLD)}
