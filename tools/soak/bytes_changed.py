"""Faults of bytes: frames on the wire, data sets and run folders between two attempts."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import proxy
from faults import CELL_FAILED, DONE, Fault, View
from processes import Process

ACTIONS: dict[str, Callable[[Random], proxy.Action]] = {
    "lost": lambda _: proxy.lose,
    "twice": lambda _: proxy.twice,
    "cut": lambda _: proxy.cut,
    "late": lambda generator: proxy.delay(generator.uniform(0.1, 3)),
    "damaged": proxy.damage,
    "behind junk": proxy.junk,
}

# Making an environment may take minutes elsewhere, so its deadline is minutes long: a frame lost
# there would only be waited for.
MADE_AFTER_CHUNKS = 10


class Frame(Fault):
    """The next chunk between an environment and its harness, of either direction."""

    role = "environment"

    def __init__(self, kind: str, generator: Random, action: str):
        super().__init__(kind, generator)
        self.action = ACTIONS[action](generator)

    def strike(self, target: Process, view: View) -> bool:
        """Have the proxy do it."""
        connection = view.proxy.live(target.pid)
        if connection is None or connection.chunks < MADE_AFTER_CHUNKS or connection.armed:
            return False
        connection.armed = self.action
        return True


def flip(content: bytes, generator: Random) -> bytes:
    """One bit anywhere."""
    at = generator.randrange(len(content))
    return content[:at] + bytes([content[at] ^ (1 << generator.randrange(8))]) + content[at + 1 :]


def shorten(content: bytes, generator: Random) -> bytes:
    """The end is missing."""
    return content[: generator.randrange(len(content))]


class Files(Fault):
    """Files that are changed, cut or removed before an attempt and restored after it.

    The attempt must refuse them or, where they are made anew anyway, end with the same bytes.
    """

    before = True
    everywhere = True
    statuses = frozenset({DONE, CELL_FAILED, 2})
    change: Callable[[bytes, Random], bytes] | None = None

    def __init__(self, kind: str, generator: Random, change):
        super().__init__(kind, generator)
        self.change = change
        self.path: Path | None = None

    def victims(self, view: View) -> list[Path]:
        """Files that may be struck."""
        raise NotImplementedError

    def prepare(self, view: View) -> bool:
        """Change one of them, keeping what it held."""
        victims = sorted(path for path in self.victims(view) if path.stat().st_size > 0)
        if not victims:
            return False
        self.path = self.generator.choice(victims)
        self.content = self.path.read_bytes()
        self.note = str(self.path.relative_to(view.run.parent.parent))
        self.relieved = False
        if self.change is None:
            self.path.unlink()
        else:
            self.path.write_bytes(self.change(self.content, self.generator))
        return True


class Data(Files):
    """A data set's files."""

    # Whoever needs no data any more does not look at them.
    reasons = (r"data|card|hash|\.npy|expected",)
    complaints = (r"data|card|hash|\.npy|expected",)

    def victims(self, view: View) -> list[Path]:
        """Arrays and cards."""
        return [*view.data.glob("*/*.npy"), *view.data.glob("*/card.json")]

    def relieve(self) -> None:
        """Put back what was there."""
        self.path.write_bytes(self.content)


class Record(Files):
    """A file of an unfinished cell that continues from a checkpoint."""

    reasons = (r"expected .* found|expected .*; delete|checkpoint|line",)
    complaints = (r"expected .* found|expected .*; delete|checkpoint|line",)

    def victims(self, view: View) -> list[Path]:
        """Checkpoint and append-only files."""
        found = []
        for folder in unfinished(view):
            found += [
                folder / "checkpoint" / "state.json",
                folder / "checkpoint" / "tensors.safetensors",
                folder / "metrics.jsonl",
                folder / "evaluations.jsonl",
            ]
        return [path for path in found if path.is_file()]

    def prepare(self, view: View) -> bool:
        """Remember the whole cell: it may have been begun anew by the time it is restored."""
        if not super().prepare(view):
            return False
        self.folder = next(one for one in self.path.parents if one.parent.name == "cells")
        self.cell = self.folder.name
        self.kept = self.folder.parent.parent.parent / "kept"
        shutil.rmtree(self.kept, ignore_errors=True)
        damaged = self.path.read_bytes() if self.path.exists() else None
        self.path.write_bytes(self.content)
        shutil.copytree(self.folder, self.kept)
        if damaged is None:
            self.path.unlink()
        else:
            self.path.write_bytes(damaged)
        return True

    def relieve(self) -> None:
        """Put a refused cell back; one that was accepted has to end with the right bytes."""
        if self.refused:
            shutil.rmtree(self.folder, ignore_errors=True)
            shutil.copytree(self.kept, self.folder)
        shutil.rmtree(self.kept)


class FolderRemoved(Fault):
    """An unfinished cell's folder is deleted between two attempts."""

    before = True

    def prepare(self, view: View) -> bool:
        """Delete it."""
        folders = sorted(unfinished(view))
        if not folders:
            return False
        folder = self.generator.choice(folders)
        self.note = folder.name
        shutil.rmtree(folder)
        return True


def unfinished(view: View) -> list[Path]:
    """Folders of cells that have a checkpoint and no result."""
    return [
        folder
        for folder in (view.run / "cells").glob("*")
        if (folder / "checkpoint").is_dir() and not (folder / "result.json").exists()
    ]
