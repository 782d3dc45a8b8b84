"""Reads PyTorch's legacy (pre-zip) files without PyTorch (spec 10).

Layout: four pickles (magic number, protocol, system info, object), a pickled list of storage keys,
then per storage an 8-byte count and raw little-endian values. The unpickler admits ordered
dictionaries, tensor rebuilds and storage types; anything else is an error.
"""

from __future__ import annotations

import collections
import math
import pickle
import struct
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001
_STORAGES = {"FloatStorage": "<f4", "DoubleStorage": "<f8", "LongStorage": "<i8"}


@dataclass(frozen=True)
class _Storage:
    key: str
    dtype: str
    count: int


@dataclass(frozen=True)
class _Tensor:
    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def resolve(self, storages: dict[str, np.ndarray]) -> np.ndarray:
        # Checked here and not when the pickle rebuilds it: a later opcode may change the fields.
        numbers = (self.offset, *self.shape, *self.strides)
        if any(type(value) is not int or value < 0 for value in numbers):
            raise pickle.UnpicklingError("tensor with an impossible offset, size or stride")
        values = storages[self.storage.key]
        if math.prod(self.shape) > values.size:
            raise pickle.UnpicklingError("tensor larger than its storage")
        last = self.offset + sum((n - 1) * s for n, s in zip(self.shape, self.strides, strict=True))
        if min(self.shape, default=1) > 0 and not 0 <= last < values.size:
            raise pickle.UnpicklingError("tensor reaches beyond its storage")
        strides = [stride * values.itemsize for stride in self.strides]
        view = np.lib.stride_tricks.as_strided(values[self.offset :], self.shape, strides)
        return view.copy()


def _rebuild_tensor(storage, offset, shape, strides, *_) -> _Tensor:
    return _Tensor(storage, offset, tuple(shape), tuple(strides))


def _rebuild_parameter(tensor, *_) -> _Tensor:
    return tensor


class _Unpickler(pickle.Unpickler):
    _ALLOWED = {  # noqa: RUF012 - a constant table
        ("collections", "OrderedDict"): collections.OrderedDict,
        ("torch._utils", "_rebuild_tensor"): _rebuild_tensor,
        ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
        ("torch._utils", "_rebuild_parameter"): _rebuild_parameter,
    }

    def find_class(self, module: str, name: str):
        if module == "torch" and name in _STORAGES:
            return _STORAGES[name]
        if (module, name) in self._ALLOWED:
            return self._ALLOWED[module, name]
        raise pickle.UnpicklingError(f"{module}.{name} is not allowed in a model file")

    def persistent_load(self, pid) -> _Storage:
        kind, dtype, key, _location, count, view = pid
        if kind != "storage" or view is not None or dtype not in _STORAGES.values():
            raise pickle.UnpicklingError("only whole storages are allowed in a model file")
        return _Storage(str(key), dtype, int(count))


def load(file: BinaryIO) -> object:
    """The stored object with every tensor as a NumPy array.

    Raises `pickle.UnpicklingError` or `ValueError` if the file is anything else.
    """
    try:
        return _load(file)
    except (ArithmeticError, AttributeError, EOFError, LookupError, TypeError) as wrong:
        raise pickle.UnpicklingError(f"no legacy PyTorch file ({wrong})") from wrong
    except (RecursionError, struct.error) as wrong:
        raise pickle.UnpicklingError(f"no legacy PyTorch file ({wrong})") from wrong
    except MemoryError as lie:
        raise pickle.UnpicklingError("no legacy PyTorch file (a size beyond all memory)") from lie


def _load(file: BinaryIO) -> object:
    if _Unpickler(file).load() != MAGIC or _Unpickler(file).load() != PROTOCOL:
        raise pickle.UnpicklingError("no legacy PyTorch file")
    _Unpickler(file).load()  # system info
    unpickler = _Unpickler(file)
    described = unpickler.load()
    keys = _Unpickler(file).load()
    dtypes: dict[str, str] = {}
    _collect(described, dtypes)
    storages = {}
    for key in keys:
        (count,) = struct.unpack("<q", file.read(8))
        if count < 0:
            raise pickle.UnpicklingError("storage of a negative size")
        dtype = np.dtype(dtypes[str(key)])
        data = file.read(count * dtype.itemsize)
        storages[str(key)] = np.frombuffer(data, dtype, count)
    return _resolve(described, storages)


def _collect(value: object, dtypes: dict[str, str]) -> None:
    if isinstance(value, _Tensor):
        dtypes[value.storage.key] = value.storage.dtype
    elif isinstance(value, dict):
        for item in value.values():
            _collect(item, dtypes)
    elif isinstance(value, list | tuple):
        for item in value:
            _collect(item, dtypes)


def _resolve(value: object, storages: dict[str, np.ndarray]) -> object:
    if isinstance(value, _Tensor):
        return value.resolve(storages)
    if isinstance(value, dict):
        return {key: _resolve(item, storages) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_resolve(item, storages) for item in value)
    return value
