"""MaMuJoCo as the worker serves it: gymnasium-robotics' bodies, an episode per row.

Source: docs/specification/environments.md 4. Observations, states and rewards are the library's,
bit for bit those of Gymnasium's single-agent task under the joined actions. Where agents see or do
different numbers of things, the shorter rows end in zeros, and the last values of their actions
have no effect. The time limit is the worker's, not the library's wrapper's.
"""

from __future__ import annotations

import math
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

# Read when the library is imported: nothing is drawn here, and a machine need not have a display.
os.environ.setdefault("MUJOCO_GL", "disable")

import gymnasium
import mujoco
import numpy as np
from gymnasium_robotics.envs.multiagent_mujoco import many_segment_ant, many_segment_swimmer
from gymnasium_robotics.envs.multiagent_mujoco.mujoco_multi import MultiAgentMujocoEnv
from gymnasium_robotics.envs.multiagent_mujoco.obsk import build_obs

from cfcql_bridges.environment import StateField
from cfcql_bridges.errors import BridgeError
from cfcql_bridges.mamujoco import division
from cfcql_bridges.options import Scalar
from cfcql_bridges.row_by_row import RowByRow
from cfcql_bridges.rows import Box, Outcome, Seen, Task, environment

BACKEND = "cfcql-mamujoco-1"
EPISODE_LIMIT = 1000
CATEGORIES = ("qpos", "qvel", "cinert", "cvel", "qfrc_actuator", "cfrc_ext")
SPECIAL = {"Reacher": ("fingertip_dist",)}
GENERATED = {
    "ManySegmentAnt": ("Ant-v5", many_segment_ant.gen_asset),
    "ManySegmentSwimmer": ("Swimmer-v5", many_segment_swimmer.gen_asset),
}
PHYSICS = mujoco.mjtState.mjSTATE_INTEGRATION
RESET, STEPPED = 0, 1


def make(env: str, options: dict[str, Scalar], envs: int, dtypes: dict[str, str]) -> RowByRow:
    """The environment ``env`` with E = ``envs`` rows; ``options`` are resolved and checked."""
    # Without a handler the library appends warnings to MUJOCO_LOG.TXT in the working directory.
    mujoco.set_mju_user_warning(lambda text: print(f"mujoco: {_text(text)}", file=sys.stderr))
    scenario, partition = division(env)
    layout = _layout(scenario, options)

    def body() -> Body:
        return Body(_library(scenario, partition, layout))

    return environment(env, options, envs, dtypes, body().task(), body)


def library(env: str, options: dict[str, Scalar]) -> MultiAgentMujocoEnv:
    """The library's environment of the same task, with its time limit, as its users step it."""
    scenario, partition = division(env)
    return _library(scenario, partition, _layout(scenario, options))


def _text(text: str | bytes) -> str:
    return text.decode(errors="replace") if isinstance(text, bytes) else text


def _layout(scenario: str, options: Mapping[str, Scalar]) -> dict:
    depth = int(options["agent_obsk"])
    layout = {"agent_obsk": depth}
    local = str(options["local_categories"])
    if local != "default":
        names = [_categories(scenario, "local_categories", part) for part in local.split("/")]
        if len(names) != depth + 1:
            raise BridgeError(
                "BAD_OPTION",
                f"option local_categories={local}: expected {depth + 1} lists separated by /, one "
                f"per distance up to agent_obsk={depth}, found {len(names)}",
            )
        layout["local_categories"] = names
    whole = str(options["global_categories"])
    chosen = [] if whole == "none" else _categories(scenario, "global_categories", whole)
    return layout | {"global_categories": tuple(chosen)}


def _categories(scenario: str, option: str, text: str) -> list[str]:
    known = CATEGORIES + SPECIAL.get(scenario, ())
    names = text.split(",")
    for name in names:
        if name not in known:
            raise BridgeError(
                "BAD_OPTION", f"option {option}={text}: expected some of {', '.join(known)}"
            )
    return names


def _library(scenario: str, partition: str, layout: dict) -> MultiAgentMujocoEnv:
    if scenario not in GENERATED:
        return MultiAgentMujocoEnv(scenario, partition, **layout)
    # The library would write the body into its own folder, which may be read-only or in use.
    task, write = GENERATED[scenario]
    segments = int(np.prod([int(number) for number in partition.split("x")]))
    with tempfile.TemporaryDirectory() as folder:
        asset = Path(folder) / "body.xml"
        write(n_segs=segments, asset_path=str(asset))
        single = gymnasium.make(task, xml_file=str(asset))
    return MultiAgentMujocoEnv(scenario, partition, gym_env=single, **layout)


