"""SMAX battles in their own virtual environment: golden traces, rows, ends, options, the wire.

Run in a venv made from locks/smax.txt; elsewhere the file says that it was left out. Each map and
number of rows is compiled once, which takes seconds; the venv keeps what was compiled.
"""

import functools
import importlib.util
import os
import subprocess
import sys

import numpy as np
import pytest

from cfcql_bridges.client import BridgeClient, RemoteError
from support import BRIDGES, everything, golden_traces, opened

if importlib.util.find_spec("jaxmarl") is None:
    pytest.skip(
        "jaxmarl is absent: run this test in a venv made from locks/smax.txt "
        "(cfcql env install smax)",
        allow_module_level=True,
    )

TRACES = golden_traces()
FIELDS = {
    "obs": "observations",
    "state": "state",
    "mask": "available_actions",
    "pos": "unit_positions",
    "pool": "unit_health",
    "alive": "unit_alive",
    "cooldown": "unit_weapon_cooldowns",
    "reward": "rewards",
    "terminated": "terminated",
    "truncated": "truncated",
    "battle_won": "battle_won",
    "dead_allies": "dead_allies",
    "dead_enemies": "dead_enemies",
}


@functools.cache
def battles(name: str, envs: int):
    return opened(f"smax/{name}", envs, raw_state=True)


def named(environment, arrays) -> dict[str, np.ndarray]:
    about = environment.description
    names = about.reset_frames if len(arrays) == len(about.reset_frames) else about.step_frames
    return {name: np.array(array) for name, array in zip(names, arrays, strict=True)}


@pytest.mark.skipif(
    not TRACES, reason="no golden/env/smax-*.npz: set CFCQL_GOLDEN to the folder golden"
)
@pytest.mark.parametrize("envs", [1, 8])
@pytest.mark.parametrize("path", TRACES, ids=[path.stem for path in TRACES])
def test_golden_traces_replay_exactly(path, envs):
    """In the last row, the others busy with battles of their own."""
    trace = np.load(path)
    environment = battles(str(trace["map"]), envs)
    if environment.description.machine["instructions"] != "avx2":
        pytest.skip("exact numbers need a processor with AVX2 (docs/golden-files.md)")
    seeds = np.arange(envs, dtype=np.uint64)
    for row in range(len(trace["t"])):
        if trace["reset"][row]:
            seeds[-1] = trace["seed"][row]
            arrays = named(environment, environment.reset(everything(envs), seeds))
        else:
            actions = np.ones((envs, environment.agents), np.int32)
            actions[-1] = trace["actions"][row]
            arrays = named(environment, environment.step(actions, everything(envs)))
        for field, name in FIELDS.items():
            if name in arrays:
                found = arrays[name][-1].astype(trace[field].dtype)
                np.testing.assert_array_equal(found, trace[field][row], f"{field} of row {row}")
    if "win" in path.stem:
        assert arrays["episode_return"][-1] == pytest.approx(20, abs=1e-12)


def choose(available: np.ndarray, generators) -> np.ndarray:
    return np.array(
        [[g.choice(np.flatnonzero(mask)) for mask in row]
         for g, row in zip(generators, available, strict=True)]
    )  # fmt: skip


def play(environment, seeds: np.ndarray, steps: int) -> list[dict[str, np.ndarray]]:
    """Random play, each row's actions drawn from the row's own seed; ended rows stand still."""
    generators = [np.random.default_rng([int(seed), 1]) for seed in seeds]
    running = everything(len(seeds))
    result = [named(environment, environment.reset(running, seeds))]
    for _ in range(steps):
        actions = choose(result[-1]["available_actions"], generators)
        result.append(named(environment, environment.step(actions, running.copy())))
        running &= (result[-1]["terminated"] == 0) & (result[-1]["truncated"] == 0)
        if not running.any():
            break
    return result


def test_a_row_is_the_same_bits_whatever_the_number_of_rows_and_whatever_came_before():
    seeds = np.array([3, 2**64 - 1, 2**32, 5, 6, 7, 8, 9], np.uint64)
    together = play(battles("2s3z", 8), seeds, 200)
    for row in (1, 2, 7):
        alone = play(battles("2s3z", 1), seeds[row : row + 1], 200)
        for step, one in enumerate(alone):
            for name, array in one.items():
                assert array[0].tobytes() == together[step][name][row].tobytes(), (step, name)
    last = together[-1]
    assert (last["terminated"] == 1).all()
    assert not last["battle_won"].any()
    assert len({array.tobytes() for array in together[0]["unit_positions"]}) == 8


