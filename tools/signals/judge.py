"""Whether a command ended as docs/exit-codes.md and docs/reliability.md say."""

from __future__ import annotations

import re
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

from commands import Command, Workplace

BUG = re.compile(r"\ba bug\b|^\s+at [\w.$/]+\(|^Traceback|^Exception in", re.MULTILINE)
CRASH = re.compile(r"fatal error has been detected|^Aborted|hs_err_pid", re.MULTILINE)
# Written under another name until complete; none may stay.
PASSING = re.compile(r"\.(partial|new|tmp|lock|old)(/|$)")
CELL_FAILED = 1


@dataclass
class Ending:
    """How a command that got a signal ended; ``seconds`` after it."""

    number: int
    moment: float
    sent: bool
    status: int
    seconds: float
    hung: bool
    orphans: list[str]
    output: str
    errors: str

    @property
    def signal(self) -> str:
        """Its name."""
        return signal.Signals(self.number).name

    @property
    def stopped(self) -> bool:
        """Whether the status says that this signal ended it; as a shell and as Python say it."""
        return self.status in (128 + self.number, -self.number)


def problems(place: Workplace, command: Command, ending: Ending) -> list[str]:
    """One line for each thing that should not be."""
    found = []
    if ending.hung:
        found.append("hung")
    found += [f"orphan: {one}" for one in ending.orphans]
    found += _status(command, ending)
    for name, text in (("output", ending.output), ("errors", ending.errors)):
        for pattern in (BUG, CRASH):
            match = pattern.search(text)
            if match:
                found.append(f"{name}: {text[match.start() : match.start() + 300]!r}")
    found += _left_behind(place)
    if command.leaves != "run":
        found += _outputs(place, command, ending)
    return found


def _status(command: Command, ending: Ending) -> list[str]:
    last = (ending.errors.strip().splitlines() or [""])[-1]
    allowed = ending.status == 0 or (ending.sent and ending.stopped)
    if command.victim == "worker" and ending.sent and ending.status == CELL_FAILED:
        # Its run goes on with the other cells and says why this one is not done.
        allowed = ending.signal in ending.output + ending.errors
    return [] if allowed else [f"status {ending.status}: {last}"]


def _left_behind(place: Workplace) -> list[str]:
    """Files of folders that have to be empty; they are removed, so that each is told once."""
    found = []
    for folder in (place.temporary, place.caller, place.crashes):
        for path in sorted(folder.iterdir()):
            found.append(f"left in {folder.name}: {path.name}")
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    for path in (place.work / "runs").rglob("hs_err_pid*"):
        found.append(f"crash report {path.name}")
        path.unlink()
    return found


def _outputs(place: Workplace, command: Command, ending: Ending) -> list[str]:
    made = files(place.out)
    if command.leaves == "nothing":
        return [f"wrote {name}" for name in made]
    expected = files(place.undisturbed(command))
    found = [f"left behind: {name}" for name in made if PASSING.search(name)]
    found += [
        f"half written: {name}"
        for name, content in made.items()
        if not PASSING.search(name) and expected.get(name) != content
    ]
    whole = command.leaves == "whole" or ending.status == 0
    missing = sorted(expected.keys() - made.keys())
    if whole and missing and (made or ending.status == 0):
        found.append(f"missing: {', '.join(missing)}")
    return found


def files(folder: Path) -> dict[str, bytes]:
    """Content of all files below a folder, and empty folders as such."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_file():
            found[name] = path.read_bytes()
        elif path.name != "made" and not any(path.iterdir()):
            found[name + "/"] = b""
    return found
