"""Runs under a Slurm of one node: ``make slurm-test``."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import cases
from cluster import Cluster, ClusterError

from harness import HarnessError


def main() -> int:
    """Run the cases; 0 if all passed or there is no Slurm here."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help=f"of {', '.join(cases.ALL)}, comma between")
    parser.add_argument("--cpus", type=int, default=2, help="of the node")
    parser.add_argument(
        "--rounds", type=int, default=90_000, help="of the cell that is cut: three minutes or so"
    )
    parser.add_argument("--log", type=Path, help="where to put what each case shows")
    options = parser.parse_args()
    names = options.only.split(",") if options.only else list(cases.ALL)
    shown = []
    failed = 0
    with tempfile.TemporaryDirectory(prefix="cfcql-slurm-", dir="/tmp") as folder:
        cluster = Cluster(Path(folder))
        try:
            cluster.start(options.cpus)
        except ClusterError as absent:
            cluster.stop()
            print(f"SKIPPED make slurm-test: {absent}")
            return 0
        try:
            work = Path(folder) / "work"
            work.mkdir()
            lab = cases.Lab(work, cluster, options.rounds)
            for name in names:
                started = time.monotonic()
                try:
                    lines = cases.ALL[name](lab)
                    verdict = "passed"
                except (HarnessError, ClusterError) as wrong:
                    lines = [str(wrong)]
                    verdict = "FAILED"
                    failed += 1
                    cluster.cancel_all()
                shown.append(f"{verdict} {name} ({time.monotonic() - started:.0f} s)")
                shown += [f"  {line}" for line in lines]
                print("\n".join(shown[-len(lines) - 1 :]), flush=True)
        finally:
            cluster.stop()
    if options.log:
        options.log.write_text("\n".join(shown) + "\n")
    print(f"{len(names) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
