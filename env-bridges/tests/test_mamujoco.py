"""MaMuJoCo against golden numbers, Gymnasium's single-agent tasks and the library itself.

Needs a venv made from locks/mamujoco.txt.
"""

import io
import json
import math
import sys
from pathlib import Path

import pytest

pytest.importorskip("gymnasium_robotics", reason="needs a venv made from locks/mamujoco.txt")

import gymnasium
import mujoco
import numpy as np
from gymnasium_robotics.envs.multiagent_mujoco.mujoco_multi import MultiAgentMujocoEnv

from cfcql_bridges import alone
from cfcql_bridges.client import BridgeClient
from cfcql_bridges.errors import BridgeError
from cfcql_bridges.mamujoco import FAMILY, PAPER, division
from cfcql_bridges.mamujoco import environment as bodies
from cfcql_bridges.protocol import (
    DTYPES,
    REPLY_FIELDS,
    Limits,
    array_frame,
    decode_header,
    encode_header,
)
from cfcql_bridges.session import FLOAT_ARRAYS, Session
from support import everything, opened

CHEETAH = f"mamujoco/{PAPER}"
F64 = dict.fromkeys(FLOAT_ARRAYS, "f64")
# docs/specification/environments.md 4.1: where in the state the observations of the two legs stand.
LEGS = [[4, 13, 3, 12, 2, 11], [7, 16, 6, 15, 5, 14]]
# docs/specification/environments.md 13.5: cumulative reward, root x, observations
GOLDEN = {
    1: (
        (0.259494084, 0.028273442),
        (0.352807, 8.686307, 0.336890, 7.907002, 0.047668, 2.318757),
        (0.061184, 1.896129, -0.034221, 0.120002, 0.346873, 9.329161),
    ),
    10: (
        (1.767564351, 0.232106656),
        (-0.396209, -1.422220, -0.573505, -0.589143, -0.021307, -2.727432),
        (-0.174282, 0.021921, 0.833629, -0.516959, 0.155474, -1.889872),
    ),
    100: (
        (-5.648173619, 1.211651998),
        (-0.214950, 2.740635, 0.094327, 3.395453, -0.523901, 0.434435),
        (-0.269345, -1.648712, 0.500331, 0.326533, 0.340446, -2.488906),
    ),
}
TASKS = [
    entry.id if entry.parameter is None else entry.id.removesuffix("N") + "2"
    for entry in FAMILY.entries
    if entry.parameter is None or entry.id.endswith("-3xN")
]


def named(environment, arrays, names="step_frames") -> dict:
    frames = getattr(environment.description, names)
    return {name: np.array(array) for name, array in zip(frames, arrays, strict=True)}


def random_actions(environment, steps: int) -> np.ndarray:
    space, shape = environment.description.action, environment.description.array("actions").shape
    generator = np.random.default_rng(5)
    envs = environment.description.envs
    drawn = generator.uniform(space["low"], space["high"], (steps, envs, *shape))
    # Single precision may round beyond a bound that was drawn.
    return np.clip(drawn.astype(np.float32), np.float32(space["low"]), np.float32(space["high"]))


def test_the_cheetah_has_the_layout_of_the_paper():
    description = opened(CHEETAH, 1).description
    assert description.array("observations").shape == (2, 6)
    assert description.array("state").shape == (17,)
    assert description.action == {"kind": "box", "shape": [3], "low": [-1.0] * 3, "high": [1.0] * 3}
    assert (description.episode_limit, description.timeout_kind) == (1000, "truncation")
    assert description.label == CHEETAH
    assert (description.agents, description.reward["kind"]) == (("agent_0", "agent_1"), "team")


