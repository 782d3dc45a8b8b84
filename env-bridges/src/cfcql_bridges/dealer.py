"""The worker's end of the link: a ZeroMQ DEALER over a plain socket (RFC 23/ZMTP 3.0, NULL).

libzmq does the same behind a thread of its own, and every message then waits twice for a processor
on its way: a quarter of the time of a short step on an idle machine, more on a busy one.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from collections.abc import Sequence

from cfcql_bridges.protocol import ZMQ_MAX_BYTES

MORE, LONG, COMMAND = 1, 2, 4
SHORT_BYTES = 255
GREETING_BYTES = 64
MECHANISM = b"NULL".ljust(20, b"\0")
GREETING = b"\xff" + bytes(8) + b"\x7f" + b"\3\0" + MECHANISM + bytes(32)
READY, PING, PONG = b"\5READY", b"\4PING", b"\4PONG"
PING_BYTES = len(PING) + 2  # name and time to live; the rest is repeated in the answer
CHUNK_BYTES = 1 << 16
RETRY_S = 0.05


class LinkError(Exception):
    """The other side is not there, has hung up, or does not speak ZeroMQ."""


class Dealer:
    """A connection to one ROUTER, which knows it by ``identity``; used by one thread."""

    def __init__(self, host: str, port: int, identity: bytes, patience_s: float):
        """Connect, again and again until somebody has greeted, for ``patience_s`` at most."""
        end = time.monotonic() + patience_s
        while True:
            try:
                self._connect(host, port, identity, max(RETRY_S, end - time.monotonic()))
                return
            except (LinkError, OSError) as problem:
                if time.monotonic() + RETRY_S > end:
                    raise LinkError(f"no ROUTER at {host}:{port} ({problem})") from problem
                time.sleep(RETRY_S)

    def _connect(self, host: str, port: int, identity: bytes, patience_s: float) -> None:
        self._arrived, self._at = b"", 0
        self._wait_until(patience_s)
        self._socket = socket.create_connection((host, port), patience_s)
        try:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ready = READY + _property(b"Socket-Type", b"DEALER") + _property(b"Identity", identity)
            self._socket.sendall(GREETING + bytes((COMMAND, len(ready))) + ready)
            greeting = self._take(GREETING_BYTES)
            if greeting[:1] != b"\xff" or greeting[10] < 3 or greeting[12:32] != MECHANISM:
                raise LinkError("it speaks no ZMTP 3 with mechanism NULL")
            flags, body = self._frame()
            if not (flags & COMMAND and body.startswith(READY)):
                raise LinkError("it is not ready for anybody")
        except BaseException:
            self._socket.close()
            raise

    def receive(self, patience_s: float | None = None) -> list[bytes] | None:
        """The frames of the next message; None if none has come within ``patience_s``, and one that
        had begun is lost then.
        """
        self._wait_until(patience_s)
        frames = []
        try:
            while True:
                flags, body = self._frame()
                if flags & COMMAND:
                    self._answer(body)
                    continue
                frames.append(body)
                if not flags & MORE:
                    return frames
        except TimeoutError:
            return None
        except OSError as problem:
            raise LinkError(str(problem)) from problem

    def send(self, frames: Sequence[bytes]) -> None:
        """Send a message; returns when the machine has taken all of it."""
        last = len(frames) - 1
        try:
            self._socket.settimeout(None)
            self._socket.sendall(
                b"".join(
                    part
                    for index, frame in enumerate(frames)
                    for part in (_head(MORE if index < last else 0, len(frame)), frame)
                )
            )
        except OSError as problem:
            raise LinkError(str(problem)) from problem

    def close(self) -> None:
        """Hang up; what was sent still arrives."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
        self._socket.close()

    def _wait_until(self, patience_s: float | None) -> None:
        """What is read from here on has to arrive within ``patience_s``, all of it together."""
        self._end = None if patience_s is None else time.monotonic() + patience_s

    def _left_s(self) -> float | None:
        if self._end is None:
            return None
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("nothing has come in time")
        return left

    def _answer(self, command: bytes) -> None:
        if command.startswith(PING):
            answer = PONG + command[PING_BYTES:]
            self._socket.sendall(_head(COMMAND, len(answer)) + answer)

    def _frame(self) -> tuple[int, bytes]:
        head = self._take(2)
        flags, size = head
        if flags & ~(MORE | LONG | COMMAND):
            raise LinkError(f"a frame with flags {flags}")
        if flags & LONG:
            (size,) = struct.unpack(">Q", head[1:] + self._take(7))
        if size > ZMQ_MAX_BYTES:
            raise LinkError(f"a frame of {size} bytes; at most {ZMQ_MAX_BYTES}")
        return flags, self._take(size)

    def _take(self, size: int) -> bytes:
        if self._at + size > len(self._arrived):
            self._fill(size)
        start, self._at = self._at, self._at + size
        return self._arrived[start : self._at]

    def _fill(self, size: int) -> None:
        """Wait until ``size`` bytes are there; memory grows with what has arrived."""
        parts = [self._arrived[self._at :]]
        there = len(parts[0])
        self._arrived, self._at = parts[0], 0
        try:
            while there < size:
                self._socket.settimeout(self._left_s())
                part = self._socket.recv(max(CHUNK_BYTES, min(size - there, 16 * CHUNK_BYTES)))
                if not part:
                    raise LinkError("it has hung up")
                parts.append(part)
                there += len(part)
        finally:
            self._arrived = b"".join(parts)


def _head(flags: int, size: int) -> bytes:
    if size <= SHORT_BYTES:
        return bytes((flags, size))
    return struct.pack(">BQ", flags | LONG, size)


def _property(name: bytes, value: bytes) -> bytes:
    return bytes((len(name),)) + name + struct.pack(">I", len(value)) + value
