"""SMAX battles as the worker serves them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cfcql_bridges.environment import Array, Description
from cfcql_bridges.options import Scalar
from cfcql_bridges.smax import FAMILY
from cfcql_bridges.smax.adapter import NO_OP, SmacAdapter, Units
from cfcql_bridges.smax.arrays import battle_arrays
from cfcql_bridges.smax.game import NATIVE_ACTIONS, NATIVE_STOP, Game, instruction_set
from cfcql_bridges.smax.maps import BEST_RETURN, MAPS, Map
from cfcql_bridges.team import EpisodeTotals, describe_team_task

BACKEND = "smax-jaxmarl-0.2.0"
LICENCE = "game: JaxMARL 0.2.0, Apache-2.0; adapter: Apache-2.0, written from a description"


def make(env: str, options: dict[str, Scalar], envs: int, dtypes: dict[str, str]) -> Battles:
    """The environment ``env`` with E = ``envs`` rows; ``options`` are resolved and checked."""
    return Battles(env, options, envs, dtypes)


class Battles:
    """E battles on one map: the game steps, the adapter makes SMAC's arrays of it."""

    def __init__(self, env: str, options: dict[str, Scalar], envs: int, dtypes: dict[str, str]):
        battle = MAPS[env.removeprefix("smax/")]
        self._native = options["layout"] == "native"
        self._raw = bool(options["raw_state"])
        self._game = Game(battle.name, envs, options["walls"] == "deadly", self._native)
        self._adapter = SmacAdapter(
            battle, bool(options["edge_guard"]), options["sight"] == "native"
        )
        self.description = _describe(env, battle, self._game, self._adapter, options, envs, dtypes)
        self.agents = len(battle.allies)
        self._to_native = np.array(
            [*NATIVE_ACTIONS, *range(NATIVE_STOP + 1, self._game.native_actions)]
        )
        nobody = np.zeros(envs, np.bool_)
        self._units, self._own_views = self._split(
            self._game.reset(nobody, np.zeros(envs, np.uint64))
        )
        self._last_actions = np.full((envs, self.agents), -1, np.int32)
        self._totals = EpisodeTotals(envs)

    def reset(self, mask: np.ndarray, seeds: np.ndarray) -> Sequence[np.ndarray]:
        """New battles in the rows of ``mask``."""
        self._units, self._own_views = self._split(self._game.reset(mask, seeds))
        self._last_actions[mask] = -1
        self._totals.begin(mask)
        return [*self._views(), *self._raw_arrays()]

    def step(self, actions: np.ndarray, active: np.ndarray) -> Sequence[np.ndarray]:
        """The arrays of ``step_frames`` after one step of the active rows."""
        chosen = np.where(active[:, None], actions, NO_OP)
        native = chosen if self._native else self._to_native[chosen]
        before = self._units
        arrays = self._game.step(native, self._totals.steps + 1, active)
        self._units, self._own_views = self._split(arrays)
        np.copyto(self._last_actions, chosen, where=active[:, None], casting="same_kind")
        outcome = self._adapter.outcome(before, self._units)
        self._totals.add(outcome.rewards, active)
        late = self._totals.steps >= self.description.episode_limit
        return [
            *self._views(),
            *self._raw_arrays(),
            outcome.rewards,
            outcome.terminated,
            late & ~outcome.terminated,
            outcome.battle_won,
            outcome.dead_allies,
            outcome.dead_enemies,
            self._totals.returns,
            self._totals.steps,
        ]

    def _split(self, arrays: list[np.ndarray]) -> tuple[Units, list[np.ndarray]]:
        return Units(*arrays[:4]), arrays[4:]

    def _views(self) -> Sequence[np.ndarray]:
        if self._native:
            return self._own_views
        return self._adapter.views(self._units, self._last_actions)

    def _raw_arrays(self) -> Sequence[np.ndarray]:
        if not self._raw:
            return ()
        units = self._units
        types = self._game.unit_types()
        return units.positions, units.pool, units.alive, units.cooldown, types


def _describe(
    env: str,
    battle: Map,
    game: Game,
    adapter: SmacAdapter,
    options: dict[str, Scalar],
    envs: int,
    dtypes: dict[str, str],
) -> Description:
    agents = len(battle.allies)
    if options["layout"] == "native":
        width, state, actions = (
            game.native_observation_size, game.native_state_size, game.native_actions,
        )  # fmt: skip
    else:
        width, state, actions = adapter.observation_size, adapter.state_size, battle.actions
    raw = _raw_descriptors(len(battle.units)) if options["raw_state"] else ()
    arrays = battle_arrays(agents, width, state, actions, dtypes, raw)
    return describe_team_task(
        FAMILY,
        env,
        options,
        envs,
        arrays,
        {"low": 0.0, "high": BEST_RETURN},
        backend=BACKEND,
        episode_limit=battle.episode_limit,
        # The paper's learners store the limit of SMAC as a true end.
        timeout_kind="terminal",
        seeding="per_episode",
        determinism="same_build",
        licence=LICENCE,
        machine={"instructions": instruction_set()},
    )


def _raw_descriptors(units: int) -> tuple[Array, ...]:
    return (
        Array("unit_positions", "raw", "f32", (units, 2), "x and y, allies first"),
        Array("unit_health", "raw", "f32", (units,), "pool of hull and shield"),
        Array("unit_alive", "raw", "u8", (units,), "1 if alive"),
        Array("unit_weapon_cooldowns", "raw", "f32", (units,), "seconds, may be negative"),
        Array("unit_types", "raw", "i32", (units,), "SMAX's number of the type"),
    )
