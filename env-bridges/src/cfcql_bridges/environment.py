"""What an environment is to the worker: a description, and arrays over E rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from cfcql_bridges.options import Scalar
from cfcql_bridges.protocol import DTYPES

# A flag that some environments have: 1 where the episode of this row alone broke. Nothing else of
# the row holds then, and it has to be reset.
VOID = "void"


@dataclass(frozen=True)
class Array:
    """Descriptor of one array; ``shape`` is per environment, without the axis E."""

    name: str
    role: str
    dtype: str
    shape: tuple[int, ...]
    meaning: str
    derived_from: str | None = None
    derived_by: str | None = None

    def describe(self) -> dict:
        """The descriptor as SPEC carries it."""
        text = {
            "name": self.name,
            "role": self.role,
            "dtype": self.dtype,
            "shape": list(self.shape),
            "meaning": self.meaning,
        }
        if self.derived_from is not None:
            text["derived_from"] = self.derived_from
            text["derived_by"] = self.derived_by
        return text


@dataclass(frozen=True)
class StateField:
    """One field of the bytes of STATE_GET, per environment."""

    name: str
    dtype: str
    shape: tuple[int, ...]

    @property
    def nbytes(self) -> int:
        """Bytes of this field."""
        return DTYPES[self.dtype].itemsize * int(np.prod(self.shape, dtype=np.int64))


@dataclass(frozen=True)
class Description:
    """Everything that SPEC says about an environment, fingerprints excepted."""

    env: str
    family: str
    backend: str
    label: str
    options: dict[str, Scalar]
    parts: dict[str, str]
    files: dict[str, str]
    envs: int
    agents: tuple[str, ...]
    arrays: tuple[Array, ...]
    reset_frames: tuple[str, ...]
    step_frames: tuple[str, ...]
    action: dict
    episode_limit: int
    timeout_kind: str
    reward: dict
    seeding: str
    determinism: str
    licence: str
    state_layout: tuple[StateField, ...] = field(default=())
    machine: dict[str, str] = field(default_factory=dict)

    def array(self, name: str) -> Array:
        """Descriptor by name."""
        return next(array for array in self.arrays if array.name == name)

    @property
    def state_bytes(self) -> int:
        """Bytes of the state of one environment."""
        return sum(item.nbytes for item in self.state_layout)

    def fields(self, fingerprint: str, task_fingerprint: str, flat: dict[str, str]) -> dict:
        """Header fields of SPEC, in protocol order."""
        return {
            "env": self.env,
            "family": self.family,
            "backend": self.backend,
            "label": self.label,
            "options": self.options,
            "parts": self.parts,
            "envs": self.envs,
            "agents": list(self.agents),
            "arrays": [array.describe() for array in self.arrays],
            "reset_frames": list(self.reset_frames),
            "step_frames": list(self.step_frames),
            "action": self.action,
            "episode_limit": self.episode_limit,
            "timeout_kind": self.timeout_kind,
            "reward": self.reward,
            "info": [array.name for array in self.arrays if array.role == "info"],
            "seeding": self.seeding,
            "determinism": self.determinism,
            "autoreset": ["disabled"],
            "capabilities": ["state"] if self.state_layout else [],
            "state_layout": [
                {"name": item.name, "dtype": item.dtype, "shape": list(item.shape)}
                for item in self.state_layout
            ],
            "licence": self.licence,
            "fingerprint": fingerprint,
            "task_fingerprint": task_fingerprint,
            "fingerprint_of": flat,
        }


class VectorEnvironment(Protocol):
    """E independent environments.

    The worker has checked masks, row phases and actions before it calls. Results are arrays
    [E, ...] in the order of ``reset_frames`` or ``step_frames``, cast by the worker to the
    described dtype; they may be reused by the next call. A row's results must not depend on E or
    on other rows, bit for bit.
    """

    description: Description

    # An environment with processes or files of its own also has ``close()``, called at CLOSE.

    def reset(self, mask: np.ndarray, seeds: np.ndarray) -> Sequence[np.ndarray]:
        """Start new episodes in the rows of ``mask`` (bool [E]) from ``seeds`` (u64 [E])."""
        ...

    def step(self, actions: np.ndarray, active: np.ndarray) -> Sequence[np.ndarray]:
        """Advance the rows of ``active`` (bool [E]) by one step."""
        ...

    def get_state(self) -> list[bytes]:
        """The state of each row, laid out as ``description.state_layout``."""
        ...

    def set_state(self, mask: np.ndarray, states: Sequence[bytes]) -> Sequence[np.ndarray]:
        """Put the rows of ``mask`` into the given states; the result is that of `reset`."""
        ...
