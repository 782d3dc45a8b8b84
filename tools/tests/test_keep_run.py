"""A kept run is small and says the same."""

import gzip
import json
import subprocess
from pathlib import Path

import keep_run

ROOT = Path(__file__).resolve().parents[2]
LIMIT_BYTES = 32 * 2**20


def episode(evaluation, number, score):
    return {
        "evaluation": evaluation,
        "round": 10,
        "environmentSteps": 250.0,
        "episode": number,
        "seed": "123",
        "score": score,
        "length": 25,
        "agentReturns": [score],
        "info": {"collisions": 1.0},
    }


def test_an_evaluation_along_the_way_becomes_its_mean_to_the_last_bit():
    scores = [0.1, 0.7, 1e16, -1e16, 0.3]
    slim = list(keep_run.slim_evaluations([episode(0, i, s) for i, s in enumerate(scores)]))
    total = 0.0
    for score in scores:
        total += score
    expected = {"evaluation": 0, "round": 10, "environmentSteps": 250.0}
    assert slim == [expected | {"score": total / 5, "episodes": 5}]


def test_final_episodes_keep_their_scores_and_the_teams_return():
    shared = episode("final", 0, 2.5)
    own = episode("final", 1, 1.5) | {"agentReturns": [1.0, 2.0]}
    slim = list(keep_run.slim_evaluations([shared, own]))
    assert [line["score"] for line in slim] == [2.5, 1.5]
    assert [line.get("agentReturns") for line in slim] == [[2.5], None]
    assert "info" not in slim[0]


def test_slimming_twice_changes_nothing():
    once = list(keep_run.slim_evaluations([episode(0, 0, 1.0), episode("final", 0, 2.0)]))
    assert list(keep_run.slim_evaluations(once)) == once


def test_times_keep_restarts_disturbances_and_the_last_line():
    names = ["start", "evaluation", "checkpoint", "restart", "evaluation", "checkpoint"]
    events = [{"event": name, "repeatedEpisodes": 0} for name in names]
    events[4]["repeatedEpisodes"] = 3
    kept = list(keep_run.slim_times(events))
    assert [event["event"] for event in kept] == ["start", "restart", "evaluation", "checkpoint"]


def test_values_are_at_most_a_hundred_lines_that_end_with_the_last():
    metrics = [{"round": i, "dataValue": i, "loss": 1} for i in range(1001)]
    thin = list(keep_run.thin_values(metrics))
    assert len(thin) <= 100
    assert thin[-1] == {"round": 1000, "dataValue": 1000}


def test_a_cell_without_a_result_is_left_out_and_named(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(keep_run, "LAUNCHER", "true")
    run = tmp_path / "run"
    for name in ("done", "open"):
        (run / "cells" / name).mkdir(parents=True)
    for name in ("plan.json", "experiment.yaml"):
        (run / name).write_text("{}")
    for name in ("cell.json", "result.json", "timing.jsonl"):
        (run / "cells" / "done" / name).write_text("{}")
    lines = [json.dumps(episode("final", 0, 2.0))]
    (run / "cells" / "done" / "evaluations.jsonl").write_text("\n".join(lines) + "\n")
    (run / "cells" / "done" / "timing.jsonl").write_text('{"event":"start"}\n')
    assert keep_run.main(run, tmp_path / "kept") == 0
    assert "open has no result" in capsys.readouterr().err
    cells = tmp_path / "kept" / "cells"
    assert [path.name for path in cells.iterdir()] == ["done"]
    packed = gzip.decompress((cells / "done" / "evaluations.jsonl.gz").read_bytes())
    assert json.loads(packed)["score"] == 2.0


def test_a_copy_that_breaks_a_rule_is_kept_and_said_to_be_unsound(tmp_path, capsys, monkeypatch):
    run = tmp_path / "run"
    (run / "cells").mkdir(parents=True)
    for name in ("plan.json", "experiment.yaml"):
        (run / name).write_text("{}")
    monkeypatch.setattr(keep_run, "LAUNCHER", "false")
    assert keep_run.main(run, tmp_path / "kept") == 1
    assert "is not sound" in capsys.readouterr().err
    assert (tmp_path / "kept" / "plan.json").is_file()


def test_a_folder_that_is_no_run_is_refused(tmp_path, capsys):
    assert keep_run.main(tmp_path, tmp_path / "kept") == 2
    assert "found no plan.json" in capsys.readouterr().err


def test_the_working_tree_stays_light():
    names = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z"], check=True, capture_output=True
    ).stdout.split(b"\0")
    sizes = {
        name.decode(): (ROOT / name.decode()).lstat().st_size
        for name in names
        if name and (ROOT / name.decode()).exists()
    }
    largest = sorted(sizes, key=sizes.get, reverse=True)[:5]
    assert sum(sizes.values()) <= LIMIT_BYTES, f"largest: {largest}"
