"""E battles of SMAX on the CPU, compiled once: the only module that needs JAX.

Importing it sets JAX up for this process. An episode's key comes from its seed, a step's from the
key and the number of the step, so that a step is a function of (seed, number, state, actions)
(docs/specification/environments.md 2.6).
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import sys
import types
from pathlib import Path

import numpy as np

from cfcql_bridges.errors import BridgeError

# With AVX2 come operations that join a product and a sum with one rounding, and which ones are
# joined is the compiler's choice. AVX has none, so nothing depends on that choice; the last digits
# are not those of the golden traces.
FUSED, PORTABLE = "avx2", "avx"
CHOICE = "CFCQL_SMAX_INSTRUCTIONS"
INSTRUCTIONS = os.environ.get(CHOICE) or FUSED
if INSTRUCTIONS not in (FUSED, PORTABLE):
    raise BridgeError("BAD_OPTION", f"{CHOICE}={INSTRUCTIONS}; expected {FUSED} or {PORTABLE}")

XLA_FLAGS = (
    # Processors with AVX-512 compute with these too.
    f"--xla_cpu_max_isa={INSTRUCTIONS.upper()}",
    # One core per worker; the numbers are the same either way.
    "--xla_cpu_multi_thread_eigen=false",
    "intra_op_parallelism_threads=1",
)
# The last of two prevails, but what follows a word without dashes is not read.
_GIVEN = [flag for flag in os.environ.get("XLA_FLAGS", "").split() if flag.startswith("--")]
os.environ["XLA_FLAGS"] = " ".join((*_GIVEN, *XLA_FLAGS))
os.environ["JAX_PLATFORMS"] = "cpu"

import jax  # noqa: E402

jax.config.update("jax_threefry_partitionable", True)


def _processor() -> str:
    """What the kernel says of the first processor, without what changes from moment to moment."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8").split("\n\n")[0]
    except OSError:
        return ""
    return "".join(re.findall(r"^(?:model name|flags)\b.*\n?", text, re.MULTILINE))


def instruction_set() -> str:
    """``avx2`` where the compiled game gives the reference numbers, ``avx`` where it gives those of
    every processor, else ``older``.
    """
    return INSTRUCTIONS if re.search(rf"\b{INSTRUCTIONS}\b", _processor()) else "older"


def _keep_compiled() -> None:
    """Let the next worker of this virtual environment on such a processor load what this one
    compiles: a step takes seconds to compile. `JAX_COMPILATION_CACHE_DIR` chooses another folder.
    """
    if "JAX_COMPILATION_CACHE_DIR" in os.environ or sys.prefix == sys.base_prefix:
        return
    kind = _processor() + ("" if INSTRUCTIONS == FUSED else INSTRUCTIONS)
    folder = Path(sys.prefix) / "jax-cache" / hashlib.sha256(kind.encode()).hexdigest()[:16]
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)


_keep_compiled()

NATIVE_STOP = 4
# SMAC's number of an action to SMAX's; attacks follow as 6 + e -> 5 + e.
NATIVE_ACTIONS = (NATIVE_STOP, NATIVE_STOP, 0, 2, 1, 3)
NO_TIME_LIMIT = 10**9


def _bare_package(name: str, folder: Path) -> None:
    """Make ``name`` importable for its submodules without running its own ``__init__``."""
    package = types.ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package


def _import_smax():
    # The packages' own __init__ files import every environment of jaxmarl: 10 s, 230 MB, and lines
    # on standard output. SMAX needs none of them.
    if "jaxmarl" not in sys.modules:
        (folder,) = map(Path, importlib.util.find_spec("jaxmarl").submodule_search_locations)
        _bare_package("jaxmarl", folder)
        _bare_package("jaxmarl.environments", folder / "environments")
    from jaxmarl.environments.smax import heuristic_enemy_smax_env, smax_env

    return heuristic_enemy_smax_env.HeuristicEnemySMAX, smax_env.map_name_to_scenario


