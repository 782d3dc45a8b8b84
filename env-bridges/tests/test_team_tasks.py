"""Equal Line and the toy problem: golden numbers, rows, ends, state, ids with a number."""

import struct

import numpy as np
import pytest

from cfcql_bridges import equal_line, registry, toy
from cfcql_bridges.client import BridgeClient
from cfcql_bridges.errors import BridgeError
from cfcql_bridges.session import FLOAT_ARRAYS
from support import everything, opened

# docs/specification/environments.md 13.6: action indices, positions after, reward;
# start (0.2, 0.9, 1.7)
LINE = [
    ((5, 0, 10), (0, 0.9, 2.7), 1.8),
    ((4, 0, 10), (0, 0.9, 3.7), 0),
    ((0, 10, 10), (0, 1.9, 4.7), 2.0),
    ((0, 9, 10), (0, 2.4, 5.7), 1.0),
    ((0, 10, 9), (0, 3.4, 6.2), 0.8),
    ((0, 9, 10), (0, 3.9, 7.2), 1.0),
    ((5, 6, 7), (0, 3.91, 7.25), 0.08),
]
# docs/specification/environments.md 13.7: start, actions, after, reward
CONSENSUS = [
    ((0, 1, 2, 1, 0), (2, 0, 1, 0, 2), (1, 1, 1, 1, 1), 1),
    ((0, 1, 2, 1, 0), (0, 0, 0, 0, 0), (0, 1, 2, 1, 0), 0.4),
    ((0, 0, 2, 2, 0), (1, 0, 2, 2, 1), (0, 0, 2, 2, 0), 0.1),
    ((1, 1, 1, 1, 1), (1, 2, 1, 2, 1), (0, 2, 0, 2, 0), 0.1),
]
F64 = dict.fromkeys(FLOAT_ARRAYS, "f64")
TASKS = ["equal_line/2", "equal_line/6", "toy/consensus-5", "toy/consensus-2"]


def named(environment, arrays) -> dict:
    names = environment.description.step_frames
    return dict(zip(names, [np.array(array) for array in arrays], strict=True))


def test_equal_line_follows_the_golden_numbers():
    environment = opened("equal_line/3", 1, F64)
    start = struct.pack("<qdd3d", 0, 0.0, 0.0, 0.2, 0.9, 1.7)
    first = environment.set_state(everything(1), [start])
    np.testing.assert_allclose(first[0][0], [0.02, 0.09, 0.17], rtol=0, atol=1e-15)
    for actions, positions, reward in LINE:
        step = named(environment, environment.step(np.array([actions]), everything(1)))
        np.testing.assert_allclose(step["state"][0] * 10, positions, rtol=0, atol=1e-12)
        np.testing.assert_allclose(step["rewards"][0], reward, rtol=0, atol=1e-12)
    np.testing.assert_allclose(step["episode_return"], 6.68, rtol=0, atol=1e-12)
    np.testing.assert_allclose(step["min_gap"], 3.34, rtol=0, atol=1e-12)


def test_the_first_reward_of_every_episode_pays_the_whole_gap():
    environment = opened("equal_line/3", 2, F64)
    for seeds in ([1, 2], [3, 4]):
        environment.reset(everything(2), np.array(seeds, np.uint64))
        stay = np.zeros((2, 3), np.int64)
        for rewarded in (1, 0):
            step = named(environment, environment.step(stay, everything(2)))
            # 10 (n - 1)/L = 2 times the least gap; nothing for standing still after that.
            expected = 2 * step["min_gap"] * rewarded
            np.testing.assert_allclose(step["rewards"], expected, rtol=0, atol=1e-14)


@pytest.mark.parametrize(("start", "actions", "after", "reward"), CONSENSUS)
def test_consensus_follows_the_golden_numbers(start, actions, after, reward):
    environment = opened("toy/consensus-5", 1, F64)
    environment.set_state(everything(1), [struct.pack("<qd5i", 0, 0.0, *start)])
    step = named(environment, environment.step(np.array([actions]), everything(1)))
    assert step["observations"][0, :, 0].tolist() == list(after)
    assert step["rewards"][0] == pytest.approx(reward, abs=1e-15)
    assert (step["terminated"][0], step["truncated"][0]) == (0, 1)


def episode(name: str, seeds: np.ndarray) -> list[dict]:
    environment = opened(name, len(seeds), F64)
    generators = [np.random.default_rng([int(seed), 1]) for seed in seeds]
    count = environment.description.action["count"]
    result = [dict(enumerate(a.copy() for a in environment.reset(everything(len(seeds)), seeds)))]
    for _ in range(environment.description.episode_limit):
        actions = np.stack([g.integers(0, count, environment.agents) for g in generators])
        result.append(named(environment, environment.step(actions, everything(len(seeds)))))
    return result


@pytest.mark.parametrize("name", TASKS)
def test_a_row_is_the_same_bits_whatever_the_number_of_rows(name):
    seeds = np.arange(100, 164, dtype=np.uint64)
    together = episode(name, seeds)
    for row in (0, 1, 31, 63):
        alone = episode(name, seeds[row : row + 1])
        for one, many in zip(alone, together, strict=True):
            assert all(one[key][0].tobytes() == many[key][row].tobytes() for key in one), row


