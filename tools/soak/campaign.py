"""Runs matrices under faults until so many have struck, and judges each."""

from __future__ import annotations

import json
import shutil
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import starvation
from attempt import Attempt
from compare import differences
from explain import unexplained
from faults import Fault, View
from kinds import Deck
from matrix import Lab, cells_of
from proxy import Proxy

# Faults that strike while one attempt goes on.
MOST_AT_ONCE = 14
QUIET_ATTEMPTS = 3
DISK_MEBIBYTES = 192


@dataclass
class Tally:
    """What happened, by kind of fault."""

    struck: Counter = field(default_factory=Counter)
    ended: Counter = field(default_factory=Counter)  # attempts that did not end with 0, by kind
    problems: list[tuple[str, str]] = field(default_factory=list)  # lost, changed, ... and what
    attempts: int = 0
    matrices: int = 0

    def count(self, kind: str) -> int:
        """Problems of a kind."""
        return sum(1 for one, _ in self.problems if one == kind)


class Campaign:
    """The whole soak."""

    def __init__(self, lab: Lab, deck: Deck, proxy: Proxy, log: Path):
        self.lab = lab
        self.deck = deck
        self.proxy = proxy
        self.log_file = log
        self.tally = Tally()
        self.references: dict[str, Path] = {}
        self.lines: dict[str, dict[str, int]] = {}
        self.disk = lab.work / "disk"
        self.disk.mkdir()

    def reference(self, name: str) -> None:
        """The undisturbed run of a matrix."""
        run = self.lab.work / f"reference-{name}"
        self.lab.run("run", self.lab.experiment(name), "--out", run, "--workers", "2")
        self.references[name] = run
        self.lines[name] = {
            cell: (run / "cells" / cell / "metrics.jsonl").read_bytes().count(b"\n")
            for cell in cells_of(run)
        }

    def matrix(self, name: str, faults: int, until: float) -> None:
        """Disturb one matrix until it is done, then compare it."""
        if self.deck.makers.keys() & {"disk full", "disk read-only"} and not starvation.mount(
            "-t", "tmpfs", "-o", f"size={DISK_MEBIBYTES}m", "none", self.disk
        ):
            for kind in ("disk full", "disk read-only"):
                self.deck.makers.pop(kind, None)
            self._say({"event": "left out", "what": "no disk can be mounted here"})
        run = self.disk / "run"
        view = View(run, self.lab.data, 0, self.proxy)
        self.tally.matrices += 1
        try:
            while not self._done(run, name):
                if sum(self.tally.struck.values()) >= faults or time.monotonic() > until:
                    self._finish_quietly(name, view)
                    break
                self._attempt(name, view, self._plan())
            self._judge(name, run)
        finally:
            starvation.mount("-o", "remount,rw", self.disk)
            shutil.rmtree(run, ignore_errors=True)
            starvation.unmount(self.disk)

    def _plan(self) -> list[Fault]:
        """Faults of one attempt: at most one before it, one of its parent, others as they come."""
        generator = Random(f"{self.deck.seed}/attempt/{self.tally.attempts}")
        planned: list[Fault] = []
        late: list[Fault] = []
        for _ in range(generator.randint(3, MOST_AT_ONCE)):
            fault = self.deck.deal()
            if fault.alone and not planned:
                return [fault]
            taken = any(
                one.before == fault.before and one.role == fault.role
                for one in planned
                if fault.before or fault.role == "parent"
            )
            (late if fault.alone or taken else planned).append(fault)
        for fault in late:
            self.deck.put_back(fault)
        return planned

    def _attempt(self, name: str, view: View, planned: list[Fault]) -> None:
        attempt = Attempt(self.lab, self.lab.experiment(name), view, self.lines[name])
        outcome = attempt.run(planned)
        self.tally.attempts += 1
        for fault in planned:
            if fault in outcome.struck:
                self.tally.struck[fault.kind] += 1
                self.tally.ended[fault.kind] += outcome.status != 0
            else:
                self.deck.put_back(fault)
        findings = unexplained(outcome, list(self.lines[name]))
        self.tally.problems += [("unexplained", one) for one in findings]
        self._say(
            {
                "event": "attempt",
                "matrix": self.tally.matrices,
                "faults": [
                    {"kind": one.kind, "cell": one.cell, "at": str(one.moment), "note": one.note}
                    for one in outcome.struck
                ],
                "status": outcome.status,
                "seconds": round(outcome.seconds, 1),
                "reasons": outcome.reasons,
                "last line": outcome.last_line,
                "unexplained": findings,
            }
        )
        if findings:
            kept = self.lab.work / "findings" / str(self.tally.attempts)
            kept.mkdir(parents=True)
            (kept / "errors.txt").write_text(outcome.errors)
            shutil.copytree(view.run, kept / "run", dirs_exist_ok=True)
        self._look_at_caller()

    def _finish_quietly(self, name: str, view: View) -> None:
        for _ in range(QUIET_ATTEMPTS):
            if self._done(view.run, name):
                return
            self._attempt(name, view, [])

    def _done(self, run: Path, name: str) -> bool:
        return all((run / "cells" / cell / "result.json").exists() for cell in self.lines[name])

    def _judge(self, name: str, run: Path) -> None:
        found = [(one.kind, one.what) for one in differences(self.references[name], run)]
        found += [("left behind", str(path)) for path in sorted(self.lab.temporary.iterdir())]
        self.tally.problems += found
        if found:
            kept = self.lab.work / "findings" / f"matrix-{self.tally.matrices}"
            shutil.copytree(run, kept, dirs_exist_ok=True)
        for path in self.lab.temporary.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        self._say({"event": "compared", "matrix": self.tally.matrices, "found": found})

    def _look_at_caller(self) -> None:
        for path in sorted(self.lab.caller.iterdir()):
            self.tally.problems.append(("left behind", f"{path.name} in the caller's directory"))
            path.rename(self.lab.work / path.name)

    def _say(self, record: dict) -> None:
        with open(self.log_file, "a") as log:
            log.write(json.dumps(record) + "\n")
        faults = ", ".join(one["kind"] for one in record.get("faults", [])) or "nothing"
        if record["event"] == "attempt":
            print(
                f"{sum(self.tally.struck.values()):4d}  {faults}: status {record['status']} after"
                f" {record['seconds']} s",
                *(f"\n      UNEXPLAINED {one}" for one in record["unexplained"]),
                flush=True,
            )
        else:
            print(f"      {record}", flush=True)
