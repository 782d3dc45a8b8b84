"""A TCP proxy between environment workers and the harness, which can lose, delay and damage.

The interpreter of the soak's own virtual environment is a script: it asks the proxy for a port in
front of the harness' and starts the real interpreter with that address.
"""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

WRAPPER = """#!/usr/bin/env python3
import os, socket, sys
arguments = sys.argv[1:]
port = os.environ.get("CFCQL_SOAK_PROXY")
if port and "--connect" in arguments:
    at = arguments.index("--connect") + 1
    try:
        with socket.create_connection(("127.0.0.1", int(port)), timeout=10) as control:
            control.sendall(f"{os.getpid()} {arguments[at]}\\n".encode())
            arguments[at] = control.makefile().readline().strip() or arguments[at]
    except OSError:
        pass  # the soak has ended
os.execv(REAL, [REAL, *arguments])
"""

# What follows in a chunk may be numbers, whose damage nobody could notice: the protocol trusts
# TCP's checksums. Frame lengths, flags and the names of fields lie here.
STRUCTURE_BYTES = 12
CHUNK = 1 << 20

Action = Callable[[bytes, "Connection"], bytes]


def write_interpreter(venv: Path, real: Path) -> None:
    """A virtual environment whose interpreter goes through the proxy."""
    script = venv / "bin" / "python"
    script.parent.mkdir(parents=True)
    script.write_text(WRAPPER.replace("REAL", repr(str(real))))
    script.chmod(0o755)
    (venv / ".ready").touch()


class Connection:
    """The two sockets of one environment worker."""

    def __init__(self, pid: int, inner: socket.socket, outer: socket.socket):
        self.pid = pid
        self.ends = (inner, outer)
        self.chunks = 0
        self.closed = False
        self.armed: Action | None = None
        self.acted = False

    def start(self) -> None:
        """Pump both ways, each in a thread of its own."""
        inner, outer = self.ends
        for one, other in ((inner, outer), (outer, inner)):
            threading.Thread(target=self._pump, args=(one, other), daemon=True).start()

    def close(self) -> None:
        """Cut it."""
        self.closed = True
        for end in self.ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _pump(self, one: socket.socket, other: socket.socket) -> None:
        try:
            while chunk := one.recv(CHUNK):
                self.chunks += 1
                action, self.armed = self.armed, None
                if action:
                    chunk = action(chunk, self)
                    self.acted = True
                other.sendall(chunk)
        except OSError:
            pass
        finally:
            self.close()


class Proxy:
    """Listens for interpreters that start, and for each on a port of its own."""

    def __init__(self):
        self._control = _listener()
        self.port = self._control.getsockname()[1]
        self.connections: list[Connection] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def live(self, pid: int) -> Connection | None:
        """The open connection of a worker."""
        mine = [one for one in self.connections if one.pid == pid and not one.closed]
        return mine[-1] if mine else None

    def close(self) -> None:
        """End; connections are cut."""
        self._control.close()
        for connection in self.connections:
            connection.close()

    def _serve(self) -> None:
        while True:
            try:
                asker, _ = self._control.accept()
                with asker:
                    asker.settimeout(10)
                    pid, address = asker.makefile().readline().split()
                    front = _listener()
                    port = int(address.rpartition(":")[2])
                    threading.Thread(
                        target=self._accept, args=(front, int(pid), port), daemon=True
                    ).start()
                    asker.sendall(f"tcp://127.0.0.1:{front.getsockname()[1]}\n".encode())
            except ValueError:
                continue
            except TimeoutError:
                continue
            except OSError:
                return

    def _accept(self, front: socket.socket, pid: int, port: int) -> None:
        """Connections of one worker, which may come again, until it has ended."""
        front.settimeout(1)
        while Path(f"/proc/{pid}").exists():
            try:
                inner, _ = front.accept()
                outer = socket.create_connection(("127.0.0.1", port), timeout=10)
            except OSError:
                continue
            for end in (inner, outer):
                end.settimeout(None)
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = Connection(pid, inner, outer)
            self.connections.append(connection)
            connection.start()
        front.close()


def _listener() -> socket.socket:
    listener = socket.create_server(("127.0.0.1", 0))
    listener.listen(16)
    return listener


def lose(_: bytes, __: Connection) -> bytes:
    """The chunk never arrives."""
    return b""


def twice(chunk: bytes, _: Connection) -> bytes:
    """The chunk arrives again."""
    return chunk + chunk


def cut(chunk: bytes, connection: Connection) -> bytes:
    """Half of the chunk arrives, then the connection ends."""
    half = chunk[: len(chunk) // 2]
    threading.Timer(0.01, connection.close).start()
    return half


def delay(seconds: float) -> Action:
    """The chunk arrives late."""

    def act(chunk: bytes, _: Connection) -> bytes:
        time.sleep(seconds)
        return chunk

    return act


def damage(generator: random.Random) -> Action:
    """One bit of what gives the chunk its structure is flipped."""
    byte, bit = generator.randrange(STRUCTURE_BYTES), generator.randrange(8)

    def act(chunk: bytes, _: Connection) -> bytes:
        at = min(byte, len(chunk) - 1)
        return chunk[:at] + bytes([chunk[at] ^ (1 << bit)]) + chunk[at + 1 :]

    return act


def junk(generator: random.Random) -> Action:
    """Bytes of nobody come before the chunk."""
    bytes_of_nobody = generator.randbytes(generator.randrange(1, 64))

    def act(chunk: bytes, _: Connection) -> bytes:
        return bytes_of_nobody + chunk

    return act
