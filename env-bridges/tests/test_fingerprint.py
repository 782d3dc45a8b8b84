"""What a fingerprint is made of, and that nothing of it can be left out or smuggled in."""

import hashlib

import pytest

from cfcql_bridges import fingerprint, registry

BASE = {
    "env": "mpe/simple_tag",
    "backend": "engine-1",
    "options": {"speed": 2.0, "prey": "a", "walls": True},
    "parts": {"prey": "scripted"},
    "files": {"prey": "aa"},
    "machine": {"instructions": "avx2"},
}


def flat(**changes) -> dict[str, str]:
    family, _ = registry.find("mpe/simple_tag")
    return fingerprint.ingredients(family, **(BASE | changes))


@pytest.mark.parametrize(
    ("change", "key", "of_the_task"),
    [
        ({"env": "mpe/simple_world"}, "env", True),
        ({"backend": "engine-2"}, "backend", True),
        ({"options": BASE["options"] | {"speed": 2.5}}, "option.speed", True),
        ({"parts": {"prey": "frozen"}}, "part.prey", True),
        ({"files": {"prey": "ab"}}, "file.prey", True),
        ({"machine": {"instructions": "avx512"}}, "machine.instructions", False),
    ],
)
def test_every_ingredient_counts_and_those_of_the_task_say_which_task(change, key, of_the_task):
    before, after = flat(), flat(**change)
    assert {name for name in before if before[name] != after[name]} == {key}
    assert fingerprint.digest(before) != fingerprint.digest(after)
    tasks = [fingerprint.digest(fingerprint.task_ingredients(one)) for one in (before, after)]
    assert (tasks[0] != tasks[1]) == of_the_task


def test_values_read_as_they_are_written():
    shown = flat()
    assert (shown["option.speed"], shown["option.prey"]) == ("2.0", "a")
    assert (shown["option.walls"], shown["file.prey"]) == ("true", "aa")
    assert "package.numpy" in shown


def test_a_line_break_in_a_value_is_no_second_ingredient():
    one = fingerprint.digest({"a": "x\nb=y"})
    assert one != fingerprint.digest({"a": "x", "b": "y"})
    assert one == hashlib.sha256(b"a=x\\nb=y\n").hexdigest()
    assert fingerprint.digest({"a": "x\\nb=y"}) == hashlib.sha256(b"a=x\\\\nb=y\n").hexdigest()
    assert fingerprint.digest({"a": "\r"}) == hashlib.sha256(b"a=\\r\n").hexdigest()
