"""Byte comparison of a run folder with the undisturbed one."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from pathlib import Path

# Clocks, hosts, restarts and messages: documented to differ between equal runs.
PASSING = ("cell.json", "timing.jsonl", "log.txt")
# Crash evidence belongs into the cell's folder.
EVIDENCE = ("hs_err_pid*.log",)


@dataclass(frozen=True)
class Difference:
    """``kind`` is lost, changed or left behind."""

    kind: str
    what: str


def deterministic(name: str) -> bool:
    """Whether equal runs have equal bytes in files of this name."""
    return name not in PASSING and not any(fnmatch.fnmatch(name, one) for one in EVIDENCE)


def differences(reference: Path, run: Path) -> list[Difference]:
    """What is not as in the undisturbed run."""
    expected, found = _files(reference), _files(run)
    lost = [Difference("lost", name) for name in sorted(expected - found)]
    extra = [
        Difference("left behind", name)
        for name in sorted(found - expected)
        if deterministic(Path(name).name)
    ]
    changed = [
        Difference("changed", f"{name}: {_first(reference / name, run / name)}")
        for name in sorted(expected & found)
        if deterministic(Path(name).name)
        and (reference / name).read_bytes() != (run / name).read_bytes()
    ]
    return lost + changed + extra


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def _first(expected: Path, found: Path) -> str:
    one, other = expected.read_bytes(), found.read_bytes()
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), -1)
    at = min(len(one), len(other)) if at < 0 else at
    return f"expected {len(one)} bytes, found {len(other)}, first difference at byte {at}"
