"""Writes the arrays and the card of a data set, piece by piece."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import numpy as np

from cfcql_data.errors import RefusedError
from cfcql_data.numbers import first_not_finite
from cfcql_data.rows import DATA_ENDED, SUCCESSOR_UNKNOWN, Rows, Task

HEADER_BYTES = 128


def _header(descriptor: str, shape: tuple[int, ...]) -> bytes:
    axes = ", ".join(str(axis) for axis in shape)
    text = (
        f"{{'descr': '{descriptor}', 'fortran_order': False, 'shape': "
        f"({axes}{',' if len(shape) == 1 else ''}), }}"
    )
    magic = b"\x93NUMPY\x01\x00" + (HEADER_BYTES - 10).to_bytes(2, "little")
    return magic + text.encode("ascii").ljust(HEADER_BYTES - 11) + b"\n"


class _Array:
    """One ``.npy`` file; its header is written last, when the number of rows is known."""

    def __init__(self, path: Path, descriptor: str, row: tuple[int, ...]):
        self.path = path
        self.descriptor = descriptor
        self.row = row
        self.rows = 0
        self.file = path.open("w+b")
        self.file.write(bytes(HEADER_BYTES))

    def append(self, values: np.ndarray) -> None:
        """Append rows."""
        stored = np.ascontiguousarray(values, self.descriptor)
        if stored.shape[1:] != self.row:
            raise AssertionError(f"{self.path.name}: rows of {stored.shape[1:]}, not {self.row}")
        self.file.write(stored.data)
        self.rows += len(stored)

    def finish(self) -> dict:
        """Write the header, force all to the disk; the array as the card lists it."""
        shape = (self.rows, *self.row)
        self.file.seek(0)
        self.file.write(_header(self.descriptor, shape))
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.seek(0)
        digest = hashlib.file_digest(self.file, "sha256").hexdigest()
        self.file.close()
        return {"type": self.descriptor, "shape": list(shape), "sha256": digest}


class DatasetWriter:
    """Writes a data set into an empty folder that the caller gives its name when it is complete."""

    def __init__(self, folder: Path, task: Task, separate_next: bool = False):
        self.task = task
        self.folder = folder
        self.arrays = {
            name: _Array(folder / f"{name}.npy", descriptor, row)
            for name, (descriptor, row) in task.fields(separate_next).items()
        }
        self.offsets = [np.zeros(1, np.int64)]
        self.returns: list[np.ndarray] = []
        self.ended_by_data: list[np.ndarray] = []
        self.transitions = 0
        self.episodes = 0
        self.unknown_successors = 0

    def append(self, rows: Rows) -> None:
        """Append whole episodes; refuse numbers that are not finite."""
        for name, array in self.arrays.items():
            values = rows.field(name)
            if array.descriptor == "<f4":
                self._require_finite(name, values, rows)
            array.append(values)
        starts = rows.starts()
        self.offsets.append(starts[1:] + self.transitions + self.episodes)
        scores = rows.rewards.astype(np.float64)
        if scores.ndim == 2:
            scores = scores[:, 0] if self.task.reduction == "agent0" else scores.mean(axis=1)
        self.returns.append(np.add.reduceat(scores, starts[:-1]))
        self.ended_by_data.append((rows.truncated & DATA_ENDED) != 0)
        self.unknown_successors += int(((rows.truncated & SUCCESSOR_UNKNOWN) != 0).sum())
        self.transitions += int(rows.lengths.sum())
        self.episodes += len(rows.lengths)

    def _require_finite(self, name: str, values: np.ndarray, rows: Rows) -> None:
        found = first_not_finite(values)
        if found is not None:
            episode = int(np.searchsorted(rows.starts(), found[0], side="right")) - 1
            raise RefusedError(
                f"expected finite numbers in '{name}' of episode {self.episodes + episode} step "
                f"{found[0] - int(rows.starts()[episode])}, found {values[found]}; "
                "nothing was imported"
            )

    def finish(self, kind: str, made: dict) -> dict:
        """Complete the arrays and write the card, which is returned."""
        if self.episodes == 0:
            raise RefusedError("expected at least one episode, found none; nothing was imported")
        offsets = _Array(self.folder / "episode_offsets.npy", "<i8", ())
        offsets.append(np.concatenate(self.offsets))
        marked = self.unknown_successors > 0 or any(some.any() for some in self.ended_by_data)
        fields = {}
        for name, array in (*self.arrays.items(), ("episode_offsets", offsets)):
            fields[name] = array.finish()
        order = ("terminated", "truncated", "episode_offsets", "next_observations", "next_state")
        for name in order:
            if name in fields:
                fields[name] = fields.pop(name)
        lines = sorted((f"{name}.npy", card["sha256"]) for name, card in fields.items())
        text = "".join(f"{digest}  {name}\n" for name, digest in lines)
        card = {
            "schema": 2 if marked else 1,
            "kind": kind,
            "task": self.task.card(),
            "episodes": self.episodes,
            "transitions": self.transitions,
            "rows": self.transitions + self.episodes,
            "returns": self._statistics(),
            "fields": fields,
            "hash": hashlib.sha256(text.encode()).hexdigest(),
            "made": made,
        }
        path = self.folder / "card.json"
        with path.open("w", encoding="utf-8") as file:
            json.dump(card, file, indent=2, ensure_ascii=False)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        return card

    def _statistics(self) -> dict:
        """Of whole episodes: one that only the end of the data cut says nothing of a return."""
        returns = np.concatenate(self.returns)
        whole = returns[~np.concatenate(self.ended_by_data)]
        counted = whole if len(whole) else returns
        return {
            "mean": float(counted.mean()),
            "std": float(counted.std(ddof=1)) if len(counted) > 1 else 0.0,
            "min": float(counted.min()),
            "max": float(counted.max()),
        }
