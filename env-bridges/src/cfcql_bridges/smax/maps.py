"""Units and maps (docs/specification/environments.md 2.1 and 2.6)."""

from __future__ import annotations

from dataclasses import dataclass

KILL_POINTS = 10
WIN_POINTS = 200
BEST_RETURN = 20.0


@dataclass(frozen=True)
class Unit:
    """One kind of unit.

    ``hull`` and ``shield`` are SMAC's split of the one pool of health that SMAX knows; distances
    are in map units, the cooldown of the weapon in seconds. ``smax_type`` is SMAX's number of it.
    """

    name: str
    smax_type: int
    hull: int
    shield: int
    cooldown: float
    weapon_range: float
    native_sight: float

    @property
    def pool(self) -> int:
        """Health as SMAX counts it."""
        return self.hull + self.shield


MARINE = Unit("marine", 0, 45, 0, 0.61, 5.0, 9.0)
STALKER = Unit("stalker", 2, 80, 80, 1.87, 6.0, 10.0)
ZEALOT = Unit("zealot", 3, 100, 50, 0.86, 2.0, 9.0)
HYDRALISK = Unit("hydralisk", 5, 80, 0, 0.59, 5.0, 9.0)


@dataclass(frozen=True)
class Map:
    """Two teams in slot order and the limit of an episode in steps."""

    name: str
    allies: tuple[Unit, ...]
    enemies: tuple[Unit, ...]
    episode_limit: int

    @property
    def units(self) -> tuple[Unit, ...]:
        """All units, allies first."""
        return self.allies + self.enemies

    @property
    def best_points(self) -> int:
        """Points of a battle in which every enemy dies: all damage, all kills and the win."""
        damage = sum(unit.pool for unit in self.enemies)
        return damage + KILL_POINTS * len(self.enemies) + WIN_POINTS

    @property
    def actions(self) -> int:
        """No-op, stop, four moves, one attack per enemy."""
        return 6 + len(self.enemies)

    def type_bits(self) -> tuple[tuple[int, ...], ...]:
        """Per unit its bits: none where a team has one kind of unit.

        Allied and enemy kinds are numbered in opposite order, as in SMAC.
        """
        kinds = sorted({unit.smax_type for unit in self.allies})
        if len(kinds) == 1:
            return ((),) * len(self.units)
        ally = [tuple(int(unit.smax_type == kind) for kind in kinds) for unit in self.allies]
        enemy = [
            tuple(int(unit.smax_type == kind) for kind in reversed(kinds)) for unit in self.enemies
        ]
        return (*ally, *enemy)


_MIXED = (STALKER,) * 2 + (ZEALOT,) * 3

MAPS = {
    battle.name: battle
    for battle in (
        Map("2s3z", _MIXED, _MIXED, 120),
        Map("3s_vs_5z", (STALKER,) * 3, (ZEALOT,) * 5, 250),
        Map("5m_vs_6m", (MARINE,) * 5, (MARINE,) * 6, 70),
        Map("6h_vs_8z", (HYDRALISK,) * 6, (ZEALOT,) * 8, 150),
    )
}
