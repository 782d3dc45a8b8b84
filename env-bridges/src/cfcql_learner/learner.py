"""What a learner is and what it gets."""

from __future__ import annotations

import difflib
import json
import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

Settings = dict[str, Any]


class Refused(Exception):  # noqa: N818 - it is an answer, not an error
    """A task or a setting that the learner cannot take; its text is one line for the user."""


@dataclass(frozen=True)
class Task:
    """Sizes and names of a task.

    ``branch`` is ``continuous`` (actions are vectors from ``low`` to ``high``) or ``discrete``
    (``actions`` numbers to choose from).
    """

    environment: str
    data: str
    branch: str
    agents: int
    observation: int
    state: int
    actions: int
    low: float
    high: float
    episode_limit: int


@dataclass(frozen=True)
class Transitions:
    """A minibatch of a continuous task; arrays are read-only, the first axis is the batch."""

    observations: np.ndarray  # f32 [B, n, O]
    actions: np.ndarray  # f32 [B, n, d]
    rewards: np.ndarray  # f32 [B, n]
    dones: np.ndarray  # u8 [B, n], 1 where nothing may be bootstrapped
    next_observations: np.ndarray  # f32 [B, n, O]
    state: np.ndarray  # f32 [B, S]
    next_state: np.ndarray  # f32 [B, S]
    next_actions: np.ndarray | None = None  # f32 [B, n, d], where the learner reads them


@dataclass(frozen=True)
class Episodes:
    """A minibatch of a discrete task: whole episodes padded with zeros to T slots.

    An episode of L steps fills slots 0 to L; the last is there to bootstrap from, its action was
    never taken.
    """

    observations: np.ndarray  # f32 [B, T, n, O]
    state: np.ndarray  # f32 [B, T, S]
    available_actions: np.ndarray  # u8 [B, T, n, A]
    actions: np.ndarray  # i32 [B, T, n]
    rewards: np.ndarray  # f32 [B, T], of the team
    terminated: np.ndarray  # u8 [B, T]
    filled: np.ndarray  # u8 [B, T], 1 where the episode has a slot


class Learner:
    """Base of a learner: give it a name, its settings with defaults, `update` and `act`.

    ``round`` is what one round consists of, ``full`` and ``critic`` updates; ``roles`` is what it
    takes optimiser steps of: one of each role per full update, one of the critic per critic update.
    """

    name: ClassVar[str]
    version: ClassVar[str] = "0"
    branches: ClassVar[tuple[str, ...]] = ("continuous",)
    defaults: ClassVar[Settings] = {}
    round: tuple[str, ...] = ("full",)
    roles: tuple[str, ...] = ("actor",)
    reads_next_actions: bool = False

    def __init__(self, task: Task, settings: Settings, seed: int):
        self.task = task
        self.settings = settings
        self.random = np.random.default_rng(seed)

    def update(self, batch: Transitions | Episodes, kind: str) -> dict[str, float]:
        """Take one update of this kind, ``full`` or ``critic``; return numbers for the records."""
        raise NotImplementedError

    def steps(self, kind: str) -> dict[str, int]:
        """Declare the optimiser steps, by role, that the last update of this kind has taken."""
        return {role: int(kind == "full" or role == "critic") for role in self.roles}

    def open(self, rows: int) -> Any:
        """Make what a policy remembers of ``rows`` environments; nothing by default."""
        return None

    def reset(self, memory: Any, row: int) -> None:
        """Forget what was seen in a row: a new episode starts there."""

    def act(
        self,
        observations: np.ndarray,
        state: np.ndarray,
        available: np.ndarray | None,
        memory: Any,
    ) -> np.ndarray:
        """Act greedily, without noise: f32 [E, n, d] in bounds, or i32 [E, n] of what is available.

        ``observations`` are f32 [E, n, O], ``state`` f32 [E, S], ``available`` u8 [E, n, A] where
        actions are numbers. Rows must not depend on each other.
        """
        raise NotImplementedError

    def state(self) -> dict[str, np.ndarray]:
        """Return every array that `update` changes by name; ``self.random`` is kept anyway."""
        raise NotImplementedError

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Take over what `state` returned."""
        raise NotImplementedError

    def save(self) -> bytes:
        """Return the state with that of the random numbers; equal states are equal bytes.

        A learner of another library overrides `save` and `load` in place of `state` and `restore`.
        """
        arrays = {name: np.ascontiguousarray(values) for name, values in self.state().items()}
        about = [[name, values.dtype.str, values.shape] for name, values in arrays.items()]
        random = self.random.bit_generator.state
        head = json.dumps({"arrays": about, "random": random}, sort_keys=True).encode()
        raw = (values.tobytes() for values in arrays.values())
        return b"".join([len(head).to_bytes(8, "little"), head, *raw])

    def load(self, state: bytes) -> None:
        """Continue from what `save` returned."""
        end = 8 + int.from_bytes(state[:8], "little")
        head = json.loads(state[8:end])
        arrays = {}
        for name, dtype, shape in head["arrays"]:
            size = np.dtype(dtype).itemsize * math.prod(shape)
            flat = np.frombuffer(state[end : end + size], dtype=dtype)
            arrays[name] = flat.reshape(shape).copy()
            end += size
        self.random.bit_generator.state = head["random"]
        self.restore(arrays)

    # A learner that has targets defines update_targets(self); it is called after each round.
    update_targets = None


def resolve(kind: type[Learner], given: Settings) -> Settings:
    """Return all settings in force; raise `Refused` for one that is unknown or of a wrong type."""
    settings = dict(kind.defaults)
    for key, value in given.items():
        if key not in settings:
            near = difflib.get_close_matches(key, settings, 1, 0.4)
            advice = f"did you mean '{near[0]}'?" if near else f"it knows {', '.join(settings)}"
            raise Refused(f"expected a key of {kind.name}, found '{key}'; {advice}")
        default = settings[key]
        number = isinstance(default, int | float) and not isinstance(default, bool)
        fits = (
            isinstance(value, int | float) and not isinstance(value, bool)
            if number
            else isinstance(value, type(default))
        )
        if not fits or (isinstance(default, int) and number and value != int(value)):
            wanted = type(default).__name__
            raise Refused(f"expected {kind.name}.{key} to be of type {wanted}, found '{value}'")
        settings[key] = type(default)(value)
    return settings
