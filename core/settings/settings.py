"""A setting: a field of a config, declared once with all its descriptions.

The config checks itself by what is declared; the command's options, the settings screen, session
files and the shared command line are made from it.
"""

from dataclasses import field, fields, replace
from enum import StrEnum
from typing import Protocol, TypeVar, cast

from core.settings.kinds import Takes, Value
from core.structs import Struct

T = TypeVar("T")


class Group(StrEnum):
    """What settings stand together."""

    TASK = "task and images"
    NETWORK = "network"
    LEARNING = "learning"
    STOPPING = "stopping"
    COMPUTING = "computing"


class Chosen(Protocol):
    """The settings that decide in which others a run has a part."""

    @property
    def optimizer(self) -> str:
        """Name of the optimizer."""
        ...

    @property
    def schedule(self) -> str:
        """Name of the learning rate's schedule."""
        ...


class Setting(Struct):
    """One setting of a run."""

    name: str
    """The field of `TrainingConfig`; with dashes for underscores, the option."""
    title: str
    """Its name on the screen."""
    about: str
    """What it does, in one short line."""
    group: Group
    takes: Takes
    unset: str | None = None
    """What it means that nothing is given; None where something always is."""
    keeps_run: bool = False
    """Whether a run can go on with another value; otherwise that starts it again."""
    optimizers: tuple[str, ...] = ()
    """The optimizers that it has a part in; none named: whatever the optimizer."""
    schedules: tuple[str, ...] = ()
    """The schedules that it has a part in; none named: whatever the schedule."""
    came_later: bool = False
    """Whether session files were written before there was such a setting: then it is in a file only
    where it is not as usual."""
    usual: Value = None
    """Its value where nothing is given and nothing goes with the task; None: the field's own."""

    def matters(self, chosen: Chosen) -> bool:
        """Whether it has a part in a run with such an optimizer and schedule."""
        return (not self.optimizers or chosen.optimizer in self.optimizers) and (
            not self.schedules or chosen.schedule in self.schedules
        )

    def holds(self, value: Value) -> bool:
        """Whether it takes a value."""
        return self.takes.holds(value) or (value is None and self.unset is not None)

    def read(self, text: str) -> Value:
        """Read what a person typed; nothing, where that means something.

        Raises
        ------
        ValueError
            With the words that say what it takes.
        """
        text = text.strip()
        return None if not text and self.unset is not None else self.takes.read(text)


class Declare(Struct):
    """What declares fields of a dataclass as settings that share these."""

    group: Group
    keeps_run: bool = False
    optimizers: tuple[str, ...] = ()
    schedules: tuple[str, ...] = ()
    came_later: bool = False

    def __call__(
        self, default: T, title: str, about: str, takes: Takes, unset: str | None = None
    ) -> T:
        """Declare a field by its default and by what `Setting` has of it."""
        declared = Setting(
            "",
            title,
            about,
            self.group,
            takes,
            unset,
            self.keeps_run,
            self.optimizers,
            self.schedules,
            self.came_later,
        )
        return field(default=default, metadata={Setting: declared})

    def fitting(self, usual: T, title: str, about: str, takes: Takes) -> T:
        """Declare a field that goes with the task if nothing is given, see `core.settings.fitting`.

        Until the config has decided, nothing is its default: another cannot be told from one given.
        """
        declared = Setting("", title, about, self.group, takes, usual=cast(Value, usual))
        return field(default=cast(T, None), metadata={Setting: declared})


def settings_of(config: type) -> dict[str, Setting]:
    """Collect what a dataclass declares, by name: group by group, first what needs a new run."""
    declared: list[Setting] = [
        replace(each.metadata[Setting], name=each.name)
        for each in fields(config)
        if Setting in each.metadata
    ]
    groups = list(Group)
    declared.sort(key=lambda each: (groups.index(each.group), each.keeps_run))
    return {each.name: each for each in declared}