def test_the_cheetah_follows_the_golden_numbers():
    environment = opened(CHEETAH, 1, F64)
    body = environment._rows[0]
    body.reset(0)
    body._single.set_state(np.zeros(9), np.zeros(9))
    total = 0.0
    for t in range(1, 101):
        actions = [
            [math.sin(0.3 * t), math.cos(0.3 * t), math.sin(0.3 * t + 1)],
            [math.cos(0.2 * t), math.sin(0.2 * t), math.cos(0.2 * t + 1)],
        ]
        step = named(environment, environment.step(np.float32([actions]), everything(1)))
        total += step["rewards"][0]
        if t in GOLDEN:
            (reward, x), back, front = GOLDEN[t]
            assert total == pytest.approx(reward, abs=1e-8)
            assert step["x_position"][0] == pytest.approx(x, abs=1e-8)
            np.testing.assert_allclose(step["observations"][0], [back, front], rtol=0, atol=1e-6)


def test_standing_still_scores_what_the_facts_say_and_is_cut_at_the_limit():
    environment = opened(CHEETAH, 1, F64)
    environment.reset(everything(1), np.zeros(1, np.uint64))
    ends = []
    for _ in range(1000):
        step = named(environment, environment.step(np.zeros((1, 2, 3)), everything(1)))
        ends.append((int(step["terminated"][0]), int(step["truncated"][0])))
    assert ends == [(0, 0)] * 999 + [(0, 1)]
    assert step["episode_return"][0] == pytest.approx(0.2447, abs=5e-5)


def test_uniform_play_of_the_cheetah_scores_what_the_facts_say():
    envs = 24
    environment = opened(CHEETAH, envs, F64)
    environment.reset(everything(envs), np.arange(envs, dtype=np.uint64))
    for actions in random_actions(environment, 1000):
        arrays = environment.step(actions, everything(envs))
    found = float(named(environment, arrays)["episode_return"].mean())
    assert abs(found + 284) <= 45, f"mean return {found:.1f}, expected -284 +- 45"


def test_the_cheetah_is_gymnasiums_bit_for_bit():
    environment = opened(CHEETAH, 1, F64)
    single = gymnasium.make("HalfCheetah-v5")
    first = named(
        environment, environment.reset(everything(1), np.array([3], np.uint64)), "reset_frames"
    )
    state, _ = single.reset(seed=3)
    assert np.array_equal(first["state"][0], state)
    for actions in random_actions(environment, 500):
        step = named(environment, environment.step(actions, everything(1)))
        state, reward, *_ = single.step(actions[0].astype(np.float64).ravel())
        assert np.array_equal(step["state"][0], state)
        assert np.array_equal(step["observations"][0], state[LEGS])
        assert step["rewards"][0] == reward


@pytest.mark.parametrize("task", TASKS)
def test_every_task_is_the_librarys_bit_for_bit(task):
    environment = opened(task, 1, F64)
    scenario, partition = division(task)
    layout = {} if task != CHEETAH else {"agent_obsk": 0, "global_categories": ()}
    library = MultiAgentMujocoEnv(scenario, partition, **layout)
    names = library.possible_agents
    for agent, nodes_at in enumerate(library.k_dicts):
        # Where two joints have one name the library's order is not always the same.
        ours = environment._rows[0]._library.k_dicts[agent]
        for distance, nodes in nodes_at.items():
            assert {node.act_ids for node in nodes} == {node.act_ids for node in ours[distance]}
            nodes.sort(key=lambda node: (node.label, node.act_ids))
    environment.reset(everything(1), np.array([3], np.uint64))
    library.reset(seed=3)
    for actions in random_actions(environment, 40):
        step = named(environment, environment.step(actions, everything(1)))
        own = {
            name: action[: library.action_space(name).shape[0]]
            for name, action in zip(names, actions[0], strict=True)
        }
        seen, rewards, terminated, _, _ = library.step(own)
        for agent, name in enumerate(names):
            row = step["observations"][0, agent]
            assert np.array_equal(row[: len(seen[name])], seen[name])
            assert not row[len(seen[name]) :].any()
        assert np.array_equal(step["state"][0], library.state())
        assert (step["rewards"][0], step["terminated"][0]) == (
            rewards[names[0]],
            terminated[names[0]],
        )
        if step["terminated"][0]:
            break


