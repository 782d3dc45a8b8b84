"""A data set of the harness, opened for export."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from cfcql_data.errors import RefusedError
from cfcql_data.rows import DATA_ENDED, SUCCESSOR_UNKNOWN, TERMINAL, Task


class Stored:
    """Card and mapped arrays; the harness has checked them against each other."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        self.task = Task.of_card(self.card["task"])
        self.arrays = {
            name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in self.card["fields"]
        }
        self.offsets = np.asarray(self.arrays["episode_offsets"])
        self.lengths = np.diff(self.offsets) - 1
        self.last = self.offsets[1:] - 2
        self.terminated = np.asarray(self.arrays["terminated"])[self.last] != 0
        self.marks = np.asarray(self.arrays["truncated"])[self.last]

    @property
    def episodes(self) -> int:
        """How many there are."""
        return len(self.lengths)

    def done(self) -> np.ndarray:
        """Whether learners of the paper see each episode end for good."""
        limit_ends = self.task.timeout == TERMINAL
        return self.terminated | ((self.marks != 0) & limit_ends)

    def cut_by_data(self) -> np.ndarray:
        """Whether only the end of the data cut each episode."""
        return (self.marks & DATA_ENDED) != 0

    def require_known_successors(self, layout: str) -> None:
        """Refuse data whose final observations are unknown."""
        unknown = int(((self.marks & SUCCESSOR_UNKNOWN) != 0).sum())
        if unknown or self.card["made"]["notes"].get("final observations"):
            raise RefusedError(
                f"{self.folder}: expected final observations, which the layout {layout} holds, "
                f"found data whose source does not store them ({unknown} cut episodes have an "
                "unknown successor); say --format vault, which has none either"
            )

    def blocks(self, block_bytes: int):
        """Ranges of episodes whose rows fit the bound."""
        row_bytes = sum(
            array.dtype.itemsize * int(np.prod(array.shape[1:]))
            for name, array in self.arrays.items()
            if name != "episode_offsets"
        )
        rows = max(1, block_bytes // row_bytes)
        first = 0
        while first < self.episodes:
            end = self.offsets[first] + rows
            last = max(first + 1, int(np.searchsorted(self.offsets, end, side="right")) - 1)
            yield first, last
            first = last

    def rows(self, name: str, first: int, last: int) -> np.ndarray:
        """All rows of episodes ``first`` to ``last``."""
        return np.asarray(self.arrays[name][self.offsets[first] : self.offsets[last]])

    def state_rows(self, first: int, last: int) -> np.ndarray:
        """The state of all rows."""
        if self.task.state_is_observations:
            seen = self.rows("observations", first, last)
            return seen.reshape(len(seen), -1)
        return self.rows("state", first, last)

    def executed(self, first: int, last: int) -> np.ndarray:
        """Which of those rows are steps and not final observations."""
        steps = np.ones(int(self.offsets[last] - self.offsets[first]), bool)
        steps[self.offsets[first + 1 : last + 1] - 1 - self.offsets[first]] = False
        return steps
