"""What an import believes of a source, what it says of it and what it refuses."""

import json
import os
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from cfcql_data.convert import export, load
from cfcql_data.errors import RefusedError
from cfcql_data.rows import CUT, DATA_ENDED, SUCCESSOR_UNKNOWN, TRUNCATION
from made_data import (
    agent_files,
    arrays_of,
    episodes,
    flat_rows,
    padded,
    request,
    without_final_rows,
    write_hdf5,
    write_npy,
)

LENGTHS = np.array([6, 3, 1, 6])


def read(source, target, layout=None, **options):
    """Import into a new folder; the card with what was said."""
    target.mkdir()
    asked = request(source, **options)
    card, _ = load(asked, layout, target, [], "0", lambda count: None)
    return {**card, "said": " | ".join(asked.said)}


def refusal(source, target, layout=None, **options) -> str:
    """The one line of a refusal."""
    with pytest.raises(RefusedError) as refused:
        read(source, target, layout, **options)
    assert "\n" not in str(refused.value)
    assert "expected" in str(refused.value)
    return str(refused.value)


def ends(folder: Path) -> tuple[list[int], list[int]]:
    """Terminations and truncations at the last steps."""
    arrays = arrays_of(folder)
    last = arrays["episode_offsets"][1:] - 2
    return arrays["terminated"][last].tolist(), arrays["truncated"][last].tolist()


# Padded episodes


def test_the_action_after_the_last_step_is_kept_and_padding_is_nobodys_business(tmp_path):
    arrays = padded(episodes())
    arrays["obs"][2, 5] = np.nan
    arrays["reward"][2, 5] = 7
    read(write_hdf5(tmp_path / "x.h5", arrays), tmp_path / "data")
    stored = arrays_of(tmp_path / "data")["actions"]
    assert stored[[6, 10, 12]].tolist() == arrays["actions"][[0, 1, 2], [6, 3, 1], :, 0].tolist()


def test_flags_at_the_limit_are_counted_and_an_option_says_what_they_mean(tmp_path):
    source = write_hdf5(tmp_path / "x.h5", padded(episodes()))
    card = read(source, tmp_path / "default")
    assert "2 before the limit of 6 steps, 2 at the limit, taken as the time limit" in card["said"]
    assert ends(tmp_path / "default") == ([0, 1, 1, 0], [CUT, 0, 0, CUT])
    assert card["task"]["timeoutKind"] == "TERMINAL"
    card = read(source, tmp_path / "end", at_limit="end")
    assert ends(tmp_path / "end") == ([1, 1, 1, 1], [0, 0, 0, 0])
    card = read(source, tmp_path / "on", at_limit="go-on")
    assert ends(tmp_path / "on") == ([0, 1, 1, 0], [CUT, 0, 0, CUT])
    assert card["task"]["timeoutKind"] == "TRUNCATION"


def test_an_episode_that_runs_into_the_limit_unmarked_lets_learners_go_on(tmp_path):
    arrays = padded(episodes())
    arrays["terminated"][0] = 0
    card = read(write_hdf5(tmp_path / "x.h5", arrays), tmp_path / "data")
    assert card["task"]["timeoutKind"] == "TRUNCATION"
    assert ends(tmp_path / "data") == ([0, 1, 1, 1], [CUT, 0, 0, 0])
    assert "1 of 4 episodes are cut" in card["said"]


def test_without_a_slot_for_it_the_final_observation_is_unknown(tmp_path):
    source = write_hdf5(tmp_path / "x.h5", padded(episodes(), final_slot=False))
    card = read(source, tmp_path / "data")
    assert ends(tmp_path / "data") == ([0, 1, 1, 0], [3, 0, 0, 3])
    assert card["schema"] == 2
    assert "unknown successor" in card["said"]
    message = refusal(source, tmp_path / "wrong", final_slot=True)
    assert "expected two filled slots or more in episode 2" in message


def test_where_flags_stand_in_both_places_the_user_must_say_which(tmp_path):
    arrays = padded(episodes())
    arrays["terminated"][1] = np.roll(arrays["terminated"][1], 1, axis=0)
    assert "say --final-slot yes or no" in refusal(
        write_hdf5(tmp_path / "x.h5", arrays), tmp_path / "data"
    )


