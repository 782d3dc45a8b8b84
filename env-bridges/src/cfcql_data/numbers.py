"""Element types: any type of real numbers is read, ours are written."""

from __future__ import annotations

import numpy as np

from cfcql_data.errors import RefusedError


def require_real(where: str, dtype: np.dtype) -> None:
    """Refuse what holds no real numbers: texts, objects, complex numbers, records."""
    if dtype.kind not in "buif":
        raise RefusedError(
            f"{where}: expected real numbers, found elements of type {dtype}; store it as numbers"
        )


def single(values: np.ndarray) -> np.ndarray:
    """Numbers rounded to single precision; what overflows becomes infinite."""
    with np.errstate(over="ignore"):
        return np.asarray(values).astype(np.float32, copy=False)


def first_not_finite(values: np.ndarray) -> tuple[int, ...] | None:
    """Index of the first NaN or infinity."""
    bad = ~np.isfinite(values)
    if not bad.any():
        return None
    return tuple(int(axis) for axis in np.argwhere(bad)[0])
