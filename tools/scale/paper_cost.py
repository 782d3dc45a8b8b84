"""What the whole paper costs, from the clocks of kept runs: ``python3 tools/scale/paper_cost.py``.

Needs PyYAML. A cell's time is rounds times the time of a round, plus its evaluations. The time of a
round is that of kept cells of the same algorithm and task; of a task that no cell was kept of, that
of a neighbour times the ratio that ``docs/performance.md`` measured with CFCQL, or a guess that is
named so. Kept cells ran on a shared machine: the quickest is near an idle one, the median is not.
"""

from __future__ import annotations

import itertools
import json
import statistics
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import yaml

HOME = Path(__file__).resolve().parents[2]
# Rows that an episode-wise cell of a battle samples; rounds of continuous ones (docs/formats.md).
SLOTS = {"smax": 10_050_000, "equal_line": 5_000_000, "toy": 50_000}
ROUNDS = {
    "mpe/simple_spread": 2001,
    "mpe/simple_tag": 2001,
    "mpe/simple_world": 5001,
    "mamujoco/halfcheetah-2x3": 100_001,
}
# Task -> (kept neighbour, ratio, whether the ratio was measured).
NEIGHBOUR = {
    # A slot costs CFCQL so much more or less (perf, per step; lengths of the data alike).
    "smax/6h_vs_8z": ("smax/2s3z", 244 / 219, True),
    "smax/3s_vs_5z": ("smax/2s3z", 535 / 219, True),
    "mamujoco/halfcheetah-2x3": ("mpe/simple_spread", 295 / 61, True),
    "mpe/simple_tag": ("mpe/simple_spread", 1.0, False),
    "mpe/simple_world": ("mpe/simple_spread", 4 / 3, False),
}
# Rows of an episode of kept data, near enough to count evaluations.
LENGTH = {"smax/5m_vs_6m": 19, "equal_line": 51, "toy": 64}
# Operations on the run folder at start and end, and at an evaluation (python3 tools/scale).
START = 210
AT_EVALUATION = 114
SYNCS_AT_EVALUATION = 9
# Evaluations of a cell where none was kept, in seconds.
EVALUATION_GUESS = {"mamujoco/halfcheetah-2x3": 267.0}


@dataclass(frozen=True)
class Clock:
    """Milliseconds of a round (or of a thousand slots) of kept cells; evaluations likewise."""

    quickest: float
    median: float
    evaluation: float


def kept() -> dict[tuple[str, str], Clock]:
    """Clocks by task and algorithm."""
    found = defaultdict(list)
    for timing in HOME.glob("results/runs/*/cells/*/timing.jsonl"):
        result = json.loads((timing.parent / "result.json").read_text())
        cell = json.loads((timing.parent / "cell.json").read_text())
        end = json.loads(timing.read_text().splitlines()[-1])
        if end["event"] != "end" or not cell["dataset"]["episodes"]:
            continue  # Online runs, which make data.
        facts = cell["dataset"]
        unit = 1.0
        if cell["branch"] == "discrete":
            length = (facts["transitions"] + facts["episodes"]) / facts["episodes"]
            unit = 1000 / (length * cell["budget"]["batch"])
        found[cell["environment"]["id"], cell["algorithm"]].append(
            [end[name] / result["rounds"] * unit for name in ("trainMs", "evaluationMs")]
        )
    return {
        key: Clock(
            min(one[0] for one in rows),
            statistics.median(one[0] for one in rows),
            statistics.median(one[1] for one in rows),
        )
        for key, rows in found.items()
    }


def variants(settings: dict) -> int:
    """How many lines a sweep makes of an algorithm."""
    count = 1
    for value in settings.values():
        if isinstance(value, list):
            count *= len(value)
        elif isinstance(value, dict):
            count *= variants(value)
    return count


def cells(file: Path):
    """Task, algorithm, how many cells."""
    plan = yaml.safe_load(file.read_text())
    replicas = len(plan["seeds"]) * variants(plan.get("replay", {}))
    replicas *= variants({"episodes": plan.get("data", {}).get("episodes", 0)})
    for task, (algorithm, settings) in itertools.product(
        plan["environments"], plan["algorithms"].items()
    ):
        short = task.split("/")[1]
        data = [one for one in plan["datasets"] if _of(one, task, short, plan)]
        yield task, algorithm, len(data) * replicas * variants(settings)


