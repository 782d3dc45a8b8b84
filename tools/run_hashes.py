"""Trains every algorithm for a few rounds at fixed seeds and prints a hash of what each cell left.

Two builds that compute the same numbers print the same lines on the same machine:

    python3 tools/run_hashes.py > before.txt        # needs what make build and make venv made
    python3 tools/run_hashes.py --home OTHER > after.txt
    diff before.txt after.txt

Hashed are the files of a cell that depend on the numbers alone: metrics, evaluations, ledger,
result and the tensors of the last checkpoint (networks, moments of the optimisers).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

FILES = [
    "metrics.jsonl",
    "evaluations.jsonl",
    "ledger.json",
    "result.json",
    "checkpoint/tensors.safetensors",
]

DATA = {
    "spread": ["mpe/simple_spread", "--transitions", "3000"],
    "line": ["equal_line/3", "--transitions", "2000"],
}

CONTINUOUS = """\
name: {name}
environments: [mpe/simple_spread]
datasets: [{data}/spread]
algorithms:
  cfcql: {{alpha: 0.5, lse.groups: [random, random+current+next], {weights}}}
  macql: {{alpha: 0.5, macql.policyImprovement: [maddpg, counterfactual]}}
  bc: {{}}
  td3-bc: {{critic: [central, independent]}}
  implicit-q-learning: {{}}
  awac: {{}}
  maicq: {{}}
  omar: {{alpha: 0.5, omar.coefficient: 0.7, search.mode: [softmax, elites]}}
  icql: {{alpha: 0.5}}
seeds: [0]
track: {track}
budget: {{rounds: 12, batch: 32}}
evaluation: {{every: 6, episodes: 2, finalEpisodes: 4}}
device: cpu
kernels: {kernels}
"""

DISCRETE = """\
name: {name}
environments: [equal_line/3]
datasets: [{data}/line]
algorithms:
  cfcql: {{alpha: 0.5, {weights}}}
  macql: {{alpha: 0.5, macql.sampling: [code, fixed]}}
  icql: {{alpha: 0.5}}
  bc: {{}}
  implicit-q-learning: {{}}
  awac: {{twinHeads: [separate, shared]}}
  maicq: {{}}
  omar: {{alpha: 0.5, omarD.mode: [code, masked, cem]}}
  madtkd: {{teacher.updates: 20}}
seeds: [0]
track: {track}
budget: {{gradientSteps: 12, batch: 4}}
data: {{episodes: all}}
sequences: {sequences}
evaluation: {{every: 6, episodes: 2, finalEpisodes: 4}}
device: cpu
kernels: {kernels}
"""

ONLINE_CONTINUOUS = """\
name: {name}
environments: [mpe/simple_spread]
algorithms:
  matd3:
    critic: [central, independent]
    online: {{episodes: 4, transitionsPerRound: 100, warmUp: 200}}
seeds: [0]
track: paper
budget: {{rounds: 12, batch: 32}}
evaluation: {{every: 6, episodes: 2, finalEpisodes: 4}}
device: cpu
"""

ONLINE_DISCRETE = """\
name: {name}
environments: [equal_line/3]
algorithms:
  qmix: {{online: {{episodes: 4, episodesPerRound: 4}}}}
seeds: [0]
track: paper
budget: {{gradientSteps: 12, batch: 4}}
evaluation: {{every: 6, episodes: 2, finalEpisodes: 4}}
device: cpu
"""


def experiments(data: Path) -> dict[str, str]:
    """Every experiment's text by its name."""
    kernels = {"data": data, "track": "equal", "kernels": "on", "sequences": "packed"}
    without = {"data": data, "track": "paper", "kernels": "off", "sequences": "padded"}
    vae = "lambda: {mode: softmax, tau: 0.5}, vae: {updates: 20}"
    recurrent = "lambda: {mode: softmax, tau: 0.5}, behaviour: {updates: 20}"
    uniform = "lambda: {mode: uniform}"
    templates = {
        "continuous": (CONTINUOUS, kernels | {"weights": vae}),
        "continuous-paper": (CONTINUOUS, without | {"weights": uniform}),
        "discrete": (DISCRETE, kernels | {"weights": recurrent}),
        "discrete-paper": (DISCRETE, without | {"weights": uniform}),
        "online-continuous": (ONLINE_CONTINUOUS, {}),
        "online-discrete": (ONLINE_DISCRETE, {}),
    }
    return {name: text.format(name=name, **keys) for name, (text, keys) in templates.items()}


def cfcql(home: Path, *arguments: str | Path) -> None:
    """One command that has to succeed."""
    done = subprocess.run([home / "cfcql", *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"cfcql {' '.join(map(str, arguments))}: {done.stderr[-2000:]}")


def hash_of(cell: Path) -> str:
    """Of the names and contents of a cell's files."""
    digest = hashlib.sha256()
    for name in FILES:
        content = (cell / name).read_bytes()
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def main() -> int:
    """Run the command line; the result is the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, default=Path(__file__).resolve().parents[1])
    parser.add_argument("--keep", type=Path, help="keep the runs here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cfcql-hashes-") as temporary:
        work = (options.keep or Path(temporary)).resolve()
        work.mkdir(parents=True, exist_ok=True)
        os.chdir(work)
        for name, arguments in DATA.items():
            cfcql(
                options.home.resolve(),
                *["data", "collect", *arguments, "--policy", "uniform", "--seed", "0"],
                *["--out", f"data/{name}"],
            )
            card = json.loads(Path("data", name, "card.json").read_text())
            for field, facts in card["fields"].items():
                print(f"{facts['sha256'][:16]}  data/{name}/{field}")
        for name, text in experiments(Path("data")).items():
            Path(f"{name}.yaml").write_text(text)
            cfcql(options.home.resolve(), "run", f"{name}.yaml", "--out", name)
            for cell in sorted(Path(name, "cells").iterdir()):
                print(f"{hash_of(cell)}  {name}/{cell.name}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
