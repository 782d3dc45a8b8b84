"""Steps without a bridge: what is counted is what was asked for."""

import io
import json
import sys

import pytest

from cfcql_bridges import alone


@pytest.mark.parametrize("env", ["faulty/none", "mpe/simple_spread", "equal_line/3"])
def test_steps_are_played_and_counted(env, monkeypatch):
    answers = io.StringIO()
    monkeypatch.setattr(sys, "__stdout__", answers)
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(sys, "stdin", io.StringIO("rows 70\nrows 6\n"))
    assert alone.main([env, "3"]) == 0
    kinds, *played = map(json.loads, answers.getvalue().splitlines())
    assert kinds == {"kinds": ["rows"]}
    # Whole steps of three rows.
    assert [part["steps"] for part in played] == [72, 6]
    assert all(part["wall_ns"] > 0 and part["cpu_ns"] > 0 for part in played)
