"""What must be on the machine besides packages: the game, its maps, SMAC. Standard library only."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from pathlib import Path

from cfcql_bridges.errors import BridgeError

SMAC_MODULE = "smac.env.starcraft2.starcraft2"


def game_folder() -> Path:
    """Where PySC2 looks for the game: ``$SC2PATH``, else ``~/StarCraftII``."""
    return Path(os.environ.get("SC2PATH") or "~/StarCraftII").expanduser()


def require(map_name: str) -> None:
    """MISSING_DEPENDENCY that names everything that is absent and where it comes from."""
    absent = [*_absent_game(game_folder(), map_name), *_absent_smac()]
    if absent:
        raise BridgeError(
            "MISSING_DEPENDENCY",
            f"smac/{map_name} needs what only you can install: {'; '.join(absent)} "
            f"(smax/{map_name} needs neither, but is another game)",
        )


def smac_identity() -> str:
    """SHA-256 of SMAC's environment module, of which no version number says what it computes."""
    source = importlib.util.find_spec(SMAC_MODULE).origin
    return hashlib.sha256(Path(source).read_bytes()).hexdigest()


def _absent_game(folder: Path, map_name: str) -> list[str]:
    binaries = sorted(folder.glob("Versions/Base*/SC2_x64"))
    absent = []
    if not binaries:
        absent.append(
            f"StarCraft II 4.10, not found as {folder}/Versions/Base*/SC2_x64: unpack Blizzard's "
            "Linux package there or set SC2PATH"
        )
    elif not any(os.access(binary, os.X_OK) for binary in binaries):
        absent.append(f"permission to run {binaries[-1]}: chmod +x it")
    battle = folder / "Maps" / "SMAC_Maps" / f"{map_name}.SC2Map"
    if not battle.is_file():
        absent.append(f"the map {battle}: copy SMAC_Maps from SMAC's repository into Maps")
    return absent


def _absent_smac() -> list[str]:
    how = (
        "clone github.com/oxwhirl/smac at d6aab33 and pip install the checkout into the virtual "
        "environment sc2"
    )
    try:
        if importlib.util.find_spec(SMAC_MODULE) is not None:
            return []
    except ModuleNotFoundError as missing:
        if missing.name != "smac":
            # The package index's own "smac" is a program for Bayesian optimisation.
            return [f"SMAC of oxwhirl, without {missing.name} here: {how}"]
    return [f"SMAC of oxwhirl, which is on no package index: {how}"]
