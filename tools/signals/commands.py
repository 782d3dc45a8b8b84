"""The commands that get signals, what they write, and how much they compute undisturbed."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from matrix import DATA, HOME, LAUNCHER, Lab, SoakError, cells_of
from processes import TICKS, marked

GOLDEN = HOME / "baselines" / "src" / "test" / "resources" / "golden"
ENDLESS_SECONDS = 7.0
POLL_SECONDS = 0.02
CELL = "bc__mpe-simple_spread__spread__s0__equal"


@dataclass(frozen=True)
class Command:
    """A command line and what may be left of it.

    ``leaves``: ``nothing``; ``whole``, all files that an undisturbed command makes or none of them;
    ``each``, any of those files, each complete; ``run``, a run folder that the same command
    continues. ``victim`` gets the signal: ``parent``, the command's own process, or ``worker``.
    """

    name: str
    words: Callable[[Workplace], list]
    leaves: str = "nothing"
    victim: str = "parent"
    needs_run: bool = False
    seconds: float = 0  # of computing, for what does not end by itself


class Workplace(Lab):
    """The soak's laboratory with an undisturbed run and undisturbed outputs."""

    def __init__(self, work: Path, mark: str):
        super().__init__(work, mark)
        self.crashes = work / "crashes"
        self.crashes.mkdir()
        self.variables = {
            "CFCQL_JAVA_OPTIONS": f"-Djava.io.tmpdir={self.temporary}"
            f" -XX:ErrorFile={self.crashes}/hs_err_pid%p.log"
            f" -XX:ReplayDataFile={self.crashes}/replay_pid%p.log"
        }
        self.spans: dict[str, float] = {}

    @property
    def reference(self) -> Path:
        """The undisturbed run."""
        return self.work / "reference"

    @property
    def out(self) -> Path:
        """Where a command that is disturbed writes; always the same, since cards say it."""
        return self.work / "out"

    @property
    def made(self) -> Path:
        """What it is told to make there."""
        return self.out / "made"

    def undisturbed(self, command: Command) -> Path:
        """What the command makes without a signal."""
        return self.work / "undisturbed" / command.name.replace(" ", "-")

    def prepare(self, commands: list[Command]) -> None:
        """Make data, the undisturbed run, and run each command once."""
        self.collect_spread()
        span = 0.0
        if any(command.needs_run for command in commands):
            self.collect_line()
            span = self.measure(
                ["run", self.experiment("brief"), "--out", self.reference, "--workers", "2"]
            )
        for command in commands:
            self.fresh(command)
            if command.seconds:
                self.spans[command.name] = command.seconds
            elif command.leaves == "run":
                # One cell of two is half of it.
                alone = len(self.cells(command)) == 1
                self.spans[command.name] = span / 2 if alone else span
            else:
                self.spans[command.name] = self.measure(command.words(self))
            if command.leaves in ("whole", "each"):
                shutil.copytree(self.out, self.undisturbed(command))

    def collect_spread(self) -> None:
        """The data set of the particle world, also in another program's layout."""
        self._collect("spread")
        self.run("data", "export", self.data / "spread", "--out", self.data / "exported")

    def collect_line(self) -> None:
        """The data set of the second environment of a run."""
        self._collect("line")

    def _collect(self, name: str) -> None:
        out = self.data / name
        self.run(*("data", "collect", *DATA[name], "--policy", "uniform", "--out", out))

    def measure(self, words: list) -> float:
        """Run an undisturbed command, which has to succeed; seconds that it computed."""
        errors = self.work / "errors.txt"
        process = self.start(words, self.work / "output.txt", errors)
        worked = 0.0
        while process.poll() is None:
            worked = max(worked, self.worked())
            time.sleep(POLL_SECONDS)
        if process.returncode != 0:
            text = errors.read_text(errors="replace")
            raise SoakError(f"cfcql {' '.join(map(str, words))}: {text[-2000:]}")
        return worked

    def worked(self) -> float:
        """Processor seconds of all that runs here, with children that have ended.

        Moments are counted in them, since a busy machine stretches every other clock.
        """
        ticks = 0
        for process in marked(self.mark):
            try:
                text = Path(f"/proc/{process.pid}/stat").read_text()
            except OSError:
                continue
            ticks += sum(map(int, text.rpartition(")")[2].split()[11:15]))
        return ticks / TICKS

    def fresh(self, command: Command) -> None:
        """Empty the folder it writes into; a run begins from a plan without cells."""
        shutil.rmtree(self.out, ignore_errors=True)
        self.out.mkdir()
        if command.leaves == "run":
            self.begin(command)

    def folder(self, command: Command) -> Path:
        """The run folder that the command continues until it is done."""
        return self.work / "runs" / command.name.replace(" ", "-")

    def begin(self, command: Command) -> None:
        """Begin its run folder unless there is one."""
        folder = self.folder(command)
        if not folder.exists():
            shutil.copytree(self.reference, folder, ignore=shutil.ignore_patterns("cells"))

    def cells(self, command: Command) -> list[str]:
        """Cells that the command is to finish."""
        return [CELL] if "worker" in command.words(self) else cells_of(self.reference)

    def start(self, words: list, out: Path, err: Path) -> subprocess.Popen:
        """Start it in a session of its own, as from a terminal."""
        with open(out, "wb") as output, open(err, "wb") as errors:
            return subprocess.Popen(
                [LAUNCHER, *map(str, words)],
                cwd=self.caller,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                start_new_session=True,
            )


