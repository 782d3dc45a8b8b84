"""One worker's life as the file system sees it."""

from __future__ import annotations

import re
import subprocess
from collections import Counter, defaultdict
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
LAUNCHER = HOME / "cfcql"

# What a network file system has to ask its server about, by the calls that make it do so.
KINDS = {
    "open": ["openat", "open", "creat"],
    "look": [
        "stat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2", "readlink",
        "statfs", "getdents64", "fstat",
    ],
    "read": ["read", "pread64", "readv", "mmap"],
    "write": ["write", "pwrite64", "writev", "ftruncate", "fallocate"],
    "sync": ["fsync", "fdatasync"],
    "name": ["rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir"],
    "lock": ["fcntl"],
}  # fmt: skip
KIND = {call: kind for kind, calls in KINDS.items() for call in calls}
LINE = re.compile(r"^\d+ +(\w+)\((.*)$")
LOCKING = ("F_SETLK", "F_SETLKW", "F_GETLK")


def counted(work: Path, run: Path, cell: str) -> dict[str, dict[str, int]]:
    """Operations by place (run folder, data, checkout) and kind."""
    trace = work / "trace"
    calls = ",".join(f"?{call}" for call in KIND)
    command = ["strace", "-f", "-y", "-qq", "-s", "400", "-e", f"trace={calls}", "-o", trace]
    worker = [LAUNCHER, "worker", "--detached", "--run", run, "--cell", cell]
    # strace names the current folder with every call, so that has to be none of the places.
    answer = subprocess.run(
        [*command, *worker], cwd="/", capture_output=True, text=True, check=False
    )
    if answer.returncode != 0:
        raise SystemExit(f"the worker under strace ended with {answer.returncode}: {answer.stderr}")
    places = {"run folder": str(run), "data": str(work / "data"), "checkout": str(HOME)}
    with trace.open(errors="replace") as lines:
        counts = tallied(lines, places)
    trace.unlink()
    return counts


def tallied(lines, places: dict[str, str]) -> dict[str, dict[str, int]]:
    """Counts of a trace; a call belongs to the first place that it names."""
    counts: dict[str, Counter] = defaultdict(Counter)
    for line in lines:
        found = LINE.match(line)
        if not found or (found[1] == "fcntl" and not any(word in line for word in LOCKING)):
            continue
        place = next((name for name, path in places.items() if path in found[2]), None)
        if place:
            counts[place][KIND[found[1]]] += 1
    return {place: dict(kinds) for place, kinds in counts.items()}
