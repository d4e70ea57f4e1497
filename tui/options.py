"""The options that both commands take, and the run they describe."""

import argparse
from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn

from core import ConfigError, TrainingConfig
from core.fitting import WORDS, fitting
from core.presets import PRESETS
from core.setting import Activations, Choice, Group, Layers, Setting, Switch, Value, Whole, written
from core.settings import SETTINGS

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


def reader(setting: Setting) -> Callable[[str], Value]:
    """Give what reads an option's text, and refuses it in words."""

    def read(text: str) -> Value:
        try:
            return setting.takes.read(text)
        except ValueError as problem:
            raise argparse.ArgumentTypeError(str(problem)) from None

    return read


def option_name(setting: str) -> str:
    """Give a setting's option."""
    return f"--{setting.replace('_', '-')}"


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Add an option for each setting of a run."""
    ready = parser.add_argument_group("ready-made runs")
    names = ", ".join(PRESETS)
    ready.add_argument("--preset", metavar="NAME", help=f"one to begin with: {names}")
    for group in Group:
        section = parser.add_argument_group(group.value)
        for setting in SETTINGS.values():
            if setting.group is group:
                _add_option(section, setting)


def _add_option(section: argparse._ArgumentGroup, setting: Setting) -> None:
    """Add one option, read as its setting wants it."""
    default = setting.unset or written(getattr(TrainingConfig(), setting.name))
    if setting.name in WORDS:
        default = f"{default}; {WORDS[setting.name]}"
    option, help_ = option_name(setting.name), f"{setting.about} ({default})".replace("%", "%%")
    match setting.takes:
        case Choice(names) | Activations(names):
            help_, metavar = f"{help_}: {', '.join(names)}", "NAME"
        case Layers():
            metavar = "8,8|none"
        case Switch():
            section.add_argument(option, action=argparse.BooleanOptionalAction, help=help_)
            return
        case takes:
            metavar = "N" if isinstance(takes, Whole) else "X"
    section.add_argument(option, type=reader(setting), metavar=metavar, help=help_)


def config_of(arguments: argparse.Namespace) -> TrainingConfig:
    """Make the run's config; what was not given fits the task, or stays as in the preset.

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
    name = getattr(arguments, "preset", None)
    if name is None:
        return TrainingConfig(**(given | fitting(given)))
    if name not in PRESETS:
        raise ConfigError("preset", f"takes {' or '.join(PRESETS)}, not {name!r}")
    return replace(PRESETS[name].config, **given)


def option_of(error: ConfigError) -> str:
    """Say in one line which option is wrong, and how."""
    return f"{option_name(error.setting)} {error.problem}"
