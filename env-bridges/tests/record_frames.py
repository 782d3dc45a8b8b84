"""Writes ``recorded-frames/`` (PROTOCOL.md section 10): ``python tests/record_frames.py``.

Run it only when the protocol changes: the files are the frozen bytes that both sides are tested on.
"""

import json
import struct
import sys
from pathlib import Path

import msgpack
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import golden
from cfcql_bridges.errors import BridgeError
from cfcql_bridges.mpe.environment import make
from cfcql_bridges.mpe.scenarios import SCENARIOS
from cfcql_bridges.options import resolve
from cfcql_bridges.protocol import (
    DTYPES,
    REPLY_FIELDS,
    REQUEST_FIELDS,
    Limits,
    array_frame,
    decode_header,
    encode_header,
)
from cfcql_bridges.registry import find
from cfcql_bridges.session import Session

FOLDER = Path(__file__).resolve().parents[1] / "recorded-frames"
ENVS = 2
NS = 123_456
U8, U64, F32 = (DTYPES[name] for name in ("u8", "u64", "f32"))
FULL = np.ones(ENVS, np.uint8)
SEEDS = np.array([1, 2**64 - 1], np.uint64)
ACTIONS = (np.arange(12).reshape(2, 3, 2) - 5.5) / 6.0

MESSAGES: list[dict] = []


def describe_array(name: str, dtype: str, frame: bytes) -> dict:
    if dtype == "bytes":
        return {"name": name, "dtype": dtype, "shape": [len(frame)], "hex": frame.hex()}
    values = np.frombuffer(frame, DTYPES[dtype])
    listed = [str(v) for v in values] if dtype == "u64" else values.tolist()
    return {"name": name, "dtype": dtype, "values": listed}


def plain(value):
    """JSON form of a header value: integers and floats stay apart, big integers exact."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return value if abs(value) <= 2**53 else {"$u64": str(value)}
    if isinstance(value, float):
        return {"$f64": repr(value)} if value.is_integer() else value
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value]


def save(name: str, frames: list[bytes]) -> str:
    data = struct.pack("<I", len(frames))
    data += b"".join(struct.pack("<I", len(frame)) + frame for frame in frames)
    (FOLDER / f"{name}.bin").write_bytes(data)
    return f"{name}.bin"


def valid(name: str, direction: str, frames: list[bytes], arrays=(), answers=None) -> None:
    """Record a message; ``arrays`` gives (name, dtype, shape) per array frame."""
    expected = REPLY_FIELDS if direction == "to_harness" else REQUEST_FIELDS | REPLY_FIELDS
    header = decode_header(frames[0], expected)
    listed = []
    for (array, dtype, shape), frame in zip(arrays, frames[1:], strict=True):
        listed.append(describe_array(array, dtype, frame))
        if dtype != "bytes":
            listed[-1] = {**listed[-1], "shape": list(shape)}
    message = {
        "file": save(name, frames),
        "direction": direction,
        "type": header["t"],
        "header": plain(header),
        "arrays": listed,
        "valid": True,
        "canonical": True,
    }
    if answers:
        message["answers"] = f"{answers}.bin"
    MESSAGES.append(message)


def invalid(name: str, direction: str, frames: list[bytes], code: str, why: str) -> None:
    MESSAGES.append(
        {
            "file": save(name, frames),
            "direction": direction,
            "valid": False,
            "canonical": False,
            "error": code,
            "why": why,
        }
    )


def fixed_time(frames: list[bytes]) -> list[bytes]:
    header = msgpack.unpackb(frames[0])
    for key in ("ns", "worker_ns"):
        if key in header and header["t"] != "PING":
            header[key] = NS
    return [msgpack.packb(header), *frames[1:]]


def record_greeting() -> None:
    hello = {
        "role": "env-worker",
        "token": "00112233445566778899aabbccddeeff" * 2,
        "speaks": [[1, 0]],
        "pid": 4242,
        "package": "0.1.0",
        "python": "CPython 3.11.7",
        "libraries": {"numpy": "2.4.6", "pyzmq": "27.3.0", "msgpack": "1.2.4", "libzmq": "4.3.5"},
    }
    valid("hello", "to_harness", [encode_header("HELLO", 0, hello)])
    welcome = {
        "minor": 0,
        "max_frame_bytes": 64 << 20,
        "max_message_bytes": 256 << 20,
        "deadlines_ms": {"MAKE": 300_000, "RESET": 30_000, "STEP": 10_000},
        "heartbeat_ms": 0,
    }
    valid("welcome", "to_worker", [encode_header("WELCOME", 0, welcome)])
    error = BridgeError("BAD_TOKEN", "HELLO carries another token than was given")
    valid("refusal", "to_worker", [encode_header("ERROR", 0, error.fields())])


def ask(session: Session, name: str, frames: list[bytes], arrays, reply: str, reply_arrays):
    """Record a request and the session's answer to it."""
    valid(name, "to_worker", frames, arrays)
    answer = fixed_time(session.handle(frames))
    valid(reply, "to_harness", answer, reply_arrays, answers=name)
    return answer


