"""Try a tarball of make dist as on a machine without Maven, compiler and network.

usage: python tools/try_dist.py TARBALL

Unpacks it in an empty folder and installs the numpy environment, asks doctor, collects data, runs
two algorithms and writes their report, with nothing on the PATH but Java, Python and the few
programs that the launcher calls. The network is a namespace of its own with a loopback only; where
that is not permitted the script says so and points all proxies at nothing.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

LAUNCHER_NEEDS = ("bash", "env", "readlink", "dirname", "ls", "head", "locale", "mkdir")
NOWHERE = "http://127.0.0.1:9"
LOOPBACK_UP = """
import fcntl, os, socket, struct, sys
up = struct.pack("16sh", b"lo", 1)
fcntl.ioctl(socket.socket(socket.AF_INET, socket.SOCK_DGRAM), 0x8914, up + bytes(14))
os.execvp(sys.argv[1], sys.argv[1:])
"""
EXPERIMENT = """
name: small
environments: [mpe/simple_spread]
datasets: [data/small]
algorithms: {cfcql: {}, bc: {}}
seeds: [0]
track: equal
budget: {rounds: 4, batch: 64}
evaluation: {every: 2, episodes: 2, finalEpisodes: 4}
device: cpu
"""
COMMANDS = (
    ("env", "install", "numpy"),
    ("doctor",),
    (
        "data",
        "collect",
        "mpe/simple_spread",
        "--policy",
        "uniform",
        "--kind",
        "random",
        "--transitions",
        "1000",
        "--seed",
        "0",
        "--out",
        "data/small",
    ),
    ("run", "small.yaml", "--out", "runs/small"),
    ("report", "runs/small", "--out", "report"),
)


def path_of(folder: Path) -> Path:
    """A folder of programs: Java, Python and what the launcher calls."""
    folder.mkdir()
    java = Path(shutil.which("java") or "java").resolve()
    # By scripts: both look for their own files from where they lie.
    for name, program in (("java", java), ("python3", Path(sys.executable).resolve())):
        (folder / name).write_text(f'#!/bin/sh\nexec "{program}" "$@"\n', encoding="utf-8")
        (folder / name).chmod(0o755)
    for name in LAUNCHER_NEEDS:
        (folder / name).symlink_to(shutil.which(name) or f"/bin/{name}")
    return folder


def without_network() -> list[str]:
    """The words in front of a command that take the network away, none where that is refused."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return []
    words = [unshare, "--map-root-user", "--net", sys.executable, "-c", LOOPBACK_UP]
    tried = subprocess.run([*words, "true"], capture_output=True, check=False)
    return words if tried.returncode == 0 else []


def try_it(tarball: Path, scratch: Path) -> int:
    """Run all commands; return the exit status."""
    began = time.monotonic()
    with tarfile.open(tarball) as packed:
        packed.extractall(scratch / "unpacked", filter="data")
    [home] = (scratch / "unpacked").iterdir()
    print(f"unpacked {home.name} in {time.monotonic() - began:.1f} s")
    work = scratch / "work"
    work.mkdir()
    (work / "small.yaml").write_text(EXPERIMENT, encoding="utf-8")
    alone = without_network()
    if not alone:
        print("no network namespace is permitted here: proxies that lead nowhere instead")
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), NOWHERE)
    variables = {"PATH": str(path_of(scratch / "bin")), "HOME": str(work), **proxies}
    for words in COMMANDS:
        began = time.monotonic()
        done = subprocess.run(
            [*alone, str(home / "cfcql"), *words],
            cwd=work,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )
        print(f"cfcql {words[0]}: status {done.returncode}, {time.monotonic() - began:.1f} s")
        if done.returncode != 0:
            print(done.stdout + done.stderr, file=sys.stderr)
            return 1
    for name in ("report.html", "scores.csv", "table.md"):
        if not (work / "report" / name).stat().st_size:
            print(f"expected {name} with the report, found it empty", file=sys.stderr)
            return 1
    return 0


def main() -> int:
    """Return the exit status."""
    if len(sys.argv) != 2:
        print("usage: python tools/try_dist.py TARBALL", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        return try_it(Path(sys.argv[1]), Path(scratch))


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