def _of(data: str, task: str, short: str, plan: dict) -> bool:
    if len(plan["environments"]) == 1:
        return True
    return task.replace("/", "-") in data or f"/{short}-" in data


def evaluations(task: str, plan: dict) -> float:
    """How often a cell is evaluated and writes a checkpoint."""
    every = plan["evaluation"]["every"]
    family = task.split("/")[0]
    length = LENGTH.get(task, LENGTH.get(family, 65))
    batch = plan["budget"]["batch"]
    slots = SLOTS.get(family, 0) / (length * (128 if batch == "published" else batch))
    return ROUNDS.get(task, slots) / (500 if every == "published" else every)


def seconds(task: str, algorithm: str, clocks) -> tuple[float, float, str, float]:
    """Quickest and median seconds of a cell, their source, and what evaluations take of them."""
    source = "measured"
    ratio = 1.0
    clock = clocks.get((task, algorithm))
    if clock is None:
        near, ratio, known = NEIGHBOUR.get(task, (task, 1.0, False))
        source = "by ratio" if known else "guessed"
        clock = clocks[near, algorithm]
    family = task.split("/")[0]
    rounds = ROUNDS.get(task, SLOTS.get(family, 0) / 1000)
    evaluation = EVALUATION_GUESS.get(task, clock.evaluation * rounds / 1000)
    return (
        clock.quickest * ratio * rounds / 1000 + evaluation,
        clock.median * ratio * rounds / 1000 + evaluation,
        source,
        evaluation,
    )


def main() -> int:
    """Print a table by experiment, then what cores make of it."""
    clocks = kept()
    everything = []
    print(
        "| experiment | cells | core hours, quickest | median | of these measured | longest cell"
        " | operations a second and core | of these syncs |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for file in sorted((HOME / "experiments/paper").glob("*.yaml")):
        if file.stem in ("simple_spread-random", "simple_tag", "smax-2s3z", "table1-mpe"):
            continue  # Parts of table 5 or table 3.
        rows = []
        plan = yaml.safe_load(file.read_text())
        for task, algorithm, count in cells(file):
            row = (count, *seconds(task, algorithm, clocks), evaluations(task, plan))
            rows.append(row)
        everything += rows
        _line(f"`{file.stem}`", rows)
    _line("all", everything)
    print("\n| cores | days, quickest | days, median | bound by |")
    print("|---:|---:|---:|---|")
    for cores in (2, 64, 1000):
        days = [
            max(sum(row[0] * row[place] for row in everything) / cores, _longest(everything, place))
            / 86_400
            for place in (1, 2)
        ]
        total = sum(row[0] * row[1] for row in everything) / cores
        bound = "cores" if total > _longest(everything, 1) else "the longest cell"
        print(f"| {cores:,} | {days[0]:.1f} | {days[1]:.1f} | {bound} |".replace(",", " "))
    played = sum(row[0] * row[4] for row in everything) / 3600
    print(f"\nEvaluations are {played:.0f} of these core hours: no card takes them over.")
    return 0


def _longest(rows, place: int) -> float:
    return max(row[place] for row in rows)


def _line(name: str, rows) -> None:
    count = sum(row[0] for row in rows)
    hours = [sum(row[0] * row[place] for row in rows) / 3600 for place in (1, 2)]
    known = sum(row[0] * row[1] for row in rows if row[3] == "measured") / 3600
    busy = hours[0] * 3600
    operations = sum(row[0] * (START + AT_EVALUATION * row[5]) for row in rows) / busy
    syncs = sum(row[0] * SYNCS_AT_EVALUATION * row[5] for row in rows) / busy
    print(
        f"| {name} | {count} | {hours[0]:.0f} | {hours[1]:.0f} | {100 * known / hours[0]:.0f} %"
        f" | {_longest(rows, 1) / 3600:.1f} h | {operations:.2f} | {syncs:.2f} |"
    )


if __name__ == "__main__":
    sys.exit(main())