class Game:
    """E battles on one map; nothing resets by itself and no battle is cut."""

    def __init__(self, name: str, envs: int, deadly_walls: bool, native_views: bool):
        enemy_smax, scenario_of = _import_smax()
        self._smax = enemy_smax(
            scenario=scenario_of(name),
            max_steps=NO_TIME_LIMIT,
            walls_cause_death=deadly_walls,
            see_enemy_actions=False,
        )
        self.agents = self._smax.num_allies
        self.native_actions = self._smax.num_ally_actions
        self.native_observation_size = self._smax.obs_size
        self.native_state_size = self._smax.state_size
        self._names = self._smax.agents
        self._native_views = native_views
        self._envs = envs
        self._words = np.zeros((envs, 2), np.uint32)
        self._begin = jax.jit(self._begin_rows)
        self._advance = jax.jit(self._advance_rows)
        nobody = np.zeros(envs, np.bool_)
        shapes = jax.eval_shape(jax.vmap(self._reset_one), self._words)
        self._state = jax.tree.map(lambda leaf: np.zeros(leaf.shape, leaf.dtype), shapes)
        # Both functions are compiled here, within the deadline of MAKE, not in the first episode.
        self.reset(nobody, np.zeros(envs, np.uint64))
        self.step(np.full((envs, self.agents), NATIVE_STOP), np.zeros(envs, np.int32), nobody)

    def reset(self, mask: np.ndarray, seeds: np.ndarray) -> list[np.ndarray]:
        """New battles in the rows of ``mask`` (bool [E]) from ``seeds`` (u64 [E]); the arrays."""
        self._words[mask, 0] = (seeds[mask] >> np.uint64(32)).astype(np.uint32)
        self._words[mask, 1] = (seeds[mask] & np.uint64(0xFFFFFFFF)).astype(np.uint32)
        self._state, seen = self._begin(self._state, self._words, mask)
        return self._fetch(seen)

    def step(
        self, actions: np.ndarray, numbers: np.ndarray, active: np.ndarray
    ) -> list[np.ndarray]:
        """Step ``numbers`` (i32 [E], from 1) of the ``active`` rows; ``actions`` are SMAX's."""
        self._state, seen = self._advance(
            self._state, self._words, numbers, actions.astype(np.int32), active
        )
        return self._fetch(seen)

    def unit_types(self) -> np.ndarray:
        """SMAX's numbers of the units' types, [E, N]."""
        return np.asarray(self._state.state.unit_types)

    def _fetch(self, seen) -> list[np.ndarray]:
        """Positions, pools, alive flags and cooldowns; then SMAX's own views, if asked for."""
        return [np.asarray(array) for array in jax.device_get(seen)]

    def _reset_one(self, words):
        key = jax.random.wrap_key_data(words, impl="threefry2x32")
        _, state = self._smax.reset(jax.random.fold_in(key, 0))
        # One leaf is weakly typed after a reset only; without the cast the step compiles twice.
        return jax.tree.map(lambda leaf: jax.lax.convert_element_type(leaf, leaf.dtype), state)

    def _step_one(self, state, words, number, actions):
        key = jax.random.wrap_key_data(words, impl="threefry2x32")
        named = dict(zip(self._names, actions, strict=True))
        return self._smax.step_env(jax.random.fold_in(key, number), state, named)[1]

    def _begin_rows(self, state, words, mask):
        return self._keep(mask, jax.vmap(self._reset_one)(words), state)

    def _advance_rows(self, state, words, numbers, actions, active):
        return self._keep(active, jax.vmap(self._step_one)(state, words, numbers, actions), state)

    def _keep(self, rows, new, old):
        """The new state in ``rows``, the old one elsewhere, and what is seen of it."""
        state = jax.tree.map(
            lambda a, b: jax.numpy.where(rows.reshape(-1, *(1,) * (a.ndim - 1)), a, b), new, old
        )
        units = state.state
        seen = (
            units.unit_positions,
            units.unit_health,
            units.unit_alive,
            units.unit_weapon_cooldowns,
        )
        return state, (*seen, *self._native(state)) if self._native_views else seen

    def _native(self, state):
        stack = jax.numpy.stack
        observations = jax.vmap(self._smax.get_obs)(state)
        available = jax.vmap(self._smax.get_avail_actions)(state)
        return (
            stack([observations[name] for name in self._names], axis=1),
            jax.vmap(self._smax.get_world_state)(state),
            stack([available[name] for name in self._names], axis=1),
        )
