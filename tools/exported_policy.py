"""Loads a policy that `cfcql export` wrote and acts with it."""

import json
import struct

import numpy as np

BATCH_NORM_EPSILON = 1e-5


class ExportedPolicy:
    """Greedy policies of all agents of a continuous task."""

    def __init__(self, path):
        with open(path, "rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            header = json.loads(file.read(length))
            values = file.read()
        self.metadata = header.pop("__metadata__")
        self.task = json.loads(self.metadata["task"])
        self.tensors = {}
        for name, entry in header.items():
            begin, end = entry["data_offsets"]
            array = np.frombuffer(values[begin:end], dtype="<f4")
            self.tensors[name] = array.reshape(entry["shape"])

    def act(self, observations):
        """Actions [agent, dimension] in [-1, 1] for observations [agent, observation]."""
        agents = range(self.task["agents"])
        return np.stack([self._act(agent, observations[agent]) for agent in agents])

    def _act(self, agent, x):
        def tensor(name):
            return self.tensors.get(f"actor{agent}.{name}")

        if tensor("bn.weight") is not None:
            deviation = np.sqrt(tensor("bn.running_var") + BATCH_NORM_EPSILON)
            x = (x - tensor("bn.running_mean")) / deviation
            x = x * tensor("bn.weight") + tensor("bn.bias")
        x = np.maximum(tensor("l1.weight") @ x + tensor("l1.bias"), 0)
        x = np.maximum(tensor("l2.weight") @ x + tensor("l2.bias"), 0)
        return np.tanh(tensor("l3.weight") @ x + tensor("l3.bias"))
