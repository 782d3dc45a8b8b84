"""One attempt of a run: faults strike while it goes on, then what is left of it is looked at."""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from faults import Fault, View
from matrix import LAUNCHER, Lab
from processes import end_all, marked

POLL_SECONDS = 0.05
# A cell takes seconds, the longest deadline of the bridge that a fault may hit half a minute.
PATIENCE_SECONDS = 600
# Workers without a parent write a last checkpoint and end.
ORPHAN_SECONDS = 60


@dataclass
class Outcome:
    """How an attempt ended."""

    status: int
    seconds: float
    reasons: dict[str, str]  # of failed cells
    finished: set[str]
    last_line: str
    errors: str
    hung: bool
    orphans: list[str]
    struck: list[Fault] = field(default_factory=list)


class Attempt:
    """One ``cfcql run`` with the faults planned for it."""

    def __init__(self, lab: Lab, experiment: Path, view: View, lines: dict[str, int]):
        self.lab = lab
        self.experiment = experiment
        self.view = view
        self.lines = lines  # of each cell's metrics when it is done
        self.struck: list[Fault] = []

    def run(self, planned: list[Fault]) -> Outcome:
        """Run until it ends by itself; faults whose moment did not come have not struck."""
        waiting = list(planned)
        variables: dict[str, str] = {}
        for fault in [one for one in planned if one.before]:
            waiting.remove(fault)
            if fault.prepare(self.view):
                self.struck.append(fault)
                variables |= dict(fault.variables)
        try:
            return self._run(waiting, variables)
        finally:
            for fault in self.struck:
                fault.relieve_if_due(float("inf"))

    def _run(self, waiting: list[Fault], variables: dict[str, str]) -> Outcome:
        started = time.monotonic()
        output, errors = self.lab.work / "output.json", self.lab.work / "errors.txt"
        with open(output, "wb") as out, open(errors, "wb") as err:
            process = subprocess.Popen(
                [
                    *(LAUNCHER, "run", self.experiment, "--out", self.view.run),
                    *("--workers", "2", "--json"),
                ],
                cwd=self.lab.caller,
                env=self.lab.environment(**variables),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
            self.view.parent = process.pid
            self.view.doomed.clear()
            self.view.lost.clear()
            hung = self._disturb(process, waiting, started)
        # What was struck before it lasts until it is known whether it was refused.
        for fault in self.struck:
            if not fault.before:
                fault.relieve_if_due(float("inf"))
        orphans = end_all(self.lab.mark, ORPHAN_SECONDS)
        outcome = self._outcome(process.returncode, output, errors.read_text(errors="replace"))
        outcome.seconds = time.monotonic() - started
        outcome.hung, outcome.orphans = hung, orphans
        for fault in self.struck:
            fault.refused = outcome.status != 0 and (
                not outcome.reasons or fault.cell in outcome.reasons
            )
        return outcome

    def _disturb(self, process: subprocess.Popen, waiting: list[Fault], started: float) -> bool:
        """Let faults strike until the process ends; true if it had to be killed."""
        while process.poll() is None:
            now = time.monotonic()
            if now - started > PATIENCE_SECONDS:
                end_all(self.lab.mark, 0)
                process.wait()
                return True
            self._look()
            for fault in list(waiting):
                if fault.try_strike(self.view):
                    waiting.remove(fault)
                    self.struck.append(fault)
            for fault in self.struck:
                fault.relieve_if_due(now)
            time.sleep(POLL_SECONDS)
        return False

    def _look(self) -> None:
        self.view.processes = marked(self.lab.mark)
        for cell, lines in self.lines.items():
            try:
                found = (self.view.run / "cells" / cell / "metrics.jsonl").read_bytes()
            except OSError:
                found = b""
            self.view.progress[cell] = found.count(b"\n") / lines

    def _outcome(self, status: int, output: Path, errors: str) -> Outcome:
        try:
            rows = json.loads(output.read_text())["cells"]
        except (ValueError, KeyError):
            rows = []
        return Outcome(
            status=status,
            seconds=0,
            reasons={row["cell"]: row["reason"] for row in rows if row["status"] == "failed"},
            finished={row["cell"] for row in rows if row["status"] == "done"},
            last_line=(errors.strip().splitlines() or [""])[-1],
            errors=errors,
            hung=False,
            orphans=[],
            struck=self.struck,
        )
