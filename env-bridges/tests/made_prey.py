"""A prey in PyTorch's legacy layout, written without PyTorch; nobody's weights."""

import hashlib
import io
import pickle
import struct
from pathlib import Path

import numpy as np

from cfcql_bridges.mpe import legacy_pt, prey

WIDTH = 16
HIDDEN = 64
SHAPES = {
    **{f"in_fn.{part}": (WIDTH,) for part in ("weight", "bias", "running_mean", "running_var")},
    "fc1.weight": (HIDDEN, WIDTH),
    "fc1.bias": (HIDDEN,),
    "fc2.weight": (HIDDEN, HIDDEN),
    "fc2.bias": (HIDDEN,),
    "fc3.weight": (2, HIDDEN),
    "fc3.bias": (2,),
}


class _Storage:
    def __init__(self, key: str, count: int):
        self.pid = ("storage", _Named("torch", "FloatStorage"), key, "cpu", count, None)


class _Named:
    """A global, pickled by its name alone."""

    def __init__(self, module: str, name: str):
        self.text = f"c{module}\n{name}\n".encode()


class _Rebuilt:
    def __init__(self, storage: _Storage, shape: tuple[int, ...]):
        strides = tuple(int(np.prod(shape[axis + 1 :])) for axis in range(len(shape)))
        self.arguments = (storage, 0, shape, strides, False, {})


class _Pickler(pickle._Pickler):
    """The pure Python pickler, taught globals that cannot be imported here."""

    def persistent_id(self, value):
        return value.pid if isinstance(value, _Storage) else None

    def save(self, value, save_persistent_id=True):
        if isinstance(value, _Named):
            self.write(value.text)
        elif isinstance(value, _Rebuilt):
            self.save(_Named("torch._utils", "_rebuild_tensor_v2"))
            self.save(value.arguments)
            self.write(pickle.REDUCE)
        else:
            super().save(value, save_persistent_id)


def tensors(seed: int = 1) -> dict[str, np.ndarray]:
    """Values of every tensor of a prey; variances are positive."""
    random = np.random.default_rng(seed)
    return {
        name: (random.random(shape) + (0.5 if name.endswith("var") else -0.5)).astype("<f4")
        for name, shape in SHAPES.items()
    }


def write(path: Path, values: dict[str, np.ndarray]) -> Path:
    """Writes the model of one agent that is the prey."""
    policy = {
        name: _Rebuilt(_Storage(str(key), value.size), value.shape)
        for key, (name, value) in enumerate(values.items())
    }
    out = io.BytesIO()
    for part in (legacy_pt.MAGIC, legacy_pt.PROTOCOL, {"little_endian": True}):
        pickle.dump(part, out, protocol=2)
    _Pickler(out, protocol=2).dump({"agent_params": [{"policy": policy}]})
    pickle.dump([str(key) for key in range(len(values))], out, protocol=2)
    for value in values.values():
        out.write(struct.pack("<q", value.size) + value.tobytes())
    path.write_bytes(out.getvalue())
    return path


def listed(path: Path, values: dict[str, np.ndarray], scenario: str) -> prey.KnownPrey:
    """The entry that admits a written file."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return prey.KnownPrey(scenario, digest, prey.tensors_digest(values))
