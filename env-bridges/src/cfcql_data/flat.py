"""Transitions one behind the other, without padding: OMAR's and OMIGA's layouts and vaults.

Such layouts have no borders of episodes but flags; the readers say where episodes end, this module
makes rows of them: the final observation of an episode is what the source calls the successor of
its last step, or, where it has none, the last observation again, and the end is marked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cfcql_data.numbers import single
from cfcql_data.request import END, GO_ON, TIME_LIMIT, Request
from cfcql_data.rows import CUT, DATA_ENDED, SUCCESSOR_UNKNOWN, TERMINAL, TRUNCATION, Rows

MEANINGS = {
    TIME_LIMIT: "the time limit, after which learners do not bootstrap",
    END: "ends of the task",
    GO_ON: "the time limit, after which learners bootstrap",
}


def cut_at(flags: np.ndarray, limit: int) -> np.ndarray:
    """Last rows of episodes that end at a flag, at the limit, or with the data."""
    rows = len(flags)
    borders = np.flatnonzero(flags)
    if len(borders) == 0 or borders[-1] != rows - 1:
        borders = np.append(borders, rows - 1)
    starts = np.concatenate(([0], borders[:-1] + 1))
    lasts = [
        np.append(np.arange(start + limit - 1, end, limit), end)
        if end - start >= limit
        else np.array([end])
        for start, end in zip(starts, borders, strict=True)
    ]
    return np.concatenate(lasts)


def lengths_of(lasts: np.ndarray) -> np.ndarray:
    """Steps of episodes with these last rows."""
    return np.diff(np.concatenate(([-1], lasts)))


@dataclass
class Ends:
    """Per episode: steps, whether it terminated, marks of a cut; and how the limit counts."""

    lengths: np.ndarray
    terminated: np.ndarray
    truncated: np.ndarray
    timeout: str


def kinds_of_ends(
    request: Request,
    lasts: np.ndarray,
    flags: np.ndarray,
    limit: int,
    known_successor: bool,
    rule: str | None,
) -> Ends:
    """What the flags at the last rows mean.

    ``rule`` is what flags at the limit mean unless the request says so; None leaves it to the data:
    `TIME_LIMIT`, but `END` where other episodes run into the limit without a flag.
    """
    lengths = lengths_of(lasts)
    flagged = flags[lasts]
    full = lengths == limit
    unmarked = int((full & ~flagged).sum())
    rule = request.at_limit or rule
    if rule is None:
        rule = END if unmarked else TIME_LIMIT
    at_limit, early = int((flagged & full).sum()), int((flagged & ~full).sum())
    terminated = flagged & (~full | (rule == END))
    truncated = np.where(terminated, 0, CUT).astype(np.uint8)
    if not flagged[-1] and not full[-1]:
        truncated[-1] |= DATA_ENDED
        request.say(
            f"the last episode stops after {lengths[-1]} steps with the data: it is kept as cut and"
            " left out of mean returns"
        )
    if not known_successor:
        truncated[truncated != 0] |= SUCCESSOR_UNKNOWN
    if at_limit or early:
        request.say(
            f"done flags: {early} before the limit of {limit} steps, taken as ends of the task"
            + (
                f"; {at_limit} at the limit, taken as {MEANINGS[rule]} (--flags-at-limit says"
                " otherwise)"
                if at_limit
                else ""
            )
        )
    if unmarked:
        request.say(
            f"{unmarked} episodes are cut by the limit of {limit} steps without a termination"
        )
    is_limit = at_limit > 0 and early == 0 and rule == TIME_LIMIT
    request.note("done_is_time_limit", "true" if is_limit else "false")
    terminal = rule == TIME_LIMIT and at_limit > 0
    return Ends(lengths, terminated, truncated, TERMINAL if terminal else TRUNCATION)


@dataclass
class Columns:
    """How to read rows ``start`` to ``stop`` of each array; None for what there is not."""

    observations: Callable[[int, int], np.ndarray]
    actions: Callable[[int, int], np.ndarray]
    rewards: Callable[[int, int], np.ndarray]
    state: Callable[[int, int], np.ndarray] | None = None
    next_observations: Callable[[int, int], np.ndarray] | None = None
    next_state: Callable[[int, int], np.ndarray] | None = None
    available: Callable[[int, int], np.ndarray] | None = None
    row_bytes: int = 1


def blocks(columns: Columns, ends: Ends, block_bytes: int, separate_next: bool):
    """Rows of some episodes after the others."""
    per_block = max(1, block_bytes // columns.row_bytes)
    borders = np.concatenate(([0], np.cumsum(ends.lengths)))
    first = 0
    while first < len(ends.lengths):
        last = int(np.searchsorted(borders, borders[first] + per_block, side="right")) - 1
        last = max(last, first + 1)
        yield _rows(columns, ends, first, last, borders, separate_next)
        first = last


def _rows(
    columns: Columns, ends: Ends, first: int, last: int, borders: np.ndarray, separate_next: bool
) -> Rows:
    start, stop = int(borders[first]), int(borders[last])
    final = borders[first + 1 : last + 1] - 1 - start
    behind = final + 1

    def followed(read, read_next) -> np.ndarray:
        values = read(start, stop)
        finals = read_next(start, stop)[final] if read_next else values[final]
        return np.insert(values, behind, finals, axis=0)

    state = followed(columns.state, columns.next_state) if columns.state else None
    available = None
    if columns.available:
        seen = columns.available(start, stop)
        available = np.insert(seen, behind, seen[final], axis=0)
    rows = Rows(
        lengths=ends.lengths[first:last],
        terminated=ends.terminated[first:last],
        truncated=ends.truncated[first:last],
        observations=followed(columns.observations, columns.next_observations),
        state=state,
        actions=np.insert(columns.actions(start, stop), behind, 0, axis=0),
        available=available,
        rewards=np.insert(columns.rewards(start, stop), behind, 0, axis=0),
    )
    if separate_next:
        following = columns.next_observations(start, stop)
        rows.next_observations = np.insert(following, behind, 0, axis=0)
        if columns.state:
            rows.next_state = np.insert(columns.next_state(start, stop), behind, 0, axis=0)
    return rows


def ranges(rows: int, row_bytes: int, block_bytes: int):
    """Ranges of rows that fit the bound."""
    size = max(1, block_bytes // max(1, row_bytes))
    for start in range(0, rows, size):
        yield start, min(start + size, rows)


def equal_per_agent(values: np.ndarray) -> bool:
    """Whether all agents have the same number in every row of ``[row, agent]``."""
    return bool((values == values[:, :1]).all())


def side_by_side(observations: np.ndarray, state: np.ndarray) -> bool:
    """Whether a state is the observations of all agents one behind the other."""
    return bool(np.array_equal(single(observations).reshape(state.shape), single(state)))
