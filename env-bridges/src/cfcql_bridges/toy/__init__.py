"""The toy problem of the paper's first figure: facts only."""

from cfcql_bridges.registry import TRANSPORT_PACKAGES, Entry, Family, Parameter

FAMILY = Family(
    name="toy",
    summary="one-step problem on which values explode, vectorised NumPy",
    module="cfcql_bridges.toy.environment",
    lock="numpy.txt",
    packages=TRANSPORT_PACKAGES,
    computes=("numpy",),
    entries=(
        Entry(
            "toy/consensus-N",
            "N agents in three places, rewarded for meeting in the middle",
            parameter=Parameter("N", 2, 100, (5, 3, 8), "number of agents"),
        ),
    ),
    modules={"pyzmq": "zmq"},
)
