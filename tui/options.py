"""The options that both commands take, and the run they describe."""

import argparse
from typing import NoReturn

from core import ConfigError, TrainingConfig

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


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what a run is made from."""
    run = parser.add_argument_group("the run")
    add = run.add_argument
    add("--hidden", type=layers, metavar="8,8|none", help="neurons of each hidden layer (none)")
    add(
        "--activation", metavar="NAME", help="of hidden neurons: linear, relu, tanh, sigmoid (tanh)"
    )
    add("--output", metavar="NAME", help="of the output: linear or sigmoid (linear)")
    add(
        "--bias",
        action=argparse.BooleanOptionalAction,
        help="whether neurons have a bias (with hidden layers yes, without no)",
    )
    add("--learning-rate", type=number, metavar="RATE", help="how far a step goes (0.1)")
    add("--batch-size", type=whole, metavar="N", help="images to a step (all of them)")
    add("--optimizer", metavar="NAME", help="how a gradient moves the weights: sgd (sgd)")
    add("--loss", metavar="NAME", help="mse, or bce with a sigmoid output (mse)")
    add("--task", metavar="NAME", help="what is learnt: darkness (darkness)")
    add("--images", type=whole, metavar="N", help="training images, at most 1,000,000 (1,000)")
    add("--seed", type=whole, metavar="N", help="draws weights and the images' order (0)")
    add("--data-seed", type=whole, metavar="N", help="draws the images (0)")
    add("--engine", metavar="NAME", help="what computes: matrix or loops (matrix)")
    add("--gradient", metavar="NAME", help="how it is found: backprop or nudge (backprop)")


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
    return f"--{error.setting.replace('_', '-')} {error.problem}"
