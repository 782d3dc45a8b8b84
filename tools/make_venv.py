"""Make a virtual environment from a lock file with hashes.

usage: python3 tools/make_venv.py FOLDER LOCK

The file ``.ready`` inside is written last, so that an interrupted installation never looks
finished.
"""

import shutil
import subprocess
import sys
import venv
from pathlib import Path


def offline(lock: Path) -> list[str]:
    """What makes pip take the wheels beside the lock, if they are there for this Python."""
    wheels = lock.parents[1] / "wheels" / lock.stem
    tag = f"-cp{sys.version_info.major}{sys.version_info.minor}-"
    if not any(tag in wheel.name for wheel in wheels.glob("*.whl")):
        return []
    return ["--no-index", "--find-links", str(wheels)]


def main(folder: Path, lock: Path) -> int:
    """Create ``folder`` with the packages of ``lock``; return the exit status."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    venv.create(folder, with_pip=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    pip += ["--disable-pip-version-check", "--require-hashes", "-r", str(lock)]
    pip += offline(lock.resolve())
    installed = subprocess.run(pip, check=False)
    if installed.returncode != 0:
        shutil.rmtree(folder)
        print(
            f"cfcql: expected pip to install {lock}, it ended with status "
            f"{installed.returncode}; see its lines above, then run the command again",
            file=sys.stderr,
        )
        return 3
    (folder / ".ready").touch()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
