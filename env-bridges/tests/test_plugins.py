"""Families from folders outside the package: found, told apart, and refused in one line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cfcql_bridges import fingerprint, plugins, registry
from cfcql_bridges.client import BridgeClient
from cfcql_bridges.errors import BridgeError
from support import BRIDGES, everything, opened

FAMILY = """
from cfcql_bridges.registry import TRANSPORT_PACKAGES, Entry, Family

FAMILY = Family(
    name="NAME",
    summary="a test",
    module=__name__,
    lock="numpy.txt",
    packages=TRANSPORT_PACKAGES,
    computes=(),
    entries=(Entry("NAME/task", "counts"),),
)


class Counter:
    def reset(self, seed):
        from cfcql_bridges.rows import Seen
        self.count = seed % 7
        return Seen([[self.count], [0]], state=[self.count], available=[[1, 0], [1, 1]])

    def step(self, actions):
        from cfcql_bridges.rows import Outcome, Seen
        self.count += int(actions[1])
        seen = Seen([[self.count], [0]], state=[self.count], available=[[1, 0], [1, 1]])
        return Outcome(seen, self.count, self.count == 9, {"odd": self.count % 2})

    def get_state(self):
        return bytes([self.count])

    def set_state(self, state):
        from cfcql_bridges.rows import Seen
        self.count = state[0]
        return Seen([[self.count], [0]], state=[self.count], available=[[1, 0], [1, 1]])


def make(env, options, envs, dtypes):
    from cfcql_bridges import rows
    from cfcql_bridges.environment import StateField
    task = rows.Task("NAME-1", ("a", "b"), 1, 2, 5, state=1, info={"odd": "parity"},
                     memory=(StateField("count", "u8", (1,)),))
    return rows.environment(env, options, envs, dtypes, task, Counter)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(plugins.VARIABLE, str(tmp_path))
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith(plugins.PACKAGE)]:
        del sys.modules[name]


def family(folder: Path, name: str) -> Path:
    path = folder / f"{name}.py"
    path.write_text(FAMILY.replace("NAME", name))
    return path


def reasons() -> dict[str, str]:
    return {problem.path.name: problem.reason for problem in registry.problems()}


def test_a_file_in_a_folder_of_the_variable_is_a_family(folder):
    family(folder, "counting")
    assert registry.find("counting/task")[0].module == "cfcql_plugins.counting"
    assert not registry.problems()
    with BridgeClient() as client:
        spec = client.make("counting/task", 2)
        assert spec["fingerprint_of"]["code"] == registry.find("counting/task")[0].code
        assert client.reset([3, 8])["state"].tolist() == [[3], [1]]
        step = client.step([[0, 1], [0, 0]])
        assert (step["rewards"].tolist(), step["odd"].tolist()) == ([4, 1], [0, 1])
        with pytest.raises(BridgeError, match="action 1 of agent 0 in row 0"):
            client.step([[1, 0], [0, 0]])


def test_a_package_is_a_family_and_its_modules_find_each_other(folder):
    (folder / "pair").mkdir()
    head, _, body = FAMILY.replace("NAME", "pair").partition("\n\nclass Counter")
    head = head.replace("module=__name__", 'module=f"{__name__}.rules"')
    (folder / "pair" / "__init__.py").write_text(head)
    (folder / "pair" / "rules.py").write_text("from . import FAMILY\n\nclass Counter" + body)
    assert opened("pair/task", 3).description.family == "pair"


def test_rows_end_where_the_task_says_and_are_cut_at_the_limit(folder):
    family(folder, "ends")
    environment = opened("ends/task", 2)
    # 6 + 3 = 9 ends by itself in the third step, the other one never.
    environment.reset(everything(2), np.array([6, 0], np.uint64))
    flags = []
    for _ in range(5):
        arrays = environment.step(np.array([[0, 1], [0, 0]]), everything(2))
        step = dict(zip(environment.description.step_frames, arrays, strict=True))
        flags.append((step["terminated"].tolist(), step["truncated"].tolist()))
    assert flags[2] == ([1, 0], [False, False])
    assert flags[4][1][1]
    assert flags[3] == ([0, 0], [False, False])