def test_corrected_terminations_tell_real_ends_from_the_limit(tmp_path):
    arrays = padded(episodes(), final_slot=False)
    arrays["corrected_terminated"] = arrays["terminated"].copy()
    arrays["corrected_terminated"][0] = 0
    card = read(write_hdf5(tmp_path / "x.h5", arrays), tmp_path / "data")
    assert ends(tmp_path / "data") == ([0, 1, 1, 1], [CUT | SUCCESSOR_UNKNOWN, 0, 0, 0])
    assert card["task"]["timeoutKind"] == "TRUNCATION"


def test_an_agent_with_nothing_to_choose_at_the_end_may_choose_anything(tmp_path):
    arrays = padded(episodes())
    arrays["avail_actions"][1, 3, 1] = 0
    card = read(write_hdf5(tmp_path / "x.h5", arrays), tmp_path / "data")
    assert arrays_of(tmp_path / "data")["available_actions"][10, 1].tolist() == [1, 1, 1, 1]
    assert "1 times an agent has no available action" in card["said"]
    arrays["avail_actions"][1, 2, 1] = 0
    message = refusal(write_hdf5(tmp_path / "y.h5", arrays), tmp_path / "other")
    assert "of agent 1, which 'avail_actions' forbids" in message


@pytest.mark.parametrize(
    ("name", "options", "environment", "kind"),
    [
        ("equal_line_2_expert.h5", {}, "equal_line/2", "expert"),
        ("2s3z_medium_replay.h5", {}, "smac/2s3z", "medium-replay"),
        ("5m_vs_6m_mixed.hdf5", {"environment": "any/name"}, "any/name", "mixed"),
    ],
)
def test_published_names_tell_task_and_kind(tmp_path, name, options, environment, kind):
    source = write_hdf5(tmp_path / name, padded(episodes()))
    told = {"environment": None, "kind": None, **options}
    card = read(source, tmp_path / "data", **told)
    assert (card["task"]["environment"], card["kind"]) == (environment, kind)


def test_a_name_that_tells_nothing_is_refused_with_the_options_that_help(tmp_path):
    source = write_hdf5(tmp_path / "x.h5", padded(episodes()))
    assert "say --env" in refusal(source, tmp_path / "data", environment=None)
    assert "say --kind" in refusal(source, tmp_path / "data2", kind=None)


