"""What Slurm does to runs, and what has to come of it."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from cluster import Cluster

from harness import LONG, TINY, HarnessError, cfcql, done, events, good, hashes, statuses, wait

CELL = "bc__mpe-simple_spread__data__s0__equal"
CELLS = 1200


def require(holds: bool, what: str) -> None:
    """A case fails with what was expected."""
    if not holds:
        raise HarnessError(f"expected {what}")


@dataclass
class Lab:
    """Folder, cluster and data of all cases."""

    work: Path
    cluster: Cluster
    rounds: int
    undisturbed: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the data."""
        self.data = self.work / "data"
        good(
            "data", "collect", "mpe/simple_spread", "--policy", "uniform", "--transitions", 5000,
            "--out", self.data,
        )  # fmt: skip

    def long(self) -> Path:
        """An experiment of one cell that is cut in its middle."""
        file = self.work / "long.yaml"
        every = self.rounds // 2
        file.write_text(LONG.format(data=self.data, rounds=self.rounds, every=every))
        return file

    def tiny(self, cells: int) -> Path:
        """An experiment of many cells that take next to no time."""
        file = self.work / f"tiny-{cells}.yaml"
        file.write_text(TINY.format(data=self.data, seeds=list(range(cells))))
        return file

    def require_undisturbed(self, run: Path) -> None:
        """A cell that was cut has every byte of one that was not and knew no Slurm."""
        if not self.undisturbed:
            other = self.work / "undisturbed"
            good("run", self.long(), "--out", other, "--workers", 1)
            self.undisturbed = hashes(other / "cells" / CELL)
        ours, theirs = hashes(run / "cells" / CELL), self.undisturbed
        differ = sorted(name for name in ours | theirs if ours.get(name) != theirs.get(name))
        require(not differ, f"the bytes of an undisturbed run, found others in {differ}")

    def submit(self, experiment: Path, run: Path, *more: object) -> str:
        """Submit what is missing; what was said."""
        words = ["run", experiment, "--out", run, "--executor", "slurm", "--submit", *more]
        return good(*words).err


def limit(lab: Lab) -> list[str]:
    """A time limit in the middle of a cell: a checkpoint, and an exact resume."""
    run = lab.work / "limit"
    lab.submit(lab.long(), run, "--time", "4")
    wait("the cell's first start", lambda: "start" in events(run, CELL), 120)
    queued = statuses(run)[0]["slurm"]
    require(queued is not None and queued["state"] == "RUNNING", f"it in the queue, not {queued}")
    wait("the cell's end", lambda: done(run) == [CELL], 900)
    lab.cluster.await_queue(lambda lines: not lines, 60)
    happened = events(run, CELL)
    require("stop" in happened and "restart" in happened, f"a stop and a restart in {happened}")
    log = next((run / "jobs/1").glob("task-*.txt")).read_text()
    require("near its time limit" in log, f"that the task was queued again in {log}")
    lab.require_undisturbed(run)
    return log.splitlines()


def node(lab: Lab) -> list[str]:
    """A node that is taken away under a cell, and comes back."""
    run = lab.work / "node"
    lab.submit(lab.long(), run)
    wait("training", lambda: (run / "cells" / CELL / "metrics.jsonl").exists(), 120)
    time.sleep(10)
    lab.cluster.set_node("DOWN")
    lab.cluster.await_queue(lambda lines: all("PENDING" in line for line in lines), 120)
    require(len(lab.cluster.queue()) == 1, "the task to wait in the queue")
    require(not done(run), "the cell to be unfinished")
    lab.cluster.set_node("RESUME")
    wait("the cell's end", lambda: done(run) == [CELL], 900)
    lab.cluster.await_queue(lambda lines: not lines, 60)
    lab.require_undisturbed(run)
    return next((run / "jobs/1").glob("task-*.txt")).read_text().splitlines()


def cap(lab: Lab) -> list[str]:
    """1 200 cells under a cap of 1 001, submitted twice, cancelled, submitted once more."""
    run = lab.work / "cap"
    said = lab.submit(lab.tiny(CELLS), run, "--array-throttle", "1")
    require(said.count("Submitted batch job") == 2, f"two arrays, found {said}")
    lab.cluster.await_queue(lambda lines: 0 < len(lines) <= CELLS, 60)
    first = len(lab.cluster.queue())
    again = lab.submit(lab.tiny(CELLS), run)
    require("cells are in the queue already" in again, f"cells in the queue, found {again}")
    require(not (run / "jobs/2").exists(), "nothing to be written a second time")
    wait("some cells' end", lambda: len(done(run)) >= 3, 300)
    lab.cluster.cancel_all()
    finished = done(run)
    good("run", lab.tiny(CELLS), "--out", run, "--executor", "slurm", "--cells-per-task", "2")
    listed = (run / "jobs/2/tasks-1.txt").read_text().split()
    require(
        sorted(listed + finished) == sorted(cell["cell"] for cell in statuses(run)),
        f"{CELLS} cells, done or listed, found {len(finished)} and {len(listed)}",
    )
    return [f"{first} of {CELLS} tasks in the queue, {len(finished)} done, {len(listed)} missing"]


def cancelled(lab: Lab) -> list[str]:
    """An array that is cancelled half way; submitted again, what is missing runs, and only that."""
    run = lab.work / "cancelled"
    experiment = lab.tiny(10)
    lab.submit(experiment, run, "--cells-per-task", "2", "--array-throttle", "1")
    wait("some cells' end", lambda: len(done(run)) >= 3, 300)
    lab.cluster.cancel_all()
    finished = done(run)
    before = {cell: events(run, cell) for cell in finished}
    require(len(finished) < 10, "the array to be cancelled in its middle")
    lab.submit(experiment, run, "--cells-per-task", "4", "--workers", "2")
    wait("the others' end", lambda: len(done(run)) == 10, 300)
    lab.cluster.await_queue(lambda lines: not lines, 60)
    after = {cell: events(run, cell) for cell in finished}
    require(before == after, f"cells that were done to be left alone, found {after}")
    said = cfcql("run", experiment, "--out", run, "--executor", "slurm")
    require(said.code == 0 and not (run / "jobs/3").exists(), "nothing more to submit")
    return [f"{len(finished)} done when cancelled, the other {10 - len(finished)} afterwards"]


def refused(lab: Lab) -> list[str]:
    """A partition that is not there: one line, and nothing in the queue."""
    run = lab.work / "refused"
    words = ["run", lab.tiny(2), "--out", run, "--executor", "slurm", "--submit"]
    said = cfcql(*words, "--partition", "absent")
    require(said.code == 6, f"exit code 6, found {said.code}")
    require("invalid partition" in said.err.splitlines()[-1], f"Slurm's words, found {said.err}")
    require(not lab.cluster.queue(), "an empty queue")
    subprocess.run(["rm", "-r", run], check=True)
    return [said.err.splitlines()[-1]]


ALL = {case.__name__: case for case in (refused, cancelled, cap, limit, node)}
