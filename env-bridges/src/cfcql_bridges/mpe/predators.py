"""The predators of the tasks in which the prey learns: scripted chasers, or exported policies."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np

from cfcql_bridges.errors import BridgeError
from cfcql_bridges.mpe import policy
from cfcql_bridges.mpe.scenarios import Scenario

SCRIPTED = "scripted"
MOST_TEAMS = 16


class Predators(Protocol):
    """Policies of all predators; ``teams`` is how many of them play in turn."""

    identity: str
    sha256: dict[str, str]
    teams: int

    def act(self, observations: np.ndarray, team: np.ndarray) -> np.ndarray:
        """Controls [2, predators, E] in [-1, 1] from observations [predators * width, E].

        ``team`` [E] says who plays in each row.
        """
        ...


class ScriptedPredators:
    """Chasers: each accelerates towards where the prey will be in two steps.

    Control = (prey - me) + 0.2 * (prey's velocity), divided by its larger component.
    """

    identity = "scripted-v1"
    teams = 1

    def __init__(self, scenario: Scenario):
        self.sha256: dict[str, str] = {}
        self._predators = scenario.learned
        # Own velocity and place, landmarks, the other predators, the prey, its velocity.
        self._prey = 4 + 2 * scenario.landmarks + 2 * (scenario.learned - 1)

    def act(self, observations: np.ndarray, team: np.ndarray) -> np.ndarray:
        """Controls [2, predators, E]."""
        seen = observations.reshape(self._predators, -1, observations.shape[1])
        prey = self._prey
        control = seen[:, prey : prey + 2] + 0.2 * seen[:, prey + 2 : prey + 4]
        largest = np.maximum(np.abs(control[:, :1]), np.abs(control[:, 1:]))
        return (control / np.where(largest > 0.0, largest, 1.0)).transpose(1, 0, 2)


class ExportedPredators:
    """Teams of exported policies, one per episode, by its seed."""

    def __init__(self, files: list[policy.PolicyFile], scenario: Scenario, width: int):
        self._predators = scenario.learned
        self._teams = [
            [policy.Network(file, agent, width, 2) for agent in range(scenario.learned)]
            for file in files
        ]
        self.teams = len(files)
        self.sha256 = {f"predators{i}": file.sha256 for i, file in enumerate(files)}
        self.identity = "+".join(f"policy-{file.sha256[:12]}" for file in files)

    def act(self, observations: np.ndarray, team: np.ndarray) -> np.ndarray:
        """Controls [2, predators, E]."""
        seen = observations.reshape(self._predators, -1, observations.shape[1])
        controls = np.zeros((2, self._predators, observations.shape[1]))
        for number, networks in enumerate(self._teams):
            rows = np.flatnonzero(team == number)
            if rows.size:
                for agent, network in enumerate(networks):
                    controls[:, agent, rows] = network.act(seen[agent][:, rows])
        return controls


def load_predators(value: str, scenario: Scenario, width: int) -> Predators:
    """The predators for option ``predators``.

    ``scripted``, an exported policy of ``scenario``, or a folder of some that play in turn. Raises
    `BridgeError` MISSING_DEPENDENCY if there is none, BAD_OPTION if one is of another task.
    """
    if value == SCRIPTED:
        return ScriptedPredators(scenario)
    path = Path(value)
    paths = sorted(path.glob("*.safetensors")) if path.is_dir() else [path]
    if not paths or not all(each.is_file() for each in paths):
        raise BridgeError(
            "MISSING_DEPENDENCY",
            f"option predators: no policy {value}; expected {SCRIPTED}, the path of an exported "
            "policy or of a folder of some",
        )
    if len(paths) > MOST_TEAMS:
        raise BridgeError(
            "BAD_OPTION",
            f"option predators: {value} has {len(paths)} policies, expected at most {MOST_TEAMS}",
        )
    try:
        return ExportedPredators([policy.read(each) for each in paths], scenario, width)
    except policy.PolicyFileError as problem:
        raise BridgeError(
            "BAD_OPTION",
            f"option predators: {value} does not hold predators of {scenario.name} ({problem})",
        ) from problem