@pytest.mark.parametrize(
    ("key", "at", "value", "message"),
    [
        ("obs", (1, 2, 0, 0), np.nan, "finite numbers in 'obs' of episode 1 slot 2, found nan"),
        ("state", (0, 6, 0), np.inf, "finite numbers in 'state' of episode 0 slot 6"),
        ("filled", (0, 2), 0, "'filled' of episode 0 to be 1 without a gap, found 0 in slot 2"),
        ("filled", (1, 0), 2, "0 or 1 in 'filled' of episode 1 slot 0, found 2"),
        ("terminated", (1, 0), 1, "'terminated' of episode 1 in one slot"),
        ("actions", (3, 1, 1), 4, "numbers from 0 to 3 in 'actions' of episode 3 slot 1, found 4"),
        ("avail_actions", (3, 1, 1, 0), 2, "0 or 1 in 'avail_actions' of episode 3 slot 1"),
        ("reward", (1, 3), 1, "0 after the last step in 'reward' of episode 1 slot 3, found 1"),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stands(tmp_path, key, at, value, message):
    arrays = padded(episodes())
    arrays[key][at] = value
    assert message in refusal(write_hdf5(tmp_path / "x.h5", arrays), tmp_path / "data")


@pytest.mark.parametrize("kind", [np.float16, np.uint8, np.uint64, np.int8, ">i2", bool])
def test_any_type_of_numbers_is_read(tmp_path, kind):
    made = episodes()
    for name in ("observations", "state", "rewards"):
        values = getattr(made.rows, name)
        setattr(made.rows, name, np.abs(values).round().clip(0, 1).astype(np.float32))
    made.store(tmp_path / "made")
    arrays = padded(made)
    for key in ("obs", "state", "reward", "filled", "terminated", "avail_actions"):
        arrays[key] = arrays[key].astype(kind)
    read(write_hdf5(tmp_path / "x.h5", arrays), tmp_path / "data")
    np.testing.assert_array_equal(
        arrays_of(tmp_path / "data")["observations"], arrays_of(tmp_path / "made")["observations"]
    )


@pytest.mark.parametrize("values", [np.array([b"text"] * 4), np.array([1j] * 4)])
def test_what_is_no_number_is_refused(tmp_path, values):
    arrays = {**padded(episodes()), "reward": values}
    assert "expected real numbers" in refusal(
        write_hdf5(tmp_path / "x.h5", arrays), tmp_path / "data"
    )


def test_a_chunk_that_its_checksum_contradicts_is_named(tmp_path):
    arrays = padded(episodes())
    source = write_hdf5(tmp_path / "x.h5", arrays, chunks=True, fletcher32=True)
    with h5py.File(source) as file:
        chunk = file["obs"].id.get_chunk_info(0)
    with source.open("r+b") as file:
        file.seek(chunk.byte_offset + 8)
        file.write(b"\x7f")
    message = refusal(source, tmp_path / "data")
    assert "'obs' as it was written, found that the chunk [0:" in message
    assert not (tmp_path / "data/card.json").exists()


def test_links_inside_the_file_are_followed_and_others_refused(tmp_path):
    source = tmp_path / "x.h5"
    with h5py.File(source, "w") as file:
        for key, values in padded(episodes()).items():
            file[f"inner/{key}"] = values
            file[key] = h5py.SoftLink(f"/inner/{key}")
    read(source, tmp_path / "data")
    with h5py.File(source, "a") as file:
        del file["obs"]
        file["obs"] = h5py.SoftLink("/nowhere")
    assert "a link to /nowhere that leads nowhere" in refusal(source, tmp_path / "nowhere")
    with h5py.File(source, "a") as file:
        del file["obs"]
        file["obs"] = h5py.ExternalLink("other.h5", "/obs")
    assert "found a link to another one (other.h5:/obs)" in refusal(source, tmp_path / "outside")


def test_what_nobody_wrote_is_zero(tmp_path):
    arrays = padded(episodes())
    state = arrays.pop("state")
    source = write_hdf5(tmp_path / "x.h5", arrays)
    with h5py.File(source, "a") as file:
        file.create_dataset("state", state.shape, np.float32)
    read(source, tmp_path / "data")
    assert not arrays_of(tmp_path / "data")["state"].any()


def test_parts_with_a_gap_or_of_other_data_are_refused(tmp_path):
    folder = tmp_path / "parts"
    folder.mkdir()
    write_hdf5(folder / "part_0.h5", padded(episodes()))
    write_hdf5(folder / "part_2.h5", padded(episodes()))
    assert "without a gap from part_0.h5, found 0, 2" in refusal(folder, tmp_path / "a")
    (folder / "part_2.h5").unlink()
    write_hdf5(folder / "part_1.h5", padded(episodes(observation=4)))
    assert "the parts are of different data" in refusal(folder, tmp_path / "b")


# Agent files


def omar(tmp_path, done, limit=25, rows=100, **arrays) -> Path:
    """A folder of three agents that go on and on."""
    made = episodes(lengths=[rows], limit=rows, agents=3, discrete=False)
    files = agent_files(made, np.asarray(done, float)) | arrays
    files = {key: values for key, values in files.items() if "state" not in key}
    return write_npy(tmp_path / "simple_spread/medium/seed_0_data", files)


def flags(rows, *places):
    done = np.zeros(rows)
    done[list(places)] = 1
    return done


def spread(**options):
    return {"environment": "simple_spread", **options}


def test_done_flags_further_apart_than_the_limit_are_refused_with_both_numbers(tmp_path):
    source = omar(tmp_path, flags(104, 25, 51, 77, 103), rows=104)
    message = refusal(source, tmp_path / "data", **spread())
    assert (
        "which is 25 steps, found all 4 of them 26 steps apart; say --episode-limit 26" in message
    )
    assert "if episodes of this copy are so long" in message
    # Advice that does not help is none: flags further apart than a limit contradict it always.
    assert "or --episode-limit 25" not in message
    assert "26 steps apart" in refusal(source, tmp_path / "same", **spread(episode_limit=25))
    card = read(source, tmp_path / "other", **spread(episode_limit=26))
    assert (card["episodes"], card["task"]["episodeLimit"]) == (4, 26)


def test_done_flags_all_nearer_than_the_limit_are_refused_with_both_numbers(tmp_path):
    source = omar(tmp_path, flags(100, 19, 39, 59, 79, 99))
    message = refusal(source, tmp_path / "data", **spread())
    assert (
        "which is 25 steps, found all 5 of them 20 steps apart; say --episode-limit 20" in message
    )
    assert "or --episode-limit 25 if they are not" in message
    card = read(source, tmp_path / "other", **spread(episode_limit=25))
    assert ends(tmp_path / "other") == ([1] * 5, [0] * 5)
    assert card["episodes"] == 5


def test_a_real_end_beside_flags_at_the_limit_leaves_them_the_time_limit(tmp_path):
    source = omar(tmp_path, flags(86, 24, 35, 60, 85), rows=86)
    card = read(source, tmp_path / "data", **spread())
    assert (
        "1 before the limit of 25 steps, taken as ends of the task; 3 at the limit" in card["said"]
    )
    assert ends(tmp_path / "data") == ([0, 1, 0, 0], [CUT, 0, CUT, CUT])
    assert card["task"]["timeoutKind"] == "TERMINAL"
    read(source, tmp_path / "end", **spread(at_limit="end"))
    assert ends(tmp_path / "end") == ([1, 1, 1, 1], [0, 0, 0, 0])


def test_episodes_that_go_on_where_the_limit_cuts_them_are_refused(tmp_path):
    source = omar(tmp_path, flags(100, 32, 99))
    message = refusal(source, tmp_path / "data", **spread())
    assert "go on with the next row" in message
    card = read(source, tmp_path / "other", **spread(episode_limit=25))
    assert "the next row goes on where it ended" in card["said"]


def test_a_last_episode_that_the_data_cut_is_marked_and_left_out_of_returns(tmp_path):
    source = omar(tmp_path, np.zeros(110), rows=110)
    card = read(source, tmp_path / "data", **spread())
    assert ends(tmp_path / "data")[1] == [CUT, CUT, CUT, CUT, CUT | DATA_ENDED]
    assert "the last episode stops after 10 steps with the data" in card["said"]
    rewards = np.load(source / "rews_0.npy")[:100].astype(float).reshape(4, 25).sum(axis=1)
    assert card["returns"]["mean"] == pytest.approx(rewards.mean())
    assert card["returns"]["std"] == pytest.approx(rewards.std(ddof=1))
    assert card["episodes"] == 5


def test_next_observations_that_are_not_the_next_row_are_kept_apart(tmp_path):
    source = omar(tmp_path, np.zeros(100))
    following = np.load(source / "next_obs_1.npy")
    following[3] += 1
    np.save(source / "next_obs_1.npy", following)
    read(source, tmp_path / "data", **spread())
    stored = arrays_of(tmp_path / "data")
    assert stored["next_observations"][3, 1].tolist() == following[3].tolist()
    assert not stored["next_observations"][25].any()


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("dones_1", lambda values: 1 - values, "expected 0 or 1 and the same for all agents"),
        ("acs_0", lambda values: values[:-1], "expected 100 rows of 4 numbers"),
        ("obs_2", lambda values: values * np.nan, "obs_2.npy row 0: expected finite numbers"),
        ("rews_0", lambda values: values.astype(str), "expected real numbers"),
        ("rews_0", lambda values: np.array(None), "copy it again"),
    ],
)
def test_agent_files_that_make_no_sense_are_named(tmp_path, name, change, message):
    source = omar(tmp_path, np.zeros(100))
    np.save(source / f"{name}.npy", change(np.load(source / f"{name}.npy")), allow_pickle=True)
    assert message in refusal(source, tmp_path / "data", **spread())


