"""A thousand processes that do on one run folder what workers do there, and nothing between."""

from __future__ import annotations

import fcntl
import json
import os
import random
import time
from pathlib import Path

CHECKPOINTS = 2


def work(planned: Path, run: Path, workers: int) -> dict[str, float]:
    """Let workers take every cell twice, in other orders; say how it went."""
    ids = [cell["id"] for cell in json.loads((planned / "plan.json").read_text())["cells"]]
    (run / "cells").mkdir(parents=True)
    (run / "plan.json").write_bytes((planned / "plan.json").read_bytes())
    tasks = [list(ids[first::workers]) for first in range(workers)]
    # Everybody's cells are somebody else's too: a second submission of the same matrix.
    doubled = [mine + tasks[(place + workers // 2) % workers] for place, mine in enumerate(tasks)]
    started = time.monotonic()
    children = [_fork(run, task, place) for place, task in enumerate(doubled)]
    failed = sum(os.waitpid(child, 0)[1] != 0 for child in children)
    seconds = time.monotonic() - started
    once = [(run / "cells" / name / "starts").read_text() for name in ids]
    return {
        "workers": workers,
        "cells": len(ids),
        "cells with one start": sum(starts == "start\n" for starts in once),
        "workers that failed": failed,
        "seconds": round(seconds, 1),
    }


def _fork(run: Path, task: list[str], place: int) -> int:
    child = os.fork()
    if child == 0:
        try:
            # Every worker reads the plan in whole.
            (run / "plan.json").read_bytes()
            random.Random(place).shuffle(task)
            for name in task:
                _cell(run / "cells" / name)
        except BaseException:
            os._exit(1)
        os._exit(0)
    return child


def _cell(folder: Path) -> None:
    """What a worker does to a cell: look, lock, look again, checkpoints, a result."""
    result = folder / "result.json"
    if result.exists():
        return
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return
        if result.exists():
            return
        with (folder / "starts").open("a") as starts:
            starts.write("start\n")
        for number in range(CHECKPOINTS):
            with (folder / "metrics.jsonl").open("a") as metrics:
                metrics.write(json.dumps({"round": number}) + "\n")
            _replace(folder / "state.json", "state" * 1000)
        _replace(result, "{}")


def _replace(file: Path, text: str) -> None:
    """Whole or not at all: written, synced, renamed, the folder synced."""
    fresh = file.with_suffix(".new")
    with fresh.open("w") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    fresh.rename(file)
    folder = os.open(file.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
