"""Files that importers got wrong, and real ones of others, each read or refused as is right.

They are no part of the product: `CFCQL_SHARED_DATA` names the folder that holds them (by default
../shared/data beside the checkout), and where it is absent the tests are left out by name. The
kinds that they stand for are made anew in test_data_imports.py and test_data_layouts.py.
"""

import os
from pathlib import Path

import pytest

from cfcql_data.convert import load
from cfcql_data.errors import RefusedError
from cfcql_data.request import Request

GIVEN = os.environ.get("CFCQL_SHARED_DATA")
SHARED = Path(GIVEN) if GIVEN else Path(__file__).resolve().parents[3] / "shared" / "data"
SPREAD = "imports/omar/simple_spread/medium"
LAB = {"environment": "lab/other", "kind": "medium"}

READ = [
    (f"{SPREAD}/done-at-26", {"episode_limit": 26}, (4, 104), "4 at the limit"),
    (f"{SPREAD}/real-and-limit-ends", {}, (5, 100), "2 before the limit of 25 steps"),
    (f"{SPREAD}/float16", {}, (4, 100), "cut by the limit"),
    ("imports/h5/no-final-slot.h5", LAB, (8, 97), "1 cut episodes has an unknown successor"),
    ("imports/h5/nothing-available-in-final-slot.h5", LAB, (8, 97), "3 times an agent"),
    ("imports/h5/soft-links.h5", LAB, (8, 97), "ignored: _actions"),
    ("imports/h5/parts", LAB, (8, 97), "7 before the limit of 15 steps"),
    ("imports/h5/Ant-v2-2x4-expert.hdf5", {}, (3, 60), "stops after 15 steps with the data"),
    ("public/odis-3m-medium-part_0.h5", LAB, (2000, 50450), "actions_onehot"),
    ("public/odis-cn-2-expert-part_0.h5", LAB, (2000, 3984), "actions_onehot"),
    ("public/alberdice-bridge-optimal", LAB, (500, 4000), "actions_onehot"),
    ("public/alberdice-mmdp-02", LAB, (100, 5000), "100 at the limit"),
]
REFUSED = [
    (f"{SPREAD}/done-at-26", {}, "which is 25 steps, found all 4 of them 26 steps apart"),
    ("imports/h5/fletcher32-damaged.h5", LAB, "'obs' as it was written, found that the chunk [0:8"),
    ("imports/csv/bom.csv", {}, "found another kind of file"),
]


def imported(name, target, options):
    source = SHARED / name
    if not source.exists():
        pytest.skip(f"no {source}: set CFCQL_SHARED_DATA to the folder that holds it")
    target.mkdir()
    request = Request(source, **options)
    card, _ = load(request, None, target, [], "0", lambda count: None)
    return card, " | ".join(request.said)


@pytest.mark.parametrize(("name", "options", "counts", "said"), READ, ids=[row[0] for row in READ])
def test_what_can_be_read_is_read(tmp_path, name, options, counts, said):
    card, words = imported(name, tmp_path / "data", options)
    assert (card["episodes"], card["transitions"]) == counts
    assert said in words


@pytest.mark.parametrize(("name", "options", "message"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_must_not_be_read_is_refused(tmp_path, name, options, message):
    with pytest.raises(RefusedError) as refused:
        imported(name, tmp_path / "data", options)
    assert message in str(refused.value)
    assert not (tmp_path / "data" / "card.json").exists()
