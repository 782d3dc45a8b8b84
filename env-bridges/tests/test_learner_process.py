"""The process of a learner as a harness sees it, over a socket."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import zmq

from cfcql_learner import wire

BRIDGES = Path(__file__).resolve().parent.parent
EXAMPLE = BRIDGES / "examples" / "linear_cloning.py"
TOKEN = "0123456789abcdef" * 2
WELCOME = {
    "minor": 0,
    "max_frame_bytes": 1 << 20,
    "max_message_bytes": 1 << 22,
    "deadlines_ms": {},
    "heartbeat_ms": 0,
}


class Harness:
    def __init__(self, folder, secrets=f"{TOKEN} me\n", address=None):
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.ROUTER)
        port = self.socket.bind_to_random_port("tcp://127.0.0.1")
        self.process = subprocess.Popen(
            [sys.executable, str(EXAMPLE), "--connect", address or f"tcp://127.0.0.1:{port}"],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(BRIDGES / "src")},
            text=True,
        )
        self.process.stdin.write(secrets)
        self.process.stdin.flush()

    def hear(self):
        assert self.socket.poll(60_000)
        routing, head, *arrays = self.socket.recv_multipart()
        assert routing == b"me"
        return wire.unpack(head), arrays

    def say(self, kind, seq, fields=None):
        self.socket.send_multipart([b"me", wire.header(kind, seq, fields)])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stderr.close()
        self.socket.close(0)
        self.context.term()


def test_it_says_what_it_is_and_ends_when_asked(tmp_path):
    with Harness(tmp_path) as harness:
        hello, _ = harness.hear()
        assert (hello["t"], hello["seq"], hello["role"]) == ("HELLO", 0, "learner")
        assert (hello["token"], hello["name"]) == (TOKEN, "linear-cloning")
        assert hello["branches"] == ["continuous"]
        harness.say("WELCOME", 0, WELCOME)
        harness.say("SAVE", 1)
        assert harness.hear()[0]["code"] == "BAD_MESSAGE"
        harness.say("CLOSE", 2)
        assert harness.hear()[0]["t"] == "CLOSED"
        assert harness.process.wait(60) == 0


def test_it_ends_with_the_one_who_started_it_and_leaves_no_folder(tmp_path):
    folder = tmp_path / "cfcql-env-1-x"
    folder.mkdir()
    with Harness(folder) as harness:
        harness.hear()
        harness.process.stdin.close()
        assert harness.process.wait(60) == 5
        assert not folder.exists()


def test_a_refusal_ends_it(tmp_path):
    with Harness(tmp_path) as harness:
        harness.hear()
        harness.say("ERROR", 0, {"code": "BAD_TOKEN", "message": "another"})
        assert harness.process.wait(60) == 4
        assert "refused: BAD_TOKEN: another" in harness.process.stderr.read()


@pytest.mark.parametrize(
    ("secrets", "address"), [("no token\n", None), (f"{TOKEN} me\n", "tcp://example.org:80")]
)
def test_a_wrong_call_ends_it(tmp_path, secrets, address):
    with Harness(tmp_path, secrets, address) as harness:
        assert harness.process.wait(60) == 2
