"""Families of environments outside this package. Needs nothing but the standard library.

Every ``NAME.py`` and every package ``NAME/`` in one of the folders of the variable CFCQL_PLUGINS
(separated by colons) is imported as ``cfcql_plugins.NAME``; names that begin with an underscore or
a dot are left alone. What cannot be imported is a `Problem`, so that one broken file does not hide
the other environments.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

VARIABLE = "CFCQL_PLUGINS"
PACKAGE = "cfcql_plugins"


@dataclass(frozen=True)
class Problem:
    """A file of the folders that gives no family, and why, in one line."""

    path: Path
    reason: str

    def describe(self) -> dict:
        """The problem as ``--list-json`` prints it."""
        return {"path": str(self.path), "reason": self.reason}


@dataclass(frozen=True)
class Plugin:
    """An imported file or package; ``code`` is the SHA-256 of its Python files."""

    path: Path
    module: ModuleType
    code: str


def folders() -> list[Path]:
    """The folders that the variable names, as they stand there."""
    return [Path(part) for part in os.environ.get(VARIABLE, "").split(os.pathsep) if part]


def load() -> tuple[list[Plugin], list[Problem]]:
    """What the folders hold, in their order and then by name; imported once per process."""
    found: dict[str, Plugin] = {}
    problems: list[Problem] = []
    for path in _candidates():
        name = path.stem
        if name in found:
            problems.append(Problem(path, f"{found[name].path} has the same name"))
            continue
        try:
            found[name] = Plugin(path, _imported(f"{PACKAGE}.{name}", path), _code(path))
        except (Exception, SystemExit) as problem:
            problems.append(Problem(path, _reason(problem)))
    return list(found.values()), problems


def _candidates() -> Iterator[Path]:
    for folder in folders():
        if folder.is_dir():
            for path in sorted(folder.iterdir()):
                if path.name[0] in "._":
                    continue
                if path.suffix == ".py" or (path / "__init__.py").is_file():
                    yield path


def _imported(name: str, path: Path) -> ModuleType:
    if name in sys.modules:
        return sys.modules[name]
    start = path / "__init__.py" if path.is_dir() else path
    within = [str(path)] if path.is_dir() else None
    spec = importlib.util.spec_from_file_location(name, start, submodule_search_locations=within)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        with contextlib.redirect_stdout(sys.stderr):  # the listing is printed there
            spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _code(path: Path) -> str:
    sha256 = hashlib.sha256()
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
    for file in files:
        content = file.read_bytes()
        sha256.update(f"{file.relative_to(path.parent).as_posix()} {len(content)}\n".encode())
        sha256.update(content)
    return sha256.hexdigest()


def _reason(problem: BaseException) -> str:
    if isinstance(problem, ModuleNotFoundError):
        return (
            f"imports {problem.name}, which the Python that lists environments does not have; "
            "import it in make()"
        )
    return f"{type(problem).__name__}: {problem}"
