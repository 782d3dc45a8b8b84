"""``python3 tools/signals``: see ``--help`` and docs/reliability.md."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
import uuid
from pathlib import Path

# The soak has the same laboratory: data, a caller's folder, processes found by a mark.
sys.path.append(str(Path(__file__).resolve().parents[1] / "soak"))

from commands import Workplace, chosen
from matrix import HOME, SoakError
from processes import end_all
from tally import Tally
from trial import Trials


def main() -> int:
    """Run the command line; the result is the exit code."""
    options = _arguments()
    venvs = Path(os.environ.get("CFCQL_VENVS") or HOME / ".venvs")
    if not (venvs / "numpy" / "bin" / "python").exists():
        print(f"signals: expected {venvs}/numpy, found none; run: cfcql env install numpy")
        return 3
    # Started in the background, this process would ignore them, and so would all that it starts.
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    work = Path(tempfile.mkdtemp(prefix="cfcql-signals-"))
    mark = uuid.uuid4().hex
    started = time.monotonic()
    until = started + options.minutes * 60 if options.minutes else float("inf")
    tally = Tally()
    kept = False
    try:
        place = Workplace(work, mark)
        commands = chosen(options.only.split(","))
        place.prepare(commands)
        print(f"prepared after {time.monotonic() - started:.0f} s", flush=True)
        trials = Trials(place, commands, options.seed, options.earliest, tally)
        while tally.sent() < options.count and time.monotonic() < until:
            trials.next()
        trials.finish()
        kept = bool(tally.problems)
    except SoakError as broken:
        print(f"signals: {broken}", file=sys.stderr)
        return 2
    finally:
        end_all(mark, 0)
        if not kept:
            shutil.rmtree(work, ignore_errors=True)
    tally.print(options.seed, time.monotonic() - started)
    if kept:
        print(f"everything is kept in {work}")
    return 1 if kept else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="signals", description=main.__doc__)
    parser.add_argument("--count", type=int, default=200, help="so many signals")
    parser.add_argument("--minutes", type=float, default=0, help="at most so long (0: no limit)")
    parser.add_argument("--seed", type=int, default=1, help="of commands, signals and moments")
    parser.add_argument(
        "--only", default="", help="commands whose name contains one of these, comma between"
    )
    parser.add_argument(
        "--earliest", type=float, default=0, help="processor seconds before the first moment"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
