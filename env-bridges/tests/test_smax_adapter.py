"""The SMAC-shaped adapter without its game: golden rows, sizes, masks, sight, rewards."""

import dataclasses

import numpy as np
import pytest

from cfcql_bridges.smax.adapter import Outcome, SmacAdapter, Units
from cfcql_bridges.smax.maps import MAPS
from support import golden_traces

TRACES = golden_traces()
needs_traces = pytest.mark.skipif(
    not TRACES, reason="no golden/env/smax-*.npz: set CFCQL_GOLDEN to the folder golden"
)


def units_of(trace, rows=slice(None)) -> Units:
    return Units(
        trace["pos"][rows], trace["pool"][rows], trace["alive"][rows] != 0, trace["cooldown"][rows]
    )


@needs_traces
@pytest.mark.parametrize("path", TRACES, ids=[path.stem for path in TRACES])
def test_golden_rows_follow_from_the_raw_arrays(path):
    trace = np.load(path)
    battle = MAPS[str(trace["map"])]
    assert [unit.smax_type for unit in battle.units] == trace["types"].tolist()
    adapter = SmacAdapter(battle)
    observations, state, available = adapter.views(units_of(trace), trace["actions"])
    np.testing.assert_array_equal(available, trace["mask"])
    # The README allows 1e-6; both sides round once from double precision, so nothing may differ.
    np.testing.assert_array_equal(observations.astype(np.float32), trace["obs"])
    np.testing.assert_array_equal(state.astype(np.float32), trace["state"])
    assert not np.signbit(observations[observations == 0]).any()
    later = np.flatnonzero(trace["reset"] == 0)
    outcome = adapter.outcome(units_of(trace, later - 1), units_of(trace, later))
    np.testing.assert_array_equal(outcome.rewards.astype(np.float32), trace["reward"][later])
    for name in ("terminated", "battle_won", "dead_allies", "dead_enemies"):
        np.testing.assert_array_equal(getattr(outcome, name), trace[name][later], err_msg=name)


@pytest.mark.parametrize(
    ("name", "limit", "teams"),
    [
        ("2s3z", 120, ["stalker"] * 2 + ["zealot"] * 3 + ["stalker"] * 2 + ["zealot"] * 3),
        ("3s_vs_5z", 250, ["stalker"] * 3 + ["zealot"] * 5),
        ("5m_vs_6m", 70, ["marine"] * 11),
        ("6h_vs_8z", 150, ["hydralisk"] * 6 + ["zealot"] * 8),
    ],
)
def test_maps_have_the_units_and_limits_of_smac(name, limit, teams):
    assert MAPS[name].episode_limit == limit
    assert [unit.name for unit in MAPS[name].units] == teams


def test_units_have_the_numbers_of_the_game():
    units = {unit.name: unit for battle in MAPS.values() for unit in battle.units}
    # Type in SMAX, hull, shield, cooldown, range, sight.
    assert {name: (*dataclasses.astuple(unit)[1:],) for name, unit in units.items()} == {
        "marine": (0, 45, 0, 0.61, 5.0, 9.0),
        "stalker": (2, 80, 80, 1.87, 6.0, 10.0),
        "zealot": (3, 100, 50, 0.86, 2.0, 9.0),
        "hydralisk": (5, 80, 0, 0.59, 5.0, 9.0),
    }


@pytest.mark.parametrize(
    ("name", "agents", "observation", "state", "actions", "points"),
    [
        ("2s3z", 5, 80, 120, 11, 1020),
        ("3s_vs_5z", 3, 48, 68, 11, 1000),
        ("5m_vs_6m", 5, 55, 98, 12, 530),
        ("6h_vs_8z", 6, 78, 140, 14, 1480),
    ],
)
def test_sizes_and_points_are_those_of_smac(name, agents, observation, state, actions, points):
    battle = MAPS[name]
    adapter = SmacAdapter(battle)
    assert (adapter.observation_size, adapter.state_size) == (observation, state)
    assert (len(battle.allies), battle.actions, battle.best_points) == (agents, actions, points)
    views = adapter.views(standing(name), np.full((1, agents), -1))
    assert [view.shape for view in views] == [
        (1, agents, observation), (1, state), (1, agents, actions),
    ]  # fmt: skip


