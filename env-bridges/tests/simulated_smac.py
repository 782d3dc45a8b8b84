"""A stand-in for SMAC's ``StarCraft2Env``: its interface and its habits, without a game.

The habits are those of docs/specification/environments.md 2.4: a launch with the first reset, one
flag for every end, an empty info and a counted restart after a lost connection.
"""

from types import SimpleNamespace

import numpy as np

from cfcql_bridges.smax.adapter import SmacAdapter
from cfcql_bridges.smax.maps import MAPS


class SimulatedSmac:
    """Each attack kills its target; enemies do nothing but, if told to, kill everybody at once."""

    def __init__(self, map_name: str, seed: int, difficulty: str):
        self.battle = MAPS[map_name]
        self.seed, self.difficulty = seed, difficulty
        self.episode_limit = self.battle.episode_limit
        self.max_reward = 0
        self.force_restarts = 0
        self.launches = self.resets = 0
        self.closed = False
        self.crash_in_step = self.massacre = False
        self.crashes_in_reset = 0
        self.version = "4.10.0"
        self.points = self.battle.best_points
        self._episode_count = 0
        self._steps = 0
        self._controller = SimpleNamespace(
            ping=lambda: SimpleNamespace(game_version=self.version, base_build=75689)
        )

    def reset(self):
        self.resets += 1
        if self._episode_count == 0:
            self.launches += 1
        if self.crashes_in_reset:
            self.crashes_in_reset -= 1
            self._restart()
        self.max_reward = self.points
        self._steps = 0
        self.death_tracker_ally = np.zeros(len(self.battle.allies))
        self.death_tracker_enemy = np.zeros(len(self.battle.enemies))
        return self.get_obs(), self.get_state()

    def step(self, actions):
        available = np.array(self.get_avail_actions())
        assert available[np.arange(len(actions)), actions].all(), actions
        if self.crash_in_step:
            self.crash_in_step = False
            self._restart()
            return 0, True, {}
        self._steps += 1
        before = self.death_tracker_enemy.sum()
        for action in actions:
            if action >= 6:
                self.death_tracker_enemy[action - 6] = 1
        if self.massacre:
            self.death_tracker_ally[:] = 1
        won = self.death_tracker_enemy.all() and not self.death_tracker_ally.all()
        over = self.death_tracker_enemy.all() or self.death_tracker_ally.all()
        ended = bool(over or self._steps >= self.episode_limit)
        self._episode_count += ended
        reward = 10.0 * (self.death_tracker_enemy.sum() - before) + 200.0 * won
        return reward * 20 / self.max_reward, ended, {"battle_won": bool(won)}

    def get_obs(self):
        width = SmacAdapter(self.battle).observation_size
        return [np.full(width, self.seed + self._steps, np.float32) for _ in self.battle.allies]

    def get_state(self):
        return np.full(SmacAdapter(self.battle).state_size, -self._steps, np.float32)

    def get_avail_actions(self):
        rows = []
        for dead in self.death_tracker_ally:
            attacks = [int(not dead and not gone) for gone in self.death_tracker_enemy]
            rows.append([int(dead), *[int(not dead)] * 5, *attacks])
        return rows

    def close(self):
        self.closed = True

    def _restart(self):
        self.force_restarts += 1
        self.launches += 1