@pytest.mark.parametrize("task", TASKS)
def test_stored_states_continue_bit_for_bit_in_other_bodies(task):
    environment, other = opened(task, 2, F64), opened(task, 2, F64)
    environment.reset(everything(2), np.array([1, 2], np.uint64))
    other.reset(everything(2), np.array([8, 9], np.uint64))
    actions = random_actions(environment, 24)
    for step in actions[:9]:
        other.step(step, everything(2))
    seen = environment.reset(everything(2), np.array([1, 2], np.uint64))
    for part in (actions[:12], actions[12:]):
        seen = [np.array(array) for array in seen]
        states = environment.get_state()
        again = other.set_state(everything(2), states)
        count = len(environment.description.reset_frames)
        for one, same in zip(seen[:count], again, strict=True):
            assert np.array_equal(one, same)
        for step in part:
            seen = environment.step(step, everything(2))
            for one, same in zip(seen, other.step(step, everything(2)), strict=True):
                assert np.array_equal(one, same)


def test_a_row_is_the_same_bits_whatever_the_number_of_rows():
    seeds = np.arange(6, dtype=np.uint64)
    many, one = opened(CHEETAH, 6, F64), opened(CHEETAH, 1, F64)
    many.reset(everything(6), seeds)
    one.reset(everything(1), seeds[4:5])
    for actions in random_actions(many, 30):
        together = named(many, many.step(actions, everything(6)))
        alone = named(one, one.step(actions[4:5], everything(1)))
        assert all(alone[key][0].tobytes() == together[key][4].tobytes() for key in alone)


def test_inactive_rows_stay_where_they_are():
    environment = opened(CHEETAH, 2)
    environment.reset(everything(2), np.arange(2, dtype=np.uint64))
    before = environment.get_state()
    environment.step(random_actions(environment, 1)[0], np.array([True, False]))
    after = environment.get_state()
    assert (before[0] != after[0], before[1] == after[1]) == (True, True)


def test_a_body_that_falls_ends_its_episode_by_itself():
    environment = opened("mamujoco/hopper-3x1", 1)
    environment.reset(everything(1), np.zeros(1, np.uint64))
    for actions in random_actions(environment, 300):
        step = named(environment, environment.step(actions, everything(1)))
        if step["terminated"][0]:
            break
    assert (step["terminated"][0], step["truncated"][0]) == (1, 0)
    assert step["episode_length"][0] < 300


@pytest.mark.parametrize(
    ("options", "width"),
    [
        ({"agent_obsk": 0, "global_categories": "qpos,qvel"}, 11),
        ({"agent_obsk": 1}, 7),
        ({"agent_obsk": 1, "local_categories": "qpos/qvel"}, 4),
        ({"agent_obsk": 2, "global_categories": "qvel"}, 11),
    ],
)
def test_what_agents_see_is_an_option(options, width):
    description = opened(CHEETAH, 1, **options).description
    assert description.array("observations").shape == (2, width)
    assert description.label != CHEETAH


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"global_categories": "qpos,colour"},
            "option global_categories=qpos,colour: expected some",
        ),
        ({"local_categories": "qpos", "agent_obsk": 1}, "expected 2 lists separated by /"),
        ({"local_categories": ""}, "option local_categories=: expected some of qpos"),
        ({"agent_obsk": 11}, "at most 10"),
    ],
)
def test_what_agents_cannot_see_is_refused(options, message):
    with pytest.raises(BridgeError, match=message):
        opened(CHEETAH, 1, **options)


