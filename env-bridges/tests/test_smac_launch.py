"""Games that do not start: a script stands in for the game's binary and its loader."""

import os
import socket
import subprocess
import sys
import time

import numpy as np
import pytest

from cfcql_bridges import registry
from cfcql_bridges.errors import BridgeError
from cfcql_bridges.options import resolve
from cfcql_bridges.session import FLOAT_ARRAYS
from cfcql_bridges.smac import environment as smac
from cfcql_bridges.smac import installation, launching
from simulated_smac import SimulatedSmac
from support import everything

LOADER = "SC2_x64: error while loading shared libraries: libm.so.9: cannot open shared object file"
LISTENS = """import socket, sys, time
time.sleep({late_s})
port = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    port.accept()
"""
NEVER = "import time\nprint('Startup Phase 1', flush=True)\ntime.sleep(600)\n"
PATIENCE_S = 20.0


class LaunchedSmac(SimulatedSmac):
    """Starts a process with the first reset and waits for its port, as PySC2 does."""

    def __init__(self, script, patience_s, *arguments):
        super().__init__(*arguments)
        self._script, self._patience_s = script, patience_s
        self.process = None

    def reset(self):
        if self._episode_count == 0:
            self._start()
        return super().reset()

    def _start(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.process = subprocess.Popen([sys.executable, "-c", self._script, str(port)])
        end = time.monotonic() + self._patience_s
        while self.process.poll() is None and time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        self.close()
        raise RuntimeError("Failed to connect to the SC2 websocket. Is it up?")

    def close(self):
        super().close()
        self.process.kill()
        self.process.wait()


@pytest.fixture
def started(monkeypatch):
    """Makes an environment whose rows run the given scripts; its games by row."""
    games = {}
    output = [(stream, os.dup(stream)) for stream in (1, 2)]
    monkeypatch.setattr(installation, "require", lambda name: None)
    monkeypatch.setattr(installation, "smac_identity", lambda: "ab" * 32)

    def start(*scripts, patience_s=PATIENCE_S):
        def launch(map_name, seed, difficulty):
            script = scripts[seed - 1]
            games[seed - 1] = LaunchedSmac(script, patience_s, map_name, seed, difficulty)
            return games[seed - 1]

        monkeypatch.setattr(smac, "launch", launch)
        _, entry = registry.find("smac/2s3z")
        types = dict.fromkeys(FLOAT_ARRAYS, "f32")
        return smac.make(entry.id, resolve(entry.options, {}, entry.id), len(scripts), types)

    start.games = games
    yield start
    for game in games.values():
        assert game.process.wait(PATIENCE_S) is not None, "an orphan"
    for stream, saved in output:
        os.dup2(saved, stream)
        os.close(saved)


def why(started, *scripts, **patience) -> BridgeError:
    with pytest.raises(BridgeError) as caught:
        started(*scripts, **patience)
    assert "\n" not in caught.value.message
    return caught.value


def test_a_missing_library_is_named_by_the_loaders_own_words(started):
    script = f"import sys\nsys.stderr.write({LOADER!r} + chr(10))\nsys.exit(127)\n"
    error = why(started, script)
    assert (error.code, error.packages) == ("MISSING_DEPENDENCY", [])
    assert f"the machine's loader said: {LOADER}" in error.message


def test_a_game_that_ends_is_told_with_its_last_words(started):
    error = why(started, "print('no licence')\nraise SystemExit(1)\n")
    assert error.code == "ENV_CRASHED"
    assert "Failed to connect" in error.message
    assert error.message.endswith("it said last: no licence")


def test_a_game_that_ends_in_silence_is_told(started):
    assert why(started, "raise SystemExit(1)").message.endswith("it said nothing")


def test_a_game_that_never_opens_its_port_is_late(started, monkeypatch):
    monkeypatch.setattr(launching, "PORT_S", 0.5)
    error = why(started, NEVER, patience_s=1.0)
    assert error.code == "DEADLINE"
    assert "expected StarCraft II to open its port, it had not after" in error.message
    assert "it said last: Startup Phase 1" in error.message


def test_who_waits_longer_for_a_port_than_is_right_is_not_waited_for(started, monkeypatch):
    monkeypatch.setattr(launching, "LAUNCH_S", 0.5)
    assert why(started, NEVER, patience_s=3.0).code == "DEADLINE"


def test_a_game_that_opens_its_port_late_plays(started):
    environment = started(LISTENS.format(late_s=0.5))
    assert environment.reset(everything(1), np.zeros(1, np.uint64))[0].shape == (1, 5, 80)
    environment.close()


def test_games_that_did_start_end_with_the_one_that_did_not(started):
    script = "import time\ntime.sleep(1)\nraise SystemExit(1)\n"
    assert why(started, LISTENS.format(late_s=0), script).code == "ENV_CRASHED"
    assert started.games[0].closed
