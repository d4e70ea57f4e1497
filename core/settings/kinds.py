"""Kinds of values: each described in words, checked, and read from typed text."""

import math
import re
from typing import TypeAlias

from core.structs import Struct
from core.typed_numbers import real, shown, whole

Value: TypeAlias = str | float | int | bool | tuple[int, ...] | None
"""What a setting may be."""

_FEW = 5
"""Names of which a person still reads "this or that"."""


class Choice(Struct):
    """One of some names."""

    names: tuple[str, ...]

    @property
    def words(self) -> str:
        """Return the values that it accepts, in words."""
        if len(self.names) > _FEW:
            return ", ".join(self.names)
        return f"{', '.join(self.names[:-1])} or {self.names[-1]}"

    def holds(self, value: Value) -> bool:
        """Whether a value is one of them."""
        return value in self.names

    def read(self, text: str) -> Value:
        """Return the name as it is; `holds` checks it."""
        return text


class Activations(Struct):
    """A name for all hidden layers, or one for each, with commas between."""

    names: tuple[str, ...]

    @property
    def words(self) -> str:
        """Return the values that it accepts, in words."""
        return f"{', '.join(self.names)}; one for all layers or one for each, such as tanh,relu"

    def holds(self, value: Value) -> bool:
        """Whether all are known; the network checks their number."""
        return isinstance(value, str) and all(name in self.names for name in value.split(","))

    def read(self, text: str) -> Value:
        """Return the names without spaces; tanh+relu is tanh,relu, as a sweep takes them."""
        return text.replace(" ", "").replace("+", ",")


class Whole(Struct):
    """A whole number."""

    least: int
    most: int

    @property
    def words(self) -> str:
        """Return the values that it accepts, in words."""
        return f"{self.least:,} to {self.most:,}"

    def holds(self, value: Value) -> bool:
        """Whether a value is one, in the range."""
        return type(value) is int and self.least <= value <= self.most

    def read(self, text: str) -> Value:
        """Read a whole number such as 1000 or 1,000."""
        return whole(text)


class Real(Struct):
    """A finite number."""

    least: float
    most: float = math.inf
    with_least: bool = True
    """Whether the lower end itself is allowed."""
    with_most: bool = True
    """Whether the upper end itself is allowed."""

    @property
    def words(self) -> str:
        """Return the values that it accepts, in words."""
        if self.with_least and self.with_most and math.isfinite(self.most):
            return f"a number from {self.least:g} to {self.most:g}"
        words = f"a number {'of at least' if self.with_least else 'above'} {self.least:g}"
        if math.isinf(self.most):
            return words
        return f"{words} and {'at most' if self.with_most else 'below'} {self.most:g}"

    def holds(self, value: Value) -> bool:
        """Whether a value is one, in the range."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        if not math.isfinite(value) or not self.least <= value <= self.most:
            return False
        if value == self.least and not self.with_least:
            return False
        return value != self.most or self.with_most

    def read(self, text: str) -> Value:
        """Read a number such as 0.25 or 0,25."""
        return real(text)


class Switch(Struct):
    """Yes or no."""

    words: str = "yes or no"

    def holds(self, value: Value) -> bool:
        """Whether a value is one of the two."""
        return isinstance(value, bool)

    def read(self, text: str) -> Value:
        """Read yes or no."""
        if text not in ("yes", "no"):
            raise ValueError(f"must be {self.words} (got {shown(text)})")
        return text == "yes"


class Layers(Struct):
    """Sizes of hidden layers."""

    words: str = "layer sizes such as 8,8, or none"

    def holds(self, value: Value) -> bool:
        """Whether a value is a tuple of whole numbers; the network checks them."""
        return isinstance(value, tuple) and all(type(size) is int for size in value)

    def read(self, text: str) -> Value:
        """Read the sizes of hidden layers: 8,8 or none; 8+8 too, as a sweep takes them."""
        if text == "none":
            return ()
        try:
            return tuple(whole(part) for part in re.split("[,，+]", text))
        except ValueError:
            raise ValueError(f"must be {self.words} (got {shown(text)})") from None


Takes: TypeAlias = Choice | Activations | Whole | Real | Switch | Layers
"""Any of them."""


def written(value: Value) -> str:
    """Write a value as a person would type it; nothing for one that is not given."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ",".join(map(str, value)) or "none"
        case float():
            return f"{value:g}" if float(f"{value:g}") == value else repr(value)
    return str(value)
