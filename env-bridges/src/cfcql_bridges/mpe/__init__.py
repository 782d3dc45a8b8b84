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
    "scripted",
    "scripted, or the path of the frozen prey network of the paper (.pt or converted .npz)",
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
    ),
    modules={"pyzmq": "zmq"},
)
