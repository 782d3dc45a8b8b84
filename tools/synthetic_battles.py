"""Writes a data set of random numbers in the shape of a battle, to measure memory and speed with.

    .venvs/numpy/bin/python tools/synthetic_battles.py smax/6h_vs_8z --out runs/synthetic

Every action is available and every episode has the given length (default: the limit), so no batch
of the task costs more. The folder is a data set like any other: `cfcql data verify` accepts it.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np

# Agents, observation, state, actions, limit: spec 4.5.
SHAPES = {
    "2s3z": (5, 80, 120, 11, 120),
    "3s_vs_5z": (3, 48, 68, 11, 250),
    "5m_vs_6m": (5, 55, 98, 12, 70),
    "6h_vs_8z": (6, 78, 140, 14, 150),
}
EPISODES_AT_ONCE = 250


def sha256(path):
    """Hash of a whole file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def write(path, dtype, shape, blocks):
    """One .npy file in pieces, so that no array is in memory as a whole."""
    array = np.lib.format.open_memmap(path, mode="w+", dtype=dtype, shape=shape)
    start = 0
    for block in blocks:
        array[start : start + len(block)] = block
        start += len(block)
    array.flush()
    return {"type": np.dtype(dtype).str, "shape": list(shape), "sha256": sha256(path)}


def fields(out, shape, episodes, length, rng):
    """Write every array below ``out``; return what the card says of them."""
    agents, observation, state, actions, _ = shape
    rows = episodes * (length + 1)
    chunks = [EPISODES_AT_ONCE * (length + 1)] * (episodes // EPISODES_AT_ONCE)
    if rest := episodes % EPISODES_AT_ONCE:
        chunks.append(rest * (length + 1))

    def uniform(width):
        return (rng.uniform(-1, 1, (n, *width)).astype("<f4") for n in chunks)

    def zero_last(block, zeroed):
        """The last row of an episode has no action, reward or flag."""
        if zeroed:
            block[length :: length + 1] = 0
        return block

    last_step = np.zeros(length + 1, "u1")
    last_step[length - 1] = 1
    files = {
        "observations": ("<f4", (agents, observation), uniform((agents, observation))),
        "state": ("<f4", (state,), uniform((state,))),
        "actions": (
            "<i4",
            (agents,),
            (zero_last(rng.integers(0, actions, (n, agents), "<i4"), True) for n in chunks),
        ),
        "available_actions": (
            "|u1",
            (agents, actions),
            (np.ones((n, agents, actions), "u1") for n in chunks),
        ),
        "rewards": ("<f4", (), (zero_last(block, True) for block in uniform(()))),
        "terminated": ("|u1", (), (np.tile(last_step, n // (length + 1)) for n in chunks)),
        "truncated": ("|u1", (), (np.zeros(n, "u1") for n in chunks)),
    }
    cards = {
        name: write(out / f"{name}.npy", dtype, (rows, *row), blocks)
        for name, (dtype, row, blocks) in files.items()
    }
    offsets = np.arange(episodes + 1, dtype="<i8") * (length + 1)
    cards["episode_offsets"] = write(out / "episode_offsets.npy", "<i8", (episodes + 1,), [offsets])
    return cards


def main():
    """Write the data set that the command line describes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("environment", help="smac/MAP or smax/MAP")
    parser.add_argument("--episodes", type=int, default=5000)
    parser.add_argument("--length", type=int, help="steps of an episode (default: the limit)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    shape = SHAPES[arguments.environment.split("/")[1]]
    agents, observation, state, actions, limit = shape
    length = arguments.length or limit
    arguments.out.mkdir(parents=True)
    rng = np.random.default_rng(arguments.seed)
    cards = fields(arguments.out, shape, arguments.episodes, length, rng)
    rewards = np.load(arguments.out / "rewards.npy", mmap_mode="r")
    returns = rewards.reshape(arguments.episodes, length + 1).sum(axis=1, dtype="f8")
    listing = "".join(f"{cards[name]['sha256']}  {name}.npy\n" for name in sorted(cards))
    card = {
        "schema": 1,
        "kind": "synthetic",
        "task": {
            "environment": arguments.environment,
            "options": {},
            "fingerprint": "",
            "ingredients": {},
            "agents": [f"agent_{agent}" for agent in range(agents)],
            "observationSize": observation,
            "stateSize": state,
            "stateIsObservations": False,
            "actionSpace": {"type": "discrete", "size": actions},
            "masked": True,
            "episodeLimit": limit,
            "timeoutKind": "TERMINAL",
            "perAgentReward": False,
            "paperReduction": "team",
        },
        "episodes": arguments.episodes,
        "transitions": arguments.episodes * length,
        "rows": arguments.episodes * (length + 1),
        "returns": {
            "mean": returns.mean(),
            "std": returns.std(ddof=1),
            "min": returns.min(),
            "max": returns.max(),
        },
        "fields": cards,
        "hash": hashlib.sha256(listing.encode()).hexdigest(),
        "made": {
            "by": "synthetic_battles",
            "policy": "none",
            "noise": 0.0,
            "seed": str(arguments.seed),
            "command": ["tools/synthetic_battles.py", arguments.environment],
            "harnessVersion": "",
            "notes": {},
        },
    }
    (arguments.out / "card.json").write_text(json.dumps(card, indent=2) + "\n")


if __name__ == "__main__":
    main()
