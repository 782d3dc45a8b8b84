"""Behaviour cloning with one linear layer per agent, in NumPy alone."""

import numpy as np

from cfcql_learner import Learner, serve


class LinearCloning(Learner):
    """Each agent's action is a linear function of its observation."""

    name = "linear-cloning"
    version = "1"
    branches = ("continuous",)
    defaults = {"learningRate": 0.05}  # noqa: RUF012
    roles = ("actor",)

    def __init__(self, task, settings, seed):
        super().__init__(task, settings, seed)
        shape = (task.agents, task.observation + 1, task.actions)
        self.weights = self.random.normal(0, 0.01, shape)

    def update(self, batch, kind):
        """One step of gradient descent on the squared distance to the actions of the data."""
        inputs = with_bias(batch.observations)
        error = np.einsum("bno,noa->bna", inputs, self.weights) - batch.actions
        gradient = 2 * np.einsum("bno,bna->noa", inputs, error) / error[:, 0].size
        self.weights -= self.settings["learningRate"] * gradient
        return {"actorLoss": np.mean(error**2)}

    def act(self, observations, state, available, memory):
        """Actions within bounds."""
        actions = np.einsum("eno,noa->ena", with_bias(observations), self.weights)
        return np.clip(actions, self.task.low, self.task.high)

    def state(self):
        """What a checkpoint keeps."""
        return {"weights": self.weights}

    def restore(self, state):
        """Continue from a checkpoint."""
        self.weights = state["weights"]


def with_bias(observations):
    """Observations with a one behind them."""
    ones = np.ones((*observations.shape[:-1], 1), observations.dtype)
    return np.concatenate([observations, ones], -1)


if __name__ == "__main__":
    serve(LinearCloning)