def test_a_task_without_a_name_here_needs_its_limit(tmp_path):
    source = omar(tmp_path, np.zeros(100))
    message = refusal(source, tmp_path / "data", environment="lab/other")
    assert "say --env and --episode-limit" in message


# Flat rows and vaults


def test_flat_rows_are_cut_where_their_flags_say_and_the_last_is_marked(tmp_path):
    made = episodes(lengths=[6, 3, 6, 4], discrete=False)
    arrays = flat_rows(made)
    arrays["d"][-1] = 0
    source = write_hdf5(tmp_path / "Ant-v2-2x4-expert.hdf5", arrays)
    card = read(source, tmp_path / "data", environment=None, kind=None)
    assert (card["task"]["environment"], card["kind"]) == ("mamujoco/ant-2x4", "expert")
    assert ends(tmp_path / "data") == ([1, 1, 1, 0], [0, 0, 0, 7])
    assert "the last episode stops after 4 steps" in card["said"]


def test_flags_beyond_the_limit_of_a_known_body_are_refused(tmp_path):
    made = episodes(lengths=[1001, 1001], limit=1001, observation=1, discrete=False)
    source = write_hdf5(tmp_path / "x.h5", flat_rows(made))
    message = refusal(source, tmp_path / "data", environment="mamujoco/ant-2x4")
    assert "which is 1000 steps, found two 1001 steps apart; say --episode-limit 1001" in message


