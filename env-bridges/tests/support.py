"""What several tests share."""

import os
from pathlib import Path

import numpy as np
import pytest

from cfcql_bridges import registry
from cfcql_bridges.mpe.environment import ParticleEnvironment, make
from cfcql_bridges.options import resolve

HERE = Path(__file__).resolve().parent
BRIDGES = HERE.parent


def prey_folder() -> Path:
    given = os.environ.get("CFCQL_OMAR_PREY")
    return Path(given) if given else BRIDGES.parent.parent / "shared" / "data" / "omar-prey"


def prey_file(scenario: str) -> Path:
    path = prey_folder() / f"{scenario}.pt"
    if not path.is_file():
        pytest.skip(f"no frozen prey {path}: set CFCQL_OMAR_PREY to the folder that holds it")
    return path


def particles(
    scenario: str, envs: int, dtype: str = "f64", **options: str | int
) -> ParticleEnvironment:
    _, entry = registry.find(f"mpe/{scenario}")
    resolved = resolve(entry.options, options, entry.id)
    return make(entry.id, resolved, envs, dict.fromkeys(
        ("observations", "state", "rewards", "actions"), dtype
    ))  # fmt: skip


def everything(envs: int) -> np.ndarray:
    return np.ones(envs, np.bool_)
