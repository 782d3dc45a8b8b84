"""Options of an environment: a whitelist per id, resolved and checked before anything is made."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cfcql_bridges.errors import BridgeError

Scalar = str | int | float | bool


@dataclass(frozen=True)
class Option:
    """One option: ``type`` is string, int, float, bool or path.

    ``words`` are the values of a path that are none: the harness makes every other absolute.
    """

    name: str
    type: str
    default: Scalar
    meaning: str
    choices: tuple[Scalar, ...] = ()
    low: float | None = None
    high: float | None = None
    words: tuple[str, ...] = ()

    def describe(self) -> dict:
        """The option as ``--list-json`` prints it."""
        text = {"name": self.name, "type": self.type, "default": self.default}
        if self.choices:
            text["choices"] = list(self.choices)
        if self.words:
            text["words"] = list(self.words)
        if self.low is not None:
            text["low"] = self.low
        if self.high is not None:
            text["high"] = self.high
        text["meaning"] = self.meaning
        return text

    def parse(self, value: Scalar) -> Scalar:
        """The value in the option's type; BAD_OPTION if it does not fit."""
        parsed = self._convert(value)
        if self.choices and parsed not in self.choices:
            raise self._refuse(value, "one of " + ", ".join(map(str, self.choices)))
        if self.low is not None and parsed < self.low:
            raise self._refuse(value, f"at least {self.low}")
        if self.high is not None and parsed > self.high:
            raise self._refuse(value, f"at most {self.high}")
        return parsed

    def _convert(self, value: Scalar) -> Scalar:
        if self.type in ("string", "path") and isinstance(value, str):
            return value
        if self.type == "bool":
            if isinstance(value, bool):
                return value
            if value in ("true", "false"):
                return value == "true"
        if self.type == "int" and not isinstance(value, bool):
            if isinstance(value, float) and value.is_integer():
                return int(value)
            if isinstance(value, int | str):
                try:
                    return int(value)
                except ValueError:
                    pass
        if self.type == "float" and not isinstance(value, bool):
            try:
                number = float(value)
            except ValueError:
                number = math.nan
            if math.isfinite(number):
                return number
        raise self._refuse(value, f"a value of type {self.type}")

    def _refuse(self, value: Scalar, expected: str) -> BridgeError:
        return BridgeError("BAD_OPTION", f"option {self.name}={value}: expected {expected}")


def resolve(options: Sequence[Option], given: Mapping[str, Scalar], env: str) -> dict[str, Scalar]:
    """All options of ``env`` with their values, in the order of the whitelist.

    Raises `BridgeError` BAD_OPTION for a key that is not in the whitelist (with the nearest name)
    and for a value that does not fit.
    """
    names = [option.name for option in options]
    for key in given:
        if key not in names:
            near = difflib.get_close_matches(key, names, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            known = ", ".join(names) or "none"
            raise BridgeError(
                "BAD_OPTION",
                f"{env} has no option {key}{hint} (options: {known})",
                suggestion=near[0] if near else None,
            )
    return {
        option.name: option.parse(given[option.name]) if option.name in given else option.default
        for option in options
    }