def test_states_of_agents_that_differ_are_joined(tmp_path):
    arrays = flat_rows(episodes(discrete=False))
    arrays["s"][:, 1] += 1
    card = read(write_hdf5(tmp_path / "x.h5", arrays), tmp_path / "data")
    assert card["task"]["stateSize"] == 10
    stored = arrays_of(tmp_path / "data")["state"]
    np.testing.assert_array_equal(stored[0], arrays["s"][0].reshape(-1))


def test_a_cut_step_of_a_vault_has_no_known_successor(tmp_path):
    made = without_final_rows(episodes(timeout=TRUNCATION))
    made.store(tmp_path / "data")
    target = tmp_path / "5m_vs_6m.vlt/Medium_Replay"
    target.mkdir(parents=True)
    asked = {"source": str(tmp_path / "data"), "target": str(target), "format": "vault"}
    export(asked, lambda count: None)
    card = read(target, tmp_path / "again", environment=None, kind=None)
    assert (card["task"]["environment"], card["kind"]) == ("smac/5m_vs_6m", "medium-replay")
    assert ends(tmp_path / "again") == ([0, 1, 1, 0], [3, 0, 0, 3])
    outer = refusal(target.parent, tmp_path / "outer")
    assert "found a folder of 1 (Medium_Replay)" in outer


def test_layouts_that_hold_final_observations_refuse_data_without_them(tmp_path):
    without_final_rows(episodes()).store(tmp_path / "data")
    asked = {"source": str(tmp_path / "data"), "target": str(tmp_path / "x.h5")}
    with pytest.raises(RefusedError, match=r"2 cut episodes have an unknown successor.*vault"):
        export({**asked, "format": "cfcql-h5"}, lambda count: None)


# Telling layouts apart


def test_what_cannot_be_read_gets_advice(tmp_path):
    source = write_hdf5(tmp_path / "x.h5", {"observations": np.zeros(3), "act": np.zeros(3)})
    message = refusal(source, tmp_path / "a")
    assert "found act, observations; store them under these names" in message
    (tmp_path / "empty").mkdir()
    assert "found a folder with nothing" in refusal(tmp_path / "empty", tmp_path / "b")
    (tmp_path / "text.h5").write_text("no")
    assert "found another kind of file" in refusal(tmp_path / "text.h5", tmp_path / "c")
    assert "no such file or folder" in refusal(tmp_path / "none", tmp_path / "d")


# The process


def converted(asked: dict) -> subprocess.CompletedProcess:
    """Run the converter as the harness does."""
    source = Path(__file__).resolve().parents[1] / "src"
    return subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "cfcql_data"],
        input=(json.dumps(asked, ensure_ascii=False) + "\n").encode(),
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(source), "LC_ALL": "C"},
        check=False,
    )


def test_the_process_answers_in_lines_and_refuses_with_two(tmp_path):
    folder = tmp_path / "größe"
    folder.mkdir()
    source = write_hdf5(folder / "x.h5", padded(episodes()))
    target = folder / "data"
    target.mkdir()
    asked = {
        "do": "import",
        "source": str(source),
        "target": str(target),
        "environment": "lab/made",
        "kind": "medium",
        "command": [],
        "version": "0",
    }
    done = converted(asked)
    assert (done.returncode, done.stderr) == (0, b"")
    lines = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert lines[-1]["done"]["transitions"] == 16
    assert lines[0] == {"progress": 16}
    refused = converted({**asked, "source": str(folder / "none.h5")})
    assert refused.returncode == 2
    assert refused.stdout == b""
    assert len(refused.stderr.decode().splitlines()) == 1
    exported = converted(
        {
            "do": "export",
            "source": str(target),
            "target": str(folder / "y.h5"),
            "format": "cfcql-h5",
        }
    )
    assert exported.returncode == 0
    full = converted({**asked, "target": str(folder / "nowhere")})
    assert full.returncode == 6
