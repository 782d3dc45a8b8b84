"""The recorded bytes in both directions: decoded, encoded, answered and refused as recorded."""

import json

import msgpack
import numpy as np
import pytest

from cfcql_bridges.errors import BridgeError
from cfcql_bridges.protocol import (
    DTYPES,
    REPLY_FIELDS,
    REQUEST_FIELDS,
    Limits,
    array_frame,
    decode_header,
    encode_header,
    read_array,
)
from cfcql_bridges.session import Session
from record_frames import fixed_time, plain, split
from support import BRIDGES, everything, particles

FOLDER = BRIDGES / "recorded-frames"
MANIFEST = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
MESSAGES = MANIFEST["messages"]
VALID = [message for message in MESSAGES if message["valid"]]
BAD_REQUESTS = [m for m in MESSAGES if not m["valid"] and m["direction"] == "to_worker"]
BAD_REPLIES = [m for m in MESSAGES if not m["valid"] and m["direction"] == "to_harness"]


def named(messages: list[dict]):
    return pytest.mark.parametrize("message", messages, ids=[m["file"] for m in messages])


def frames_of(name: str) -> list[bytes]:
    return split((FOLDER / name).read_bytes())


def original(value):
    """The header value behind its JSON form."""
    if isinstance(value, dict):
        if set(value) == {"$u64"}:
            return int(value["$u64"])
        if set(value) == {"$f64"}:
            return float(value["$f64"])
        return {key: original(item) for key, item in value.items()}
    return [original(item) for item in value] if isinstance(value, list) else value


def test_manifest_and_files_belong_together():
    files = {path.name for path in FOLDER.glob("*.bin")}
    assert files == {message["file"] for message in MESSAGES}
    known = set(REQUEST_FIELDS) | set(REPLY_FIELDS)
    assert {message["type"] for message in VALID} == known


@named(VALID)
def test_valid_messages_decode_to_the_manifest(message):
    frames = frames_of(message["file"])
    expected = REQUEST_FIELDS | REPLY_FIELDS
    assert plain(decode_header(frames[0], expected)) == message["header"]
    assert len(frames) - 1 == len(message["arrays"])
    for frame, about in zip(frames[1:], message["arrays"], strict=True):
        if about["dtype"] == "bytes":
            assert frame.hex() == about["hex"]
            continue
        dtype = DTYPES[about["dtype"]]
        found = read_array(frame, about["name"], dtype, tuple(about["shape"])).reshape(-1)
        np.testing.assert_array_equal(found, np.array(about["values"]).astype(dtype))


@named(VALID)
def test_encoding_a_valid_message_gives_the_recorded_bytes(message):
    fields = {k: original(v) for k, v in message["header"].items() if k not in ("v", "t", "seq")}
    seq = original(message["header"]["seq"])
    frames = [encode_header(message["type"], seq, fields)]
    for about in message["arrays"]:
        if about["dtype"] == "bytes":
            frames.append(bytes.fromhex(about["hex"]))
        else:
            frames.append(array_frame(np.array(about["values"]), DTYPES[about["dtype"]]))
    assert frames == frames_of(message["file"])


def test_the_recorded_sessions_get_the_recorded_answers():
    session = Session(Limits())
    for message in VALID:
        if "answers" not in message:
            continue
        if session.closed:
            session = Session(Limits())
        expected = frames_of(message["file"])
        found = fixed_time(session.handle(frames_of(message["answers"])))
        assert len(found) == len(expected), message["file"]
        if message["type"] == "SPEC":
            assert_same_spec(found[0], expected[0])
            continue
        assert found[0] == expected[0], message["file"]
        for frame, wanted, about in zip(found[1:], expected[1:], message["arrays"], strict=True):
            if about["dtype"] in ("f32", "f64"):
                # The C library's exp may differ in the last bit between systems.
                dtype = DTYPES[about["dtype"]]
                tolerance = 1e-6 if about["dtype"] == "f32" else 1e-12
                left, right = (np.frombuffer(f, dtype) for f in (frame, wanted))
                np.testing.assert_allclose(left, right, rtol=tolerance, atol=tolerance)
            else:
                assert frame == wanted, (message["file"], about["name"])
    assert session.closed


