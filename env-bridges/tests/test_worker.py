"""The worker as a process: whole episodes, refusals, faults, and leaving with its parent."""

import contextlib
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time

import msgpack
import numpy as np
import pytest
import zmq

from cfcql_bridges import registry
from cfcql_bridges.client import BridgeClient, RemoteError
from cfcql_bridges.errors import BridgeError
from cfcql_bridges.faulty import FAULTS
from cfcql_bridges.protocol import encode_header
from support import BRIDGES, everything, particles

F64 = dict.fromkeys(("observations", "rewards", "actions"), "f64")


@pytest.fixture
def client():
    with BridgeClient() as client:
        yield client


def code_of(call, *arguments, **named) -> RemoteError:
    with pytest.raises(RemoteError) as caught:
        call(*arguments, **named)
    return caught.value


def test_an_episode_over_the_wire_equals_the_engine_in_the_process(client):
    spec = client.make("simple_tag", 3, {"prey": "scripted"}, dtypes=F64)
    assert (spec["env"], spec["label"]) == ("mpe/simple_tag", "mpe/simple_tag[prey=scripted-v1]")
    here = particles("simple_tag", 3, prey="scripted")
    seeds = np.array([1, 2**64 - 1, 3], np.uint64)
    np.testing.assert_array_equal(
        client.reset(seeds)["observations"], here.reset(everything(3), seeds)[0]
    )
    generator = np.random.default_rng(0)
    for _ in range(25):
        actions = generator.uniform(-1, 1, (3, 3, 2))
        there = client.step(actions)
        for name, local in zip(spec["step_frames"], here.step(actions, everything(3)), strict=True):
            np.testing.assert_array_equal(there[name], local, err_msg=name)
    assert there["truncated"].all()
    assert client.close() == 0


def test_state_over_the_wire(client):
    client.make("mpe/simple_spread", 2, dtypes=F64)
    first = client.reset([5, 6])["observations"]
    states = client.get_state()
    client.step(np.ones((2, 3, 2)))
    mask = np.array([0, 1], np.uint8)
    again = client.set_state([b"", states[1]], mask)["observations"]
    np.testing.assert_array_equal(again[1], first[1])
    assert code_of(client.set_state, [states[0], states[1]], mask).code == "BAD_SHAPE"


def test_default_dtypes_are_single_precision(client):
    client.make("mpe/simple_spread", 2)
    assert client.reset([0, 1])["observations"].dtype == np.float32
    arrays = client.step(np.zeros((2, 3, 2)))
    assert arrays["rewards"].dtype == np.float32
    assert arrays["episode_return"].dtype == np.float64


def test_hello_tells_versions_and_identity(client):
    assert client.hello["speaks"] == [[1, 0]]
    assert client.hello["pid"] == client.process.pid
    assert client.hello["libraries"]["numpy"] == np.__version__


def test_the_routing_id_stands_on_no_command_line(client):
    shown = subprocess.run(
        ["ps", "-o", "args=", "-p", str(client.process.pid)], capture_output=True, text=True
    ).stdout
    assert "--connect" in shown
    assert client._identity.decode() not in shown
    assert len(client._identity) == 32


@contextlib.contextmanager
def serving(port: int):
    """A worker that calls at a port, as ``cfcql env serve`` starts it."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "cfcql_bridges.worker",
            "--connect",
            f"tcp://127.0.0.1:{port}",
        ],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(BRIDGES / "src")},
    )
    process.stdin.write(b"a" * 64 + b"\n")
    process.stdin.flush()
    try:
        yield process
    finally:
        process.kill()
        process.wait()


GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"GET / HTTP/1.1\r\n\r\n",
        GREETING[:11],
        GREETING,
        GREETING + b"\x06" + b"\xff" * 8,
        GREETING + b"\x02" + b"\x7f" + b"\xff" * 7,
        GREETING + bytes(1 << 20),
    ],
    ids=["nothing", "http", "half", "greeting", "negative", "huge", "zeros"],
)
def test_a_client_that_is_none_stops_no_end(said):
    """Whatever the other side says instead of ZeroMQ, SIGTERM and the parent's end are obeyed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        for end in ("signal", "input"):
            with serving(listener.getsockname()[1]) as worker:
                peer, _ = listener.accept()
                with peer, contextlib.suppress(OSError):
                    peer.sendall(said)
                    peer.recv(10)
                if end == "signal":
                    worker.terminate()
                else:
                    worker.stdin.close()
                assert worker.wait(20) == (-signal.SIGTERM if end == "signal" else 5)


