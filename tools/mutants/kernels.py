"""Builds the kernel library with a planted bug in it and runs its tests in Java."""

import os
import shutil
from collections import defaultdict
from pathlib import Path

import java
from outcome import Outcome, run
from planted import ROOT, ListError, Planted

CPP = ROOT / "native/src/main/cpp"
CLASSES = ROOT / "native/target/classes"
BUILT = ROOT / "native/target/cpp"
PLACE = "org/cfcql/nativecode/linux-x86_64"
# Little optimisation builds in a third of the time; the tests first pass over such a build.
COMPILE = ("g++", "-std=c++17", "-O1", "-fPIC", "-fvisibility=hidden", "-Wno-psabi", "-w")


def _must(command: list[str], what: str) -> None:
    status, out, err = run(command, ROOT, dict(os.environ))
    if status != 0:
        lines = (err or out or "no output").strip().splitlines()
        raise ListError(f"{what}: {lines[0] if lines else status}"[:300])


def _bindings(work: Path) -> list[str]:
    """Objects of the generated bindings, built once."""
    folder = work / "bindings"
    objects = [folder / "jnijavacpp.o", folder / "jnicfcql.o"]
    newest = max(path.stat().st_mtime for path in [*CPP.iterdir(), *CLASSES.rglob("Native*.class")])
    if not all(path.is_file() and path.stat().st_mtime > newest for path in objects):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        builder = ["java", "-cp", java.class_path(ROOT / "native")]
        builder += ["org.bytedeco.javacpp.tools.Builder", "-nocompile", "-nodelete"]
        builder += ["-d", str(folder), "-classpath", str(CLASSES)]
        builder += [f"-Dplatform.includepath={CPP}", "org.cfcql.nativecode.NativeBindings"]
        _must(builder, "bindings are not generated")
        home = Path(shutil.which("javac") or "").resolve().parents[1]
        headers = ["-I", str(home / "include"), "-I", str(home / "include/linux")]
        for path in objects:
            source = str(path.with_suffix(".cpp"))
            command = [*COMPILE, *headers, "-I", str(CPP), "-c", source, "-o", str(path)]
            _must(command, f"{path.name} does not compile")
    return [str(path) for path in objects]


def _build(work: Path, overlay: Path, bug: Planted | None) -> None:
    sources = overlay / "cpp"
    shutil.copytree(CPP, sources)
    if bug is not None:
        (sources / Path(bug.file).name).write_text(bug.changed(), encoding="utf-8")
    bindings = _bindings(work)
    # The bodies are headers, compiled once per instruction set: one of them is enough to see a
    # change, the tests run all. The rest is linked as Maven built it.
    anew = {"kernels_generic.cpp"} | ({Path(bug.file).name} if bug is not None else set())
    objects = []
    for unit in sorted(sources.glob("*.cpp")):
        built = BUILT / f"{unit.stem}.o"
        if unit.name in anew or not built.is_file():
            built = unit.with_suffix(".o")
            _must([*COMPILE, "-c", str(unit), "-o", str(built)], unit.name)
        objects.append(str(built))
    place = overlay / PLACE
    place.mkdir(parents=True)
    library = str(place / "libjnicfcql.so")
    _must(["g++", "-shared", "-o", library, *bindings, *objects], "the library does not link")


def _cache(overlay: Path) -> Path:
    """A folder of extracted libraries in which nothing of a planted bug stays behind."""
    cache = overlay / "javacpp"
    cache.mkdir()
    for entry in (ROOT / ".javacpp").iterdir():
        if entry.is_dir() and not entry.name.startswith("cfcql-native"):
            # Hard links: what lies behind a symbolic one JavaCPP unpacks again, over the libraries
            # that other processes have mapped.
            shutil.copytree(entry, cache / entry.name, symlinks=True, copy_function=os.link)
    return cache


def _run(work: Path, name: str, bug: Planted | None, tests: list[str]) -> dict[str, Outcome]:
    overlay = work / "overlay" / name
    shutil.rmtree(overlay, ignore_errors=True)
    overlay.mkdir(parents=True)
    try:
        _build(work, overlay, bug)
    except ListError as refused:
        return {test: Outcome("error", str(refused)) for test in tests}
    cache = _cache(overlay)
    by_module: dict[Path, list[str]] = defaultdict(list)
    for test in tests:
        by_module[java.module_of(java.test_source(test))].append(test)
    results: dict[str, Outcome] = {}
    for together in by_module.values():
        results |= java.execute(work, overlay, [], together, cache)
    shutil.rmtree(overlay, ignore_errors=True)
    return results


def baseline(work: Path, tests: list[str]) -> dict[str, Outcome]:
    """The tests over the same build without a bug."""
    return _run(work, "unchanged-kernels", None, tests)


def noticed(bug: Planted, work: Path) -> Outcome:
    """Runs the test of a bug in the kernels."""
    return _run(work, bug.id, bug, [bug.test])[bug.test]
