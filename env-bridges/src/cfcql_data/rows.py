"""Episodes between a reader and a writer, and the task that they are of."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

TERMINAL, TRUNCATION, BOOTSTRAP = "TERMINAL", "TRUNCATION", "BOOTSTRAP"

# What truncated.npy holds in the last step of an episode that was cut; a sum of these.
CUT = 1
SUCCESSOR_UNKNOWN = 2
DATA_ENDED = 4


@dataclass(frozen=True)
class Task:
    """The environment of a data set, as its card keeps it.

    ``low`` and ``high`` are None for numbered actions, ``actions`` then says how many there are.
    """

    environment: str
    agents: tuple[str, ...]
    observation: int
    state: int
    state_is_observations: bool
    actions: int
    low: float | None
    high: float | None
    masked: bool
    limit: int
    timeout: str
    per_agent: bool
    reduction: str
    fingerprint: str = ""
    options: dict = field(default_factory=dict)
    ingredients: dict = field(default_factory=lambda: {"source": "imported"})

    @property
    def discrete(self) -> bool:
        """Whether actions are numbers of choices."""
        return self.low is None

    def card(self) -> dict:
        """The task as a card spells it."""
        space = {"type": "discrete", "size": self.actions}
        if not self.discrete:
            space = {"type": "box", "size": self.actions, "low": self.low, "high": self.high}
        return {
            "environment": self.environment,
            "options": self.options,
            "fingerprint": self.fingerprint,
            "ingredients": self.ingredients,
            "agents": list(self.agents),
            "observationSize": self.observation,
            "stateSize": self.state,
            "stateIsObservations": self.state_is_observations,
            "actionSpace": space,
            "masked": self.masked,
            "episodeLimit": self.limit,
            "timeoutKind": self.timeout,
            "perAgentReward": self.per_agent,
            "paperReduction": self.reduction,
        }

    @staticmethod
    def of_card(card: dict) -> Task:
        """Read what `card` wrote; KeyError, TypeError or ValueError if it is something else."""
        space = card["actionSpace"]
        box = space["type"] == "box"
        return Task(
            environment=str(card["environment"]),
            agents=tuple(str(name) for name in card["agents"]),
            observation=int(card["observationSize"]),
            state=int(card["stateSize"]),
            state_is_observations=bool(card["stateIsObservations"]),
            actions=int(space["size"]),
            low=float(space["low"]) if box else None,
            high=float(space["high"]) if box else None,
            masked=bool(card["masked"]),
            limit=int(card["episodeLimit"]),
            timeout=str(card["timeoutKind"]),
            per_agent=bool(card["perAgentReward"]),
            reduction=str(card["paperReduction"]),
            fingerprint=str(card["fingerprint"]),
            options=dict(card["options"]),
            ingredients=dict(card["ingredients"]),
        )

    def fields(self, separate_next: bool) -> dict[str, tuple[str, tuple[int, ...]]]:
        """Element type and shape of a row of each array, in the order of the card."""
        agents = len(self.agents)
        seen = ("<f4", (agents, self.observation))
        state = ("<f4", (self.state,))
        fields = {"observations": seen}
        if not self.state_is_observations:
            fields["state"] = state
        acted = ("<i4", (agents,)) if self.discrete else ("<f4", (agents, self.actions))
        fields["actions"] = acted
        if self.masked:
            fields["available_actions"] = ("|u1", (agents, self.actions))
        fields["rewards"] = ("<f4", (agents,) if self.per_agent else ())
        fields["terminated"] = ("|u1", ())
        fields["truncated"] = ("|u1", ())
        if separate_next:
            fields["next_observations"] = seen
            if not self.state_is_observations:
                fields["next_state"] = state
        return fields


@dataclass
class Rows:
    """Whole episodes: an episode of L steps has L + 1 rows, the last holds what was seen last.

    ``lengths`` are steps per episode, ``terminated`` is true and ``truncated`` a sum of `CUT`,
    `SUCCESSOR_UNKNOWN` and `DATA_ENDED` per episode. The arrays have a row per row, with the shapes
    of `Task.fields`; those that the task does not store are None.
    """

    lengths: np.ndarray
    terminated: np.ndarray
    truncated: np.ndarray
    observations: np.ndarray
    state: np.ndarray | None
    actions: np.ndarray
    available: np.ndarray | None
    rewards: np.ndarray
    next_observations: np.ndarray | None = None
    next_state: np.ndarray | None = None

    def starts(self) -> np.ndarray:
        """First row of each episode, then the number of rows."""
        return np.concatenate(([0], np.cumsum(self.lengths + 1)))

    def field(self, name: str) -> np.ndarray:
        """The array of a file."""
        last = self.starts()[1:] - 2
        if name in ("terminated", "truncated"):
            flags = np.zeros(int((self.lengths + 1).sum()), np.uint8)
            flags[last] = getattr(self, name)
            return flags
        return self.available if name == "available_actions" else getattr(self, name)
