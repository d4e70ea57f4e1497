"""Arithmetic as rows: equations with their numbers, broken between terms where a row is full."""

from collections.abc import Iterable
from typing import TypeAlias

from rich.segment import Segment
from rich.style import Style

from core.explain import Equation, Explanation, Factor, Scope, Term, TopImage
from core.quantities import LossQuantity
from tui.panes.explain.rounding import (
    EXACT,
    Writer,
    adds_up,
    factor_text,
    number_text,
    result_text,
    writer_of,
)
from tui.terminal.drawing import Ink, Line, width_of
from tui.terminal.glyphs import ascii_formula
from tui.words.numerals import MINUS, count, fixed
from tui.words.phrases import listed

Chunk: TypeAlias = list[Segment]
"""What stays together when a row is broken."""

_INDENT = 3
_UNSIGNED = (
    *EXACT,
    "η(k)",
    "γⁿ",
    "c",
    "wave",
    "share",
    "‖g‖ + 0.000001",
    "2",
    "n",
    "pixels",
    "ε",
    "target",
    "1",
    "divisor",
    "s",
    "largest s",
    "time",
)
"""Factors whose sign says nothing."""


def equation_rows(
    equation: Equation, width: int, ink: Ink, *, about: str = "", important: bool = True
) -> list[Line]:
    """Return an equation: what comes out, how, the same with the numbers, the result.

    Parameters
    ----------
    equation : Equation
        What is shown.
    width : int
        Cells of a row.
    ink : Ink
        The styles.
    about : str
        What it is about, in front of it.
    important : bool
        Whether its result is the number that is explained.
    """
    head = [Segment(f" {about}: " if about else " ", ink.dim), Segment(equation.name, ink.text)]
    chunks: list[Chunk] = [head]
    if equation.formula:
        arrow = "" if equation.name.endswith("←") else "= "
        words = f"{arrow}{_symbols(equation.formula, ink)}".split(" ")
        chunks += [[Segment(f" {word}", ink.dim)] for word in words]
    chunks += _numbers(equation, ink)
    sign = "=" if adds_up(equation) else "≈"
    style = ink.strong if important else ink.text
    chunks.append([Segment(f" {sign} ", ink.dim), Segment(result_text(equation), style)])
    if equation.similar:
        chunks.append([Segment(f"  and {count(equation.similar)} more like it", ink.dim)])
    return wrapped(chunks, width, ink)


def _symbols(formula: str, ink: Ink) -> str:
    return formula if ink.unicode else ascii_formula(formula)


def _numbers(equation: Equation, ink: Ink) -> list[Chunk]:
    """Return the terms with their numbers; each may begin a row."""
    if _says_itself(equation):
        return []
    chunks = []
    write = writer_of(equation)
    for number, term in enumerate(equation.terms):
        chunks.append(_term(term, ink, write, first=number == 0))
        if number and equation.function in ("max", "min"):
            chunks[-1][0] = Segment(", ", ink.dim)
    if equation.rest is not None:
        chunks.append(_rest(equation, ink, write, first=not chunks))
    several = len(chunks) > 1
    opening = f"{equation.function}(" if equation.function else ""
    closing = ")" if equation.function else ""
    if several and (equation.times is not None or equation.divisor is not None):
        opening, closing = opening + "(", closing + ")"
    first = chunks[0]
    first.insert(0, Segment(f" = {opening}", ink.dim))
    if equation.times is not None:
        times = equation.times
        chunks[-1].append(Segment(f"{closing}×", ink.dim))
        chunks[-1].append(_factor(times, ink, write, bare=False))
    elif equation.divisor is not None:
        divided = f"{closing} ÷ "
        chunks[-1].append(Segment(divided + factor_text(equation.divisor, write), ink.dim))
    elif closing:
        chunks[-1].append(Segment(closing, ink.dim))
    return chunks


def _says_itself(equation: Equation) -> bool:
    """Whether the numbers would only repeat the result."""
    (first, *others) = equation.terms or (None,)
    alone = first is not None and not others and len(first.factors) == 1 and first.sign > 0
    changed = equation.rest or equation.function or equation.times or equation.divisor
    return alone and not changed


def _term(term: Term, ink: Ink, write: Writer, *, first: bool) -> Chunk:
    """Write a product; the sign of its first factor goes in front."""
    leading = term.factors[0]
    square = len(term.factors) == 2 and leading == term.factors[1]
    negative = (leading.value < 0 and not square) != (term.sign < 0)
    joint = MINUS if negative else "" if first else "+"
    space = "" if first else " "
    chunk = [Segment(f"{space}{joint}{space}", ink.dim)]
    if square:
        chunk += [_factor(leading, ink, write, bare=False), Segment("²", ink.dim)]
        return chunk
    chunk.append(_factor(leading, ink, write, bare=True))
    for factor in term.factors[1:]:
        by = " × " if chunk[-1].text[-1:].isalpha() else "×"
        chunk += [Segment(by, ink.dim), _factor(factor, ink, write, bare=False)]
    return chunk


