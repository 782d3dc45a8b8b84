"""What several tests share."""

import importlib
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from cfcql_bridges import registry
from cfcql_bridges.environment import VectorEnvironment
from cfcql_bridges.mpe.environment import ParticleEnvironment
from cfcql_bridges.options import resolve
from cfcql_bridges.session import FLOAT_ARRAYS

HERE = Path(__file__).resolve().parent
BRIDGES = HERE.parent


def prey_folder() -> Path:
    given = os.environ.get("CFCQL_OMAR_PREY")
    return Path(given) if given else BRIDGES.parent.parent / "shared" / "data" / "omar-prey"


def golden_traces() -> list[Path]:
    """Traces of SMAX battles (``golden/env``); empty where they are absent."""
    given = os.environ.get("CFCQL_GOLDEN")
    folder = Path(given) if given else BRIDGES.parent.parent / "shared" / "golden"
    return sorted((folder / "env").glob("smax-*.npz"))


def prey_file(scenario: str) -> Path:
    path = prey_folder() / f"{scenario}.pt"
    if not path.is_file():
        pytest.skip(f"no frozen prey {path}: set CFCQL_OMAR_PREY to the folder that holds it")
    return path


def opened(
    env: str, envs: int, dtypes: Mapping[str, str] | None = None, **options: str | int
) -> VectorEnvironment:
    """The environment without a worker, as MAKE would open it."""
    family, entry = registry.find(env)
    module = importlib.import_module(family.module)
    wanted = dict.fromkeys(FLOAT_ARRAYS, "f32") | dict(dtypes or {})
    return module.make(entry.id, resolve(entry.options, options, entry.id), envs, wanted)


def particles(
    scenario: str, envs: int, dtype: str = "f64", **options: str | int
) -> ParticleEnvironment:
    return opened(f"mpe/{scenario}", envs, dict.fromkeys(FLOAT_ARRAYS, dtype), **options)


def everything(envs: int) -> np.ndarray:
    return np.ones(envs, np.bool_)
