"""The reader of legacy model files admits tensors and nothing that runs."""

import contextlib
import io
import os
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import made_prey
from cfcql_bridges.mpe import legacy_pt
from support import prey_file


class Call:
    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def head() -> bytes:
    parts = (legacy_pt.MAGIC, legacy_pt.PROTOCOL, {"little_endian": True})
    return b"".join(pickle.dumps(part, protocol=2) for part in parts)


@pytest.mark.parametrize("name", ["simple_tag", "simple_world"])
def test_the_frozen_preys_are_read_completely(name):
    with prey_file(name).open("rb") as file:
        content = legacy_pt.load(file)
        assert file.read() == b""
    assert len(content["agent_params"]) == 4
    weight = content["agent_params"][3]["policy"]["fc2.weight"]
    assert (weight.shape, weight.dtype) == ((64, 64), np.float32)
    assert content["agent_params"][3]["policy"]["in_fn.num_batches_tracked"] > 0


@pytest.mark.parametrize(
    "evil", [Call(eval, "1"), Call(io.open, "/nowhere"), Call(getattr, 1, "x")]
)
def test_calls_of_anything_else_are_refused(evil):
    data = head() + pickle.dumps(evil, protocol=2)
    with pytest.raises(pickle.UnpicklingError, match="not allowed"):
        legacy_pt.load(io.BytesIO(data))


def test_another_magic_number_is_refused():
    with pytest.raises(pickle.UnpicklingError, match="no legacy"):
        legacy_pt.load(io.BytesIO(pickle.dumps(1, protocol=2) * 2))


def test_a_tensor_beyond_its_storage_is_refused():
    tensor = legacy_pt._Tensor(legacy_pt._Storage("0", "<f4", 3), 1, (3,), (1,))
    with pytest.raises(pickle.UnpicklingError, match="beyond its storage"):
        tensor.resolve({"0": np.zeros(3, np.float32)})


def test_a_cut_file_is_refused():
    whole = head() + pickle.dumps({}, protocol=2) + pickle.dumps(["0"], protocol=2)
    with pytest.raises(pickle.UnpicklingError, match="no legacy"):
        legacy_pt.load(io.BytesIO(whole + b"\1"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("offset", 1 << 40),
        ("offset", -1),
        ("offset", "0"),
        ("shape", (1 << 40,)),
        ("shape", (-3,)),
        ("shape", (True,)),
        ("strides", (1 << 40,)),
        ("strides", (-1,)),
        ("strides", (0, 0)),
        ("strides", None),
    ],
)
def test_fields_that_change_after_the_rebuilding_are_checked_where_they_are_used(field, value):
    """A BUILD opcode puts what it likes into the object's dictionary."""
    tensor = legacy_pt._rebuild_tensor(legacy_pt._Storage("0", "<f4", 3), 0, (3,), (1,))
    tensor.__dict__[field] = value
    with pytest.raises((pickle.UnpicklingError, ValueError, TypeError)):
        tensor.resolve({"0": np.zeros(3, np.float32)})


def test_a_size_beyond_all_memory_is_refused_by_name():
    parts = (pickle.dumps(part, protocol=2) for part in (legacy_pt.MAGIC, legacy_pt.PROTOCOL))
    whole = b"".join(parts) + pickle.BYTEARRAY8 + b"\xff" * 7 + b"\x7f"
    with pytest.raises(pickle.UnpicklingError, match="beyond all memory"):
        legacy_pt.load(io.BytesIO(bytes(whole)))


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("prey") / "made.pt"
    return made_prey.write(path, made_prey.tensors()).read_bytes()


@settings(max_examples=int(os.environ.get("CFCQL_FUZZ_EXAMPLES", "25")), deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_by_name(sound, data):
    whole = bytearray(sound)
    for _ in range(data.draw(st.integers(1, 4))):
        # The pickles stand at both ends; what lies between are numbers.
        at = data.draw(st.integers(0, min(len(whole), 4096) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    with contextlib.suppress(pickle.UnpicklingError, ValueError):
        legacy_pt.load(io.BytesIO(bytes(whole)))
