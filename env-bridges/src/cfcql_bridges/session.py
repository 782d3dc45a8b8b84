"""The conversation of one worker after WELCOME: requests in, replies out, no sockets.

Every request is checked completely before the environment is touched, so that an error with
state ``unchanged`` has changed nothing.
"""

from __future__ import annotations

import importlib
import time
import traceback
from collections.abc import Callable, Sequence

import numpy as np

from cfcql_bridges import fingerprint, registry
from cfcql_bridges.environment import VOID, VectorEnvironment
from cfcql_bridges.errors import BridgeError
from cfcql_bridges.options import resolve
from cfcql_bridges.protocol import (
    DTYPES,
    REQUEST_FIELDS,
    Limits,
    array_frame,
    decode_header,
    encode_header,
    read_array,
    read_mask,
)

MAX_ENVS = 65_536
FLOAT_ARRAYS = ("observations", "state", "rewards", "actions")
FRESH, RUNNING, ENDED = 0, 1, 2

Reply = tuple[str, dict, list[bytes]]
Tamper = Callable[[list[bytes]], list[bytes]]


class Session:
    """State machine of one worker: no environment, then one with E rows, then closed."""

    def __init__(self, limits: Limits):
        self.limits = limits
        self.closed = False
        self._last_seq = 0
        self._environment: VectorEnvironment | None = None
        self._tamper: Tamper | None = None
        self._handlers: dict[str, Callable[[dict, Sequence], Reply]] = {
            "MAKE": self._make,
            "RESET": self._reset,
            "STEP": self._step,
            "STATE_GET": self._state_get,
            "STATE_SET": self._state_set,
            "PING": self._ping,
            "CLOSE": self._close,
        }

    def handle(self, frames: Sequence) -> list[bytes]:
        """Answer one message; never raises for what the harness or the environment did."""
        seq = 0
        try:
            self.limits.check(frames, self._envs)
            header = self._header(bytes(frames[0]))
            seq = header["seq"]
            handler = self._handlers.get(header["t"])
            if handler is None or seq <= self._last_seq:
                raise BridgeError(
                    "BAD_MESSAGE", f"{header['t']} with seq {seq} after seq {self._last_seq}"
                )
            self._last_seq = seq
            kind, fields, arrays = handler(header, frames[1:])
            reply = [encode_header(kind, seq, fields), *arrays]
            return self._tamper(reply) if self._tamper is not None else reply
        except BridgeError as error:
            self._after(error)
            return error_message(seq, error)
        except Exception as problem:
            error = BridgeError(
                "INTERNAL",
                f"the worker failed: {type(problem).__name__}: {problem}; please report it",
                envs=range(self._envs),
            )
            self._after(error)
            return error_message(seq, error, traceback.format_exc())

    def _header(self, data: bytes) -> dict:
        """The header of a request. Nearly all are of the next STEP, whose bytes are known: equal
        messages are equal bytes.
        """
        seq = self._last_seq + 1
        if data == encode_header("STEP", seq):
            return {"t": "STEP", "seq": seq}
        return decode_header(data, REQUEST_FIELDS)

    @property
    def _envs(self) -> int:
        return 0 if self._environment is None else self._environment.description.envs

    def _after(self, error: BridgeError) -> None:
        if error.worker_state == "broken" and self._environment is not None:
            self._phase[error.envs] = FRESH
        if error.worker_state == "exiting":
            self.closed = True

    def _make(self, header: dict, frames: Sequence) -> Reply:
        _expect_frames(header, frames, 0)
        if self._environment is not None:
            raise BridgeError("BAD_MESSAGE", "MAKE after a successful MAKE; start another worker")
        envs, dtypes = _check_make(header)
        family, entry = registry.find(header["env"])
        options = resolve(entry.options, header["options"], entry.id)
        missing = family.missing()
        if missing:
            raise BridgeError(
                "MISSING_DEPENDENCY",
                f"{entry.id} needs {', '.join(missing)}; run cfcql env install {family.venv}",
                packages=missing,
            )
        module = importlib.import_module(family.module)
        environment = module.make(entry.id, options, envs, dtypes)
        self._adopt(environment)
        about = environment.description
        flat = fingerprint.ingredients(
            family,
            about.env,
            about.backend,
            about.options,
            about.parts,
            about.files,
            about.machine,
        )
        task = fingerprint.digest(fingerprint.task_ingredients(flat))
        return "SPEC", about.fields(fingerprint.digest(flat), task, flat), []

    def _adopt(self, environment: VectorEnvironment) -> None:
        about = environment.description
        self._environment = environment
        self._tamper = getattr(environment, "tamper", None)
        self._phase = np.full(about.envs, FRESH, np.uint8)
        self._reset_dtypes = [DTYPES[about.array(name).dtype] for name in about.reset_frames]
        self._step_dtypes = [DTYPES[about.array(name).dtype] for name in about.step_frames]
        actions = about.array("actions")
        self._action_dtype = DTYPES[actions.dtype]
        self._action_shape = (about.envs, *actions.shape)
        self._ends = [about.step_frames.index(name) for name in ("terminated", "truncated")]
        self._voids = [i for i, name in enumerate(about.step_frames) if name == VOID]
        self._mask_index = [
            [i for i, name in enumerate(names) if name == "available_actions"]
            for names in (about.reset_frames, about.step_frames)
        ]
        self._available: np.ndarray | None = None
        box = about.action["kind"] == "box"
        self._bounds = [np.array(about.action[end]) for end in ("low", "high")] if box else []

    def _reset(self, header: dict, frames: Sequence) -> Reply:
        environment = self._made()
        _expect_frames(header, frames, 2)
        mask = read_mask(frames[0], "mask", self._envs)
        seeds = read_array(frames[1], "seeds", DTYPES["u64"], (self._envs,))
        start = time.perf_counter_ns()
        arrays = self._guard(mask, lambda: environment.reset(mask, seeds))
        return self._begun("RESET_OK", mask, arrays, start)

    def _begun(self, kind: str, mask: np.ndarray, arrays: Sequence, start: int) -> Reply:
        nanoseconds = time.perf_counter_ns() - start
        self._phase[mask] = RUNNING
        self._remember_available(arrays, self._mask_index[0], mask)
        return kind, {"ns": nanoseconds}, list(map(array_frame, arrays, self._reset_dtypes))

    def _step(self, header: dict, frames: Sequence) -> Reply:
        environment = self._made()
        _expect_frames(header, frames, 2)
        actions = read_array(frames[0], "actions", self._action_dtype, self._action_shape)
        active = read_mask(frames[1], "active", self._envs)
        self._check_phase(active)
        self._check_actions(actions, active)
        start = time.perf_counter_ns()
        arrays = self._guard(active, lambda: environment.step(actions, active))
        nanoseconds = time.perf_counter_ns() - start
        for places, phase in ((self._ends, ENDED), (self._voids, FRESH)):
            for index in places:
                flags = np.asarray(arrays[index])
                if flags.any():
                    self._phase[active & (flags != 0)] = phase
        self._remember_available(arrays, self._mask_index[1], active)
        return (
            "STEP_OK",
            {"ns": nanoseconds},
            list(map(array_frame, arrays, self._step_dtypes)),
        )

    def _state_get(self, header: dict, frames: Sequence) -> Reply:
        environment = self._with_state()
        _expect_frames(header, frames, 0)
        return "STATE_GET_OK", {}, environment.get_state()

    def _state_set(self, header: dict, frames: Sequence) -> Reply:
        environment = self._with_state()
        _expect_frames(header, frames, 1 + self._envs)
        mask = read_mask(frames[0], "mask", self._envs)
        size = environment.description.state_bytes
        for row, state in enumerate(frames[1:]):
            if len(state) != (size if mask[row] else 0):
                raise BridgeError(
                    "BAD_SHAPE",
                    f"state of row {row} has {len(state)} bytes; {size} are expected where the "
                    "mask is 1, none elsewhere",
                    envs=[row],
                )
        states = [bytes(state) for state in frames[1:]]
        self._check_steps(mask, states)
        start = time.perf_counter_ns()
        arrays = self._guard(mask, lambda: environment.set_state(mask, states))
        return self._begun("STATE_SET_OK", mask, arrays, start)

    def _check_steps(self, mask: np.ndarray, states: Sequence[bytes]) -> None:
        """Every state begins with the steps of its episode; a wild number would never end it."""
        limit = self._environment.description.episode_limit
        for row in np.flatnonzero(mask):
            steps = int.from_bytes(states[row][:8], "little", signed=True)
            if not 0 <= steps <= limit:
                raise BridgeError(
                    "BAD_DTYPE",
                    f"state of row {row}: from 0 to {limit} steps are expected, {steps} found",
                    envs=[int(row)],
                )

    def _ping(self, header: dict, frames: Sequence) -> Reply:
        _expect_frames(header, frames, 0)
        return "PONG", {"ns": header["ns"], "worker_ns": time.monotonic_ns()}, []

    def _close(self, header: dict, frames: Sequence) -> Reply:
        _expect_frames(header, frames, 0)
        self.closed = True
        end = getattr(self._environment, "close", None)
        if end is not None:
            end()
        return "CLOSED", {}, []

    def _made(self) -> VectorEnvironment:
        if self._environment is None:
            raise BridgeError("STEP_BEFORE_RESET", "there is no environment yet; MAKE comes first")
        return self._environment

    def _with_state(self) -> VectorEnvironment:
        environment = self._made()
        if not environment.description.state_layout:
            raise BridgeError("UNSUPPORTED", f"{environment.description.env} has no state access")
        return environment

    def _check_phase(self, active: np.ndarray) -> None:
        if (self._phase == RUNNING).all() or (self._phase[active] == RUNNING).all():
            return
        phase = np.where(active, self._phase, RUNNING)
        for code, wrong, state in (
            ("STEP_BEFORE_RESET", FRESH, "was never reset"),
            ("STEP_AFTER_END", ENDED, "has ended"),
        ):
            rows = np.flatnonzero(phase == wrong)
            if rows.size:
                raise BridgeError(code, f"row {rows[0]} {state}; reset it first", envs=rows)

    def _check_actions(self, actions: np.ndarray, active: np.ndarray) -> None:
        space = self._environment.description.action
        if space["kind"] == "box":
            low, high = self._bounds
            inside = (actions >= low) & (actions <= high)
            if inside.all():
                return
            legal = inside.all(axis=-1)
            expected = f"each component finite and in [{space['low'][0]}, {space['high'][0]}]"
        else:
            legal = (actions >= 0) & (actions < space["count"])
            expected = f"0 to {space['count'] - 1}, and available"
            if self._available is not None:
                index = np.where(legal, actions, 0)[..., None]
                legal &= np.take_along_axis(self._available, index, axis=-1)[..., 0] != 0
        if legal.all():
            return
        envs, agents = np.nonzero(~legal & active[:, None])
        if envs.size:
            raise BridgeError(
                "ILLEGAL_ACTION",
                f"action {actions[envs[0], agents[0]]} of agent {agents[0]} in row {envs[0]}; "
                f"expected {expected}",
                envs=envs,
                agents=agents,
            )

    def _remember_available(self, arrays: Sequence, where: list[int], rows: np.ndarray) -> None:
        for index in where:
            available = np.asarray(arrays[index])
            if self._available is None:
                self._available = np.ones_like(available)
            self._available[rows] = available[rows]

    def _guard(self, rows: np.ndarray, call: Callable[[], Sequence]) -> Sequence:
        try:
            return call()
        except BridgeError:
            raise
        except Exception as problem:
            raise BridgeError(
                "ENV_CRASHED",
                f"{self._environment.description.env} raised {type(problem).__name__}: {problem}",
                envs=np.flatnonzero(rows),
            ) from problem