def record_session() -> None:
    session = Session(Limits())
    make_fields = {
        "env": "mpe/simple_spread",
        "options": {"force_exponent": 2},
        "envs": ENVS,
        "autoreset": "disabled",
        "dtypes": {"observations": "f32"},
    }
    spec = ask(session, "make", [encode_header("MAKE", 1, make_fields)], (), "spec", ())
    about = msgpack.unpackb(spec[0])
    by_name = {array["name"]: array for array in about["arrays"]}

    def listed(order: str):
        return [(n, by_name[n]["dtype"], [ENVS, *by_name[n]["shape"]]) for n in about[order]]

    mask = ("mask", "u8", [ENVS])
    reset = [encode_header("RESET", 2), array_frame(FULL, U8), array_frame(SEEDS, U64)]
    ask(session, "reset", reset, (mask, ("seeds", "u64", [ENVS])), "reset_ok",
        listed("reset_frames"))  # fmt: skip
    step_arrays = (("actions", "f32", [ENVS, 3, 2]), ("active", "u8", [ENVS]))
    step = [encode_header("STEP", 3), array_frame(ACTIONS, F32), array_frame(FULL, U8)]
    ask(session, "step", step, step_arrays, "step_ok", listed("step_frames"))
    states = [(f"state_{row}", "bytes", None) for row in range(ENVS)]
    answer = ask(session, "state_get", [encode_header("STATE_GET", 4)], (), "state_get_ok", states)
    second = np.array([0, 1], np.uint8)
    put = [encode_header("STATE_SET", 5), array_frame(second, U8), b"", answer[2]]
    ask(session, "state_set", put, (mask, *states), "state_set_ok", listed("reset_frames"))
    ask(session, "ping", [encode_header("PING", 6, {"ns": 2**62})], (), "pong", ())
    illegal = ACTIONS.copy()
    illegal[1, 2, 0] = 1.5
    frames = [encode_header("STEP", 7), array_frame(illegal, F32), array_frame(FULL, U8)]
    ask(session, "step_illegal", frames, step_arrays, "error_illegal_action", ())
    ask(session, "close", [encode_header("CLOSE", 8)], (), "closed", ())


def record_line_session() -> None:
    """Numbered actions with a mask, a team reward, observations that follow from the state."""
    session = Session(Limits())
    fields = {"env": "equal_line/3", "options": {"episode_limit": 2}, "envs": ENVS,
              "autoreset": "disabled", "dtypes": {}}  # fmt: skip
    spec = ask(session, "line_make", [encode_header("MAKE", 1, fields)], (), "line_spec", ())
    about = msgpack.unpackb(spec[0])
    by_name = {array["name"]: array for array in about["arrays"]}

    def listed(order: str):
        return [(n, by_name[n]["dtype"], [ENVS, *by_name[n]["shape"]]) for n in about[order]]

    rows = (("mask", "u8", [ENVS]), ("seeds", "u64", [ENVS]))
    reset = [encode_header("RESET", 2), array_frame(FULL, U8), array_frame(SEEDS, U64)]
    ask(session, "line_reset", reset, rows, "line_reset_ok", listed("reset_frames"))
    step_arrays = (("actions", "i32", [ENVS, 3]), ("active", "u8", [ENVS]))

    def step(seq: int, actions: list, active: list) -> list[bytes]:
        frames = [array_frame(actions, DTYPES["i32"]), array_frame(active, U8)]
        return [encode_header("STEP", seq), *frames]

    first = step(3, [[0, 5, 10], [11, -1, 99]], [1, 0])  # what an inactive row holds is not read
    ask(session, "line_step", first, step_arrays, "line_step_ok", listed("step_frames"))
    illegal = step(4, [[0, 5, 10], [0, 11, 0]], [1, 1])
    ask(session, "line_step_illegal", illegal, step_arrays, "line_error_illegal_action", ())
    last = step(5, [[1, 2, 3], [4, 5, 6]], [1, 1])
    ask(session, "line_step_last", last, step_arrays, "line_step_last_ok", listed("step_frames"))
    over = step(6, [[0, 0, 0], [0, 0, 0]], [1, 1])
    ask(session, "line_step_over", over, step_arrays, "line_error_step_after_end", ())
    ask(session, "line_close", [encode_header("CLOSE", 7)], (), "line_closed", ())