def standing(name: str) -> Units:
    """Everybody in full health, allies in a column at x = 8, enemies at x = 24."""
    battle = MAPS[name]
    columns = [[(x, 10.0 + 2 * i) for i in range(len(team))]
               for x, team in ((8.0, battle.allies), (24.0, battle.enemies))]  # fmt: skip
    positions = np.array([[*columns[0], *columns[1]]], np.float32)
    pool = np.array([[unit.pool for unit in battle.units]], np.float32)
    return Units(positions, pool, np.ones_like(pool, np.bool_), np.zeros_like(pool))


def mask_of(name: str, units: Units, **options) -> np.ndarray:
    agents = len(MAPS[name].allies)
    return SmacAdapter(MAPS[name], **options).views(units, np.full((1, agents), -1))[2][0]


def test_the_dead_do_nothing_and_see_nothing():
    units = standing("2s3z")
    units.alive[0, 1] = False
    views = SmacAdapter(MAPS["2s3z"]).views(units, np.full((1, 5), -1))
    assert views[2][0, 1].tolist() == [1] + [0] * 10
    assert not views[0][0, 1].any()
    assert views[2][0, 0].tolist() == [0, 1, 1, 1, 1, 1] + [0] * 5


@pytest.mark.parametrize(
    ("position", "moves"),
    [
        ((16, 16), [1, 1, 1, 1]),
        ((16, 31), [0, 1, 1, 1]),
        ((16, 30.999), [1, 1, 1, 1]),
        ((16, 1), [1, 1, 1, 1]),
        ((16, 0.999), [1, 0, 1, 1]),
        ((31, 16), [1, 1, 0, 1]),
        ((0.5, 31.5), [0, 1, 1, 0]),
        ((-0.3, 16), [1, 1, 1, 0]),
    ],
)
def test_moves_stop_one_unit_before_the_edge(position, moves):
    units = standing("3s_vs_5z")
    units.positions[0, 0] = position
    assert mask_of("3s_vs_5z", units)[0, 2:6].tolist() == moves
    assert mask_of("3s_vs_5z", units, edge_guard=False)[0, 2:6].tolist() == [1] * 4


@pytest.mark.parametrize(("distance", "may"), [(5.999, 1), (6.0, 0), (6.001, 0)])
def test_attacks_need_the_units_own_range_strictly(distance, may):
    units = standing("2s3z")
    units.positions[0, 5] = units.positions[0, 0] + np.float32([distance, 0])
    mask = mask_of("2s3z", units)
    assert mask[0, 6] == may
    # A zealot beside that stalker reaches 2, and nobody attacks the dead.
    units.positions[0, 2] = units.positions[0, 5] + np.float32([0, 2.5])
    assert mask_of("2s3z", units)[2, 6] == 0
    units.alive[0, 5] = False
    assert mask_of("2s3z", units)[0, 6] == 0


@pytest.mark.parametrize(
    ("distance", "native", "seen"), [(8.999, False, 1), (9, False, 0), (9, True, 1), (10, True, 0)]
)
def test_sight_is_nine_or_the_stalkers_own_ten(distance, native, seen):
    units = standing("3s_vs_5z")
    units.positions[0, 3] = units.positions[0, 0] + np.float32([0, distance])
    adapter = SmacAdapter(MAPS["3s_vs_5z"], native_sight=native)
    block = adapter.views(units, np.full((1, 3), -1))[0][0, 0, 4:10]
    sight = 10 if native else 9
    expected = [0, distance / sight, 0, distance / sight, 1, 1] if seen else [0] * 6
    np.testing.assert_allclose(block, expected, atol=1e-6)


