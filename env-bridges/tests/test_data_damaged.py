"""Damaged sources are imported whole or refused in one line; nothing else happens."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from cfcql_data.convert import export, load
from cfcql_data.errors import RefusedError
from cfcql_data.rows import TRUNCATION
from made_data import (
    agent_files,
    episodes,
    flat_rows,
    padded,
    request,
    without_final_rows,
    write_hdf5,
    write_npy,
)

EXAMPLES = int(os.environ.get("CFCQL_FUZZ_EXAMPLES", "40"))


def sources(folder: Path) -> dict[str, Path]:
    """A sound source of each layout."""
    numbered, continuous = episodes(), episodes(discrete=False)
    without_final_rows(episodes(timeout=TRUNCATION)).store(folder / "data")
    (folder / "v.vlt/u").mkdir(parents=True)
    vault = folder / "v.vlt/u"
    asked = {"source": str(folder / "data"), "target": str(vault), "format": "vault"}
    export(asked, lambda count: None)
    write_npy(folder / "agents", agent_files(continuous))
    write_npy(folder / "buffer", padded(numbered))
    (folder / "buffer/meta.json").write_text('{"episodes_in_buffer": 4}')
    return {
        "plain": write_hdf5(folder / "plain.h5", padded(numbered)),
        "packed": write_hdf5(
            folder / "packed.h5", padded(numbered), chunks=True, compression=4, fletcher32=True
        ),
        "flat": write_hdf5(folder / "flat.h5", flat_rows(continuous)),
        "agents": folder / "agents",
        "buffer": folder / "buffer",
        "vault": vault,
    }


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """Sound sources, made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda descriptor: None)
        yield sources(tmp_path_factory.mktemp("sound"))


def damage(data: bytes, draw) -> bytes:
    """Some bytes changed, cut or doubled."""
    if not data:
        return b"\x00"
    at = draw(some.integers(0, len(data) - 1))
    how = draw(some.sampled_from(["bit", "byte", "cut", "zero", "double"]))
    if how == "bit":
        return data[:at] + bytes([data[at] ^ 1 << draw(some.integers(0, 7))]) + data[at + 1 :]
    if how == "byte":
        return data[:at] + bytes([draw(some.integers(0, 255))]) + data[at + 1 :]
    if how == "cut":
        return data[:at]
    if how == "zero":
        return data[:at] + bytes(min(64, len(data) - at)) + data[at + 64 :]
    return data[:at] + data[max(0, at - 32) :]


def refusal(source: Path, target: Path, limit: int | None) -> str | None:
    """What is said of a source that is not read."""
    try:
        load(request(source, episode_limit=limit), None, target, [], "0", lambda count: None)
    except RefusedError as refused:
        return str(refused)
    return None


@pytest.mark.parametrize("layout", ["plain", "packed", "flat", "agents", "buffer", "vault"])
def test_a_damaged_source_is_read_or_refused(sound, layout):
    @settings(deadline=None, max_examples=EXAMPLES)
    @given(some.data())
    def damaged(data):
        with tempfile.TemporaryDirectory() as name:
            copy = Path(name) / sound[layout].name
            if sound[layout].is_dir():
                shutil.copytree(sound[layout], copy)
                files = sorted(path for path in copy.rglob("*") if path.is_file())
                file = data.draw(some.sampled_from(files))
            else:
                file = Path(shutil.copy(sound[layout], copy))
            file.write_bytes(damage(file.read_bytes(), data.draw))
            target = Path(name) / "read"
            target.mkdir()
            message = refusal(copy, target, 6 if layout in ("flat", "agents") else None)
            if message is not None:
                assert "expected" in message
                assert "\n" not in message
                assert not (target / "card.json").exists()

    damaged()
