"""Whether the faults of an attempt explain how it ended. What they do not is a finding."""

from __future__ import annotations

import re

from attempt import Outcome
from faults import DONE, MACHINE

# Never a way to end, whatever struck.
BUG = re.compile(r"\ba bug\b|^\s+at [\w.$]+\(|^Traceback", re.MULTILINE)


def unexplained(outcome: Outcome, cells: list[str]) -> list[str]:
    """One line for each thing that the faults do not explain."""
    found = []
    if outcome.hung:
        found.append(f"hung for {outcome.seconds:.0f} s")
    found += [f"orphan: {one}" for one in outcome.orphans]
    if BUG.search(outcome.errors):
        found.append(f"a bug: {_around(outcome.errors)}")
    allowed = {DONE}.union(*(fault.statuses for fault in outcome.struck))
    if outcome.status not in allowed:
        found.append(f"status {outcome.status}: {outcome.last_line}")
    elif outcome.status == DONE and outcome.finished != set(cells):
        found.append("status 0 with unfinished cells")
    elif outcome.status not in (DONE, MACHINE) and not outcome.reasons:
        found += _without_cells(outcome)
    for cell, reason in outcome.reasons.items():
        if not _explained(outcome, cell, reason):
            found.append(f"{cell}: {reason}")
    return found


def _explained(outcome: Outcome, cell: str, reason: str) -> bool:
    return any(
        re.search(pattern, reason)
        for fault in outcome.struck
        if fault.everywhere or fault.cell == cell
        for pattern in fault.reasons
    )


def _without_cells(outcome: Outcome) -> list[str]:
    """A run that says nothing of its cells was ended by a signal, or says in its last line why."""
    if outcome.status < 0 or outcome.status > 128:
        return []
    patterns = [pattern for fault in outcome.struck for pattern in fault.complaints]
    if any(re.search(pattern, outcome.last_line) for pattern in patterns):
        return []
    return [f"status {outcome.status}: {outcome.last_line}"]


def _around(errors: str) -> str:
    at = BUG.search(errors).start()
    return errors[at : at + 300]