def assert_same_spec(found: bytes, expected: bytes) -> None:
    """Equal but for what names this machine and its interpreter."""
    left, right = (msgpack.unpackb(header) for header in (found, expected))
    for header in (left, right):
        del header["fingerprint"]
        header["fingerprint_of"] = {
            key: value
            for key, value in header["fingerprint_of"].items()
            if key not in ("python", "platform") and not key.startswith("package.")
        }
    assert left == right


@named(BAD_REQUESTS)
def test_a_worker_refuses_bad_requests_and_goes_on(message):
    session = Session(Limits())
    for name in ("make.bin", "reset.bin"):
        session.handle(frames_of(name))
    reply = session.handle(frames_of(message["file"]))
    header = decode_header(reply[0], REPLY_FIELDS)
    assert (header["t"], header["code"]) == ("ERROR", message["error"]), header
    if message["error"] == "BAD_VERSION":
        assert session.closed
        return
    assert header["state"] == "unchanged"
    step = frames_of("step.bin")
    step[0] = encode_header("STEP", 1000)
    assert decode_header(session.handle(step)[0], REPLY_FIELDS)["t"] == "STEP_OK"


@named(BAD_REPLIES)
def test_a_harness_refuses_bad_replies(message):
    with pytest.raises(BridgeError) as caught:
        read_step_reply(frames_of(message["file"]))
    assert caught.value.code == message["error"]


def read_step_reply(frames: list[bytes]) -> None:
    """What section 8 asks of a harness, for the recorded STEP with seq 3."""
    spec = msgpack.unpackb(frames_of("spec.bin")[0])
    header = decode_header(frames[0], REPLY_FIELDS)
    if (header["t"], header["seq"]) != ("STEP_OK", 3):
        raise BridgeError("BAD_MESSAGE", f"{header['t']} {header['seq']}")
    if len(frames) - 1 != len(spec["step_frames"]):
        raise BridgeError("BAD_SHAPE", f"{len(frames) - 1} frames")
    descriptors = {array["name"]: array for array in spec["arrays"]}
    for name, frame in zip(spec["step_frames"], frames[1:], strict=True):
        about = descriptors[name]
        values = read_array(frame, name, DTYPES[about["dtype"]], (spec["envs"], *about["shape"]))
        if about["role"] == "flag" and (values > 1).any():
            raise BridgeError("BAD_DTYPE", name)


@pytest.mark.parametrize("name", ["simple_spread", "simple_tag", "simple_world", "collision"])
def test_recorded_traces_are_reproduced(name):
    trace = json.loads((FOLDER / "traces" / f"{name}.json").read_text())
    environment = particles(trace["env"].removeprefix("mpe/"), 2, **trace["options"])
    environment.reset(everything(2), np.array(trace["seeds"], np.uint64))
    tolerance = {"rtol": 0, "atol": trace["tolerance"]}
    first = environment.set_state(everything(2), [bytes.fromhex(s) for s in trace["states"]])[0]
    np.testing.assert_allclose(first, trace["first_observations"], **tolerance)
    total = np.zeros(3)
    for step, actions in enumerate(trace["actions"]):
        observations, rewards, *_ = environment.step(np.array(actions), everything(2))
        np.testing.assert_allclose(observations, trace["observations"][step], **tolerance)
        np.testing.assert_allclose(rewards, trace["rewards"][step], **tolerance)
        total += rewards[0]
        published = trace.get("published", {}).get(str(step + 1))
        if published:
            np.testing.assert_allclose(observations[0, :, 2:4], published["positions"], **tolerance)
            np.testing.assert_allclose(total, published["cumulative_reward"], **tolerance)
