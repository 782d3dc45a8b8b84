"""A learner that does wrong on request; the tests in Java start it as ``lying_learner.py LIE``."""

import hashlib
import os
import signal
import sys
import time
from pathlib import Path

import numpy as np

from cfcql_learner import Learner, serve


class Lying(Learner):
    """Honest without a lie; ``record`` names a file that hashes of batches are added to."""

    name = "lying"
    version = "2"
    branches = ("continuous", "discrete")
    defaults = {"lie": "none", "after": 0, "record": "", "gain": 1.0}  # noqa: RUF012
    roles = ("actor",)

    def __init__(self, task, settings, seed):
        super().__init__(task, settings, seed)
        self.updates = np.zeros(1, np.int64)
        self.drawn = np.zeros(1)
        if settings["lie"] == "round":
            self.round = ("full", "sideways")
        if settings["lie"] == "greedy":
            self.round = ("full", "full")
        if settings["lie"] == "fickle" and seed:
            self.roles = ("actor", "critic")

    def lies(self, what):
        """Whether this is the moment for a lie."""
        return self.settings["lie"] == what and self.updates[0] > self.settings["after"]

    def update(self, batch, kind):
        self.updates += 1
        self.drawn += self.random.normal(size=1)
        if self.settings["record"]:
            digest = hashlib.sha256()
            for values in vars(batch).values():
                digest.update(b"" if values is None else values.tobytes())
            with Path(self.settings["record"]).open("a") as file:
                file.write(digest.hexdigest() + "\n")
        if self.lies("hang"):
            time.sleep(3600)
        if self.lies("crash"):
            os.kill(os.getpid(), signal.SIGSEGV)
        if self.lies("exit"):
            print("I have had enough", file=sys.stderr)
            os._exit(9)
        if self.lies("raise"):
            raise ValueError("no such\nmatrix")
        loss = float("nan") if self.lies("nan") else float(self.drawn[0])
        return {"loss": loss, "sum": float(batch.observations.sum())}

    def steps(self, kind):
        wrong = {"overspend": {"actor": 3}, "idle": {"actor": 0}, "other": {"critic": 1}}
        lie = self.settings["lie"]
        return wrong[lie] if lie in wrong and self.lies(lie) else super().steps(kind)

    def act(self, observations, state, available, memory):
        discrete = self.task.branch == "discrete"
        rows = observations.shape[:2]
        actions = (
            available.argmax(-1)
            if discrete
            else np.full((*rows, self.task.actions), np.tanh(self.drawn[0]) / 2)
        )
        if self.lies("wrong-shape"):
            return actions[:, :1]
        if self.lies("nan-action"):
            actions = np.full(actions.shape, np.nan)
        if self.lies("out-of-bounds"):
            actions = actions + 100
        if self.lies("masked"):
            actions = available.argmin(-1)
        return actions

    def state(self):
        return {"updates": self.updates, "drawn": self.drawn}

    def restore(self, state):
        self.updates = state["updates"]
        self.drawn = state["drawn"]

    def save(self):
        return b"" if self.lies("empty-state") else super().save()


class Voiceless(Lying):
    """Says HELLO without a name."""

    name = ""


if __name__ == "__main__":
    word = sys.argv[1] if len(sys.argv) > 1 and not sys.argv[1].startswith("--") else ""
    if word == "silent":
        time.sleep(3600)
    serve(Voiceless if word == "nameless" else Lying, sys.argv[1 + bool(word) :])