def test_a_refusal_is_shown_on_one_line():
    context = zmq.Context()
    router = context.socket(zmq.ROUTER)
    port = router.bind_to_random_port("tcp://127.0.0.1")
    with serving(port) as worker:
        identity, _ = router.recv_multipart()
        refusal = BridgeError("BAD_TOKEN", "no\r\n\x1b[2J\u202e").fields()
        router.send_multipart([identity, encode_header("ERROR", 0, refusal)])
        assert worker.wait(20) == 4
        assert worker.stderr.read() == (
            b"worker: refused: BAD_TOKEN: no\\u000d\\u000a\\u001b[2J\\u202e\n"
        )
    router.close()
    context.term()


def test_the_worker_leads_a_process_group_of_its_own(client):
    assert os.getpgid(client.process.pid) == client.process.pid != os.getpgid(0)


def test_a_wrong_token_is_refused_and_the_worker_leaves():
    with pytest.raises(BridgeError, match="BAD_TOKEN"):
        BridgeClient(token="a" * 64, expected_token="b" * 64)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "short",
        "Z" * 64,
        "a" * 200,
        "a" * 64 + " ",
        "a" * 64 + " b" * 2,
        "a" * 64 + " " + "b" * 65,
    ],
)
def test_a_token_line_that_is_none_ends_the_worker(token):
    run = subprocess.run(
        [sys.executable, "-m", "cfcql_bridges.worker", "--connect", "tcp://127.0.0.1:1"],
        input=token.encode() + b"\n",
        env=os.environ | {"PYTHONPATH": str(BRIDGES / "src")},
        capture_output=True,
        check=False,
    )
    assert run.returncode == 2
    assert b"token" in run.stderr


@pytest.mark.parametrize("address", ["tcp://192.168.0.1:5", "ipc://x", "tcp://127.0.0.1"])
def test_only_loopback_addresses_are_accepted(address):
    run = command("--connect", address)
    assert run.returncode == 2
    assert "loopback" in run.stderr


def test_another_major_version_ends_the_worker(client):
    client.send_raw([msgpack.packb({"v": [2, 0], "t": "PING", "seq": 1, "ns": 0})])
    header, _ = client.receive("PING")
    assert (header["code"], header["state"]) == ("BAD_VERSION", "exiting")
    assert client.process.wait(10) == 0


@pytest.mark.parametrize(
    ("kind", "fields", "frames", "code"),
    [
        ("NONSENSE", {}, [], "BAD_MESSAGE"),
        ("WELCOME", {"minor": 0, "max_frame_bytes": 1, "max_message_bytes": 1, "deadlines_ms": {},
                     "heartbeat_ms": 0}, [], "BAD_MESSAGE"),
        ("PING", {}, [], "BAD_MESSAGE"),
        ("PING", {"ns": True}, [], "BAD_MESSAGE"),
        ("MAKE", {"env": "faulty/none", "options": {}, "envs": 1, "autoreset": "disabled",
                  "dtypes": {}}, [], "BAD_MESSAGE"),
        ("RESET", {}, [b"\1\1"], "BAD_SHAPE"),
        ("RESET", {}, [b"\1\1", b"\0" * 15], "BAD_SHAPE"),
        ("RESET", {}, [b"\1\2", b"\0" * 16], "BAD_DTYPE"),
        ("STEP", {}, [b"\0" * 32, b"\1\0", b""], "BAD_SHAPE"),
        ("STEP", {}, [b"\0" * 31, b"\1\0"], "BAD_SHAPE"),
        ("STEP", {}, [b"\0" * 32, b"\1\0"], "STEP_BEFORE_RESET"),
        ("STATE_SET", {}, [b"\1\1", b"", b""], "BAD_SHAPE"),
        ("PING", {"ns": 1}, [b""], "BAD_SHAPE"),
        ("PING", {"ns": 1}, [b""] * 100, "BAD_SHAPE"),
    ],
)  # fmt: skip
def test_requests_that_do_not_fit_change_nothing(client, kind, fields, frames, code):
    client.make("faulty/none", 2)
    error = code_of(client.request, kind, fields, frames)
    assert error.code == code
    assert error.header["state"] == "unchanged"
    assert client.reset([0, 1])["observations"].shape == (2, 2, 3)


