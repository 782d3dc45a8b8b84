"""What make dist packs is what it says, and a tag stands for something finished."""

from pathlib import Path

import make_dist
import make_venv
import pytest
import try_dist

ROOT = Path(__file__).resolve().parents[2]


def test_every_module_has_the_version_of_the_project():
    of = make_dist.version((ROOT / "pom.xml").read_text(encoding="utf-8"))
    for module in [*ROOT.glob("*/pom.xml"), *ROOT.glob("harness/*/pom.xml")]:
        assert make_dist.version(module.read_text(encoding="utf-8")) == of, module


def test_a_pom_without_a_version_is_refused():
    with pytest.raises(make_dist.DistError, match="found none"):
        make_dist.version("<project/>")


def test_the_platform_is_that_of_the_jars():
    jars = [Path("lib/javacpp-1.5.13.jar"), Path("lib/javacpp-1.5.13-linux-x86_64.jar")]
    assert make_dist.platform(jars) == "linux-x86_64"
    with pytest.raises(make_dist.DistError, match="make build"):
        make_dist.platform(jars[:1])


@pytest.mark.parametrize(
    ("status", "changelog", "of", "refusal"),
    [
        (" M pom.xml\n", "## 0.1.0\n", "0.1.0", "clean checkout"),
        ("", "## Unreleased\n", "0.1.0", "heading '## 0.1.0'"),
        ("", "## 0.1.01\n", "0.1.0", "heading '## 0.1.0'"),
        ("", "## 0.2.0-SNAPSHOT\n", "0.2.0-SNAPSHOT", "a version to tag"),
    ],
)
def test_what_is_not_finished_gets_no_tag(status, changelog, of, refusal):
    with pytest.raises(make_dist.DistError, match=refusal):
        make_dist.require_taggable(status, changelog, of)


def test_a_clean_checkout_with_a_described_version_gets_its_tag():
    make_dist.require_taggable("", "# Changelog\n\n## 0.1.0\n", "0.1.0")


def test_everything_that_is_packed_is_tracked_by_git():
    for name in make_dist.TRACKED:
        assert make_dist._git("ls-files", "--", name), name


def test_wheels_beside_a_lock_are_taken_for_their_own_python_only(tmp_path):
    lock = tmp_path / "locks" / "numpy.txt"
    wheels = tmp_path / "wheels" / "numpy"
    wheels.mkdir(parents=True)
    assert make_venv.offline(lock) == []
    (wheels / "numpy-1.0-cp27-cp27m-linux_x86_64.whl").touch()
    assert make_venv.offline(lock) == []
    tag = f"cp{make_venv.sys.version_info.major}{make_venv.sys.version_info.minor}"
    (wheels / f"numpy-1.0-{tag}-{tag}-linux_x86_64.whl").touch()
    assert make_venv.offline(lock) == ["--no-index", "--find-links", str(wheels)]


def test_the_trial_has_neither_maven_nor_a_compiler(tmp_path):
    names = {path.name for path in try_dist.path_of(tmp_path / "bin").iterdir()}
    assert names == {"java", "python3", *try_dist.LAUNCHER_NEEDS}
