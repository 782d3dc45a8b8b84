"""10 000 cells and 1 000 workers on one run folder: operations counted, planner and status timed.

Ten thousand real workers would take a cluster. One real worker is watched by strace, twice, with
few and with more evaluations, so that start, evaluation and end come apart; a thousand processes
then do on one folder what it did there, lock by lock and file by file.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import crowd
from traced import LAUNCHER, counted

EXPERIMENT = """\
name: scale
environments: [mpe/simple_spread]
datasets: [{data}]
algorithms: {{bc: {{}}}}
seeds: {seeds}
budget: {{rounds: 120, batch: 16}}
evaluation: {evaluation}
"""
EVALUATION = "{{every: {every}, episodes: 2, finalEpisodes: 2}}"


def cfcql(*words: object) -> float:
    """Seconds of processor time that a command took, its children included."""
    command = ["/usr/bin/env", "bash", "-c", 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>&2', "-"]
    answer = subprocess.run(
        [*command, LAUNCHER, *map(str, words)], capture_output=True, text=True, check=False
    )
    if answer.returncode != 0:
        raise SystemExit(f"cfcql {' '.join(map(str, words))}: {answer.stderr}")
    return sum(map(float, answer.stderr.splitlines()[-1].split()))


def experiment(work: Path, name: str, seeds: int, evaluation: str) -> Path:
    """A matrix of one line and many seeds."""
    file = work / f"{name}.yaml"
    file.write_text(
        EXPERIMENT.format(data=work / "data", seeds=list(range(seeds)), evaluation=evaluation)
    )
    return file


def one_life(work: Path) -> dict[str, dict[str, dict[str, float]]]:
    """Operations of start and end, and of one evaluation, by place and kind."""
    lives = {}
    for evaluations, every in ((2, 60), (6, 20)):
        file = experiment(work, f"life{evaluations}", 1, EVALUATION.format(every=every))
        run = work / f"life{evaluations}"
        cfcql("run", file, "--executor", "list", "--out", run)
        cell = json.loads((run / "plan.json").read_text())["cells"][0]["id"]
        lives[evaluations] = counted(work, run, cell)
    evaluation: dict[str, dict[str, float]] = {}
    rest: dict[str, dict[str, float]] = {}
    for place in sorted(set(lives[2]) | set(lives[6])):
        few, more = lives[2].get(place, {}), lives[6].get(place, {})
        for kind in sorted(set(few) | set(more)):
            each = max(0.0, (more.get(kind, 0) - few.get(kind, 0)) / 4)
            evaluation.setdefault(place, {})[kind] = each
            rest.setdefault(place, {})[kind] = few.get(kind, 0) - 2 * each
    return {"start and end": rest, "each evaluation": evaluation}


def finish(run: Path) -> None:
    """Give every cell the files of the one that was really run."""
    plan = json.loads((run / "plan.json").read_text())
    ids = [cell["id"] for cell in plan["cells"]]
    done = run / "cells" / ids[0]
    texts = {
        name: (done / name).read_text()
        for name in ("cell.json", "result.json", "ledger.json", "metrics.jsonl", "timing.jsonl")
    }
    for seed, name in enumerate(ids[1:], start=1):
        folder = run / "cells" / name
        folder.mkdir(exist_ok=True)
        for file, text in texts.items():
            mended = text.replace(ids[0], name).replace('"seed" : 0', f'"seed" : {seed}')
            (folder / file).write_text(mended)
        (folder / "lock").touch()


def planner(work: Path, cells: int) -> dict[str, float]:
    """Processor seconds of what is done once for a matrix, and of asking how it goes."""
    run = work / "many"
    file = experiment(work, "many", cells, "none")
    times = {}
    times["run --executor slurm, nothing done"] = cfcql(
        "run", file, "--out", run, "--executor", "slurm", "--array-limit", 1000
    )
    times["status, nothing done"] = cfcql("status", run)
    first = json.loads((run / "plan.json").read_text())["cells"][0]["id"]
    times["worker, one cell of the plan"] = cfcql(
        "worker", "--detached", "--run", run, "--cell", first
    )
    times["worker, a cell that is done"] = cfcql(
        "worker", "--detached", "--run", run, "--cell", first
    )
    finish(run)
    times["status, all done"] = cfcql("status", run)
    times["run --executor slurm, all done"] = cfcql(
        "run", file, "--out", run, "--executor", "slurm"
    )
    counts = json.loads(
        subprocess.run(
            [LAUNCHER, "status", run, "--json"], capture_output=True, text=True, check=True
        ).stdout
    )["cells"]
    if sum(cell["state"] == "done" for cell in counts) != cells:
        raise SystemExit(f"expected {cells} cells to count as done, found {counts[:2]}")
    times["plan.json, megabytes"] = (run / "plan.json").stat().st_size / 1e6
    return times


def main() -> int:
    """Print what was counted as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=1_000)
    parser.add_argument("--work", type=Path, help="folder for it; a temporary one by default")
    options = parser.parse_args()
    if shutil.which("strace") is None:
        raise SystemExit("expected strace to count with, found none; apt-get install strace")
    with tempfile.TemporaryDirectory(prefix="cfcql-scale-", dir=options.work) as folder:
        work = Path(folder)
        cfcql(
            "data", "collect", "mpe/simple_spread", "--policy", "uniform", "--transitions", 2000,
            "--out", work / "data",
        )  # fmt: skip
        shown: dict[str, object] = {"at": time.strftime("%Y-%m-%d"), "cells": options.cells}
        shown["operations"] = one_life(work)
        print(json.dumps(shown, indent=2), file=sys.stderr, flush=True)
        shown["planner"] = planner(work, options.cells)
        print(json.dumps(shown["planner"], indent=2), file=sys.stderr, flush=True)
        shown["crowd"] = crowd.work(work / "many", work / "crowd", options.workers)
    print(json.dumps(shown, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
