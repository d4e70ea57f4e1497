"""The options of the commands, and the run that they describe."""

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from textwrap import wrap
from typing import TYPE_CHECKING, NoReturn, TypeAlias, TypeVar

from core import TASKS, ConfigError, TrainingConfig
from core.errors import TableError
from core.images import SCALES, OwnData
from core.settings import (
    PRESETS,
    SETTINGS,
    WORDS,
    Activations,
    Choice,
    Group,
    Layers,
    Real,
    Setting,
    Switch,
    Takes,
    Value,
    Whole,
    fitting,
    written,
)
from tui import PROGRAM
from tui.cli.output import complain, print_text
from tui.cli.progress import read_own
from tui.files.folders import default_engine
from tui.words.phrases import printable

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

T = TypeVar("T")

_OPTION = re.compile(r"--\w[\w-]*")
_BELOW_0 = re.compile(r"-(\d|\.\d|inf|nan)", re.IGNORECASE)


class Help(argparse.HelpFormatter):
    """Help that takes no name such as black-white apart at the end of a line."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrap(text, width, break_on_hyphens=False)


class Parser(argparse.ArgumentParser):
    """A parser that answers invalid input in one line."""

    def print_help(self, file: "SupportsWrite[str] | None" = None) -> None:
        """Print the help, all of it or none; end with 1 if that cannot be."""
        text = self.format_help()
        self.exit(print_text(text, "--help needs it"))

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """End, with a message that standard error may not take."""
        if message:
            complain(message)
        sys.exit(status)

    def read(self, words: Sequence[str]) -> argparse.Namespace:
        """Parse words; one such as -1e5 or -4,4 is a value, not an option."""
        read: list[str] = []
        for word in words:
            if _BELOW_0.match(word) and read and _OPTION.fullmatch(read[-1]):
                read[-1] += f"={word}"
            else:
                read.append(word)
        return self.parse_args(read)

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and end with 2."""
        message = message.removeprefix("argument ").replace(": must ", " must ", 1)
        message = message.replace("unrecognized arguments: ", "unknown option or extra argument: ")
        value = message.partition(": ignored explicit argument ")
        if value[1]:
            message = f"{value[0]} must have no value (got {value[2]})"
        name = message.removesuffix(": expected one argument")
        if name != message:
            message = f"{name} needs a value: {self._taken_by(name)}"
        self.exit(2, f"{PROGRAM}: {printable(message)}\n")

    def _taken_by(self, option: str) -> str:
        """Return what an option takes."""
        setting = SETTINGS.get(option.removeprefix("--").replace("-", "_"))
        if setting is not None:
            return setting.takes.words
        return str(self._option_string_actions[option].metavar)


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

        parser.exit(print_text(f"{PROGRAM} {version(PROGRAM)}\n", "--version needs it"))


def reader(takes: Takes) -> Callable[[str], Value]:
    """Return what reads an option's text, and refuses it in words."""

    def read(text: str) -> Value:
        try:
            return takes.read(text)
        except ValueError as problem:
            raise argparse.ArgumentTypeError(str(problem)) from None

    return read


def option_name(setting: str) -> str:
    """Return a setting's option."""
    return f"--{setting.replace('_', '-')}"


Add: TypeAlias = Callable[[argparse._ArgumentGroup, Setting], None]
"""Adds the option of a setting to a group of options."""


def add_run_options(
    parser: argparse.ArgumentParser,
    *,
    steps: str = "never",
    without: Group | None = None,
    add: Add | None = None,
) -> None:
    """Add an option for each setting of a run, and those for a person's own images.

    Parameters
    ----------
    parser : ArgumentParser
        Where they are added.
    steps : str
        After how many steps the command stops where nobody says.
    without : Group, optional
        Settings that have no part in what the command does.
    add : callable, optional
        Adds the option of a setting, if not as one that takes one value.
    """
    ready = parser.add_argument_group("presets")
    names = ", ".join(PRESETS)
    ready.add_argument(
        "--preset", metavar="NAME", help=f"a prepared run that shows one effect: {names}"
    )
    add_data_options(parser)
    settings = SETTINGS | {"steps": replace(SETTINGS["steps"], unset=steps)}
    chosen = [each for each in settings.values() if each.group is not without]
    add_setting_options(parser, chosen, add)


_ABOUT = {
    Group.STOPPING: "With mini-batches a loss, an accuracy and patience are judged by one forward "
    "pass over all training images at the end of each epoch. Its multiply-adds are counted."
}
"""What is to be said of a group of options."""


def add_setting_options(
    parser: argparse.ArgumentParser, settings: Iterable[Setting], add: Add | None = None
) -> None:
    """Add an option for each of some settings, group by group."""
    add = add or _add_option
    sections: dict[Group, argparse._ArgumentGroup] = {}
    for setting in settings:
        if setting.group not in sections:
            about = _ABOUT.get(setting.group)
            sections[setting.group] = parser.add_argument_group(setting.group.value, about)
        add(sections[setting.group], setting)


def add_data_options(parser: argparse.ArgumentParser) -> None:
    """Add the options for a person's own images."""
    section = parser.add_argument_group("your own images")
    section.add_argument(
        "--data",
        metavar="FILE.csv",
        dest="data_file",
        help="columns p0,p1,p2,p3,label; a header is optional; without a label column, --task "
        "labels the images",
    )
    section.add_argument(
        "--scale",
        type=reader(Real(0.0)),
        metavar="1|255",
        help="the number for black in that file (1)",
    )


