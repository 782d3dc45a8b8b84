"""The harness as its users call it, and the bytes that it leaves."""

from __future__ import annotations

import hashlib
import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
LAUNCHER = HOME / "cfcql"
# Clocks, hosts and processes: everything else is equal in equal runs.
DIFFERENT = {"cell.json", "timing.jsonl", "log.txt", "lock"}

LONG = """\
name: long
environments: [mpe/simple_spread]
datasets: [{data}]
algorithms: {{bc: {{}}}}
budget: {{rounds: {rounds}, batch: 64}}
evaluation: {{every: {every}, episodes: 4, finalEpisodes: 8}}
"""

TINY = """\
name: tiny
environments: [mpe/simple_spread]
datasets: [{data}]
algorithms: {{bc: {{}}}}
seeds: {seeds}
budget: {{rounds: 20, batch: 16}}
evaluation: none
"""


class HarnessError(Exception):
    """The harness does not do what it should."""


@dataclass(frozen=True)
class Said:
    """What a command said."""

    code: int
    out: str
    err: str


def cfcql(*words: object) -> Said:
    """Run a command to its end."""
    answer = subprocess.run(
        [LAUNCHER, *map(str, words)], capture_output=True, text=True, check=False
    )
    return Said(answer.returncode, answer.stdout, answer.stderr)


def good(*words: object) -> Said:
    """Run a command that has to succeed."""
    said = cfcql(*words)
    if said.code != 0:
        raise HarnessError(f"cfcql {' '.join(map(str, words))} ended with {said.code}: {said.err}")
    return said


def statuses(run: Path) -> list[dict]:
    """Cells as ``cfcql status`` sees them."""
    return json.loads(good("status", run, "--json").out)["cells"]


def done(run: Path) -> list[str]:
    """Ids of cells that have a result."""
    return sorted(path.parent.name for path in run.glob("cells/*/result.json"))


def events(run: Path, cell: str) -> list[str]:
    """Names of what happened to a cell."""
    timing = run / "cells" / cell / "timing.jsonl"
    if not timing.exists():
        return []
    return [json.loads(line)["event"] for line in timing.read_text().splitlines()]


def hashes(cell: Path) -> dict[str, str]:
    """Files that are equal in equal runs, with their hashes."""
    return {
        str(file.relative_to(cell)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(cell.rglob("*"))
        if file.is_file() and file.name not in DIFFERENT
    }


def wait(what: str, reached, seconds: float) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > end:
            raise HarnessError(f"{what}: not within {seconds:.0f} s")
        time.sleep(1)