@pytest.mark.parametrize("name", TASKS)
def test_inactive_rows_stay_and_stored_states_continue(name):
    environment = opened(name, 4, F64)
    seeds = np.arange(4, dtype=np.uint64)
    environment.reset(everything(4), seeds)
    before = environment.get_state()
    assert {len(state) for state in before} == {environment.description.state_bytes}
    actions = np.full((4, environment.agents), 2**31 - 1)
    actions[[0, 2]] = 1
    environment.step(actions, np.array([True, False, True, False]))
    after = environment.get_state()
    assert [a[:8] == b[:8] for a, b in zip(before, after, strict=True)] == [False, True] * 2
    assert (after[1], after[3]) == (before[1], before[3])
    environment.set_state(np.array([True, False, True, False]), before)
    assert environment.get_state() == before


@pytest.mark.parametrize(("name", "limit"), [("equal_line/3", 50), ("toy/consensus-5", 1)])
def test_episodes_are_cut_at_the_limit_and_never_terminated(name, limit):
    steps = episode(name, np.arange(5, dtype=np.uint64))[1:]
    assert [step["truncated"].all() for step in steps] == [False] * (limit - 1) + [True]
    assert not any(step["terminated"].any() for step in steps)
    total = sum(step["rewards"] for step in steps)
    np.testing.assert_allclose(steps[-1]["episode_return"], total, rtol=1e-12)
    assert steps[-1]["episode_length"].tolist() == [limit] * 5


@pytest.mark.parametrize(
    ("agents", "mean", "within"), [(3, 1.77, 0.06), (5, 1.08, 0.04), (6, 0.74, 0.03)]
)
def test_uniform_play_on_the_line_scores_what_the_facts_say(agents, mean, within):
    envs = 4000
    environment = opened(f"equal_line/{agents}", envs, F64)
    generator = np.random.default_rng(7)
    environment.reset(everything(envs), np.arange(envs, dtype=np.uint64))
    for _ in range(50):
        arrays = environment.step(generator.integers(0, 11, (envs, agents)), everything(envs))
    last = named(environment, arrays)
    found = float(last["episode_return"].mean())
    assert abs(found - mean) <= within, f"mean return {found:.3f}, expected {mean} +- {within}"
    telescoped = 10 * (agents - 1) * last["min_gap"] / environment.length
    np.testing.assert_allclose(last["episode_return"], telescoped, rtol=0, atol=1e-12)


def test_uniform_play_of_the_toy_scores_what_the_facts_say():
    envs = 50_000
    environment = opened("toy/consensus-5", envs, F64)
    generator = np.random.default_rng(7)
    environment.reset(everything(envs), np.arange(envs, dtype=np.uint64))
    arrays = environment.step(generator.integers(0, 3, (envs, 5)), everything(envs))
    rewards = named(environment, arrays)["rewards"]
    found = float(rewards.mean())
    assert abs(found - 0.346) <= 0.004, f"mean reward {found:.4f}, expected 0.346 +- 0.004"
    # All five in the middle: (1/3)^5 = 0.41 %.
    assert abs(float((rewards == 1).mean()) - 3.0**-5) <= 0.0012


def test_what_is_redundant_is_not_sent():
    with BridgeClient() as client:
        spec = client.make("equal_line/5", 2)
        assert spec["reset_frames"] == ["state", "available_actions"]
        derived = next(a for a in spec["arrays"] if a["name"] == "observations")
        assert (derived["derived_from"], derived["derived_by"]) == ("state", "repeat")
        assert (spec["timeout_kind"], spec["determinism"]) == ("terminal", "bitwise")
        assert client.reset([0, 1])["state"].shape == (2, 5)
        assert client.step(np.full((2, 5), 10))["available_actions"].shape == (2, 5, 11)
    with BridgeClient() as client:
        spec = client.make("toy/consensus-5", 2)
        assert spec["reset_frames"] == ["observations", "available_actions"]
        assert spec["timeout_kind"] == "bootstrap"
        client.reset([0, 1])
        with pytest.raises(BridgeError, match="action 3 of agent 4 in row 1"):
            client.step([[0, 1, 2, 0, 1], [0, 0, 0, 0, 3]])


def test_the_limit_is_an_option_that_makes_another_task():
    default = opened("equal_line/6", 1).description
    short = opened("equal_line/6", 1, episode_limit=10).description
    assert (default.label, default.episode_limit) == ("equal_line/6", 50)
    assert (short.label, short.episode_limit) == ("equal_line/6[episode_limit=10]", 10)


@pytest.mark.parametrize("env", ["equal_line/2", "equal_line/100", "toy/consensus-2"])
def test_ids_with_a_number_are_known(env):
    assert registry.find(env)[1].id == env


@pytest.mark.parametrize(
    ("env", "suggestion"),
    [
        ("equal_line/1", "equal_line/2"),
        ("equal_line/101", "equal_line/100"),
        ("equal_lin/6", "equal_line/6"),
        ("equal_line/06", "equal_line/6"),
        ("equal_line/N", "equal_line/2"),
        ("equal_line", "equal_line/2"),
        ("toy/consensus5", "toy/consensus-5"),
        ("toy/consensus-1", "toy/consensus-2"),
    ],
)
def test_other_ids_are_refused_with_one_that_exists(env, suggestion):
    with pytest.raises(BridgeError) as caught:
        registry.find(env)
    assert (caught.value.code, caught.value.suggestion) == ("UNKNOWN_ENV", suggestion)
    assert registry.find(suggestion)[1].id == suggestion


def test_the_listing_tells_what_the_number_means():
    for family, low in ((equal_line.FAMILY, 2), (toy.FAMILY, 2)):
        about = family.entries[0].describe()
        assert about["id"].endswith("N")
        assert (about["parameter"]["name"], about["parameter"]["low"]) == ("N", low)
        for value in about["parameter"]["examples"]:
            assert registry.find(about["id"].removesuffix("N") + str(value))
