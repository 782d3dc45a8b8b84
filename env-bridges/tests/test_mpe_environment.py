"""Rows are independent, random play has the published scores, state access and preys work."""

import numpy as np
import pytest

from cfcql_bridges.errors import BridgeError
from cfcql_bridges.mpe import prey as preys
from cfcql_bridges.mpe.scenarios import EPISODE_LIMIT, SCENARIOS
from support import everything, particles, prey_file

VARIANTS = [
    ("simple_spread", None),
    ("simple_tag", "cfcql"),
    ("simple_tag", "scripted"),
    ("simple_tag", "omar"),
    ("simple_world", "cfcql"),
    ("simple_world", "scripted"),
    ("simple_world", "omar"),
]


def variant(name: str, prey: str | None, envs: int, dtype: str = "f64"):
    if prey is None:
        return particles(name, envs, dtype)
    path = str(prey_file(name)) if prey == "omar" else prey
    return particles(name, envs, dtype, prey=path)


def episode(environment, seeds: np.ndarray) -> list[np.ndarray]:
    """All arrays of one episode, actions drawn per row from the row's own seed."""
    envs = len(seeds)
    generators = [np.random.default_rng([int(seed), 1]) for seed in seeds]
    result = [environment.reset(everything(envs), seeds)[0].copy()]
    for _ in range(EPISODE_LIMIT):
        actions = np.stack([g.uniform(-1.0, 1.0, (3, 2)) for g in generators])
        result += [a.copy() for a in environment.step(actions, everything(envs))]
    return result


