"""Plants bugs one at a time in copies of files and demands that their tests fail.

Usage: python tools/mutants [--only ID...] [--sample N] [--seed S] [--jobs J] [--fresh] [--list]

Bugs are listed in tools/mutants/list, each with the test that must notice it. Tests first run
without a bug and must pass. The working tree is not touched: a changed source is compiled alone
into a folder in front of the class path, a changed worker runs from a copy. Results are kept in
target/mutants, so that an interrupted run goes on; a kept one counts while bug, file and test are
the same. Exit 0 if every bug is noticed, but for those that the list marks and the page
docs/reliability.md names.
"""

import argparse
import fcntl
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

import java
import kernels
import python_engines
from outcome import Outcome
from planted import ROOT, ListError, Planted, read

WORK = ROOT / "target/mutants"
RESULTS = WORK / "results.jsonl"
PAGE = ROOT / "docs/reliability.md"
LEAST_SHARE = 0.95
NOTICE = {"java": java.noticed, "python": python_engines.noticed, "kernels": kernels.noticed}


def test_source(bug: Planted) -> Path:
    """The file of a bug's test."""
    python = bug.language == "python"
    return python_engines.test_source(bug.test) if python else java.test_source(bug.test)


def choose(bugs: list[Planted], arguments: argparse.Namespace) -> list[Planted]:
    """Those the command line asks for, without the equivalent ones."""
    chosen = [bug for bug in bugs if not bug.equivalent]
    if arguments.only:
        chosen = [bug for bug in chosen if bug.id.startswith(tuple(arguments.only))]
        if not chosen:
            raise ListError(f"no planted bug begins with {' or '.join(arguments.only)}")
    if arguments.sample:
        # Kernels take a build each and are left to the whole run.
        slow = [bug for bug in chosen if bug.slow or bug.unnoticed or bug.language == "kernels"]
        quick = [bug for bug in chosen if bug not in slow]
        chosen = random.Random(arguments.seed).sample(quick, min(arguments.sample, len(quick)))
    return chosen


def require_passing(bugs: list[Planted]) -> dict[str, str]:
    """Runs the tests without a bug; returns what is wrong by test."""
    java_tests: dict[Path, set[str]] = defaultdict(set)
    others: dict[str, set[str]] = defaultdict(set)
    for bug in bugs:
        if bug.language == "java":
            java_tests[java.module_of(test_source(bug))].add(bug.test)
        else:
            others[bug.language].add(bug.test)
    results: dict[str, Outcome] = {}
    for tests in java_tests.values():
        results |= java.execute(WORK, WORK / "overlay/unchanged", [], sorted(tests))
    for language, module in (("python", python_engines), ("kernels", kernels)):
        if others[language]:
            results |= module.baseline(WORK, sorted(others[language]))
    return {test: f"{r.status} {r.detail}" for test, r in results.items() if r.status != "passed"}


def kept() -> dict[str, dict[str, str]]:
    """Results of earlier runs by fingerprint."""
    if not RESULTS.is_file():
        return {}
    lines = [json.loads(line) for line in RESULTS.read_text().splitlines() if line.endswith("}")]
    return {line["fingerprint"]: line for line in lines}


def measure(bugs: list[Planted], jobs: int, fresh: bool) -> dict[str, Outcome]:
    """Plants each bug; what became of its test, by id."""
    known = {} if fresh else kept()
    outcomes: dict[str, Outcome] = {}
    left = []
    for bug in bugs:
        earlier = known.get(bug.fingerprint(test_source(bug)))
        if earlier and earlier["status"] != "error":
            outcomes[bug.id] = Outcome(earlier["status"], earlier["detail"])
        else:
            left.append(bug)
    if any(bug.language != "python" for bug in left):
        java.keep_classes(WORK)
    broken = require_passing(left) if left else {}
    for test, reason in broken.items():
        print(f"error        {test} does not pass without a bug: {reason}")
    WORK.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(jobs) as pool, RESULTS.open("a", encoding="utf-8") as log:
        for bug in left:
            if bug.test in broken:
                outcomes[bug.id] = Outcome("error", "its test does not pass without it")
        runs = {pool.submit(timed, bug): bug for bug in left if bug.test not in broken}
        for done in as_completed(runs):
            bug = runs[done]
            outcome, seconds = done.result()
            outcomes[bug.id] = outcome
            word = {"failed": "noticed", "passed": "NOT NOTICED"}.get(outcome.status, "error")
            print(f"{word:12} {bug.id} ({seconds:.1f} s) {outcome.detail}", flush=True)
            line = {"fingerprint": bug.fingerprint(test_source(bug)), "id": bug.id}
            log.write(json.dumps(line | vars(outcome)) + "\n")
            log.flush()
    return outcomes


@contextmanager
def alone() -> Iterator[None]:
    """Holds the folder of the run; two runs would plant over each other."""
    WORK.mkdir(parents=True, exist_ok=True)
    with (WORK / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ListError("another run is planting bugs in this checkout; wait for it") from None
        yield


def timed(bug: Planted) -> tuple[Outcome, float]:
    """Plants one bug; also how long that took."""
    start = time.monotonic()
    try:
        outcome = NOTICE[bug.language](bug, WORK)
    except ListError as wrong:
        outcome = Outcome("error", str(wrong))
    return outcome, time.monotonic() - start


def verdict(bugs: list[Planted], outcomes: dict[str, Outcome], equivalent: int) -> int:
    """Prints the figure and names the rest; the exit status."""
    noticed = [bug for bug in bugs if outcomes[bug.id].status == "failed"]
    rest = [bug for bug in bugs if outcomes[bug.id].status == "passed"]
    errors = [bug for bug in bugs if outcomes[bug.id].status == "error"]
    page = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else ""
    good = not errors
    for bug in errors:
        print(f"error: {bug.id}: {outcomes[bug.id].detail}")
    for bug in rest:
        named = bool(bug.unnoticed) and f"`{bug.id}`" in page
        good &= named
        said = bug.unnoticed if named else "mark it in the list and name it in docs/reliability.md"
        print(f"not noticed: {bug.id}: {said}")
    for bug in noticed:
        if bug.unnoticed:
            good = False
            print(f"{bug.id} is noticed now: take its mark out of the list and the page")
    share = len(noticed) / len(bugs)
    print(
        f"{len(noticed)} of {len(bugs)} planted bugs noticed ({100 * share:.1f} %); "
        f"{len(rest)} not, {len(errors)} errors; {equivalent} more are equivalent"
    )
    return 0 if good and share >= LEAST_SHARE else 1


def main() -> int:
    """Reads the command line and plants what it asks for."""
    parser = argparse.ArgumentParser(prog="mutants", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="+", help="ids or what they begin with")
    parser.add_argument("--sample", type=int, help="so many, chosen by --seed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--fresh", action="store_true", help="forget kept results")
    parser.add_argument("--list", action="store_true", help="print the list, plant nothing")
    arguments = parser.parse_args()
    try:
        bugs = read()
        for bug in bugs:
            bug.changed()
            test_source(bug)
        chosen = choose(bugs, arguments)
        if arguments.list:
            for bug in chosen:
                print(f"{bug.id}\t{bug.file}\t{bug.test}")
            return 0
        with alone():
            outcomes = measure(chosen, arguments.jobs, arguments.fresh)
    except ListError as wrong:
        print(f"mutants: {wrong}", file=sys.stderr)
        return 2
    return verdict(chosen, outcomes, len(bugs) - len([b for b in bugs if not b.equivalent]))


if __name__ == "__main__":
    sys.exit(main())
