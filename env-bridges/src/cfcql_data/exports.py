"""Data sets of the harness in the layouts of other projects."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import tensorstore

from cfcql_data.errors import RefusedError
from cfcql_data.origin import ATTRIBUTE, Origin
from cfcql_data.request import BLOCK_BYTES
from cfcql_data.stored import Stored
from cfcql_data.vault import store

Progress = Callable[[int], None]

# Flashbax reserves this many places of time and stores about this many numbers in a piece.
RESERVED = 10_000_000_000_000
CHUNK_ELEMENTS = 1 << 20
VAULT_VERSION = 1.2


def to_padded(stored: Stored, target: Path, progress: Progress, block: int = BLOCK_BYTES) -> None:
    """One HDF5 file of padded episodes, the paper's layout; arrays are contiguous."""
    task = stored.task
    _require_padded(stored)
    slots, agents = task.limit + 1, len(task.agents)
    layout = {
        "state": ((task.state,), np.float32),
        "obs": ((agents, task.observation), np.float32),
        "actions": ((agents, 1), np.int64),
        "avail_actions": ((agents, task.actions), np.int32),
        "probs": ((agents, task.actions), np.float32),
        "reward": ((1,), np.float32),
        "terminated": ((1,), np.uint8),
        "filled": ((1,), np.int64),
    }
    bytes_of_slot = sum(
        int(np.prod(row)) * np.dtype(kind).itemsize for row, kind in layout.values()
    )
    at_once = max(1, block // (bytes_of_slot * slots))
    with h5py.File(target, "w") as file:
        arrays = {
            name: file.create_dataset(name, (stored.episodes, slots, *row), kind)
            for name, (row, kind) in layout.items()
        }
        origin = Origin(stored.card["kind"], task, stored.terminated, stored.marks != 0)
        file.attrs[ATTRIBUTE] = origin.text()
        for first in range(0, stored.episodes, at_once):
            last = min(first + at_once, stored.episodes)
            for name, values in _padded(stored, first, last, slots).items():
                arrays[name][first:last] = values
            progress(int(stored.offsets[last]))


def _require_padded(stored: Stored) -> None:
    task = stored.task
    found = None
    if not task.discrete:
        found = "continuous ones; say --format omar or vault"
    elif task.per_agent:
        found = "rewards per agent; say --format vault"
    elif "next_observations" in stored.arrays:
        found = "next observations apart from the rows"
    if found:
        raise RefusedError(
            f"{stored.folder}: expected discrete actions and one reward for the team, which the "
            f"layout cfcql-h5 is for, found {found}"
        )
    stored.require_known_successors("cfcql-h5")
    full = stored.lengths == task.limit
    wrong = np.flatnonzero((stored.lengths > task.limit) | ~full & ~stored.done())
    if len(wrong):
        raise RefusedError(
            f"{stored.folder}: expected episodes that end or have the full {task.limit} steps, "
            f"found episode {wrong[0]} of {stored.lengths[wrong[0]]} steps, which the layout "
            "cfcql-h5 cannot hold; say --format vault"
        )


def _padded(stored: Stored, first: int, last: int, slots: int) -> dict[str, np.ndarray]:
    task = stored.task
    filled = np.arange(slots) <= stored.lengths[first:last, None]

    def padded(values: np.ndarray, kind: type) -> np.ndarray:
        array = np.zeros((last - first, slots, *values.shape[1:]), kind)
        array[filled] = values
        return array

    rows = int(stored.offsets[last] - stored.offsets[first])
    everything = np.ones((rows, len(task.agents), task.actions), np.int32)
    available = stored.rows("available_actions", first, last) if task.masked else everything
    terminated = np.zeros((last - first, slots, 1), np.uint8)
    lengths = stored.lengths[first:last]
    terminated[np.arange(last - first), lengths - 1, 0] = stored.done()[first:last]
    return {
        "state": padded(stored.state_rows(first, last), np.float32),
        "obs": padded(stored.rows("observations", first, last), np.float32),
        "actions": padded(stored.rows("actions", first, last)[..., None], np.int64),
        "avail_actions": padded(available, np.int32),
        "reward": padded(stored.rows("rewards", first, last)[:, None], np.float32),
        "terminated": terminated,
        "filled": filled[..., None].astype(np.int64),
    }


def to_omar(stored: Stored, target: Path, progress: Progress, block: int = BLOCK_BYTES) -> None:
    """A folder in OMAR's layout, single precision; done flags are those that learners see."""
    task = stored.task
    if task.discrete:
        raise RefusedError(
            f"{stored.folder}: expected continuous actions, which OMAR's layout is for, found "
            "discrete ones; say --format cfcql-h5 or vault"
        )
    stored.require_known_successors("omar")
    silent = ~stored.done() & (stored.lengths != task.limit)
    silent[-1] = False
    if silent.any():
        episode = int(np.argmax(silent))
        raise RefusedError(
            f"{stored.folder}: expected episodes that end or have the full {task.limit} steps, "
            f"found episode {episode} of {stored.lengths[episode]} steps, which OMAR's layout "
            "cannot hold; say --format vault"
        )
    total = int(stored.lengths.sum())
    files: dict[str, np.memmap] = {}
    for agent in range(len(task.agents)):
        for name, width in _omar_widths(stored).items():
            shape = (total, width) if width else (total,)
            files[f"{name}_{agent}"] = np.lib.format.open_memmap(
                target / f"{name}_{agent}.npy", "w+", np.dtype("<f4"), shape
            )
    row = 0
    for first, last in stored.blocks(block):
        columns = _omar_columns(stored, first, last)
        count = int(stored.lengths[first:last].sum())
        for name, values in columns.items():
            for agent in range(len(task.agents)):
                files[f"{name}_{agent}"][row : row + count] = values[agent]
        row += count
        progress(row)
    for file in files.values():
        file.flush()


def _omar_widths(stored: Stored) -> dict[str, int]:
    task = stored.task
    widths = {"obs": task.observation, "next_obs": task.observation, "acs": task.actions}
    widths |= {"rews": 0, "dones": 0}
    if not task.state_is_observations:
        widths |= {"states": task.state, "next_states": task.state}
    return widths


def _omar_columns(stored: Stored, first: int, last: int) -> dict[str, list[np.ndarray]]:
    """Per array of the layout: the steps of each agent."""
    task = stored.task
    steps = stored.executed(first, last)
    agents = range(len(task.agents))

    def following(name: str, apart: str) -> np.ndarray:
        if apart in stored.arrays:
            return stored.rows(apart, first, last)[steps]
        return stored.rows(name, first, last)[1:][steps[:-1]]

    seen = stored.rows("observations", first, last)[steps]
    then = following("observations", "next_observations")
    acted = stored.rows("actions", first, last)[steps]
    rewards = stored.rows("rewards", first, last)[steps]
    rewards = rewards if task.per_agent else np.repeat(rewards[:, None], len(agents), axis=1)
    flags = np.zeros(int(stored.lengths[first:last].sum()), np.float32)
    flags[np.cumsum(stored.lengths[first:last]) - 1] = stored.done()[first:last]
    columns = {
        "obs": [seen[:, agent] for agent in agents],
        "next_obs": [then[:, agent] for agent in agents],
        "acs": [acted[:, agent] for agent in agents],
        "rews": [rewards[:, agent] for agent in agents],
        "dones": [flags for _ in agents],
    }
    if not task.state_is_observations:
        state = stored.rows("state", first, last)[steps]
        columns["states"] = [state for _ in agents]
        columns["next_states"] = [following("state", "next_state") for _ in agents]
    return columns


def to_vault(stored: Stored, target: Path, progress: Progress, block: int = BLOCK_BYTES) -> None:
    """A vault of OG-MARL; final observations have no place there."""
    if "next_observations" in stored.arrays:
        raise RefusedError(
            f"{stored.folder}: expected next observations that are the next row, found some apart "
            "from the rows, which a vault cannot hold; say --format omar"
        )
    layout = _vault_layout(stored)
    for name, (kind, row) in layout.items():
        _write_array(target, name, kind, row, _vault_values(stored, name, block), progress)
    index = {
        **store(target, "vault_index/"),
        "metadata": {
            "dtype": "<i4",
            "shape": [1],
            "chunks": [1],
            "compressor": {"id": "blosc", "cname": "lz4", "clevel": 5, "shuffle": -1},
        },
        "create": True,
    }
    opened = tensorstore.open(index).result()
    opened.write(np.array([int(stored.lengths.sum())], np.int32)).result()
    shapes, kinds = {}, {}
    for name, (kind, row) in layout.items():
        outer, _, inner = name.partition(".")
        shape = str((1, 1 + int(stored.lengths.sum()), *row))
        dtype = np.dtype(kind).name
        if inner:
            shapes.setdefault(outer, {})[inner] = shape
            kinds.setdefault(outer, {})[inner] = dtype
        else:
            shapes[outer], kinds[outer] = shape, dtype
    metadata = {"version": VAULT_VERSION, "structure_shape": shapes, "structure_dtype": kinds}
    (target / "metadata.json").write_text(json.dumps(metadata), encoding="utf-8")


def _vault_layout(stored: Stored) -> dict[str, tuple[str, tuple[int, ...]]]:
    task = stored.task
    agents = len(task.agents)
    layout = {
        "actions": ("<i4", (agents,)) if task.discrete else ("<f4", (agents, task.actions)),
        "infos.state": ("<f4", (task.state,)),
        "observations": ("<f4", (agents, task.observation)),
        "rewards": ("<f4", (agents,)),
        "terminals": ("|b1", (agents,)),
        "truncations": ("|b1", (agents,)),
    }
    if task.masked:
        layout["infos.legals"] = ("<f4", (agents, task.actions))
    return dict(sorted(layout.items()))


def _vault_values(stored: Stored, name: str, block: int):
    task = stored.task
    agents = len(task.agents)
    for first, last in stored.blocks(block):
        steps = stored.executed(first, last)
        ends = np.cumsum(stored.lengths[first:last]) - 1
        if name in ("terminals", "truncations"):
            flags = np.zeros(len(steps) - (last - first), bool)
            cut = (stored.marks != 0) & ~stored.cut_by_data()
            flags[ends] = (stored.terminated if name == "terminals" else cut)[first:last]
            yield np.repeat(flags[:, None], agents, axis=1)
        elif name == "infos.state":
            yield stored.state_rows(first, last)[steps]
        elif name == "infos.legals":
            yield stored.rows("available_actions", first, last)[steps].astype(np.float32)
        elif name == "rewards" and not task.per_agent:
            yield np.repeat(stored.rows(name, first, last)[steps][:, None], agents, axis=1)
        else:
            yield stored.rows(name, first, last)[steps]


def _write_array(
    target: Path, name: str, kind: str, row: tuple[int, ...], values, progress: Progress
) -> None:
    """One array along time. Whole pieces are written at once, so that none is compressed twice."""
    chunk = max(1, CHUNK_ELEMENTS // math.prod(row))
    spec = {
        **store(target, f"{name}./"),
        "metadata": {
            "dtype": kind,
            "shape": [1, RESERVED, *row],
            "chunks": [1, chunk, *row],
            "compressor": {"id": "gzip", "level": 5},
        },
        "create": True,
    }
    array = tensorstore.open(spec).result()
    kept: list[np.ndarray] = []
    written = 0
    for some in values:
        kept.append(some)
        joined = np.concatenate(kept)
        whole = len(joined) // chunk * chunk
        if whole:
            array[0, written : written + whole].write(joined[:whole]).result()
            written += whole
        kept = [joined[whole:]]
        progress(written + len(kept[0]))
    rest = np.concatenate(kept)
    if len(rest):
        array[0, written : written + len(rest)].write(rest).result()


EXPORTS = {"cfcql-h5": to_padded, "omar": to_omar, "vault": to_vault}
