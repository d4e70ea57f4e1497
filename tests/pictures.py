"""The pictures of README.md and docs/, drawn from the program.

`python -m tests.pictures` draws them again in docs/, `python -m tests.pictures FOLDER` elsewhere.
A picture is a scalable one (SVG) of the screen after some keys. The same program draws the same
pictures, but for the time per step, which is measured. The lab shows what was recorded once on a
machine with two cores: `tests/tui/recorded_lab.json`.
"""

import asyncio
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from xml.sax.saxutils import escape

from rich.color import blend_rgb
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

import core
from core import TrainingConfig
from core.settings import PRESETS
from core.sweeps import Task, run
from tests.tui.made_rates import recorded_lab, settled
from tests.tui.program import FASTEST, opened
from tui.sweep.draft import GOAL, Draft, Plan
from tui.sweep.work import Kept, SweepWork

ROOT = Path(core.__file__).parent.parent
DOCS = ROOT / "docs"

FONTS = "DejaVu Sans Mono, Menlo, Consolas, monospace"
FONT_SIZE, WIDTH, HEIGHT, BASELINE = 20, 12, 24, 18
"""Units of the picture: a character's size, its cell, and how far down in it the letters stand."""
MARGIN = 12
_WORDS = re.compile(r"[!-~]+|─+|\S")
_DEFAULT = TrainingConfig()


@dataclass(frozen=True)
class Picture:
    """A screen after some keys."""

    name: str
    """The file's name, without its ending."""
    keys: tuple[str, ...]
    config: TrainingConfig = _DEFAULT
    """The run that it opens on."""
    size: tuple[int, int] = (120, 36)
    runs: bool = False
    """Whether it runs to its end at the highest speed, before the keys."""
    sweep: str = ""
    """Learning rates of a sweep that was trained before; its times are made up."""
    settles: bool = False
    """Whether it is waited for until the lab has measured everything."""


_EIGHT_STEPS = ("s",) * 8

PICTURES = (
    Picture("screen", ("s",) * 12, size=(100, 30)),
    Picture("explain", (*_EIGHT_STEPS, "tab", "down", "down", "down", "e", "t")),
    Picture(
        "landscape",
        (*_EIGHT_STEPS, "tab", "down", "down", "down", "w", "up", "up", "v"),
    ),
    Picture("map", ("m",), replace(PRESETS["xor-with"].config, steps=1000), runs=True),
    Picture(
        "data", (*_EIGHT_STEPS, "d", "w", "home", "right", "right"), TrainingConfig(label_noise=0.2)
    ),
    Picture(
        "sweep",
        ("C", "down", "right", "down"),
        TrainingConfig(hidden=(4,), images=100),
        size=(110, 32),
        sweep="0.05,0.2,1",
    ),
    Picture("lab", ("p", "i", "w", "l"), TrainingConfig(hidden=(8, 8)), settles=True),
    Picture("roofline", ("p", "t"), TrainingConfig(hidden=(8, 8)), settles=True),
    Picture("scale", ("p", "t", "t", "z"), TrainingConfig(hidden=(8, 8))),
    Picture("settings", ("c", *["down"] * 5, "0", ".", "1", *["down"] * 3, "4"), size=(100, 30)),
)


async def svg_of(picture: Picture) -> str:
    """Return a picture as SVG."""
    with recorded_lab():
        return await _svg_of(picture)


async def _svg_of(picture: Picture) -> str:
    async with opened(picture.config, size=picture.size, composes=True) as program:
        if picture.runs:
            await program.press(*FASTEST, "space")
            await program.until(lambda: program.ended)
        if picture.sweep:
            program.app.sweeps = Kept(trained(picture.config, picture.sweep))
        for key in picture.keys:
            await program.press(key)
            await program.drawn()
        if picture.settles:
            await settled(program)
        # A box lets the panes behind it through: what it is drawn on has the colour of the panes.
        background = program.app.screen_stack[0].styles.background
        return drawn(list(program.app.screen._compositor.render_strips()), background)


def trained(config: TrainingConfig, rates: str) -> SweepWork:
    """Return a sweep with a goal over sizes and learning rates, with made-up times."""
    plan = Draft.of(config).typed("learning_rate", rates).typed(GOAL, "0.01").plan()
    assert isinstance(plan, Plan)
    work = SweepWork(plan)
    for each in plan.grid:
        result = run(Task(each, plan.goal))
        cost = result.goal_multiply_adds
        work.take([
            replace(
                result,
                seconds=1e-8 * result.multiply_adds,
                goal_seconds=None if cost is None else 1e-8 * cost,
            )
        ])  # fmt: skip
    return work


def drawn(rows: Sequence[Iterable[Segment]], background: Color) -> str:
    """Return rows of text as SVG, each word in its place whatever the reader's font is."""
    boxes: list[str] = []
    texts: list[str] = []
    columns = 0
    for y, row in enumerate(rows):
        x = 0
        for text, style, _ in row:
            ink, paper = _colours(style or Style(), background)
            if paper is not None:
                boxes.append(
                    f'<rect x="{x * WIDTH}" y="{y * HEIGHT}" width="{len(text) * WIDTH}" '
                    f'height="{HEIGHT}" fill="{paper}" shape-rendering="crispEdges"/>'
                )
            if text.strip():
                texts += _texts(text, x, y, ink, style or Style())
            x += len(text)
        columns = max(columns, x)
    width, height = columns * WIDTH + 2 * MARGIN, len(rows) * HEIGHT + 2 * MARGIN
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="{FONTS}" font-size="{FONT_SIZE}" xml:space="preserve">',
        f'<rect width="{width}" height="{height}" rx="8" fill="{background.hex}"/>',
        f'<g transform="translate({MARGIN} {MARGIN})">',
        *boxes,
        *texts,
        "</g>",
        "</svg>\n",
    ])  # fmt: skip


def _texts(text: str, x: int, y: int, ink: str, style: Style) -> Iterator[str]:
    """Yield characters of one style word by word, each word where it begins and as wide as it is.

    Signs that a reader's font may lack, and another replaces, stand one by one.
    """
    marks = ' font-weight="bold"' if style.bold else ""
    marks += ' text-decoration="underline"' if style.underline else ""
    for word in _WORDS.finditer(text):
        letters = word.group()
        fitted = f' textLength="{len(letters) * WIDTH}"' if len(letters) > 1 else ""
        place = f'x="{(x + word.start()) * WIDTH}" y="{y * HEIGHT + BASELINE}"'
        yield f'<text {place}{fitted} fill="{ink}"{marks}>{escape(letters)}</text>'


def _colours(style: Style, background: Color) -> tuple[str, str | None]:
    """Return the colours of the characters, and of what lies below them where it differs."""
    ink = style.color.get_truecolor() if style.color else ColorTriplet(*background.inverse.rgb)
    paper = style.bgcolor.get_truecolor() if style.bgcolor else ColorTriplet(*background.rgb)
    if style.reverse:
        ink, paper = paper, ink
    if style.dim:
        ink = blend_rgb(ink, paper)
    return ink.hex, None if paper == background.rgb else paper.hex


def main(folder: Path) -> None:
    """Draw all pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for picture in PICTURES:
        path = folder / f"{picture.name}.svg"
        path.write_text(asyncio.run(svg_of(picture)), encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else DOCS)
