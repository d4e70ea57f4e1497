"""A stage for the landscape pane: a run, the pane that shows it, and what it asks for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from core import Snapshot, Trainer, TrainingConfig
from core.arrays import Array
from tests.tui.moments import COLOURED
from tui.panes.landscape.landscape import LandscapePane
from tui.panes.pane import Requested
from tui.terminal.drawing import Ink

DEFAULT = TrainingConfig()


class Stage(App[None]):
    """An app of nothing but the landscape, which keeps what it asks for."""

    CSS = "#valley { width: 100%; height: 100%; }"

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[object] = []

    def compose(self) -> ComposeResult:
        yield LandscapePane(id="valley")

    def on_requested(self, message: Requested) -> None:
        self.asked.append(message.change)


class Scene:
    """A run, and the pane that shows it."""

    def __init__(self, stage: Stage, pilot: Pilot[None], config: TrainingConfig, ink: Ink) -> None:
        self.stage = stage
        self.pilot = pilot
        self.pane = stage.query_one(LandscapePane)
        self.trainer = Trainer(config)
        self.path: list[Array] = []
        self.pane.ink = ink
        self.pane.images = self.trainer.run.here.images

    def show(self, steps: int = 0) -> Snapshot:
        for _ in range(steps):
            self.path.append(self.trainer.run.here.network.parameters.copy())
            self.trainer.run.step()
        self.trainer.run.ensure_evaluated()
        snapshot = self.trainer.snapshot()
        self.pane.path = tuple(self.path)
        self.pane.snapshot = snapshot
        return snapshot

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause(0)

    @property
    def text(self) -> str:
        height = self.pane.size.height
        return "\n".join(self.pane.render_line(y).text.rstrip() for y in range(height))

    async def drawn(self) -> str:
        for _ in range(2000):
            await self.pilot.pause(0.005)
            if "…" not in self.text.split("\n")[0]:
                return self.text
        raise AssertionError(self.text)


@asynccontextmanager
async def staged(
    config: TrainingConfig = DEFAULT, *, size: tuple[int, int] = (80, 10), ink: Ink = COLOURED
) -> AsyncIterator[Scene]:
    stage = Stage()
    async with stage.run_test(size=size) as pilot:
        scene = Scene(stage, pilot, config, ink)
        scene.pane.focus()
        await pilot.pause(0)
        yield scene
