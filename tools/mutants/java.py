"""Runs tests in Java over classes of which one is compiled anew with a planted bug in it."""

import os
import shutil
from pathlib import Path

from outcome import Outcome, last_json, run
from planted import ROOT, ListError, Planted

MODULES = ("native", "harness/core", "baselines", "harness/cli")
RUNNER = Path(__file__).resolve().parent / "RunTests.java"
FLAGS = (
    # Short programs: compiling less pays.
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-Xmx2g",
    "-Dorg.bytedeco.javacpp.nopointergc=true",
    "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
)


def test_source(test: str) -> Path:
    """The file of a test class."""
    name = test.split("#")[0].replace(".", "/") + ".java"
    for module in MODULES:
        path = ROOT / module / "src/test/java" / name
        if path.is_file():
            return path
    raise ListError(f"no such test: {test}")


def module_of(source: Path) -> Path:
    """The folder of the module that a source belongs to."""
    return next(ROOT / name for name in MODULES if source.is_relative_to(ROOT / name))


def keep_classes(work: Path) -> None:
    """Copies what is compiled: another build may go on while bugs are planted."""
    shutil.rmtree(work / "classes", ignore_errors=True)
    for name in (*MODULES, "harness/testing"):
        for kind in ("classes", "test-classes"):
            built = ROOT / name / "target" / kind
            if built.is_dir():
                shutil.copytree(built, work / "classes" / name / kind)


def _kept(entry: str) -> str:
    """Where a folder of classes was copied to."""
    path = Path(entry)
    if not path.is_relative_to(ROOT) or not path.is_dir():
        return entry
    module = path.parents[1].relative_to(ROOT)
    return str(ROOT / "target/mutants/classes" / module / path.name)


def class_path(module: Path) -> str:
    """What a module's tests run with; `make mutants` has Maven write it down."""
    listing = module / "target/test.classpath"
    if not listing.is_file():
        raise ListError(f"expected {listing.relative_to(ROOT)}, found none; run make mutants")
    own = [_kept(str(module / "target" / kind)) for kind in ("test-classes", "classes")]
    jars = listing.read_text().strip().split(os.pathsep)
    engine = next(jar for jar in jars if "junit-platform-engine" in jar)
    launcher = engine.replace("junit-platform-engine", "junit-platform-launcher")
    if not Path(launcher).is_file():
        raise ListError(f"expected {launcher}, found none; run any test with Maven once")
    return os.pathsep.join([*own, *map(_kept, jars), launcher])


def runner(work: Path) -> Path:
    """The folder of the compiled runner."""
    folder = work / "runner"
    compiled = folder / "RunTests.class"
    if not compiled.is_file() or compiled.stat().st_mtime < RUNNER.stat().st_mtime:
        folder.mkdir(parents=True, exist_ok=True)
        command = [
            "javac",
            "-d",
            str(folder),
            "-cp",
            class_path(ROOT / "harness/core"),
            str(RUNNER),
        ]
        status, out, err = run(command, ROOT, dict(os.environ))
        if status != 0:
            raise ListError("the runner does not compile: " + (out + err).strip())
    return folder


def _crash(work: Path, overlay: Path) -> str:
    """Keeps a report of the Java machine; what it says happened, empty without one."""
    report = overlay / "crash.log"
    if not report.is_file():
        return ""
    kept = work / "crashes" / f"{overlay.name}.log"
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(report, kept)
    said = [line.strip("# ") for line in report.read_text(errors="replace").splitlines()[:12]]
    return f"{' '.join(filter(None, said))[:200]} ({kept.relative_to(ROOT)})"


def execute(
    work: Path,
    overlay: Path,
    sources: list[Path],
    tests: list[str],
    cache: Path | None = None,
) -> dict[str, Outcome]:
    """Compiles `sources` into `overlay`, then runs tests of one module over it."""
    module = module_of(test_source(tests[0]))
    path = os.pathsep.join([str(overlay), str(runner(work)), class_path(module)])
    cached = f"-Dorg.bytedeco.javacpp.cachedir={cache or ROOT / '.javacpp'}"
    crash = f"-XX:ErrorFile={overlay}/crash.log"
    command = ["java", *FLAGS, cached, crash, "-cp", path, "RunTests", str(overlay)]
    command += [str(source) for source in sources] + ["--", *tests]
    status, out, err = run(command, module, dict(os.environ))
    results = last_json(out)
    if status != 0 or results is None:
        line = _crash(work, overlay) or (err.strip() or out.strip() or "no output").splitlines()[0]
        return {test: Outcome("error", f"exit {status}: {line}"[:300]) for test in tests}
    return {test: Outcome(**results[test]) for test in tests}


def noticed(bug: Planted, work: Path) -> Outcome:
    """Runs the test of a bug in Java."""
    overlay = work / "overlay" / bug.id
    shutil.rmtree(overlay, ignore_errors=True)
    source = overlay / "source" / Path(bug.file).name
    source.parent.mkdir(parents=True)
    source.write_text(bug.changed(), encoding="utf-8")
    sources = [source, *(ROOT / name for name in bug.also)]
    outcome = execute(work, overlay, sources, [bug.test])[bug.test]
    shutil.rmtree(overlay, ignore_errors=True)
    return outcome
