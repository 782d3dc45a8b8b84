"""One environment worker: ``python -m cfcql_bridges.worker --connect tcp://127.0.0.1:PORT``.

Exit codes and the way the token arrives are in PROTOCOL.md sections 1 and 3.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import signal
import sys
import threading
from pathlib import Path

from cfcql_bridges import __version__, registry

EXIT_CALL = 2
EXIT_MISSING = 3
EXIT_REFUSED = 4
EXIT_ORPHANED = 5
WELCOME_TIMEOUT_S = 30
STDIN = 0
IDENTITY = r"[A-Za-z0-9._-]{1,64}"
LONGEST_SECRETS = 128 + 1 + 64
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the result is the exit code."""
    parser = argparse.ArgumentParser(prog="cfcql_bridges.worker", description=__doc__)
    parser.add_argument("--connect", metavar="ADDRESS", help="ROUTER of the harness")
    parser.add_argument("--identity", default=f"pid-{os.getpid()}", help="routing id")
    parser.add_argument("--list-json", action="store_true", help="print the environments")
    parser.add_argument("--check-json", metavar="FAMILY", help="print what a family needs")
    options = parser.parse_args(arguments)
    if options.list_json:
        print(json.dumps(_listing(), indent=1))
        return 0
    if options.check_json:
        return _check(options.check_json)
    if not options.connect:
        parser.error("--connect ADDRESS is expected (or --list-json, --check-json FAMILY)")
    if not re.fullmatch(r"tcp://(127(\.\d{1,3}){3}|\[::1\]|localhost):\d{1,5}", options.connect):
        parser.error(f"--connect {options.connect}: a loopback address tcp://127.0.0.1:PORT")
    if not re.fullmatch(IDENTITY, options.identity):
        parser.error(f"--identity {options.identity}: 1 to 64 of A-Z a-z 0-9 . _ -")
    missing = [
        f"{name}=={version}"
        for name, version in registry.TRANSPORT_PACKAGES.items()
        if registry.version_of(name) is None
    ]
    if missing:
        print(f"worker: missing packages: {' '.join(missing)}", file=sys.stderr)
        return EXIT_MISSING
    return _serve(options.connect, options.identity)


def _listing() -> dict:
    return {
        "protocol": [1, 0],
        "package": __version__,
        "python": registry.python_version(),
        "families": registry.describe(),
        "problems": [problem.describe() for problem in registry.problems()],
    }


def _check(family: str) -> int:
    try:
        result = registry.check(family)
    except KeyError:
        names = ", ".join(known.name for known in registry.families())
        print(f"worker: no family {family}; expected one of {names}", file=sys.stderr)
        return EXIT_CALL
    print(json.dumps(result, indent=1))
    return 0 if result["ok"] else EXIT_MISSING


def _serve(address: str, identity: str) -> int:
    if os.getpgid(0) != os.getpid():
        os.setsid()  # own process group: the harness can kill it with all that it started
    for name in THREAD_VARIABLES:  # read when the numerical libraries are first imported, below
        os.environ.setdefault(name, "1")
    os.dup2(2, 1)  # whatever an environment prints must not look like output of ours
    secrets = _read_secrets()
    if secrets is None:
        print(
            "worker: the first line of standard input must be the token, with or without a routing "
            "id behind it",
            file=sys.stderr,
        )
        return EXIT_CALL
    token, secret_identity = secrets
    threading.Thread(target=_exit_with_parent, name="parent-watch", daemon=True).start()

    # Late: --list-json and a clear message must work without the packages.
    from cfcql_bridges.dealer import Dealer, LinkError

    host, _, port = address.removeprefix("tcp://").rpartition(":")
    try:
        dealer = Dealer(
            host.strip("[]"),
            int(port),
            (secret_identity or identity).encode(),
            WELCOME_TIMEOUT_S,
        )
    except LinkError as gone:
        print(f"worker: {gone}", file=sys.stderr)
        return EXIT_REFUSED
    try:
        return _talk(dealer, token)
    except LinkError as gone:
        print(f"worker: the connection to the harness is gone: {gone}", file=sys.stderr)
        _end_children()
        return EXIT_ORPHANED
    finally:
        dealer.close()


def _talk(dealer, token: str) -> int:
    from cfcql_bridges.errors import BridgeError, one_line
    from cfcql_bridges.protocol import REPLY_FIELDS, REQUEST_FIELDS, Limits, decode_header
    from cfcql_bridges.protocol import encode_header as encode
    from cfcql_bridges.session import Session, error_message

    dealer.send([encode("HELLO", 0, _hello(token))])
    answer = dealer.receive(WELCOME_TIMEOUT_S)
    if answer is None:
        print(f"worker: no WELCOME within {WELCOME_TIMEOUT_S} s", file=sys.stderr)
        return EXIT_REFUSED
    expected = {"WELCOME": REQUEST_FIELDS["WELCOME"], "ERROR": REPLY_FIELDS["ERROR"]}
    try:
        welcome = decode_header(answer[0], expected)
    except BridgeError as error:
        dealer.send(error_message(0, error))
        return EXIT_REFUSED
    if welcome["t"] == "ERROR":
        told = one_line(f"{welcome['code']}: {welcome['message']}")
        print(f"worker: refused: {told}", file=sys.stderr)
        return EXIT_REFUSED
    session = Session(
        Limits(
            frame_bytes=welcome["max_frame_bytes"],
            message_bytes=welcome["max_message_bytes"],
        )
    )
    while not session.closed:
        dealer.send(session.handle(dealer.receive()))
    return 0


def _hello(token: str) -> dict:
    from cfcql_bridges.protocol import SPEAKS

    libraries = {name: registry.version_of(name) for name in ("numpy", "msgpack")}
    return {
        "role": "env-worker",
        "token": token,
        "speaks": [list(version) for version in SPEAKS],
        "pid": os.getpid(),
        "package": __version__,
        "python": registry.python_version(),
        "libraries": libraries,
    }


def _read_secrets() -> tuple[str, str | None] | None:
    """Token and routing id of the first line of standard input, read byte by byte so that nothing
    else is consumed.
    """
    line = b""
    while len(line) <= LONGEST_SECRETS:
        byte = os.read(STDIN, 1)
        if byte in (b"", b"\n"):
            break
        line += byte
    match = re.fullmatch(
        rf"([0-9a-f]{{32,128}})(?: ({IDENTITY}))?", line.decode("ascii", "replace")
    )
    return match and (match[1], match[2])


def _exit_with_parent() -> None:
    """Wait for the end of standard input, then leave at once, whatever the main thread does."""
    while os.read(STDIN, 4096):
        pass
    _end_children()
    _remove_scratch()
    os._exit(EXIT_ORPHANED)


def _remove_scratch() -> None:
    """Remove the folder that the harness made for this process: a killed one cannot."""
    folder = Path.cwd()
    if folder.name.startswith("cfcql-env-"):
        shutil.rmtree(folder, ignore_errors=True)


def _end_children() -> None:
    """Kill what the environment started: nobody is left to kill the process group."""
    own = os.getpid()
    for entry in Path("/proc").glob("[0-9]*"):
        pid = int(entry.name)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if pid != own and os.getpgid(pid) == own:
                os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
