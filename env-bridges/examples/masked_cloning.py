"""Behaviour cloning of numbered actions under masks, from whole episodes, in NumPy alone.

The policy is linear in a trace of what an agent has seen, so it remembers something within an
episode and has to forget it between two.
"""

import numpy as np

from cfcql_learner import Learner, serve


class MaskedCloning(Learner):
    """One softmax layer that all agents share."""

    name = "masked-cloning"
    version = "1"
    branches = ("discrete",)
    defaults = {"learningRate": 0.5, "decay": 0.5}  # noqa: RUF012
    roles = ("actor",)

    def __init__(self, task, settings, seed):
        super().__init__(task, settings, seed)
        self.weights = self.random.normal(0, 0.01, (task.observation, task.actions))

    def update(self, batch, kind):
        """One step of gradient descent on the negative log likelihood of the data's actions."""
        trace = np.zeros(batch.observations[:, 0].shape)
        traces = []
        for slot in range(batch.filled.shape[1]):
            trace = self.settings["decay"] * trace + batch.observations[:, slot]
            traces.append(trace)
        taken = (batch.filled[:, 1:] == 1)[..., None] & (batch.actions[:, :-1] >= 0)
        seen = np.stack(traces[:-1], 1)[taken]
        chance = softmax(seen @ self.weights, batch.available_actions[:, :-1][taken])
        actions = batch.actions[:, :-1][taken]
        rows = np.arange(len(actions))
        loss = -np.mean(np.log(chance[rows, actions] + 1e-12))
        chance[rows, actions] -= 1
        self.weights -= self.settings["learningRate"] * seen.T @ chance / len(actions)
        return {"actorLoss": loss}

    def open(self, rows):
        """The traces of all rows."""
        return np.zeros((rows, self.task.agents, self.task.observation))

    def reset(self, memory, row):
        """A new episode."""
        memory[row] = 0

    def act(self, observations, state, available, memory):
        """The likeliest available action."""
        memory *= self.settings["decay"]
        memory += observations
        return np.argmax(softmax(memory @ self.weights, available), -1)

    def state(self):
        """What a checkpoint keeps."""
        return {"weights": self.weights}

    def restore(self, state):
        """Continue from a checkpoint."""
        self.weights = state["weights"]


def softmax(values, available):
    """Chances of the available actions; nothing for the others."""
    masked = np.where(available == 1, values, -np.inf)
    top = np.max(masked, -1, keepdims=True)
    raised = np.exp(masked - np.where(np.isfinite(top), top, 0))
    return raised / np.maximum(raised.sum(-1, keepdims=True), 1e-300)


if __name__ == "__main__":
    serve(MaskedCloning)
