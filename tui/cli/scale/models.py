"""The networks that a person describes with options, beside those of the ladder."""

import argparse
import math
from collections.abc import Callable, Iterator

from core.scale import (
    LADDER,
    TOKENS_PER_PARAMETER,
    TOKENS_PER_STEP,
    Model,
    dense_model,
    gpt,
    sized_model,
    transformer_model,
)
from core.settings import Whole
from core.typed_numbers import real, shown, whole
from tui.cli.options import Parser
from tui.words.machine import thousands_text

_MOST = 10**18
_SUFFIXES = {"k": 10**3, "m": 10**6, "g": 10**9, "b": 10**9, "t": 10**12}
"""Of an amount, as in 124M; the field writes billions as B, and this program as G."""
_IMAGES, _STEPS = 1000, 300
"""As a run has them where nobody says."""
_CONTEXT, _VOCABULARY = 1024, 50_257
"""GPT-2's."""
_NAME = 16
"""Cells of a name."""
_NEEDS = {
    "images": ("layers",),
    "steps": ("layers",),
    "context": ("transformer",),
    "vocabulary": ("transformer",),
    "tokens": ("params", "transformer"),
    "batch_tokens": ("params", "transformer"),
}
"""Options that go with others."""


def amount_reader(least: int, most: int) -> Callable[[str], int]:
    """Return what reads a whole amount such as 1,000, 7e9 or 7B, and refuses others in words."""

    def read(text: str) -> int:
        value = _value(text)
        if value is None or not least <= value <= most:
            limits = Whole(least, most).words if most < _MOST else f"at least {least:,}"
            raise argparse.ArgumentTypeError(
                f"must be a whole number, {limits}, such as 1,000, 7e9 or 7B (got {shown(text)})"
                if value is None or value < least
                else f"must be at most {most:,} (got {shown(text)})"
            )
        return value

    return read


def _value(text: str) -> int | None:
    """Read an amount; nothing if it is not whole."""
    plain = text.strip()
    factor = _SUFFIXES.get(plain[-1:].lower(), 1)
    number = plain if factor == 1 else plain[:-1]
    try:
        return whole(number) * factor
    except ValueError:
        pass
    try:
        value = real(number) * factor
    except ValueError:
        return None
    # Typed with an exponent or a suffix, it may miss a whole number by a rounding.
    near = round(value) if math.isfinite(value) else None
    return near if near is not None and math.isclose(near, value, rel_tol=1e-12) else None


def _sizes_reader(words: str, *, most: int | None = None) -> Callable[[str], tuple[int, ...]]:
    """Return what reads two sizes or more, such as 784,300,10."""

    def read(text: str) -> tuple[int, ...]:
        found = [_value(part) for part in text.replace("，", ",").split(",")]
        sizes = tuple(size for size in found if size is not None and 1 <= size <= 10**9)
        if len(sizes) < len(found) or not 2 <= len(sizes) <= (most or len(sizes)):
            raise argparse.ArgumentTypeError(f"must be {words} (got {shown(text)})")
        return sizes

    return read


def add_model_options(parser: Parser) -> None:
    """Add the options that describe a network of one's own."""
    section = parser.add_argument_group("a network of your own, beside the others")
    add = section.add_argument
    add(
        "--layers",
        metavar="784,300,10",
        type=_sizes_reader("two sizes or more, each 1 to 1,000,000,000, such as 784,300,10"),
        help="a dense network: its inputs, and the neurons of each layer",
    )
    _add_amounts(
        section,
        ("images", f"images per step, with --layers ({_IMAGES:,})"),
        ("steps", f"steps of the training, with --layers ({_STEPS})"),
    )
    add(
        "--transformer",
        metavar="24,1024",
        type=_sizes_reader("blocks and width, each 1 to 1,000,000,000, such as 24,1024", most=2),
        help="a transformer of GPT-2's kind: its blocks and its width",
    )
    add(
        "--params",
        metavar="N",
        type=amount_reader(1, _MOST),
        help="a network of N parameters, such as 7e9 or 7B, of which each token meets each "
        "parameter: 3 × N × tokens multiply-adds, which are 6 × N × tokens FLOPs",
    )
    _add_amounts(
        section,
        ("tokens", f"tokens of the training ({TOKENS_PER_PARAMETER} per parameter)"),
        ("batch-tokens", f"tokens per step ({TOKENS_PER_STEP:,})"),
        ("context", f"tokens of a sequence, with --transformer ({_CONTEXT:,})"),
        ("vocabulary", f"different tokens, with --transformer ({_VOCABULARY:,})"),
    )