def test_stored_states_continue_with_totals(folder):
    family(folder, "stored")
    environment = opened("stored/task", 2)
    environment.reset(everything(2), np.array([1, 2], np.uint64))
    environment.step(np.array([[0, 1], [0, 1]]), everything(2))
    states = environment.get_state()
    assert {len(state) for state in states} == {environment.description.state_bytes}
    environment.step(np.array([[0, 1], [0, 1]]), everything(2))
    environment.set_state(np.array([True, False]), [states[0], b""])
    arrays = environment.step(np.array([[0, 1], [0, 1]]), np.array([True, False]))
    step = dict(zip(environment.description.step_frames, arrays, strict=True))
    assert (step["episode_length"][0], step["episode_return"][0]) == (2, 2 + 3)


def test_the_code_of_a_family_is_part_of_its_fingerprint_but_not_of_the_task(folder):
    path = family(folder, "changed")
    found = []
    for text in (path.read_text(), path.read_text() + "# longer\n"):
        path.write_text(text)
        one, _ = registry.find("changed/task")
        flat = fingerprint.ingredients(one, "changed/task", "changed-1", {}, {}, {}, {})
        found.append((fingerprint.digest(flat), fingerprint.task_ingredients(flat)))
    assert found[0][0] != found[1][0]
    assert found[0][1] == found[1][1]
    assert "code" not in fingerprint.ingredients(registry.find("toy/consensus-2")[0], *[{}] * 6)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import nowhere_to_be_found", "imports nowhere_to_be_found, which the Python that lists"),
        ("x = 1", "has no FAMILY"),
        ("FAMILY = 3", "has no FAMILY"),
        ("def make(:", "SyntaxError"),
        ("raise ValueError('so')", "ValueError: so"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        (FAMILY.replace('name="NAME"', 'name="toy"'), "there is a family toy already"),
        (
            FAMILY.replace("NAME/task", "mpe/simple_tag"),
            "the family mpe has an environment mpe/sim",
        ),
        (FAMILY.replace("NAME/task", "smac/2s3z"), "the family smac has an environment smac/2s3z"),
    ],
)
def test_what_is_no_family_is_named_and_hides_nobody(folder, text, reason):
    (folder / "broken.py").write_text(text)
    family(folder, "sound")
    assert reasons()["broken.py"].startswith(reason)
    assert registry.find("sound/task")
    assert registry.find("mpe/simple_tag")[0].name == "mpe"


def test_files_of_one_name_and_files_that_are_left_alone(folder, monkeypatch, tmp_path):
    (folder / "_helper.py").write_text("raise ValueError")
    (folder / ".hidden.py").write_text("raise ValueError")
    (folder / "lock.txt").write_text("")
    family(folder, "twice")
    second = tmp_path / "second"
    second.mkdir()
    family(second, "twice")
    monkeypatch.setenv(plugins.VARIABLE, os.pathsep.join([str(folder), str(second), "/none"]))
    problems = registry.problems()
    assert [problem.path for problem in problems] == [second / "twice.py"]
    assert problems[0].reason == f"{folder / 'twice.py'} has the same name"


def test_what_a_family_prints_while_it_is_imported_is_no_part_of_the_listing(folder):
    path = family(folder, "loud")
    path.write_text("print('hello')\n" + path.read_text())
    (folder / "bad.py").write_text("")
    listing = subprocess.run(
        [sys.executable, "-m", "cfcql_bridges.worker", "--list-json"],
        env=os.environ | {"PYTHONPATH": str(BRIDGES / "src")},
        check=True,
        capture_output=True,
    )
    printed = json.loads(listing.stdout)
    assert printed["families"][-1]["environments"][0]["id"] == "loud/task"
    assert [Path(problem["path"]).name for problem in printed["problems"]] == ["bad.py"]
