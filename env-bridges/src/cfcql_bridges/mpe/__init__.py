"""Particle environments of the paper: facts only, no package is needed to read them."""

from cfcql_bridges.options import Option
from cfcql_bridges.registry import TRANSPORT_PACKAGES, Entry, Family

_DYNAMICS = (
    Option(
        "force_exponent",
        "int",
        2,
        "how often the acceleration factor of predators and prey enters: 2 as in the paper's code, "
        "1 as in MPE2",
        choices=(1, 2),
    ),
    Option(
        "integration",
        "string",
        "velocity_first",
        "velocity_first as in the paper's code, position_first as in MPE2",
        choices=("velocity_first", "position_first"),
    ),
)
_PREY = Option(
    "prey",
    "path",
    "cfcql",
    "cfcql (ours), scripted, or the path of a prey: one that cfcql export wrote (.safetensors), or "
    "the frozen network of the paper (.pt or converted .npz)",
    words=("cfcql", "scripted"),
)
_PREDATORS = Option(
    "predators",
    "path",
    "scripted",
    "scripted, or the path of predators that cfcql export wrote, or of a folder of such files, "
    "which play in turn",
    words=("scripted",),
)

FAMILY = Family(
    name="mpe",
    summary="particle environments of the paper, vectorised NumPy engine",
    module="cfcql_bridges.mpe.environment",
    lock="numpy.txt",
    packages=TRANSPORT_PACKAGES,
    computes=("numpy",),
    entries=(
        Entry(
            "mpe/simple_spread",
            "cooperative navigation: three agents cover three landmarks",
            _DYNAMICS,
            aliases=("simple_spread",),
        ),
        Entry(
            "mpe/simple_tag",
            "predator-prey: three learned predators, one frozen prey, two obstacles",
            (_PREY, *_DYNAMICS),
            aliases=("simple_tag",),
        ),
        Entry(
            "mpe/simple_world",
            "world: as simple_tag, with food and forests",
            (_PREY, *_DYNAMICS),
            aliases=("simple_world",),
        ),
        Entry(
            "mpe/simple_tag_prey",
            "predator-prey from the other side: the prey learns, the predators are given",
            (_PREDATORS, *_DYNAMICS),
        ),
        Entry(
            "mpe/simple_world_prey",
            "world from the other side: the prey learns, the predators are given",
            (_PREDATORS, *_DYNAMICS),
        ),
    ),
    modules={"pyzmq": "zmq"},
)
