"""The planted bugs: read from `list/*.toml`, checked, applied to copies of files."""

import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).resolve().parent / "list"
KEYS = {"id", "file", "find", "replace", "test", "also", "equivalent", "unnoticed", "slow"}


class ListError(Exception):
    """A planted bug that cannot be planted: one line of what is wrong."""


@dataclass(frozen=True)
class Planted:
    """A change of one file, and the test that must fail by it.

    `test` is a Java class or method (`org.cfcql.x.FooTest#name`) or a file of pytest with an
    optional `::name`. `also` names sources to recompile with it, where a constant is inlined.
    `equivalent` and `unnoticed` hold the reason why no test can notice it, or none does. Those that
    are `slow` are left out of samples.
    """

    id: str
    file: str
    find: str
    replace: str
    test: str
    also: tuple[str, ...] = ()
    equivalent: str = ""
    unnoticed: str = ""
    slow: bool = False

    @property
    def language(self) -> str:
        """How it is built: `java`, `python` or `kernels`."""
        suffix = Path(self.file).suffix
        return {".java": "java", ".py": "python"}.get(suffix, "kernels")

    def changed(self) -> str:
        """The file's text with the bug in it."""
        path = ROOT / self.file
        if not path.is_file():
            raise ListError(f"no such file: {self.file}")
        text = path.read_text(encoding="utf-8")
        if text.count(self.find) != 1 or self.find == self.replace:
            raise ListError(
                f"expected text that stands once in {self.file}, found it "
                f"{text.count(self.find)} times: {self.find.strip().splitlines()[0]!r}"
            )
        return text.replace(self.find, self.replace)

    def fingerprint(self, test_source: Path) -> str:
        """Of everything a kept result is worth: bug, changed file and test."""
        said = {name: value for name, value in vars(self).items() if name != "slow"}
        parts = [json.dumps(said, sort_keys=True), self.changed(), test_source.read_text()]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def read(folder: Path = LIST) -> list[Planted]:
    """All planted bugs, in the order of the files."""
    planted: dict[str, Planted] = {}
    for path in sorted(folder.glob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("mutant", []):
            unknown = set(entry) - KEYS
            if unknown:
                raise ListError(f"{path.name}: unknown keys {sorted(unknown)}")
            entry["also"] = tuple(entry.get("also", ()))
            bug = Planted(**entry)
            if bug.id in planted:
                raise ListError(f"{path.name}: {bug.id} stands twice")
            planted[bug.id] = bug
    return list(planted.values())
