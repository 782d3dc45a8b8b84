"""The prey of predator-prey and world: ours, the paper's by hash, any exported one, or a script."""

from __future__ import annotations

import hashlib
import pickle
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from cfcql_bridges.errors import BridgeError
from cfcql_bridges.mpe import legacy_pt, policy
from cfcql_bridges.mpe.scenarios import Scenario

OWN = "cfcql"
SCRIPTED = "scripted"
WORDS = (OWN, SCRIPTED)
OWN_FOLDER = Path(__file__).resolve().parent / "prey_policies"
BATCH_NORM_EPSILON = 1e-5
MAX_FILE_BYTES = 16 << 20
TENSORS = (
    "in_fn.weight",
    "in_fn.bias",
    "in_fn.running_mean",
    "in_fn.running_var",
    "fc1.weight",
    "fc1.bias",
    "fc2.weight",
    "fc2.bias",
    "fc3.weight",
    "fc3.bias",
)


@dataclass(frozen=True)
class KnownPrey:
    """A model file that may be loaded: SHA-256 of the original and of its prey's tensors."""

    scenario: str
    sha256: str
    tensors_sha256: str

    @property
    def identity(self) -> str:
        """Name for results."""
        return f"omar-{self.sha256[:12]}"


KNOWN = (
    KnownPrey(
        "simple_tag",
        "b22b95f3397f41a21aa247810e385a8ecf85294f2e2ed8e523a954c633daf7a2",
        "1176ad5f5cc358b5d50dc96acafe7d576504cb43ba8d4ef8698a791b729dc0fa",
    ),
    KnownPrey(
        "simple_world",
        "ed3170cfb9c3f6872305c9c795a7aed089fde7b5e5cc2bff5f7debfed37c2115",
        "ee385e4c6ecccc2f7aa627d504835b59f435b966c8a281d0980e981ce412e0e6",
    ),
)


# Our own, in `OWN_FOLDER`, which says how they were made: SHA-256 of the file by scenario.
OWN_SHA256 = {
    "simple_tag": "22b86a32e352d78d77b428b9c0f23cfd3872109e0e041742e3e2a2c0334bf912",
    "simple_world": "66c9cf12a4219c4aad74a4cae4dcd24190433f63c8586a0583784a1888282f20",
}


class Prey(Protocol):
    """A policy of the prey; ``sha256`` is None for one that is no file.

    ``bitwise`` says whether its controls are the same bits on every machine.
    """

    identity: str
    sha256: str | None
    bitwise: bool

    def act(self, observation: np.ndarray) -> np.ndarray:
        """Controls [2, E] in [-1, 1] from the prey's observation [width, E]."""
        ...


class ScriptedPrey:
    """Flees from near predators and turns back outside the unit circle.

    Control = sum over predators of (me - predator) / (distance² + 0.01), minus 4 · excess ·
    position, where excess is how far |position| exceeds 1; divided by its larger component if
    that exceeds 1. An evader of our own: results with it are not comparable with the paper's.
    """

    identity = "scripted-v1"
    sha256 = None
    bitwise = True

    def __init__(self, scenario: Scenario):
        start = 4 + 2 * scenario.landmarks
        self._predators = [start + 2 * i for i in range(scenario.learned)]

    def act(self, observation: np.ndarray) -> np.ndarray:
        """Controls [2, E]; sums run in a fixed order."""
        position = observation[2:4]
        radius = np.sqrt(position[0] * position[0] + position[1] * position[1])
        control = -4.0 * np.maximum(radius - 1.0, 0.0) * position
        for column in self._predators:
            towards = observation[column : column + 2]
            squared = towards[0] * towards[0] + towards[1] * towards[1]
            control = control - towards / (squared + 0.01)
        largest = np.maximum(np.abs(control[0]), np.abs(control[1]))
        return control / np.maximum(largest, 1.0)


class NetworkPrey:
    """Actor of the paper's code in inference mode, computed in float64.

    Batch normalisation with the stored running statistics, two ReLU layers, tanh.
    """

    # BLAS and NumPy's vectorised tanh depend on the processor.
    bitwise = False

    def __init__(self, tensors: dict[str, np.ndarray], known: KnownPrey):
        self.identity = known.identity
        self.sha256 = known.sha256
        wide = {name: tensors[name].astype(np.float64) for name in TENSORS}
        spread = np.sqrt(wide["in_fn.running_var"] + BATCH_NORM_EPSILON)
        self._scale = wide["in_fn.weight"] / spread
        self._shift = wide["in_fn.bias"] - wide["in_fn.running_mean"] * self._scale
        self._layers = [
            (np.ascontiguousarray(wide[f"fc{i}.weight"].T), wide[f"fc{i}.bias"]) for i in (1, 2, 3)
        ]

    def act(self, observation: np.ndarray) -> np.ndarray:
        """Controls [2, E] from observations [width, E]."""
        # One product per row, always of the same shape: a product over all rows at once would
        # take another path through BLAS for another E and round differently.
        hidden = np.ascontiguousarray(observation.T)[:, None, :] * self._scale + self._shift
        for weight, bias in self._layers[:-1]:
            hidden = np.maximum(np.matmul(hidden, weight) + bias, 0.0)
        weight, bias = self._layers[-1]
        return np.tanh(np.matmul(hidden, weight) + bias)[:, 0].T


