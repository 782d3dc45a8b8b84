"""Padded episodes: the paper's HDF5 layout and its relatives.

Arrays ``state`` [N, T, S], ``obs`` [N, T, n, O], ``actions`` [N, T, n, 1] (or ``actions_onehot``),
``avail_actions`` [N, T, n, A], ``reward``, ``terminated`` and ``filled`` [N, T, 1], from an HDF5
file (the paper, ICQ, ODIS), parts of one, or a folder of ``.npy`` files (PyMARL).

An episode of L steps fills slots 0 to L, and is terminated in slot L - 1; slot L holds the final
observation. Where the flag stands in the last filled slot instead, there is no slot of the final
observation (conversions of vaults, OffPyMARL): L slots are filled. ``corrected_terminated`` tells
real ends from those of the limit.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cfcql_data.arrays import Hdf5File, NpyFolder, Parts
from cfcql_data.errors import RefusedError
from cfcql_data.numbers import first_not_finite, single
from cfcql_data.origin import ATTRIBUTE, Origin
from cfcql_data.request import END, GO_ON, TIME_LIMIT, Request
from cfcql_data.rows import (
    BOOTSTRAP,
    CUT,
    SUCCESSOR_UNKNOWN,
    TERMINAL,
    TRUNCATION,
    Rows,
    Task,
)

REQUIRED = ("state", "obs", "actions", "avail_actions", "reward", "terminated", "filled")
CORRECTED = "corrected_terminated"
PUBLISHED_NAME = re.compile(r"(.+)_(random|medium_replay|medium|expert|mixed)\.(?:h5|hdf5)")
LINE = re.compile(r"equal_line_(\d+)")
NUMBERED = re.compile(r"(?:equal_line/|toy/consensus-)(\d{1,6})")
MEND = "; see docs/datasets.md for the layouts"


@dataclass
class Ends:
    """Lengths and ends of all episodes; ``final_slot`` whether final observations are stored."""

    lengths: np.ndarray
    terminated: np.ndarray
    truncated: np.ndarray
    timeout: str
    final_slot: bool


class Padded:
    """A source of padded episodes, opened: names, types and shapes are checked, nothing is read."""

    def __init__(self, request: Request, source: Hdf5File | Parts | NpyFolder):
        self.request = request
        self.source = source
        self.path = request.source
        self.keys = source.keys()
        self.arrays = {}
        for key in REQUIRED:
            self._open(key)
        if CORRECTED in self.keys:
            self.arrays[CORRECTED] = source.array(CORRECTED)
        self._require_shapes()
        self.episodes, self.slots = self.arrays["obs"].shape[:2]
        meta = _stored_episodes(self.path) if isinstance(source, NpyFolder) else None
        if meta is not None:
            if meta > self.episodes:
                raise RefusedError(
                    f"{self.path}: expected {meta} episodes as meta.json says, found "
                    f"{self.episodes} in obs.npy; copy the folder again"
                )
            self.episodes = meta
        if self.episodes == 0 or self.slots < 2:
            raise RefusedError(
                f"{self.path}: expected an episode and two time slots at least, found 'obs' of "
                f"shape {list(self.arrays['obs'].shape)}"
            )
        self.origin = Origin.read(self.path, source.attribute(ATTRIBUTE), self.shape())
        self.environment = self._environment()
        self.kind = self._kind()
        self.ends = self._ends()
        self.task = self._task()
        self.separate_next = False
        self._describe()

    def _open(self, key: str) -> None:
        if key == "actions" and key not in self.keys and "actions_onehot" in self.keys:
            self.arrays[key] = self.source.array("actions_onehot")
            return
        if key not in self.keys:
            found = ", ".join(self.keys) if self.keys else "an empty one"
            raise RefusedError(f"{self.path}: expected the array '{key}', found only {found}{MEND}")
        self.arrays[key] = self.source.array(key)

    @property
    def onehot(self) -> bool:
        """Whether actions are told by ones among zeros only."""
        return "actions" not in self.keys

    def _require_shapes(self) -> None:
        for key, rank, meaning in (
            ("obs", 4, "[episode, slot, agent, observation]"),
            ("state", 3, "[episode, slot, state]"),
            ("avail_actions", 4, "[episode, slot, agent, action]"),
        ):
            found = self.arrays[key].shape
            if len(found) != rank:
                raise RefusedError(
                    f"{self.path}: expected '{key}' of shape {meaning}, found {list(found)}{MEND}"
                )
        for key, array in self.arrays.items():
            expected = self._expected_shape(key)
            unit_left_out = expected[-1] == 1 and array.shape == expected[:-1]
            if array.shape != expected and not unit_left_out:
                raise RefusedError(
                    f"{self.path}: expected '{key}' of shape {list(expected)} as those of the "
                    f"other arrays say, found {list(array.shape)}{MEND}"
                )

    def _expected_shape(self, key: str) -> tuple[int, ...]:
        episodes, slots, agents, _ = self.arrays["obs"].shape
        actions = self.arrays["avail_actions"].shape[3]
        return {
            "obs": self.arrays["obs"].shape,
            "state": (episodes, slots, self.arrays["state"].shape[2]),
            "actions": (episodes, slots, agents, actions if self.onehot else 1),
            "avail_actions": (episodes, slots, agents, actions),
        }.get(key, (episodes, slots, 1))

    def shape(self) -> dict[str, int]:
        """Sizes by name."""
        return {
            "episodes": self.episodes,
            "slots": self.slots,
            "agents": self.arrays["obs"].shape[2],
            "observation": self.arrays["obs"].shape[3],
            "state": self.arrays["state"].shape[2],
            "actions": self.arrays["avail_actions"].shape[3],
        }

    def _environment(self) -> str:
        told = self.origin.task.environment if self.origin else None
        published = PUBLISHED_NAME.fullmatch(self.path.name)
        if told is None and published:
            line = LINE.fullmatch(published.group(1))
            told = f"equal_line/{line.group(1)}" if line else f"smac/{published.group(1)}"
        return self.request.required_environment(told, "2s3z_medium.h5")

    def _kind(self) -> str:
        told = self.origin.kind if self.origin else None
        published = PUBLISHED_NAME.fullmatch(self.path.name)
        if told is None and published:
            told = published.group(2).replace("_", "-")
        return self.request.required_kind(told, "2s3z_medium.h5")

    def _flags(self, key: str) -> np.ndarray:
        """A flag of every slot."""
        array = self.arrays[key]
        flags = np.empty((self.episodes, self.slots), bool)
        for start, stop in self._blocks([key]):
            values = array.read(start, stop).reshape(stop - start, self.slots)
            wrong = np.argwhere((values != 0) & (values != 1))
            if len(wrong):
                episode, slot = wrong[0]
                raise RefusedError(
                    f"{self.path}: expected 0 or 1 in '{key}' of episode {start + episode} slot "
                    f"{slot}, found {values[episode, slot]}; nothing was imported"
                )
            flags[start:stop] = values == 1
        return flags

    def _blocks(self, keys: list[str]):
        """Ranges of episodes that fit the bound; a chunk is not read twice where that fits."""
        arrays = [self.arrays[key] for key in keys]
        fitting = max(1, self.request.block_bytes // sum(array.row_bytes for array in arrays))
        together = max(array.together for array in arrays)
        size = fitting // together * together if fitting > together else fitting
        for start in range(0, self.episodes, size):
            yield start, min(start + size, self.episodes)

    def _filled(self) -> np.ndarray:
        """Filled slots of each episode; refuses gaps."""
        filled = self._flags("filled")
        count = filled.sum(axis=1)
        gaps = np.argwhere((np.arange(self.slots) < count[:, None]) != filled)
        if len(gaps):
            episode = int(gaps[0][0])
            empty = int(np.argmin(filled[episode]))
            later = empty + int(np.argmax(filled[episode][empty:]))
            raise RefusedError(
                f"{self.path}: expected 'filled' of episode {episode} to be 1 without a gap, found "
                f"0 in slot {empty} and 1 in slot {later}; nothing was imported"
            )
        return count

    def _marks(self, key: str, filled: np.ndarray) -> np.ndarray:
        """Slot of the one flag of each episode, -1 without one; padding may hold anything."""
        flags = self._flags(key) & (np.arange(self.slots) < filled[:, None])
        twice = np.flatnonzero(flags.sum(axis=1) > 1)
        if len(twice):
            episode = int(twice[0])
            slots = np.flatnonzero(flags[episode])
            raise RefusedError(
                f"{self.path}: expected '{key}' of episode {episode} in one slot, found it in slots"
                f" {slots[0]} and {slots[1]}; nothing was imported"
            )
        return np.where(flags.any(axis=1), flags.argmax(axis=1), -1)

    def _ends(self) -> Ends:
        filled = self._filled()
        marks = self._marks("terminated", filled)
        final_slot = self._final_slot(filled, marks)
        lengths = filled - 1 if final_slot else filled
        if (lengths < 1).any():
            episode = int(np.argmax(lengths < 1))
            raise RefusedError(
                f"{self.path}: expected two filled slots or more in episode {episode}, a step and "
                f"the one after it, found {filled[episode]}; nothing was imported"
            )
        self._require_marks(filled, marks, lengths, final_slot)
        self.limit = self._limit(lengths, final_slot)
        real = marks >= 0
        if CORRECTED in self.arrays:
            real = real & (self._marks(CORRECTED, filled) >= 0)
        return self._kinds_of_ends(lengths, marks >= 0, real, final_slot)

    def _final_slot(self, filled: np.ndarray, marks: np.ndarray) -> bool:
        """Whether the last filled slot holds a final observation, told by where the flags stand."""
        if self.request.final_slot is not None:
            return self.request.final_slot
        marked = marks >= 0
        before_last = marked & (marks == filled - 2)
        in_last = marked & (marks == filled - 1)
        if before_last.any() and in_last.any():
            raise RefusedError(
                f"{self.path}: expected 'terminated' of all episodes in the last filled slot or of "
                f"all in the one before it, found episode {int(np.argmax(in_last))} of the one sort"
                f" and {int(np.argmax(before_last))} of the other; say --final-slot yes or no"
            )
        if not marked.any() and (filled < self.slots).any():
            raise RefusedError(
                f"{self.path}: expected 'terminated' in an episode that does not fill all slots, "
                "found it nowhere, so that nothing tells whether the last filled slot holds a step "
                "or the final observation; say --final-slot yes or no"
            )
        return not in_last.any()

    def _require_marks(self, filled, marks, lengths, final_slot) -> None:
        where = "the one before its last filled one" if final_slot else "its last filled one"
        wrong = np.flatnonzero((marks >= 0) & (marks != lengths - 1))
        if len(wrong):
            episode = int(wrong[0])
            raise RefusedError(
                f"{self.path}: expected 'terminated' of episode {episode} in slot "
                f"{lengths[episode] - 1}, {where}, found it in slot {marks[episode]}; nothing was "
                "imported"
            )
        early = np.flatnonzero((marks < 0) & (filled < self.slots))
        if final_slot and len(early) and self.request.episode_limit is None:
            episode = int(early[0])
            raise RefusedError(
                f"{self.path}: expected episode {episode}, which fills {filled[episode]} of "
                f"{self.slots} slots, to be terminated in slot {lengths[episode] - 1}, found it "
                "nowhere; nothing was imported, say --episode-limit if episodes may be cut before "
                "their last slot"
            )

    def _limit(self, lengths: np.ndarray, final_slot: bool) -> int:
        longest = int(lengths.max())
        told = self.slots - 1
        if not final_slot and longest == self.slots:
            told = self.slots
        limit = self.request.episode_limit or told
        if longest > limit:
            raise RefusedError(
                f"{self.path}: expected episodes within the episode limit of {limit} steps, found "
                f"episode {int(lengths.argmax())} of {longest} steps; say --episode-limit "
                f"{longest} or more"
            )
        return limit

    def _kinds_of_ends(self, lengths, marked, real, final_slot) -> Ends:
        full = lengths == self.limit
        if self.origin and self.origin.tells_ends:
            return self._told_ends(lengths, marked, final_slot)
        bootstraps = self.environment.startswith("toy/")
        rule = self.request.at_limit
        if rule is None:
            rule = TIME_LIMIT if marked.all() and not bootstraps else END
        ended = marked & real
        if CORRECTED not in self.arrays and rule != END:
            ended = ended & ~full
        timeout = TERMINAL if rule == TIME_LIMIT and marked.all() else TRUNCATION
        if CORRECTED in self.arrays:
            timeout = TRUNCATION
        if bootstraps:
            timeout = BOOTSTRAP
        if self.origin:
            timeout = self.origin.task.timeout
        truncated = np.where(ended, 0, CUT).astype(np.uint8)
        if not final_slot:
            truncated[truncated != 0] |= SUCCESSOR_UNKNOWN
        self._tell(lengths, marked, ended, full, rule)
        return Ends(lengths, ended, truncated, timeout, final_slot)

    def _tell(self, lengths, marked, ended, full, rule) -> None:
        """Count what the flags mean, where that is a choice."""
        at_limit, early = int((marked & full).sum()), int((marked & ~full).sum())
        if at_limit:
            meaning = {
                TIME_LIMIT: "the time limit, after which learners do not bootstrap",
                END: "ends of the task",
                GO_ON: "the time limit, after which learners bootstrap",
            }[rule]
            self.request.say(
                f"ends of episodes: {early} before the limit of {self.limit} steps, {at_limit} at "
                f"the limit, taken as {meaning}; --flags-at-limit says otherwise"
            )
        unmarked = int((~marked).sum())
        if unmarked:
            self.request.say(
                f"{unmarked} of {len(lengths)} episodes are cut: they stop without a termination"
            )

    def _told_ends(self, lengths, marked, final_slot) -> Ends:
        terminated, truncated = self.origin.ends()
        timeout = self.origin.task.timeout
        done = terminated | (truncated if timeout == TERMINAL else np.zeros_like(truncated))
        wrong = np.flatnonzero((done != marked) | ~(terminated | truncated))
        if len(wrong):
            raise RefusedError(
                f"{self.path}: expected 'terminated' of episode {wrong[0]} as the attribute "
                f"'{ATTRIBUTE}' says, found another end; remove the attribute if the file was "
                "changed"
            )
        return Ends(lengths, terminated, truncated.astype(np.uint8), timeout, final_slot)

    def _task(self) -> Task:
        if self.origin and self.origin.task.environment == self.environment:
            return self.origin.task
        shape = self.shape()
        numbered = NUMBERED.fullmatch(self.environment)
        if numbered and int(numbered.group(1)) != shape["agents"]:
            raise RefusedError(
                f"{self.path}: expected {numbered.group(1)} agents as in {self.environment}, found "
                f"{shape['agents']}; say another --env"
            )
        side_by_side = shape["agents"] * shape["observation"] == shape["state"]
        return Task(
            environment=self.environment,
            agents=tuple(f"agent_{agent}" for agent in range(shape["agents"])),
            observation=shape["observation"],
            state=shape["state"],
            # The state of the toy problem is what its agents see, side by side.
            state_is_observations=self.environment.startswith("toy/") and side_by_side,
            actions=shape["actions"],
            low=None,
            high=None,
            masked=True,
            limit=self.limit,
            timeout=self.ends.timeout,
            per_agent=False,
            reduction="team",
        )

    def _describe(self) -> None:
        request = self.request
        form = "contiguous"
        if isinstance(self.source, NpyFolder):
            form = "npy"
        elif self.arrays["obs"].chunked:
            form = "chunked"
        request.note("layout", f"cfcql-h5, {form}")
        if not self.task.fingerprint:
            request.note("environment", "as published; not checked against a fingerprint")
        used = set(self.arrays)
        if self.onehot:
            used = used - {"actions"} | {"actions_onehot"}
        ignored = [key for key in self.keys if key not in used]
        if ignored:
            request.note("ignored arrays", ", ".join(ignored))
            request.say("arrays of the source that were ignored: " + ", ".join(ignored))
        if not self.ends.final_slot:
            request.note("final observations", "not stored by the source")
            unknown = int(((self.ends.truncated & SUCCESSOR_UNKNOWN) != 0).sum())
            request.say(
                "no slot holds a final observation (the flags stand in the last filled slot): the "
                f"last step of {unknown} cut episodes has an unknown successor and is left out of "
                "bootstrapping"
            )

    def blocks(self):
        """Rows of some episodes after the others."""
        keys = ["obs", "state", "actions", "avail_actions", "reward"]
        emptied = 0
        for start, stop in self._blocks(keys):
            rows, some = _Block(self, start, stop).rows()
            emptied += some
            yield rows
        if emptied:
            text = (
                f"{emptied} times an agent has no available action in the slot of a final "
                "observation: all are taken as available there"
            )
            self.request.note("availability", text)
            self.request.say(text)

    def close(self) -> None:
        """Close the source."""
        self.source.close()


class _Block:
    """Episodes ``start`` to ``stop`` of a source, checked and without padding."""

    def __init__(self, padded: Padded, start: int, stop: int):
        self.padded = padded
        self.start = start
        self.stop = stop
        ends = padded.ends
        self.lengths = ends.lengths[start:stop]
        self.stored = self.lengths + (1 if ends.final_slot else 0)
        self.inside = np.arange(padded.slots) < self.stored[:, None]
        self.episode, self.slot = np.nonzero(self.inside)
        self.last = np.cumsum(self.stored) - 1
        self.executed = np.ones(len(self.slot), bool)
        if ends.final_slot:
            self.executed[self.last] = False

    def _read(self, key: str) -> np.ndarray:
        array = self.padded.arrays[key]
        values = array.read(self.start, self.stop)
        if values.ndim == 2 or (key == "actions" and values.ndim == 3):
            values = values[..., None]
        return values[self.inside]

    def rows(self) -> tuple[Rows, int]:
        """The rows, and how often an agent had nothing to choose in a final slot."""
        padded, ends = self.padded, self.padded.ends
        observations = self._finite("obs")
        state = self._finite("state")
        rewards = self._finite("reward")[:, 0]
        available = self._availability()
        actions = self._actions()
        self._require_available(available, actions)
        if padded.task.state_is_observations:
            self._require_same(state, observations)
            state = None
        emptied = 0
        if ends.final_slot:
            self._require_no_reward(rewards)
            emptied = self._fill_final(available)
        rows = Rows(
            lengths=self.lengths,
            terminated=ends.terminated[self.start : self.stop],
            truncated=ends.truncated[self.start : self.stop],
            observations=observations,
            state=state,
            actions=actions,
            available=available if padded.task.masked else None,
            rewards=rewards,
        )
        if not ends.final_slot:
            repeat_last(rows, self.last)
        return rows, emptied

    def _refuse(self, key: str, row: int, expected: str, found: object) -> RefusedError:
        return RefusedError(
            f"{self.padded.path}: expected {expected} in '{key}' of episode "
            f"{self.start + int(self.episode[row])} slot {int(self.slot[row])}, found {found}; "
            "nothing was imported"
        )

    def _finite(self, key: str) -> np.ndarray:
        values = single(self._read(key))
        found = first_not_finite(values)
        if found is not None:
            raise self._refuse(key, found[0], "finite numbers", values[found])
        return values

    def _availability(self) -> np.ndarray:
        values = self._read("avail_actions")
        wrong = np.argwhere((values != 0) & (values != 1))
        if len(wrong):
            at = tuple(wrong[0])
            raise self._refuse("avail_actions", at[0], "0 or 1", values[at])
        return values.astype(np.uint8)

    def _actions(self) -> np.ndarray:
        values = self._read("actions")
        count = self.padded.arrays["avail_actions"].shape[3]
        if self.padded.onehot:
            ones = (values == 1).sum(axis=-1)
            wrong = np.argwhere((ones != 1) | ((values != 0) & (values != 1)).any(axis=-1))
            wrong = [at for at in wrong if self.executed[at[0]]]
            if wrong:
                raise self._refuse("actions_onehot", wrong[0][0], "a single 1", f"{ones.max()}")
            return values.argmax(axis=-1).astype(np.int32)
        values = values[..., 0]
        wrong = np.argwhere(~((values >= 0) & (values < count) & (values == np.rint(values))))
        if len(wrong):
            at = tuple(wrong[0])
            raise self._refuse("actions", at[0], f"numbers from 0 to {count - 1}", values[at])
        return values.astype(np.int32)

    def _require_available(self, available: np.ndarray, actions: np.ndarray) -> None:
        """The action of a final slot is exempt: it was never executed."""
        chosen = np.take_along_axis(available, actions[..., None], axis=-1)[..., 0]
        wrong = np.argwhere((chosen == 0) & self.executed[:, None])
        if len(wrong):
            row, agent = wrong[0]
            raise RefusedError(
                f"{self.padded.path}: expected available actions in 'actions' of episode "
                f"{self.start + int(self.episode[row])} slot {int(self.slot[row])}, found action "
                f"{actions[row, agent]} of agent {agent}, which 'avail_actions' forbids; nothing "
                "was imported"
            )

    def _require_no_reward(self, rewards: np.ndarray) -> None:
        wrong = np.flatnonzero(rewards[self.last])
        if len(wrong):
            row = int(self.last[wrong[0]])
            raise self._refuse("reward", row, "0 after the last step", rewards[row])

    def _require_same(self, state: np.ndarray, observations: np.ndarray) -> None:
        wrong = np.argwhere(state != observations.reshape(state.shape))
        if len(wrong):
            at = tuple(wrong[0])
            expected = f"the observations side by side, as {self.padded.environment},"
            raise self._refuse("state", at[0], expected, state[at])

    def _fill_final(self, available: np.ndarray) -> int:
        """Where nothing is available, all is: a learner takes a maximum over what there is."""
        final = available[self.last]
        empty = final.sum(axis=-1) == 0
        final[empty] = 1
        available[self.last] = final
        return int(empty.sum())


def repeat_last(rows: Rows, last: np.ndarray) -> None:
    """Insert a final row into episodes that have none: what was seen last is seen again there.

    Nobody bootstraps from it: the episode has terminated, or its end is marked as one whose
    successor is unknown. Action and reward of that row are zero.
    """
    behind = last + 1
    for name in ("observations", "state", "available"):
        values = getattr(rows, name)
        if values is not None:
            setattr(rows, name, np.insert(values, behind, values[last], axis=0))
    rows.actions = np.insert(rows.actions, behind, 0, axis=0)
    rows.rewards = np.insert(rows.rewards, behind, 0, axis=0)


def _stored_episodes(folder: Path) -> int | None:
    """Episodes that ``meta.json`` says are stored."""
    path = folder / "meta.json"
    if not path.exists():
        return None
    try:
        count = json.loads(path.read_text(encoding="utf-8"))["episodes_in_buffer"]
        if not isinstance(count, int) or count < 1:
            raise ValueError(count)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as damaged:
        raise RefusedError(
            f"{path}: expected a number 'episodes_in_buffer' of at least 1, found another; copy "
            "the file again, or remove it to take all episodes"
        ) from damaged
    return count