def record_variety() -> None:
    fields = {
        "env": "mpe/simple_tag",
        "options": {"prey": "/models/pr\u00e9y.pt", "flag": True, "count": 300, "share": 2.0,
                    "small": -0.1, "negative": -200},
        "envs": 65_536,
        "autoreset": "disabled",
        "dtypes": {"observations": "f64", "state": "f64", "rewards": "f64", "actions": "f64"},
    }  # fmt: skip
    valid("make_types", "to_worker", [encode_header("MAKE", 2**32, fields)])
    extra = {"ns": 0, "later_minor": {"nested": [None, 1, "x"]}}
    valid("ping_unknown_key", "to_worker", [encode_header("PING", 9, extra)])
    error = BridgeError(
        "BAD_OPTION", "mpe/simple_tag has no option pray; did you mean prey?", suggestion="prey"
    )
    valid("error_bad_option", "to_harness", [encode_header("ERROR", 1, error.fields())])
    error = BridgeError(
        "MISSING_DEPENDENCY", "smax needs packages", packages=["jax==0.10.2", "jaxmarl==0.2.0"]
    )
    valid("error_missing", "to_harness", [encode_header("ERROR", 1, error.fields())])
    error = BridgeError("ENV_CRASHED", "it raised RuntimeError: on purpose", envs=[0, 1])
    trace = "Traceback (most recent call last):\nRuntimeError: on purpose \u2713\n".encode()
    valid(
        "error_crashed",
        "to_harness",
        [encode_header("ERROR", 12, error.fields()), trace],
        [("traceback", "bytes", None)],
    )


def record_invalid_requests() -> None:
    """Each is sent to a session with E = 2 in which both rows run and the last seq is 2."""

    def bad(name: str, frames: list[bytes], code: str, why: str) -> None:
        invalid(f"bad_{name}", "to_worker", frames, code, why)

    envelope = {"v": [1, 0], "t": "PING", "seq": 7, "ns": 1}
    bad("empty_header", [b""], "BAD_MESSAGE", "the header has no bytes")
    bad("garbage", [b"\xc1\xff"], "BAD_MESSAGE", "the header is not MessagePack")
    bad("not_a_map", [msgpack.packb([1, 2])], "BAD_MESSAGE", "the header is an array")
    bad("trailing", [msgpack.packb(envelope) + b"\0"], "BAD_MESSAGE", "bytes after the map")
    bad("cut", [msgpack.packb(envelope)[:-1]], "BAD_MESSAGE", "the map is cut short")
    twice = msgpack.packb(envelope)
    twice = b"\x85" + twice[1:] + msgpack.packb("ns") + msgpack.packb(2)
    bad("key_twice", [twice], "BAD_MESSAGE", "the key ns occurs twice")
    for key in ("v", "t", "seq", "ns"):
        cut = {k: v for k, v in envelope.items() if k != key}
        bad(f"without_{key}", [msgpack.packb(cut)], "BAD_MESSAGE", f"the field {key} is missing")
    values = {"major": ("v", [2, 0]), "version": ("v", "1.0"), "type": ("t", "DANCE"),
              "seq": ("seq", -1), "old_seq": ("seq", 2), "ns_type": ("ns", "1"),
              "ns_bool": ("ns", True), "ns_float": ("ns", 1.0)}  # fmt: skip
    for name, (key, value) in values.items():
        code = "BAD_VERSION" if name == "major" else "BAD_MESSAGE"
        frames = [msgpack.packb(envelope | {key: value})]
        bad(f"value_{name}", frames, code, f"the field {key} is {value!r}")
    bad("binary", [msgpack.packb(envelope | {"x": b"1"})], "BAD_MESSAGE", "a value of type binary")
    extension = msgpack.packb(envelope | {"x": msgpack.ExtType(5, b"1")})
    bad("extension", [extension], "BAD_MESSAGE", "a value of an extension type")
    number_key = b"\x85" + msgpack.packb(envelope)[1:] + msgpack.packb(1) + msgpack.packb(2)
    bad("number_key", [number_key], "BAD_MESSAGE", "a key that is no string")
    deep: object = 1
    for _ in range(9):
        deep = [deep]
    bad("deep", [msgpack.packb(envelope | {"x": deep})], "BAD_MESSAGE", "nested too deep")
    long = msgpack.packb(envelope | {"x": ["y" * 10_000] * 7})
    bad("long_header", [long], "TOO_LARGE", "a header of more than 64 KiB")
    string = msgpack.packb(envelope | {"x": "y" * 16_385})
    bad("long_string", [string], "BAD_MESSAGE", "a string of more than 16 KiB")
    bad("make_again", [encode_header("MAKE", 7, {"env": "mpe/simple_spread", "options": {},
        "envs": 2, "autoreset": "disabled", "dtypes": {}})], "BAD_MESSAGE",
        "MAKE after a successful MAKE")  # fmt: skip
    mask, seeds = array_frame(FULL, U8), array_frame(SEEDS, U64)
    head = encode_header("RESET", 7)
    bad("reset_frames", [head, mask], "BAD_SHAPE", "the seeds are missing")
    bad("reset_seeds", [head, mask, seeds[:-1]], "BAD_SHAPE", "the seeds are one byte short")
    bad("reset_mask", [head, b"\1\2", seeds], "BAD_DTYPE", "a mask byte is 2")
    head, actions = encode_header("STEP", 7), array_frame(ACTIONS, F32)
    bad("step_extra", [head, actions, mask, b""], "BAD_SHAPE", "one frame too many")
    bad("step_f64", [head, array_frame(ACTIONS, DTYPES["f64"]), mask], "BAD_SHAPE",
        "actions in f64 where SPEC says f32")  # fmt: skip
    nan = ACTIONS.copy()
    nan[0, 0, 0] = np.nan
    bad("step_nan", [head, array_frame(nan, F32), mask], "ILLEGAL_ACTION", "an action is NaN")