def test_both_halves_of_a_seed_count():
    environment = battles("2s3z", 8)
    seeds = np.array([5, 5 + 2**32, 6, 5, 5, 5, 5, 5], np.uint64)
    starts = named(environment, environment.reset(everything(8), seeds))["unit_positions"]
    assert (starts[0] == starts[3]).all()
    assert (starts[0] != starts[1]).any()
    assert (starts[0] != starts[2]).any()


def test_the_limit_cuts_what_is_not_decided():
    environment = battles("3s_vs_5z", 8)
    environment.reset(everything(8), np.arange(8, dtype=np.uint64))
    environment._totals.steps[:] = 248
    stop = np.ones((8, 3), np.int32)
    for truncated in (0, 1):
        arrays = named(environment, environment.step(stop, everything(8)))
        assert arrays["truncated"].tolist() == [truncated] * 8
        assert not arrays["terminated"].any()


def test_the_native_layout_is_that_of_smax():
    environment = opened("smax/2s3z", 1, layout="native", walls="deadly")
    about = environment.description
    assert about.label == "smax/2s3z[layout=native,walls=deadly]"
    assert about.array("observations").shape == (5, 127)
    assert about.array("state").shape == (120,)
    assert about.action == {"kind": "discrete", "count": 10}
    first = named(environment, environment.reset(everything(1), np.array([1], np.uint64)))
    assert first["available_actions"][0].tolist() == [[1] * 5 + [0] * 5] * 5
    # Direction 3 is west: the edge is 8 units away, and touching it is deadly.
    for _ in range(12):
        arrays = named(environment, environment.step(np.full((1, 5), 3), everything(1)))
        if arrays["terminated"][0]:
            break
    assert (arrays["dead_allies"][0], arrays["battle_won"][0]) == (5, 0)


def test_a_battle_over_the_wire(capfd):
    with BridgeClient() as client:
        spec = client.make("smax/5m_vs_6m", 2)
        assert (spec["family"], spec["label"]) == ("smax", "smax/5m_vs_6m")
        assert (spec["episode_limit"], spec["timeout_kind"]) == (70, "terminal")
        assert (spec["seeding"], spec["determinism"]) == ("per_episode", "same_build")
        told = spec["fingerprint_of"]
        assert {"package.jax", "package.jaxlib", "package.jaxmarl", "machine.instructions"} <= set(
            told
        )
        first = client.reset([1, 2])
        assert set(first) == {"observations", "state", "available_actions"}
        walking = np.full((2, 5), 4)
        with pytest.raises(RemoteError) as caught:
            client.step([[4, 4, 4, 4, 4], [4, 4, 4, 6, 4]])
        assert (caught.value.code, caught.value.envs) == ("ILLEGAL_ACTION", [1])
        assert client.step(walking)["episode_length"].tolist() == [1, 1]
        assert client.step(walking, [1, 0])["episode_length"].tolist() == [2, 1]
        assert client.close() == 0
    assert capfd.readouterr().out == ""


PORTABLE_PLAY = """
import hashlib
import numpy as np
from support import everything, opened
environment = opened("smax/3s_vs_5z", 4)
about = environment.description
assert about.machine == {"instructions": "avx"}, about.machine
generator, digest = np.random.default_rng(0), hashlib.sha256()
every = everything(4)
arrays = environment.reset(every, np.arange(4, dtype=np.uint64))
mask = about.reset_frames.index("available_actions")
for _ in range(100):
    legal = np.asarray(arrays[mask])
    actions = (legal * generator.uniform(0.5, 1.0, legal.shape)).argmax(-1)
    arrays = environment.step(actions.astype(np.int32), every)
    for array in arrays[:2]:
        digest.update(np.asarray(array, np.float32).tobytes())
print(digest.hexdigest())
"""
# The same with --xla_cpu_max_isa=SSE4_2; with AVX2, where products and sums are joined, another.
PORTABLE_HASH = "cdc710ae4d61d41d881e23068eac41c542955fb4825198dbd2af20e967bc67dc"


def test_without_joined_operations_the_game_has_the_same_bits_everywhere():
    run = subprocess.run(
        [sys.executable, "-c", PORTABLE_PLAY],
        env=os.environ
        | {
            "CFCQL_SMAX_INSTRUCTIONS": "avx",
            "PYTHONPATH": f"{BRIDGES / 'src'}:{BRIDGES / 'tests'}",
            "XLA_FLAGS": "--xla_cpu_max_isa=AVX2 intra_op_parallelism_threads=2",  # somebody's own
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == PORTABLE_HASH


def test_unknown_instructions_are_refused():
    run = subprocess.run(
        [sys.executable, "-c", "import cfcql_bridges.smax.game"],
        env=os.environ | {"CFCQL_SMAX_INSTRUCTIONS": "avx1024", "PYTHONPATH": str(BRIDGES / "src")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "CFCQL_SMAX_INSTRUCTIONS=avx1024; expected avx2 or avx" in run.stderr