def error_message(seq: int, error: BridgeError, trace: str | None = None) -> list[bytes]:
    """Frames of an ERROR; the traceback of the cause rides along if there is one."""
    if trace is None and error.__cause__ is not None and error.retryable:
        trace = "".join(traceback.format_exception(error.__cause__))
    frames = [encode_header("ERROR", seq, error.fields())]
    if trace is not None:
        frames.append(trace.encode())
    return frames


def _expect_frames(header: dict, frames: Sequence, count: int) -> None:
    if len(frames) != count:
        raise BridgeError(
            "BAD_SHAPE", f"{header['t']} has {len(frames)} array frames; {count} are expected"
        )


def _check_make(header: dict) -> tuple[int, dict[str, str]]:
    envs = header["envs"]
    if not 1 <= envs <= MAX_ENVS:
        raise BridgeError("BAD_OPTION", f"envs={envs}; expected 1 to {MAX_ENVS}")
    if header["autoreset"] != "disabled":
        raise BridgeError("BAD_OPTION", f"autoreset={header['autoreset']}; only disabled exists")
    dtypes = dict.fromkeys(FLOAT_ARRAYS, "f32")
    for name, dtype in header["dtypes"].items():
        if name not in dtypes or dtype not in ("f32", "f64"):
            raise BridgeError(
                "BAD_OPTION",
                f"dtypes.{name}={dtype}; expected f32 or f64 for {', '.join(FLOAT_ARRAYS)}",
            )
        dtypes[name] = dtype
    for name, value in header["options"].items():
        if not isinstance(value, str | int | float | bool):
            raise BridgeError("BAD_OPTION", f"option {name} is no string, number or bool")
    return envs, dtypes
