"""Pack what make build made into a tarball that needs no Maven, compiler or network to run.

usage: python tools/make_dist.py [--tag]

It holds the harness with LibTorch and the kernels of this platform, the environments with their
lock files, the wheels of the numpy and data environments for Python 3.11, documentation and
experiments. Its version is that of pom.xml. ``--tag`` marks the commit with that version, which
wants a clean checkout and a heading of that version in CHANGELOG.md. Ends with the path of the
tarball.
"""

import argparse
import gzip
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TRACKED = (
    "cfcql",
    "LICENSE",
    "README.md",
    "CHANGELOG.md",
    "CITATION.cff",
    "docs",
    "experiments",
    "env-bridges/src",
    "env-bridges/locks",
    "env-bridges/README.md",
    "env-bridges/PROTOCOL.md",
    "tools/make_venv.py",
    "tools/quickstart.sh",
    "tools/exported_policy.py",
)
WHEELS = "env-bridges/wheels"
# What plays and trains, and what reads and writes the data of other projects.
ENVIRONMENTS = ("numpy", "data")
PYTHON = "3.11"
# Jars and wheels are compressed already.
COMPRESSION = 1


class DistError(Exception):
    """Why there is no tarball, in one line."""


def version(pom: str) -> str:
    """Version of the project: the first one of its pom, behind any parent."""
    found = re.search(r"<artifactId>cfcql-parent</artifactId>\s*<version>([^<]+)</version>", pom)
    if found is None:
        raise DistError("expected the version of cfcql-parent in pom.xml, found none")
    return found.group(1)


def platform(jars: list[Path]) -> str:
    """The platform that the jars were built for, by JavaCPP's own."""
    for jar in jars:
        found = re.fullmatch(r"javacpp-[\d.]+-([a-z]+-\w+)\.jar", jar.name)
        if found:
            return found.group(1)
    raise DistError("expected a jar of JavaCPP for a platform, found none; run make build")


def require_kernels(jars: list[Path], where: str) -> None:
    """The kernels are compiled in, else the tarball would be a slow one without saying so."""
    for jar in jars:
        if jar.name.startswith("cfcql-native-"):
            names = zipfile.ZipFile(jar).namelist()
            if any(f"/{where}/" in name and "jnicfcql" in name for name in names):
                return
    raise DistError(f"expected compiled kernels for {where}, found none; install g++, make build")


def require_taggable(status: str, changelog: str, of: str) -> None:
    """What a version's tag stands for is committed and described."""
    if status:
        raise DistError(f"expected a clean checkout for a tag, found {status.splitlines()[0]}")
    if not re.search(rf"^## {re.escape(of)}\b", changelog, re.MULTILINE):
        raise DistError(f"expected a heading '## {of}' in CHANGELOG.md for a tag, found none")
    if of.endswith("-SNAPSHOT"):
        raise DistError(f"expected a version to tag, found {of}")


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise DistError(f"git {words[0]}: {(done.stderr.strip().splitlines() or ['failed'])[0]}")
    return done.stdout


def _download_wheels(environment: str, folder: Path) -> None:
    lock = ROOT / f"env-bridges/locks/{environment}.txt"
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "--only-binary",
        ":all:",
        "--python-version",
        PYTHON,
        "--implementation",
        "cp",
        "-d",
        str(folder),
        "-r",
        str(lock),
    ]
    for tag in ("manylinux_2_28", "manylinux_2_27", "manylinux_2_17", "manylinux2014"):
        command += ["--platform", f"{tag}_x86_64"]
    if subprocess.run(command, check=False).returncode != 0:
        raise DistError(f"expected pip to fetch the wheels of {lock.name}, see its lines above")


def _entries(jars: list[Path], wheels: Path) -> list[tuple[str, Path]]:
    entries = [(f"lib/{jar.name}", jar) for jar in jars]
    for environment in ENVIRONMENTS:
        for wheel in (wheels / environment).iterdir():
            entries.append((f"{WHEELS}/{environment}/{wheel.name}", wheel))
    tracked = _git("ls-files", "-z", "--", *TRACKED).split("\0")
    entries += [(name, ROOT / name) for name in tracked if name]
    return sorted(entries)


def _pack(target: Path, top: str, entries: list[tuple[str, Path]], seconds: int) -> None:
    fresh = target.with_suffix(".part")
    with (
        fresh.open("wb") as raw,
        gzip.GzipFile("", "wb", COMPRESSION, raw, mtime=seconds) as packed,
        tarfile.open(fileobj=packed, mode="w") as tar,
    ):
        for name, path in entries:
            info = tar.gettarinfo(path, f"{top}/{name}")
            info.uid = info.gid = 0
            info.uname = info.gname = ""
            info.mtime = seconds
            with path.open("rb") as content:
                tar.addfile(info, content)
    fresh.replace(target)


def make(tag: bool) -> Path:
    """Make the tarball, and the tag if asked for; return its path."""
    of = version((ROOT / "pom.xml").read_text(encoding="utf-8"))
    built = ROOT / "harness/cli/target"
    jars = sorted([*built.glob("cfcql-cli-*.jar"), *(built / "lib").glob("*.jar")])
    where = platform(jars)
    if where != "linux-x86_64":
        raise DistError(f"expected to pack for linux-x86_64, found {where}: never tried elsewhere")
    require_kernels(jars, where)
    if tag:
        changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
        require_taggable(_git("status", "--porcelain"), changelog, of)
    top = f"cfcql-{of}-{where}"
    target = ROOT / "target" / f"{top}.tar.gz"
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for environment in ENVIRONMENTS:
            _download_wheels(environment, Path(scratch) / environment)
        _pack(target, top, _entries(jars, Path(scratch)), int(_git("log", "-1", "--format=%ct")))
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    target.with_suffix(".gz.sha256").write_text(f"{digest}  {target.name}\n", encoding="ascii")
    if tag:
        _git("tag", "-a", f"v{of}", "-m", f"cfcql {of}")
    return target


def main() -> int:
    """Return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tag", action="store_true", help="mark the commit with the version")
    try:
        target = make(parser.parse_args().tag)
    except DistError as refused:
        print(f"cfcql: {refused}", file=sys.stderr)
        return 3
    print(f"{target} ({target.stat().st_size / 2**20:.0f} MiB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
