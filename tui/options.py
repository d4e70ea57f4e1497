"""The options that both commands take, and the run they describe."""

import argparse
from typing import NoReturn

from core import ConfigError, TrainingConfig
from core.settings import (
    SETTINGS,
    Activations,
    Choice,
    Group,
    Layers,
    Real,
    Setting,
    Switch,
    Value,
    Whole,
)

PROGRAM = "napkin-net"
_LONGEST = 300


class Parser(argparse.ArgumentParser):
    """A parser that answers wrong input in one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and end with 2."""
        message = message.removeprefix("argument ").replace(": takes", " takes", 1)
        message = message.replace("unrecognized arguments: ", "there is no option ")
        self.exit(2, f"{PROGRAM}: {printable(message)}\n")


def printable(text: str) -> str:
    """Write what a person typed in one line that cannot do anything to the terminal."""
    safe = "".join(mark if mark.isprintable() else repr(mark)[1:-1] for mark in text)
    return safe if len(safe) <= _LONGEST else safe[:_LONGEST] + "…"


class ShowVersion(argparse.Action):
    """Print the version; it is looked up only when it is asked for."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        """Print and end."""
        from importlib.metadata import version

        print(f"{PROGRAM} {version(PROGRAM)}")
        parser.exit()


def whole(text: str) -> int:
    """Read a whole number such as 1000 or 1,000."""
    try:
        return int(text.replace(",", ""))
    except ValueError:
        raise argparse.ArgumentTypeError(f"takes a whole number, not {text!r}") from None


def number(text: str) -> float:
    """Read a number."""
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"takes a number, not {text!r}") from None


def layers(text: str) -> tuple[int, ...]:
    """Read the sizes of hidden layers: 8,8 or none."""
    if text == "none":
        return ()
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"takes layer sizes such as 8,8, or none, not {text!r}"
        ) from None


def option_name(setting: str) -> str:
    """Give a setting's option."""
    return f"--{setting.replace('_', '-')}"


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Add an option for each setting of a run."""
    for group in Group:
        section = parser.add_argument_group(group.value)
        for setting in SETTINGS.values():
            if setting.group is group:
                _add_option(section, setting)


def _add_option(section: argparse._ArgumentGroup, setting: Setting) -> None:
    """Add one option, read as its setting wants it."""
    default = setting.unset or _shown(getattr(TrainingConfig(), setting.name))
    option, help_ = option_name(setting.name), f"{setting.about} ({default})".replace("%", "%%")
    match setting.takes:
        case Choice(names):
            section.add_argument(option, metavar="NAME", help=f"{help_}: {', '.join(names)}")
        case Activations(names):
            metavar, more = "NAME[,NAME]", "; one for all layers or one for each"
            section.add_argument(option, metavar=metavar, help=f"{help_}: {', '.join(names)}{more}")
        case Whole():
            section.add_argument(option, type=whole, metavar="N", help=help_)
        case Real():
            section.add_argument(option, type=number, metavar="X", help=help_)
        case Layers():
            section.add_argument(option, type=layers, metavar="8,8|none", help=help_)
        case Switch():
            section.add_argument(option, action=argparse.BooleanOptionalAction, help=help_)


def _shown(value: Value) -> str:
    """Write a default as one would type it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or "none"
    return f"{value:,}" if isinstance(value, int) else str(value)


def config_of(arguments: argparse.Namespace) -> TrainingConfig:
    """Make the run's config; what was not given stays as in the essay.

    Raises
    ------
    ConfigError
        For a value outside what its option takes.
    """
    given = {
        name: value
        for name, value in vars(arguments).items()
        if name in TrainingConfig.__dataclass_fields__ and value is not None
    }
    return TrainingConfig(**given)


def option_of(error: ConfigError) -> str:
    """Say in one line which option is wrong, and how."""
    return f"{option_name(error.setting)} {error.problem}"
