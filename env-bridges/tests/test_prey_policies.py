"""Our own prey: found, named by its hash, refused when damaged, the same bits for every E."""

import hashlib
import json
import math
import shutil
import struct

import numpy as np
import pytest

from cfcql_bridges.errors import BridgeError
from cfcql_bridges.mpe import policy
from cfcql_bridges.mpe import prey as preys
from cfcql_bridges.mpe.scenarios import SCENARIOS
from support import everything, particles

HUNTS = ["simple_tag", "simple_world"]


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A copy of the shipped files in a folder where they can be damaged."""
    folder = tmp_path / "prey_policies"
    shutil.copytree(preys.OWN_FOLDER, folder)
    monkeypatch.setattr(preys, "OWN_FOLDER", folder)
    return folder


@pytest.mark.parametrize("name", HUNTS)
def test_without_an_option_the_shipped_prey_plays_and_is_named_by_its_hash(name):
    file = preys.OWN_FOLDER / f"{name}.safetensors"
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    described = particles(name, 1).description
    assert described.options["prey"] == described.parts["prey"] == f"cfcql-{sha256[:12]}"
    assert described.files == {"prey": sha256}
    assert described.determinism == "bitwise"
    assert particles(name, 1, prey="cfcql").description.label == described.label
    assert sha256 in (preys.OWN_FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", HUNTS)
def test_the_shipped_prey_is_the_same_one_by_its_path(name):
    path = str(preys.OWN_FOLDER / f"{name}.safetensors")
    assert particles(name, 1, prey=path).description.label == particles(name, 1).description.label


@pytest.mark.parametrize("name", HUNTS)
def test_a_shipped_prey_with_one_changed_byte_is_refused(shipped, name):
    file = shipped / f"{name}.safetensors"
    data = bytearray(file.read_bytes())
    data[-4] ^= 1
    file.write_bytes(data)
    with pytest.raises(BridgeError, match=r"BAD_OPTION.*is damaged: expected SHA-256 .* found"):
        particles(name, 1)
    # By its path it is a prey like any other, with another name.
    label = particles(name, 1, prey=str(file)).description.label
    assert label.startswith(f"mpe/{name}[prey=policy-")


def test_a_cut_or_absent_shipped_prey_is_refused(shipped):
    file = shipped / "simple_tag.safetensors"
    data = file.read_bytes()
    for length in (0, 7, 8, 200, len(data) - 1):
        file.write_bytes(data[:length])
        with pytest.raises(BridgeError, match="BAD_OPTION"):
            particles("simple_tag", 1)
    file.unlink()
    with pytest.raises(BridgeError, match=r"MISSING_DEPENDENCY.*restore it from the repository"):
        particles("simple_tag", 1)


def test_a_policy_of_another_task_is_no_prey():
    path = str(preys.OWN_FOLDER / "simple_world.safetensors")
    with pytest.raises(BridgeError, match=r"BAD_OPTION.*is no prey of simple_tag.*shape"):
        particles("simple_tag", 1, prey=path)
    with pytest.raises(BridgeError, match="does not hold predators of simple_tag"):
        particles("simple_tag_prey", 1, predators=path)


@pytest.mark.parametrize("name", HUNTS)
@pytest.mark.parametrize("rows", [2, 3, 8, 33, 256])
def test_controls_are_the_same_bits_whatever_the_number_of_rows(name, rows):
    prey = preys.load_prey("cfcql", SCENARIOS[name])
    observations = np.random.default_rng(1).normal(size=(preys.prey_width(SCENARIOS[name]), rows))
    together = prey.act(observations)
    assert np.abs(together).max() <= 1.0
    for row in range(rows):
        alone = prey.act(np.ascontiguousarray(observations[:, row : row + 1]))
        assert alone[:, 0].tobytes() == np.ascontiguousarray(together[:, row]).tobytes()


@pytest.mark.parametrize("name", HUNTS)
def test_controls_are_sums_from_the_first_input_to_the_last(name):
    scenario = SCENARIOS[name]
    file = policy.read(preys.OWN_FOLDER / f"{name}.safetensors")
    seen = np.random.default_rng(2).normal(size=preys.prey_width(scenario))
    values = [float(x) for x in seen]
    for layer in ("l1", "l2", "l3"):
        weight, bias = (file.tensors[f"actor0.{layer}.{part}"] for part in ("weight", "bias"))
        sums = []
        for row, start in zip(weight.tolist(), bias.tolist(), strict=True):
            total = row[0] * values[0]
            for factor, value in zip(row[1:], values[1:], strict=True):
                total += factor * value
            sums.append(total + start)
        values = [max(x, 0.0) for x in sums] if layer != "l3" else sums
    found = preys.load_prey("cfcql", scenario).act(seen[:, None])[:, 0]
    np.testing.assert_allclose(found, np.tanh(values), rtol=1e-15, atol=0)
    assert found.tobytes() == policy.tanh(np.array(values)).tobytes()


def test_the_tangent_of_our_own_is_exact_to_the_last_digits():
    values = np.concatenate(
        [np.linspace(-30, 30, 4001), np.linspace(-1e-5, 1e-5, 101), [0.0, -0.0, 1e300, 5e-324]]
    )
    expected = np.array([math.tanh(x) for x in values])
    np.testing.assert_allclose(policy.tanh(values), expected, rtol=1e-15, atol=0)
    assert np.signbit(policy.tanh(np.array([-0.0])))[0]


@pytest.mark.parametrize("name", HUNTS)
def test_the_prey_learns_from_its_own_side(name):
    environment = particles(f"{name}_prey", 4)
    described = environment.description
    assert described.label == f"mpe/{name}_prey[predators=scripted-v1]"
    assert described.agents == ("agent_0",)
    seen = environment.reset(everything(4), np.arange(4, dtype=np.uint64))[0]
    assert seen.shape == (4, 1, preys.prey_width(SCENARIOS[name]))
    total, touched = np.zeros(4), np.zeros(4)
    for _ in range(25):
        _, rewards, _, truncated, touches, returns, _ = environment.step(
            np.zeros((4, 1, 2)), everything(4)
        )
        total += rewards[:, 0]
        touched += touches
    assert truncated.all()
    np.testing.assert_array_equal(returns, total)
    # Whoever stands still is caught by the chasers.
    assert (touched > 0).all()
    assert (total <= 2.0 * 2 * 25 - SCENARIOS[name].touch_reward * touched).all()


def test_a_prey_pays_for_touches_and_for_leaving_the_field_and_likes_food():
    engine = particles("simple_world_prey", 1).engine
    engine.positions[:] = 5.0
    engine.positions[:, 3] = [[-0.5], [0.5]]
    assert engine.escape()[0][0] == 0.0
    engine.positions[:, 3] = [[-1.0], [2.5]]
    np.testing.assert_allclose(engine.escape()[0], [-(1.0 + 10.0)], rtol=1e-12)
    engine.positions[:, 3] = 0.0
    engine.positions[:, 5] = [[0.0], [0.07]]
    assert engine.escape()[0][0] == 2.0
    engine.positions[:, 0] = [[0.1], [0.0]]
    reward, touches = engine.escape()
    assert (reward[0], touches[0]) == (2.0 - 5.0, 1)


def test_predators_of_a_folder_play_in_turn_and_are_part_of_the_state(tmp_path):
    made = made_predators(tmp_path, SCENARIOS["simple_tag"], 16)
    environment = particles("simple_tag_prey", 4, predators=str(made))
    assert environment.description.parts["predators"].count("policy-") == 2
    assert set(environment.description.files) == {"predators0", "predators1"}
    environment.reset(everything(4), np.array([4, 5, 6, 7], np.uint64))
    still = np.zeros((4, 1, 2))
    environment.step(still, everything(4))
    states = environment.get_state()
    # The first team runs to the right, the second one to the left.
    speed = environment.engine.velocities[0, 0]
    assert list(speed > 0) == [True, False, True, False]
    other = particles("simple_tag_prey", 4, predators=str(made))
    other.reset(everything(4), np.array([5, 4, 7, 6], np.uint64))
    other.set_state(everything(4), states)
    for _ in range(3):
        left, right = environment.step(still, everything(4)), other.step(still, everything(4))
        assert [a.tobytes() for a in left] == [a.tobytes() for a in right]


def made_predators(folder, scenario, width):
    """Two exported policies whose predators always push right, and left."""
    for name, push in (("a", 1.0), ("b", -1.0)):
        header, values = {"__metadata__": {"format": "cfcql-policy 1"}}, b""
        header["__metadata__"]["task"] = json.dumps({"agents": scenario.learned})
        for agent in range(scenario.learned):
            tensors = {
                "l1.weight": np.zeros((1, width)),
                "l1.bias": np.zeros(1),
                "l2.weight": np.zeros((1, 1)),
                "l2.bias": np.zeros(1),
                "l3.weight": np.zeros((2, 1)),
                "l3.bias": np.array([push, 0.0]),
            }
            for key, array in tensors.items():
                data = array.astype("<f4").tobytes()
                header[f"actor{agent}.{key}"] = {
                    "dtype": "F32",
                    "shape": list(array.shape),
                    "data_offsets": [len(values), len(values) + len(data)],
                }
                values += data
        text = json.dumps(header).encode()
        (folder / f"{name}.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + values)
    return folder
