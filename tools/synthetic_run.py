"""Multiplies a finished run by seeds, for measuring what many cells cost.

    python3 tools/synthetic_run.py results/runs/simple_spread-all --cells 10000 --out runs/many

Every finished cell is copied with seeds that nobody trained: plan, names, seeds and results say so
and agree with each other; scores and curves are those of the cell it was copied from. Nothing but
time and memory can be learnt from such a folder.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from pathlib import Path

COPIED = ("evaluations.jsonl", "evaluations.jsonl.gz", "metrics.jsonl", "timing.jsonl")


def main() -> int:
    """Writes the folder; the result is the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("--cells", type=int, required=True, help="at least so many")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    if arguments.out.exists():
        print(f"synthetic_run: expected no {arguments.out}, found one", file=sys.stderr)
        return 2
    plan = json.loads((arguments.run / "plan.json").read_text())
    cells = [
        cell
        for cell in plan["cells"]
        if (arguments.run / "cells" / cell["id"] / "result.json").exists()
    ]
    seeds = sorted({cell["seed"] for cell in cells})
    copies = -(-arguments.cells // len(cells))
    plan["cells"] = [
        multiplied(arguments, cell, seeds.index(cell["seed"]) + copy * len(seeds))
        for copy in range(copies)
        for cell in cells
    ]
    (arguments.out / "plan.json").write_text(json.dumps(plan, indent=2) + "\n")
    experiment = (arguments.run / "experiment.yaml").read_text()
    (arguments.out / "experiment.yaml").write_text(
        re.sub(
            r"^seeds:\n(- \d+\n)+",
            f"seeds: {list(range(copies * len(seeds)))}\n",
            experiment,
            flags=re.M,
        )
    )
    print(f"{len(plan['cells'])} cells in {arguments.out}")
    return 0


def multiplied(arguments: argparse.Namespace, cell: dict, seed: int) -> dict:
    """Copies a cell under another seed; its object for the plan."""
    old = arguments.run / "cells" / cell["id"]
    name = re.sub(r"__s\d+__", f"__s{seed}__", cell["id"])
    new = arguments.out / "cells" / name
    new.mkdir(parents=True)
    for file in COPIED:
        if (old / file).exists():
            shutil.copyfile(old / file, new / file)
    for file, key in (("cell.json", "id"), ("result.json", "cell")):
        content = json.loads((old / file).read_text())
        content[key] = name
        content["seed"] = seed
        (new / file).write_text(json.dumps(content, indent=2) + "\n")
    return {**cell, "id": name, "seed": seed}


if __name__ == "__main__":
    sys.exit(main())
