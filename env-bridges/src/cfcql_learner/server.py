"""The process of a learner: ``serve(MyLearner)`` at the end of a program."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from cfcql_learner import wire
from cfcql_learner.learner import Episodes, Learner, Refused, Task, Transitions, resolve
from cfcql_learner.wire import F32, I32, U8, WireError

EXIT_CALL = 2
EXIT_MISSING = 3
EXIT_REFUSED = 4
EXIT_ORPHANED = 5
WELCOME_TIMEOUT_MS = 30_000
ZMQ_MAX_BYTES = 1 << 27
IDENTITY = r"[A-Za-z0-9._-]{1,64}"
LONGEST_SECRETS = 128 + 1 + 64

Reply = tuple[str, dict, Sequence[bytes]]


class Session:
    """Requests in, replies out, no sockets."""

    def __init__(self, kind: type[Learner], max_frame_bytes: int):
        self.closed = False
        self._kind = kind
        self._max_frame_bytes = max_frame_bytes
        self._learner: Learner | None = None
        self._memories: dict[int, tuple[int, object]] = {}
        self._opened = 0
        self._handlers: dict[str, Callable[[dict, Sequence], Reply]] = {
            "TASK": self._task,
            "UPDATE": self._update,
            "UPDATE_TARGETS": self._update_targets,
            "OPEN": self._open,
            "ACT": self._act,
            "SHUT": self._shut,
            "SAVE": self._save,
            "LOAD": self._load,
            "CLOSE": self._close,
        }

    def handle(self, frames: Sequence) -> list[bytes]:
        """Answer one message; what a learner raises becomes an ERROR."""
        seq = 0
        try:
            header = wire.unpack(bytes(frames[0]))
            seq = header["seq"]
            handler = self._handlers.get(header["t"])
            if handler is None or (self._learner is None and header["t"] not in ("TASK", "CLOSE")):
                raise WireError(f"a {header['t']} that is unknown or out of order")
            kind, fields, arrays = handler(header, frames[1:])
            return [wire.header(kind, seq, fields), *arrays]
        except Refused as refused:
            return error(seq, "BAD_OPTION", str(refused))
        except (WireError, KeyError, TypeError) as wrong:
            if isinstance(wrong, WireError):
                return error(seq, "BAD_MESSAGE", str(wrong))
            return error(seq, "INTERNAL", _told(wrong), traceback.format_exc())
        except Exception as problem:
            return error(seq, "INTERNAL", _told(problem), traceback.format_exc())

    def _task(self, header: dict, frames: Sequence) -> Reply:
        names = Task.__dataclass_fields__
        task = Task(**{name: header[name] for name in names})
        if task.branch not in self._kind.branches:
            raise Refused(f"expected a task of {self._kind.branches}, found a {task.branch} one")
        settings = resolve(self._kind, json.loads(header["settings"]))
        self._learner = self._kind(task, settings, header["seed"])
        fields = {
            "settings": json.dumps(settings, sort_keys=True),
            "round": list(self._learner.round),
            "roles": list(self._learner.roles),
            "targets": self._learner.update_targets is not None,
            "reads_next_actions": bool(self._learner.reads_next_actions),
        }
        return "READY", fields, []

    def _update(self, header: dict, frames: Sequence) -> Reply:
        learner, task = self._learner, self._learner.task
        size, slots = header["batch"], header["slots"]
        read = self._episodes if task.branch == "discrete" else self._transitions
        batch = read(task, size, slots, frames)
        metrics = learner.update(batch, header["kind"]) or {}
        fields = {
            "steps": {role: int(steps) for role, steps in learner.steps(header["kind"]).items()},
            "metrics": {name: float(value) for name, value in metrics.items()},
        }
        return "UPDATED", fields, []

    def _transitions(self, task: Task, size: int, slots: int, frames: Sequence) -> Transitions:
        agents = (size, task.agents)
        shapes = [
            (F32, (*agents, task.observation)),
            (F32, (*agents, task.actions)),
            (F32, agents),
            (U8, agents),
            (F32, (*agents, task.observation)),
            (F32, (size, task.state)),
            (F32, (size, task.state)),
        ]
        if self._learner.reads_next_actions:
            shapes.append((F32, (*agents, task.actions)))
        return Transitions(*_arrays(frames, shapes))

    def _episodes(self, task: Task, size: int, slots: int, frames: Sequence) -> Episodes:
        agents = (size, slots, task.agents)
        shapes = [
            (F32, (*agents, task.observation)),
            (F32, (size, slots, task.state)),
            (U8, (*agents, task.actions)),
            (I32, agents),
            (F32, (size, slots)),
            (U8, (size, slots)),
            (U8, (size, slots)),
        ]
        return Episodes(*_arrays(frames, shapes))

    def _update_targets(self, header: dict, frames: Sequence) -> Reply:
        self._learner.update_targets()
        return "TARGETS_UPDATED", {}, []

    def _open(self, header: dict, frames: Sequence) -> Reply:
        self._opened += 1
        rows = header["rows"]
        self._memories[self._opened] = (rows, self._learner.open(rows))
        return "OPENED", {"session": self._opened}, []

    def _act(self, header: dict, frames: Sequence) -> Reply:
        learner, task = self._learner, self._learner.task
        rows, memory = self._memories[header["session"]]
        discrete = task.branch == "discrete"
        shapes = [
            (U8, (rows,)),
            (F32, (rows, task.agents, task.observation)),
            (F32, (rows, task.state)),
        ]
        if discrete:
            shapes.append((U8, (rows, task.agents, task.actions)))
        fresh, observations, state, *available = _arrays(frames, shapes)
        for row in np.flatnonzero(fresh):
            learner.reset(memory, int(row))
        actions = learner.act(observations, state, available[0] if discrete else None, memory)
        return "ACTED", {}, [wire.frame(actions, I32 if discrete else F32)]

    def _shut(self, header: dict, frames: Sequence) -> Reply:
        self._memories.pop(header["session"], None)
        return "SHUT_OK", {}, []

    def _save(self, header: dict, frames: Sequence) -> Reply:
        return "SAVED", {}, wire.frames(self._learner.save(), self._max_frame_bytes)

    def _load(self, header: dict, frames: Sequence) -> Reply:
        self._learner.load(b"".join(bytes(frame) for frame in frames))
        return "LOADED", {}, []

    def _close(self, header: dict, frames: Sequence) -> Reply:
        self.closed = True
        return "CLOSED", {}, []


def _arrays(frames: Sequence, shapes: list[tuple[np.dtype, tuple[int, ...]]]) -> list[np.ndarray]:
    if len(frames) != len(shapes):
        raise WireError(f"a message of {len(frames)} arrays; {len(shapes)} are expected")
    return [
        wire.array(frame, dtype, *shape)
        for frame, (dtype, shape) in zip(frames, shapes, strict=True)
    ]


def _told(problem: Exception) -> str:
    place = traceback.extract_tb(problem.__traceback__)[-1]
    where = f"{Path(place.filename).name}, line {place.lineno}"
    return f"{type(problem).__name__}: {problem} ({where})"


def error(seq: int, code: str, message: str, trace: str | None = None) -> list[bytes]:
    """Frames of an ERROR."""
    fields = {
        "code": code,
        "message": " ".join(message.split()),
        "retryable": False,
        "state": "unchanged",
        "envs": [],
        "agents": [],
        "packages": [],
    }
    return [wire.header("ERROR", seq, fields), *([trace.encode()] if trace else [])]


def serve(kind: type[Learner], arguments: list[str] | None = None) -> None:
    """Serve a harness that started this process until it says CLOSE; ends the process."""
    parser = argparse.ArgumentParser(description=f"the learner {kind.name}, started by cfcql")
    parser.add_argument("--connect", metavar="ADDRESS", required=True, help="the harness")
    options = parser.parse_args(arguments)
    if not re.fullmatch(r"tcp://(127(\.\d{1,3}){3}|\[::1\]|localhost):\d{1,5}", options.connect):
        parser.error(f"--connect {options.connect}: a loopback address tcp://127.0.0.1:PORT")
    os.dup2(2, 1)  # whatever is printed is text for the log
    secrets = _read_secrets()
    if secrets is None:
        print("the first line of standard input must be the token and an id", file=sys.stderr)
        sys.exit(EXIT_CALL)
    threading.Thread(target=_exit_with_parent, name="parent-watch", daemon=True).start()
    try:
        import zmq
    except ImportError:
        print("pyzmq is missing", file=sys.stderr)
        sys.exit(EXIT_MISSING)
    token, identity = secrets
    context = zmq.Context()
    socket = context.socket(zmq.DEALER)
    socket.setsockopt(zmq.ROUTING_ID, identity.encode())
    socket.setsockopt(zmq.LINGER, 2_000)
    socket.setsockopt(zmq.MAXMSGSIZE, ZMQ_MAX_BYTES)
    socket.connect(options.connect)
    try:
        status = _talk(socket, kind, token)
    finally:
        socket.close()
        context.term()
    sys.exit(status)


def _talk(socket, kind: type[Learner], token: str) -> int:
    socket.send(wire.header("HELLO", 0, _hello(kind, token)))
    if not socket.poll(WELCOME_TIMEOUT_MS):
        print(f"no WELCOME within {WELCOME_TIMEOUT_MS} ms", file=sys.stderr)
        return EXIT_REFUSED
    welcome = wire.unpack(socket.recv_multipart()[0])
    if welcome["t"] != "WELCOME":
        print(f"refused: {welcome.get('code')}: {welcome.get('message')}", file=sys.stderr)
        return EXIT_REFUSED
    session = Session(kind, welcome["max_frame_bytes"])
    while not session.closed:
        frames = [frame.buffer for frame in socket.recv_multipart(copy=False)]
        socket.send_multipart(session.handle(frames))
    return 0


def _hello(kind: type[Learner], token: str) -> dict:
    import zmq

    from cfcql_learner import __version__

    return {
        "role": "learner",
        "token": token,
        "speaks": [list(wire.VERSION)],
        "pid": os.getpid(),
        "package": __version__,
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "libraries": {"numpy": np.__version__, "pyzmq": zmq.__version__},
        "name": kind.name,
        "version": str(kind.version),
        "branches": list(kind.branches),
    }


def _read_secrets() -> tuple[str, str] | None:
    """Token and routing id of the first line of standard input, and not a byte more."""
    line = b""
    while len(line) <= LONGEST_SECRETS:
        byte = os.read(0, 1)
        if byte in (b"", b"\n"):
            break
        line += byte
    match = re.fullmatch(rf"([0-9a-f]{{32,128}}) ({IDENTITY})", line.decode("ascii", "replace"))
    return match and (match[1], match[2])


def _exit_with_parent() -> None:
    """Wait for the end of standard input, then leave at once, whatever the main thread does."""
    while os.read(0, 4096):
        pass
    folder = Path.cwd()
    if folder.name.startswith("cfcql-env-"):
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(EXIT_ORPHANED)
