"""A worker that knows its secrets and lies on the wire: ZMTP by hand, nothing but sockets.

What it does after the greeting stands in the file ``lie`` beside this one.
"""

import contextlib
import os
import signal
import socket
import struct
import sys
import time
from pathlib import Path

TOKEN, IDENTITY = sys.stdin.readline().split()
LIE = Path(__file__).with_name("lie").read_text()
MORE, LONG, COMMAND = 1, 2, 4
MEGABYTE = bytes(1 << 20)


def call() -> socket.socket:
    """A connection on which everything up to READY is as it should be."""
    port = int(sys.argv[sys.argv.index("--connect") + 1].rpartition(":")[2])
    link = socket.create_connection(("127.0.0.1", port))
    greeting = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0")
    ready = b"\x05READY"
    for name, value in ((b"Socket-Type", b"DEALER"), (b"Identity", IDENTITY.encode())):
        ready += bytes([len(name)]) + name + struct.pack(">I", len(value)) + value
    link.sendall(greeting.ljust(64, b"\0") + bytes([COMMAND, len(ready)]) + ready)
    return link


def announce(flags: int, length: int) -> bytes:
    """The head of a long frame."""
    return struct.pack(">BQ", flags | LONG, length % (1 << 64))


link = call()
kind, _, number = LIE.partition(" ")
if kind == "announce":
    link.sendall(announce(0, int(number)) + bytes(100))
elif kind == "more":  # without an end
    while True:
        link.sendall(announce(MORE, len(MEGABYTE)) + MEGABYTE)
elif kind == "empty":  # frames of nothing, without an end
    while True:
        link.sendall(bytes([MORE, 0]) * 10_000)
elif kind == "messages":  # small ones, without an end
    while True:
        link.sendall(bytes([0, 1, 0x80]) * 10_000)
elif kind == "flags":
    link.sendall(bytes([int(number), 0]))
elif kind == "stops":  # in the middle of a frame
    link.sendall(announce(0, 1000) + bytes(500))
elif kind == "drips":
    while True:
        link.sendall(b"\0")
        time.sleep(0.05)
elif kind == "hangs-up":
    link.close()
elif kind == "twice":
    with contextlib.suppress(OSError):  # nobody may be there any more
        call().sendall(bytes([0, 1, 0x80]))
elif kind == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
elif kind == "frozen":
    os.kill(os.getpid(), signal.SIGSTOP)
print(f"now it has done '{LIE}' \x1b[31m\a", flush=True)
time.sleep(600)
