"""From a source to a data set: which reader it is for, and how its rows are written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cfcql_data import omar, vault
from cfcql_data.arrays import Hdf5File, NpyFolder, Parts, numbered_parts
from cfcql_data.errors import RefusedError, one_line
from cfcql_data.exports import EXPORTS
from cfcql_data.omiga import Omiga
from cfcql_data.padded import Padded
from cfcql_data.request import BLOCK_BYTES, Request
from cfcql_data.stored import Stored
from cfcql_data.writer import DatasetWriter

PADDED, OMAR, OMIGA, PYMARL, VAULT = "cfcql-h5", "omar", "omiga", "pymarl", "vault"
FORMATS = (PADDED, OMAR, OMIGA, PYMARL, VAULT)
LAYOUTS = (
    "an HDF5 file or a folder of part_N.h5 with obs, state, actions, avail_actions, reward, "
    "terminated, filled (cfcql-h5) or with s, o, a, r, d (omiga), a folder with obs_0.npy (omar) "
    "or with obs.npy and filled.npy (pymarl), or NAME.vlt/UID with manifest.ocdbt (vault)"
)


def recognised(source: Path) -> str:
    """The layout of a source, told by its files."""
    if not source.exists():
        raise RefusedError(f"{source}: expected data to import, found no such file or folder")
    if source.is_file():
        return _of_hdf5(Hdf5File(source))
    if vault.looks_like(source):
        return VAULT
    if inner := vault.uids(source):
        names = ", ".join(path.name for path in inner)
        raise RefusedError(
            f"{source}: expected one vault NAME.vlt/UID, found a folder of {len(inner)} ({names}); "
            f"import each, for example {source / inner[0].name}"
        )
    if omar.looks_like(source):
        return OMAR
    if numbered_parts(source):
        return _of_hdf5(Parts(source))
    if (source / "obs.npy").exists() or (source / "filled.npy").exists():
        return PYMARL
    found = sorted(path.name for path in source.iterdir())
    if "card.json" in found:
        raise RefusedError(
            f"{source}: expected data of another project, found a data set of the harness; it needs"
            " no import"
        )
    some = ", ".join(one_line(name) for name in found[:6]) if found else "nothing"
    raise RefusedError(
        f"{source}: expected {LAYOUTS}, found a folder with {some}; name the folder or file that "
        "holds the arrays"
    )


def _of_hdf5(source: Hdf5File | Parts) -> str:
    try:
        keys = set(source.keys())
    finally:
        source.close()
    if {"o", "a", "r", "d"} <= keys:
        return OMIGA
    if keys & {"obs", "filled", "avail_actions", "terminated"}:
        return PADDED
    found = one_line(", ".join(sorted(keys)) or "nothing")
    raise RefusedError(
        f"{source.path}: expected arrays of a layout that is known: {LAYOUTS}; found {found}; "
        "store them under these names as docs/datasets.md describes"
    )


def open_source(request: Request, layout: str | None):
    """A reader of the source."""
    path = request.source
    layout = layout or recognised(path)
    if layout == OMAR:
        return omar.Omar(request)
    if layout == VAULT:
        return vault.Vault(request)
    if layout == PYMARL:
        if not path.is_dir():
            raise RefusedError(f"{path}: expected a folder with obs.npy, found no such folder")
        return Padded(request, NpyFolder(path))
    in_parts = path.is_dir() and numbered_parts(path)
    source = Parts(path) if in_parts else Hdf5File(path)
    try:
        return Omiga(request, source) if layout == OMIGA else Padded(request, source)
    except BaseException:
        source.close()
        raise


def load(
    request: Request,
    layout: str | None,
    target: Path,
    command: list[str],
    version: str,
    progress: Callable[[int], None],
) -> tuple[dict, int]:
    """Write the data set of a source into an empty folder; its card, and the source's draws."""
    reader = open_source(request, layout)
    try:
        writer = DatasetWriter(target, reader.task, reader.separate_next)
        for rows in reader.blocks():
            writer.append(rows)
            progress(writer.transitions)
    finally:
        reader.close()
    if request.said:
        request.note("remarks", "; ".join(request.said))
    made = {
        "by": "import",
        "policy": request.source.name,
        "noise": 0.0,
        "seed": "",
        "command": command,
        "harnessVersion": version,
        "notes": dict(sorted(request.notes.items())),
    }
    return writer.finish(reader.kind, made), getattr(reader, "draws", 1)


def export(asked: dict, progress: Callable[[int], None]) -> None:
    """Write a data set in the layout of another project to a new file or an empty folder."""
    stored = Stored(Path(asked["source"]))
    block = asked.get("blockBytes") or BLOCK_BYTES
    EXPORTS[asked["format"]](stored, Path(asked["target"]), progress, block)
