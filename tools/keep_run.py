"""Copies what results/ keeps of a run, small enough for a repository.

Usage: python tools/keep_run.py RUN_DIR RESULTS_DIR

Kept are experiment and plan, and of each finished cell: provenance, result, the scores of the
final evaluation's episodes, the mean of every other evaluation, the beginnings and ends among the
times, a hundred points of the learner's values where there are any, and the policies of an online
run. ``cfcql check`` then says by the rules of which edition the copy is sound, in check.json; a run
that breaks one ends the script with 1. Checkpoints and logs are left out. ``cfcql report`` gives
the same tables of the copy as of the run, and ``cfcql run`` takes its cells for done.
"""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

LAUNCHER = Path(__file__).resolve().parents[1] / "cfcql"
EPISODE_KEYS = ("episode", "seed", "length", "agentReturns", "info")
# Seeds follow from the cell's; what an environment tells of an episode is in no table.
FINAL_LEFT_OUT = ("seed", "info")
VALUE_KEYS = ("round", "dataValue", "tdLoss", "conservativeLoss")
VALUE_LINES = 100
POLICIES = ("expert.safetensors", "medium.safetensors", "selection.json")


def main(run: Path, kept: Path) -> int:
    """Copies a run; the result is the exit code."""
    if not (run / "plan.json").is_file():
        print(f"keep_run: expected a run folder at {run}, found no plan.json", file=sys.stderr)
        return 2
    kept.mkdir(parents=True, exist_ok=True)
    for name in ("experiment.yaml", "plan.json"):
        shutil.copyfile(run / name, kept / name)
    for cell in sorted(path for path in (run / "cells").iterdir() if path.is_dir()):
        if (cell / "result.json").is_file():
            keep_cell(cell, kept / "cells" / cell.name)
        else:
            print(f"keep_run: {cell.name} has no result and is left out", file=sys.stderr)
    return check(kept)


def check(kept: Path) -> int:
    """Holds the copy to the rules of today and stores what came out; the exit code."""
    checked = subprocess.run([str(LAUNCHER), "check", "--store", str(kept)], check=False)
    if checked.returncode != 0:
        print(
            f"keep_run: {kept} is not sound: run again what is named above, or say so in"
            " results/README.md",
            file=sys.stderr,
        )
    return checked.returncode


def keep_cell(cell: Path, kept: Path) -> None:
    """Copies a finished cell."""
    kept.mkdir(parents=True, exist_ok=True)
    for name in ("cell.json", "result.json"):
        shutil.copyfile(cell / name, kept / name)
    write_compressed(kept / "evaluations.jsonl.gz", slim_evaluations(lines(cell, "evaluations")))
    write_lines(kept / "timing.jsonl", slim_times(lines(cell, "timing")))
    values = list(thin_values(lines(cell, "metrics")))
    if values:
        write_lines(kept / "metrics.jsonl", values)
    for name in POLICIES:
        if (cell / "policies" / name).is_file():
            (kept / "policies").mkdir(exist_ok=True)
            shutil.copyfile(cell / "policies" / name, kept / "policies" / name)
    card = cell / "medium-replay" / "card.json"
    if card.is_file():
        (kept / "medium-replay").mkdir(exist_ok=True)
        shutil.copyfile(card, kept / "medium-replay" / "card.json")


def lines(cell: Path, name: str) -> list[dict]:
    """The whole lines of a JSON-lines file, compressed or not; none if it is not there."""
    plain = cell / f"{name}.jsonl"
    packed = cell / f"{name}.jsonl.gz"
    if plain.is_file():
        text = plain.read_text(encoding="utf-8")
    elif packed.is_file():
        text = gzip.decompress(packed.read_bytes()).decode("utf-8")
    else:
        return []
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]


def slim_evaluations(episodes: list[dict]) -> Iterator[dict]:
    """The scores of the final episodes; one line with the mean for each evaluation before."""
    groups: dict[str, list[dict]] = {}
    for episode in episodes:
        groups.setdefault(str(episode["evaluation"]), []).append(episode)
    for name, group in groups.items():
        if name == "final":
            yield from map(slim_episode, group)
            continue
        if "episodes" in group[0]:
            yield from group
            continue
        mean = {key: value for key, value in group[0].items() if key not in EPISODE_KEYS}
        # One addition after the other, as the harness adds: the mean is the same to the last bit.
        total = 0.0
        for episode in group:
            total += episode["score"]
        yield mean | {"score": total / len(group), "episodes": len(group)}


def slim_episode(episode: dict) -> dict:
    """A final episode; reports read the return of a team, not those of several agents."""
    slim = {key: value for key, value in episode.items() if key not in FINAL_LEFT_OUT}
    if len(slim.get("agentReturns", ())) > 1:
        del slim["agentReturns"]
    return slim


def slim_times(events: list[dict]) -> Iterator[dict]:
    """All but checkpoints and undisturbed evaluations; the last line has the sums."""
    for index, event in enumerate(events):
        disturbed = event.get("repeatedEpisodes", 0) or event.get("environmentRestarts", 0)
        regular = event["event"] in ("checkpoint", "evaluation") and not disturbed
        if not regular or index == len(events) - 1:
            yield event


def thin_values(metrics: list[dict]) -> Iterator[dict]:
    """What figures of values need, at most a hundred lines; the last is the end of training."""
    rounds = [line for line in metrics if "round" in line and "dataValue" in line]
    step = max(1, -(-len(rounds) // VALUE_LINES))
    chosen = rounds[len(rounds) - 1 :: -step][::-1] if rounds else []
    for line in chosen:
        yield {key: line[key] for key in VALUE_KEYS if key in line}


def write_lines(path: Path, objects: Iterator[dict] | list[dict]) -> None:
    """Writes one object a line."""
    path.write_text("".join(f"{line}\n" for line in compact(objects)), encoding="utf-8")


def write_compressed(path: Path, objects: Iterator[dict]) -> None:
    """Writes one object a line, compressed; equal content makes equal bytes."""
    text = "".join(f"{line}\n" for line in compact(objects))
    path.write_bytes(gzip.compress(text.encode("utf-8"), 9, mtime=0))


def compact(objects: Iterator[dict] | list[dict]) -> Iterator[str]:
    """JSON without spaces, as the harness writes it."""
    for line in objects:
        yield json.dumps(line, separators=(",", ":"), ensure_ascii=False)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
