"""Compute expected.json from first.csv and second.csv, with SciPy and rliable.

usage: python expected.py > expected.json

Needs scipy and rliable (made with the versions that the file names).
"""

import csv
import importlib.metadata
import json
import sys
from pathlib import Path

import numpy as np
from rliable import metrics
from scipy import stats

HERE = Path(__file__).resolve().parent


def read(name):
    """Scores by cell, then by seed."""
    cells = {}
    with (HERE / name).open() as lines:
        for row in csv.DictReader(lines):
            cell = cells.setdefault(f"{row['env']}/{row['dataset']}/{row['algorithm']}", {})
            cell[int(row["seed"])] = float(row["score"])
    return {cell: np.array([by[s] for s in sorted(by)]) for cell, by in cells.items()}


def number(value):
    """A number, or None where SciPy has none."""
    return float(value) if np.isfinite(value) else None


def tested(test):
    """Statistic, p-value, degrees of freedom and interval of a test of SciPy's."""
    interval = test.confidence_interval(0.95)
    return {
        "t": number(test.statistic),
        "p": number(test.pvalue),
        "degreesOfFreedom": number(test.df),
        "low95": number(interval.low),
        "high95": number(interval.high),
    }


def compared(first, second):
    """Everything about one cell."""
    line = {
        "meanFirst": float(np.mean(first)),
        "meanSecond": float(np.mean(second)),
        "stdFirst": number(np.std(first, ddof=1)) if len(first) > 1 else None,
        "iqmFirst": float(metrics.aggregate_iqm(first[:, None])),
        "iqmSecond": float(metrics.aggregate_iqm(second[:, None])),
        "probabilityOfImprovement": float(
            metrics.probability_of_improvement(second[:, None], first[:, None])
        ),
    }
    if len(first) > 1 and len(second) > 1:
        line["welch"] = tested(stats.ttest_ind(second, first, equal_var=False))
    if len(first) == len(second) and len(first) > 1:
        line["paired"] = tested(stats.ttest_rel(second, first))
    return line


def holm(values):
    """Holm's step-down correction, by its definition."""
    adjusted = {}
    largest = 0.0
    for rank, (cell, value) in enumerate(sorted(values.items(), key=lambda item: item[1])):
        largest = max(largest, (len(values) - rank) * value)
        adjusted[cell] = min(1.0, largest)
    return adjusted


def main():
    """Print the document."""
    first, second = read("first.csv"), read("second.csv")
    cells = {cell: compared(first[cell], second[cell]) for cell in first}
    raw = {cell: line["welch"]["p"] for cell, line in cells.items() if "welch" in line}
    document = {
        "made with": {name: importlib.metadata.version(name) for name in ("scipy", "rliable")},
        "cells": cells,
        "holmOfWelch": holm({cell: p for cell, p in raw.items() if p is not None}),
        "meanProbabilityOfImprovement": float(
            np.mean([line["probabilityOfImprovement"] for line in cells.values()])
        ),
    }
    json.dump(document, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
