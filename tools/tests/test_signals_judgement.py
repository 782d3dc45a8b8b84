"""What tools/signals accepts of a command that got a signal, and what it calls a finding."""

import signal

import pytest
from commands import COMMANDS, Workplace
from judge import Ending, problems
from tally import Tally
from trial import Trials

BY_NAME = {command.name: command for command in COMMANDS}


@pytest.fixture
def place(tmp_path):
    made = Workplace(tmp_path, "mark")
    for name, files in {
        "data mix": {"card.json": "{}", "rewards.npy": "numbers"},
        "report": {"table.md": "table", "report.html": "page"},
    }.items():
        folder = made.undisturbed(BY_NAME[name]) / "made"
        folder.mkdir(parents=True)
        for file, text in files.items():
            (folder / file).write_text(text)
    made.out.mkdir()
    return made


def ending(status, number=signal.SIGTERM, **more) -> Ending:
    values = {"sent": True, "hung": False, "orphans": [], "output": "", "errors": ""} | more
    return Ending(number=number, moment=1, status=status, seconds=1, **values)


def found(place, name, *arguments, **more) -> list[str]:
    return problems(place, BY_NAME[name], ending(*arguments, **more))


@pytest.mark.parametrize(
    ("number", "status"),
    [
        (signal.SIGINT, 130),
        (signal.SIGTERM, 143),
        (signal.SIGHUP, 129),
        # Before the Java machine has taken the signal over.
        (signal.SIGHUP, -1),
    ],
)
def test_the_status_of_the_signal_is_documented(place, number, status):
    assert found(place, "perf", status, number) == []


@pytest.mark.parametrize("status", [134, -6, -11, 1, 70, 130])
def test_another_status_is_a_finding(place, status):
    assert found(place, "perf", status, errors="last words") == [f"status {status}: last words"]


def test_the_status_of_a_signal_that_was_not_sent_is_a_finding(place):
    assert found(place, "perf", 143, sent=False) == ["status 143: "]


def test_a_run_goes_on_without_a_worker_that_it_names_with_its_signal(place):
    named = "failed  bc: the worker was ended by signal 15 (SIGTERM)"
    assert found(place, "worker of run", 1, output=named) == []
    assert found(place, "worker of run", 1, output="failed  bc") != []


@pytest.mark.parametrize(
    "text",
    [
        "cfcql: this is a bug of the harness; please report it with these lines:",
        "java.lang.IllegalStateException: ending\n\tat java.base/java.lang.X(X.java:1)",
        'Exception in thread "main" x',
        "# A fatal error has been detected by the Java Runtime Environment:",
    ],
)
def test_a_trace_and_a_crash_message_are_findings(place, text):
    assert len(found(place, "perf", 143, errors=text)) >= 1
    assert len(found(place, "perf", 143, output=text)) >= 1


def test_hanging_and_outliving_processes_are_findings(place):
    assert found(place, "perf", 143, hung=True) == ["hung"]
    assert found(place, "perf", 143, orphans=["environment 7"]) == ["orphan: environment 7"]


def test_whatever_is_left_is_told_once_and_removed(place):
    (place.temporary / "cfcql-env-1-2").mkdir()
    (place.caller / "core").touch()
    (place.crashes / "hs_err_pid3.log").touch()

    assert found(place, "perf", 143) == [
        "left in tmp: cfcql-env-1-2",
        "left in caller: core",
        "left in crashes: hs_err_pid3.log",
    ]
    assert found(place, "perf", 143) == []


def test_a_data_set_is_there_completely_or_not_at_all(place):
    assert found(place, "data mix", 143) == []
    place.made.mkdir()
    (place.made / "card.json").write_text("{}")
    assert found(place, "data mix", 143) == ["missing: made/rewards.npy"]
    (place.made / "rewards.npy").write_text("num")
    assert found(place, "data mix", 143) == ["half written: made/rewards.npy"]
    (place.made / "rewards.npy").write_text("numbers")
    assert found(place, "data mix", 143) == []


def test_a_folder_under_its_passing_name_is_a_finding_even_if_it_is_empty(place):
    (place.out / "made.partial").mkdir()
    assert found(place, "data mix", 143) == [
        "left behind: made.partial/",
        "missing: made/card.json, made/rewards.npy",
    ]


def test_files_of_a_report_stand_for_themselves_until_it_is_done(place):
    place.made.mkdir()
    (place.made / "table.md").write_text("table")
    assert found(place, "report", 143) == []
    assert found(place, "report", 0) == ["missing: made/report.html"]
    (place.made / "report.html.new").write_text("pa")
    assert found(place, "report", 143) == ["left behind: made/report.html.new"]


def test_the_same_seed_deals_the_same_commands_signals_and_moments(place):
    def dealt(seed):
        trials = Trials(place, COMMANDS[:2], seed, 0, Tally())
        dealt = []
        trials.place.spans = {command.name: 5 for command in COMMANDS}

        def record(command, number, moment):
            dealt.append((command.name, number, moment))
            return ending(143, sent=False)

        trials._disturbed = record
        for _ in range(12):
            trials.next()
        return dealt

    assert dealt(1) == dealt(1)
    assert dealt(1) != dealt(2)
    each = [(name, number) for name, number, _ in dealt(1)]
    assert len(set(each)) == 6
    assert all(each.count(one) == 2 for one in each)
