"""Faults by signal: processes killed, asked to end, stopped and continued."""

from __future__ import annotations

import signal
from random import Random

from faults import CELL_FAILED, DONE, Fault, View
from processes import Process

KILLED_WORKER = {
    signal.SIGKILL: (r"signal 9\b",),
    # The Java machine catches it, writes its error file and aborts.
    signal.SIGSEGV: (r"signal (6|11)\b|SIGSEGV|SIGABRT",),
    signal.SIGABRT: (r"signal 6\b|SIGABRT",),
    signal.SIGTERM: (r"signal 15\b|SIGTERM|status (130|143)\b|stopped",),
    signal.SIGINT: (r"signal 2\b|SIGINT|status 130\b|stopped",),
    signal.SIGHUP: (r"signal 1\b|SIGHUP|status (129|130)\b|stopped",),
}

# Documented in docs/exit-codes.md; a process that the signal itself ended has a negative status
# here, also one that has just been started and knows no signal yet.
ENDED_PARENT = {
    signal.SIGKILL: {-9},
    signal.SIGSEGV: {-6, -11, 134},
    signal.SIGABRT: {-6, 134},
    signal.SIGTERM: {143, -15},
    signal.SIGINT: {130, -2},
    signal.SIGHUP: {129, -1},
}


class Signal(Fault):
    """A signal that ends a process."""

    lethal = True

    def __init__(self, kind: str, generator: Random, role: str, number: int):
        self.role = role
        super().__init__(kind, generator)
        self.number = number
        if role == "worker":
            self.reasons = KILLED_WORKER[number]
        elif role == "parent":
            self.statuses = frozenset({DONE, *ENDED_PARENT[number]})
            # Workers lose their parent; what they say is read by nobody.
            self.everywhere = True

    def strike(self, target: Process, view: View) -> bool:
        """Send it."""
        target.send(self.number)
        if self.role == "parent":
            view.doomed.update(one.pid for one in view.processes)
        return True


class Pause(Fault):
    """A process stops, then goes on."""

    def __init__(self, kind: str, generator: Random, role: str, seconds: float):
        self.role = role
        super().__init__(kind, generator)
        self.seconds = seconds
        self.pid = 0

    def strike(self, target: Process, view: View) -> bool:
        """Stop it."""
        self.pid = target.pid
        target.send(signal.SIGSTOP)
        self.hold(self.seconds)
        return True

    def relieve(self) -> None:
        """Let it go on."""
        Process(self.pid, self.role, self.cell, 0).send(signal.SIGCONT)


class Group(Fault):
    """A signal to everything in the caller's process group, as a terminal sends it."""

    role = "parent"
    oldest = 12.0
    everywhere = True

    def __init__(self, kind: str, generator: Random, number: int):
        super().__init__(kind, generator)
        self.number = number
        self.statuses = frozenset({DONE, CELL_FAILED, *ENDED_PARENT[number]})
        self.reasons = KILLED_WORKER[number]

    def strike(self, target: Process, view: View) -> bool:
        """Send it to parent and workers; environments are in groups of their own."""
        for one in view.processes:
            if one.role in ("parent", "worker"):
                one.send(self.number)
        view.doomed.update(one.pid for one in view.processes)
        return True
