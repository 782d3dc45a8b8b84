"""The bridge to SMAC on a simulated game: ends, restarts, versions, what is missing."""

import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from cfcql_bridges import registry
from cfcql_bridges.errors import BridgeError
from cfcql_bridges.options import resolve
from cfcql_bridges.protocol import (
    DTYPES,
    REPLY_FIELDS,
    Limits,
    array_frame,
    decode_header,
    encode_header,
)
from cfcql_bridges.session import FLOAT_ARRAYS, Session
from cfcql_bridges.smac import environment as smac
from cfcql_bridges.smac import installation
from simulated_smac import SimulatedSmac
from support import BRIDGES, everything

F32 = dict.fromkeys(FLOAT_ARRAYS, "f32")
SEEDS = np.zeros(8, np.uint64)


class Launcher:
    """Keeps the games it starts, by row; ``prepare`` is done to each of them first."""

    def __init__(self, prepare=lambda game: None):
        self.games: dict[int, SimulatedSmac] = {}
        self._prepare = prepare

    def __call__(self, map_name: str, seed: int, difficulty: str) -> SimulatedSmac:
        game = SimulatedSmac(map_name, seed, difficulty)
        self._prepare(game)
        self.games[seed - 1] = game
        return game


def battles(name: str, envs: int, launcher: Launcher, **options) -> smac.Battles:
    _, entry = registry.find(f"smac/{name}")
    resolved = resolve(entry.options, options, entry.id)
    return smac.Battles(entry.id, resolved, envs, F32, launcher, {"smac": "00"})


def named(environment: smac.Battles, arrays) -> dict[str, np.ndarray]:
    names = environment.description.step_frames
    return dict(zip(names, [np.array(array) for array in arrays], strict=True))


def acting(envs: int, agents: int, action: int) -> np.ndarray:
    return np.full((envs, agents), action, np.int32)


def test_what_agents_see_is_what_smac_says():
    launcher = Launcher()
    environment = battles("2s3z", 2, launcher)
    observations, state, available = environment.reset(everything(2), SEEDS[:2])
    assert observations[:, 0, 0].tolist() == [1, 2]
    assert (observations.shape, state.shape) == ((2, 5, 80), (2, 120))
    assert available[0, 0].tolist() == [0, *[1] * 10]
    step = named(environment, environment.step(acting(2, 5, 1), np.array([True, False])))
    assert step["observations"][:, 0, 0].tolist() == [2, 2]
    assert step["state"][:, 0].tolist() == [-1, 0]
    assert step["episode_length"].tolist() == [1, 0]
    assert {game.difficulty for game in launcher.games.values()} == {"7"}


def test_a_win_is_terminated_and_pays():
    environment = battles("3s_vs_5z", 1, Launcher())
    environment.reset(everything(1), SEEDS[:1])
    first = named(environment, environment.step(np.array([[6, 7, 8]]), everything(1)))
    assert (first["dead_enemies"][0], first["terminated"][0], first["battle_won"][0]) == (3, 0, 0)
    assert first["available_actions"][0, 0, 6:].tolist() == [0, 0, 0, 1, 1]
    last = named(environment, environment.step(np.array([[9, 10, 1]]), everything(1)))
    assert (last["terminated"][0], last["truncated"][0], last["battle_won"][0]) == (1, 0, 1)
    assert last["episode_return"][0] == pytest.approx((5 * 10 + 200) * 20 / 1000)


def test_a_defeat_is_terminated_without_a_win():
    launcher = Launcher()
    environment = battles("5m_vs_6m", 1, launcher)
    environment.reset(everything(1), SEEDS[:1])
    launcher.games[0].massacre = True
    last = named(environment, environment.step(acting(1, 5, 1), everything(1)))
    assert (last["terminated"][0], last["battle_won"][0], last["dead_allies"][0]) == (1, 0, 5)
    assert last["available_actions"][0].tolist() == [[1] + [0] * 11] * 5


def test_the_limit_is_truncated_although_smac_calls_it_terminated():
    environment = battles("5m_vs_6m", 1, Launcher())
    environment.reset(everything(1), SEEDS[:1])
    flags = []
    for _ in range(70):
        step = named(environment, environment.step(acting(1, 5, 1), everything(1)))
        flags.append((int(step["terminated"][0]), int(step["truncated"][0])))
    assert flags == [(0, 0)] * 69 + [(0, 1)]
    assert environment.description.timeout_kind == "terminal"


def test_a_restart_in_a_step_voids_its_own_row_only():
    launcher = Launcher()
    environment = battles("2s3z", 3, launcher)
    environment.reset(everything(3), SEEDS[:3])
    environment.step(acting(3, 5, 1), everything(3))
    launcher.games[1].crash_in_step = True
    step = named(environment, environment.step(acting(3, 5, 1), np.array([True, True, False])))
    assert step["void"].tolist() == [0, 1, 0]
    assert (step["terminated"].tolist(), step["truncated"].tolist()) == ([0] * 3, [0] * 3)
    environment.reset(np.array([False, True, False]), SEEDS[:3])
    step = named(environment, environment.step(acting(3, 5, 1), everything(3)))
    assert step["episode_length"].tolist() == [3, 1, 2]
    assert step["void"].tolist() == [0, 0, 0]
    assert [launcher.games[row].resets for row in range(3)] == [1, 2, 1]


