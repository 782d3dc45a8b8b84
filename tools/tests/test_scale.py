"""What tools/scale counts, and the crowd that it lets loose on a run folder."""

import json

import crowd
import traced


def test_calls_are_counted_where_they_happen_and_waits_for_locks_are_no_other_fcntl():
    lines = [
        '12 openat(AT_FDCWD</x>, "/run/cells/a/lock", O_RDWR) = 5</run/cells/a/lock>',
        "12 fcntl(5</run/cells/a/lock>, F_SETLK, {l_type=F_WRLCK}) = 0",
        "12 fcntl(5</run/cells/a/lock>, F_GETFD) = 0",
        "12 fsync(5</run/cells/a/metrics.jsonl>) = 0",
        '12 rename("/run/a.new", "/run/a") = 0',
        '12 read(7</home/lib/x.jar>, "...", 10) = 10',
        '12 openat(AT_FDCWD</x>, "/etc/passwd", O_RDONLY) = 5</etc/passwd>',
        "12 <... read resumed>) = 1",
    ]
    assert traced.tallied(lines, {"run folder": "/run", "checkout": "/home"}) == {
        "run folder": {"open": 1, "lock": 1, "sync": 1, "name": 1},
        "checkout": {"read": 1},
    }


def test_many_processes_that_are_given_every_cell_twice_start_each_once(tmp_path):
    ids = [f"cell{number}" for number in range(40)]
    planned = tmp_path / "planned"
    planned.mkdir()
    (planned / "plan.json").write_text(json.dumps({"cells": [{"id": name} for name in ids]}))
    seen = crowd.work(planned, tmp_path / "run", 8)
    assert seen["cells with one start"] == 40
    assert seen["workers that failed"] == 0
