"""What the soak calls lost, changed, left behind and unexplained."""

import signal
from random import Random

import pytest
from attempt import Outcome
from compare import Difference, differences
from explain import unexplained
from signals import Signal

CELLS = ["a", "b"]


def outcome(status: int, *struck, reasons=None, finished=(), **more) -> Outcome:
    values = {"last_line": "", "errors": "", "hung": False, "orphans": []} | more
    return Outcome(
        status=status,
        seconds=1,
        reasons=reasons or {},
        finished=set(finished),
        struck=list(struck),
        **values,
    )


def strike(role: str, number: int, cell: str = "") -> Signal:
    fault = Signal("", Random(0), role, number)
    fault.cell = cell
    return fault


def write(folder, files: dict[str, str]):
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


def test_a_killed_worker_explains_its_own_cell_and_no_other():
    kill = strike("worker", signal.SIGKILL, "a")
    reason = "the worker was ended by signal 9; run the same command again"

    assert unexplained(outcome(1, kill, reasons={"a": reason}), CELLS) == []
    assert unexplained(outcome(1, kill, reasons={"b": reason}), CELLS) == [f"b: {reason}"]


def test_another_signal_than_the_one_sent_is_unexplained():
    kill = strike("worker", signal.SIGKILL, "a")

    assert unexplained(outcome(1, kill, reasons={"a": "ended by signal 11"}), CELLS)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_parent_ends_with_the_documented_status_of_its_signal(number, status):
    assert unexplained(outcome(status, strike("parent", number)), CELLS) == []
    assert unexplained(outcome(134, strike("parent", number)), CELLS) == ["status 134: "]


def test_a_failure_without_a_fault_is_unexplained():
    assert unexplained(outcome(1, reasons={"a": "anything"}), CELLS)
    assert unexplained(outcome(0, finished="a"), CELLS) == ["status 0 with unfinished cells"]
    assert unexplained(outcome(0, finished="ab"), CELLS) == []


def test_no_fault_explains_a_bug_a_hang_or_an_orphan():
    term = strike("parent", signal.SIGTERM)

    assert unexplained(outcome(143, term, errors="cfcql: a bug: IllegalState"), CELLS)
    assert unexplained(outcome(143, term, errors="x\n\tat org.cfcql.Main(Main.java)"), CELLS)
    assert unexplained(outcome(143, term, hung=True), CELLS) == ["hung for 1 s"]
    assert unexplained(outcome(143, term, orphans=["worker 7"]), CELLS) == ["orphan: worker 7"]


def test_a_run_that_names_no_cell_has_to_say_why(tmp_path):
    kill = strike("worker", signal.SIGKILL, "a")

    assert unexplained(outcome(1, kill, last_line="no idea"), CELLS) == ["status 1: no idea"]


def test_bytes_that_may_differ_are_not_compared(tmp_path):
    one = write(tmp_path / "one", {"c/timing.jsonl": "1", "c/metrics.jsonl": "1"})
    other = write(
        tmp_path / "two", {"c/timing.jsonl": "2", "c/metrics.jsonl": "1", "c/hs_err_pid7.log": ""}
    )

    assert differences(one, other) == []


def test_lost_changed_and_left_behind_files_are_told_apart(tmp_path):
    one = write(tmp_path / "one", {"c/metrics.jsonl": "abc", "c/result.json": "1"})
    other = write(tmp_path / "two", {"c/metrics.jsonl": "abd", "c/x.tmp": ""})

    assert differences(one, other) == [
        Difference("lost", "c/result.json"),
        Difference(
            "changed",
            "c/metrics.jsonl: expected 3 bytes, found 3, first difference at byte 2",
        ),
        Difference("left behind", "c/x.tmp"),
    ]
