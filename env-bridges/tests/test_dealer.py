"""The worker's socket against libzmq's ROUTER, and against others."""

import contextlib
import socket
import struct
import threading
import time

import pytest
import zmq

from cfcql_bridges.dealer import GREETING, READY, Dealer, LinkError
from cfcql_bridges.protocol import ZMQ_MAX_BYTES

IDENTITY = b"one"
PATIENCE_S = 20


@contextlib.contextmanager
def router(**options):
    context = zmq.Context()
    bound = context.socket(zmq.ROUTER)
    bound.setsockopt(zmq.LINGER, 0)
    bound.setsockopt(zmq.RCVTIMEO, 1000 * PATIENCE_S)
    for name, value in options.items():
        bound.setsockopt(getattr(zmq, name), value)
    port = bound.bind_to_random_port("tcp://127.0.0.1")
    dealer = Dealer("127.0.0.1", port, IDENTITY, PATIENCE_S)
    try:
        yield bound, dealer
    finally:
        dealer.close()
        bound.close()
        context.term()


@contextlib.contextmanager
def peer(said: bytes):
    """Somebody who greets as a ROUTER, says ``said`` and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            connection, _ = listener.accept()
            with connection, contextlib.suppress(OSError):
                connection.sendall(GREETING + bytes((4, len(READY))) + READY + said)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(1 << 16):
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        dealer = Dealer("127.0.0.1", listener.getsockname()[1], IDENTITY, PATIENCE_S)
        try:
            yield dealer
        finally:
            dealer.close()
            thread.join()


@pytest.mark.parametrize(
    "frames",
    [
        [b""],
        [b"header", b"", b"x" * 255, b"y" * 256],
        [b"h", *(bytes([n]) * (n * 997) for n in range(64))],
        [b"big", b"z" * (5 << 20)],
    ],
    ids=["empty", "lengths", "many", "large"],
)
def test_messages_arrive_whole_both_ways(frames):
    with router() as (bound, dealer):
        dealer.send(frames)
        assert bound.recv_multipart() == [IDENTITY, *frames]
        bound.send_multipart([IDENTITY, *frames])
        bound.send_multipart([IDENTITY, b"next"])
        assert dealer.receive(PATIENCE_S) == frames
        assert dealer.receive(PATIENCE_S) == [b"next"]


def test_a_wait_without_a_message_ends():
    with router() as (_, dealer):
        assert dealer.receive(0.01) is None


def test_heartbeats_of_libzmq_are_answered():
    # Without answers it would hang up after 200 ms.
    with router(HEARTBEAT_IVL=50, HEARTBEAT_TIMEOUT=200) as (bound, dealer):
        assert dealer.receive(1.5) is None
        bound.send_multipart([IDENTITY, b"still there"])
        assert dealer.receive(PATIENCE_S) == [b"still there"]


def test_the_end_of_the_other_side_is_noticed_in_the_middle_of_a_message():
    with peer(b"\1\5whole\0\5ha") as dealer, pytest.raises(LinkError, match="hung up"):
        dealer.receive()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"\2" + struct.pack(">Q", ZMQ_MAX_BYTES + 1), "at most"),
        (b"\x08\0", "flags 8"),
    ],
    ids=["large", "flags"],
)
def test_frames_that_are_none_end_the_connection(said, words):
    with peer(said) as dealer, pytest.raises(LinkError, match=words):
        dealer.receive()


def test_whoever_hangs_up_before_greeting_is_called_again():
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            for said in (b"", GREETING, GREETING + bytes((4, len(READY))) + READY + b"\0\1!"):
                connection, _ = listener.accept()
                with connection:
                    connection.recv(200)
                    connection.sendall(said)

        thread = threading.Thread(target=serve)
        thread.start()
        dealer = Dealer("127.0.0.1", listener.getsockname()[1], IDENTITY, PATIENCE_S)
        assert dealer.receive(PATIENCE_S) == [b"!"]
        dealer.close()
        thread.join()


def test_nobody_there_is_said_in_time():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    start = time.monotonic()
    with pytest.raises(LinkError, match=f"no ROUTER at 127.0.0.1:{port}"):
        Dealer("127.0.0.1", port, IDENTITY, 0.2)
    assert time.monotonic() - start < PATIENCE_S
