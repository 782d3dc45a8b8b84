"""Which environments exist. Needs no package but the standard library.

A family is a module that holds ``FAMILY`` (facts only) and names there the module that has
``make(env, options, envs, dtypes)``. Those of the package are the subpackages of `FAMILY_PACKAGES`,
others come from the folders of `plugins`.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.metadata
import importlib.util
import platform
import re
import sys
from dataclasses import dataclass, field, replace

from cfcql_bridges import plugins
from cfcql_bridges.errors import BridgeError
from cfcql_bridges.options import Option

FAMILY_PACKAGES = ("mpe", "equal_line", "toy", "smax", "smac", "mamujoco", "faulty")

TRANSPORT_PACKAGES = {"numpy": "2.4.6", "pyzmq": "27.3.0", "msgpack": "1.2.4"}
TRANSPORT_MODULES = {"pyzmq": "zmq"}


@dataclass(frozen=True)
class Parameter:
    """The number at the end of an id: its placeholder, its bounds and values worth trying."""

    name: str
    low: int
    high: int
    examples: tuple[int, ...]
    meaning: str

    def clip(self, value: int) -> int:
        """The nearest allowed value."""
        return min(max(value, self.low), self.high)

    def describe(self) -> dict:
        """The parameter as ``--list-json`` prints it."""
        return {
            "name": self.name,
            "low": self.low,
            "high": self.high,
            "examples": list(self.examples),
            "meaning": self.meaning,
        }


@dataclass(frozen=True)
class Entry:
    """One environment id with its aliases and the whitelist of its options.

    With ``parameter`` it stands for one id per value: ``equal_line/N`` for ``equal_line/2`` and so
    on. An `Entry` that `find` returns has its number in the id and no parameter.
    """

    id: str
    summary: str
    options: tuple[Option, ...] = ()
    aliases: tuple[str, ...] = ()
    parameter: Parameter | None = None

    def describe(self) -> dict:
        """The entry as ``--list-json`` prints it."""
        text = {"id": self.id, "aliases": list(self.aliases), "summary": self.summary}
        if self.parameter is not None:
            text["parameter"] = self.parameter.describe()
        return text | {"options": [option.describe() for option in self.options]}

    def named(self, env: str) -> Entry | None:
        """The entry that ``env`` means: this one, one of its values, or None."""
        if self.parameter is None:
            return self if env in (self.id, *self.aliases) else None
        stem = self.id.removesuffix(self.parameter.name)
        number = env.removeprefix(stem)
        if not env.startswith(stem) or not re.fullmatch(r"[1-9][0-9]{0,5}", number):
            return None
        if not self.parameter.low <= int(number) <= self.parameter.high:
            raise BridgeError(
                "UNKNOWN_ENV",
                f"no environment {env}; {self.id} takes {self.parameter.name} from "
                f"{self.parameter.low} to {self.parameter.high}",
                suggestion=stem + str(self.parameter.clip(int(number))),
            )
        return replace(self, id=env, parameter=None)


@dataclass(frozen=True)
class Family:
    """Environments that share a virtual environment.

    ``packages`` maps distributions to the locked versions; ``modules`` maps them to the module to
    import where the names differ; ``computes`` names those whose version is in the fingerprint.
    ``code`` is set for families of plug-in folders: the SHA-256 of their Python files, which
    belongs into the fingerprint, since nobody else numbers their versions.
    """

    name: str
    summary: str
    module: str
    lock: str
    packages: dict[str, str]
    computes: tuple[str, ...]
    entries: tuple[Entry, ...]
    modules: dict[str, str] = field(default_factory=dict)
    code: str = ""

    @property
    def venv(self) -> str:
        """Name of the virtual environment: that of the lock file."""
        return self.lock.removesuffix(".txt")

    def missing(self) -> list[str]:
        """Requirement lines of the packages that cannot be imported here."""
        modules = TRANSPORT_MODULES | self.modules
        return [
            f"{name}=={version}"
            for name, version in self.packages.items()
            if not _importable(modules.get(name, name))
        ]


def families() -> list[Family]:
    """All families, in the order of `FAMILY_PACKAGES`, then those of the plug-in folders."""
    return _survey()[0]


def problems() -> list[plugins.Problem]:
    """What the plug-in folders hold that is no family, or one that would hide another."""
    return _survey()[1]


def _survey() -> tuple[list[Family], list[plugins.Problem]]:
    known = [importlib.import_module(f"cfcql_bridges.{name}").FAMILY for name in FAMILY_PACKAGES]
    loaded, wrong = plugins.load()
    for plugin in loaded:
        family = getattr(plugin.module, "FAMILY", None)
        reason = _refusal(family, known)
        if reason:
            wrong.append(plugins.Problem(plugin.path, reason))
        else:
            known.append(replace(family, code=plugin.code))
    return known, wrong


def _refusal(family: object, known: list[Family]) -> str | None:
    if not isinstance(family, Family):
        return "has no FAMILY, a cfcql_bridges.registry.Family"
    if family.name in {other.name for other in known}:
        return f"there is a family {family.name} already"
    names = {name for entry in family.entries for name in (entry.id, *entry.aliases)}
    for other in known:
        for entry in other.entries:
            taken = names & {entry.id, *entry.aliases}
            if taken:
                return f"the family {other.name} has an environment {min(taken)} already"
    return None


def find(env: str) -> tuple[Family, Entry]:
    """Family and entry of an id or alias; UNKNOWN_ENV with the nearest id otherwise."""
    names: dict[str, Entry] = {}
    for family in families():
        for entry in family.entries:
            meant = entry.named(env)
            if meant is not None:
                return family, meant
            names |= dict.fromkeys((entry.id, *entry.aliases), entry)
    near = difflib.get_close_matches(env, names, n=1)
    suggestion = _example(names[near[0]], env) if near else None
    hint = f"; did you mean {suggestion}?" if suggestion else ""
    raise BridgeError(
        "UNKNOWN_ENV", f"no environment {env}{hint} (cfcql env list)", suggestion=suggestion
    )


def _example(entry: Entry, env: str) -> str:
    """An id of ``entry``, with the number at the end of ``env`` if it takes one."""
    if entry.parameter is None:
        return entry.id
    number = re.search(r"[0-9]{1,6}$", env)
    value = entry.parameter.clip(int(number[0])) if number else entry.parameter.examples[0]
    return entry.id.removesuffix(entry.parameter.name) + str(value)


def _importable(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # its parent is absent
        return False


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
                "environments": [entry.describe() for entry in family.entries],
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
