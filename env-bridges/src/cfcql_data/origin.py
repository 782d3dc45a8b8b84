"""What the paper's HDF5 layout has no place for, kept as JSON in an attribute of the file.

So an exported data set that is imported again is the same data set. Other programs need not look at
it. The ends of episodes are bits in base 64, a bit behind the last one tells an empty set from one
that was left out.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cfcql_data.errors import RefusedError
from cfcql_data.rows import Task

ATTRIBUTE = "cfcql"
SCHEMA = 1

# HDF5 keeps attributes below 64 KiB in the object header; some room for the card.
LARGEST_FLAGS = 40_000


@dataclass
class Origin:
    """Kind and task of a data set; whether each episode terminated or was truncated, if told."""

    kind: str
    task: Task
    terminated: np.ndarray | None
    truncated: np.ndarray | None

    @property
    def tells_ends(self) -> bool:
        """Whether the ends of all episodes are told."""
        return self.terminated is not None and self.truncated is not None

    def ends(self) -> tuple[np.ndarray, np.ndarray]:
        """Which episodes terminated, which were truncated."""
        return self.terminated, self.truncated

    def text(self) -> str:
        """The attribute."""
        bits = [_text(self.terminated), _text(self.truncated)]
        if sum(len(some) for some in bits) > LARGEST_FLAGS:
            bits = ["", ""]
        return json.dumps(
            {
                "schema": SCHEMA,
                "kind": self.kind,
                "task": self.task.card(),
                "terminated": bits[0],
                "truncated": bits[1],
            },
            indent=2,
            ensure_ascii=False,
        )

    @staticmethod
    def read(path: Path, text: str | None, shape: dict[str, int]) -> Origin | None:
        """The origin of a file, if the harness wrote it."""
        if text is None:
            return None
        try:
            stored = json.loads(text)
            schema = stored["schema"]
            if not isinstance(schema, int):
                raise TypeError(schema)
            origin = Origin(
                str(stored["kind"]),
                Task.of_card(stored["task"]),
                _bits(stored["terminated"], shape["episodes"]),
                _bits(stored["truncated"], shape["episodes"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as damaged:
            raise RefusedError(
                f"{path}: expected the attribute '{ATTRIBUTE}' as cfcql data export writes it, "
                "found another; remove it"
            ) from damaged
        if schema > SCHEMA:
            raise RefusedError(
                f"{path}: expected the attribute '{ATTRIBUTE}' of schema {SCHEMA} or older, found "
                f"schema {schema}; update cfcql"
            )
        origin._require(path, shape)
        return origin

    def _require(self, path: Path, shape: dict[str, int]) -> None:
        declared = {
            "slots": self.task.limit + 1,
            "agents": len(self.task.agents),
            "observation": self.task.observation,
            "state": self.task.state,
            "actions": self.task.actions,
        }
        found = {name: shape[name] for name in declared}
        if declared != found or not self.task.discrete:
            raise RefusedError(
                f"{path}: expected {declared} as its attribute '{ATTRIBUTE}' says, found {found}; "
                "remove the attribute"
            )


def _text(flags: np.ndarray) -> str:
    bits = np.packbits(np.append(flags, True), bitorder="little")
    return base64.b64encode(bits.tobytes()).decode("ascii")


def _bits(text: str, episodes: int) -> np.ndarray | None:
    """Flags of all episodes; None where they are told of another number of them."""
    try:
        packed = np.frombuffer(base64.b64decode(text, validate=True), np.uint8)
    except binascii.Error as damaged:
        raise ValueError(str(damaged)) from damaged
    bits = np.flatnonzero(np.unpackbits(packed, bitorder="little"))
    if len(bits) == 0 or bits[-1] != episodes:
        return None
    flags = np.zeros(episodes, bool)
    flags[bits[:-1]] = True
    return flags
