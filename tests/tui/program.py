"""The whole app without a terminal: keys and mouse in, the panes' text out.

Textual's own pilot waits for an idle processor after each key, which a program that trains never
has. Here nothing waits for a time: messages are followed until they have arrived, and what takes
longer is waited for by what it changes.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from rich.console import RenderableType
from rich.segment import Segment
from textual import events
from textual._compositor import Compositor
from textual._queue import Queue
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Region, Size
from textual.message import Message
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

from core import Snapshot, Trainer, TrainingConfig
from core.rates import Kept
from core.run.scorer import Scorer
from core.run.stepper import Stepper
from tui.app.app import NapkinApp
from tui.files.engines import EngineLoader
from tui.files.session_files import Opened
from tui.panes.lab import machine
from tui.panes.pane import Rows
from tui.view.view import SPEEDS

COLOURS = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
"""What the environment says of a terminal that shows every colour."""

FASTEST = ("]",) * len(SPEEDS)
"""Keys that set the highest speed, whatever it was."""

_ROUNDS = 2
"""Times that the screen is painted with nothing left to do, after which nothing follows."""
_PAUSE = 0.001
"""Seconds between two looks."""
_GONE = 0.02
"""Seconds between two looks at whether the screen that is to be painted is gone."""

_NEVER = property(lambda _: None, lambda *_: None)
"""A time that is not measured."""

_NAMES = {
    " ": "space", "[": "left_square_bracket", "]": "right_square_bracket", "<": "less_than_sign",
    ">": "greater_than_sign", "(": "left_parenthesis", ")": "right_parenthesis", "+": "plus",
    "=": "equals_sign", "-": "minus", "?": "question_mark", ":": "colon", ".": "full_stop",
    ",": "comma", "−": "minus_sign", "/": "slash",
}  # fmt: skip
_CHARACTERS = {name: character for character, name in _NAMES.items()}


class Program:
    """The app, and a person's hands and eyes."""

    def __init__(self, app: NapkinApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def trainer(self) -> Trainer:
        """The run."""
        return self.app.controller.trainer

    @property
    def snapshot(self) -> Snapshot:
        """What the panes show."""
        assert self.app.snapshot is not None
        return self.app.snapshot

    @property
    def focus(self) -> str | None:
        """The name of the pane that keys go to."""
        return None if self.app.focused is None else self.app.focused.id

    # -- hands ------------------------------------------------------------------------------------

    def send(self, *keys: str) -> None:
        """Press keys, by Textual's names or as characters, without waiting."""
        for key in keys:
            name = _NAMES.get(key, key)
            character = key if len(key) == 1 else _CHARACTERS.get(key)
            self.app.post_message(events.Key(name, character))

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each when the one before has done what it does."""
        for key in keys:
            self.send(key)
            await self.arrived()

    def send_click(self, x: int, y: int) -> None:
        """Press and release the left button, without waiting."""
        for kind in (events.MouseDown, events.MouseUp):
            self.app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, x, y))

    async def click(self, x: int, y: int) -> None:
        """Press and release the left button on a cell of the screen."""
        self.send_click(x, y)
        await self.arrived()

    def send_wheel(self, x: int, y: int, *, up: bool) -> None:
        """Turn the wheel, without waiting."""
        kind = events.MouseScrollUp if up else events.MouseScrollDown
        self.app.post_message(kind(None, x, y, 0, 0, 0, False, False, False, x, y))

    async def wheel(self, x: int, y: int, *, up: bool) -> None:
        """Turn the wheel by a notch on a cell of the screen."""
        self.send_wheel(x, y, up=up)
        await self.arrived()

    async def resize(self, cols: int, rows: int) -> None:
        """Resize the terminal; unlike the pilot, do not wait for an idle processor."""
        driver = self.app._driver
        assert isinstance(driver, HeadlessDriver)
        driver._size = Size(cols, rows)
        self.app.post_message(events.Resize(Size(cols, rows), Size(cols, rows)))
        await self.arrived()
        # The app waits a moment for another size before it tells the screen of this one.
        await self.until(lambda: self.app._resize_timer is None)
        assert self.app.screen.size == (cols, rows)

    async def arrived(self) -> None:
        """Wait until every message has arrived, and what follows, but for what takes a thread."""
        await self._at_rest(lambda: self.app.has_inputs)

    async def drawn(self) -> None:
        """Wait until all that was asked is done, also in threads, and drawn."""
        await self._at_rest(lambda: self.app.has_inputs or self.app.is_busy)

    async def _at_rest(self, is_busy: Callable[[], bool]) -> None:
        """Wait as `until_drawn` does, at a tenth of its cost: by looking at what each waits for."""
        painted = 0
        while painted < _ROUNDS and self.app.is_running and self.app.screen_stack:
            if is_busy() or not all(_is_at_rest(pump) for pump in self._pumps()):
                painted = 0
                await asyncio.sleep(_PAUSE)
                continue
            screen = self.app.screen
            is_painted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            screen.call_after_refresh(_end, is_painted)
            while self._is_in_front(screen) and not is_painted.done():
                await asyncio.wait([is_painted], timeout=_GONE)
            painted += 1
        if self.app._exception is not None:  # nothing will arrive any more
            raise self.app._exception

    def _is_in_front(self, screen: Screen[object]) -> bool:
        """Whether a screen is the one that is painted, by a program that still runs."""
        return self.app.is_running and bool(self.app.screen_stack) and screen is self.app.screen

    def _pumps(self) -> Iterator[MessagePump]:
        """Yield everything in front that messages go to."""
        yield self.app
        yield from self.app.screen.walk_children(with_self=True)

    async def until(self, condition: Callable[[], bool], seconds: float = 60.0) -> None:
        """Wait until something holds, and what led to it has arrived."""
        await self.moment(condition, seconds)
        await self.arrived()

    async def moment(self, condition: Callable[[], bool], seconds: float = 60.0) -> None:
        """Wait until something holds, and for nothing else."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not condition():
            if loop.time() > end or not self.app.is_running:
                raise AssertionError(f"not so, within {seconds:g} s; the screen:\n{self.text()}")
            await asyncio.sleep(0.005)

    async def step(self, times: int = 1) -> None:
        """Press s so often, and see the last of these steps."""
        there = self.trainer.run.step_count + times
        self.send(*["s"] * times)
        await self.until(lambda: self.snapshot.step == there)

    async def run(self, steps: int) -> None:
        """Run so many steps at least, as fast as it can, and pause."""
        await self.press(*FASTEST, "space")
        await self.until(lambda: self.trainer.run.step_count >= steps or self.ended)
        if not self.ended:
            await self.press("space")
        await self.until(lambda: self.snapshot.step == self.trainer.run.step_count or self.ended)

    @property
    def ended(self) -> bool:
        """Whether the run goes no further."""
        return self.snapshot.outcome is not None

    # -- eyes -------------------------------------------------------------------------------------

    def widget(self, name: str) -> Rows:
        """A part of the screen by its name, such as "image" or "footer"."""
        return self.app.query_one(f"#{name}", Rows)

    def segments(self, name: str) -> list[list[Segment]]:
        """The rows of a part, in styled pieces."""
        widget = self.widget(name)
        return [list(widget.render_line(y)) for y in range(widget.size.height)]

    def text(self, name: str | None = None) -> str:
        """The text of a part, or of all of them one below the other."""
        if name is None:
            names = [widget.id or "" for widget in self.app.query(Rows)]
            return "\n".join(self.text(each) for each in names)
        rows = ("".join(piece.text for piece in row) for row in self.segments(name))
        return "\n".join(row.rstrip() for row in rows)

    def words(self, name: str) -> str:
        """The text of a part in one line, with single spaces, however it is laid out."""
        return " ".join(re.sub("[│┃]", " ", self.text(name)).split())

    def bold(self, name: str) -> list[str]:
        """The bold pieces of a part."""
        return [
            piece.text
            for row in self.segments(name)
            for piece in row
            if piece.style is not None and piece.style.bold
        ]

    def find(self, name: str, text: str) -> tuple[int, int]:
        """Column and row on the screen at which a text first stands in a part."""
        widget = self.widget(name)
        for y, row in enumerate(self.text(name).split("\n")):
            if (x := row.find(text)) >= 0:
                return widget.region.x + x, widget.region.y + y
        raise AssertionError(f"no {text!r} in\n{self.text(name)}")


_known_rates = machine.known_rates


def _rates_here() -> Callable[..., Awaitable[Kept]]:
    """Return what knows the rates of the machine: nothing, where a test has made none up."""

    async def unknown(*_: object, **__: object) -> Kept:
        raise OSError("no test measures the machine")

    return unknown if machine.known_rates is _known_rates else machine.known_rates


@asynccontextmanager
async def opened(
    config: TrainingConfig | None = None,
    *,
    size: tuple[int, int] = (80, 24),
    environment: Mapping[str, str] = COLOURS,
    unicode: bool = True,
    file: Opened | None = None,
    home: Path | None = None,
    composes: bool = False,
    arrives: bool = False,
) -> AsyncIterator[Program]:
    """The app as it opens, on a terminal of the given kind, whatever the caller's own is.

    What it remembers is in `home`; without one, it starts with nothing and leaves nothing. What
    takes long is done in a thread: here that is foreseen, and not measured on a busy machine.
    Where it `composes`, each frame is put together, though there is no terminal to send it to. A
    run pauses by itself only where it `arrives`: what is tried while one goes on takes its time.
    """
    with (
        TemporaryDirectory(ignore_cleanup_errors=True) as own,
        patch.dict(os.environ),
        patch("tui.app.app.speaks_unicode", lambda _: unicode),
        patch.object(EngineLoader, "begin", lambda _: None),  # compiling takes 20 seconds
        patch.object(machine, "known_rates", _rates_here()),
        patch.object(Stepper, "measured", _NEVER, create=True),
        nullcontext() if composes else patch.object(Compositor, "render_update", _render_update),
        patch.object(Stylesheet, "_parse_rules", _parse_rules),
        nullcontext() if arrives else patch.object(Scorer, "arrivals", frozenset()),
    ):
        for name in ("STATE", "CONFIG", "CACHE"):
            os.environ[f"XDG_{name}_HOME"] = str((home or Path(own)) / name.lower())
        for name in ("NO_COLOR", "FORCE_COLOR", "TERM", "COLORTERM"):
            os.environ.pop(name, None)
        os.environ.update(environment)
        app = NapkinApp(TrainingConfig() if config is None else config, file)
        async with app.run_test(size=size) as pilot:
            program = Program(app, pilot)
            await program.until(lambda: app.focused is not None)
            yield program


_compose_picture = Compositor.render_update


def _render_update(
    compositor: Compositor,
    full: bool = False,
    screen_stack: list[Screen[object]] | None = None,
    simplify: bool = False,
) -> RenderableType | None:
    """Have the parts in sight give the rows that changed; put no picture together that nobody sees.

    As in `Compositor.render_partial_update`, those are all rows from the first to the last change.
    What is behind a box is left out: to shade it takes longer than all the rest. A picture that is
    exported, which is simplified, is put together.
    """
    if simplify:
        return _compose_picture(compositor, full, screen_stack, simplify)
    if full:
        compositor._dirty_regions = {compositor.size.region}
    if not compositor._dirty_regions:
        return None
    changed = Region.from_union(compositor._dirty_regions)
    compositor._dirty_regions.clear()
    for part, (region, clip) in compositor.visible_widgets.items():
        rows = region.intersection(clip).intersection(changed).translate(-region.offset)
        if isinstance(part, Rows):
            for y in rows.line_range:
                part.render_line(y)
        elif rows and not isinstance(part, Screen):
            part.render_lines(rows)
    return None


def _end(waiting: asyncio.Future[None]) -> None:
    """End a wait."""
    waiting.set_result(None)


_parse = Stylesheet._parse_rules
_parsed: dict[object, list[RuleSet]] = {}


def _parse_rules(
    stylesheet: Stylesheet,
    css: str,
    read_from: CSSLocation,
    is_default_rules: bool = False,
    tie_breaker: int = 0,
    scope: str = "",
) -> list[RuleSet]:
    """Parse each style sheet once: every app of all tests has the same."""
    what = css, read_from, is_default_rules, tie_breaker, scope
    key = what, tuple(stylesheet._variables.items())
    if key not in _parsed:
        _parsed[key] = _parse(stylesheet, *what)
    return [*_parsed[key]]


def _is_at_rest(pump: MessagePump) -> bool:
    """Whether it has handled all its messages, and waits for the next one."""
    queue: Queue[Message | None] = pump._message_queue
    waits = queue.empty() and bool(queue.ready_event._waiters) and not pump._next_callbacks
    return waits or not pump.is_running


def is_on_screen(widget: Widget) -> bool:
    """Whether a widget is displayed, and all of it within the screen."""
    return widget.display and widget.screen.region.contains_region(widget.region)