def test_a_restart_in_a_reset_that_smac_keeps_to_itself_costs_another_reset_and_no_battle():
    launcher = Launcher()
    environment = battles("2s3z", 2, launcher)
    environment.reset(everything(2), SEEDS[:2])
    environment.step(acting(2, 5, 1), everything(2))
    launcher.games[0].crashes_in_reset = 1
    environment.reset(everything(2), SEEDS[:2])
    step = named(environment, environment.step(acting(2, 5, 1), everything(2)))
    assert (step["void"].tolist(), step["episode_length"].tolist()) == ([0, 0], [1, 1])
    assert [launcher.games[row].resets for row in range(2)] == [3, 2]


def test_a_game_that_does_not_come_back_in_a_reset_leaves_the_other_battles_alone():
    launcher = Launcher()
    environment = battles("2s3z", 3, launcher)
    environment.reset(everything(3), SEEDS[:3])
    environment.step(acting(3, 5, 1), everything(3))
    launcher.games[0].crashes_in_reset = 2
    with pytest.raises(BridgeError, match="row 0: SMAC counts 2 restarts") as caught:
        environment.reset(np.array([True, True, False]), SEEDS[:3])
    assert (caught.value.code, caught.value.envs) == ("ENV_RESTARTED", [0])
    environment.reset(np.array([True, True, False]), SEEDS[:3])
    assert [launcher.games[row].resets for row in range(3)] == [4, 2, 1]


def test_a_reset_in_the_middle_of_the_first_battle_starts_no_second_process():
    launcher = Launcher()
    environment = battles("2s3z", 1, launcher)
    for _ in range(3):
        environment.reset(everything(1), SEEDS[:1])
        environment.step(acting(1, 5, 1), everything(1))
    assert launcher.games[0].launches == 1
    environment.close()
    assert launcher.games[0].closed


def test_smac_is_reset_once_per_battle():
    launcher = Launcher()
    environment = battles("2s3z", 2, launcher)
    for battle in range(1, 4):
        environment.reset(everything(2), SEEDS[:2])
        environment.step(acting(2, 5, 1), everything(2))
        assert [game.resets for game in launcher.games.values()] == [battle, battle]


def test_an_end_without_a_loser_is_a_fault():
    launcher = Launcher()
    environment = battles("2s3z", 1, launcher)
    environment.reset(everything(1), SEEDS[:1])
    game = launcher.games[0]
    game.step = lambda actions: (0.0, True, {"battle_won": False})
    with pytest.raises(RuntimeError, match="without a loser"):
        environment.step(acting(1, 5, 1), everything(1))


@pytest.mark.parametrize(
    ("running", "wanted", "found"),
    [
        ("4.10.0", "4.10", "4.10.0.75689"),
        ("4.10.0.75689", "4.10.0.75689", "4.10.0.75689"),
        ("4.6.2", "4.6.2", "4.6.2.75689"),
    ],
)
def test_the_running_version_is_part_of_the_task(running, wanted, found):
    launcher = Launcher(lambda game: setattr(game, "version", running))
    about = battles("2s3z", 1, launcher, game_version=wanted).description
    assert about.parts == {"game": found, "reward_points": "1020"}


@pytest.mark.parametrize("running", ["4.1.0", "4.6.2", "5.0.14"])
def test_another_version_is_refused_and_its_games_end(running):
    launcher = Launcher(lambda game: setattr(game, "version", running))
    with pytest.raises(BridgeError, match=rf"expected StarCraft II 4.10 to run, found {running}"):
        battles("2s3z", 2, launcher)
    assert [game.closed for game in launcher.games.values()] == [True, True]


def test_rewards_on_another_scale_change_the_fingerprint_and_are_said(capsys):
    launcher = Launcher(lambda game: setattr(game, "points", 2040))
    about = battles("2s3z", 1, launcher).description
    assert about.parts["reward_points"] == "2040"
    assert "1020 are expected" in capsys.readouterr().err


def request(session: Session, kind: str, seq: int, fields=None, frames=()) -> dict:
    reply = session.handle([encode_header(kind, seq, fields or {}), *frames])
    return decode_header(reply[0], REPLY_FIELDS)


