"""How close the data sets whose cards are kept here come to the published ones, as a table.

python tools/published_counts.py [--write]

Prints the table of results/datasets/README.md, or writes it there. What an array says beside its
card `cfcql data verify DIR --published NAME` says.
"""

import argparse
import csv
import json
import math
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLE = "harness/core/src/main/resources/org/cfcql/data/check/published-counts.csv"
HEAD = (
    "| data here | published | transitions | published | episodes | published | mean return "
    "| published | apart |\n|---|---|---:|---:|---:|---:|---:|---:|---:|\n"
)
OTHER_GAME = {"smax": "smac"}


def published(root):
    """The published rows by environment and kind."""
    rows = {}
    with (root / TABLE).open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rows.setdefault((row["environment"], row["kind"]), []).append(row)
    return rows


def lines(root):
    """The rows of the table."""
    known = published(root)
    for path in sorted((root / "results" / "datasets").glob("*/*/card.json")):
        card = json.loads(path.read_text(encoding="utf-8"))
        family, name = card["task"]["environment"].split("/", 1)
        environment = f"{OTHER_GAME.get(family, family)}/{name}"
        for row in nearest(known.get((environment, card["kind"]), [])):
            yield line(path.parent.relative_to(root / "results" / "datasets"), card, row)


def nearest(rows):
    """OMIGA's rows only where neither the paper nor OMAR has the task and kind."""
    return [row for row in rows if row["source"] != "omiga"] or rows


def line(folder, card, row):
    """One data set beside one published one."""
    mean, deviation = (
        f"{number:.2f}" for number in (card["returns"]["mean"], population_deviation(card))
    )
    apart = abs(card["returns"]["mean"] - float(row["mean_return"])) / float(row["std_return"])
    cells = [
        f"`{folder}`",
        f"{row['source']}, {row['environment']}",
        spaced(card["transitions"]),
        spaced(row["transitions"]),
        spaced(card["episodes"]),
        spaced(row["episodes"]),
        f"{mean} ± {deviation}",
        f"{float(row['mean_return']):.2f} ± {float(row['std_return']):.2f}",
        f"{apart:.2f}",
    ]
    return "| " + " | ".join(cells) + " |\n"


def population_deviation(card):
    """The deviation divided by the number of episodes, as published."""
    count = card["episodes"]
    return card["returns"]["std"] * math.sqrt((count - 1) / count)


def spaced(number):
    """Digits in threes."""
    return f"{int(number):,}".replace(",", " ")


def written(text, root):
    """A page with the table of today in it."""
    before, _, rest = text.partition(HEAD)
    after = "".join(line for line in rest.splitlines(keepends=True) if not line.startswith("|"))
    return before + HEAD + "".join(lines(root)) + after


def main():
    """Print or write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="into results/datasets/README.md")
    if parser.parse_args().write:
        page = ROOT / "results" / "datasets" / "README.md"
        page.write_text(written(page.read_text(encoding="utf-8"), ROOT), encoding="utf-8")
    else:
        print(HEAD + "".join(lines(ROOT)), end="")


if __name__ == "__main__":
    main()
