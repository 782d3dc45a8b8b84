"""Environments that fail on purpose, for tests of a client (PROTOCOL.md section 12)."""

from cfcql_bridges.options import Option
from cfcql_bridges.registry import TRANSPORT_PACKAGES, Entry, Family

_WHEN = (
    Option("at_episode", "int", 0, "episode of the row since MAKE, from 0", low=0),
    Option("at_step", "int", 3, "step of that episode, from 1; 0 is the reset", low=0),
    Option("row", "int", 0, "row that misbehaves", low=0),
    Option("once", "path", "", "file that is created when the fault happens and then prevents it"),
)
_DELAY = Option("delay_ms", "int", 200, "how much longer the call takes", low=0, high=600_000)

FAULTS = {
    "none": "never misbehaves",
    "hang": "the call never returns",
    "slow": "the call takes longer",
    "crash": "the process exits with code 17",
    "abort": "the process dies of SIGABRT",
    "raise": "the environment raises an exception",
    "restarted": "the environment says that it restarted itself",
    "void": "the environment says that the episode of that row alone is void",
    "wrong-shape": "the observations are one value short",
    "missing-frame": "the last frame is missing",
    "extra-frame": "there is one frame too many",
    "wrong-seq": "the reply has another sequence number",
    "wrong-type": "the reply is of another type",
    "garbage-header": "the header is not MessagePack",
    "nan": "an observation is NaN",
    "nan-reward": "a reward is NaN",
    "bad-flag": "terminated is 2",
    "lies-about-end": "the episode goes on past its limit",
    "early-end": "truncated before the limit",
    "lies-about-length": "the episode length is one too high",
    "lies-about-spec": "SPEC claims another number of rows",
    "changes-fingerprint": "the fingerprint differs in each process",
    "make-fails": "a package that does not exist is missing",
}

FAMILY = Family(
    name="faulty",
    summary="tiny environments that fail on purpose, for tests",
    module="cfcql_bridges.faulty.environment",
    lock="numpy.txt",
    packages=TRANSPORT_PACKAGES,
    computes=("numpy",),
    entries=tuple(
        Entry(f"faulty/{name}", summary, (*_WHEN, _DELAY) if name == "slow" else _WHEN)
        for name, summary in FAULTS.items()
    ),
    modules={"pyzmq": "zmq"},
)
