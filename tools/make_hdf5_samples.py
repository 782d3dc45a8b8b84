"""Make the small HDF5 file that the tests of the commands import, with h5py.

usage: python tools/make_hdf5_samples.py harness/core/src/test/resources/hdf5

Four episodes of two agents with four actions and at most six steps, in pieces that can grow, as the
published files. Row r of the unpadded data shows r plus an eighth of the column, as in the class
DiscreteEpisodes; the slot after the last step has an action too. Needs h5py. What else the tests of
the importers read, they make themselves (env-bridges/tests/made_data.py).
"""

import sys
from pathlib import Path

import h5py
import numpy as np

LIMIT, AGENTS, ACTIONS, OBSERVATION, STATE = 6, 2, 4, 3, 5
LENGTHS = (6, 3, 1, 6)


def episodes() -> dict[str, np.ndarray]:
    """The padded arrays with the published element types."""
    slots = (len(LENGTHS), LIMIT + 1)
    arrays = {
        "state": np.zeros((*slots, STATE), np.float32),
        "obs": np.zeros((*slots, AGENTS, OBSERVATION), np.float32),
        "actions": np.zeros((*slots, AGENTS, 1), np.int64),
        "avail_actions": np.zeros((*slots, AGENTS, ACTIONS), np.int32),
        "probs": np.zeros((*slots, AGENTS, ACTIONS), np.float32),
        "reward": np.zeros((*slots, 1), np.float32),
        "terminated": np.zeros((*slots, 1), np.uint8),
        "filled": np.zeros((*slots, 1), np.int64),
    }
    row = 0
    columns = np.arange(AGENTS * OBSERVATION).reshape(AGENTS, OBSERVATION) / 8
    for episode, length in enumerate(LENGTHS):
        for step in range(length + 1):
            slot = (episode, step)
            arrays["state"][slot] = -row
            arrays["obs"][slot] = row + columns
            arrays["avail_actions"][slot] = 1
            for agent in range(AGENTS):
                arrays["actions"][(*slot, agent)] = (step + agent) % ACTIONS
                arrays["avail_actions"][(*slot, agent, (step + agent + 1) % ACTIONS)] = 0
            arrays["reward"][slot] = row + 0.5 if step < length else 0
            arrays["terminated"][slot] = step == length - 1
            arrays["filled"][slot] = 1
            row += 1
    return arrays


def main(folder: Path) -> None:
    """Write the file."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = episodes()
    with h5py.File(folder / "2s_vs_1sc_medium.h5", "w") as file:
        for key, values in arrays.items():
            half = values[:2]
            stored = file.create_dataset(
                key, data=half, chunks=(3, 2, *values.shape[2:]), maxshape=(None, *values.shape[1:])
            )
            stored.resize(len(values), axis=0)
            stored[2:] = values[2:]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
