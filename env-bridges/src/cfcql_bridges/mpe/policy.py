"""Policies that `cfcql export` wrote, computed so that every machine finds the same bits.

Only additions, products and comparisons of float64 values in a fixed order take part, elementwise
along the rows: no BLAS, and a hyperbolic tangent of our own, because NumPy's depends on the
processor.
"""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

FORMAT = "cfcql-policy 1"
MAX_FILE_BYTES = 16 << 20
BATCH_NORM_EPSILON = 1e-5
_LAYERS = ("l1", "l2", "l3")
_NORMALISATION = ("bn.weight", "bn.bias", "bn.running_mean", "bn.running_var")

# The logarithm of two in two parts, the first of them short enough that k * _LN2_HIGH is exact.
_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_EXP_TERMS = 14
# Beyond it the tangent is 1 in float64.
_TANH_LIMIT = 20.0


class PolicyFileError(ValueError):
    """A file that is no exported policy, or not one of the sizes that are needed."""


@dataclass(frozen=True)
class PolicyFile:
    """Tensors of an exported policy, its SHA-256 and the number of its agents."""

    sha256: str
    agents: int
    tensors: dict[str, np.ndarray]


def read(path: Path) -> PolicyFile:
    """The policy at ``path``; `PolicyFileError` if it is none or is damaged, OSError."""
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise PolicyFileError(f"{size} bytes, expected at most {MAX_FILE_BYTES}")
    data = path.read_bytes()
    try:
        (length,) = struct.unpack_from("<Q", data)
        header = json.loads(data[8 : 8 + length].decode("utf-8"))
        metadata = header.pop("__metadata__")
        if metadata["format"] != FORMAT:
            raise PolicyFileError(f"format {metadata['format']!r}, expected {FORMAT!r}")
        agents = int(json.loads(metadata["task"])["agents"])
        values = data[8 + length :]
        tensors = {name: _tensor(values, entry) for name, entry in header.items()}
    except PolicyFileError:
        raise
    except (struct.error, KeyError, TypeError, AttributeError, ValueError) as problem:
        raise PolicyFileError(f"no exported policy: {problem}") from problem
    if not 1 <= agents <= 1000:
        raise PolicyFileError(f"{agents} agents")
    return PolicyFile(hashlib.sha256(data).hexdigest(), agents, tensors)


def _tensor(values: bytes, entry: dict) -> np.ndarray:
    begin, end = entry["data_offsets"]
    shape = tuple(entry["shape"])
    wanted = 4 * int(np.prod(shape, dtype=np.int64))
    if entry["dtype"] != "F32" or not 0 <= begin <= end <= len(values) or end - begin != wanted:
        raise PolicyFileError(f"a tensor of {shape} in bytes {begin} to {end} of {len(values)}")
    array = np.frombuffer(values[begin:end], "<f4").reshape(shape)
    if not np.isfinite(array).all():
        raise PolicyFileError("a tensor with values that are not finite")
    return array


class Network:
    """One agent's policy: optional batch normalisation, two ReLU layers, tanh."""

    def __init__(self, file: PolicyFile, agent: int, inputs: int, outputs: int):
        def tensor(name: str, *shape: int) -> np.ndarray:
            found = file.tensors.get(f"actor{agent}.{name}")
            if found is None or found.shape != shape:
                shown = "none" if found is None else f"shape {found.shape}"
                raise PolicyFileError(
                    f"expected actor{agent}.{name} of shape {shape}, found {shown}"
                )
            return found.astype(np.float64)

        first = file.tensors.get(f"actor{agent}.l1.bias")
        hidden = 0 if first is None else first.size
        sizes = (inputs, hidden, hidden, outputs)
        self._layers = []
        for layer, narrow, wide in zip(_LAYERS, sizes[:-1], sizes[1:], strict=True):
            weight, bias = tensor(f"{layer}.weight", wide, narrow), tensor(f"{layer}.bias", wide)
            self._layers.append((np.ascontiguousarray(weight.T)[:, :, None], bias[:, None]))
        self._scale = self._shift = None
        if f"actor{agent}.{_NORMALISATION[0]}" in file.tensors:
            weight, bias, mean, variance = (tensor(name, inputs) for name in _NORMALISATION)
            scale = weight / np.sqrt(variance + BATCH_NORM_EPSILON)
            self._scale, self._shift = scale[:, None], (bias - mean * scale)[:, None]

    def act(self, observation: np.ndarray) -> np.ndarray:
        """Controls [outputs, E] from observations [inputs, E], float64."""
        hidden = observation
        if self._scale is not None:
            hidden = hidden * self._scale + self._shift
        for weight, bias in self._layers[:-1]:
            hidden = np.maximum(_product(weight, hidden) + bias, 0.0)
        weight, bias = self._layers[-1]
        return tanh(_product(weight, hidden) + bias)


def _product(weight: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """Sums over the first axis of [in, out, 1] times [in, E], from the first input to the last."""
    terms = weight * inputs[:, None, :]
    # The reduced axis is the slowest in memory, so whole rows are added one after the other: no
    # pairwise sums, which would depend on E.
    return np.add.reduce(terms, axis=0)


def tanh(values: np.ndarray) -> np.ndarray:
    """Hyperbolic tangent within 4e-16, of elementary operations only."""
    size = np.minimum(np.abs(values), _TANH_LIMIT)
    # tanh x = m / (m + 2) with m = exp(2x) - 1, summed without the 1, which keeps small x exact.
    double = 2.0 * size
    power = np.floor(double / (_LN2_HIGH + _LN2_LOW) + 0.5)
    rest = (double - power * _LN2_HIGH) - power * _LN2_LOW
    series = np.zeros_like(rest)
    for term in range(_EXP_TERMS, 0, -1):
        series = (series + 1.0) * rest / term
    grown = np.ldexp(1.0, power.astype(np.int64))
    less = series * grown + (grown - 1.0)
    return np.copysign(less / (less + 2.0), values)
