import json
import struct

import msgpack
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfcql_learner import Refused, Task, wire
from cfcql_learner.learner import resolve
from cfcql_learner.server import Session
from linear_cloning import LinearCloning
from masked_cloning import MaskedCloning

TASK = {
    "environment": "x",
    "data": "random",
    "branch": "continuous",
    "agents": 2,
    "observation": 3,
    "state": 6,
    "actions": 2,
    "low": -1.0,
    "high": 1.0,
    "episode_limit": 5,
    "seed": 3,
    "settings": "{}",
}

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=40)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=20) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=30,
)


@given(values)
def test_headers_are_the_bytes_that_the_library_writes(value):
    packed = wire.pack(value)
    assert packed == msgpack.packb(value, use_bin_type=True)
    assert wire.unpack(packed) == value


def test_long_texts_and_lists_have_long_heads():
    for value in ("x" * 70_000, list(range(70_000)), {str(key): key for key in range(70_000)}):
        packed = wire.pack(value)
        assert packed == msgpack.packb(value)
        assert wire.unpack(packed) == value


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"\x81",
        b"\xc4\x01a",
        b"\xd9\x01\xff",
        b"\x82\xa1a\x01\xa1a\x02",
        b"\xc0\xc0",
        b"\x91" * 9,
    ],
)
def test_bytes_that_are_no_header_are_refused(damaged):
    with pytest.raises(wire.WireError):
        wire.unpack(damaged)


class Talk:
    def __init__(self, kind, **task):
        self.session = Session(kind, 64)
        self.seq = 0
        self.ready = self.ask("TASK", TASK | task)[0]

    def ask(self, kind, fields=None, arrays=()):
        self.seq += 1
        reply = self.session.handle([wire.header(kind, self.seq, fields or {}), *arrays])
        head = wire.unpack(reply[0])
        assert head["seq"] == self.seq
        return head, reply[1:]


def transitions(rows=4):
    random = np.random.default_rng(0)
    shapes = [(2, 3), (2, 2), (2,), (2,), (2, 3), (6,), (6,)]
    return [
        random.normal(size=(rows, *shape)).astype("u1" if index == 3 else "<f4").tobytes()
        for index, shape in enumerate(shapes)
    ]


def test_a_learner_takes_a_task_learns_acts_and_goes_on_from_its_state():
    talk = Talk(LinearCloning, settings=json.dumps({"learningRate": 0.1}))
    assert talk.ready["t"] == "READY"
    assert json.loads(talk.ready["settings"]) == {"learningRate": 0.1}
    assert (talk.ready["round"], talk.ready["roles"]) == (["full"], ["actor"])
    assert talk.ready["targets"] is False
    update = {"kind": "full", "batch": 4, "slots": 1}
    losses = [
        talk.ask("UPDATE", update, transitions())[0]["metrics"]["actorLoss"] for _ in range(9)
    ]
    assert losses == sorted(losses, reverse=True)

    head, state = talk.ask("SAVE")
    assert head["t"] == "SAVED"
    assert max(map(len, state)) == 64, "in frames of what was agreed"
    other = Talk(LinearCloning, seed=8, settings=json.dumps({"learningRate": 0.1}))
    assert other.ask("LOAD", {}, state)[0]["t"] == "LOADED"
    assert other.ask("SAVE")[1] == state
    numbers = [one.ask("UPDATE", update, transitions())[0]["metrics"] for one in (talk, other)]
    assert numbers[0] == numbers[1]

    session = talk.ask("OPEN", {"rows": 5})[0]["session"]
    seen = [bytes(5), np.ones((5, 2, 3), "<f4").tobytes(), bytes(4 * 5 * 6)]
    head, arrays = talk.ask("ACT", {"session": session}, seen)
    assert head["t"] == "ACTED"
    assert len(arrays[0]) == 4 * 5 * 2 * 2
    assert talk.ask("SHUT", {"session": session})[0]["t"] == "SHUT_OK"
    assert talk.ask("ACT", {"session": session}, seen)[0]["code"] == "INTERNAL"
    assert talk.ask("CLOSE")[0]["t"] == "CLOSED"
    assert talk.session.closed


