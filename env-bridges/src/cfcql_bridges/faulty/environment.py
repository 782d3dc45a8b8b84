"""A tiny valid environment and the faults that can strike it (PROTOCOL.md section 12)."""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Sequence
from pathlib import Path

import msgpack
import numpy as np

from cfcql_bridges.environment import VOID, Array, Description, StateField
from cfcql_bridges.errors import BridgeError
from cfcql_bridges.options import Scalar
from cfcql_bridges.protocol import encode_header

AGENTS = 2
LIMIT = 10
EXIT_CODE = 17
AT_MAKE = ("lies-about-spec", "changes-fingerprint", "make-fails")


def make(
    env: str, options: dict[str, Scalar], envs: int, dtypes: dict[str, str]
) -> FaultyEnvironment:
    """The environment ``env`` with E = ``envs`` rows."""
    return FaultyEnvironment(env, options, envs, dtypes)


class FaultyEnvironment:
    """Agents drift towards the origin; positions [E, n, 2] decay by 0.9 and gain 0.1 action."""

    def __init__(self, env: str, options: dict[str, Scalar], envs: int, dtypes: dict[str, str]):
        self._fault = env.removeprefix("faulty/")
        self._options = options
        self._struck = ""
        self._positions = np.zeros((envs, AGENTS, 2))
        self._steps = np.zeros(envs, np.int32)
        self._returns = np.zeros(envs)
        self._episodes = np.full(envs, -1)
        if self._fault in AT_MAKE and self._due():
            self._strike()
        self.description = _describe(env, options, envs, dtypes)
        if self._struck == "changes-fingerprint":
            self.description.parts["process"] = str(os.getpid())

    def reset(self, mask: np.ndarray, seeds: np.ndarray) -> Sequence[np.ndarray]:
        """New positions, uniform in [-1, 1]."""
        for row in np.flatnonzero(mask):
            generator = np.random.default_rng(int(seeds[row]))
            self._positions[row] = generator.uniform(-1.0, 1.0, (AGENTS, 2))
        self._steps[mask] = 0
        self._returns[mask] = 0.0
        self._episodes[mask] += 1
        self._maybe_strike(mask)
        return [self._observations()]

    def step(self, actions: np.ndarray, active: np.ndarray) -> Sequence[np.ndarray]:
        """One step of the active rows, with the fault if its moment has come."""
        moved = 0.9 * self._positions + 0.1 * actions
        np.copyto(self._positions, moved, where=active[:, None, None])
        distances = np.abs(self._positions)
        rewards = -(distances[..., 0] + distances[..., 1])
        self._steps += active
        np.add(self._returns, (rewards[:, 0] + rewards[:, 1]) / 2, self._returns, where=active)
        self._maybe_strike(active)
        arrays = [
            self._observations(),
            rewards,
            np.zeros(len(active), np.uint8),
            (self._steps >= LIMIT).astype(np.uint8),
            self._returns.copy(),
            self._steps.copy(),
        ]
        self._spoil(arrays)
        if self._fault == "void":
            void = np.zeros(len(active), np.uint8)
            if self._struck == "void":
                void[int(self._options["row"])] = 1
            arrays.append(void)
        return arrays

    def get_state(self) -> list[bytes]:
        """Per row: steps, return so far, positions [2, 2]."""
        return [
            struct.pack("<qd", self._steps[row], self._returns[row])
            + self._positions[row].astype("<f8").tobytes()
            for row in range(len(self._steps))
        ]

    def set_state(self, mask: np.ndarray, states: Sequence[bytes]) -> Sequence[np.ndarray]:
        """Put the rows of ``mask`` into states laid out as by `get_state`."""
        for row in np.flatnonzero(mask):
            self._steps[row], self._returns[row] = struct.unpack_from("<qd", states[row])
            self._positions[row] = np.frombuffer(states[row], "<f8", offset=16).reshape(-1, 2)
        return [self._observations()]

    def tamper(self, frames: list[bytes]) -> list[bytes]:
        """Spoil a finished reply; the session hands every reply of this family through here."""
        struck, self._struck = self._struck, ""
        header = msgpack.unpackb(frames[0])
        rest = {key: value for key, value in header.items() if key not in ("v", "t", "seq")}
        if struck == "wrong-shape":
            size = frames[1][: -(8 if self._wide else 4)]
            return [frames[0], size, *frames[2:]]
        if struck == "missing-frame":
            return frames[:-1]
        if struck == "extra-frame":
            return [*frames, b"\0"]
        if struck == "wrong-seq":
            return [encode_header(header["t"], header["seq"] + 1, rest), *frames[1:]]
        if struck == "wrong-type":
            return [encode_header("PONG", header["seq"], {"ns": 0, "worker_ns": 0})]
        if struck == "garbage-header":
            return [b"\xc1\xff garbage", *frames[1:]]
        if struck == "lies-about-spec":
            return [encode_header("SPEC", header["seq"], rest | {"envs": rest["envs"] + 1})]
        return frames

    @property
    def _wide(self) -> bool:
        return self.description.array("observations").dtype == "f64"

    def _observations(self) -> np.ndarray:
        clock = np.broadcast_to(self._steps[:, None, None] / LIMIT, (len(self._steps), AGENTS, 1))
        return np.concatenate((self._positions, clock), axis=-1)

    def _due(self) -> bool:
        once = str(self._options["once"])
        return not (once and Path(once).exists())

    def _maybe_strike(self, rows: np.ndarray) -> None:
        row = int(self._options["row"])
        if self._fault in ("none", *AT_MAKE) or row >= len(rows) or not rows[row]:
            return
        first = int(self._options["at_episode"])
        if self._episodes[row] != first and (self._fault != "void" or self._episodes[row] < first):
            return
        moment = LIMIT if self._fault == "lies-about-end" else self._options["at_step"]
        late = self._fault == "lies-about-end" and self._steps[row] > moment
        if late or (self._steps[row] == moment and self._due()):
            self._strike()

    def _strike(self) -> None:
        once = str(self._options["once"])
        if once:
            Path(once).touch()
        self._struck = self._fault
        if self._fault == "hang":
            while True:
                time.sleep(60.0)
        if self._fault == "slow":
            time.sleep(int(self._options["delay_ms"]) / 1000)
        if self._fault == "crash":
            os._exit(EXIT_CODE)
        if self._fault == "abort":
            os.abort()
        if self._fault == "raise":
            raise RuntimeError("raised on purpose")
        if self._fault == "restarted":
            row = int(self._options["row"])
            raise BridgeError("ENV_RESTARTED", f"row {row} restarted on purpose", envs=[row])
        if self._fault == "make-fails":
            raise BridgeError(
                "MISSING_DEPENDENCY",
                "faulty/make-fails needs no-such-package==1.0, which does not exist",
                packages=["no-such-package==1.0"],
            )

    def _spoil(self, arrays: list[np.ndarray]) -> None:
        observations, rewards, terminated, truncated, _, lengths = arrays
        row = int(self._options["row"])
        if self._struck == "nan":
            observations[row, 0, 0] = np.nan
        elif self._struck == "nan-reward":
            rewards[row, 0] = np.nan
        elif self._struck == "bad-flag":
            terminated[row] = 2
        elif self._struck == "lies-about-end":
            truncated[row] = 0
        elif self._struck == "early-end":
            truncated[row] = 1
        elif self._struck == "lies-about-length":
            lengths[row] += 1


