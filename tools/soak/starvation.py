"""Faults of the machine: no room on the disk, no memory, no files, folders closed to writing."""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
from pathlib import Path
from random import Random

from faults import CELL_FAILED, DONE, MACHINE, Fault, View
from processes import Process

FULL = (r"No space left|make room|room|too large|File too large|written|write",)
MEMORY = (
    r"memory|signal (6|9|11)\b|SIG(ABRT|SEGV|KILL)|heap|status 1\b|OutOfMemory|bad_alloc|allocate",
)


class DiskFull(Fault):
    """Nothing is left on the run folder's disk for a while."""

    everywhere = True
    statuses = frozenset({DONE, CELL_FAILED, MACHINE})
    reasons = FULL
    complaints = FULL

    def strike(self, target: Process, view: View) -> bool:
        """Fill the disk to the last block."""
        self.ballast = view.run.parent / "ballast"
        with open(self.ballast, "wb", buffering=0) as file:
            block = 1 << 20
            while block:
                try:
                    file.write(bytes(block))
                except OSError:
                    block >>= 1
        self.hold(self.generator.uniform(0.5, 6))
        return True

    def relieve(self) -> None:
        """Make room."""
        self.ballast.unlink(missing_ok=True)


class Limit(Fault):
    """A worker or environment meets a limit of the kernel for a while."""

    statuses = frozenset({DONE, CELL_FAILED, MACHINE})

    def __init__(self, kind: str, generator: Random, role: str, which: int, reasons: tuple):
        self.role = role
        super().__init__(kind, generator)
        self.which = which
        self.reasons = reasons if role == "worker" else ()
        self.pid = 0

    def strike(self, target: Process, view: View) -> bool:
        """Set the limit where the process is now."""
        try:
            hard = resource.prlimit(target.pid, self.which)[1]
            resource.prlimit(target.pid, self.which, (self._now(target.pid), hard))
        except (OSError, ValueError):
            return False
        self.pid, self.hard = target.pid, hard
        self.hold(self.generator.uniform(0.5, 5))
        return True

    def relieve(self) -> None:
        """Take it away."""
        with contextlib.suppress(OSError, ValueError):
            resource.prlimit(self.pid, self.which, (self.hard, self.hard))

    def _now(self, pid: int) -> int:
        if self.which == resource.RLIMIT_FSIZE:
            return self.generator.choice((0, 100, 4000))
        if self.which == resource.RLIMIT_NOFILE:
            return len(list(Path(f"/proc/{pid}/fd").iterdir()))
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[0])
        return pages * os.sysconf("SC_PAGE_SIZE") + self.generator.randrange(1 << 24)


class SmallHeap(Fault):
    """An attempt with a Java heap that is too small, or nearly so."""

    before = True
    alone = True
    everywhere = True
    statuses = frozenset({DONE, CELL_FAILED, MACHINE, 2})
    reasons = MEMORY
    # The launcher refuses what holds no command.
    complaints = (*MEMORY, "CFCQL_HEAP")

    def prepare(self, view: View) -> bool:
        """Choose its size."""
        self.note = f"{self.generator.randrange(4, 20)}m"
        self.variables = (("CFCQL_HEAP", self.note),)
        return True


class ReadOnlyCell(Fault):
    """A cell's folder takes no new file for a while."""

    statuses = frozenset({DONE, CELL_FAILED, MACHINE})
    reasons = (r"permitted|denied|Permission|read-only|write|written",)

    def strike(self, target: Process, view: View) -> bool:
        """Make it immutable; permission bits do not bind root."""
        self.folder = view.run / "cells" / target.cell
        if not self.folder.is_dir():
            return False
        if not set_writable(self.folder, False):
            return False
        self.hold(self.generator.uniform(0.5, 6))
        return True

    def relieve(self) -> None:
        """Let it be written again."""
        set_writable(self.folder, True)


class ReadOnlyDisk(Fault):
    """The run folder's disk is mounted read-only during an attempt."""

    before = True
    alone = True
    everywhere = True
    statuses = frozenset({MACHINE, CELL_FAILED})
    reasons = (r"[Rr]ead-only",)
    complaints = (r"[Rr]ead-only",)

    def prepare(self, view: View) -> bool:
        """Mount it so."""
        self.disk = view.run.parent
        self.relieved = False
        return mount("-o", "remount,ro", self.disk)

    def relieve(self) -> None:
        """Mount it as it was."""
        mount("-o", "remount,rw", self.disk)


def mount(*arguments: str | Path) -> bool:
    """Whether the mount was allowed."""
    return subprocess.run(["mount", *arguments], capture_output=True).returncode == 0


def set_writable(folder: Path, writable: bool) -> bool:
    """Whether a folder could be closed, or opened again, for new files."""
    if os.geteuid() != 0:
        folder.chmod(0o755 if writable else 0o555)
        return True
    flag = "-i" if writable else "+i"
    return subprocess.run(["chattr", flag, folder], capture_output=True).returncode == 0


def unmount(folder: Path) -> None:
    """Undo a mount, if there was one."""
    if folder.is_mount():
        subprocess.run(["umount", folder], capture_output=True)
