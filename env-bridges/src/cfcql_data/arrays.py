"""Named arrays of a source, read a range of their first axis at a time.

An HDF5 file, a folder of its parts, or a folder of ``.npy`` files look the same to a reader.
"""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import h5py
import numpy as np

from cfcql_data.errors import RefusedError, one_line
from cfcql_data.numbers import require_real

PART = re.compile(r"part_(\d+)\.(?:h5|hdf5)")


class NpyArray:
    """An array in a ``.npy`` file, mapped."""

    def __init__(self, path: Path):
        self.where = str(path)
        try:
            self.values = np.load(path, mmap_mode="r", allow_pickle=False)
        except FileNotFoundError:
            raise RefusedError(f"{path}: expected a file, found none; restore it") from None
        except Exception as damaged:
            # NumPy parses the header as Python text: whatever its parser throws means damage.
            raise RefusedError(
                f"{path}: expected an array in NumPy's npy format, found another file or a damaged "
                f"one ({one_line(damaged)}); copy it again"
            ) from damaged
        if not isinstance(self.values, np.ndarray) or self.values.ndim == 0:
            raise RefusedError(f"{path}: expected an array with rows, found a single number")
        require_real(self.where, self.values.dtype)
        self.shape = self.values.shape
        self.together = 1
        self.chunked = False
        self.row_bytes = max(1, self.values.dtype.itemsize * int(np.prod(self.shape[1:])))

    def read(self, start: int, stop: int) -> np.ndarray:
        """Rows of the first axis."""
        return np.asarray(self.values[start:stop])


class Hdf5Array:
    """An array of an HDF5 file."""

    def __init__(self, path: Path, key: str, stored: h5py.Dataset):
        self.path = path
        self.key = key
        self.stored = stored
        self.where = f"{path}: '{key}'"
        require_real(self.where, stored.dtype)
        self.shape = stored.shape
        self.chunked = stored.chunks is not None
        self.together = stored.chunks[0] if self.chunked else 1
        self.row_bytes = max(1, stored.dtype.itemsize * int(np.prod(self.shape[1:])))

    def read(self, start: int, stop: int) -> np.ndarray:
        """Rows of the first axis."""
        try:
            return self.stored[start:stop]
        except Exception as damaged:
            raise RefusedError(
                f"{self.path}: expected '{self.key}' as it was written, found that "
                f"{self._damaged_chunk(start, stop)} cannot be read ({_reason(damaged)}); the file "
                "was damaged or needs a filter that h5py lacks, copy it again or store it with "
                "h5repack -f NONE"
            ) from damaged

    def _damaged_chunk(self, start: int, stop: int) -> str:
        if not self.chunked:
            return f"rows {start} to {stop - 1}"
        rest = [slice(0, axis) for axis in self.shape[1:]]
        for chunk in self.stored.iter_chunks((slice(start, stop), *rest)):
            try:
                self.stored[chunk]
            except Exception:
                axes = ", ".join(f"{axis.start}:{axis.stop}" for axis in chunk)
                return f"the chunk [{axes}]"
        return f"rows {start} to {stop - 1}"


def _reason(failure: Exception) -> str:
    return one_line(str(failure).splitlines()[0] if str(failure) else type(failure).__name__)


class JoinedArray:
    """Arrays of several parts, one behind the other."""

    def __init__(self, parts: list):
        first = parts[0]
        for part in parts[1:]:
            if part.shape[1:] != first.shape[1:]:
                raise RefusedError(
                    f"{part.where}: expected rows of shape {list(first.shape[1:])} as in the first "
                    f"part, found {list(part.shape[1:])}; the parts are of different data"
                )
        self.parts = parts
        self.where = first.where
        self.starts = [0, *itertools.accumulate(part.shape[0] for part in parts)]
        self.shape = (self.starts[-1], *first.shape[1:])
        self.chunked = first.chunked
        self.together = max(part.together for part in parts)
        self.row_bytes = max(part.row_bytes for part in parts)

    def read(self, start: int, stop: int) -> np.ndarray:
        """Rows of the first axis, through the borders of parts."""
        pieces = []
        for part, first in zip(self.parts, self.starts, strict=False):
            low, high = max(start - first, 0), min(stop - first, part.shape[0])
            if low < high:
                pieces.append(part.read(low, high))
        return np.concatenate(pieces) if len(pieces) != 1 else pieces[0]


class NpyFolder:
    """A folder with one ``.npy`` file per array."""

    def __init__(self, path: Path):
        self.path = path
        self.files = {file.stem: file for file in sorted(path.glob("*.npy"))}

    def keys(self) -> list[str]:
        """Names of the arrays, sorted."""
        return sorted(self.files)

    def array(self, key: str) -> NpyArray:
        """An array by its name."""
        return NpyArray(self.files[key])

    def attribute(self, name: str) -> None:
        """Such a folder has no attributes."""

    def close(self) -> None:
        """Nothing is held."""


