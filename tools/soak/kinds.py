"""The kinds of faults there are, dealt in seeded order so that each has its share."""

from __future__ import annotations

import os
import resource
import shutil
import signal
from collections.abc import Callable
from random import Random

import bytes_changed
import signals
import starvation
from faults import Fault

Maker = Callable[[str, Random], Fault]

SIGNALS = {
    "KILL": signal.SIGKILL,
    "SEGV": signal.SIGSEGV,
    "ABRT": signal.SIGABRT,
    "TERM": signal.SIGTERM,
    "INT": signal.SIGINT,
    "HUP": signal.SIGHUP,
}
DISK = r"write|written|too large|room|No space"
# A Java machine that cannot open its own files ends with 1 and says so in the log.
OPEN = r"open files|descriptors|write|written|read|expected|status 1; see log"


def kinds(root: bool) -> dict[str, Maker]:
    """All of them by name; mounts and immutable folders need root."""
    made: dict[str, Maker] = {}
    for role in ("worker", "environment", "parent"):
        for name, number in SIGNALS.items():
            made[f"{role} {name}"] = lambda kind, generator, r=role, n=number: signals.Signal(
                kind, generator, r, n
            )
        made[f"{role} STOP, CONT"] = lambda kind, generator, r=role: signals.Pause(
            kind, generator, r, generator.uniform(0.2, 3)
        )
    # Longer than the deadline of a step: the environment is replaced.
    made["environment STOP"] = lambda kind, generator: signals.Pause(
        kind, generator, "environment", 12
    )
    for name in ("TERM", "INT", "HUP"):
        made[f"group {name}"] = lambda kind, generator, n=SIGNALS[name]: signals.Group(
            kind, generator, n
        )
    made.update(_starvation(root))
    for name in bytes_changed.ACTIONS:
        made[f"frame {name}"] = lambda kind, generator, n=name: bytes_changed.Frame(
            kind, generator, n
        )
    changes = {"changed": bytes_changed.flip, "cut": bytes_changed.shorten, "removed": None}
    for name, change in changes.items():
        made[f"data {name}"] = lambda kind, generator, c=change: bytes_changed.Data(
            kind, generator, c
        )
        made[f"record {name}"] = lambda kind, generator, c=change: bytes_changed.Record(
            kind, generator, c
        )
    made["cell folder removed"] = bytes_changed.FolderRemoved
    return made


def _starvation(root: bool) -> dict[str, Maker]:
    limits = {
        "worker memory limit": ("worker", resource.RLIMIT_AS, starvation.MEMORY),
        "environment memory limit": ("environment", resource.RLIMIT_AS, ()),
        "worker file size limit": ("worker", resource.RLIMIT_FSIZE, (DISK,)),
        "worker open files limit": ("worker", resource.RLIMIT_NOFILE, (OPEN,)),
    }
    made: dict[str, Maker] = {
        name: lambda kind, generator, a=arguments: starvation.Limit(kind, generator, *a)
        for name, arguments in limits.items()
    }
    made["small heap"] = starvation.SmallHeap
    if root:
        made["disk full"] = starvation.DiskFull
        made["disk read-only"] = starvation.ReadOnlyDisk
    if not root or shutil.which("chattr"):
        made["cell folder read-only"] = starvation.ReadOnlyCell
    return made


class Deck:
    """Deals faults: every kind once in random order, then again."""

    def __init__(self, seed: int, only: str = ""):
        self.seed = seed
        self.makers = {
            name: maker
            for name, maker in kinds(os.geteuid() == 0).items()
            if any(part in name for part in only.split(","))
        }
        self.shuffler = Random(f"{seed}")
        self.waiting: list[str] = []
        self.dealt = 0

    def deal(self) -> Fault:
        """The next fault, with a generator of its own."""
        if not self.waiting:
            self.waiting = sorted(self.makers)
            self.shuffler.shuffle(self.waiting)
        kind = self.waiting.pop()
        self.dealt += 1
        return self.makers[kind](kind, Random(f"{self.seed}/{self.dealt}"))

    def put_back(self, fault: Fault) -> None:
        """Its moment never came: later again, with another one."""
        self.waiting.insert(0, fault.kind)
