"""Codec of the bridge: one MessagePack header and raw little-endian arrays (PROTOCOL.md 2, 4, 7).

Everything that arrives is checked against limits before it is used. Encoding is canonical: equal
messages are equal bytes, which the recorded frames test on both sides.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import msgpack
import numpy as np

from cfcql_bridges.errors import BridgeError

VERSION = (1, 0)
SPEAKS = ((1, 0),)

TO_WORKER_HEADER_BYTES = 64 * 1024
TO_HARNESS_HEADER_BYTES = 1024 * 1024
MAX_STRING_BYTES = 16 * 1024
MAX_DEPTH = 8
MAX_ITEMS = 65_536
ZMQ_MAX_BYTES = 1 << 27
DEFAULT_MAX_FRAME_BYTES = 64 << 20
DEFAULT_MAX_MESSAGE_BYTES = 256 << 20

DTYPES = {
    "u8": np.dtype("u1"),
    "i32": np.dtype("<i4"),
    "i64": np.dtype("<i8"),
    "u64": np.dtype("<u8"),
    "f32": np.dtype("<f4"),
    "f64": np.dtype("<f8"),
}

SCALAR = (str, int, float, bool)

# Required header fields beyond v, t, seq. A tuple lists alternatives.
REQUEST_FIELDS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "WELCOME": {
        "minor": int,
        "max_frame_bytes": int,
        "max_message_bytes": int,
        "deadlines_ms": dict,
        "heartbeat_ms": int,
    },
    "MAKE": {"env": str, "options": dict, "envs": int, "autoreset": str, "dtypes": dict},
    "RESET": {},
    "STEP": {},
    "STATE_GET": {},
    "STATE_SET": {},
    "PING": {"ns": int},
    "CLOSE": {},
}
ERROR_FIELDS: dict[str, type | tuple[type, ...]] = {
    "code": str,
    "message": str,
    "retryable": bool,
    "state": str,
    "envs": list,
    "agents": list,
    "packages": list,
}
REPLY_FIELDS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "HELLO": {
        "role": str,
        "token": str,
        "speaks": list,
        "pid": int,
        "package": str,
        "python": str,
        "libraries": dict,
    },
    "SPEC": {
        "env": str,
        "family": str,
        "backend": str,
        "label": str,
        "options": dict,
        "parts": dict,
        "envs": int,
        "agents": list,
        "arrays": list,
        "reset_frames": list,
        "step_frames": list,
        "action": dict,
        "episode_limit": int,
        "timeout_kind": str,
        "reward": dict,
        "info": list,
        "seeding": str,
        "determinism": str,
        "autoreset": list,
        "capabilities": list,
        "state_layout": list,
        "licence": str,
        "fingerprint": str,
        "task_fingerprint": str,
        "fingerprint_of": dict,
    },
    "RESET_OK": {"ns": int},
    "STEP_OK": {"ns": int},
    "STATE_GET_OK": {},
    "STATE_SET_OK": {"ns": int},
    "PONG": {"ns": int, "worker_ns": int},
    "CLOSED": {},
    "ERROR": ERROR_FIELDS,
}


@dataclass(frozen=True)
class Limits:
    """Sizes that a receiver accepts; the harness announces them in WELCOME."""

    header_bytes: int = TO_WORKER_HEADER_BYTES
    frame_bytes: int = DEFAULT_MAX_FRAME_BYTES
    message_bytes: int = DEFAULT_MAX_MESSAGE_BYTES

    def check(self, frames: Sequence, envs: int) -> None:
        """Raise an error if a message of these frames is out of bounds."""
        if not frames:
            raise BridgeError("BAD_MESSAGE", "a message without frames; a header is expected")
        if len(frames) > max(64, envs + 2):
            raise BridgeError("BAD_SHAPE", f"a message of {len(frames)} frames; too many")
        if len(frames[0]) > self.header_bytes:
            raise BridgeError(
                "TOO_LARGE", f"header of {len(frames[0])} bytes; at most {self.header_bytes}"
            )
        for index, frame in enumerate(frames[1:], start=1):
            if len(frame) > self.frame_bytes:
                raise BridgeError(
                    "TOO_LARGE", f"array frame {index} of {len(frame)} bytes; at most "
                    f"{self.frame_bytes}: use fewer environments per worker"
                )  # fmt: skip
        total = sum(map(len, frames))
        if total > self.message_bytes:
            raise BridgeError(
                "TOO_LARGE", f"message of {total} bytes; at most {self.message_bytes}"
            )


def encode_header(kind: str, seq: int, fields: dict | None = None) -> bytes:
    """Header bytes of a message; ``fields`` are written in their own order."""
    header = {"v": list(VERSION), "t": kind, "seq": seq}
    if fields:
        header.update(fields)
    return msgpack.packb(header, use_bin_type=True)


def decode_header(data: bytes, expected: dict[str, dict]) -> dict:
    """Decode and check a header.

    ``expected`` maps the message types that may arrive to their required fields
    (`REQUEST_FIELDS` or `REPLY_FIELDS`). Unknown keys stay in the result and are to be ignored.

    Raises `BridgeError` BAD_MESSAGE if it is no valid header, BAD_VERSION for another major.
    """
    try:
        header = msgpack.unpackb(
            data,
            raw=False,
            strict_map_key=True,
            object_pairs_hook=_unique,
            max_str_len=MAX_STRING_BYTES,
            max_bin_len=0,
            max_ext_len=0,
            max_array_len=MAX_ITEMS,
            max_map_len=MAX_ITEMS,
        )
        _check_types(header, 1)
    except BridgeError:
        raise
    except (ValueError, TypeError, RecursionError, msgpack.UnpackException) as problem:
        raise BridgeError("BAD_MESSAGE", f"header is no MessagePack map ({problem})") from problem
    if not isinstance(header, dict):
        raise BridgeError("BAD_MESSAGE", f"header is a {type(header).__name__}; a map is expected")
    _check_envelope(header)
    required = expected.get(header["t"])
    if required is None:
        raise BridgeError("BAD_MESSAGE", f"unknown message type {header['t']!r}")
    for name, wanted in required.items():
        _check_field(header, name, wanted)
    return header


def _unique(pairs: list[tuple]) -> dict:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise BridgeError("BAD_MESSAGE", "header has a key twice")
    return result


def _check_types(value: object, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise BridgeError("BAD_MESSAGE", f"header is nested deeper than {MAX_DEPTH}")
    if isinstance(value, dict):
        for key, item in value.items():
            _check_types(key, depth)
            _check_types(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check_types(item, depth + 1)
    elif value is not None and not isinstance(value, SCALAR):
        raise BridgeError("BAD_MESSAGE", f"header has a value of type {type(value).__name__}")


def _is_index(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _check_envelope(header: dict) -> None:
    version = header.get("v")
    if not (isinstance(version, list) and len(version) == 2 and all(map(_is_index, version))):
        raise BridgeError("BAD_MESSAGE", "header field v must be [major, minor]")
    if version[0] != VERSION[0]:
        raise BridgeError("BAD_VERSION", f"protocol major {version[0]}; {VERSION[0]} is spoken")
    if not isinstance(header.get("t"), str):
        raise BridgeError("BAD_MESSAGE", "header field t must be a string")
    if not _is_index(header.get("seq")):
        raise BridgeError("BAD_MESSAGE", "header field seq must be an unsigned integer")


def _check_field(header: dict, name: str, wanted: type | tuple[type, ...]) -> None:
    if name not in header:
        raise BridgeError("BAD_MESSAGE", f"{header['t']} lacks the field {name}")
    value = header[name]
    # bool is an int in Python, not on the wire.
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise BridgeError(
            "BAD_MESSAGE", f"{header['t']}.{name} is a {type(value).__name__}; expected {wanted}"
        )


def array_frame(array: np.ndarray, dtype: np.dtype) -> bytes:
    """Raw C-order little-endian bytes of an array."""
    return np.asarray(array, dtype).tobytes()


def read_array(frame, name: str, dtype: np.dtype, shape: tuple[int, ...]) -> np.ndarray:
    """View an array frame as ``dtype`` [shape] without copying; read-only.

    Raises `BridgeError` BAD_SHAPE if the number of bytes does not fit.
    """
    view = memoryview(frame)
    expected = dtype.itemsize
    for size in shape:
        expected *= size
    if view.nbytes != expected:
        raise BridgeError(
            "BAD_SHAPE",
            f"array {name} has {view.nbytes} bytes; {expected} are expected for "
            f"{dtype.name} {list(shape)}",
        )
    return np.frombuffer(view, dtype=dtype).reshape(shape)


def read_mask(frame, name: str, envs: int) -> np.ndarray:
    """View a mask frame as bool [envs]; BAD_DTYPE if a byte is neither 0 nor 1."""
    mask = read_array(frame, name, DTYPES["u8"], (envs,))
    if bytes(frame).strip(b"\0\1"):
        wrong = np.flatnonzero(mask > 1)
        raise BridgeError(
            "BAD_DTYPE", f"{name} holds {mask[wrong[0]]} in row {wrong[0]}; 0 or 1 is expected",
            envs=wrong,
        )  # fmt: skip
    return mask.view(np.bool_)


if sys.byteorder != "little":  # pragma: no cover - raw bytes are sent as they lie in memory
    raise ImportError("cfcql_bridges needs a little-endian machine")
