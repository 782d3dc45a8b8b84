"""SMAC on the user's own StarCraft II: facts only, no package is needed to read them."""

from cfcql_bridges.options import Option
from cfcql_bridges.registry import TRANSPORT_PACKAGES, Entry, Family

OPTIONS = (
    Option(
        "game_version",
        "string",
        "4.10",
        "version of StarCraft II that must be running, or its beginning; scores of different "
        "versions cannot be compared",
    ),
    Option("seed", "int", 1, "seed of the first game process; row r gets seed + r", low=0),
    Option(
        "difficulty",
        "string",
        "7",
        "the built-in AI: 7 (very hard) as in the paper",
        choices=tuple("123456789A"),
    ),
)

FAMILY = Family(
    name="smac",
    summary="SMAC on your own StarCraft II and SMAC installation",
    module="cfcql_bridges.smac.environment",
    lock="sc2.txt",
    packages=TRANSPORT_PACKAGES
    | {"PySC2": "4.0.0", "s2clientprotocol": "5.0.17.98310.0", "protobuf": "3.20.3"},
    computes=("numpy", "PySC2", "s2clientprotocol", "protobuf"),
    entries=(
        Entry("smac/2s3z", "2 stalkers and 3 zealots against the same", OPTIONS, ("2s3z",)),
        Entry("smac/3s_vs_5z", "3 stalkers against 5 zealots", OPTIONS, ("3s_vs_5z",)),
        Entry("smac/5m_vs_6m", "5 marines against 6 marines", OPTIONS, ("5m_vs_6m",)),
        Entry("smac/6h_vs_8z", "6 hydralisks against 8 zealots", OPTIONS, ("6h_vs_8z",)),
    ),
    modules={"pyzmq": "zmq", "PySC2": "pysc2", "protobuf": "google.protobuf"},
)
