"""SMAX battles behind the SMAC-shaped adapter: facts only, no package is needed to read them."""

from cfcql_bridges.options import Option
from cfcql_bridges.registry import TRANSPORT_PACKAGES, Entry, Family

OPTIONS = (
    Option(
        "layout",
        "string",
        "smac",
        "smac: sizes, actions and masks of SMAC; native: those of SMAX itself",
        choices=("smac", "native"),
    ),
    Option(
        "edge_guard",
        "bool",
        True,
        "whether a move is unavailable one unit before the edge of the field (layout smac)",
    ),
    Option(
        "sight",
        "string",
        "smac",
        "smac: 9 for every unit; native: SMAX's, 10 for stalkers (layout smac)",
        choices=("smac", "native"),
    ),
    Option(
        "walls",
        "string",
        "solid",
        "solid, or deadly as in SMAX alone: what touches the edge dies",
        choices=("solid", "deadly"),
    ),
    Option(
        "raw_state",
        "bool",
        False,
        "whether the arrays of the game are sent too, for the replay of traces",
    ),
)

FAMILY = Family(
    name="smax",
    summary="battles of SMAX in the shape of SMAC; their scores are not SMAC's",
    module="cfcql_bridges.smax.environment",
    lock="smax.txt",
    packages=TRANSPORT_PACKAGES | {"jax": "0.10.2", "jaxlib": "0.10.2", "jaxmarl": "0.2.0"},
    computes=("numpy", "jax", "jaxlib", "jaxmarl"),
    entries=(
        Entry("smax/2s3z", "2 stalkers and 3 zealots against the same", OPTIONS),
        Entry("smax/3s_vs_5z", "3 stalkers against 5 zealots", OPTIONS),
        Entry("smax/5m_vs_6m", "5 marines against 6 marines", OPTIONS),
        Entry("smax/6h_vs_8z", "6 hydralisks against 8 zealots", OPTIONS),
    ),
    modules={"pyzmq": "zmq"},
)