def test_a_session_voids_the_episodes_of_a_restarted_game(monkeypatch):
    launcher = Launcher()
    monkeypatch.setattr(registry, "_importable", lambda module: True)
    monkeypatch.setattr(installation, "require", lambda name: None)
    monkeypatch.setattr(installation, "smac_identity", lambda: "ab" * 32)
    monkeypatch.setattr(smac, "launch", launcher)
    monkeypatch.setattr(smac, "Overheard", lambda: SimpleNamespace(lines=list))
    session = Session(Limits())
    make = {"env": "2s3z", "options": {}, "envs": 2, "autoreset": "disabled", "dtypes": {}}
    spec = request(session, "MAKE", 1, make)
    assert (spec["t"], spec["env"], spec["seeding"]) == ("SPEC", "smac/2s3z", "per_process")
    assert spec["fingerprint_of"]["part.game"] == "4.10.0.75689"
    assert spec["fingerprint_of"]["file.smac"] == "ab" * 32
    both = array_frame(everything(2), DTYPES["u8"])
    reset = [both, array_frame(SEEDS[:2], DTYPES["u64"])]
    step = [array_frame(acting(2, 5, 1), DTYPES["i32"]), both]
    assert request(session, "RESET", 2, None, reset)["t"] == "RESET_OK"
    assert request(session, "STEP", 3, None, step)["t"] == "STEP_OK"
    launcher.games[0].crash_in_step = True
    assert request(session, "STEP", 4, None, step)["t"] == "STEP_OK"
    error = request(session, "STEP", 5, None, step)
    assert (error["code"], error["envs"]) == ("STEP_BEFORE_RESET", [0])
    first = [array_frame(np.array([True, False]), DTYPES["u8"]), reset[1]]
    assert request(session, "RESET", 6, None, first)["t"] == "RESET_OK"
    assert request(session, "STEP", 7, None, step)["t"] == "STEP_OK"
    assert request(session, "CLOSE", 8)["t"] == "CLOSED"
    assert all(game.closed for game in launcher.games.values())


def said_to_be_missing(map_name: str = "2s3z") -> str:
    with pytest.raises(BridgeError) as caught:
        installation.require(map_name)
    assert (caught.value.code, caught.value.packages) == ("MISSING_DEPENDENCY", [])
    assert "\n" not in caught.value.message
    return caught.value.message


def test_one_line_names_all_that_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("SC2PATH", str(tmp_path))
    text = said_to_be_missing()
    assert f"{tmp_path}/Versions/Base*/SC2_x64" in text
    assert f"{tmp_path}/Maps/SMAC_Maps/2s3z.SC2Map" in text
    assert "oxwhirl/smac at d6aab33" in text
    binary = tmp_path / "Versions" / "Base75689" / "SC2_x64"
    binary.parent.mkdir(parents=True)
    binary.touch(0o644)
    assert f"permission to run {binary}" in said_to_be_missing()
    binary.chmod(0o755)
    maps = tmp_path / "Maps" / "SMAC_Maps"
    maps.mkdir(parents=True)
    (maps / "2s3z.SC2Map").touch()
    text = said_to_be_missing()
    assert "StarCraft II 4.10" not in text
    assert "SC2Map" not in text
    assert "SC2Map" in said_to_be_missing("6h_vs_8z")


@pytest.fixture
def package_named_smac(tmp_path, monkeypatch):
    folder = tmp_path / "site"
    (folder / "smac").mkdir(parents=True)
    (folder / "smac" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(folder))
    yield folder / "smac"
    for name in [name for name in sys.modules if name.split(".")[0] == "smac"]:
        del sys.modules[name]


def test_the_other_package_named_smac_is_not_taken_for_it(package_named_smac):
    assert "without smac.env here" in said_to_be_missing()


def test_an_installation_that_is_complete_is_accepted(package_named_smac, tmp_path, monkeypatch):
    module = package_named_smac
    for part in ("env", "starcraft2"):
        module = module / part
        module.mkdir()
        (module / "__init__.py").touch()
    (module / "starcraft2.py").write_text("# SMAC\n")
    monkeypatch.setenv("SC2PATH", str(tmp_path))
    binary = tmp_path / "Versions" / "Base75689" / "SC2_x64"
    binary.parent.mkdir(parents=True)
    binary.touch(0o755)
    maps = tmp_path / "Maps" / "SMAC_Maps"
    maps.mkdir(parents=True)
    (maps / "2s3z.SC2Map").touch()
    installation.require("2s3z")
    assert len(installation.smac_identity()) == 64


def test_too_many_games_are_refused():
    with pytest.raises(BridgeError, match="at most 32"):
        smac.make("smac/2s3z", {}, 33, F32)


LEAVE = """
import os, subprocess, sys
from cfcql_bridges.worker import _end_children
os.setsid()
child = subprocess.Popen(["sleep", "60"])
_end_children()
sys.exit(child.wait(10) + 100)
"""


def test_a_worker_that_loses_its_parent_takes_the_game_along():
    run = subprocess.run(
        [sys.executable, "-c", LEAVE],
        env=os.environ | {"PYTHONPATH": str(BRIDGES / "src")},
        check=False,
        timeout=60,
    )
    assert run.returncode == 91  # 100 - SIGKILL