def _describe(
    env: str, options: dict[str, Scalar], envs: int, dtypes: dict[str, str]
) -> Description:
    # A path is not part of what the task is.
    voids = env == "faulty/void"
    shown = options | {"once": "set" if options["once"] else ""}
    return Description(
        env=env,
        family="faulty",
        backend="cfcql-faulty-1",
        label=env,
        options=shown,
        parts={},
        files={},
        envs=envs,
        agents=("agent_0", "agent_1"),
        arrays=(
            Array(
                "observations",
                "observation",
                dtypes["observations"],
                (AGENTS, 3),
                "own position, share of the episode that has passed",
            ),
            Array(
                "state",
                "state",
                dtypes["state"],
                (AGENTS * 3,),
                "observations of all agents",
                derived_from="observations",
                derived_by="concatenate",
            ),
            Array("actions", "action", dtypes["actions"], (AGENTS, 2), "push"),
            Array("rewards", "reward", dtypes["rewards"], (AGENTS,), "minus |position|"),
            Array("terminated", "flag", "u8", (), "ended by its own rules: never"),
            Array("truncated", "flag", "u8", (), "cut at the episode limit"),
            *((Array(VOID, "flag", "u8", (), "broken on purpose"),) if voids else ()),
            Array("episode_return", "info", "f64", (), "mean reward summed over the episode"),
            Array("episode_length", "info", "i32", (), "steps of the episode so far"),
        ),
        reset_frames=("observations",),
        step_frames=(
            "observations",
            "rewards",
            "terminated",
            "truncated",
            "episode_return",
            "episode_length",
            *((VOID,) if voids else ()),
        ),
        action={"kind": "box", "shape": [2], "low": [-1.0, -1.0], "high": [1.0, 1.0]},
        episode_limit=LIMIT,
        timeout_kind="truncation",
        reward={"kind": "per_agent", "reduction": "mean", "high": 0.0},
        seeding="per_episode",
        determinism="bitwise",
        licence="Apache-2.0",
        state_layout=(
            StateField("steps", "i64", ()),
            StateField("episode_return", "f64", ()),
            StateField("positions", "f64", (AGENTS, 2)),
        ),
    )
