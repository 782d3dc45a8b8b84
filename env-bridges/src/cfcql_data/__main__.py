"""Reads a request as JSON from standard input and does it.

The answer is lines of JSON on standard output: ``{"progress": TRANSITIONS}`` while it works, which
the harness waits for, then ``{"done": ...}``. What is wrong with the data is one line on standard
error with exit status 2; a disk that is full or gone is status 6.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from cfcql_data.convert import export, load
from cfcql_data.errors import RefusedError, one_line
from cfcql_data.request import Request

REFUSED, MACHINE = 2, 6


def answer(value: dict) -> None:
    """A line for the harness."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def main() -> int:
    """Do what standard input asks; the exit status."""
    asked = json.loads(sys.stdin.buffer.readline().decode("utf-8"))
    try:
        if asked["do"] == "export":
            export(asked, lambda count: answer({"progress": count}))
            answer({"done": {}})
        else:
            answer({"done": imported(asked)})
    except RefusedError as refused:
        print(one_line(refused, 2000), file=sys.stderr)
        return REFUSED
    except MemoryError:
        print("out of memory while converting; nothing was kept", file=sys.stderr)
        return MACHINE
    except OSError as failed:
        where = f" {failed.filename}" if failed.filename else ""
        print(one_line(f"cannot convert{where}: {failed.strerror or failed}"), file=sys.stderr)
        return MACHINE
    return 0


def imported(asked: dict) -> dict:
    """Import; what was said on the way."""
    request = Request(
        source=Path(asked["source"]),
        environment=asked.get("environment"),
        kind=asked.get("kind"),
        episode_limit=asked.get("episodeLimit"),
        at_limit=asked.get("flagsAtLimit"),
        final_slot=asked.get("finalSlot"),
        draw=asked.get("draw"),
        block_bytes=asked.get("blockBytes") or Request.block_bytes,
    )
    card, draws = load(
        request,
        asked.get("format"),
        Path(asked["target"]),
        asked["command"],
        asked["version"],
        lambda count: answer({"progress": count}),
    )
    return {"said": request.said, "transitions": card["transitions"], "draws": draws}


if __name__ == "__main__":
    sys.exit(main())