def record_invalid_replies() -> None:
    """Replies that a harness must refuse, in place of step_ok.bin (seq 3)."""
    data = (FOLDER / "step_ok.bin").read_bytes()
    good = split(data)

    def bad(name: str, frames: list[bytes], code: str, why: str) -> None:
        invalid(f"bad_reply_{name}", "to_harness", frames, code, why)

    bad("garbage", [b"\xc1\xff", *good[1:]], "BAD_MESSAGE", "the header is not MessagePack")
    bad("without_ns", [encode_header("STEP_OK", 3), *good[1:]], "BAD_MESSAGE", "ns is missing")
    other = [encode_header("STEP_OK", 4, {"ns": NS}), *good[1:]]
    bad("seq", other, "BAD_MESSAGE", "seq is 4 where 3 is awaited")
    kind = [encode_header("PONG", 3, {"ns": NS, "worker_ns": NS})]
    bad("type", kind, "BAD_MESSAGE", "PONG where STEP_OK is awaited")
    major = msgpack.packb({"v": [2, 0], "t": "STEP_OK", "seq": 3, "ns": NS})
    bad("major", [major, *good[1:]], "BAD_VERSION", "another major version")
    bad("short", [good[0], good[1][:-4], *good[2:]], "BAD_SHAPE", "observations one value short")
    bad("missing", good[:-1], "BAD_SHAPE", "the last frame is missing")
    bad("extra", [*good, b"\0"], "BAD_SHAPE", "one frame too many")
    terminated = 3
    flag = [*good[:terminated], b"\2\0", *good[terminated + 1 :]]
    bad("flag", flag, "BAD_DTYPE", "terminated is 2 in row 0")


def split(data: bytes) -> list[bytes]:
    """The frames of a ``.bin``."""
    (count,) = struct.unpack_from("<I", data)
    offset, frames = 4, []
    for _ in range(count):
        (length,) = struct.unpack_from("<I", data, offset)
        frames.append(data[offset + 4 : offset + 4 + length])
        offset += 4 + length
    if offset != len(data):
        raise ValueError(f"{len(data) - offset} bytes after the last frame")
    return frames