class ExportedPrey:
    """A prey that the harness trained and exported (`policy.Network`)."""

    bitwise = True

    def __init__(self, file: policy.PolicyFile, scenario: Scenario):
        self._network = policy.Network(file, 0, prey_width(scenario), 2)
        self.sha256 = file.sha256
        maker = "cfcql" if file.sha256 == OWN_SHA256[scenario.name] else "policy"
        self.identity = f"{maker}-{file.sha256[:12]}"

    def act(self, observation: np.ndarray) -> np.ndarray:
        """Controls [2, E] from observations [width, E]."""
        return self._network.act(observation)


def prey_width(scenario: Scenario) -> int:
    """Numbers in the prey's observation."""
    return 4 + 2 * scenario.landmarks + 2 * scenario.learned + len(scenario.forests)


def load_prey(value: str, scenario: Scenario) -> Prey:
    """The prey for option ``prey``: a word of `WORDS`, or the path of a model file.

    A path leads to a file listed in `KNOWN` or to a policy that `cfcql export` wrote for the prey.
    Raises `BridgeError` MISSING_DEPENDENCY if the file is absent, BAD_OPTION if it is damaged, not
    listed or belongs to another scenario.
    """
    if value == SCRIPTED:
        return ScriptedPrey(scenario)
    if value == OWN:
        return _own(scenario)
    path = Path(value)
    if not path.is_file():
        raise BridgeError(
            "MISSING_DEPENDENCY",
            f"option prey: no file {value}; expected {', '.join(WORDS)} or the path of a prey",
        )
    if path.suffix == ".safetensors":
        return _exported(path, scenario)
    tensors, known = read_model(path)
    if known.scenario != scenario.name:
        raise BridgeError(
            "BAD_OPTION", f"option prey: {value} is the prey of {known.scenario}, not of "
            f"{scenario.name}"
        )  # fmt: skip
    return NetworkPrey(tensors, known)


def _own(scenario: Scenario) -> Prey:
    path = OWN_FOLDER / f"{scenario.name}.safetensors"
    if not path.is_file():
        raise BridgeError(
            "MISSING_DEPENDENCY", f"expected the prey {path.name} beside the bridge, found none; "
            "restore it from the repository"
        )  # fmt: skip
    prey = _exported(path, scenario)
    if prey.sha256 != OWN_SHA256[scenario.name]:
        raise BridgeError(
            "BAD_OPTION",
            f"the prey {path.name} beside the bridge is damaged: expected SHA-256 "
            f"{OWN_SHA256[scenario.name]}, found {prey.sha256}; restore it from the repository",
        )
    return prey


def _exported(path: Path, scenario: Scenario) -> ExportedPrey:
    try:
        return ExportedPrey(policy.read(path), scenario)
    except policy.PolicyFileError as problem:
        raise BridgeError(
            "BAD_OPTION", f"option prey: {path} is no prey of {scenario.name} ({problem})"
        ) from problem


def read_model(path: Path) -> tuple[dict[str, np.ndarray], KnownPrey]:
    """Tensors of a listed prey, from the original file or from its .npz conversion."""
    if path.stat().st_size > MAX_FILE_BYTES:
        raise _unlisted(path, f"{path.stat().st_size} bytes")
    if path.suffix == ".npz":
        try:
            with np.load(path, allow_pickle=False) as archive:
                tensors = {name: archive[name] for name in TENSORS}
        except (KeyError, ValueError, OSError) as problem:
            raise _unlisted(path, f"no prey in it, {problem}") from problem
        digest = tensors_digest(tensors)
        for known in KNOWN:
            if known.tensors_sha256 == digest:
                return tensors, known
        raise _unlisted(path, f"tensors have SHA-256 {digest}")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    for known in KNOWN:
        if known.sha256 == digest:
            return _from_pt(path), known
    raise _unlisted(path, f"SHA-256 {digest}")


def _unlisted(path: Path, found: str) -> BridgeError:
    listed = ", ".join(f"{known.scenario} {known.sha256[:12]}..." for known in KNOWN)
    return BridgeError(
        "BAD_OPTION", f"option prey: {path} is no listed model file ({found}); listed: {listed}"
    )


def _from_pt(path: Path) -> dict[str, np.ndarray]:
    try:
        with path.open("rb") as file:
            policy = legacy_pt.load(file)["agent_params"][-1]["policy"]
    except (pickle.UnpicklingError, KeyError, ValueError) as problem:
        raise _unlisted(path, str(problem)) from problem
    return {name: policy[name] for name in TENSORS}


def tensors_digest(tensors: dict[str, np.ndarray]) -> str:
    """SHA-256 over names, shapes and float32 bytes of the prey's tensors."""
    sha256 = hashlib.sha256()
    for name in TENSORS:
        values = np.ascontiguousarray(tensors[name], "<f4")
        sha256.update(f"{name}{list(values.shape)}\n".encode())
        sha256.update(values.tobytes())
    return sha256.hexdigest()


def main(arguments: list[str]) -> int:
    """``python -m cfcql_bridges.mpe.prey FROM.pt TO.npz`` converts a listed model file."""
    if len(arguments) != 2 or not arguments[1].endswith(".npz"):
        print("usage: python -m cfcql_bridges.mpe.prey FROM.pt TO.npz", file=sys.stderr)
        return 2
    try:
        tensors, known = read_model(Path(arguments[0]))
    except (BridgeError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    np.savez(arguments[1], **tensors)
    print(f"{known.identity}: {len(tensors)} tensors written to {arguments[1]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
