"""What became of a test, with or without a planted bug."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

TIMEOUT_S = 300


@dataclass(frozen=True)
class Outcome:
    """`passed`, `failed` or `error`, with one line of explanation.

    Only `failed` notices a bug: a compiler's refusal, a crash, a test that was not found or one
    that ran out of time are errors.
    """

    status: str
    detail: str = ""


def run(command: list[str], folder: Path, environment: dict[str, str]) -> tuple[int, str, str]:
    """Runs a command; -1 as its status means that time ran out."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        out, err = process.communicate(timeout=TIMEOUT_S)
        return process.returncode, out, err
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return -1, "", f"no end within {TIMEOUT_S} s"


def last_json(text: str) -> dict[str, dict[str, str]] | None:
    """The object in the last line that is one; None without."""
    for line in reversed(text.splitlines()):
        if line.startswith("{"):
            try:
                return json.loads(line)
            except json.JSONDecodeError:
                continue
    return None
