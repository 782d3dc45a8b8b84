"""What SMAX and SMAC send of a battle: SMAC's arrays, whoever plays the game."""

from __future__ import annotations

from cfcql_bridges.environment import Array
from cfcql_bridges.team import team_arrays

OUTCOME = (
    Array("battle_won", "info", "u8", (), "all enemies dead and an ally alive"),
    Array("dead_allies", "info", "i32", (), "allies that are dead"),
    Array("dead_enemies", "info", "i32", (), "enemies that are dead"),
)


def battle_arrays(
    agents: int,
    observation_size: int,
    state_size: int,
    actions: int,
    dtypes: dict[str, str],
    raw: tuple[Array, ...] = (),
    flags: tuple[Array, ...] = (),
) -> tuple[Array, ...]:
    """All arrays of a battle; ``raw`` are sent between what is seen and the rewards, ``flags``
    behind those of its end.
    """
    seen = Array(
        "observations",
        "observation",
        dtypes["observations"],
        (agents, observation_size),
        "what each ally sees; zeros for a dead one",
    )
    state = Array(
        "state", "state", dtypes["state"], (state_size,), "all units, without limit of sight"
    )
    return team_arrays((seen, state, *raw), agents, actions, dtypes, (*flags, *OUTCOME))
