"""Episodes made up for the tests of imports, and other projects' layouts written from them."""

from dataclasses import dataclass, replace
from pathlib import Path

import h5py
import numpy as np

from cfcql_data.request import Request
from cfcql_data.rows import CUT, TERMINAL, Rows, Task
from cfcql_data.writer import DatasetWriter

MADE = {"by": "test", "policy": "", "noise": 0.0, "seed": "", "command": [], "harnessVersion": "0"}


@dataclass
class Episodes:
    """A task with its rows."""

    task: Task
    rows: Rows

    def store(self, folder: Path, **made) -> dict:
        """As a data set of the harness; its card."""
        folder.mkdir()
        writer = DatasetWriter(folder, self.task)
        writer.append(self.rows)
        return writer.finish("medium", {**MADE, "notes": made})


def episodes(
    lengths=(6, 3, 1, 6),
    limit=6,
    agents=2,
    observation=3,
    state=5,
    actions=4,
    discrete=True,
    per_agent=False,
    seed=0,
    timeout=TERMINAL,
) -> Episodes:
    """Random numbers; episodes of the limit's length are cut by it, the others have ended."""
    random = np.random.default_rng(seed)
    lengths = np.array(lengths)
    count = int((lengths + 1).sum())
    full = lengths == limit
    last = np.cumsum(lengths + 1) - 1
    task = Task(
        environment="lab/made",
        agents=tuple(f"agent_{agent}" for agent in range(agents)),
        observation=observation,
        state=state,
        state_is_observations=False,
        actions=actions,
        low=None if discrete else -1.0,
        high=None if discrete else 1.0,
        masked=discrete,
        limit=limit,
        timeout=timeout,
        per_agent=per_agent,
        reduction="mean" if per_agent else "team",
    )
    if discrete:
        acted = random.integers(0, actions, (count, agents), np.int32)
        available = random.integers(0, 2, (count, agents, actions)).astype(np.uint8)
        np.put_along_axis(available, acted[..., None], 1, axis=-1)
    else:
        acted = random.uniform(-1, 1, (count, agents, actions)).astype(np.float32)
        acted[last] = 0
        available = None
    rewards = random.normal(size=(count, agents) if per_agent else count).astype(np.float32)
    rewards[last] = 0
    rows = Rows(
        lengths=lengths,
        terminated=~full,
        truncated=np.where(full, CUT, 0).astype(np.uint8),
        observations=random.normal(size=(count, agents, observation)).astype(np.float32),
        state=random.normal(size=(count, state)).astype(np.float32),
        actions=acted,
        available=available,
        rewards=rewards,
    )
    return Episodes(task, rows)


def without_final_rows(made: Episodes) -> Episodes:
    """The same where nobody stored the final observations: the last ones are seen again."""
    rows = made.rows
    last = np.cumsum(rows.lengths + 1) - 1

    def again(values):
        if values is None:
            return None
        copy = values.copy()
        copy[last] = copy[last - 1]
        return copy

    actions = rows.actions.copy()
    actions[last] = 0
    truncated = np.where(rows.truncated != 0, rows.truncated | 2, 0).astype(np.uint8)
    return Episodes(
        made.task,
        replace(
            rows,
            observations=again(rows.observations),
            state=again(rows.state),
            available=again(rows.available),
            actions=actions,
            truncated=truncated,
        ),
    )


def padded(made: Episodes, final_slot: bool = True, slots: int | None = None) -> dict:
    """Arrays of the paper's layout with its types; episodes are done at their last step."""
    rows, task = made.rows, made.task
    stored = rows.lengths + (1 if final_slot else 0)
    slots = slots or task.limit + 1
    filled = np.arange(slots) < stored[:, None]
    keep = np.ones(len(rows.observations), bool)
    if not final_slot:
        keep[np.cumsum(rows.lengths + 1) - 1] = False

    def fill(values, kind):
        array = np.zeros((len(stored), slots, *values.shape[1:]), kind)
        array[filled] = values[keep]
        return array

    terminated = np.zeros((len(stored), slots, 1), np.uint8)
    terminated[np.arange(len(stored)), rows.lengths - 1, 0] = 1
    return {
        "state": fill(rows.state, np.float32),
        "obs": fill(rows.observations, np.float32),
        "actions": fill(rows.actions[..., None], np.int64),
        "avail_actions": fill(rows.available, np.int32),
        "probs": np.zeros((len(stored), slots, len(task.agents), task.actions), np.float32),
        "reward": fill(rows.rewards[:, None], np.float32),
        "terminated": terminated,
        "filled": filled[..., None].astype(np.int64),
    }


def write_hdf5(path: Path, arrays: dict, **storage) -> Path:
    """One file; ``storage`` goes to h5py."""
    with h5py.File(path, "w") as file:
        for key, values in arrays.items():
            file.create_dataset(key, data=values, **storage)
    return path


def write_npy(folder: Path, arrays: dict) -> Path:
    """A folder of ``.npy`` files."""
    folder.mkdir(parents=True)
    for key, values in arrays.items():
        np.save(folder / f"{key}.npy", values)
    return folder


def steps(made: Episodes) -> np.ndarray:
    """Which rows are steps and not final observations."""
    kept = np.ones(len(made.rows.observations), bool)
    kept[np.cumsum(made.rows.lengths + 1) - 1] = False
    return kept


def flat_rows(made: Episodes) -> dict:
    """Arrays of OMIGA's layout."""
    kept = steps(made)
    rows = made.rows
    agents = len(made.task.agents)
    done = np.zeros(kept.sum(), np.float64)
    done[np.cumsum(rows.lengths) - 1] = 1
    return {
        "s": np.repeat(rows.state[kept][:, None], agents, axis=1),
        "o": rows.observations[kept],
        "a": rows.actions[kept],
        "r": rows.rewards[kept].reshape(kept.sum(), -1),
        "d": done[:, None],
    }


def agent_files(made: Episodes, done: np.ndarray | None = None) -> dict:
    """Arrays of OMAR's layout; done flags at the ends of all episodes unless given."""
    kept = steps(made)
    rows = made.rows
    following = np.flatnonzero(kept) + 1
    if done is None:
        done = np.zeros(kept.sum())
        done[np.cumsum(rows.lengths) - 1] = 1
    arrays = {}
    for agent in range(len(made.task.agents)):
        arrays[f"obs_{agent}"] = rows.observations[kept, agent]
        arrays[f"next_obs_{agent}"] = rows.observations[following, agent]
        arrays[f"acs_{agent}"] = rows.actions[kept, agent]
        own = rows.rewards[kept, agent] if made.task.per_agent else rows.rewards[kept]
        arrays[f"rews_{agent}"] = own
        arrays[f"dones_{agent}"] = done
        arrays[f"states_{agent}"] = rows.state[kept]
        arrays[f"next_states_{agent}"] = rows.state[following]
    return arrays


def request(source: Path, **options) -> Request:
    """A request with environment and kind."""
    return Request(source, **{"environment": "lab/made", "kind": "medium", **options})


def arrays_of(folder: Path) -> dict[str, np.ndarray]:
    """The arrays of a data set."""
    return {path.stem: np.load(path) for path in sorted(folder.glob("*.npy"))}
