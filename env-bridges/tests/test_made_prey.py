"""Reading, listing and playing a prey, on a file that the tests write themselves."""

import io
import pickle

import numpy as np
import pytest

import made_prey
from cfcql_bridges.errors import BridgeError
from cfcql_bridges.mpe import legacy_pt, prey
from cfcql_bridges.mpe.scenarios import SCENARIOS


@pytest.fixture
def known(tmp_path, monkeypatch):
    values = made_prey.tensors()
    path = made_prey.write(tmp_path / "made.pt", values)
    monkeypatch.setattr(prey, "KNOWN", (made_prey.listed(path, values, "simple_tag"),))
    return path, values


def test_every_tensor_of_a_legacy_file_is_read_with_its_values(known):
    path, values = known
    policy = legacy_pt.load(io.BytesIO(path.read_bytes()))["agent_params"][0]["policy"]
    assert policy.keys() == values.keys()
    for name, value in values.items():
        np.testing.assert_array_equal(policy[name], value, err_msg=name)


def test_a_listed_prey_acts_as_its_layers_say(known):
    path, values = known
    actor = prey.load_prey(str(path), SCENARIOS["simple_tag"])
    assert actor.identity == f"omar-{actor.sha256[:12]}"
    seen = np.random.default_rng(2).normal(size=(made_prey.WIDTH, 5))
    wide = {name: value.astype(np.float64) for name, value in values.items()}
    hidden = (seen.T - wide["in_fn.running_mean"]) / np.sqrt(wide["in_fn.running_var"] + 1e-5)
    hidden = hidden * wide["in_fn.weight"] + wide["in_fn.bias"]
    for layer in ("fc1", "fc2"):
        hidden = np.maximum(hidden @ wide[f"{layer}.weight"].T + wide[f"{layer}.bias"], 0)
    expected = np.tanh(hidden @ wide["fc3.weight"].T + wide["fc3.bias"]).T
    np.testing.assert_allclose(actor.act(seen), expected, rtol=0, atol=1e-12)


def test_the_conversion_is_the_same_prey(known, tmp_path, capsys):
    path, values = known
    converted = tmp_path / "made.npz"
    assert prey.main([str(path), str(converted)]) == 0
    assert "10 tensors written" in capsys.readouterr().out
    read, _ = prey.read_model(converted)
    for name, value in values.items():
        np.testing.assert_array_equal(read[name], value, err_msg=name)


def test_files_that_are_not_listed_are_refused_with_what_they_are(known, tmp_path):
    path, _ = known
    other = made_prey.write(tmp_path / "other.pt", made_prey.tensors(seed=9))
    with pytest.raises(BridgeError, match="no listed model file \\(SHA-256 "):
        prey.read_model(other)
    np.savez(tmp_path / "other.npz", **made_prey.tensors(seed=9))
    with pytest.raises(BridgeError, match="tensors have SHA-256"):
        prey.read_model(tmp_path / "other.npz")
    (tmp_path / "text.npz").write_text("no archive")
    with pytest.raises(BridgeError, match="no prey in it"):
        prey.read_model(tmp_path / "text.npz")
    with pytest.raises(BridgeError, match="is the prey of simple_tag, not of simple_world"):
        prey.load_prey(str(path), SCENARIOS["simple_world"])
    with pytest.raises(BridgeError, match="no file "):
        prey.load_prey(str(tmp_path / "absent.pt"), SCENARIOS["simple_tag"])


def test_a_conversion_to_anything_else_is_refused_in_one_line(known, tmp_path, capsys):
    path, _ = known
    assert prey.main([str(path), "to.txt"]) == 2
    assert "usage" in capsys.readouterr().err
    assert prey.main([str(tmp_path / "absent.pt"), str(tmp_path / "to.npz")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_file_cut_anywhere_is_refused_by_name(known):
    path, _ = known
    whole = path.read_bytes()
    for end in range(0, len(whole), 97):
        with pytest.raises((pickle.UnpicklingError, ValueError)):
            legacy_pt.load(io.BytesIO(whole[:end]))