class Hdf5File:
    """An HDF5 file; links inside it are followed."""

    def __init__(self, path: Path):
        self.path = path
        if not path.is_file():
            found = "a folder" if path.exists() else "no such file"
            raise RefusedError(f"{path}: expected an HDF5 file, found {found}")
        try:
            self.file = h5py.File(path, "r")
        except Exception as damaged:
            raise RefusedError(
                f"{path}: expected an HDF5 file, found another kind of file or a damaged one "
                f"({_reason(damaged)}); copy it again"
            ) from damaged

    def keys(self) -> list[str]:
        """Names at the root, sorted."""
        try:
            return sorted(self.file.keys())
        except Exception as damaged:
            raise RefusedError(
                f"{self.path}: expected arrays with names, found a damaged file "
                f"({_reason(damaged)}); copy it again"
            ) from damaged

    def array(self, key: str) -> Hdf5Array:
        """An array by its name."""
        try:
            return self._array(key)
        except RefusedError:
            raise
        except Exception as damaged:
            # h5py meets damage in whatever it asks the file for, with errors of many types.
            if isinstance(link := self._link(key), h5py.SoftLink):
                found = f"a link to {one_line(link.path)} that leads nowhere"
                mend = "store the array under that name"
            else:
                found = f"a damaged one ({_reason(damaged)})"
                mend = "copy the file again"
            raise RefusedError(
                f"{self.path}: expected '{key}' to be an array, found {found}; {mend}"
            ) from damaged

    def _array(self, key: str) -> Hdf5Array:
        self._require_inside(key, self.file.get(key, getlink=True))
        stored = self.file[key]
        if not isinstance(stored, h5py.Dataset):
            raise RefusedError(
                f"{self.path}: expected '{key}' to be an array, found a group; see "
                "docs/datasets.md for the layouts"
            )
        if stored.shape is None or len(stored.shape) == 0:
            raise RefusedError(
                f"{self.path}: expected '{key}' to be an array with rows, found a single value"
            )
        if stored.external or stored.is_virtual:
            raise RefusedError(
                f"{self.path}: expected '{key}' in this file, found an array whose numbers lie in "
                "others; store the data in one file, for example with h5repack or h5copy"
            )
        return Hdf5Array(self.path, key, stored)

    def _link(self, key: str):
        try:
            return self.file.get(key, getlink=True)
        except Exception:
            return None

    def _require_inside(self, key: str, link: object) -> None:
        if isinstance(link, h5py.ExternalLink):
            raise RefusedError(
                f"{self.path}: expected '{key}' in this file, found a link to another one "
                f"({one_line(link.filename)}:{one_line(link.path)}); store the data in one file, "
                "for example with h5repack or h5copy"
            )

    def attribute(self, name: str) -> str | None:
        """Text of an attribute of the file."""
        try:
            value = self.file.attrs.get(name)
        except Exception as damaged:
            raise RefusedError(
                f"{self.path}: expected the attribute '{name}' to be text, found a damaged one "
                f"({_reason(damaged)}); remove it"
            ) from damaged
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        return None if value is None else str(value)

    def close(self) -> None:
        """Close the file."""
        self.file.close()


class Parts:
    """A folder of ``part_0.h5``, ``part_1.h5``, ... joined in the order of their numbers."""

    def __init__(self, folder: Path):
        self.path = folder
        numbered = numbered_parts(folder)
        numbers = [number for number, _ in numbered]
        if numbers != list(range(numbers[0], numbers[0] + len(numbers))) or numbers[0] > 1:
            raise RefusedError(
                f"{folder}: expected the parts to be numbered without a gap from part_0.h5, found "
                f"{', '.join(str(number) for number in numbers[:20])}; copy the others too, or "
                "import a part by itself"
            )
        self.files: list[Hdf5File] = []
        try:
            self._open([path for _, path in numbered])
        except BaseException:
            self.close()
            raise

    def _open(self, paths: list[Path]) -> None:
        for path in paths:
            self.files.append(Hdf5File(path))
        keys = set(self.files[0].keys())
        for file in self.files[1:]:
            if set(file.keys()) != keys:
                raise RefusedError(
                    f"{file.path}: expected the arrays of the first part, found others "
                    f"({', '.join(sorted(keys ^ set(file.keys())))}); the parts are of different "
                    "data"
                )

    def keys(self) -> list[str]:
        """Names of the arrays, sorted."""
        return self.files[0].keys()

    def array(self, key: str) -> JoinedArray:
        """An array by its name."""
        return JoinedArray([file.array(key) for file in self.files])

    def attribute(self, name: str) -> None:
        """What a part says of itself does not hold for the whole."""

    def close(self) -> None:
        """Close the files."""
        for file in self.files:
            file.close()


def numbered_parts(folder: Path) -> list[tuple[int, Path]]:
    """Files of a folder that are called ``part_N.h5``, by their numbers."""
    found = []
    for path in folder.iterdir():
        match = PART.fullmatch(path.name)
        if match:
            found.append((int(match.group(1)), path))
    return sorted(found)
