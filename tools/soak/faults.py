"""What a fault is: where and when it strikes, what ends it, which outcomes it explains."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from processes import Process
from proxy import Proxy

# Exit status of a run: everything done, a cell failed, the machine gave out.
DONE, CELL_FAILED, MACHINE = 0, 1, 6

# A cell gives up an environment that was lost six times in a row.
MOST_LOST = 4


@dataclass
class View:
    """What can be seen of an attempt at one moment."""

    run: Path
    data: Path
    parent: int
    proxy: Proxy
    processes: list[Process] = field(default_factory=list)
    progress: dict[str, float] = field(default_factory=dict)  # of a cell, 0 to 1
    doomed: set[int] = field(default_factory=set)  # will end anyway: not to be struck again
    lost: Counter = field(default_factory=Counter)  # environments struck, by worker

    def candidates(self, role: str) -> list[Process]:
        """Processes of a role that may be struck."""
        if role == "parent":
            return [one for one in self.processes if one.pid == self.parent]
        return [
            one
            for one in self.processes
            if one.role == role
            and one.cell
            and one.pid not in self.doomed
            and (role != "environment" or self.lost[one.cell] < MOST_LOST)
        ]


@dataclass(frozen=True)
class Moment:
    """An age of the process that is struck, or a share of its cell's work (and an age, so that what
    continues with more work done is not always struck at its start)."""

    age: float
    share: float | None

    @classmethod
    def draw(cls, generator: random.Random, oldest: float) -> Moment:
        """Half of the moments are in the start of a process, half along its work."""
        if generator.random() < 0.5:
            return cls(generator.uniform(0, oldest), None)
        return cls(generator.uniform(0, oldest), generator.uniform(0.02, 0.98))

    def reached(self, process: Process, view: View) -> bool:
        """Whether it is there."""
        if process.age < self.age:
            return False
        if self.share is None:
            return True
        shares = [view.progress.get(process.cell, 0)] if process.cell else view.progress.values()
        return sum(shares) / max(1, len(shares)) >= self.share

    def __str__(self) -> str:
        share = "" if self.share is None else f" with {self.share:.0%} of its work done"
        return f"{self.age:.2f} s old{share}"


class Fault:
    """One disturbance. Kinds differ in ``strike`` and ``relieve``."""

    role = "worker"
    oldest = 4.0  # seconds: the start of a process
    before = False  # strikes before the attempt starts
    alone = False  # and nothing else strikes then
    lethal = False  # what it strikes will end
    statuses: frozenset[int] = frozenset({DONE, CELL_FAILED})
    reasons: tuple[str, ...] = ()  # patterns of a failed cell's reason
    complaints: tuple[str, ...] = ()  # patterns of the last line where no cell is named
    everywhere = False  # not only the cell that was struck may fail
    variables: tuple[tuple[str, str], ...] = ()  # of the attempt

    def __init__(self, kind: str, generator: random.Random):
        self.kind = kind
        self.generator = generator
        self.moment = Moment.draw(generator, self.oldest)
        self.cell = ""
        self.refused = False  # what it changed, by the attempt
        self.note = ""
        self.relieve_at = float("inf")
        self.relieved = True

    def try_strike(self, view: View) -> bool:
        """Strike if the moment is there for some process."""
        ready = [one for one in view.candidates(self.role) if self.moment.reached(one, view)]
        if not ready:
            return False
        target = self.generator.choice(sorted(ready, key=lambda one: one.cell))
        self.cell = target.cell
        if not self.strike(target, view):
            return False
        if self.role == "environment":
            view.lost[target.cell] += 1
        if self.lethal:
            view.doomed.add(target.pid)
        return True

    def hold(self, seconds: float) -> None:
        """To be relieved after so long."""
        self.relieve_at = time.monotonic() + seconds
        self.relieved = False

    def relieve_if_due(self, now: float) -> None:
        """End what lasts, once it has lasted long enough."""
        if not self.relieved and now >= self.relieve_at:
            self.relieved = True
            self.relieve()

    def strike(self, target: Process, view: View) -> bool:
        """Disturb; false if there was nothing to disturb."""
        raise NotImplementedError

    def prepare(self, view: View) -> bool:
        """Disturb before an attempt."""
        raise NotImplementedError

    def relieve(self) -> None:
        """End what ``strike`` began."""
