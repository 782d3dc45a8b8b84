"""Finds citations of what the repository does not contain: `python tools/citations.py`.

Code, tests and pages cite rows of docs/deviations.md (D-30), sections of the specification (spec
2.3, or a page's name with a number), files, links and classes. Each of them has to exist, and every
package has to be on the map, docs/architecture.md. Prints a line per offender; exit 1 if there is
one.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ALGORITHMS = "docs/specification/algorithms.md"
DEVIATIONS = "docs/deviations.md"
MAP = "docs/architecture.md"

FOLDERS = ("docs", "experiments", "harness", "baselines", "native", "env-bridges", "tools")
KINDS = {".java", ".py", ".md", ".yaml", ".json", ".h", ".cpp", ".sh", ".txt", ".toml", ".xml"}
BUILT = {"target", "__pycache__", ".pytest_cache", ".ruff_cache"}
# The past, and the offenders that the test of this file plants.
EXEMPT = {"CHANGELOG.md", "tools/tests/test_citations.py"}

NUMBERS = r"(\d+(?:\.\d+)?(?:(?:,|\s+and|\s+to)\s+\d+(?:\.\d+)?)*)(?![\w.]*\w)"
ROW = re.compile(r"(?<![\w.-])D-(\d{1,3})(?![\w-])")
SHORT = re.compile(r"\bspec\s+" + NUMBERS)
NUMBERED = re.compile(r"([\w./-]+\.md)[`}\])]*,?\s+(?:sections?\s+)?" + NUMBERS)
NAMED = re.compile(r"\((docs/[\w./-]+\.md),\s+([A-Z][\w ]*)\)")
# On the page of an algorithm a number in brackets or in the column "source" is a section.
BARE = re.compile(r"(?<!` )\((\d\.[1-9]\d?)(?=[,;)])")
SOURCES = re.compile(r"^\|.*\| source \|\n\|[-|: ]+\|\n((?:\|.*\|\n)+)", re.M)
IN_TABLE = re.compile(r"(?<![\w.])(\d\.[1-9]\d?)(?![\w.])(?=[^|]*\|$)", re.M)
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")
PATH = re.compile(r"(?<![\w/.$*-])((?:[\w.-]+/)+[\w.-]+\.(?:md|py|yaml|sh|java|json|h|cpp))\b")
CLASS = re.compile(r"\borg(?:\.[a-z]\w*)+\.[A-Z]\w*")
# On our own pages about the code, a name of two words or more is a class of ours, but for these.
SIMPLE = re.compile(r"`([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+)+)(?:\.\w+)?(?:\([^`\n]*\))?`")
FOREIGN = {"PointerScope"}
VAGUE = re.compile(r"\b[Dd]esign\s+(?:sections?\s+)?\d|golden\s+README|project's\s+specification")
LINE_START = re.compile(r"\n[ \t]*(?:\*(?!/)|//|#)?")


class Offender(NamedTuple):
    """A citation of what is not there."""

    file: str
    line: int
    cited: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: expected {self.expected}, found '{self.cited}'"


def headings(page: Path) -> list[str]:
    """The headings of a page without their marks; none of those that stand in examples."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf8"), flags=re.M | re.S)
    return re.findall(r"^#+ +(.*?) *$", text, flags=re.M)


def section_numbers(page: Path) -> set[str]:
    """The numbers that headings of a page begin with."""
    return {
        match[1] for text in headings(page) if (match := re.match(r"(\d+(?:\.\d+)?)\.? ", text))
    }


def anchors(page: Path) -> set[str]:
    """The names by which links reach the headings of a page, as GitHub makes them."""
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).lower() for text in headings(page))
    return {re.sub(r"[^\w\- ]", "", text).replace(" ", "-") for text in plain}


class Repository:
    """What can be cited below a root, and who cites."""

    def __init__(self, root: Path):
        self.root = root
        table = (root / DEVIATIONS).read_text(encoding="utf8")
        self.rows = [int(row) for row in re.findall(r"^\| D-(\d+) \|", table, flags=re.M)]
        self.classes = set(self._sources("test", "*.java")) | set(self._sources("main", "*.java"))

    def _sources(self, kind: str, pattern: str) -> Iterator[str]:
        for depth in ("*", "*/*"):
            for source in self.root.glob(f"{depth}/src/{kind}/java"):
                for path in source.rglob(pattern):
                    yield ".".join(path.relative_to(source).with_suffix("").parts)

    def files(self) -> Iterator[Path]:
        """Every text file that may cite something."""
        candidates = [*self.root.glob("*.md"), *(self.root / "results").rglob("*.md")]
        for folder in FOLDERS:
            candidates += (self.root / folder).rglob("*")
        for path in sorted(candidates):
            inside = path.relative_to(self.root)
            built = BUILT & set(inside.parts) or inside.as_posix() in EXEMPT
            if path.suffix in KINDS and path.is_file() and not built:
                yield path

    def unmapped(self) -> Iterator[Offender]:
        """Packages that the map lacks, and names on it that are no packages."""
        infos = self._sources("main", "package-info.java")
        packages = {info.removesuffix(".package-info") for info in infos}
        text = (self.root / MAP).read_text(encoding="utf8")
        named = set(re.findall(r"`(org(?:\.[a-z]\w*)+)`", text))
        for package in sorted(packages ^ named):
            expected = "one of the packages" if package in named else "every package"
            yield Offender(MAP, 1, package, f"{expected} of the repository")

    def offenders(self) -> list[Offender]:
        """All citations of what is not there; tables of rows and packages that are not complete."""
        found = list(self.unmapped())
        if self.rows != list(range(1, len(self.rows) + 1)):
            found.append(
                Offender(DEVIATIONS, 1, f"{self.rows}", "rows D-1, D-2 and so on in order")
            )
        for path in self.files():
            found += Citations(self, path).offenders()
        return found


