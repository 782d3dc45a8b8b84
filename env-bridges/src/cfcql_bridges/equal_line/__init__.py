"""Equal Line, the paper's task with a number of agents to choose: facts only."""

from cfcql_bridges.options import Option
from cfcql_bridges.registry import TRANSPORT_PACKAGES, Entry, Family, Parameter

FAMILY = Family(
    name="equal_line",
    summary="agents that spread evenly over a line, vectorised NumPy",
    module="cfcql_bridges.equal_line.environment",
    lock="numpy.txt",
    packages=TRANSPORT_PACKAGES,
    computes=("numpy",),
    entries=(
        Entry(
            "equal_line/N",
            "N agents spread evenly over a line",
            (
                Option(
                    "episode_limit",
                    "int",
                    50,
                    "steps of an episode: 50 as in the paper's configuration, 10 as its class says",
                    low=1,
                    high=10_000,
                ),
            ),
            parameter=Parameter("N", 2, 100, (2, 3, 5, 6, 8, 10), "number of agents"),
        ),
    ),
    modules={"pyzmq": "zmq"},
)