@pytest.mark.parametrize("steps", [-1, 26, 1 << 31, 1 << 62, -(1 << 63)])
def test_states_whose_episode_is_over_or_has_not_begun_are_refused(client, steps):
    client.make("mpe/simple_spread", 2)
    client.reset([0, 1])
    states = client.get_state()
    client.set_state(states)
    wild = steps.to_bytes(8, "little", signed=True) + states[1][8:]
    error = code_of(client.set_state, [states[0], wild])
    assert (error.code, error.header["state"]) == ("BAD_DTYPE", "unchanged")
    assert str(steps) in error.header["message"]


def test_a_state_with_predators_that_do_not_exist_is_refused(client):
    client.make("mpe/simple_tag_prey", 1)
    client.reset([0])
    (state,) = client.get_state()
    error = code_of(client.set_state, [state[:-8] + b"\x09" + bytes(7)])
    assert (error.code, error.header["state"]) == ("BAD_DTYPE", "unchanged")


def test_headers_that_are_none_are_answered(client):
    for data in (b"", b"\xc1", b"\x93\1\2\3", b"\x80", msgpack.packb({"v": [1, 0], "t": "PING"})):
        client.send_raw([data])
        header, _ = client.receive("PING")
        assert (header["t"], header["code"], header["seq"]) == ("ERROR", "BAD_MESSAGE", 0)


def test_a_sequence_number_that_does_not_grow_is_refused(client):
    client.request("PING", {"ns": 1})
    client._seq = 0
    assert code_of(client.request, "PING", {"ns": 1}).code == "BAD_MESSAGE"


def test_frames_over_the_limit_are_refused():
    with BridgeClient(max_frame_bytes=1000) as client:
        client.make("faulty/none", 2)
        error = code_of(client.request, "RESET", {}, [b"\1\1", b"\0" * 1001])
        assert (error.code, error.header["state"]) == ("TOO_LARGE", "unchanged")
        big = code_of(client.request, "PING", {"ns": 1, "padding": "x" * 70_000})
        assert big.code == "TOO_LARGE"


@pytest.mark.parametrize(
    ("arguments", "code", "suggestion"),
    [
        (("mpe/simple_spred", 1), "UNKNOWN_ENV", "mpe/simple_spread"),
        (("mpe/simple_tag", 1, {"pray": "x"}), "BAD_OPTION", "prey"),
        (("mpe/simple_tag", 1, {"force_exponent": 3}), "BAD_OPTION", None),
        (("mpe/simple_tag", 1, {"integration": 1}), "BAD_OPTION", None),
        (("mpe/simple_tag", 1, {"prey": "/nowhere/prey.pt"}), "MISSING_DEPENDENCY", None),
        (("mpe/simple_tag", 0), "BAD_OPTION", None),
        (("mpe/simple_tag", 1, {}, {"observations": "f16"}), "BAD_OPTION", None),
        (("faulty/make-fails", 1), "MISSING_DEPENDENCY", None),
    ],
)
def test_make_says_what_is_wrong_and_may_be_tried_again(client, arguments, code, suggestion):
    error = code_of(client.make, *arguments)
    assert (error.code, error.suggestion) == (code, suggestion)
    assert error.header["state"] == "unmade"
    assert client.make("mpe/simple_spread", 2, {"force_exponent": "1"})["options"] == {
        "force_exponent": 1,
        "integration": "velocity_first",
    }


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1.0001, -1.0001])
def test_illegal_actions_are_named_by_row_and_agent(client, bad):
    client.make("mpe/simple_spread", 4)
    client.reset([0, 1, 2, 3])
    actions = np.zeros((4, 3, 2))
    actions[2, 1, 0] = bad
    error = code_of(client.step, actions)
    assert (error.code, error.envs, error.agents) == ("ILLEGAL_ACTION", [2], [1])
    assert client.step(actions, [1, 1, 0, 1])["episode_length"].tolist() == [1, 1, 0, 1]


