"""A session answers every message, however damaged, with one message, and goes on serving."""

import os

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfcql_bridges.errors import CODES
from cfcql_bridges.protocol import REPLY_FIELDS, Limits, decode_header, encode_header
from cfcql_bridges.session import Session
from support import BRIDGES

EXAMPLES = int(os.environ.get("CFCQL_FUZZ_EXAMPLES", "25"))
LIMITS = Limits(frame_bytes=1 << 16, message_bytes=1 << 18)
LAST_SEQ = 1 << 62


def recorded(name: str) -> list[bytes]:
    """Frames of a recorded message."""
    data = (BRIDGES / "recorded-frames" / f"{name}.bin").read_bytes()
    count, at, frames = int.from_bytes(data[:4], "little"), 4, []
    for _ in range(count):
        size = int.from_bytes(data[at : at + 4], "little")
        frames.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return frames


REQUESTS = [recorded(name) for name in ("reset", "step", "ping", "state_get", "state_set")]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["../../x", "mpe/simple_spread", "f64", "\x1b[2J", "9" * 400, "nan", "1e999"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


def serving() -> Session:
    """A session whose two rows run."""
    session = Session(LIMITS)
    for name in ("make", "reset"):
        assert decode_header(session.handle(recorded(name))[0], REPLY_FIELDS)["t"] != "ERROR"
    return session


def damaged_bytes(data, frame: bytes) -> bytes:
    """A few bytes flipped, cut, doubled or put in."""
    kind = data.draw(st.sampled_from(["flip", "cut", "twice", "put in"]))
    at = data.draw(st.integers(0, len(frame)))
    end = min(len(frame), at + data.draw(st.integers(1, 16)))
    if kind == "cut":
        return frame[:at]
    if kind == "twice":
        return frame[:end] + frame[at:]
    if kind == "put in":
        return frame[:at] + data.draw(st.binary(max_size=16)) + frame[at:]
    return frame[:at] + bytes(byte ^ 1 << at % 8 for byte in frame[at:end]) + frame[end:]


def damaged(data, frames: list[bytes]) -> list[bytes]:
    """A message with another field, other bytes, or other frames."""
    frames = list(frames)
    kind = data.draw(st.sampled_from(["field", "bytes", "frames"]))
    if kind == "field":
        header = msgpack.unpackb(frames[0])
        name = data.draw(st.sampled_from([*header, "more"]))
        header[name] = data.draw(VALUES)
        frames[0] = msgpack.packb(header)
    elif kind == "bytes":
        index = data.draw(st.integers(0, len(frames) - 1))
        frames[index] = damaged_bytes(data, frames[index])
    else:
        some = data.draw(st.lists(st.sampled_from([*frames, b"", bytes(1 << 17)]), max_size=5))
        frames = [*frames[: data.draw(st.integers(1, len(frames)))], *some]
    return frames


def check_answered(session: Session, frames: list[bytes]) -> dict:
    """One reply, which the harness can read; an error is no bug and names its code."""
    reply = session.handle(frames)
    header = decode_header(reply[0], REPLY_FIELDS)
    if header["t"] == "ERROR":
        assert header["code"] in CODES
        assert header["code"] not in ("INTERNAL", "ENV_CRASHED"), header["message"]
        assert header["message"].isprintable(), header["message"]
        assert len(header["message"]) <= 4000
    return header


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data())
def test_damaged_requests_are_answered_and_the_session_goes_on(data):
    session = serving()
    for _ in range(data.draw(st.integers(1, 4))):
        check_answered(session, damaged(data, data.draw(st.sampled_from(REQUESTS))))
    if session.closed or session._last_seq >= LAST_SEQ:
        return  # another major version ends it; a number so high leaves none above it
    ones = np.ones(2, np.uint8).tobytes()
    reset = [encode_header("RESET", LAST_SEQ), ones, np.zeros(2, "<u8").tobytes()]
    assert check_answered(session, reset)["t"] == "RESET_OK"


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data())
def test_a_damaged_make_is_refused_or_served(data):
    session = Session(LIMITS)
    check_answered(session, damaged(data, recorded("make")))


@pytest.mark.parametrize("frames", [[], [b""], [b"\xc1"], [bytes(1 << 17)], [b"\x80"] * 100])
def test_damaged_messages_without_a_header_are_answered(frames):
    header = check_answered(serving(), frames)
    assert header["t"] == "ERROR"
