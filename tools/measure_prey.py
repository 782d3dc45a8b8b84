"""How much of a hunt is cooperation: one predator alone beside all three, same policies and starts.

python tools/measure_prey.py simple_tag --predators expert.safetensors [--prey cfcql] [--episodes N]

Prints, for each set of predators that move (the others stand where they began), the mean return,
touches per episode and a 95 % interval over episodes; --predators uniform plays at random.
Needs the packages of env-bridges/locks/numpy.txt.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "env-bridges" / "src"))

from cfcql_bridges.mpe.engine import Engine
from cfcql_bridges.mpe.predators import load_predators
from cfcql_bridges.mpe.prey import load_prey
from cfcql_bridges.mpe.scenarios import EPISODE_LIMIT, SCENARIOS

ROWS = 500
MOVING = ((0, 1, 2), (0, 1), (0, 2), (1, 2), (0,), (1,), (2,))


def play(scenario, predators, prey, moving, episodes, seed):
    """Returns and touches [episodes] with the predators ``moving``, starts from ``seed`` on."""
    still = [each for each in range(scenario.learned) if each not in moving]
    generator = np.random.default_rng(seed)
    returns, touched = [], []
    for first in range(0, episodes, ROWS):
        rows = min(ROWS, episodes - first)
        engine = Engine(scenario, rows)
        for row in range(rows):
            engine.reset_row(row, seed + first + row)
        controls = np.zeros((2, scenario.agents, rows))
        total, touches = np.zeros(rows), np.zeros(rows)
        for _ in range(EPISODE_LIMIT):
            if predators is None:
                controls[:, : scenario.learned] = generator.uniform(
                    -1, 1, (2, scenario.learned, rows)
                )
            else:
                team = np.zeros(rows, np.int64)
                controls[:, : scenario.learned] = predators.act(engine.observations(), team)
            controls[:, still] = 0.0
            controls[:, scenario.learned] = prey.act(engine.prey_observation())
            engine.advance(controls)
            if still:
                # A pushed predator that stands still stays where it was, too.
                engine.velocities[:, still] = 0.0
            outcome = engine.outcome()
            total += outcome.rewards[0]
            touches += outcome.touches
        returns.append(total)
        touched.append(touches)
    return np.concatenate(returns), np.concatenate(touched)


def spread(values):
    """Mean, half width of its 95 % interval, sample deviation."""
    deviation = float(values.std(ddof=1))
    return [round(x, 3) for x in (values.mean(), 1.96 * deviation / len(values) ** 0.5, deviation)]


def main():
    """One JSON line per set of moving predators."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenario", choices=[n for n, s in SCENARIOS.items() if s.has_prey])
    parser.add_argument("--predators", default="scripted")
    parser.add_argument("--prey", default="cfcql")
    parser.add_argument("--episodes", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1_000_000)
    given = parser.parse_args()
    scenario = SCENARIOS[given.scenario]
    prey = load_prey(given.prey, scenario)
    predators = None
    if given.predators != "uniform":
        width = Engine(scenario, 1).observation_width
        predators = load_predators(given.predators, scenario, width)
    for moving in MOVING:
        returns, touches = play(scenario, predators, prey, moving, given.episodes, given.seed)
        print(
            json.dumps(
                {
                    "moving": moving,
                    "episodes": given.episodes,
                    "return": spread(returns),
                    "touches": spread(touches),
                }
            )
        )


if __name__ == "__main__":
    main()
