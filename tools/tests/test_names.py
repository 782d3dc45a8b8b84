"""A class name of the project stands for one thing, whatever its package and module."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULES = ("native", "harness", "baselines")


def shared_names(files: Iterable[Path]) -> dict[str, list[str]]:
    """Names of Java files that stand in more than one folder, with those folders."""
    folders = defaultdict(list)
    for file in files:
        if file.name != "package-info.java":
            folders[file.stem].append(str(file.parent))
    return {name: sorted(where) for name, where in folders.items() if len(where) > 1}


def test_each_class_name_stands_for_one_thing():
    files = [
        file.relative_to(ROOT)
        for module in MODULES
        for file in (ROOT / module).rglob("*.java")
        if "target" not in file.parts
    ]

    assert len(files) > 500
    assert shared_names(files) == {}


def test_a_name_of_two_packages_is_told_with_both():
    files = [Path(file) for file in ("a/Cell.java", "b/Cell.java", "b/Row.java")]
    packages = [Path(file) for file in ("a/package-info.java", "b/package-info.java")]

    assert shared_names(files + packages) == {"Cell": ["a", "b"]}
