"""The list of planted bugs follows the code."""

import shutil
import subprocess
import sys
from pathlib import Path

MUTANTS = Path(__file__).resolve().parents[1] / "mutants"


def listed(program: Path) -> subprocess.CompletedProcess[str]:
    """What the program says of its list."""
    command = [sys.executable, program, "--list"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_planted_bug_finds_its_text_and_its_test():
    done = listed(MUTANTS)

    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) > 100


def test_a_bug_whose_text_is_gone_is_told(tmp_path):
    copy = tmp_path / "tools" / "mutants"
    shutil.copytree(MUTANTS, copy, ignore=shutil.ignore_patterns("*.toml", "__pycache__"))
    (copy / "list" / "one.toml").write_text(
        "[[mutant]]\nid = 'gone'\nfile = 'text.java'\nfind = 'was here'\nreplace = 'is'\n"
        "test = 'org.cfcql.GoneTest'\n"
    )
    (tmp_path / "text.java").write_text("nothing of it")

    done = listed(copy)

    assert done.returncode != 0
    assert "text that stands once in text.java" in done.stderr + done.stdout