def _order(library: MultiAgentMujocoEnv) -> None:
    """Sort what agents see where the library leaves the order to addresses in memory.

    It sorts joints by name, and two of the pusher have one name.
    """
    for nodes_at in library.k_dicts:
        for distance, nodes in nodes_at.items():
            nodes_at[distance] = sorted(nodes, key=lambda node: (node.label, node.act_ids))


class Body:
    """One body and the episode it is in.

    Its single-agent environment is stepped without Gymnasium's wrappers. What is seen after a step
    was computed before the last integration of the step, so a stored state is the one before it,
    from which both are computed again.
    """

    def __init__(self, library: MultiAgentMujocoEnv):
        self._library = library
        _order(library)
        self._single = library.single_agent_env.unwrapped
        # What lies between is a check of the number of actions, which holds here.
        self._single.do_simulation = self._simulate
        self._model, self._data = model, data = self._single.model, self._single.data
        self._parts = [[node.act_ids for node in part] for part in library.agent_action_partitions]
        # Where in the rows of actions [n, d] those of the whole body stand.
        most = max(map(len, self._parts))
        places = {
            joint: agent * most + place
            for agent, part in enumerate(self._parts)
            for place, joint in enumerate(part)
        }
        self._actions_at = np.array([places[joint] for joint in range(model.nu)])
        self._control = data.ctrl  # the simulation reads where this array lies
        self._sight = Sight(library, data)
        self._kind = RESET
        self._physics = np.zeros(mujoco.mj_stateSize(model, PHYSICS))

    def task(self) -> Task:
        """What there is to know of it, found by playing a step."""
        first = self.reset(0)
        joints = max(map(len, self._parts))
        info = self.step(np.zeros((len(self._parts), joints))).info
        space = self._single.action_space
        spec = self._library.single_agent_env.spec
        limit = None if spec is None else spec.max_episode_steps
        return Task(
            backend=BACKEND,
            agents=tuple(self._library.possible_agents),
            observation=first.observations.shape[1],
            action=_box(joints, space),
            episode_limit=limit or EPISODE_LIMIT,
            state=len(first.state),
            info=dict.fromkeys(
                sorted(name for name, value in info.items() if np.ndim(value) == 0),
                "as Gymnasium's task tells it",
            ),
            memory=(
                StateField("kind", "f64", ()),
                StateField("physics", "f64", (len(self._physics),)),
            ),
            # MuJoCo promises equal numbers for one version, binary and kind of machine only.
            determinism="same_build",
            licence="gymnasium-robotics: MIT and Apache-2.0; MuJoCo: Apache-2.0",
        )

    def reset(self, seed: int) -> Seen:
        """A new episode, as Gymnasium begins it from this seed."""
        state, _ = self._single.reset(seed=seed)
        self._remember(RESET)
        return Seen(self._sight.now(), state)

    def step(self, actions: np.ndarray) -> Outcome:
        """One step of the whole body."""
        whole = actions.ravel()[self._actions_at].astype(np.float64)
        state, reward, terminated, _, info = self._single.step(whole)
        return Outcome(Seen(self._sight.now(), state), reward, terminated, info)

    def get_state(self) -> bytes:
        """From what `set_state` computes again what was seen last."""
        return np.concatenate([[self._kind], self._physics]).astype("<f8").tobytes()

    def set_state(self, state: bytes) -> Seen:
        """Back to where `get_state` was called."""
        numbers = np.frombuffer(state, "<f8")
        model, data = self._model, self._data
        mujoco.mj_resetData(model, data)
        mujoco.mj_setState(model, data, numbers[1:], PHYSICS)
        self._kind, self._physics = int(numbers[0]), numbers[1:].copy()
        if self._kind == STEPPED:
            mujoco.mj_step(model, data)
            mujoco.mj_rnePostConstraint(model, data)
        else:
            mujoco.mj_forward(model, data)
            # The solver's first guess is part of the state, and was just replaced.
            mujoco.mj_setState(model, data, self._physics, PHYSICS)
        return Seen(self._sight.now(), self._single._get_obs())

    def close(self) -> None:
        """Let go of what the library holds."""
        self._single.close()

    def _simulate(self, control: np.ndarray, frames: int) -> None:
        """Gymnasium's own step, held for a moment before its last frame."""
        model, data = self._model, self._data
        self._control[:] = control
        if frames > 1:
            mujoco.mj_step(model, data, nstep=frames - 1)
        self._remember(STEPPED)
        mujoco.mj_step(model, data)
        mujoco.mj_rnePostConstraint(model, data)

    def _remember(self, kind: int) -> None:
        self._kind = kind
        mujoco.mj_getState(self._model, self._data, self._physics, PHYSICS)