def record_trace(name: str) -> None:
    """An episode in float64: row 0 from published start and actions, row 1 at random.

    Source: docs/specification/environments.md 13.1.
    """
    _, entry = find(f"mpe/{name}")
    dtypes = dict.fromkeys(("observations", "state", "rewards", "actions"), "f64")
    options = {} if name == "simple_spread" else {"prey": "scripted"}
    environment = make(entry.id, resolve(entry.options, options, entry.id), ENVS, dtypes)
    everything = np.ones(ENVS, np.bool_)
    seeds = np.array([3, 4], np.uint64)
    environment.reset(everything, seeds)
    environment.engine.positions[:, :, 0] = np.array(golden.STARTS[name]).T
    states = environment.get_state()
    generator = np.random.default_rng(5)
    trace = {
        "env": entry.id,
        "options": options,
        "dtypes": dtypes,
        "seeds": [str(seed) for seed in seeds],
        "states": [state.hex() for state in states],
        "tolerance": 1e-8,
        "first_observations": environment.set_state(everything, states)[0].tolist(),
        "actions": [],
        "observations": [],
        "rewards": [],
    }
    for step in range(1, 26):
        actions = np.stack([golden.formula(step, 3), generator.uniform(-1, 1, (3, 2))])
        observations, rewards, *_ = environment.step(actions, everything)
        for key, value in (("actions", actions), ("observations", observations),
                           ("rewards", rewards)):  # fmt: skip
            trace[key].append(value.tolist())
    if name == "simple_spread":
        trace["published"] = {
            str(step): {"positions": positions, "cumulative_reward": reward}
            for (scenario, step), (positions, reward) in golden.OMAR.items()
            if scenario == name
        }
    (FOLDER / "traces").mkdir(exist_ok=True)
    (FOLDER / "traces" / f"{name}.json").write_text(json.dumps(trace) + "\n")


def record_collision() -> None:
    """Two of three agents overlap and push against each other, the third moves alone: by hand.

    At a distance of 0.25 agents of radius 0.15 overlap by 0.05 and repel each other with a force
    of 5, which is what a control of 1 gives: they stand still. The contact is softened by less
    than 1e-20 there. Row 1 is row 0 with agents 0 and 2 exchanged, so that no order is left out.
    """
    places = {0: (0.0, 0.0), 1: (0.25, 0.0), 2: (-1.0, 0.5)}
    landmarks = [(0.05, 0.0), (-1.0, 0.75), (0.25, -0.25)]
    controls = {0: (1.0, 0.0), 1: (-1.0, 0.0), 2: (0.0, 1.0)}
    orders = [(0, 1, 2), (2, 1, 0)]
    dtypes = dict.fromkeys(("observations", "state", "rewards", "actions"), "f64")

    def seen(order: tuple, height: float, speed: float) -> list:
        at = places | {2: (-1.0, height)}
        moving = {0: (0.0, 0.0), 1: (0.0, 0.0), 2: (0.0, speed)}
        rows = []
        for me in order:
            others = [it for it in order if it != me]
            targets = [*landmarks, *(at[it] for it in others)]
            relative = [x - y for it in targets for x, y in zip(it, at[me], strict=True)]
            rows.append([*moving[me], *at[me], *relative, 0.0, 0.0, 0.0, 0.0])
        return rows

    def state(order: tuple) -> str:
        positions = [x for it in [*(places[i] for i in order), *landmarks] for x in it]
        return struct.pack("<qd18d", 0, 0.0, *positions, *([0.0] * 6)).hex()

    trace = {
        "env": "mpe/simple_spread",
        "options": {},
        "dtypes": dtypes,
        "seeds": ["3", "4"],
        "states": [state(order) for order in orders],
        "tolerance": 1e-12,
        "first_observations": [seen(order, 0.5, 0.0) for order in orders],
        "actions": [],
        "observations": [],
        "rewards": [],
    }
    height, speed = 0.5, 0.0
    for _ in range(4):
        speed = 0.75 * speed + 0.5
        height += 0.1 * speed
        # Nearest agents: 0.05 away, which counts 10; above or below the third; 0.25 away.
        gain = 10 + min(1 / abs(height - 0.75), 10) + 1 / 0.25
        worth = {0: gain - 5, 1: gain - 5, 2: gain}
        trace["actions"].append([[controls[it] for it in order] for order in orders])
        trace["observations"].append([seen(order, height, speed) for order in orders])
        trace["rewards"].append([[worth[it] for it in order] for order in orders])
    (FOLDER / "traces" / "collision.json").write_text(json.dumps(trace) + "\n")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    record_greeting()
    record_session()
    record_variety()
    record_invalid_requests()
    record_invalid_replies()
    record_line_session()
    manifest = {"protocol": [1, 0], "messages": MESSAGES}
    text = json.dumps(manifest, indent=1, ensure_ascii=False)
    (FOLDER / "manifest.json").write_text(text + "\n", encoding="utf-8")
    for name in SCENARIOS:
        record_trace(name)
    record_collision()
    print(f"{len(MESSAGES)} messages in {FOLDER}")


if __name__ == "__main__":
    main()
