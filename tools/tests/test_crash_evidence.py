"""tools/crash-evidence.sh fails where a crash file lies, and only there."""

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "crash-evidence.sh"
CORE = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x04\x00"


def run(folder: Path) -> subprocess.CompletedProcess:
    return subprocess.run([SCRIPT, folder], capture_output=True, text=True)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("hs_err_pid12.log", b"# SIGSEGV (0xb) at pc=0x00\n"),
        ("replay_pid12.log", b"# SIGSEGV (0xb) at pc=0x00\n"),
        ("core", CORE),
        ("core.4711", CORE),
    ],
)
def test_a_crash_file_is_named_and_its_head_shown(tmp_path, name, content):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / name).write_bytes(content)

    done = run(tmp_path)

    assert done.returncode == 1
    assert name in done.stderr
    assert ("SIGSEGV" in done.stderr) == ("pid" in name)


def test_a_source_called_core_is_none(tmp_path):
    (tmp_path / "core").mkdir()
    (tmp_path / "core.1").write_text("chapter one")

    assert run(tmp_path).returncode == 0
