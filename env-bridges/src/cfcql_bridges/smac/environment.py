"""SMAC battles as the worker serves them: E game processes, one per row."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from cfcql_bridges.environment import VOID, Array, Description
from cfcql_bridges.errors import BridgeError
from cfcql_bridges.options import Scalar
from cfcql_bridges.smac import FAMILY, installation, launching
from cfcql_bridges.smac.game import Game, GameRestartedError, Row, Step
from cfcql_bridges.smac.overheard import Overheard
from cfcql_bridges.smax.adapter import SmacAdapter
from cfcql_bridges.smax.arrays import battle_arrays
from cfcql_bridges.smax.maps import MAPS, Map
from cfcql_bridges.team import EpisodeTotals, describe_team_task

BACKEND = "smac-pysc2-4.0.0"
LICENCE = (
    "SMAC: MIT, your installation; StarCraft II: Blizzard's licence, your installation; bridge: "
    "Apache-2.0"
)
MOST_GAMES = 32
BROKEN = Array(VOID, "flag", "u8", (), "1 where the game restarted: the battle is void")

Launch = Callable[[str, int, str], Any]


def make(env: str, options: dict[str, Scalar], envs: int, dtypes: dict[str, str]) -> Battles:
    """The environment ``env`` with E = ``envs`` game processes."""
    map_name = env.removeprefix("smac/")
    if envs > MOST_GAMES:
        raise BridgeError(
            "BAD_OPTION",
            f"envs={envs}; each row is a game process of about 1 GB, at most {MOST_GAMES} here",
        )
    installation.require(map_name)
    files = {"smac": installation.smac_identity()}
    return Battles(env, options, envs, dtypes, launch, files, Overheard().lines)


def launch(map_name: str, seed: int, difficulty: str) -> Any:
    """SMAC's environment as the paper used it; the process itself starts with the first reset."""
    from absl import flags

    if not flags.FLAGS.is_parsed():
        flags.FLAGS(["worker"])  # PySC2 reads its own flags and refuses to before this
    from smac.env import StarCraft2Env

    return StarCraft2Env(map_name=map_name, seed=seed, difficulty=difficulty)


