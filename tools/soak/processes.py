"""What runs: every process that descends from the soak, found by a variable in its environment."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

MARK = "CFCQL_SOAK"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Process:
    """A live process: ``role`` is parent, worker, environment or other."""

    pid: int
    role: str
    cell: str
    age: float

    def send(self, number: int) -> None:
        """Send a signal; one that ended meanwhile does not mind."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)


def marked(mark: str) -> list[Process]:
    """Processes whose environment holds the mark, zombies left out."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            seen = _look(entry, mark)
            if seen:
                found[int(entry.name)] = seen
    return [
        Process(pid, role, cell or found.get(above, ("", "", 0, 0))[1], age)
        for pid, (role, cell, above, age) in found.items()
    ]


def _look(entry: Path, mark: str) -> tuple[str, str, int, float] | None:
    """Role, cell, parent and age of one process, if it is ours."""
    try:
        if f"{MARK}={mark}".encode() not in (entry / "environ").read_bytes().split(b"\0"):
            return None
        words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
        fields = (entry / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    if fields[0] in "ZX":
        return None
    age = time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[19]) / TICKS
    return (*role_of(words), int(fields[1]), age)


def role_of(words: list[str]) -> tuple[str, str]:
    """Role and cell that a command line says."""
    if "org.cfcql.cli.Main" in words:
        if "worker" in words and "--cell" in words:
            return "worker", words[words.index("--cell") + 1]
        return "parent", ""
    if "cfcql_bridges.worker" in words and "--connect" in words:
        return "environment", ""
    return "other", ""


def end_all(mark: str, patience: float) -> list[str]:
    """Wait until all marked processes ended; kill and name those that did not."""
    deadline = time.monotonic() + patience
    left = marked(mark)
    while left and time.monotonic() < deadline:
        time.sleep(0.1)
        left = marked(mark)
    for process in left:
        process.send(signal.SIGCONT)
        process.send(signal.SIGKILL)
    return [f"{process.role} {process.pid} {process.cell}".strip() for process in left]
