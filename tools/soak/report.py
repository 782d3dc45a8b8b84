"""The table at the end."""

from __future__ import annotations

from campaign import Tally


def print_table(tally: Tally, seed: int, seconds: float) -> None:
    """Counts by kind, then the verdict, in Markdown."""
    print("\n| fault | struck | attempts it ended early |\n|---|---:|---:|")
    for kind in sorted(tally.struck):
        print(f"| {kind} | {tally.struck[kind]} | {tally.ended[kind]} |")
    print(f"| all | {tally.struck.total()} | |\n")
    print(
        f"seed {seed}: {tally.struck.total()} faults in {tally.attempts} attempts of"
        f" {tally.matrices} matrices, {seconds / 60:.0f} minutes:"
        f" {tally.count('lost')} lost, {tally.count('changed')} changed,"
        f" {tally.count('unexplained')} unexplained, {tally.count('left behind')} left behind"
    )
    for kind, what in tally.problems:
        print(f"- {kind}: {what}")