def _factor(factor: Factor, ink: Ink, write: Writer, *, bare: bool) -> Segment:
    """Write a factor: bare without its sign, else with parentheses around a minus."""
    text = factor_text(factor, write)
    if text.startswith(MINUS):
        text = text[1:] if bare else f"({text})"
    return Segment(text, _style(factor, ink))


def _style(factor: Factor, ink: Ink) -> Style:
    """Paint pixels in their grey, what has a sign in its colour."""
    if factor.name.startswith("x"):
        return ink.grey(factor.value)
    if isinstance(factor.value, int) or factor.name in _UNSIGNED:
        return ink.text
    return ink.signed(factor.value)


def _rest(equation: Equation, ink: Ink, write: Writer, *, first: bool) -> Chunk:
    """Write what the terms that are not listed add up to."""
    assert equation.rest is not None
    value = equation.rest.value
    sign = MINUS if value < 0 else "+"
    lead = ("" if value >= 0 else MINUS) if first else f" {sign} "
    text = write(abs(value))
    words = f" from {listed(equation.rest.count, 'image' if first else 'other')}"
    return [Segment(lead, ink.dim), Segment(text, ink.text), Segment(words, ink.dim)]


def wrapped(chunks: Iterable[Chunk], width: int, ink: Ink) -> list[Line]:
    """Set pieces one behind the other; a row that is full goes on in the next, further right."""
    rows: list[Line] = []
    used = width
    for chunk in chunks:
        wide = width_of(chunk)
        if not rows or used + wide > width:
            indent = _INDENT if rows else 0
            chunk = _without_space(chunk) if rows else chunk
            rows.append([Segment(" " * indent, ink.text)] if indent else [])
            used, wide = indent, width_of(chunk)
        rows[-1].extend(chunk)
        used += wide
    return rows


def _without_space(chunk: Chunk) -> Chunk:
    return [Segment(chunk[0].text.lstrip(), chunk[0].style), *chunk[1:]]


def explanation_rows(
    explanation: Explanation,
    width: int,
    ink: Ink,
    words: list[tuple[str, bool]],
    batch: str,
    noun: str = "weight",
) -> list[Line]:
    """Return an explanation in rows.

    Parameters
    ----------
    explanation : Explanation
        What is shown.
    width : int
        Cells of a row.
    ink : Ink
        The styles.
    words : list of tuples of str and bool
        Sentences for its facts, and whether each is a warning.
    batch : str
        The batch in words.
    noun : str
        What a gradient is of, a weight or a bias.
    """
    equations = explanation.equations
    scopes = {each.scope for each in equations}
    rows: list[Line] = []
    for text, is_warning in words:
        if is_warning:
            rows += sentence(text, width, ink, ink.warning)
    before = None
    for each in equations:
        about = {Scope.IMAGE: "this image", Scope.BATCH: batch}.get(each.scope, "")
        important = each is equations[-1] and explanation.result is not None
        about = about if len(scopes) > 1 and each.scope is not before else ""
        before = each.scope
        rows += equation_rows(each, width, ink, about=about, important=important)
    whose = "" if isinstance(explanation.quantity, LossQuantity) else noun
    rows += top_image_rows(explanation.top_images, width, ink, whose)
    for text, is_warning in words:
        if not is_warning:
            rows += sentence(text, width, ink, ink.dim)
    return rows


def sentence(text: str, width: int, ink: Ink, style: Style) -> list[Line]:
    """Set a sentence, broken between words."""
    first, *others = text.split(" ")
    chunks = [[Segment(f" {first}", style)], *([Segment(f" {word}", style)] for word in others)]
    rows = wrapped(chunks, width, ink)
    return [
        [Segment(" ", ink.text), *row[1:]] if number else row for number, row in enumerate(rows)
    ]


def top_image_rows(top_images: tuple[TopImage, ...], width: int, ink: Ink, noun: str) -> list[Line]:
    """Name the images that count most: whose step, against the gradient, would lower a weight, and
    then the others; with no noun, those of the largest loss."""
    up = [top_image for top_image in top_images if top_image.value > 0]
    down = [top_image for top_image in top_images if top_image.value < 0]
    rows: list[Line] = []
    marks = (f"would lower the {noun}:", f"would raise the {noun}:")
    if not noun:
        marks = ("largest losses:", "")
    for mark, group in zip(marks, (up, down), strict=True):
        if group:
            lead = [Segment(f" {mark}", ink.dim)]
            chunks = [chunk for each in group for chunk in _top_image(each, ink)]
            rows += wrapped([lead, *chunks], width, ink)
    return rows


def _top_image(top_image: TopImage, ink: Ink) -> tuple[Chunk, Chunk]:
    """Show an image, its prediction, its target, and its part of the mean."""
    value = number_text(top_image.value)
    prediction, target = fixed(top_image.prediction, 2), fixed(top_image.target, 2)
    image = [
        Segment(f"  #{count(top_image.index + 1)} ", ink.dim),
        *(ink.swatch(darkness, 1) for darkness in top_image.image),
        Segment(f" predicts {prediction},", ink.dim),
    ]
    words = Segment(f" target {target}: ", ink.dim)
    return image, [words, Segment(value, ink.signed(top_image.value))]
