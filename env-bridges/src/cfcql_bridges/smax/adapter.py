"""SMAC's observations, state, masks and rewards from the arrays of SMAX.

Source: docs/specification/environments.md 2.6.

Nothing here needs JAX. Everything is computed in double precision from the game's float32 arrays,
for all E rows at once, elementwise along the axis E: rows cannot influence each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cfcql_bridges.smax.maps import BEST_RETURN, KILL_POINTS, WIN_POINTS, Map

FIELD = 32.0
CENTRE = 16.0
SMAC_SIGHT = 9.0
STRIDE = 1.0
NO_OP, STOP, FIRST_MOVE, FIRST_ATTACK = 0, 1, 2, 6


@dataclass(frozen=True)
class Units:
    """Arrays of the game, allies first.

    ``positions`` [E, N, 2], ``pool`` (health) [E, N], ``alive`` bool [E, N], ``cooldown`` of the
    weapon in seconds [E, N].
    """

    positions: np.ndarray
    pool: np.ndarray
    alive: np.ndarray
    cooldown: np.ndarray


@dataclass(frozen=True)
class Outcome:
    """What a step brought, arrays [E]; flags are bool."""

    rewards: np.ndarray
    terminated: np.ndarray
    battle_won: np.ndarray
    dead_allies: np.ndarray
    dead_enemies: np.ndarray


class SmacAdapter:
    """Views and outcomes of one map."""

    def __init__(self, battle: Map, edge_guard: bool = True, native_sight: bool = False):
        units = battle.units
        self.battle = battle
        self.agents, self.enemies = len(battle.allies), len(battle.enemies)
        self._edge_guard = edge_guard
        self._hull = np.array([unit.hull for unit in units], np.float64)
        self._shield = np.array([max(unit.shield, 1) for unit in units], np.float64)
        self._cooldown = np.array([unit.cooldown for unit in battle.allies])
        self._range = np.array([unit.weapon_range for unit in battle.allies])[:, None]
        sights = [unit.native_sight if native_sight else SMAC_SIGHT for unit in battle.allies]
        self._sight = np.array(sights)[:, None]
        self._bits = np.array(battle.type_bits(), np.float64)
        self._shielded = [
            any(unit.shield for unit in team) for team in (battle.allies, battle.enemies)
        ]
        # Per agent the units it looks at: the enemies, then the other allies.
        self._others = np.array(
            [
                [*range(self.agents, len(units)), *(j for j in range(self.agents) if j != agent)]
                for agent in range(self.agents)
            ]
        )

    @property
    def observation_size(self) -> int:
        """Width of one agent's observation."""
        enemy, ally = (4 + 1 + self._extra(team) for team in (1, 0))
        return 4 + self.enemies * enemy + (self.agents - 1) * ally + 1 + self._extra(0)

    @property
    def state_size(self) -> int:
        """Width of the state."""
        ally, enemy = 4 + self._extra(0), 3 + self._extra(1)
        actions = self.agents * self.battle.actions
        return self.agents * ally + self.enemies * enemy + actions

    def views(
        self, units: Units, last_actions: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Observations f64 [E, n, O], state f64 [E, S] and available actions u8 [E, n, A].

        ``last_actions`` [E, n] are SMAC's numbers, -1 after a reset.
        """
        positions = units.positions.astype(np.float64)
        offsets = positions[:, self._others] - positions[:, : self.agents, None]
        distances = np.sqrt(offsets[..., 0] ** 2 + offsets[..., 1] ** 2)
        living = units.alive[:, self._others] & units.alive[:, : self.agents, None]
        available = self._available(positions, units.alive, distances, living)
        health = self._health(units.pool)
        observations = self._observations(
            units, available, offsets / self._sight[..., None], distances, living, health
        )
        return observations, self._state(units, positions, health, last_actions), available

    def outcome(self, before: Units, after: Units) -> Outcome:
        """Reward and end of the step from ``before`` to ``after``."""
        n = self.agents
        damage = _pool_sum(before.pool[:, n:]) - _pool_sum(after.pool[:, n:])
        kills = (before.alive[:, n:] & ~after.alive[:, n:]).sum(axis=1)
        dead_allies = (~after.alive[:, :n]).sum(axis=1)
        dead_enemies = (~after.alive[:, n:]).sum(axis=1)
        lost, beaten = dead_allies == n, dead_enemies == self.enemies
        won = beaten & ~lost
        points = np.abs(damage + KILL_POINTS * kills) + WIN_POINTS * won
        rewards = points * BEST_RETURN / self.battle.best_points
        return Outcome(rewards, lost | beaten, won, dead_allies, dead_enemies)

    def _extra(self, team: int) -> int:
        return self._shielded[team] + self._bits.shape[1]

    def _available(
        self,
        positions: np.ndarray,
        alive: np.ndarray,
        distances: np.ndarray,
        living: np.ndarray,
    ) -> np.ndarray:
        n, m = self.agents, self.enemies
        alive = alive[:, :n]
        available = np.empty((len(alive), n, self.battle.actions), np.uint8)
        available[..., NO_OP] = ~alive
        available[..., STOP] = alive
        moves = available[..., FIRST_MOVE:FIRST_ATTACK]
        moves[:] = alive[..., None]
        if self._edge_guard:
            # Only the coordinate that changes is tested: a push may leave a unit outside the field
            # in the other one, where it may still walk along the edge.
            x, y = positions[:, :n, 0], positions[:, :n, 1]
            inside = (y + STRIDE < FIELD, y - STRIDE >= 0, x + STRIDE < FIELD, x - STRIDE >= 0)
            moves &= np.stack(inside, axis=-1)
        in_range = distances[..., :m] < self._range
        available[..., FIRST_ATTACK:] = living[..., :m] & in_range
        return available

    def _health(self, pool: np.ndarray) -> np.ndarray:
        """Hull and shield parts [E, N, 2]; damage takes the shield first."""
        pool = pool.astype(np.float64)
        hull = np.minimum(pool, self._hull) / self._hull
        shield = np.maximum(pool - self._hull, 0.0) / self._shield
        return np.stack((hull, shield), axis=-1)

    def _traits(self, health: np.ndarray, team: int) -> np.ndarray:
        """Hull part, shield part if the team has shields, type bits: [E, units of the team, k]."""
        units = slice(self.agents, None) if team else slice(self.agents)
        parts = health[:, units, : 1 + self._shielded[team]]
        bits = np.broadcast_to(self._bits[units], (*parts.shape[:2], self._bits.shape[1]))
        return np.concatenate((parts, bits), axis=-1)

    def _observations(
        self,
        units: Units,
        available: np.ndarray,
        directions: np.ndarray,
        distances: np.ndarray,
        living: np.ndarray,
        health: np.ndarray,
    ) -> np.ndarray:
        n, m = self.agents, self.enemies
        envs = len(available)
        visible = living & (distances < self._sight)
        seen = np.concatenate(((distances / self._sight)[..., None], directions), axis=-1)
        own, enemy = self._traits(health, 0), self._traits(health, 1)
        observations = np.empty((envs, n, self.observation_size))
        end = 4 + m * (4 + enemy.shape[-1])
        observations[..., :4] = available[..., FIRST_MOVE:FIRST_ATTACK]
        block = observations[..., 4:end].reshape(envs, n, m, -1)
        block[..., 0] = available[..., FIRST_ATTACK:]
        block[..., 1:4] = seen[..., :m, :]
        block[..., 4:] = enemy[:, None]
        block[~visible[..., :m]] = 0.0
        block = observations[..., end : -own.shape[-1]].reshape(envs, n, n - 1, -1)
        block[..., 0] = 1.0
        block[..., 1:4] = seen[..., m:, :]
        block[..., 4:] = own[:, self._others[:, m:]]
        block[~visible[..., m:]] = 0.0
        observations[..., -own.shape[-1] :] = own
        observations[~units.alive[:, :n]] = 0.0
        return observations

    def _state(
        self,
        units: Units,
        positions: np.ndarray,
        health: np.ndarray,
        last_actions: np.ndarray,
    ) -> np.ndarray:
        n, envs = self.agents, len(positions)
        places = (positions - CENTRE) / FIELD
        cooldown = np.clip(units.cooldown[:, :n].astype(np.float64) / self._cooldown, 0.0, 1.0)
        own, enemy = self._traits(health, 0), self._traits(health, 1)
        allies = np.concatenate(
            (own[..., :1], cooldown[..., None], places[:, :n], own[..., 1:]), -1
        )
        enemies = np.concatenate((enemy[..., :1], places[:, n:], enemy[..., 1:]), -1)
        allies[~units.alive[:, :n]] = 0.0
        enemies[~units.alive[:, n:]] = 0.0
        chosen = last_actions[..., None] == np.arange(self.battle.actions)
        return np.concatenate(
            [part.reshape(envs, -1) for part in (allies, enemies, chosen)], axis=1
        )


def _pool_sum(pool: np.ndarray) -> np.ndarray:
    """Sum over units; pools are whole numbers, so the order of adding does not matter."""
    return pool.astype(np.float64).sum(axis=1)
