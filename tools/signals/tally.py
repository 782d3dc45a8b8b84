"""Counts and the table at the end."""

from __future__ import annotations

from collections import Counter, defaultdict
from signal import Signals

from judge import Ending

COLUMNS = ["SIGINT", "SIGTERM", "SIGHUP"]
SAID_EVERY = 20
UNSAFE = "found no safe place"


class Tally:
    """What happened, by command."""

    def __init__(self):
        self.signals: dict[str, Counter] = defaultdict(Counter)
        self.finished: Counter = Counter()  # that ended with 0 all the same
        self.unsafe: Counter = Counter()  # that found no safe place in time
        self.early: Counter = Counter()  # that ended before their moment
        self.slowest: dict[str, float] = defaultdict(float)
        self.bad: Counter = Counter()
        self.problems: list[str] = []

    def sent(self) -> int:
        """Signals sent so far."""
        return sum(one.total() for one in self.signals.values())

    def add(self, command: str, ending: Ending, found: list[str]) -> None:
        """Count one trial."""
        if not ending.sent:
            self.early[command] += 1
        else:
            self.signals[command][Signals(ending.number).name] += 1
            self.finished[command] += ending.status == 0
            self.unsafe[command] += UNSAFE in ending.errors
            self.slowest[command] = max(self.slowest[command], ending.seconds)
            if self.sent() % SAID_EVERY == 0:
                print(f"{self.sent()} signals", flush=True)
        self.bad[command] += bool(found)
        for what in found:
            self.problem(command, f"{ending.signal} after {ending.moment:.2f} s of work: {what}")

    def problem(self, command: str, what: str) -> None:
        """Something that should not be."""
        self.problems.append(f"{command}: {what}")
        print(self.problems[-1], flush=True)

    def print(self, seed: int, seconds: float) -> None:
        """Counts by command and signal, then the verdict, in Markdown."""
        heads = ["command", *COLUMNS, "done all the same", "no safe place", "slowest end, s", "bad"]
        print(f"\n| {' | '.join(heads)} |\n|---|{'---:|' * (len(heads) - 1)}")
        for command in self.signals:
            self._row(f"`{command}`", [command])
        self._row("all", list(self.signals))
        print(
            f"\nseed {seed}: {self.sent()} signals, {self.early.total()} commands ended before"
            f" theirs, {seconds / 60:.0f} minutes, {len(self.problems)} findings"
        )
        for one in self.problems:
            print(f"- {one}")

    def _row(self, name: str, commands: list[str]) -> None:
        cells = [sum(self.signals[one][column] for one in commands) for column in COLUMNS]
        cells += [sum(counts[one] for one in commands) for counts in (self.finished, self.unsafe)]
        cells.append(f"{max((self.slowest[one] for one in commands), default=0):.1f}")
        cells.append(sum(self.bad[one] for one in commands))
        print(f"| {name} | {' | '.join(map(str, cells))} |")
