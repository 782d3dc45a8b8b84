"""The script that makes a task's data: what it asks the harness for, and that it resumes."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Writes down its arguments; collects empty data, and trains a policy where TRAINED says how far.
HARNESS = """#!/usr/bin/env bash
echo "$*" >> asked.txt
out=
for word in "$@"; do
    if [ "$out" = next ]; then out=$word; fi
    if [ "$word" = --out ]; then out=next; fi
done
case $1 in
    data) if [ "$2" = collect ]; then mkdir -p "$out"; touch "$out/card.json"; fi ;;
    run)
        cell=$out/cells/matd3__${TASK}__online__s0__paper
        mkdir -p "$cell/policies"
        touch "$cell/result.json" "$cell/policies/expert.safetensors"
        if [ "${TRAINED:-all}" != expert ]; then touch "$cell/policies/medium.safetensors"; fi
        if [ "${TRAINED:-all}" = all ]; then
            mkdir -p "$cell/medium-replay"
            touch "$cell/medium-replay/card.json"
        fi
        ;;
esac
"""


@pytest.fixture
def checkout(tmp_path):
    folder = tmp_path / "experiments" / "data"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "experiments" / "data" / "collect.sh", folder)
    harness = tmp_path / "cfcql"
    harness.write_text(HARNESS)
    harness.chmod(0o755)
    return tmp_path


def collect(checkout, *words, task="mpe-simple_tag", **variables):
    environment = {"PATH": "/usr/bin:/bin", "TASK": task, **variables}
    return subprocess.run(
        ["bash", checkout / "experiments/data/collect.sh", *words],
        env=environment,
        cwd="/",
        capture_output=True,
        text=True,
    )


def asked(checkout):
    lines = (checkout / "asked.txt").read_text().splitlines()
    (checkout / "asked.txt").unlink()
    return lines


@pytest.mark.parametrize(
    ("task", "cell", "stem"),
    [
        ("simple_spread", "mpe-simple_spread", "data/simple_spread-"),
        ("simple_tag", "mpe-simple_tag", "data/simple_tag-"),
        ("simple_world", "mpe-simple_world", "data/simple_world-"),
        ("halfcheetah", "mamujoco-halfcheetah-2x3", "data/halfcheetah/"),
    ],
)
def test_one_command_makes_the_four_kinds_and_the_next_one_only_verifies(
    checkout, task, cell, stem
):
    assert (ROOT / "experiments" / "data" / f"{task}-matd3.yaml").is_file()
    first = collect(checkout, task, task=cell)
    assert first.returncode == 0, first.stderr
    commands = asked(checkout)
    assert sum(line.startswith("run ") for line in commands) == 1
    for kind in ("random", "medium-replay", "medium", "expert"):
        assert (checkout / f"{stem}{kind}" / "card.json").is_file()
        assert f"data verify {stem}{kind}" in commands
    collected = [line for line in commands if line.startswith("data collect ")]
    assert len(collected) == 3
    assert all("--transitions 1000000 " in line for line in collected)
    assert [("--noise 0.1" in line) for line in collected] == [False, True, True]
    assert collect(checkout, task, task=cell).returncode == 0
    assert all(line.startswith("data verify ") for line in asked(checkout))


def test_a_run_that_never_was_medium_is_said_and_leaves_no_data(checkout):
    result = collect(checkout, "simple_tag", "medium", TRAINED="expert")
    assert result.returncode == 1
    assert "to have reached a medium policy, it has not" in result.stderr
    assert not (checkout / "data").exists()


def test_a_policy_that_was_medium_before_anything_was_played_has_no_replay(checkout):
    result = collect(checkout, "simple_tag", "medium-replay", TRAINED="policies")
    assert result.returncode == 1
    assert "raise online.mediumScore" in result.stderr
    assert not (checkout / "data/simple_tag-medium-replay").exists()


@pytest.mark.parametrize("words", [["simple_tga"], ["simple_tag", "exprt"]])
def test_unknown_tasks_and_kinds_are_refused(checkout, words):
    result = collect(checkout, *words)
    assert result.returncode == 2
    assert words[-1] in result.stderr
