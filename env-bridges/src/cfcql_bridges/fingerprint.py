"""Fingerprints: which task, computed by what (PROTOCOL.md section 9)."""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Mapping

from cfcql_bridges.options import Scalar
from cfcql_bridges.registry import Family, python_version, version_of

TASK_PREFIXES = ("option.", "file.", "part.")


def ingredients(
    family: Family,
    env: str,
    backend: str,
    options: Mapping[str, Scalar],
    parts: Mapping[str, str],
    files: Mapping[str, str],
    machine: Mapping[str, str],
) -> dict[str, str]:
    """The flat map of strings that `digest` hashes, in key order.

    ``files`` maps a name to the SHA-256 of a loaded data file, ``machine`` a name to what else of
    this machine decides the numbers.
    """
    flat = {"env": env, "backend": backend}
    flat |= {f"option.{name}": text_of(value) for name, value in options.items()}
    flat |= {f"part.{name}": identity for name, identity in parts.items()}
    flat |= {f"file.{name}": sha256 for name, sha256 in files.items()}
    flat |= {f"package.{name}": version_of(name) or "absent" for name in family.computes}
    flat |= {f"machine.{name}": value for name, value in machine.items()}
    if family.code:
        flat["code"] = family.code
    flat["python"] = python_version()
    flat["platform"] = f"{sys.platform}-{platform.machine()}"
    return dict(sorted(flat.items(), key=lambda item: item[0].encode()))


def task_ingredients(flat: Mapping[str, str]) -> dict[str, str]:
    """The part of the ingredients that says which task it is, wherever it runs."""
    return {
        key: value
        for key, value in flat.items()
        if key in ("env", "backend") or key.startswith(TASK_PREFIXES)
    }


def digest(flat: Mapping[str, str]) -> str:
    """SHA-256 over one line ``key=value`` per ingredient, keys in UTF-8 order."""
    sha256 = hashlib.sha256()
    for key in sorted(flat, key=str.encode):
        value = flat[key].replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
        sha256.update(f"{key}={value}\n".encode())
    return sha256.hexdigest()


def text_of(value: Scalar) -> str:
    """An option's value as fingerprints and labels show it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)
