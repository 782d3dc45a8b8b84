"""What a user asked for, and what a reader says to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from cfcql_data.errors import RefusedError

TIME_LIMIT, END, GO_ON = "time-limit", "end", "go-on"
AT_LIMIT = (TIME_LIMIT, END, GO_ON)

BLOCK_BYTES = 48 << 20


@dataclass
class Request:
    """An import: where from, and what the source does not tell.

    ``at_limit`` says what done flags at the episode limit mean: `TIME_LIMIT` (a cut after which
    learners of the paper do not bootstrap), `END` (the task ended) or `GO_ON` (a cut after which
    learners bootstrap); None leaves it to the layout's own rule.
    """

    source: Path
    environment: str | None = None
    kind: str | None = None
    episode_limit: int | None = None
    at_limit: str | None = None
    final_slot: bool | None = None
    draw: int | None = None
    block_bytes: int = BLOCK_BYTES
    notes: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Tell the user, and the reader of the card."""
        self.said.append(text)

    def note(self, name: str, text: str) -> None:
        """A note of the card."""
        self.notes[name] = text

    def required_environment(self, told: str | None, example: str) -> str:
        """The environment's id, as given or as the source tells it."""
        name = self.environment or told
        if name is None:
            raise RefusedError(
                f"{self.source}: expected a name such as {example} that tells the task, found "
                "another; say --env FAMILY/NAME"
            )
        return name

    def required_kind(self, told: str | None, example: str) -> str:
        """The kind of data, as given or as the source tells it."""
        kind = self.kind or told
        if not kind:
            raise RefusedError(
                f"{self.source}: expected a name such as {example} that tells the kind of data, "
                "found another; say --kind"
            )
        return kind