def test_a_recurrent_policy_forgets_where_a_new_episode_starts():
    talk = Talk(MaskedCloning, branch="discrete", low=0.0, high=0.0)
    kinds = ["<f4", "<f4", "u1", "<i4", "<f4", "u1", "u1"]
    shapes = [(4, 6, 2, 3), (4, 6, 6), (4, 6, 2, 2), (4, 6, 2), (4, 6), (4, 6), (4, 6)]
    random = np.random.default_rng(1)
    batch = [
        random.integers(0, 2, shape).astype(kind) for kind, shape in zip(kinds, shapes, strict=True)
    ]
    batch[2][:] = 1
    batch[6][:] = 1
    arrays = [values.tobytes() for values in batch]
    update = {"kind": "full", "batch": 4, "slots": 6}
    losses = [talk.ask("UPDATE", update, arrays)[0]["metrics"]["actorLoss"] for _ in range(20)]
    assert losses[-1] < losses[0]

    learner = talk.session._learner
    session = talk.ask("OPEN", {"rows": 2})[0]["session"]
    memory = talk.session._memories[session][1]
    seen = np.ones((2, 2, 3), "<f4").tobytes()
    mask = np.array([[[1, 0], [0, 1]]] * 2, "u1").tobytes()
    for fresh, expected in ((b"\1\1", [1, 1]), (b"\0\0", [1.5, 1.5]), (b"\0\1", [1.75, 1])):
        _, (actions,) = talk.ask("ACT", {"session": session}, [fresh, seen, bytes(48), mask])
        assert memory[:, 0, 0].tolist() == expected
        assert struct.unpack("<4i", actions) == (0, 1, 0, 1)
    assert learner.task.branch == "discrete"


def test_what_is_wrong_is_an_answer_and_no_end():
    talk = Talk(LinearCloning)
    assert (
        talk.ask("UPDATE", {"kind": "full", "batch": 4, "slots": 1}, [b""])[0]["code"]
        == "BAD_MESSAGE"
    )
    short = [b"", *transitions()[1:]]
    head, _ = talk.ask("UPDATE", {"kind": "full", "batch": 4, "slots": 1}, short)
    assert (head["code"], "0 bytes; 96 are expected" in head["message"]) == ("BAD_MESSAGE", True)
    assert talk.ask("NONSENSE")[0]["code"] == "BAD_MESSAGE"
    head, (trace,) = talk.ask("UPDATE_TARGETS")
    assert head["code"] == "INTERNAL"
    assert "server.py, line" in head["message"]
    assert b"Traceback" in trace
    assert Talk(LinearCloning, branch="discrete").ready["code"] == "BAD_OPTION"
    early = Session(LinearCloning, 64).handle([wire.header("SAVE", 1)])
    assert wire.unpack(early[0])["code"] == "BAD_MESSAGE"


def test_settings_are_of_the_types_of_their_defaults():
    class Some(LinearCloning):
        defaults = {"rate": 0.1, "layers": 2, "kind": "a", "deep": False}  # noqa: RUF012

    assert resolve(Some, {"rate": 1, "layers": 3.0}) == {
        "rate": 1.0,
        "layers": 3,
        "kind": "a",
        "deep": False,
    }
    for wrong in ({"rate": "x"}, {"rate": True}, {"layers": 1.5}, {"kind": 3}, {"deep": 1}):
        with pytest.raises(Refused, match="to be of type"):
            resolve(Some, wrong)
    with pytest.raises(Refused, match="did you mean 'rate'"):
        resolve(Some, {"rat": 1})
    assert Task(**{key: TASK[key] for key in Task.__dataclass_fields__}).agents == 2
