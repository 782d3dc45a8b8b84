"""The matrices that are disturbed: small, of both branches, with and without a shared model."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
LAUNCHER = HOME / "cfcql"

DATA = {
    "spread": ["mpe/simple_spread", "--transitions", "5000"],
    "line": ["equal_line/3", "--transitions", "2000"],
}

MIXED = """\
name: mixed
environments: [mpe/simple_spread, equal_line/3]
datasets: [{data}/spread, {data}/line]
algorithms:
  cfcql: {{alpha: 0.5, lambda: {{mode: uniform}}}}
  bc: {{}}
  maicq: {{}}
seeds: [0]
track: equal
budget: {{rounds: 160, gradientSteps: 60, batch: 32}}
data: {{episodes: all}}
evaluation: {{every: 20, episodes: 6, finalEpisodes: 12}}
device: cpu
"""

SHARED = """\
name: shared
environments: [equal_line/3]
datasets: [{data}/line]
algorithms:
  cfcql: {{alpha: 0.5, behaviour: {{updates: 100}}}}
  macql: {{alpha: 0.5}}
seeds: [0, 1]
track: equal
budget: {{gradientSteps: 60, batch: 16}}
data: {{episodes: all}}
evaluation: {{every: 20, episodes: 6, finalEpisodes: 12}}
device: cpu
"""

BRIEF = """\
name: brief
environments: [mpe/simple_spread, equal_line/3]
datasets: [{data}/spread, {data}/line]
algorithms:
  bc: {{}}
seeds: [0]
track: equal
budget: {{rounds: 100, gradientSteps: 40, batch: 16}}
data: {{episodes: all}}
evaluation: {{every: 10, episodes: 4, finalEpisodes: 8}}
device: cpu
"""

EXPERIMENTS = {"mixed": MIXED, "shared": SHARED, "brief": BRIEF}
# Unless others are named; the brief one is for CI.
IN_TURN = ["mixed", "shared"]


class SoakError(Exception):
    """The soak itself cannot go on."""


@dataclass
class Lab:
    """Folders of one soak: data, experiments, caller's directory, temporary files."""

    work: Path
    mark: str
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        for folder in (self.data, self.caller, self.temporary):
            folder.mkdir(parents=True)

    @property
    def data(self) -> Path:
        """Where data sets lie."""
        return self.work / "data"

    @property
    def caller(self) -> Path:
        """Current directory of every command: nothing may appear in it."""
        return self.work / "caller"

    @property
    def temporary(self) -> Path:
        """Folder of temporary files: empty after a matrix."""
        return self.work / "tmp"

    def environment(self, **more: str) -> dict[str, str]:
        """Variables of a command."""
        return {
            **os.environ,
            "TMPDIR": str(self.temporary),
            # Short-lived processes: half of their time would go into compiling.
            "CFCQL_JAVA_OPTIONS": f"-Djava.io.tmpdir={self.temporary} -XX:TieredStopAtLevel=1",
            "CFCQL_SOAK": self.mark,
            **self.variables,
            **more,
        }

    def run(self, *arguments: str | Path) -> None:
        """A command that has to succeed."""
        done = subprocess.run(
            [LAUNCHER, *arguments],
            cwd=self.caller,
            env=self.environment(),
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise SoakError(f"cfcql {' '.join(map(str, arguments))}: {done.stderr[-2000:]}")

    def collect(self) -> None:
        """Make the data sets."""
        for name, arguments in DATA.items():
            out = self.data / name
            self.run(
                "data", "collect", *arguments, "--policy", "uniform", "--seed", "0", "--out", out
            )

    def experiment(self, name: str) -> Path:
        """The experiment's file."""
        path = self.work / f"{name}.yaml"
        path.write_text(EXPERIMENTS[name].format(data=self.data))
        return path


def cells_of(run: Path) -> list[str]:
    """Ids of the cells of a run folder."""
    plan = json.loads((run / "plan.json").read_text())
    return [cell["id"] for cell in plan["cells"]]