@pytest.mark.parametrize(("name", "prey"), VARIANTS)
@pytest.mark.parametrize("envs", [8, 256])
def test_a_row_is_the_same_bits_whatever_the_number_of_rows(name, prey, envs):
    seeds = np.arange(100, 100 + envs, dtype=np.uint64)
    together = episode(variant(name, prey, envs), seeds)
    for row in {0, 1, 5, envs // 2 - 1, envs - 1}:
        alone = episode(variant(name, prey, 1), seeds[row : row + 1])
        for index, (one, many) in enumerate(zip(alone, together, strict=True)):
            assert one[0].tobytes() == np.ascontiguousarray(many[row]).tobytes(), (row, index)


@pytest.mark.parametrize(("name", "prey"), VARIANTS)
def test_inactive_rows_stay_as_they_are(name, prey):
    environment = variant(name, prey, 4)
    seeds = np.arange(4, dtype=np.uint64)
    environment.reset(everything(4), seeds)
    before = environment.get_state()
    actions = np.full((4, 3, 2), np.nan)
    actions[[0, 2]] = 0.5
    environment.step(actions, np.array([True, False, True, False]))
    after = environment.get_state()
    assert [a == b for a, b in zip(before, after, strict=True)] == [False, True, False, True]
    environment.reset(np.array([True, False, True, False]), seeds)
    assert environment.get_state() == before


@pytest.mark.parametrize(("name", "prey"), VARIANTS)
def test_a_stored_state_continues_as_the_original(name, prey):
    environment = variant(name, prey, 2)
    environment.reset(everything(2), np.array([3, 4], np.uint64))
    actions = np.random.default_rng(0).uniform(-1, 1, (10, 2, 3, 2))
    for action in actions[:4]:
        environment.step(action, everything(2))
    states = environment.get_state()
    assert {len(state) for state in states} == {environment.description.state_bytes}
    other = variant(name, prey, 2)
    other.set_state(everything(2), states)
    for action in actions[4:]:
        left = [a.tobytes() for a in environment.step(action, everything(2))]
        right = [a.tobytes() for a in other.step(action, everything(2))]
        assert left == right


def test_episodes_are_truncated_at_25_and_never_terminated():
    arrays = episode(particles("simple_spread", 3), np.arange(3, dtype=np.uint64))[1:]
    steps = [arrays[i : i + 8] for i in range(0, len(arrays), 8)]
    assert [step[3].all() for step in steps] == [False] * 24 + [True]
    assert not any(step[2].any() for step in steps)
    total = sum(step[1].mean(axis=1) for step in steps)
    np.testing.assert_allclose(steps[-1][6], total, rtol=1e-12)
    assert list(steps[-1][7]) == [25] * 3


@pytest.mark.parametrize(
    ("name", "prey", "mean", "within"),
    [
        ("simple_spread", None, 160.2, 1.5),
        ("simple_tag", "omar", -4.17, 0.3),
        ("simple_world", "omar", -6.76, 0.3),
    ],
)
def test_uniform_play_scores_what_the_published_data_say(name, prey, mean, within):
    envs, rounds = 1000, 20
    environment = variant(name, prey, envs)
    generator = np.random.default_rng(7)
    returns = []
    for number in range(rounds):
        seeds = np.arange(number * envs, (number + 1) * envs, dtype=np.uint64)
        environment.reset(everything(envs), seeds)
        for _ in range(EPISODE_LIMIT):
            arrays = environment.step(generator.uniform(-1, 1, (envs, 3, 2)), everything(envs))
        returns.append(arrays[6].copy())
    found = float(np.mean(returns))
    assert abs(found - mean) <= within, f"mean return {found:.3f}, expected {mean} +- {within}"


def test_coinciding_agents_are_finite():
    environment = particles("simple_tag", 1, prey="scripted")
    environment.reset(everything(1), np.zeros(1, np.uint64))
    environment.engine.positions[:] = 0.25
    for _ in range(3):
        arrays = environment.step(np.zeros((1, 3, 2)), everything(1))
    assert all(np.isfinite(array).all() for array in arrays)


def test_preys_are_named_in_label_parts_and_files():
    own = particles("simple_tag", 1).description
    sha256 = preys.OWN_SHA256["simple_tag"]
    assert own.label == f"mpe/simple_tag[prey=cfcql-{sha256[:12]}]"
    assert (own.parts, own.files) == (
        {"prey": f"cfcql-{sha256[:12]}"},
        {"prey": sha256},
    )
    scripted = particles("simple_tag", 1, prey="scripted").description
    assert scripted.label == "mpe/simple_tag[prey=scripted-v1]"
    assert (scripted.parts, scripted.files) == ({"prey": "scripted-v1"}, {})
    path = prey_file("simple_tag")
    frozen = particles("simple_tag", 1, prey=str(path)).description
    assert frozen.label == "mpe/simple_tag[prey=omar-b22b95f3397f]"
    assert frozen.files["prey"].startswith("b22b95f3397f")
    assert frozen.options["prey"] == "omar-b22b95f3397f"
    assert str(path) not in repr(frozen)


def test_a_scripted_prey_flees_and_stays_near():
    environment = particles("simple_tag", 64, prey="scripted")
    environment.reset(everything(64), np.arange(64, dtype=np.uint64))
    for _ in range(EPISODE_LIMIT):
        environment.step(np.zeros((64, 3, 2)), everything(64))
    engine = environment.engine
    prey = engine.positions[:, 3]
    assert np.sqrt((prey**2).sum(axis=0)).max() < 2.0
    control = preys.ScriptedPrey(engine.scenario).act(engine.prey_observation())
    assert np.abs(control).max() <= 1.0


def test_a_converted_prey_acts_and_is_named_as_the_original(tmp_path):
    path = prey_file("simple_world")
    target = tmp_path / "prey.npz"
    assert preys.main([str(path), str(target)]) == 0
    scenario = SCENARIOS["simple_world"]
    original, converted = (preys.load_prey(str(p), scenario) for p in (path, target))
    assert converted.identity == original.identity == "omar-ed3170cfb9c3"
    observation = np.random.default_rng(0).normal(size=(22, 5))
    assert original.act(observation).tobytes() == converted.act(observation).tobytes()


def test_prey_files_that_are_not_listed_are_refused(tmp_path):
    scenario = SCENARIOS["simple_tag"]
    with pytest.raises(BridgeError, match=r"MISSING_DEPENDENCY.*no file"):
        preys.load_prey(str(tmp_path / "absent.pt"), scenario)
    strange = tmp_path / "strange.pt"
    strange.write_bytes(b"\x80\x02cposix\nsystem\n(X\x02\x00\x00\x00lstR.")
    with pytest.raises(BridgeError, match=r"BAD_OPTION.*no listed model file"):
        preys.load_prey(str(strange), scenario)
    changed = tmp_path / "changed.npz"
    np.savez(changed, **{name: np.zeros(3) for name in preys.TENSORS})
    with pytest.raises(BridgeError, match=r"BAD_OPTION.*no listed model file"):
        preys.load_prey(str(changed), scenario)
    other = prey_file("simple_world")
    with pytest.raises(BridgeError, match="is the prey of simple_world"):
        preys.load_prey(str(other), scenario)
