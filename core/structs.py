"""Immutable data, compared by value: frozen dataclasses that are made in a fraction of the time.

`dataclass(frozen=True)` writes and compiles six methods for each class. For the classes that the
first frame needs, that is a fifth of all the time until it is shown. So a `Struct` has the same
methods from its base class; `dataclass` finds its fields only.
"""

from __future__ import annotations

from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import TYPE_CHECKING, ClassVar, NoReturn, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import Field

_set = object.__setattr__


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Struct:
    """The base of all immutable data: its fields are those that the class annotates.

    A class that defines `__post_init__` has it called with all fields set. `dataclasses.replace`,
    `fields` and `asdict` take a struct, and `match` takes it apart.

    Parameters
    ----------
    *values
        The fields in their order.
    **named
        Fields by name. One that is not given at all has its default.

    Raises
    ------
    TypeError
        If a field without a default is not given, one is given twice, or what is given is no field.
    """

    if TYPE_CHECKING:  # a struct's annotations are its fields
        __dataclass_fields__: ClassVar[dict[str, Field[object]]]
        __match_args__: ClassVar[tuple[str, ...]]
        _compared: ClassVar[attrgetter[object]]
        _defaults: ClassVar[dict[str, object]]
        _factories: ClassVar[dict[str, Callable[[], object]]]

    def __init_subclass__(cls, *, eq: bool = True) -> None:
        """Find the fields; with `eq=False` a struct equals only itself, as arrays inside want."""
        super().__init_subclass__()
        dataclass(init=False, repr=False, eq=False)(cls)
        every = fields(cls)
        cls._compared = attrgetter("__class__", *(each.name for each in every if each.compare))
        cls._defaults = {each.name: each.default for each in every if each.default is not MISSING}
        cls._factories = {
            each.name: each.default_factory for each in every if each.default_factory is not MISSING
        }
        if not eq:
            cls.__eq__ = object.__eq__  # type: ignore[method-assign]
            cls.__hash__ = object.__hash__  # type: ignore[method-assign]

    def __init__(self, *values: object, **named: object) -> None:
        names = self.__match_args__
        if named or len(values) != len(names):
            values = self._complete(values, named)
        for name, value in zip(names, values, strict=True):
            _set(self, name, value)
        self.__post_init__()

    @classmethod
    def _complete(cls, values: tuple[object, ...], named: dict[str, object]) -> tuple[object, ...]:
        """Return the values of all fields in their order, with the defaults of those not given."""
        names = cls.__match_args__
        given = dict(zip(names, values, strict=False)) | named
        is_each_once = len(given) == len(values) + len(named)
        if len(given) < len(names):
            given = cls._defaults | given
            for name, make in cls._factories.items():
                given.setdefault(name, make())
        if not is_each_once or given.keys() != set(names):
            raise TypeError(f"{cls.__qualname__} must have these, each once: {', '.join(names)}")
        return tuple(map(given.__getitem__, names))

    def __post_init__(self) -> None:
        """Do nothing more."""

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._compared(self) == self._compared(other)

    def __hash__(self) -> int:
        return hash(self._compared(self))

    def __repr__(self) -> str:
        shown = (each.name for each in fields(self) if each.repr)
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
        return f"{type(self).__qualname__}({values})"
