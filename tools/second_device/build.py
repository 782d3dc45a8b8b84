"""Builds the second device for tests: python tools/second_device/build.py OUT

LibTorch's jars have no headers. Those of the same version are taken from the smallest wheel of
PyTorch that has them, held to its hash; they are the same for every platform.
"""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
REQUIREMENT = HERE / "headers.txt"
WHEEL_OF = ["--platform", "macosx_11_0_arm64", "--python-version", "3.11"]


def headers(work):
    """The folder of LibTorch's headers."""
    include = work / "torch" / "include"
    if include.is_dir():
        return include
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            "--no-deps",
            "--only-binary=:all:",
            *WHEEL_OF,
            "-r",
            str(REQUIREMENT),
            "-d",
            str(work),
        ],
        check=True,
    )
    (wheel,) = work.glob("*.whl")
    partial = work / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.startswith("torch/include/")]
        archive.extractall(partial, names)
    (partial / "torch").rename(work / "torch")
    wheel.unlink()
    return include


def libraries():
    """Where the harness has unpacked LibTorch."""
    found = sorted(ROOT.glob(".javacpp/pytorch-*.jar/**/libtorch_cpu.so"))
    if not found:
        sys.exit("expected LibTorch to be unpacked, found none; run make harness and cfcql doctor")
    return found[-1].parent


def main(out):
    """Compiles the library."""
    work = out.parent
    work.mkdir(parents=True, exist_ok=True)
    include = headers(work)
    java = Path(os.environ.get("JAVA_HOME") or Path(java_binary()).parents[1])
    torch = libraries()
    subprocess.run(
        [
            "g++",
            "-std=c++17",
            "-O1",
            "-fPIC",
            "-shared",
            str(HERE / "second_device.cpp"),
            f"-I{include}",
            f"-I{include / 'torch' / 'csrc' / 'api' / 'include'}",
            f"-I{java / 'include'}",
            f"-I{java / 'include' / 'linux'}",
            "-o",
            str(out),
            f"-L{torch}",
            "-ltorch_cpu",
            "-lc10",
        ],
        check=True,
    )


def java_binary():
    """The compiler's real path."""
    return os.path.realpath(
        subprocess.run(
            ["which", "javac"], check=True, capture_output=True, text=True
        ).stdout.strip()
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("expected the library to write, for example target/second-device/libsecond.so")
    main(Path(sys.argv[1]).resolve())