def test_kinds_are_numbered_in_opposite_order_in_the_two_teams():
    units = standing("2s3z")
    units.positions[0, 5:] = units.positions[0, :5] + np.float32([1, 0])
    observations, state, _ = SmacAdapter(MAPS["2s3z"]).views(units, np.full((1, 5), -1))
    enemies = observations[0, 0, 4:44].reshape(5, 8)
    assert enemies[:, 6:].tolist() == [[0, 1]] * 2 + [[1, 0]] * 3
    assert observations[0, 0, -2:].tolist() == [1, 0]
    assert observations[0, 4, -2:].tolist() == [0, 1]
    assert state[0, :35].reshape(5, 7)[:, 5:].tolist() == [[1, 0]] * 2 + [[0, 1]] * 3
    assert not state[0, 65:].any()


def test_shields_go_first():
    units = standing("2s3z")
    units.pool[0, 0], units.pool[0, 1] = 100, 60
    own = SmacAdapter(MAPS["2s3z"]).views(units, np.full((1, 5), -1))[0][0, :2, -4:-2]
    np.testing.assert_allclose(own, [[1, 20 / 80], [60 / 80, 0]])


def test_the_state_shows_the_last_actions_and_scaled_cooldowns():
    units = standing("5m_vs_6m")
    units.cooldown[0, :5] = [-0.2, 0.305, 0.61, 0.7, 0]
    actions = np.array([[1, 2, 6, 11, 0]])
    state = SmacAdapter(MAPS["5m_vs_6m"]).views(units, actions)[1][0]
    np.testing.assert_allclose(state[:20].reshape(5, 4)[:, 1], [0, 0.5, 1, 1, 0], atol=1e-7)
    assert state[38:].reshape(5, 12).argmax(axis=1).tolist() == actions[0].tolist()


def test_the_state_shows_places_from_the_centre_in_fields():
    units = standing("5m_vs_6m")
    units.positions[0, 0] = (20, 8)
    units.positions[0, 6] = (0, 32)
    state = SmacAdapter(MAPS["5m_vs_6m"]).views(units, np.full((1, 5), -1))[1][0]
    ally, enemy = state[:4], state[20:38].reshape(6, 3)[1]
    np.testing.assert_allclose(ally[2:4], [(20 - 16) / 32, (8 - 16) / 32], atol=1e-7)
    np.testing.assert_allclose(enemy[1:3], [-0.5, 0.5], atol=1e-7)


def ended(dead: list[int]) -> Outcome:
    before, after = standing("5m_vs_6m"), standing("5m_vs_6m")
    after.alive[0, dead] = False
    after.pool[0, dead] = 0
    return SmacAdapter(MAPS["5m_vs_6m"]).outcome(before, after)


@pytest.mark.parametrize(
    ("dead", "points", "terminated", "won"),
    [
        ([], 0, 0, 0),
        ([5, 6], 2 * (45 + 10), 0, 0),
        (range(5, 11), 530, 1, 1),
        (range(5), 0, 1, 0),
        (range(11), 330, 1, 0),  # both sides dead: a draw earns no bonus
    ],
)
def test_rewards_and_ends(dead, points, terminated, won):
    outcome = ended(list(dead))
    assert outcome.rewards[0] == pytest.approx(points * 20 / 530, abs=1e-12)
    assert (outcome.terminated[0], outcome.battle_won[0]) == (terminated, won)


def test_rows_do_not_depend_on_their_number():
    generator = np.random.default_rng(0)
    envs, battle = 33, MAPS["6h_vs_8z"]
    count = len(battle.units)
    units = Units(
        generator.uniform(0, 32, (envs, count, 2)).astype(np.float32),
        generator.integers(0, 80, (envs, count)).astype(np.float32),
        generator.uniform(size=(envs, count)) < 0.8,
        generator.uniform(-0.1, 0.6, (envs, count)).astype(np.float32),
    )
    actions = generator.integers(-1, battle.actions, (envs, 6))
    adapter = SmacAdapter(battle)
    together = adapter.views(units, actions)
    for row in (0, 7, 32):
        part = slice(row, row + 1)
        alone = adapter.views(
            Units(units.positions[part], units.pool[part], units.alive[part], units.cooldown[part]),
            actions[part],
        )
        assert all(a[0].tobytes() == b[row].tobytes() for a, b in zip(alone, together, strict=True))
