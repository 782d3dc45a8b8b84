"""The faults of the soak: which strike, whom and when; what the proxy does to bytes."""

import os
import socket
import subprocess
import sys
import threading
from random import Random

import proxy
import pytest
from faults import Moment, View
from kinds import Deck, kinds
from processes import Process, role_of


@pytest.fixture
def through():
    """A client that talks through the proxy to a server that sends everything back."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        connection, _ = server.accept()
        while chunk := connection.recv(100):
            connection.sendall(chunk)

    threading.Thread(target=serve, daemon=True).start()
    middle = proxy.Proxy()
    with socket.create_connection(("127.0.0.1", middle.port), timeout=10) as control:
        port = server.getsockname()[1]
        control.sendall(f"{os.getpid()} tcp://127.0.0.1:{port}\n".encode())
        address = control.makefile().readline()
    client = socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=10)
    client.sendall(b"x")
    assert client.recv(1) == b"x"
    yield client, middle.live(os.getpid())
    client.close()
    middle.close()
    server.close()


def answer(through, action, sent: bytes, count: int) -> bytes:
    client, connection = through
    connection.armed = action
    client.sendall(sent)
    received = b""
    while len(received) < count:
        chunk = client.recv(count - len(received))
        if not chunk:
            break
        received += chunk
    return received


def test_the_proxy_passes_bytes_on(through):
    assert answer(through, None, b"abc", 3) == b"abc"


def test_a_chunk_can_arrive_twice(through):
    assert answer(through, proxy.twice, b"abc", 6) == b"abcabc"


def test_a_lost_chunk_never_arrives_but_the_next_does(through):
    client, connection = through
    connection.armed = proxy.lose
    client.sendall(b"abc")
    while not connection.acted:
        pass
    assert answer(through, None, b"d", 1) == b"d"


def test_damage_flips_one_bit_of_the_structure(through):
    sent = bytes(100)
    received = answer(through, proxy.damage(Random(3)), sent, 100)
    assert sum(byte.bit_count() for byte in received) == 1
    assert any(received[: proxy.STRUCTURE_BYTES])


def test_a_cut_connection_ends(through):
    assert len(answer(through, proxy.cut, b"abcd", 4)) < 4


def test_the_interpreter_asks_for_the_address_of_the_proxy(tmp_path):
    proxy.write_interpreter(tmp_path / "venv", sys.executable)
    server = socket.create_server(("127.0.0.1", 0))
    middle = proxy.Proxy()
    port = server.getsockname()[1]
    done = subprocess.run(
        [
            tmp_path / "venv" / "bin" / "python",
            *("-c", "import sys; print(*sys.argv[1:])", "--connect", f"tcp://127.0.0.1:{port}"),
        ],
        env={**os.environ, "CFCQL_SOAK_PROXY": str(middle.port)},
        capture_output=True,
        text=True,
        check=True,
    )
    middle.close()
    server.close()
    option, address = done.stdout.split()
    assert option == "--connect"
    assert address.startswith("tcp://127.0.0.1:")
    assert address != f"tcp://127.0.0.1:{port}"


def test_the_deck_deals_every_kind_before_any_again():
    deck = Deck(7)
    names = [deck.deal().kind for _ in range(2 * len(deck.makers))]

    assert sorted(names[: len(deck.makers)]) == sorted(deck.makers)
    assert sorted(names[len(deck.makers) :]) == sorted(deck.makers)
    assert [Deck(7).deal().kind, Deck(7).deal().kind] == [names[0]] * 2


def test_equal_seeds_draw_equal_moments():
    assert str(Deck(7).deal().moment) == str(Deck(7).deal().moment)


def test_there_are_faults_of_every_group_without_root_as_well():
    names = " ".join(kinds(root=False))
    for word in ("worker", "environment", "parent", "group", "limit", "frame", "data", "record"):
        assert word in names


def test_moments_are_ages_or_shares(tmp_path):
    view = View(tmp_path, tmp_path, 1, None, progress={"a": 0.5, "b": 0.1})
    worker = Process(9, "worker", "a", 2.0)
    parent = Process(1, "parent", "", 2.0)

    assert Moment(1.9, None).reached(worker, view)
    assert not Moment(2.1, None).reached(worker, view)
    assert Moment(0, 0.5).reached(worker, view)
    assert not Moment(0, 0.51).reached(worker, view)
    assert Moment(0, 0.3).reached(parent, view)
    assert not Moment(0, 0.31).reached(parent, view)


@pytest.mark.parametrize(
    ("command", "role"),
    [
        ("java -cp x org.cfcql.cli.Main run e.yaml", ("parent", "")),
        ("java -cp x org.cfcql.cli.Main worker --run r --cell c", ("worker", "c")),
        ("python -m cfcql_bridges.worker --connect tcp://x", ("environment", "")),
        ("python -m cfcql_bridges.worker --list-json", ("other", "")),
    ],
)
def test_roles_are_known_by_command_lines(command, role):
    assert role_of(command.split()) == role
