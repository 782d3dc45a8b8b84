"""Runs pytest over a copy of the environment workers with a planted bug in it."""

import os
import shutil
from pathlib import Path

from outcome import Outcome, run
from planted import ROOT, ListError, Planted

BRIDGES = ROOT / "env-bridges"
TESTS_FAILED = 1
# Files of tests that run in the environment of another lock file.
ENVIRONMENTS = {"test_smax.py": "smax", "test_mpe2.py": "mpe2-test"}


def test_source(test: str) -> Path:
    """The file of a test."""
    path = BRIDGES / "tests" / test.split("::")[0]
    if not path.is_file():
        raise ListError(f"no such test: {test}")
    return path


def _copy(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    ignored = shutil.ignore_patterns("__pycache__", ".pytest_cache", ".coverage*")
    return shutil.copytree(BRIDGES, folder / "env-bridges", ignore=ignored)


def _pytest(copy: Path, test: str) -> Outcome:
    venvs = Path(os.environ.get("CFCQL_VENVS", ROOT / ".venvs"))
    interpreter = venvs / ENVIRONMENTS.get(test.split("::")[0], "test") / "bin/python"
    if not interpreter.is_file():
        raise ListError(f"expected {interpreter}, found none; run make test once")
    environment = {**os.environ, "PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [str(interpreter), "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    status, out, err = run([*command, f"tests/{test}"], copy, environment)
    lines = [line for line in (out + err).splitlines() if line.strip()]
    failures = [line for line in lines if line.startswith(("FAILED", "E  "))]
    if status == 0:
        return Outcome("passed", lines[-1] if lines else "")
    if status == TESTS_FAILED and failures:
        return Outcome("failed", " ".join(failures[0].split())[:200])
    return Outcome("error", f"exit {status}: {lines[-1] if lines else 'no output'}"[:300])


def baseline(work: Path, tests: list[str]) -> dict[str, Outcome]:
    """The tests over a copy without a bug."""
    copy = _copy(work / "overlay" / "unchanged-python")
    results = {test: _pytest(copy, test) for test in tests}
    shutil.rmtree(copy.parent, ignore_errors=True)
    return results


def noticed(bug: Planted, work: Path) -> Outcome:
    """Runs the test of a bug in Python."""
    folder = work / "overlay" / bug.id
    copy = _copy(folder)
    (copy.parent / bug.file).write_text(bug.changed(), encoding="utf-8")
    outcome = _pytest(copy, bug.test)
    shutil.rmtree(folder, ignore_errors=True)
    return outcome
