"""Games that do not start, each with its reason in one line and the code that fits it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from typing import Any

from cfcql_bridges.errors import BridgeError

# PySC2 tries to reach the game's port for 120 s; a port that is open but silent may take it longer.
PORT_S = 120
LAUNCH_S = 150
# What the loader of glibc says and goes: ld.so(8).
LOADER = re.compile(
    r"error while loading shared libraries"
    r"|cannot open shared object file"
    r"|version `[^']+' not found"
    r"|cannot execute: required file not found"
)


def all_started(env: str, games: Sequence[Future], heard: Callable[[], Sequence[str]]) -> list[Any]:
    """The games, once each of them has started.

    Raises MISSING_DEPENDENCY if a library is missing, DEADLINE if a game opens no port in time,
    else ENV_CRASHED, with what the game said last. Those that did start are not ended here.
    """
    began = time.monotonic()
    done, pending = wait(games, LAUNCH_S, "FIRST_EXCEPTION")
    spent_s = time.monotonic() - began
    problem = next((game.exception() for game in games if game in done and game.exception()), None)
    if isinstance(problem, BridgeError):
        raise problem
    if problem is None and not pending:
        return [game.result() for game in games]
    raise _why(env, problem, spent_s, heard()) from problem


def _why(
    env: str, problem: BaseException | None, spent_s: float, lines: Sequence[str]
) -> BridgeError:
    loader = next((line for line in lines if LOADER.search(line)), None)
    if loader is not None:
        return BridgeError(
            "MISSING_DEPENDENCY",
            f"{env}: expected StarCraft II to start, the machine's loader said: {loader}; install "
            "what holds that library, or use a system that the game is made for",
        )
    said = f"it said last: {lines[-1]}" if lines else "it said nothing"
    if problem is None or spent_s >= PORT_S:
        return BridgeError(
            "DEADLINE",
            f"{env}: expected StarCraft II to open its port, it had not after {spent_s:.0f} s; "
            f"{said}; start the game by hand to see what it waits for",
        )
    return BridgeError(
        "ENV_CRASHED",
        f"{env}: expected StarCraft II to start, it did not ({type(problem).__name__}: {problem}); "
        f"{said}",
    )


def ended(games: Sequence[Future], end: Callable[[Any], None]) -> None:
    """End the games that have started, without waiting for those that have not."""
    for game in games:
        if not game.cancel():
            game.add_done_callback(lambda it: it.exception() or end(it.result()))
