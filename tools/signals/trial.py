"""One signal after the other: a command starts, gets it at a moment, and is looked at."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from random import Random

from commands import POLL_SECONDS, Command, Workplace
from compare import differences
from judge import Ending, problems
from matrix import SoakError
from processes import end_all, marked
from tally import Tally

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
# Longer than the longest wait that a command promises before it leaves at once.
PATIENCE_SECONDS = 90
# Killed environments are reaped by nobody in a hurry.
ORPHAN_SECONDS = 5


class Trials:
    """Deals commands and signals like cards, so that each has its share."""

    def __init__(
        self,
        place: Workplace,
        commands: list[Command],
        seed: int,
        earliest: float,
        tally: Tally,
    ):
        self.place = place
        self.commands = commands
        self.random = Random(seed)
        self.earliest = earliest
        self.tally = tally
        self.cards: list[tuple[Command, int]] = []

    def next(self) -> None:
        """Send one signal; a command that ended before its moment is counted apart."""
        if not self.cards:
            self.cards = [(command, number) for command in self.commands for number in SIGNALS]
            self.random.shuffle(self.cards)
        command, number = self.cards.pop()
        span = self.place.spans[command.name]
        moment = self.random.uniform(min(self.earliest, span), span)
        self.place.fresh(command)
        ending = self._disturbed(command, number, moment)
        found = problems(self.place, command, ending)
        self.tally.add(command.name, ending, found)
        if command.leaves == "run" and ending.status == 0:
            self._compare(command)

    def finish(self) -> None:
        """Let the run folders be finished undisturbed and compare them."""
        for command in self.commands:
            if command.leaves == "run" and self.place.folder(command).exists():
                try:
                    self.place.run(*map(str, command.words(self.place)))
                except SoakError as broken:
                    self.tally.problem(command.name, f"does not continue: {broken}")
                    continue
                self._compare(command)

    def _compare(self, command: Command) -> None:
        for cell in self.place.cells(command):
            one = self.place.reference / "cells" / cell
            for difference in differences(one, self.place.folder(command) / "cells" / cell):
                if difference.what == "log.txt":
                    continue  # made by a run for its workers; one alone has the terminal
                self.tally.problem(command.name, f"{difference.kind}: {cell} {difference.what}")
        shutil.rmtree(self.place.folder(command))

    def _disturbed(self, command: Command, number: int, moment: float) -> Ending:
        out, err = self.place.work / "output.txt", self.place.work / "errors.txt"
        process = self.place.start(command.words(self.place), out, err)
        sent = self._send(command, process, number, moment)
        asked = time.monotonic()
        hung = False
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            hung = True
        ended = time.monotonic()
        orphans = end_all(self.place.mark, 0 if hung else ORPHAN_SECONDS)
        return Ending(
            number=number,
            moment=moment,
            sent=sent,
            status=process.wait(),
            seconds=ended - asked,
            hung=hung,
            orphans=orphans,
            output=out.read_text(errors="replace"),
            errors=err.read_text(errors="replace"),
        )

    def _send(
        self,
        command: Command,
        process: subprocess.Popen,
        number: int,
        moment: float,
    ) -> bool:
        """Wait for the moment and send the signal; false if the command ended before."""
        while process.poll() is None:
            if self.place.worked() >= moment:
                if command.victim == "parent":
                    # The session's group: the launcher may still be a shell with children. Workers
                    # and environments are left out as soon as there is a Java machine.
                    self._ask(process.pid, number)
                    return True
                workers = [one for one in marked(self.place.mark) if one.role == "worker"]
                if workers:
                    self.random.choice(workers).send(number)
                    return True
            time.sleep(POLL_SECONDS)
        return False

    def _ask(self, pid: int, number: int) -> None:
        launching = all(one.pid != pid or one.role != "parent" for one in marked(self.place.mark))
        with contextlib.suppress(ProcessLookupError):
            if launching:
                os.killpg(pid, number)
            else:
                os.kill(pid, number)
