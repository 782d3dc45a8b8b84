"""The engine against numbers of the published code, to the printed nine decimals."""

import numpy as np
import pytest

import golden
from cfcql_bridges.mpe.engine import Engine
from cfcql_bridges.mpe.prey import load_prey
from cfcql_bridges.mpe.scenarios import SCENARIOS
from support import prey_file

# Printed with nine decimals: rounding alone is up to 5e-10.
TOLERANCE = 1e-8


def started(name: str, **switches) -> Engine:
    engine = Engine(SCENARIOS[name], 1, **switches)
    engine.positions[:, :, 0] = np.array(golden.STARTS[name]).T
    return engine


def play(engine: Engine, step: int, dtype=np.float64) -> None:
    actions = golden.formula(step, engine.scenario.agents).astype(dtype).astype(np.float64)
    engine.advance(actions.T[:, :, None])


def agent_positions(engine: Engine) -> np.ndarray:
    return engine.positions[:, : engine.scenario.agents, 0].T


@pytest.mark.parametrize("name", SCENARIOS)
def test_omar_variant_reproduces_positions_and_rewards(name):
    engine = started(name)
    total = np.zeros(3)
    for step in range(1, 26):
        play(engine, step)
        total += engine.outcome().rewards[:, 0]
        if (name, step) in golden.OMAR:
            positions, reward = golden.OMAR[name, step]
            np.testing.assert_allclose(agent_positions(engine), positions, atol=TOLERANCE, rtol=0)
            np.testing.assert_allclose(total, reward, atol=TOLERANCE, rtol=0)


@pytest.mark.parametrize("name", SCENARIOS)
def test_observation_of_agent_0_after_25_steps(name):
    engine = started(name)
    for step in range(1, 26):
        play(engine, step)
    expected = golden.numbers(golden.OBSERVATION_OF_AGENT_0[name])
    found = engine.observations()[: engine.observation_width, 0]
    np.testing.assert_allclose(found, expected, atol=TOLERANCE, rtol=0)


def test_observation_of_the_prey_in_world():
    engine = started("simple_world")
    for step in range(1, 26):
        play(engine, step)
    expected = golden.numbers(golden.PREY_OBSERVATION_IN_WORLD)
    np.testing.assert_allclose(engine.prey_observation()[:, 0], expected, atol=TOLERANCE, rtol=0)


@pytest.mark.parametrize("name", golden.OPENAI)
def test_openai_variant_is_single_force_and_velocity_first(name):
    engine = started(name, force_exponent=1)
    for step in range(1, 26):
        play(engine, step)
    np.testing.assert_allclose(agent_positions(engine), golden.OPENAI[name], atol=TOLERANCE, rtol=0)


@pytest.mark.parametrize("name", golden.MPE2)
def test_mpe2_variant_is_single_force_and_position_first(name):
    engine = started(name, force_exponent=1, integration="position_first")
    for step in range(1, 26):
        play(engine, step, np.float32)
    np.testing.assert_allclose(agent_positions(engine), golden.MPE2[name], atol=TOLERANCE, rtol=0)


@pytest.mark.parametrize("name", golden.PREY_OUTPUTS)
def test_frozen_prey_outputs(name):
    prey = load_prey(str(prey_file(name)), SCENARIOS[name])
    width = {"simple_tag": 14, "simple_world": 22}[name]
    found = prey.act(np.linspace(-1.0, 1.0, width)[:, None])[:, 0]
    np.testing.assert_allclose(found, golden.PREY_OUTPUTS[name], atol=TOLERANCE, rtol=0)
