"""``python3 tools/soak``: see ``--help`` and docs/reliability.md."""

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

from campaign import Campaign
from kinds import Deck
from matrix import EXPERIMENTS, HOME, IN_TURN, Lab, SoakError
from processes import end_all
from proxy import Proxy, write_interpreter
from report import print_table


def main() -> int:
    """Run the command line; the result is the exit code."""
    options = _arguments()
    venvs = Path(os.environ.get("CFCQL_VENVS") or HOME / ".venvs")
    real = venvs.absolute() / "numpy" / "bin" / "python"
    if not real.exists():
        print(f"soak: expected {real}, found none; run: cfcql env install numpy", file=sys.stderr)
        return 3
    work = Path(tempfile.mkdtemp(prefix="cfcql-soak-"))
    proxy = Proxy()
    mark = uuid.uuid4().hex
    # So that mounts and limits are taken away again.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # Started in the background, this process would ignore them, and so would all that it starts.
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)
    started = time.monotonic()
    until = started + options.minutes * 60 if options.minutes else float("inf")
    try:
        write_interpreter(work / "venvs" / "numpy", real)
        lab = Lab(work, mark)
        lab.variables = {"CFCQL_VENVS": str(work / "venvs"), "CFCQL_SOAK_PROXY": str(proxy.port)}
        campaign = Campaign(lab, Deck(options.seed, options.only), proxy, work / "soak.jsonl")
        lab.collect()
        chosen = options.matrix or IN_TURN
        for name in chosen:
            campaign.reference(name)
        print(f"undisturbed after {time.monotonic() - started:.0f} s", flush=True)
        tally = campaign.tally
        while sum(tally.struck.values()) < options.faults and time.monotonic() < until:
            campaign.matrix(chosen[tally.matrices % len(chosen)], options.faults, until)
    except SoakError as broken:
        print(f"soak: {broken}", file=sys.stderr)
        return 2
    finally:
        proxy.close()
        end_all(mark, 0)
        if options.log and (work / "soak.jsonl").exists():
            shutil.copy(work / "soak.jsonl", options.log)
    print_table(tally, options.seed, time.monotonic() - started)
    if not tally.problems:
        shutil.rmtree(work)
        return 0
    print(f"everything is kept in {work}")
    return 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="soak", description=main.__doc__)
    parser.add_argument("--faults", type=int, default=40, help="so many have to strike")
    parser.add_argument("--minutes", type=float, default=0, help="at most so long (0: no limit)")
    parser.add_argument("--seed", type=int, default=1, help="of kinds, targets and moments")
    parser.add_argument(
        "--only", default="", help="kinds whose name contains one of these, comma between"
    )
    parser.add_argument(
        "--matrix", action="append", choices=EXPERIMENTS, help="default: some in turn"
    )
    parser.add_argument("--log", type=Path, help="where to keep the record of all attempts")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