@cache
def _default_config() -> TrainingConfig:
    """Return the config whose values are the defaults."""
    return TrainingConfig()


def help_of(setting: Setting) -> str:
    """Return what a setting does, and its default."""
    default = setting.unset or written(getattr(_default_config(), setting.name))
    if setting.name in WORDS:
        default = f"{default}; {WORDS[setting.name]}"
    return f"{setting.about} ({default})".replace("%", "%%")


def _add_option(section: argparse._ArgumentGroup, setting: Setting) -> None:
    """Add one option, read as its setting wants it."""
    option, help_ = option_name(setting.name), help_of(setting)
    match setting.takes:
        case Choice(names):
            help_, metavar = f"{help_}: {', '.join(names)}", "NAME"
        case Activations(names):
            metavar = "NAME[,NAME]"
            help_ = f"{help_}: {', '.join(names)}; one for all layers or one for each"
        case Layers():
            metavar = "8,8|none"
        case Switch():
            section.add_argument(option, action=argparse.BooleanOptionalAction, help=help_)
            return
        case takes:
            metavar = "N" if isinstance(takes, Whole) else "X"
    section.add_argument(option, type=reader(setting.takes), metavar=metavar, help=help_)


def config_of(arguments: argparse.Namespace, *, is_run: bool = True) -> TrainingConfig:
    """Make the run's config; what was not given fits the task that was, or is as in the preset.

    Parameters
    ----------
    arguments : Namespace
        The words that were given.
    is_run : bool
        Whether it is to be run; a network that is only counted may be of any size.

    Raises
    ------
    ConfigError
        For a value outside what its option takes.
    TableError
        If a person's own images cannot be taken.
    """
    given = {
        name: value
        for name, value in vars(arguments).items()
        if name in SETTINGS and value is not None
    }
    if "engine" not in given and (engine := default_engine()) != TrainingConfig.engine:
        given["engine"] = engine
    make = config_maker(arguments, given.get("task"), given.get("pixels"), is_run=is_run)
    return make(given)


def config_maker(
    arguments: argparse.Namespace,
    task: Value = None,
    pixels: Value = None,
    *,
    is_run: bool = True,
) -> Callable[[Mapping[str, Value]], TrainingConfig]:
    """Return what makes a config of settings that are given, by preset and own images.

    Parameters
    ----------
    arguments : Namespace
        The words that were given.
    task, pixels : optional
        The values of these two settings, if they are given.
    is_run : bool
        Whether they are to be run, and not only counted.

    Raises
    ------
    ConfigError
        If preset or images do not go with these.
    TableError
        If a person's own images cannot be taken.
    """
    own: dict[str, Value] = {}
    if (data := _own_data(arguments, task, pixels)) is not None:
        own = {"images": len(data), "task": _task_for(data), "pixels": TrainingConfig.pixels}
    name = getattr(arguments, "preset", None)
    if name is not None and name not in PRESETS:
        raise ConfigError("preset", f"must be {', '.join(PRESETS)} (got {name!r})")

    def make(given: Mapping[str, Value]) -> TrainingConfig:
        values = own | dict(given)
        # A config checks itself.
        if name is None:
            return TrainingConfig(data=data, is_run=is_run, **values)  # type: ignore[arg-type]
        values |= fitting(values)
        return replace(PRESETS[name].config, data=data, is_run=is_run, **values)  # type: ignore[arg-type]

    return make


def _own_data(arguments: argparse.Namespace, named: Value, pixels: Value) -> OwnData | None:
    """Read a person's own images, if a file of them is given."""
    scale = 1.0 if arguments.scale is None else arguments.scale
    if arguments.data_file is None:
        if arguments.scale is not None:
            raise ConfigError("scale", "needs --data FILE.csv")
        return None
    if scale not in SCALES:
        raise ConfigError("scale", f"must be 1 or 255 (got {written(scale)})")
    if pixels is not None:
        raise ConfigError("pixels", "is for generated images: remove it, or remove --data")
    task = None
    if named is not None and (task := TASKS.get(str(named))) is None:
        TrainingConfig(task=str(named))  # refuses it
    return read_own(arguments.data_file, task, scale)


def _task_for(data: OwnData) -> str:
    """Choose the task for labels that no task was named for."""
    return "own-yes-no" if data.is_yes_no else "own"


def config_or_end(
    parser: Parser, arguments: argparse.Namespace, *, is_run: bool = True
) -> TrainingConfig:
    """Make the run's config, see `config_of`, or say what is wrong and end with 2."""
    return made_or_end(parser, arguments, lambda: config_of(arguments, is_run=is_run))


def made_or_end(parser: Parser, arguments: argparse.Namespace, make: Callable[[], T]) -> T:
    """Make something of the options, or say what is wrong with them and end with 2."""
    try:
        return make()
    except ConfigError as error:
        parser.error(option_of(error))
    except TableError as error:
        parser.exit(2, "".join(f"{line}\n" for line in _table_lines(arguments.data_file, error)))


def _table_lines(name: str, error: TableError) -> list[str]:
    """Return what is wrong with a file of images; its wrong rows one below the other."""
    lines = [f"{PROGRAM}: --data {printable(name)}: {error.problem}"]
    lines += [f"  line {row.line:,}: {row.problem}" for row in error.rows]
    if error.wrong > len(error.rows):
        lines.append(f"  and {error.wrong - len(error.rows):,} more")
    return [printable(line) for line in lines]


def option_of(error: ConfigError) -> str:
    """Return in one line which option is wrong, and how."""
    return f"{option_name(error.setting)} {error.problem}"