def test_rows_that_ended_must_be_reset(client):
    client.make("faulty/none", 2)
    client.reset([0, 1])
    for _ in range(10):
        last = client.step(np.zeros((2, 2, 2)))
    assert last["truncated"].tolist() == [1, 1]
    error = code_of(client.step, np.zeros((2, 2, 2)), [0, 1])
    assert (error.code, error.envs) == ("STEP_AFTER_END", [1])
    client.reset([0, 7], [0, 1])
    assert client.step(np.zeros((2, 2, 2)), [0, 1])["episode_length"].tolist() == [10, 1]


def test_fingerprints_follow_the_task_and_not_the_shape(client):
    one = client.make("mpe/simple_tag", 1)
    text = "".join(f"{k}={one['fingerprint_of'][k]}\n" for k in sorted(one["fingerprint_of"]))
    assert hashlib.sha256(text.encode()).hexdigest() == one["fingerprint"]
    with BridgeClient() as other:
        many = other.make("mpe/simple_tag", 50, dtypes=F64)
        assert many["fingerprint"] == one["fingerprint"]
    with BridgeClient() as other:
        single = other.make("mpe/simple_tag", 1, {"force_exponent": 1})
        assert single["fingerprint"] != one["fingerprint"]
        assert single["task_fingerprint"] != one["task_fingerprint"]


def test_the_worker_leaves_when_its_standard_input_closes_even_in_a_step_that_hangs(client):
    client.make("faulty/hang", 1, {"at_step": 1})
    client.reset([0])
    client.deadlines_ms["STEP"] = 300
    with pytest.raises(TimeoutError):
        client.step(np.zeros((1, 2, 2)))
    assert client.process.poll() is None
    client.process.stdin.close()
    assert client.process.wait(10) == 5


@pytest.mark.parametrize(("name", "left"), [("cfcql-env-1-x", False), ("somebody-elses", True)])
def test_the_folder_of_a_harness_that_was_killed_is_removed(tmp_path, name, left):
    folder = tmp_path / name
    folder.mkdir()
    (folder / "file").touch()
    worker = subprocess.Popen(
        [sys.executable, "-m", "cfcql_bridges.worker", "--connect", "tcp://127.0.0.1:9"],
        stdin=subprocess.PIPE,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(BRIDGES / "src")},
        start_new_session=True,
    )
    worker.stdin.write(b"0" * 64 + b"\n")
    worker.stdin.close()
    assert worker.wait(20) == 5
    assert folder.exists() == left


def faulty_run(client: BridgeClient, name: str, **options) -> list[dict]:
    spec = client.make(f"faulty/{name}", 2, options)
    assert spec["envs"] == 2
    result = [client.reset([0, 1])]
    result += [client.step(np.zeros((2, 2, 2))) for _ in range(10)]
    return result


def test_the_valid_environment_behaves(client):
    steps = faulty_run(client, "none")[1:]
    assert [step["truncated"].tolist() for step in steps] == [[0, 0]] * 9 + [[1, 1]]
    assert all(np.isfinite(array).all() for step in steps for array in step.values())


EXPECTED_BREACH = {
    "wrong-shape": "BAD_SHAPE",
    "missing-frame": "BAD_SHAPE",
    "extra-frame": "BAD_SHAPE",
    "wrong-seq": "BAD_MESSAGE",
    "wrong-type": "BAD_MESSAGE",
    "garbage-header": "BAD_MESSAGE",
    "raise": "ENV_CRASHED",
    "restarted": "ENV_RESTARTED",
    "make-fails": "MISSING_DEPENDENCY",
}


@pytest.mark.parametrize("name", EXPECTED_BREACH)
def test_faults_that_break_the_protocol_are_noticed(client, name):
    with pytest.raises(BridgeError) as caught:
        faulty_run(client, name)
    assert caught.value.code == EXPECTED_BREACH[name]


LIES = {
    "void": lambda steps: (
        [step["void"].tolist() for step in steps[2:5]] == [[0, 0], [1, 0], [0, 0]]
    ),
    "nan": lambda steps: np.isnan(steps[3]["observations"][0, 0, 0]),
    "nan-reward": lambda steps: np.isnan(steps[3]["rewards"][0, 0]),
    "bad-flag": lambda steps: steps[3]["terminated"][0] == 2,
    "early-end": lambda steps: steps[3]["truncated"][0] == 1,
    "lies-about-length": lambda steps: steps[3]["episode_length"][0] == 4,
    "lies-about-end": lambda steps: steps[10]["truncated"].tolist() == [0, 1],
}