def _run(name: str) -> Callable[[Workplace], list]:
    def words(place: Workplace) -> list:
        folder = place.work / "runs" / name.replace(" ", "-")
        return ["run", place.experiment("brief"), "--out", folder, "--workers", "2"]

    return words


def _collect(policy: Callable[[Workplace], object], transitions: int):
    def words(place: Workplace) -> list:
        return [
            *("data", "collect", "mpe/simple_spread", "--policy", policy(place)),
            *("--transitions", transitions, "--seed", "1", "--out", place.made),
        ]

    return words


def _policy(place: Workplace) -> Path:
    return place.reference / "cells" / CELL


COMMANDS = [
    Command(
        "perf",
        lambda _: ["perf", "implicit-q-learning-discrete/2s3z", "--rounds", "1000000"],
        seconds=ENDLESS_SECONDS,
    ),
    Command("verify", lambda _: ["verify", GOLDEN]),
    Command("eval", lambda place: ["eval", _policy(place), "--episodes", "3000"], needs_run=True),
    Command("data collect uniform", _collect(lambda _: "uniform", 20000), leaves="whole"),
    Command("data collect policy", _collect(_policy, 10000), leaves="whole", needs_run=True),
    Command(
        "data import",
        lambda place: [
            *("data", "import", place.data / "exported", "--environment", "mpe/simple_spread"),
            *("--kind", "random", "--out", place.made),
        ],
        leaves="whole",
    ),
    Command(
        "data export",
        lambda place: ["data", "export", place.data / "spread", "--out", place.made],
        leaves="whole",
    ),
    Command(
        "data mix",
        lambda place: [
            *("data", "mix", place.data / "spread", place.data / "spread", "--out", place.made)
        ],
        leaves="whole",
    ),
    Command(
        "report",
        lambda place: ["report", place.reference, "--out", place.made],
        leaves="each",
        needs_run=True,
    ),
    Command("run", _run("run"), leaves="run", needs_run=True),
    Command("worker of run", _run("worker of run"), leaves="run", victim="worker", needs_run=True),
    Command(
        "worker",
        lambda place: [
            *("worker", "--detached", "--run", place.work / "runs" / "worker", "--cell", CELL)
        ],
        leaves="run",
        needs_run=True,
    ),
]


def chosen(parts: list[str]) -> list[Command]:
    """Commands whose name contains one of the parts."""
    return [one for one in COMMANDS if any(part in one.name for part in parts)]
