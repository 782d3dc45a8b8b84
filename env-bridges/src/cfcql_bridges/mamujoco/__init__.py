"""MuJoCo's bodies with their joints divided among agents: facts only, read without a package."""

from cfcql_bridges.options import Option
from cfcql_bridges.registry import TRANSPORT_PACKAGES, Entry, Family, Parameter

# Name in ids, name in gymnasium-robotics, partitions by name in ids, sentence. The library's
# CoupledHalfCheetah is missing: it reads the tendon's Jacobian in a form that MuJoCo 3.14 lacks.
SCENARIOS = (
    ("halfcheetah", "HalfCheetah", {"2x3": "2x3", "6x1": "6x1"}, "a cheetah's legs"),
    ("ant", "Ant", {"2x4": "2x4", "2x4d": "2x4d", "4x2": "4x2"}, "an ant's legs"),
    ("hopper", "Hopper", {"3x1": "3x1"}, "the joints of a leg"),
    ("walker2d", "Walker2d", {"2x3": "2x3"}, "two legs"),
    ("humanoid", "Humanoid", {"9-8": "9|8"}, "upper and lower body"),
    ("humanoidstandup", "HumanoidStandup", {"9-8": "9|8"}, "upper and lower body, standing up"),
    ("swimmer", "Swimmer", {"2x1": "2x1"}, "two joints of a swimmer"),
    ("reacher", "Reacher", {"2x1": "2x1"}, "two joints of an arm"),
    ("pusher", "Pusher", {"3p": "3p"}, "shoulder, elbow and wrist"),
)
# Their ids end with the segments of each agent: mamujoco/manysegmentswimmer-10x2.
SEGMENTED = (
    ("manysegmentswimmer", "ManySegmentSwimmer", "a long swimmer"),
    ("manysegmentant", "ManySegmentAnt", "ants in a row"),
)
MOST_AGENTS = 10
SEGMENTS = Parameter("N", 1, 10, (1, 2, 3), "segments of each agent")

PAPER = "halfcheetah-2x3"


def options(name: str) -> tuple[Option, ...]:
    """Those of the paper's task are at the paper's layout, the others at the library's defaults."""
    paper = name == PAPER
    return (
        Option(
            "agent_obsk",
            "int",
            0 if paper else 1,
            "joints up to this distance from its own are seen by an agent",
            low=0,
            high=10,
        ),
        Option(
            "local_categories",
            "string",
            "default",
            "what is seen of them, by distance: for example qpos,qvel/qpos; default: the library's",
        ),
        Option(
            "global_categories",
            "string",
            "none" if paper else "qpos,qvel",
            "what every agent sees of the whole, for example qpos,qvel; or none",
        ),
    )


FAMILY = Family(
    name="mamujoco",
    summary="MuJoCo's bodies with their joints divided among agents (gymnasium-robotics)",
    module="cfcql_bridges.mamujoco.environment",
    lock="mamujoco.txt",
    packages=TRANSPORT_PACKAGES
    | {
        "gymnasium": "1.4.0",
        "gymnasium-robotics": "1.4.2",
        "mujoco": "3.14.0",
        "pettingzoo": "1.27.0",
    },
    computes=("numpy", "mujoco", "gymnasium", "gymnasium-robotics"),
    entries=(
        *(
            Entry(
                f"mamujoco/{name}-{partition}",
                f"{summary}, divided {partition}",
                options(f"{name}-{partition}"),
                aliases=("HalfCheetah-v2",) if f"{name}-{partition}" == PAPER else (),
            )
            for name, _, partitions, summary in SCENARIOS
            for partition in partitions
        ),
        *(
            Entry(
                f"mamujoco/{name}-{agents}xN",
                f"{summary}, {agents} agents",
                options(name),
                parameter=SEGMENTS,
            )
            for name, _, summary in SEGMENTED
            for agents in range(2, MOST_AGENTS + 1)
        ),
    ),
    modules={"gymnasium-robotics": "gymnasium_robotics"},
)


def division(env: str) -> tuple[str, str]:
    """Scenario and partition of an id, as the library calls them."""
    name, _, partition = env.removeprefix("mamujoco/").partition("-")
    for known, scenario, partitions, _ in SCENARIOS:
        if name == known:
            return scenario, partitions[partition]
    return next(scenario for known, scenario, _ in SEGMENTED if name == known), partition
