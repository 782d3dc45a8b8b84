"""Try a tarball of make dist as on a machine without Maven, compiler and network.

usage: python tools/try_dist.py TARBALL

Unpacks it in an empty folder and installs two environments, asks doctor, collects data, runs
two algorithms and writes their report, with nothing on the PATH but Java, Python and the few
programs that the launcher calls. The network is a namespace of its own with a loopback only; where
that is not permitted the script says so and points all proxies at nothing.

The folders have names that no locale but a UTF-8 one can spell, and none is set; Java is told that
it is in Germany. Then another user, in Turkey and in the locale C, who may write neither to the
installation nor to the data, runs the same: with the same scores. Only root can become another
user; whoever is not reads that this was left out.
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
datasets: ["{data}"]
algorithms: {{cfcql: {{}}, bc: {{}}}}
seeds: [0]
track: equal
budget: {{rounds: 4, batch: 64}}
evaluation: {{every: 2, episodes: 2, finalEpisodes: 4}}
device: cpu
"""
DATA = "data/größe 数据"
NUMBERS = ("--transitions", "1000", "--seed", "0")
INSTALL = (("env", "install", "numpy"), ("env", "install", "data"), ("doctor",))
COLLECT = (
    ("data", "collect", "mpe/simple_spread", "--policy", "uniform", *NUMBERS, "--out", DATA),
    ("data", "export", DATA, "--format", "omar", "--out", "data/ausfuhr ß"),
    ("data", "import", "data/ausfuhr ß", "--environment", "mpe/simple_spread", "--out", "data/İç"),
)
RUN = (
    ("run", "çok küçük.yaml", "--out", "runs/küçük"),
    ("status", "runs/küçük"),
    ("report", "runs/küçük", "--out", "rapor ş"),
)
GERMANY = {"CFCQL_JAVA_OPTIONS": "-Duser.language=de -Duser.country=DE"}
TURKEY = {"CFCQL_JAVA_OPTIONS": "-Duser.language=tr -Duser.country=TR", "LC_ALL": "C"}
# Nobody, on every Linux.
OTHER_USER = 65534


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


def other_user() -> list[str]:
    """The words in front of a command for another user, none where that needs root."""
    setpriv = shutil.which("setpriv")
    if setpriv is None or os.geteuid() != 0:
        return []
    return [setpriv, f"--reuid={OTHER_USER}", f"--regid={OTHER_USER}", "--clear-groups"]


def may_run(become: list[str], python: Path) -> bool:
    """Whether the other user can run this Python; one in root's home cannot be."""
    tried = subprocess.run([*become, str(python), "-c", ""], capture_output=True, check=False)
    return tried.returncode == 0


def passes(launcher: list[str], commands: tuple, work: Path, variables: dict[str, str]) -> bool:
    """Run commands in a folder; whether all of them end with 0."""
    for words in commands:
        began = time.monotonic()
        done = subprocess.run(
            [*launcher, *words],
            cwd=work,
            env=variables,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        print(f"cfcql {words[0]}: status {done.returncode}, {time.monotonic() - began:.1f} s")
        if done.returncode != 0:
            print(done.stdout + done.stderr, file=sys.stderr)
            return False
    return True


def prepare(work: Path, data: Path) -> None:
    """Make a folder with an experiment on some data."""
    work.mkdir()
    text = EXPERIMENT.format(data=data)
    (work / "çok küçük.yaml").write_text(text, encoding="utf-8")


def scores(work: Path) -> str:
    """The scores of the report in a folder, whose files must not be empty."""
    for name in ("report.html", "scores.csv", "table.md"):
        if not (work / "rapor ş" / name).stat().st_size:
            raise SystemExit(f"expected {name} with the report, found it empty")
    return (work / "rapor ş" / "scores.csv").read_text(encoding="utf-8")


def try_it(tarball: Path, scratch: Path) -> int:
    """Run all commands; return the exit status."""
    began = time.monotonic()
    scratch.chmod(0o755)
    with tarfile.open(tarball) as packed:
        packed.extractall(scratch / "unpacked ü", filter="data")
    [home] = (scratch / "unpacked ü").iterdir()
    print(f"unpacked {home.name} in {time.monotonic() - began:.1f} s")
    alone = without_network()
    if not alone:
        print("no network namespace is permitted here: proxies that lead nowhere instead")
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), NOWHERE)
    variables = {"PATH": str(path_of(scratch / "bin")), **proxies}
    work = scratch / "Größe 数据"
    prepare(work, Path(DATA))
    launcher = [*alone, str(home / "cfcql")]
    at_home = {**variables, "HOME": str(work), **GERMANY}
    if not passes(launcher, INSTALL + COLLECT + RUN, work, at_home):
        return 1
    become = other_user()
    if not become:
        print("another user: left out, only root can become one")
        return 0
    if not may_run(become, scratch / "bin" / "python3"):
        print(f"another user: left out, {sys.executable} lies where another user may not go")
        return 0
    elsewhere = scratch / "başka"
    prepare(elsewhere, work / DATA)
    os.chown(elsewhere, OTHER_USER, OTHER_USER)
    guest = {**variables, "HOME": str(elsewhere), **TURKEY}
    if not passes([*become, str(home / "cfcql")], RUN, elsewhere, guest):
        return 1
    if scores(elsewhere) != scores(work):
        print("expected another user to get the same scores, found others", file=sys.stderr)
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