def _box(joints: int, space: gymnasium.spaces.Box) -> Box:
    """One pair of bounds, as the bridge has it: every body of the library has but one."""
    bounds = sorted({*zip(space.low.tolist(), space.high.tolist(), strict=True)})
    if len(bounds) > 1:
        raise BridgeError(
            "BAD_OPTION", f"expected joints with equal bounds of their actions, found {bounds}"
        )
    return Box(joints, *bounds[0])


class Sight:
    """What the agents see [n, O], shorter rows with zeros at their ends.

    Most observations are numbers of the simulation as they stand. Where the library only picks them
    they are picked here, all at once, in a tenth of its time; what it computes it computes.
    """

    def __init__(self, library: MultiAgentMujocoEnv, data: mujoco.MjData):
        self._library = library
        names = library.possible_agents
        widths = [space.shape[0] for space in map(library.observation_space, names)]
        self._observations = np.zeros((len(widths), max(widths)))
        shapes = {name: getattr(data, name).shape for name in CATEGORIES}
        picked = [_picked(library, agent, shapes) for agent in range(len(widths))]
        self._computed = {i: widths[i] for i, places in enumerate(picked) if places is None}
        # One zero stands behind the numbers, for the ends of shorter rows and for what is computed.
        zero = sum(map(math.prod, shapes.values()))
        where = np.full(self._observations.shape, zero)
        for agent, places in enumerate(picked):
            if places is not None:
                where[agent, : widths[agent]] = places
        self._sources = []
        used = start = 0
        moved = np.full(zero + 1, -1)
        for name, shape in shapes.items():
            size = math.prod(shape)
            if np.any((where >= start) & (where < start + size)):
                moved[start : start + size] = np.arange(used, used + size)
                # The simulation writes where this array lies as long as it lives.
                self._sources.append((slice(used, used + size), getattr(data, name).reshape(-1)))
                used += size
            start += size
        moved[zero] = used
        self._where = moved[where]
        self._numbers = np.zeros(used + 1)

    def now(self) -> np.ndarray:
        """What they see; overwritten by the next call."""
        numbers, observations = self._numbers, self._observations
        for place, source in self._sources:
            numbers[place] = source
        numbers.take(self._where, out=observations, mode="clip")
        for agent, width in self._computed.items():
            observations[agent, :width] = self._library._get_obs_agent(agent)
        return observations


def _picked(
    library: MultiAgentMujocoEnv, agent: int, shapes: Mapping[str, tuple[int, ...]]
) -> np.ndarray | None:
    """Where an agent's observation stands in the arrays of ``shapes``, flat and one after the
    other; None if it is more than a choice of their numbers.

    The library is shown numbers that name their places, far from all that it might clip, and once
    more with the other sign.
    """
    count, far = sum(map(math.prod, shapes.values())), 1e9
    try:
        seen = [
            build_obs(
                _laid_out(sign * (far + np.arange(count)), shapes),
                library.k_dicts[agent],
                library.local_categories,
                library.mujoco_globals,
                library.global_categories,
            )
            for sign in (1, -1)
        ]
    except AttributeError:  # it looks at something else
        return None
    places = seen[0] - far
    if np.array_equal(seen[0], -seen[1]) and np.all((places >= 0) & (places < count)):
        return places.astype(np.int64)
    return None


def _laid_out(numbers: np.ndarray, shapes: Mapping[str, tuple[int, ...]]) -> SimpleNamespace:
    arrays, start = {}, 0
    for name, shape in shapes.items():
        size = math.prod(shape)
        arrays[name] = numbers[start : start + size].reshape(shape)
        start += size
    return SimpleNamespace(**arrays)
