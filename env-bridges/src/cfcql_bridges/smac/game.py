"""One game process behind SMAC's own environment class, with its silent restarts made loud.

On a lost connection SMAC restarts the game and reports an ordinary lost battle
(docs/specification/environments.md 2.4): an info without ``battle_won``, or a restart during
``reset`` that nothing tells of. Both show in its counter of restarts; `GameRestartedError` is
raised, and the episode is void.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


class GameRestartedError(Exception):
    """The game restarted by itself; what came back is no result."""


@dataclass(frozen=True)
class Row:
    """What the agents of one battle see: [n, O], [S] and the mask [n, A]."""

    observations: np.ndarray
    state: np.ndarray
    available: np.ndarray


@dataclass(frozen=True)
class Step:
    """What one step of one battle brought."""

    row: Row
    reward: float
    terminated: bool
    truncated: bool
    battle_won: bool
    dead_allies: int
    dead_enemies: int


class Game:
    """One battle at a time in one process. ``smac`` is a ``StarCraft2Env`` or behaves like one."""

    def __init__(self, smac: Any):
        self._smac = smac
        self._steps = 0
        self._launched = False
        self._untouched: Row | None = None
        self.reset()

    @property
    def reward_points(self) -> float:
        """Points that rewards are scaled by; too many if SMAC had to wait for units to appear."""
        return float(self._smac.max_reward)

    def version(self) -> str:
        """Version of the running game, for example ``4.10.0.75689``."""
        told = self._smac._controller.ping()
        build = str(told.base_build)
        parts = told.game_version.split(".")
        return ".".join(parts if build in parts else [*parts, build])

    def reset(self) -> Row:
        """A new battle, or the present one if nobody has moved in it.

        So SMAC is reset once per battle: the one that tells version and scale of the game is played
        like any other, and so is that of a row that is reset again because another one broke. A
        game that restarts in a reset is reset again: no battle is lost, but SMAC may hold units of
        the game that is gone.
        """
        if self._untouched is None:
            again = self._launched
            try:
                self._untouched = self._begin()
            except GameRestartedError:
                if not again:
                    raise
                self._untouched = self._begin()
        return self._untouched

    def _begin(self) -> Row:
        restarts = self._smac.force_restarts
        if self._launched and self._smac._episode_count == 0:
            # SMAC would launch a second process here, because no battle of the first one has ended.
            self._smac._episode_count = 1
        self._launched = True
        observations, state = self._smac.reset()
        self._steps = 0
        self._require_same_process(restarts)
        return self._row(observations, state)

    def step(self, actions: Sequence[int]) -> Step:
        """One step; SMAC has one flag for the end, which is taken apart here."""
        self._untouched = None
        restarts = self._smac.force_restarts
        reward, ended, info = self._smac.step([int(action) for action in actions])
        self._steps += 1
        self._require_same_process(restarts)
        if "battle_won" not in info:
            raise GameRestartedError("SMAC's info is empty, as after a crash of the game")
        allies, enemies = self._smac.death_tracker_ally, self._smac.death_tracker_enemy
        dead_allies, dead_enemies = int(allies.sum()), int(enemies.sum())
        decided = dead_allies == len(allies) or dead_enemies == len(enemies)
        if ended and not decided and self._steps < self._smac.episode_limit:
            raise RuntimeError(f"SMAC ended a battle at step {self._steps} without a loser")
        row = self._row(self._smac.get_obs(), self._smac.get_state())
        return Step(
            row,
            float(reward),
            bool(ended and decided),
            bool(ended and not decided),
            bool(info["battle_won"]),
            dead_allies,
            dead_enemies,
        )

    def close(self) -> None:
        """End the process."""
        self._smac.close()

    def _require_same_process(self, restarts: int) -> None:
        found = self._smac.force_restarts
        if found != restarts:
            raise GameRestartedError(f"SMAC counts {found} restarts of the game, {restarts} before")

    def _row(self, observations: Sequence[np.ndarray], state: np.ndarray) -> Row:
        available = np.array(self._smac.get_avail_actions(), np.uint8)
        return Row(np.stack(observations), np.asarray(state), available)
