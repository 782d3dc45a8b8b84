"""The one exception that reaches the harness (PROTOCOL.md section 6)."""

from __future__ import annotations

from collections.abc import Iterable

CODES = (
    "BAD_VERSION",
    "BAD_TOKEN",
    "BAD_MESSAGE",
    "UNKNOWN_ENV",
    "BAD_OPTION",
    "MISSING_DEPENDENCY",
    "BAD_SHAPE",
    "BAD_DTYPE",
    "ILLEGAL_ACTION",
    "STEP_BEFORE_RESET",
    "STEP_AFTER_END",
    "ENV_CRASHED",
    "ENV_RESTARTED",
    "DEADLINE",
    "TOO_LARGE",
    "UNSUPPORTED",
    "INTERNAL",
)

_RETRYABLE = {"ENV_CRASHED", "ENV_RESTARTED", "DEADLINE", "INTERNAL"}
_UNMADE = {"UNKNOWN_ENV", "BAD_OPTION", "MISSING_DEPENDENCY"}
_EXITING = {"BAD_VERSION", "BAD_TOKEN"}


class BridgeError(Exception):
    """A fault with a code of the protocol; retry flag and worker state follow from the code.

    ``message`` says in one line what was expected, what was found and what to do.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        envs: Iterable[int] = (),
        agents: Iterable[int] = (),
        packages: Iterable[str] = (),
        suggestion: str | None = None,
    ):
        if code not in CODES:
            raise ValueError(f"unknown error code {code}")
        self.code = code
        self.message = one_line(message)
        super().__init__(f"{code}: {self.message}")
        self.envs = [int(env) for env in envs]
        self.agents = [int(agent) for agent in agents]
        self.packages = list(packages)
        self.suggestion = suggestion

    @property
    def retryable(self) -> bool:
        """Whether a fresh worker may well succeed with the same request."""
        return self.code in _RETRYABLE

    @property
    def worker_state(self) -> str:
        """What the worker is worth afterwards: unchanged, unmade, broken or exiting."""
        if self.code in _UNMADE:
            return "unmade"
        if self.code in _EXITING:
            return "exiting"
        return "broken" if self.code in _RETRYABLE else "unchanged"

    def fields(self) -> dict:
        """Header fields of the ERROR message, in protocol order."""
        fields = {
            "code": self.code,
            "message": self.message,
            "retryable": self.retryable,
            "state": self.worker_state,
            "envs": self.envs,
            "agents": self.agents,
            "packages": self.packages,
        }
        if self.suggestion is not None:
            fields["suggestion"] = self.suggestion
        return fields


def one_line(text: str) -> str:
    """Text that somebody else wrote, for a terminal or a log: what is not printable is named."""
    return "".join(
        letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in text[:4000]
    )
