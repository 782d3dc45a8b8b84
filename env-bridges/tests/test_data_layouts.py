"""Random episodes written in every layout are read back equal, whatever is read at once."""

import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tensorstore
from hypothesis import given, settings
from hypothesis import strategies as some

from cfcql_data.convert import export, load
from cfcql_data.rows import CUT, TRUNCATION
from cfcql_data.vault import store
from made_data import (
    agent_files,
    arrays_of,
    episodes,
    flat_rows,
    padded,
    request,
    without_final_rows,
    write_hdf5,
    write_npy,
)

EXAMPLES = int(os.environ.get("CFCQL_FUZZ_EXAMPLES", "15"))
TYPES = ["<f4", ">f4", "<f8", ">f8"]


@pytest.fixture(autouse=True, scope="module")
def no_waiting_for_the_disk():
    """Thousands of small files need not survive a power cut."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda descriptor: None)
        yield


def read(source, target, layout=None, **options):
    """Import into a new folder; the card."""
    target.mkdir()
    card, _ = load(request(source, **options), layout, target, [], "0", lambda count: None)
    return card


def write(source, target, layout, **options):
    """Export; folders are made."""
    if layout != "cfcql-h5":
        target.mkdir(parents=True)
    asked = {"source": str(source), "target": str(target), "format": layout, **options}
    export(asked, lambda count: None)
    return target


def assert_equal(folder: Path, other: Path):
    """Array by array, so that a difference is seen."""
    first, second = arrays_of(folder), arrays_of(other)
    assert first.keys() == second.keys()
    for name, values in first.items():
        np.testing.assert_array_equal(values, second[name], err_msg=name)
        assert values.dtype == second[name].dtype


@some.composite
def made(draw, discrete):
    """Episodes of random sizes; one ends before the limit, one is as long as the limit."""
    limit = draw(some.integers(2, 7))
    lengths = [*draw(some.lists(some.integers(1, limit), max_size=6)), limit, limit - 1]
    return episodes(
        lengths=draw(some.permutations(lengths)),
        limit=limit,
        agents=draw(some.integers(1, 3)),
        observation=draw(some.integers(1, 3)),
        state=draw(some.integers(10, 12)),
        actions=draw(some.integers(1, 4)),
        discrete=discrete,
        seed=draw(some.integers(0, 1000)),
    )


blocks = some.sampled_from([1, 300, 2000, 48 << 20])


@settings(deadline=None, max_examples=EXAMPLES)
@given(made(discrete=True), blocks, some.sampled_from([None, 2]), some.sampled_from(TYPES))
def test_padded_files_are_read_as_they_were_written(data, block, chunk, kind):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data.store(folder / "data")
        arrays = padded(data)
        for key in ("obs", "state", "reward"):
            arrays[key] = arrays[key].astype(kind)
        storage = {"chunks": True, "compression": "gzip"} if chunk else {}
        write_hdf5(folder / "one.h5", arrays, **storage)
        read(folder / "one.h5", folder / "read", block_bytes=block)
        assert_equal(folder / "data", folder / "read")


@settings(deadline=None, max_examples=EXAMPLES)
@given(made(discrete=True), blocks)
def test_parts_are_one_data_set_in_order(data, block):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data.store(folder / "data")
        (folder / "parts").mkdir()
        whole = padded(data)
        for part in range(2):
            half = {key: np.array_split(values, 2)[part] for key, values in whole.items()}
            write_hdf5(folder / "parts" / f"part_{part}.h5", half)
        read(folder / "parts", folder / "read", block_bytes=block)
        assert_equal(folder / "data", folder / "read")


@settings(deadline=None, max_examples=EXAMPLES)
@given(made(discrete=True), blocks, some.booleans())
def test_folders_of_padded_arrays_are_read_as_they_were_written(data, block, onehot):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data.store(folder / "data")
        arrays = padded(data)
        count = len(arrays["obs"])
        if onehot:
            choices = arrays.pop("actions")[..., 0]
            arrays["actions_onehot"] = np.eye(data.task.actions)[choices]
        # A buffer that was not full: room behind the episodes.
        arrays = {key: np.concatenate([value, value[:1]]) for key, value in arrays.items()}
        write_npy(folder / "buffer", arrays)
        meta = {"buffer_index": count, "episodes_in_buffer": count, "buffer_size": count + 1}
        (folder / "buffer/meta.json").write_text(json.dumps(meta))
        read(folder / "buffer", folder / "read", block_bytes=block)
        assert_equal(folder / "data", folder / "read")


@settings(deadline=None, max_examples=EXAMPLES)
@given(made(discrete=True), blocks)
def test_files_without_final_observations_are_read_and_marked(data, block):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        without_final_rows(data).store(folder / "data")
        write_hdf5(folder / "one.h5", padded(data, final_slot=False))
        card = read(folder / "one.h5", folder / "read", block_bytes=block)
        assert card["schema"] == 2
        assert_equal(folder / "data", folder / "read")


@settings(deadline=None, max_examples=EXAMPLES)
@given(made(discrete=True), blocks, some.booleans(), some.randoms(use_true_random=False))
def test_corrected_ends_are_read_as_they_were_written(data, block, final_slot, random):
    """OffPyMARL's variant: any episode may have ended or been cut, whatever its length."""
    real = np.array([random.random() < 0.5 for _ in data.rows.lengths])
    data.rows = replace(
        data.rows, terminated=real, truncated=np.where(real, 0, CUT).astype(np.uint8)
    )
    expected = data if final_slot else without_final_rows(data)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        expected.store(folder / "data")
        arrays = padded(data, final_slot=final_slot)
        arrays["corrected_terminated"] = arrays["terminated"] * real[:, None, None]
        arrays["actions_onehot"] = np.eye(data.task.actions, dtype=np.uint8)[
            arrays["actions"][..., 0] if final_slot else arrays.pop("actions")[..., 0]
        ]
        write_hdf5(folder / "one.h5", arrays)
        card = read(folder / "one.h5", folder / "read", block_bytes=block)
        assert card["task"]["timeoutKind"] == TRUNCATION
        assert_equal(folder / "data", folder / "read")