@pytest.mark.parametrize("name", LIES)
def test_lies_look_as_documented(client, name):
    client.make(f"faulty/{name}", 2)
    steps = [client.reset([0, 1])]
    ended = np.zeros(2, np.bool_)
    for _ in range(10):
        steps.append(client.step(np.zeros((2, 2, 2)), ~ended))
        ended |= (steps[-1]["terminated"] != 0) | (steps[-1]["truncated"] != 0)
        ended |= steps[-1].get("void", ended) != 0
    assert LIES[name](steps)
    assert sum(np.isnan(v).sum() for step in steps for v in step.values()) <= 1


@pytest.mark.parametrize(("name", "code"), [("crash", 17), ("abort", -6)])
def test_a_crash_is_an_exit_without_reply(client, name, code):
    client.deadlines_ms["STEP"] = 1500
    with pytest.raises(TimeoutError):
        faulty_run(client, name, at_step=1)
    assert client.process.wait(10) == code


def test_slow_is_slow_and_right(client):
    start = time.monotonic()
    assert len(faulty_run(client, "slow", delay_ms=300)) == 11
    assert time.monotonic() - start > 0.3


def test_faults_at_make(client):
    assert client.make("faulty/lies-about-spec", 2)["envs"] == 3
    prints = []
    for _ in range(2):
        with BridgeClient() as other:
            prints.append(other.make("faulty/changes-fingerprint", 2)["fingerprint"])
    assert prints[0] != prints[1]


def test_a_fault_that_happens_once_is_gone_in_the_next_worker(tmp_path):
    once = str(tmp_path / "struck")
    with BridgeClient() as client, pytest.raises(BridgeError, match="ENV_CRASHED"):
        faulty_run(client, "raise", once=once)
    with BridgeClient() as client:
        assert len(faulty_run(client, "raise", once=once)) == 11


def test_faults_strike_at_the_chosen_episode_and_in_the_reset(client):
    client.make("faulty/raise", 2, {"at_episode": 1, "at_step": 0, "row": 1})
    client.reset([0, 1])
    client.reset([0, 1], [1, 0])
    error = code_of(client.reset, [0, 1], [0, 1])
    assert (error.code, error.envs, error.header["state"]) == ("ENV_CRASHED", [1], "broken")


def test_every_fault_is_documented():
    text = (BRIDGES / "PROTOCOL.md").read_text()
    assert [name for name in FAULTS if f"| `faulty/{name}` |" not in text] == []


def command(*arguments: str, python: tuple[str, ...] = ()) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *python, "-m", "cfcql_bridges.worker", *arguments],
        env=os.environ | {"PYTHONPATH": str(BRIDGES / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_listing_needs_no_package():
    run = command("--list-json", python=("-S",))  # -S: without site-packages
    assert run.returncode == 0, run.stderr
    listing = json.loads(run.stdout)
    families = {family["family"]: family for family in listing["families"]}
    assert set(families) == set(registry.FAMILY_PACKAGES)
    assert families["mpe"]["importable"] is False
    assert "numpy==2.4.6" in families["mpe"]["missing"]
    ids = [entry["id"] for entry in families["mpe"]["environments"]]
    assert ids == [
        "mpe/simple_spread",
        "mpe/simple_tag",
        "mpe/simple_world",
        "mpe/simple_tag_prey",
        "mpe/simple_world_prey",
    ]


def test_the_check_tells_missing_packages_by_exit_code():
    assert json.loads(command("--check-json", "mpe").stdout)["ok"] is True
    without = command("--check-json", "mpe", python=("-S",))
    assert without.returncode == 3
    assert json.loads(without.stdout)["packages"][0] == {
        "name": "numpy",
        "wanted": "2.4.6",
        "found": None,
        "ok": False,
    }
    assert command("--check-json", "smaxx").returncode == 2


def test_a_worker_without_its_packages_names_them():
    run = command("--connect", "tcp://127.0.0.1:1", python=("-S",))
    assert run.returncode == 3
    assert "pyzmq==" in run.stderr


def test_zmq_is_recent_enough_for_routing_ids():
    assert zmq.zmq_version_info() >= (4, 3)
