"""Steps of an environment without a bridge, for measuring what the bridge costs.

``python -m cfcql_bridges.alone ID E [KEY=VALUE ...]`` prints the kinds of play that there are as
one line of JSON, then reads lines ``KIND STEPS`` and answers each with one of what it took:

``rows``     the worker's own E rows, as the worker steps them
``library``  a single environment of the library behind the family, as its documentation steps it;
             only of families that have one (a function ``library`` of their module)

Actions are drawn before the clocks start; an environment that ended is reset while they run.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from collections.abc import Callable

from cfcql_bridges.worker import THREAD_VARIABLES

DRAWN = 1000


def main(arguments: list[str] | None = None) -> int:
    """Serve until standard input ends."""
    env, envs, *settings = sys.argv[1:] if arguments is None else arguments
    for name in THREAD_VARIABLES:  # read when the numerical libraries are first imported, below
        os.environ.setdefault(name, "1")
    sys.stdout = sys.stderr  # what a library prints is no answer
    kinds = _kinds(env, int(envs), dict(text.split("=", 1) for text in settings))
    _answer({"kinds": list(kinds)})
    for line in sys.stdin:
        kind, steps = line.split()
        cpu, wall = time.process_time_ns(), time.perf_counter_ns()
        played = kinds[kind](int(steps))
        spent = {"wall_ns": time.perf_counter_ns() - wall, "cpu_ns": time.process_time_ns() - cpu}
        _answer({"steps": played} | spent)
    return 0


def _answer(message: dict) -> None:
    print(json.dumps(message), file=sys.__stdout__, flush=True)


def _kinds(env: str, envs: int, settings: dict[str, str]) -> dict[str, Callable[[int], int]]:
    from cfcql_bridges import registry
    from cfcql_bridges.options import resolve
    from cfcql_bridges.session import FLOAT_ARRAYS

    family, entry = registry.find(env)
    options = resolve(entry.options, settings, entry.id)
    module = importlib.import_module(family.module)
    rows = module.make(entry.id, options, envs, dict.fromkeys(FLOAT_ARRAYS, "f32"))
    kinds = {"rows": _rows(rows)}
    if hasattr(module, "library"):
        kinds["library"] = _library(module.library(entry.id, options))
    return kinds


def _rows(environment) -> Callable[[int], int]:
    import numpy as np

    from cfcql_bridges.environment import VOID

    about = environment.description
    every = np.ones(about.envs, np.bool_)
    seeds = np.arange(about.envs, dtype=np.uint64)
    ends = [
        index
        for index, name in enumerate(about.step_frames)
        if name in ("terminated", "truncated", VOID)
    ]
    masks = [name == "available_actions" for name in about.reset_frames]
    space, shape = about.action, about.array("actions").shape
    generator = np.random.default_rng(0)
    low, high = (space["low"], space["high"]) if space["kind"] == "box" else (0.0, 1.0)
    drawn = generator.uniform(low, high, (DRAWN, about.envs, *shape)).astype(np.float32)

    def choose(step: int, arrays):
        if space["kind"] == "box":
            return drawn[step % DRAWN]
        if True not in masks:
            return (drawn[step % DRAWN] * space["count"]).astype(np.int32)
        # The first of a shuffled row of numbers that is legal.
        legal = np.asarray(arrays[masks.index(True)])
        return (legal * generator.uniform(0.5, 1, legal.shape)).argmax(-1).astype(np.int32)

    def play(steps: int) -> int:
        played = step = 0
        while played < steps:
            arrays = environment.reset(every, seeds)
            running = every.copy()
            while running.any() and played < steps:
                arrays = environment.step(choose(step, arrays), running)
                played += int(running.sum())
                step += 1
                for index in ends:
                    running &= np.asarray(arrays[index]) == 0
        return played

    return play


def _library(environment) -> Callable[[int], int]:
    """Play of a PettingZoo parallel environment."""
    import numpy as np

    generator = np.random.default_rng(0)
    spaces = {agent: environment.action_space(agent) for agent in environment.possible_agents}
    drawn = [
        {
            agent: generator.uniform(space.low, space.high).astype(space.dtype)
            for agent, space in spaces.items()
        }
        for _ in range(DRAWN)
    ]

    def play(steps: int) -> int:
        environment.reset(seed=0)
        for step in range(steps):
            environment.step(drawn[step % DRAWN])
            if not environment.agents:
                environment.reset()
        return steps

    return play


if __name__ == "__main__":
    sys.exit(main())
