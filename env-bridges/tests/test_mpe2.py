"""The engine under the MPE2 switches against MPE2 itself, step by step.

Needs `locks/mpe2-test.txt` in a venv of its own. Each step starts from MPE2's own state, so an
error cannot grow; the tolerance is that of MPE2's float32 actions.
"""

import os

import numpy as np
import pytest

from cfcql_bridges.mpe.engine import Engine
from cfcql_bridges.mpe.scenarios import SCENARIOS

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
mpe2 = pytest.importorskip(
    "mpe2", reason="mpe2 is absent: run this test in a venv made from locks/mpe2-test.txt"
)

EPISODES = 80
STEPS = 25
TOLERANCE = 1e-6


def mpe2_environment(name: str):
    from mpe2 import simple_spread_v3, simple_tag_v3

    module = {"simple_spread": simple_spread_v3, "simple_tag": simple_tag_v3}[name]
    return module.parallel_env(continuous_actions=True, max_cycles=STEPS)


def mpe2_action(control: np.ndarray) -> np.ndarray:
    """Control (x, y) as [no-op, left, right, down, up]."""
    x, y = control
    return np.array([0, max(-x, 0), max(x, 0), max(-y, 0), max(y, 0)], np.float32)


def copy_state(world, engine: Engine) -> None:
    engine.positions[:, :, 0] = np.array([it.state.p_pos for it in world.entities]).T
    engine.velocities[:, :, 0] = np.array([it.state.p_vel for it in world.agents]).T


def squash(world, factor: float) -> None:
    """Shrink the world around the origin."""
    for entity in world.entities:
        entity.state.p_pos = entity.state.p_pos * factor


@pytest.mark.parametrize("name", ["simple_spread", "simple_tag"])
@pytest.mark.parametrize("squeeze", [1.0, 0.3])
def test_every_random_step_equals_mpe2(name, squeeze):
    """With ``squeeze`` below 1 the world shrinks again and again: many and strong contacts."""
    environment = mpe2_environment(name)
    engine = Engine(SCENARIOS[name], 1, force_exponent=1, integration="position_first")
    generator = np.random.default_rng(11)
    worst_position = worst_velocity = 0.0
    contacts = 0
    for episode in range(EPISODES):
        environment.reset(seed=episode)
        world = environment.unwrapped.world
        for step in range(STEPS):
            if step % 5 == 0:
                squash(world, squeeze)
            copy_state(world, engine)
            controls = generator.uniform(-1, 1, (engine.scenario.agents, 2)).astype(np.float32)
            contacts += int(engine.outcome().collisions[0] + engine.outcome().touches[0] > 0)
            engine.advance(controls.astype(np.float64).T[:, :, None])
            names = [agent.name for agent in world.agents]
            environment.step(dict(zip(names, map(mpe2_action, controls), strict=True)))
            positions = np.array([agent.state.p_pos for agent in world.agents]).T
            velocities = np.array([agent.state.p_vel for agent in world.agents]).T
            ours = engine.positions[:, : len(names), 0]
            worst_position = max(worst_position, np.abs(ours - positions).max())
            worst_velocity = max(
                worst_velocity, np.abs(engine.velocities[..., 0] - velocities).max()
            )
    print(
        f"{name}: {EPISODES * STEPS} steps, {contacts} with contacts, largest difference "
        f"{worst_position:.2e} (positions), {worst_velocity:.2e} (velocities)"
    )
    assert contacts > (500 if squeeze < 1 else 50)
    assert worst_position <= TOLERANCE
    assert worst_velocity <= TOLERANCE