class Battles:
    """E games on one map, stepped side by side: each waits for a process of its own."""

    def __init__(
        self,
        env: str,
        options: dict[str, Scalar],
        envs: int,
        dtypes: dict[str, str],
        launch: Launch,
        files: dict[str, str],
        heard: Callable[[], Sequence[str]] = tuple,
    ):
        """``launch`` starts the game of a row, ``heard`` tells what games printed so far."""
        battle = MAPS[env.removeprefix("smac/")]
        self._pool = ThreadPoolExecutor(envs)
        seed, difficulty = int(options["seed"]), str(options["difficulty"])
        games = [
            self._pool.submit(lambda at=row: Game(launch(battle.name, seed + at, difficulty)))
            for row in range(envs)
        ]
        try:
            self._games: list[Game] = launching.all_started(env, games, heard)
            parts = _parts(self._games, battle, str(options["game_version"]))
        except BridgeError:
            launching.ended(games, Game.close)
            self._pool.shutdown(wait=False)
            raise
        self.description = _describe(env, battle, options, envs, dtypes, parts, files)
        shapes = [self.description.array(name).shape for name in self.description.reset_frames]
        self._observations, self._state = (np.zeros((envs, *shape)) for shape in shapes[:2])
        self._available = np.zeros((envs, *shapes[2]), np.uint8)
        self._totals = EpisodeTotals(envs)

    def reset(self, mask: np.ndarray, seeds: np.ndarray) -> Sequence[np.ndarray]:
        """New battles in the rows of ``mask``; the game has no seed per battle.

        A game that does not come back ends the request, but the battles that did begin wait for
        the next one: nobody has moved in them.
        """
        battles, broken = self._each(mask, lambda row: self._games[row].reset())
        if broken:
            raise BridgeError(
                "ENV_RESTARTED",
                f"{self.description.env}, {_told(broken)}; no new battle could begin there",
                envs=broken,
            )
        for row, seen in battles.items():
            self._show(row, seen)
        self._totals.begin(mask)
        return self._views()

    def step(self, actions: np.ndarray, active: np.ndarray) -> Sequence[np.ndarray]:
        """The arrays of ``step_frames`` after one step of the active rows; where a game restarted,
        its row alone is void.
        """
        steps, broken = self._each(active, lambda row: self._games[row].step(actions[row]))
        for row, step in steps.items():
            self._show(row, step.row)
        if broken:
            print(f"smac: {self.description.env}, {_told(broken)}", file=sys.stderr)
        void = np.zeros(len(self._games), np.uint8)
        void[list(broken)] = 1
        rewards = self._column(steps, "reward", np.float64)
        self._totals.add(rewards, active)
        return [
            *self._views(),
            rewards,
            self._column(steps, "terminated", np.uint8),
            self._column(steps, "truncated", np.uint8),
            void,
            self._column(steps, "battle_won", np.uint8),
            self._column(steps, "dead_allies", np.int32),
            self._column(steps, "dead_enemies", np.int32),
            self._totals.returns,
            self._totals.steps,
        ]

    def close(self) -> None:
        """End all games."""
        list(self._pool.map(Game.close, self._games))
        self._pool.shutdown()

    def _each(
        self, rows: np.ndarray, call: Callable[[int], Any]
    ) -> tuple[dict[int, Any], dict[int, GameRestartedError]]:
        """Results by row, and the rows whose games restarted."""
        futures = {row: self._pool.submit(call, row) for row in np.flatnonzero(rows).tolist()}
        results, broken = {}, {}
        for row, future in futures.items():
            try:
                results[row] = future.result()
            except GameRestartedError as restart:
                broken[row] = restart
        return results, broken

    def _show(self, row: int, seen: Row) -> None:
        self._observations[row] = seen.observations
        self._state[row] = seen.state
        self._available[row] = seen.available

    def _views(self) -> list[np.ndarray]:
        return [self._observations, self._state, self._available]

    def _column(self, steps: dict[int, Step], name: str, dtype: type) -> np.ndarray:
        column = np.zeros(len(self._games), dtype)
        for row, step in steps.items():
            column[row] = getattr(step, name)
        return column


def _told(broken: dict[int, GameRestartedError]) -> str:
    return "; ".join(f"row {row}: {restart}" for row, restart in broken.items())


def _parts(games: Sequence[Game], battle: Map, wanted: str) -> dict[str, str]:
    """Version of the running game and the scale of its rewards, both part of what the task is."""
    version = games[0].version()
    if not f"{version}.".startswith(f"{wanted}."):
        raise BridgeError(
            "MISSING_DEPENDENCY",
            f"expected StarCraft II {wanted} to run, found {version}; set SC2PATH to the folder of "
            f"that version, or pass the option game_version={version} for a task of its own",
        )
    points = sorted({game.reward_points for game in games})
    if points != [battle.best_points]:
        print(
            f"smac: rewards of {battle.name} are scaled by {points} points, {battle.best_points} "
            "are expected; they are part of the fingerprint",
            file=sys.stderr,
        )
    return {"game": version, "reward_points": ",".join(f"{value:g}" for value in points)}


def _describe(
    env: str,
    battle: Map,
    options: dict[str, Scalar],
    envs: int,
    dtypes: dict[str, str],
    parts: dict[str, str],
    files: dict[str, str],
) -> Description:
    agents = len(battle.allies)
    sizes = SmacAdapter(battle)
    arrays = battle_arrays(
        agents,
        sizes.observation_size,
        sizes.state_size,
        battle.actions,
        dtypes,
        flags=(BROKEN,),
    )
    return describe_team_task(
        FAMILY,
        env,
        options,
        envs,
        arrays,
        # No upper bound: shields that regenerate and are shot again count again.
        {"low": 0.0},
        backend=BACKEND,
        parts=parts,
        files=files,
        episode_limit=battle.episode_limit,
        timeout_kind="terminal",
        seeding="per_process",
        determinism="unreproducible",
        licence=LICENCE,
    )