@settings(deadline=None, max_examples=EXAMPLES)
@given(made(discrete=False), blocks, some.sampled_from(TYPES))
def test_agent_files_are_read_as_they_were_written(data, block, kind):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data.store(folder / "data")
        arrays = {key: values.astype(kind) for key, values in agent_files(data).items()}
        arrays = {key: np.asfortranarray(values) for key, values in arrays.items()}
        write_npy(folder / "agents", arrays)
        options = {"block_bytes": block, "episode_limit": data.task.limit}
        read(folder / "agents", folder / "read", **options)
        assert_equal(folder / "data", folder / "read")


@settings(deadline=None, max_examples=EXAMPLES)
@given(made(discrete=False), blocks)
def test_flat_rows_are_read_as_they_were_written(data, block):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        without_final_rows(data).store(folder / "data")
        write_hdf5(folder / "one.h5", flat_rows(data))
        options = {"block_bytes": block, "episode_limit": data.task.limit}
        read(folder / "one.h5", folder / "read", "omiga", **options)
        assert_equal(folder / "data", folder / "read")


@settings(deadline=None, max_examples=EXAMPLES)
@given(some.booleans().flatmap(lambda discrete: made(discrete=discrete)), blocks)
def test_vaults_are_written_and_read_as_the_same_data(data, block):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data.task = data.task.__class__(**{**data.task.__dict__, "timeout": TRUNCATION})
        same = without_final_rows(data)
        same.store(folder / "data")
        write(folder / "data", folder / "made.vlt/Medium", "vault", blockBytes=block)
        card = read(folder / "made.vlt/Medium", folder / "read", block_bytes=block)
        assert card["task"]["episodeLimit"] == data.task.limit
        assert_equal(folder / "data", folder / "read")


@settings(deadline=None, max_examples=EXAMPLES)
@given(some.booleans().flatmap(lambda discrete: made(discrete=discrete)), blocks)
def test_what_was_exported_is_imported_as_the_same_data(data, block):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        before = data.store(folder / "data")
        layout = "cfcql-h5" if data.task.discrete else "omar"
        exported = write(folder / "data", folder / "out.h5", layout, blockBytes=block)
        limit = None if data.task.discrete else data.task.limit
        after = read(exported, folder / "read", layout, block_bytes=block, episode_limit=limit)
        assert_equal(folder / "data", folder / "read")
        assert after["hash"] == before["hash"]
        if data.task.discrete:
            assert after["task"] == before["task"]


@pytest.mark.parametrize("per_agent", [False, True])
def test_rewards_of_agents_are_told_from_one_of_the_team(tmp_path, per_agent):
    data = episodes(discrete=False, per_agent=per_agent)
    data.store(tmp_path / "data")
    write_npy(tmp_path / "agents", agent_files(data))
    card = read(tmp_path / "agents", tmp_path / "read", episode_limit=6)
    assert card["task"]["perAgentReward"] is per_agent
    assert_equal(tmp_path / "data", tmp_path / "read")


def test_every_draw_of_a_vault_is_a_data_set(tmp_path):
    data = [without_final_rows(episodes(seed=seed, timeout=TRUNCATION)) for seed in (1, 2)]
    for index, one in enumerate(data):
        one.store(tmp_path / f"data{index}")
        write(tmp_path / f"data{index}", tmp_path / f"v{index}.vlt/u", "vault")
    joined = tmp_path / "both.vlt/u"
    joined.mkdir(parents=True)
    (joined / "metadata.json").write_bytes((tmp_path / "v0.vlt/u/metadata.json").read_bytes())
    names = ["actions", "observations", "rewards", "terminals", "truncations"]
    for name in [f"{key}./" for key in [*names, "infos.state", "infos.legals"]] + ["vault_index/"]:
        parts = [
            tensorstore.open(store(tmp_path / f"v{index}.vlt/u", name), read=True).result()
            for index in (0, 1)
        ]
        rows = int(data[0].rows.lengths.sum())
        values = [
            part.read().result() if name == "vault_index/" else part[:, :rows].read().result()
            for part in parts
        ]
        both = values[0] if name == "vault_index/" else np.concatenate(values)
        spec = {
            **store(joined, name),
            "metadata": {"dtype": both.dtype.str, "shape": list(both.shape)},
            "create": True,
        }
        tensorstore.open(spec).result().write(both).result()
    for index in (0, 1):
        read(joined, tmp_path / f"read{index}", draw=index)
        assert_equal(tmp_path / f"data{index}", tmp_path / f"read{index}")
