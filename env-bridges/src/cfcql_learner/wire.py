"""Messages: one MessagePack map and raw little-endian arrays (PROTOCOL.md 2).

The few types of MessagePack that the protocol allows are read and written here, so that a learner
needs no package for them.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Sequence

import numpy as np

VERSION = (1, 0)
MAX_DEPTH = 8

F32 = np.dtype("<f4")
I32 = np.dtype("<i4")
U8 = np.dtype("u1")


class WireError(Exception):
    """Bytes that are no message."""


def pack(value) -> bytes:
    """Encode nil, bool, int, float, string, list or map in the shortest form."""
    if value is None:
        return b"\xc0"
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        return _pack_int(value)
    if isinstance(value, float):
        return b"\xcb" + struct.pack(">d", value)
    if isinstance(value, str):
        text = value.encode()
        return _head(len(text), 0xA0, 32, b"\xd9", b"\xda", b"\xdb") + text
    if isinstance(value, dict):
        head = _head(len(value), 0x80, 16, b"", b"\xde", b"\xdf")
        return head + b"".join(pack(str(key)) + pack(item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return _head(len(value), 0x90, 16, b"", b"\xdc", b"\xdd") + b"".join(map(pack, value))
    raise WireError(f"a header cannot hold a {type(value).__name__}")


def _pack_int(value: int) -> bytes:
    if 0 <= value < 128:
        return bytes([value])
    if -32 <= value < 0:
        return struct.pack("b", value)
    forms = "BHIQ" if value >= 0 else "bhiq"
    for index, form in enumerate(forms):
        size = 8 << index
        low, high = (0, 1 << size) if value >= 0 else (-(1 << (size - 1)), 0)
        if low <= value < high:
            return bytes([(0xCC if value >= 0 else 0xD0) + index]) + struct.pack(">" + form, value)
    raise WireError(f"{value} has more than 64 bits")


def _head(count: int, short: int, limit: int, one: bytes, two: bytes, four: bytes) -> bytes:
    if count < limit:
        return bytes([short | count])
    if one and count < 1 << 8:
        return one + bytes([count])
    return two + struct.pack(">H", count) if count < 1 << 16 else four + struct.pack(">I", count)


class _Reader:
    def __init__(self, data: bytes):
        self.data = data
        self.at = 0

    def take(self, count: int) -> bytes:
        taken = self.data[self.at : self.at + count]
        if len(taken) != count:
            raise WireError("a header that ends too early")
        self.at += count
        return taken

    def number(self, form: str):
        return struct.unpack(">" + form, self.take(struct.calcsize(form)))[0]

    def value(self, depth: int):
        if depth > MAX_DEPTH:
            raise WireError("a header nested too deep")
        tag = self.take(1)[0]
        if tag < 0x80:
            return tag
        if tag >= 0xE0:
            return tag - 256
        if tag < 0x90:
            return self.map(tag & 15, depth)
        if tag < 0xA0:
            return self.list(tag & 15, depth)
        if tag < 0xC0:
            return self.text(tag & 31)
        plain = {0xC0: None, 0xC2: False, 0xC3: True}
        if tag in plain:
            return plain[tag]
        forms = dict(zip(range(0xCC, 0xD4), "BHIQbhiq", strict=True)) | {0xCB: "d"}
        if tag in forms:
            return self.number(forms[tag])
        counted = {0xD9: "B", 0xDA: "H", 0xDB: "I", 0xDC: "H", 0xDD: "I", 0xDE: "H", 0xDF: "I"}
        if tag not in counted:
            raise WireError(f"a value of the type {tag:#x}, which is not allowed")
        count = self.number(counted[tag])
        if tag < 0xDC:
            return self.text(count)
        return self.list(count, depth) if tag < 0xDE else self.map(count, depth)

    def text(self, count: int) -> str:
        return self.take(count).decode()

    def list(self, count: int, depth: int) -> list:
        return [self.value(depth + 1) for _ in range(count)]

    def map(self, count: int, depth: int) -> dict:
        result = {}
        for _ in range(count):
            key = self.value(depth + 1)
            if not isinstance(key, str) or key in result:
                raise WireError("a map with a key that is no string, or twice the same")
            result[key] = self.value(depth + 1)
        return result


def unpack(data: bytes):
    """Decode one value and nothing after it."""
    reader = _Reader(data)
    try:
        value = reader.value(1)
    except UnicodeDecodeError as problem:
        raise WireError("a string that is no UTF-8") from problem
    if reader.at != len(data):
        raise WireError("something after a header")
    return value


def header(kind: str, seq: int, fields: dict | None = None) -> bytes:
    """Header bytes of a message."""
    return pack({"v": list(VERSION), "t": kind, "seq": seq} | (fields or {}))


def array(frame, dtype: np.dtype, *shape: int) -> np.ndarray:
    """View a frame as an array, read-only."""
    view = memoryview(frame)
    expected = dtype.itemsize * int(np.prod(shape))
    if view.nbytes != expected:
        raise WireError(f"an array of {view.nbytes} bytes; {expected} are expected for {shape}")
    return np.frombuffer(view, dtype=dtype).reshape(shape)


def frame(values, dtype: np.dtype) -> bytes:
    """Raw bytes of an array."""
    return np.ascontiguousarray(values, dtype=dtype).tobytes()


def frames(data: bytes, size: int) -> Sequence[bytes]:
    """Bytes in frames of at most ``size``."""
    return [data[at : at + size] for at in range(0, len(data), size)]


if sys.byteorder != "little":  # pragma: no cover - raw bytes are sent as they lie in memory
    raise ImportError("cfcql_learner needs a little-endian machine")