def test_a_body_that_explodes_leaves_no_file_behind(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    environment = opened(CHEETAH, 1)
    environment.reset(everything(1), np.zeros(1, np.uint64))
    environment._rows[0]._single.data.qvel[:] = 1e12
    environment.step(np.zeros((1, 2, 3)), everything(1))
    assert "mujoco: " in capsys.readouterr().err
    assert not list(Path.cwd().iterdir())


def test_a_worker_serves_several_bodies():
    with BridgeClient() as client:
        spec = client.make("HalfCheetah-v2", 3)
        assert (spec["env"], spec["capabilities"]) == (CHEETAH, ["state"])
        told = spec["fingerprint_of"]
        assert (told["package.mujoco"], told["package.gymnasium"]) == (mujoco.__version__, "1.4.0")
        first = client.reset([0, 1, 0])
        assert np.array_equal(first["state"][0], first["state"][2])
        step = client.step(np.zeros((3, 2, 3)))
        assert step["x_velocity"].shape == (3,)
        with pytest.raises(BridgeError, match="action"):
            client.step(np.full((3, 2, 3), 1.5))


def test_the_library_alone_is_stepped_for_comparison(monkeypatch):
    answers = io.StringIO()
    monkeypatch.setattr(sys, "__stdout__", answers)
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(sys, "stdin", io.StringIO("library 1200\nrows 16\n"))
    assert alone.main([CHEETAH, "2"]) == 0
    kinds, *played = map(json.loads, answers.getvalue().splitlines())
    assert kinds == {"kinds": ["rows", "library"]}
    assert [part["steps"] for part in played] == [1200, 16]


@pytest.mark.parametrize(
    ("task", "options", "computed"),
    [
        (CHEETAH, {}, False),
        ("mamujoco/halfcheetah-6x1", {"agent_obsk": 2, "global_categories": "none"}, False),
        ("mamujoco/humanoid-9-8", {}, False),
        ("mamujoco/ant-4x2", {"local_categories": "qpos,qvel,cfrc_ext/qpos"}, True),
        ("mamujoco/hopper-3x1", {}, True),
    ],
)
def test_only_what_is_no_choice_of_numbers_is_left_to_the_library(task, options, computed):
    sight = opened(task, 1, F64, **options)._rows[0]._sight
    assert bool(sight._computed) == computed


@pytest.mark.parametrize(("task", "bound"), [("humanoid-9-8", 0.4), ("pusher-3p", 2.0)])
def test_actions_have_the_bounds_of_the_body(task, bound):
    environment = opened(f"mamujoco/{task}", 1)
    space = environment.description.action
    assert set(space["high"]) == {float(np.float32(bound))}
    assert set(space["low"]) == {-float(np.float32(bound))}
    session = Session(Limits())
    make = {"env": f"mamujoco/{task}", "envs": 1, "options": {}, "dtypes": {}}
    every = array_frame(everything(1), DTYPES["u8"])
    shape = (1, *environment.description.array("actions").shape)
    replies = [
        session.handle([encode_header(kind, seq, fields), *frames])
        for seq, (kind, fields, frames) in enumerate(
            [
                ("MAKE", make | {"autoreset": "disabled"}, []),
                ("RESET", {}, [every, array_frame(np.zeros(1), DTYPES["u64"])]),
                *(
                    ("STEP", {}, [array_frame(np.full(shape, action), DTYPES["f32"]), every])
                    for action in (bound, -bound, 1.01 * bound)
                ),
            ],
            start=1,
        )
    ]
    headers = [decode_header(reply[0], REPLY_FIELDS) for reply in replies]
    assert [header["t"] for header in headers[1:]] == ["RESET_OK", "STEP_OK", "STEP_OK", "ERROR"]
    assert headers[-1]["code"] == "ILLEGAL_ACTION"
    assert f"in [-{np.float32(bound)!s}" in headers[-1]["message"]


def test_bounds_that_differ_between_joints_are_refused():
    space = gymnasium.spaces.Box(np.float32([-1, -2]), np.float32([1, 2]))
    with pytest.raises(BridgeError, match="joints with equal bounds"):
        bodies._box(2, space)