class Citations:
    """What one file cites."""

    def __init__(self, repository: Repository, path: Path):
        self.repository = repository
        self.root = repository.root
        self.path = path
        self.name = path.relative_to(self.root).as_posix()
        self.text = path.read_text(encoding="utf8")
        # A citation may go on in the next line of a comment; every character keeps its place.
        self.flat = LINE_START.sub(lambda start: " " * len(start[0]), self.text)

    def offenders(self) -> list[Offender]:
        """Those that do not exist."""
        return [*self._rows(), *self._sections(), *self._files(), *self._links(), *self._classes()]

    def _offender(self, match: re.Match, cited: str, expected: str) -> Offender:
        line = self.text.count("\n", 0, match.start()) + 1
        return Offender(self.name, line, cited, expected)

    def _rows(self) -> Iterator[Offender]:
        for match in ROW.finditer(self.flat):
            if int(match[1]) not in self.repository.rows:
                yield self._offender(match, match[0], f"a row of {DEVIATIONS}")

    def _sections(self) -> Iterator[Offender]:
        for match in VAGUE.finditer(self.flat):
            yield self._offender(match, match[0], "the name of a file that says it")
        cited = [(match, self.root / ALGORITHMS, match[1]) for match in SHORT.finditer(self.flat)]
        if self.name.startswith("docs/algorithms/"):
            bare = [*BARE.finditer(self.text), *self._sources()]
            cited += [(match, self.root / ALGORITHMS, match[1]) for match in bare]
        for match in NUMBERED.finditer(self.flat):
            cited += [(match, page, match[2]) for page in [self._found(match[1])] if page]
        for match, page, numbers in cited:
            known = section_numbers(page)
            for number in re.findall(r"\d+(?:\.\d+)?", numbers):
                if known and number not in known:
                    said = " ".join(match[0].split())
                    expected = f"section {number} in {page.relative_to(self.root)}"
                    yield self._offender(match, said, expected)

    def _sources(self) -> Iterator[re.Match]:
        for table in SOURCES.finditer(self.text):
            yield from IN_TABLE.finditer(self.text, table.start(1), table.end(1))

    def _found(self, cited: str) -> Path | None:
        """A file by its path from the root or from the one that cites it, or by its bare name."""
        for place in (self.root / cited, self.path.parent / cited):
            if place.exists():
                return place.resolve()
        alike = list(self.root.glob(f"*/{cited}")) if "/" not in cited else []
        return alike[0] if len(alike) == 1 else None

    def _files(self) -> Iterator[Offender]:
        for match in NAMED.finditer(self.flat):
            page = self.root / match[1]
            if page.exists() and " ".join(match[2].split()) not in headings(page):
                yield self._offender(match, " ".join(match[0].split()), "a heading of that page")
        for match in PATH.finditer(self.text):
            if self.name.startswith("docs/specification/"):
                break  # it names files of the repositories that it describes
            top = match[1].split("/")[0]
            ours = top in FOLDERS or top in ("results", "config", "spec", "..")
            placeholder = re.search(r"\b(?:ID|NAME|DIR|X|mine)\b", match[1])
            if ours and not placeholder and self._found(match[1]) is None:
                yield self._offender(match, match[1], "a file of the repository")

    def _links(self) -> Iterator[Offender]:
        if self.path.suffix != ".md":
            return
        for match in LINK.finditer(self.text):
            target, _, fragment = match[1].partition("#")
            if re.match(r"\w+:", target):
                continue
            page = self.path.parent / target if target else self.path
            if not page.exists():
                yield self._offender(match, match[1], "a link to a file of the repository")
            elif fragment and fragment not in anchors(page):
                yield self._offender(match, match[1], "a link to a heading of the page")

    def _classes(self) -> Iterator[Offender]:
        if self.path.suffix != ".md":
            return
        for match in CLASS.finditer(self.text):
            if match[0].startswith("org.cfcql.") and match[0] not in self.repository.classes:
                yield self._offender(match, match[0], "a class of the repository")
        if self.name in (MAP, DEVIATIONS) or self.name.startswith("docs/algorithms/"):
            known = {name.rpartition(".")[2] for name in self.repository.classes} | FOREIGN
            for match in SIMPLE.finditer(self.text):
                if match[1] not in known:
                    yield self._offender(match, match[1], "a class of the repository")


def main() -> int:
    """Prints the offenders of this repository."""
    found = Repository(Path(__file__).resolve().parents[1]).offenders()
    for offender in found:
        print(offender)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