def _add_amounts(section: argparse._ArgumentGroup, *options: tuple[str, str]) -> None:
    """Add options for whole amounts, each with what it is."""
    for name, about in options:
        section.add_argument(f"--{name}", metavar="N", type=amount_reader(1, _MOST), help=about)


def models_of(parser: Parser, arguments: argparse.Namespace) -> list[Model]:
    """Return the ladder, with the networks that the options describe; the smallest first.

    What is wrong with the options is printed, and the command ends with 2.
    """
    for option, needed in _NEEDS.items():
        given = getattr(arguments, option) is not None
        if given and all(getattr(arguments, other) is None for other in needed):
            others = " or ".join(f"--{other}" for other in needed)
            parser.error(f"--{option.replace('_', '-')} needs {others}")
    return sorted([*LADDER, *_own(parser, arguments)], key=lambda model: model.parameters)


def _own(parser: Parser, arguments: argparse.Namespace) -> Iterator[Model]:
    """Build the networks that the options describe."""
    if arguments.layers is not None:
        yield dense_model(
            _name("→".join(map(str, arguments.layers)), arguments.layers),
            arguments.layers,
            batch=arguments.images or _IMAGES,
            steps=arguments.steps or _STEPS,
        )
    if arguments.transformer is not None:
        blocks, width = arguments.transformer
        context = arguments.context or _CONTEXT
        shape = gpt(blocks, width, context, arguments.vocabulary or _VOCABULARY)
        parameters = sum(layer.parameters * layer.times for layer in shape.layers())
        tokens, per_step = _tokens(parser, arguments, parameters)
        name = f"{blocks:,} × {width:,}"
        yield transformer_model(name, shape, batch_tokens=per_step, tokens=tokens)
    if arguments.params is not None:
        tokens, per_step = _tokens(parser, arguments, arguments.params)
        noun = "weight" if arguments.params == 1 else "weights"
        name = f"{thousands_text(arguments.params)} {noun}"
        yield sized_model(name, arguments.params, tokens=tokens, batch_tokens=per_step)


def _tokens(parser: Parser, arguments: argparse.Namespace, parameters: int) -> tuple[int, int]:
    """Return the tokens of a training, and those of a step, of which there is at least one."""
    tokens = arguments.tokens or TOKENS_PER_PARAMETER * parameters
    per_step = arguments.batch_tokens or min(TOKENS_PER_STEP, tokens)
    if per_step > tokens:
        parser.error(
            f"--batch-tokens must be at most the {tokens:,} tokens of the training "
            f"(got {per_step:,})"
        )
    return tokens, per_step


def _name(name: str, sizes: tuple[int, ...]) -> str:
    """Return a name that a table has room for."""
    return name if len(name) <= _NAME else f"{sizes[0]:,}→…→{sizes[-1]:,}"


def model_named(parser: Parser, models: list[Model], name: str) -> Model:
    """Find a network by its name or the beginning of it; end with 2 if that is not one network."""
    wanted = _plain(name)
    found = [model for model in models if _plain(model.name).startswith(wanted)]
    exact = [model for model in found if _plain(model.name) == wanted]
    if len(exact or found) == 1 and wanted:
        return (exact or found)[0]
    if wanted and found:
        names = " or ".join(model.name for model in found)
        parser.error(f"NETWORK {name!r} fits {len(found)} networks: type more of {names}")
    names = ", ".join(model.name for model in models)
    parser.error(f"NETWORK must be one of {names} (got {name!r})")


def _plain(name: str) -> str:
    """Return the letters and digits of a name, which a keyboard has."""
    return "".join(mark for mark in name.lower() if mark.isalnum())
