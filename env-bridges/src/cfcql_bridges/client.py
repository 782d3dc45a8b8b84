"""The harness' side of the bridge in Python: starts one worker and talks to it.

For tests and small tools; the harness proper is the Java client. Checks what PROTOCOL.md section 8
asks of the harness as far as message forms go.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import zmq

from cfcql_bridges.errors import BridgeError
from cfcql_bridges.options import Scalar
from cfcql_bridges.protocol import (
    DEFAULT_MAX_FRAME_BYTES,
    DEFAULT_MAX_MESSAGE_BYTES,
    DTYPES,
    REPLY_FIELDS,
    TO_HARNESS_HEADER_BYTES,
    ZMQ_MAX_BYTES,
    Limits,
    array_frame,
    decode_header,
    encode_header,
    read_array,
)

DEADLINES_MS = {
    "HELLO": 30_000,
    "MAKE": 300_000,
    "RESET": 30_000,
    "STEP": 10_000,
    "STATE_GET": 10_000,
    "STATE_SET": 10_000,
    "PING": 5_000,
    "CLOSE": 5_000,
}
REPLIES = {"MAKE": "SPEC", "PING": "PONG", "CLOSE": "CLOSED"}


class RemoteError(BridgeError):
    """An ERROR that the worker sent."""

    def __init__(self, header: dict):
        super().__init__(
            header["code"],
            header["message"],
            envs=header["envs"],
            agents=header["agents"],
            packages=header["packages"],
            suggestion=header.get("suggestion"),
        )
        self.header = header


class BridgeClient:
    """One worker process and its conversation; a context manager.

    ``token`` is what the worker is given, ``expected_token`` what its HELLO must carry (for tests).
    """

    def __init__(
        self,
        *,
        identity: str | None = None,
        max_frame_bytes: int = DEFAULT_MAX_FRAME_BYTES,
        token: str | None = None,
        expected_token: str | None = None,
        deadlines_ms: Mapping[str, int] | None = None,
    ):
        self.deadlines_ms = DEADLINES_MS | dict(deadlines_ms or {})
        self.spec: dict = {}
        self.hello: dict = {}
        self._limits = Limits(TO_HARNESS_HEADER_BYTES, max_frame_bytes, DEFAULT_MAX_MESSAGE_BYTES)
        self._seq = 0
        identity = secrets.token_hex(16) if identity is None else identity
        self._identity = identity.encode()
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.ROUTER)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.MAXMSGSIZE, ZMQ_MAX_BYTES)
        port = self._socket.bind_to_random_port("tcp://127.0.0.1")
        token = secrets.token_hex(32) if token is None else token
        self.process = _start(port, identity, token)
        try:
            self._greet(expected_token or token)
        except BaseException:
            self.kill()
            raise

    def __enter__(self) -> BridgeClient:
        return self

    def __exit__(self, *_) -> None:
        self.kill()

    def make(
        self,
        env: str,
        envs: int = 1,
        options: Mapping[str, Scalar] | None = None,
        dtypes: Mapping[str, str] | None = None,
    ) -> dict:
        """MAKE; the result is SPEC, kept as ``spec``."""
        fields = {
            "env": env,
            "options": dict(options or {}),
            "envs": envs,
            "autoreset": "disabled",
            "dtypes": dict(dtypes or {}),
        }
        header, _ = self.request("MAKE", fields)
        self.spec = header
        return header

    def reset(self, seeds, mask=None) -> dict[str, np.ndarray]:
        """RESET of the rows of ``mask`` (all by default); arrays by name."""
        mask = np.ones(self.spec["envs"], np.uint8) if mask is None else mask
        frames = [array_frame(mask, DTYPES["u8"]), array_frame(seeds, DTYPES["u64"])]
        _, arrays = self.request("RESET", {}, frames)
        return self._read(arrays, "reset_frames")

    def step(self, actions, active=None) -> dict[str, np.ndarray]:
        """STEP of the rows of ``active`` (all by default); arrays by name."""
        active = np.ones(self.spec["envs"], np.uint8) if active is None else active
        dtype = DTYPES[self._descriptor("actions")["dtype"]]
        frames = [array_frame(actions, dtype), array_frame(active, DTYPES["u8"])]
        _, arrays = self.request("STEP", {}, frames)
        return self._read(arrays, "step_frames")

    def get_state(self) -> list[bytes]:
        """STATE_GET; the bytes of each row."""
        return self.request("STATE_GET")[1]

    def set_state(self, states: list[bytes], mask=None) -> dict[str, np.ndarray]:
        """STATE_SET of the rows of ``mask`` (all by default)."""
        mask = np.ones(self.spec["envs"], np.uint8) if mask is None else mask
        frames = [array_frame(mask, DTYPES["u8"]), *states]
        return self._read(self.request("STATE_SET", {}, frames)[1], "reset_frames")

    def close(self) -> int:
        """CLOSE; the exit code of the worker."""
        self.request("CLOSE")
        return self.process.wait(10)

    def kill(self) -> None:
        """End the worker's process group and let go of the socket."""
        if self.process.poll() is None:
            self.process.kill()
            # The group exists once the worker has made itself its leader.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        self.process.stdin.close()
        self._socket.close()
        self._context.term()

    def request(
        self, kind: str, fields: Mapping | None = None, frames: list[bytes] = ()
    ) -> tuple[dict, list[bytes]]:
        """Send a request and wait for its reply: header and array frames.

        Raises `RemoteError` for an ERROR, `TimeoutError` past the deadline, `BridgeError` for a
        reply that breaks the protocol.
        """
        self._seq += 1
        self.send_raw([encode_header(kind, self._seq, dict(fields or {})), *frames])
        header, arrays = self.receive(kind)
        if header["t"] == "ERROR":
            raise RemoteError(header)
        if header["seq"] != self._seq:
            raise BridgeError(
                "BAD_MESSAGE", f"reply has seq {header['seq']}; {self._seq} is expected"
            )
        expected = REPLIES.get(kind, f"{kind}_OK")
        if header["t"] != expected:
            raise BridgeError("BAD_MESSAGE", f"{kind} answered by {header['t']}, not {expected}")
        return header, arrays

    def send_raw(self, frames: list[bytes]) -> None:
        """Send frames as they are."""
        self._socket.send_multipart([self._identity, *frames])

    def receive(self, kind: str) -> tuple[dict, list[bytes]]:
        """Wait for one message within the deadline of ``kind``; header and array frames."""
        if not self._socket.poll(self._deadline(kind)):
            raise TimeoutError(f"no reply to {kind} within {self._deadline(kind)} ms")
        identity, *frames = self._socket.recv_multipart()
        if identity != self._identity:
            raise BridgeError("BAD_MESSAGE", f"message of {identity!r}, not {self._identity!r}")
        self._limits.check(frames, self.spec.get("envs", 1))
        return decode_header(frames[0], REPLY_FIELDS), frames[1:]

    def _deadline(self, kind: str) -> int:
        return self.deadlines_ms.get(kind, 10_000)

    def _greet(self, token: str) -> None:
        self.hello, _ = self.receive("HELLO")
        if self.hello["t"] != "HELLO":
            raise BridgeError("BAD_MESSAGE", f"first message is {self.hello['t']}, not HELLO")
        error = None
        if not hmac.compare_digest(self.hello["token"], token):
            error = BridgeError("BAD_TOKEN", "HELLO carries another token than was given")
        elif [1, 0] not in self.hello["speaks"]:
            error = BridgeError("BAD_VERSION", f"worker speaks {self.hello['speaks']}, not [1, 0]")
        if error:
            self.send_raw([encode_header("ERROR", 0, error.fields())])
            self.process.wait(10)
            raise error
        fields = {
            "minor": 0,
            "max_frame_bytes": self._limits.frame_bytes,
            "max_message_bytes": self._limits.message_bytes,
            "deadlines_ms": self.deadlines_ms,
            "heartbeat_ms": 0,
        }
        self.send_raw([encode_header("WELCOME", 0, fields)])

    def _descriptor(self, name: str) -> dict:
        return next(array for array in self.spec["arrays"] if array["name"] == name)

    def _read(self, frames: list[bytes], order: str) -> dict[str, np.ndarray]:
        names = self.spec[order]
        if len(frames) != len(names):
            raise BridgeError("BAD_SHAPE", f"{len(frames)} array frames; expected {names}")
        arrays = {}
        for name, frame in zip(names, frames, strict=True):
            about = self._descriptor(name)
            shape = (self.spec["envs"], *about["shape"])
            arrays[name] = read_array(frame, name, DTYPES[about["dtype"]], shape)
        return arrays


def _start(port: int, identity: str, token: str) -> subprocess.Popen:
    sources = str(Path(__file__).resolve().parents[1])
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "cfcql_bridges.worker",
            "--connect",
            f"tcp://127.0.0.1:{port}",
        ],
        stdin=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": sources},
    )
    process.stdin.write(f"{token} {identity}\n".encode())
    process.stdin.flush()
    return process
