"""Every constant of the three scenarios in numbers worked out by hand."""

import math

import numpy as np
import pytest

from cfcql_bridges.mpe import prey as preys
from cfcql_bridges.mpe.engine import Engine
from cfcql_bridges.mpe.scenarios import SCENARIOS


def placed(name: str, *places: tuple[float, float]) -> Engine:
    """A scenario with its entities at these places, those that are not named far apart."""
    engine = Engine(SCENARIOS[name], 1)
    for entity in range(engine.positions.shape[1]):
        engine.positions[:, entity, 0] = (50.0 * (entity + 1), -70.0)
    for entity, place in enumerate(places):
        if place is not None:
            engine.positions[:, entity, 0] = place
    return engine


def test_coverage_pays_and_only_those_that_collide_are_charged():
    engine = placed(
        "simple_spread", (0, 0), (0.29, 0), (-1, 0.5), (0.05, 0), (-1, 0.65), (0.29, -0.25)
    )
    outcome = engine.outcome()
    # 1/0.05 counts 10 at most, 1/0.15, 1/0.25; agents 0 and 1 overlap: 5 each.
    gain = 10 + 1 / 0.15 + 1 / 0.25
    np.testing.assert_allclose(outcome.rewards[:, 0], [gain - 5, gain - 5, gain], rtol=1e-14)
    assert (outcome.collisions[0], outcome.occupied_landmarks[0]) == (1, 1)


def test_three_that_overlap_are_charged_twice_each():
    engine = placed("simple_spread", (0, 0), (0.1, 0), (0, 0.1), (0, 1), (0, 2), (0, 3))
    gain = 1 / 0.9 + 1 / 1.9 + 1 / 2.9
    np.testing.assert_allclose(engine.outcome().rewards[:, 0], [gain - 10] * 3, rtol=1e-14)
    assert engine.outcome().collisions[0] == 3


@pytest.mark.parametrize(("distance", "overlap"), [(0.2999, 1), (0.3001, 0)])
def test_agents_of_cooperative_navigation_have_radius_015(distance, overlap):
    assert placed("simple_spread", (0, 0), (distance, 0)).outcome().collisions[0] == overlap


@pytest.mark.parametrize(("distance", "occupied"), [(0.0999, 1), (0.1001, 0)])
def test_a_landmark_is_occupied_within_a_tenth(distance, occupied):
    engine = placed("simple_spread", (0, 0), None, None, (distance, 0))
    assert engine.outcome().occupied_landmarks[0] == occupied


@pytest.mark.parametrize(
    ("name", "touch", "reach", "worth"),
    [("simple_tag", True, 0.1249, 10), ("simple_tag", False, 0.1251, 10),
     ("simple_world", True, 0.1199, 5), ("simple_world", False, 0.1201, 5)],
)  # fmt: skip
def test_touching_the_prey_pays_every_predator(name, touch, reach, worth):
    engine = placed(name, (reach, 0), (0, 3), (-4, 0), (0, 0))
    outcome = engine.outcome()
    expected = worth * touch - 0.1 * (reach + 3 + 4)
    np.testing.assert_allclose(outcome.rewards[:, 0], [expected] * 3, rtol=1e-13)
    assert outcome.touches[0] == touch


@pytest.mark.parametrize("predator", [0, 1, 2])
def test_a_forest_is_entered_at_the_sum_of_the_radii(predator):
    places = [
        (9, 9),
        (8, 8),
        (7, 7),
        (6, 6),
        (20, 20),
        (30, 30),
        (40, 40),
        (0.3749, 0),
        (0, 0.3751),
    ]
    places[predator] = (0, 0)
    observation = placed("simple_world", *places).observations()[:, 0].reshape(3, 24)
    assert observation[predator, -2:].tolist() == [1, -1]
    others = [row for row in range(3) if row != predator]
    assert observation[others, -2:].tolist() == [[-1, -1]] * 2


@pytest.mark.parametrize(
    ("name", "reach"), [("simple_spread", 1.0), ("simple_tag", 0.9), ("simple_world", 0.9)]
)
def test_starts_fill_their_squares(name, reach):
    scenario = SCENARIOS[name]
    engine = Engine(scenario, 300)
    for row in range(300):
        engine.reset_row(row, row)
    agents = np.abs(engine.positions[:, : scenario.agents])
    landmarks = np.abs(engine.positions[:, scenario.agents :])
    assert 0.99 < agents.max() <= 1.0
    assert 0.99 * reach < landmarks.max() <= reach


# Uniform in [-1, 1): agents 0 and 2, landmarks 0 and 2, x before y.
START_OF_SEED_7 = [
    (0.25019093320933394, 0.794427601939151),
    (-0.39966743017754913, 0.7471068907925238),
    (-0.9894693908688506, 0.6424568367655326),
    (-0.39393514636137295, -0.44314877579845335),
]


def test_a_seed_keeps_its_start():
    engine = Engine(SCENARIOS["simple_spread"], 1)
    engine.reset_row(0, 7)
    np.testing.assert_allclose(
        engine.positions[:, [0, 2, 3, 5], 0].T,
        START_OF_SEED_7,
        rtol=0,
        atol=1e-15,
    )


def test_the_scripted_prey_flees_and_is_bounded_by_its_larger_component():
    prey = preys.ScriptedPrey(SCENARIOS["simple_tag"])
    observation = np.zeros((14, 2))
    observation[8:14] = 1e9  # predators out of sight
    observation[8:10, 0] = (0.1, 0.05)
    observation[8:10, 1] = (1.0, 0.0)
    # -(0.1, 0.05)/(0.0125 + 0.01), larger than 1, and -(1, 0)/1.01, smaller.
    np.testing.assert_allclose(
        prey.act(observation), [[-1.0, -1 / 1.01], [-0.5, 0.0]], rtol=0, atol=1e-8
    )
    observation[8:14] = 1e9
    observation[2:4, 0] = (0.0, 1.1)
    np.testing.assert_allclose(prey.act(observation)[:, 0], [0, -0.44], rtol=0, atol=1e-8)


def test_a_prey_network_is_normalised_by_its_running_statistics():
    one = np.ones((1, 1), np.float32)
    zero = np.zeros(1, np.float32)
    tensors = dict.fromkeys(("fc1.weight", "fc2.weight"), one)
    tensors |= dict.fromkeys(("fc1.bias", "fc2.bias"), zero)
    tensors |= {
        "in_fn.weight": np.array([2.0]),
        "in_fn.bias": np.array([0.125]),
        "in_fn.running_mean": np.array([0.5]),
        "in_fn.running_var": np.array([0.25]),
        "fc3.weight": np.array([[0.5], [-1.0]]),
        "fc3.bias": np.array([0.0, 0.25]),
    }
    prey = preys.NetworkPrey(tensors, preys.KNOWN[0])
    inner = 2 * (1.0 - 0.5) / math.sqrt(0.25 + 1e-5) + 0.125
    np.testing.assert_allclose(
        prey.act(np.array([[1.0]]))[:, 0], [math.tanh(0.5 * inner), math.tanh(0.25 - inner)]
    )
    # Below zero the first layer says nothing.
    np.testing.assert_allclose(prey.act(np.array([[-9.0]]))[:, 0], [0, math.tanh(0.25)])
