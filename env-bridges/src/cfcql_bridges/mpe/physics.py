"""Motion of E particle worlds at once (docs/specification/environments.md 3.2), float64.

Every array has the axis E last, and every operation is elementwise along it, so a row's result
cannot depend on E or on other rows. Sums over entities run in a fixed order. The one
transcendental, logaddexp, is a scalar loop in NumPy and does not depend on alignment either.
"""

from __future__ import annotations

import numpy as np

from cfcql_bridges.mpe.scenarios import Scenario

TIME_STEP = 0.1
DAMPING = 0.25
CONTACT_FORCE = 100.0
CONTACT_MARGIN = 1e-3


class Physics:
    """Transition of positions [2, entities, E] and velocities [2, agents, E]."""

    def __init__(self, scenario: Scenario, force_exponent: int, position_first: bool):
        self._agents = scenario.agents
        self._position_first = position_first
        exponent = force_exponent if scenario.repeated else 1
        self._gains = np.array(scenario.gains)[None, :, None] ** exponent
        pairs = [
            (a, b)
            for a in range(scenario.agents)
            for b in range(a + 1, len(scenario.sizes))
            if scenario.collides[a] and scenario.collides[b]
        ]
        self._first = np.array([a for a, _ in pairs])
        self._second = np.array([b for _, b in pairs])
        sizes = np.array(scenario.sizes)
        self._reach = (sizes[self._first] + sizes[self._second])[:, None]
        self._slots = _slots(pairs, scenario.agents)
        self._limits = None
        if scenario.max_speeds[0] is not None:
            self._limits = np.array(scenario.max_speeds, dtype=np.float64)[:, None]

    def advance(
        self, positions: np.ndarray, velocities: np.ndarray, actions: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Positions of the agents [2, agents, E] and velocities after one step.

        ``actions`` [2, agents, E] are the controls in [-1, 1], the prey's included.
        """
        force = actions * self._gains
        self._add_contacts(force, positions)
        moved = positions[:, : self._agents]
        if self._position_first:
            moved = moved + velocities * TIME_STEP
        velocities = velocities * (1.0 - DAMPING) + force * TIME_STEP
        if self._limits is not None:
            speed = np.sqrt(velocities[0] * velocities[0] + velocities[1] * velocities[1])
            fast = speed > self._limits
            # Divided before multiplied, as in the reference; where not fast the factor is unused.
            slowed = velocities / np.where(fast, speed, 1.0) * self._limits
            velocities = np.where(fast, slowed, velocities)
        if not self._position_first:
            moved = moved + velocities * TIME_STEP
        return moved, velocities

    def _add_contacts(self, force: np.ndarray, positions: np.ndarray) -> None:
        delta = positions[:, self._first] - positions[:, self._second]
        distance = np.sqrt(delta[0] * delta[0] + delta[1] * delta[1])
        overlap = np.logaddexp(0.0, (self._reach - distance) / CONTACT_MARGIN) * CONTACT_MARGIN
        # Coinciding centres have no line of centres: no force instead of NaN.
        magnitude = CONTACT_FORCE * overlap / np.where(distance > 0.0, distance, 1.0)
        push = delta * magnitude
        none = np.zeros_like(push[:, :1])
        signed = np.concatenate((push, -push, none), axis=1)
        for slot in self._slots:
            force += signed[:, slot]


def _slots(pairs: list[tuple[int, int]], agents: int) -> list[np.ndarray]:
    """Which entries of (push, -push, zero) each agent receives, one index row per turn."""
    count = len(pairs)
    received = [
        [i if a == agent else count + i for i, (a, b) in enumerate(pairs) if agent in (a, b)]
        for agent in range(agents)
    ]
    turns = max(map(len, received))
    padded = [indices + [2 * count] * (turns - len(indices)) for indices in received]
    return [np.array(turn) for turn in zip(*padded, strict=True)]
