"""Which environments exist. Needs no package but the standard library.

A family is a subpackage whose ``__init__`` holds ``FAMILY`` (facts only) and whose module named
there has ``make(env, options, envs, dtypes)``. To add one, write the subpackage and append its
name to `FAMILY_PACKAGES`.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.metadata
import importlib.util
import platform
import sys
from dataclasses import dataclass

from cfcql_bridges.errors import BridgeError
from cfcql_bridges.options import Option

FAMILY_PACKAGES = ("mpe", "faulty")

TRANSPORT_PACKAGES = {"numpy": "2.4.6", "pyzmq": "27.3.0", "msgpack": "1.2.4"}


@dataclass(frozen=True)
class Entry:
    """One environment id with its aliases and the whitelist of its options."""

    id: str
    summary: str
    options: tuple[Option, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Family:
    """Environments that share a virtual environment.

    ``packages`` maps distributions to the locked versions; ``modules`` maps them to the module to
    import where the names differ; ``computes`` names those whose version is in the fingerprint.
    """

    name: str
    summary: str
    module: str
    lock: str
    packages: dict[str, str]
    computes: tuple[str, ...]
    entries: tuple[Entry, ...]
    modules: dict[str, str]

    @property
    def venv(self) -> str:
        """Name of the virtual environment: that of the lock file."""
        return self.lock.removesuffix(".txt")

    def missing(self) -> list[str]:
        """Requirement lines of the packages that cannot be imported here."""
        return [
            f"{name}=={version}"
            for name, version in self.packages.items()
            if importlib.util.find_spec(self.modules.get(name, name)) is None
        ]


def families() -> list[Family]:
    """All families, in the order of `FAMILY_PACKAGES`."""
    return [importlib.import_module(f"cfcql_bridges.{name}").FAMILY for name in FAMILY_PACKAGES]


def find(env: str) -> tuple[Family, Entry]:
    """Family and entry of an id or alias; UNKNOWN_ENV with the nearest id otherwise."""
    names: dict[str, tuple[Family, Entry]] = {}
    for family in families():
        for entry in family.entries:
            for name in (entry.id, *entry.aliases):
                names[name] = (family, entry)
    if env in names:
        return names[env]
    near = difflib.get_close_matches(env, names, n=1)
    suggestion = names[near[0]][1].id if near else None
    hint = f"; did you mean {suggestion}?" if suggestion else ""
    raise BridgeError(
        "UNKNOWN_ENV", f"no environment {env}{hint} (cfcql env list)", suggestion=suggestion
    )


def version_of(distribution: str) -> str | None:
    """Installed version of a distribution, None if it is absent."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def python_version() -> str:
    """Name and version of the interpreter, as in fingerprints."""
    return f"{platform.python_implementation()} {platform.python_version()}"


def describe() -> list[dict]:
    """The families as ``--list-json`` prints them."""
    result = []
    for family in families():
        missing = family.missing()
        result.append(
            {
                "family": family.name,
                "summary": family.summary,
                "lock": family.lock,
                "importable": not missing,
                "missing": missing,
                "environments": [
                    {
                        "id": entry.id,
                        "aliases": list(entry.aliases),
                        "summary": entry.summary,
                        "options": [option.describe() for option in entry.options],
                    }
                    for entry in family.entries
                ],
            }
        )
    return result


def check(name: str) -> dict:
    """What ``--check-json`` prints for a family; KeyError if there is none of that name."""
    family = {family.name: family for family in families()}[name]
    packages = []
    for distribution, wanted in family.packages.items():
        found = version_of(distribution)
        packages.append(
            {"name": distribution, "wanted": wanted, "found": found, "ok": found == wanted}
        )
    python_ok = sys.version_info >= (3, 11)
    return {
        "family": name,
        "ok": python_ok and all(package["ok"] for package in packages),
        "python": {"wanted": ">=3.11", "found": python_version(), "ok": python_ok},
        "packages": packages,
    }
