"""What the pictures that keys open take: milliseconds to survey and draw, and bytes of output.

A landscape is the exact loss of each cell over all images; a map the network's output for each
cell, with the images near.

Run by hand::

    python -m benchmarks.landscape

The default network has a closed form, and its picture is drawn with every frame: survey and drawing
together have a bound, and so has the whole pane where it has the screen to itself. In the real
program, in a pseudo-terminal of 120×36 with the landscape open, the output of a frame is counted
from the first step on, when most changes. Other networks are surveyed in a thread beside the
screen; their two parameters are taken where most depends on them, in the first layer, and where
least does, in the last one. A map is computed and drawn with every frame, for the default network
and for two hidden layers of eight neurons; all images count as near, and are gathered again each
time. The median of some rounds counts, but for the pane the time that 95 of 100 drawings keep to.
The exit code is 1 where a bound is exceeded. Linux only.
"""

import asyncio
import gc
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from textual.theme import BUILTIN_THEMES

from benchmarks.terminal import drain_for
from core import Trainer, TrainingConfig
from core.arrays import Array
from core.landscape import Landscape, LossSurface, Plane, along, frame_for, output_neuron
from tests.terminal.terminal import Terminal
from tests.tui.landscape_stage import staged
from tui.panes.landscape.drawing import Marks, draw_landscape
from tui.panes.landscape.landscape import LandscapePane
from tui.panes.map.colours import ColourScale
from tui.panes.map.dots import dots_of
from tui.panes.map.drawing import Shading, draw_map
from tui.panes.map.request import response_order
from tui.terminal.styles import theme_ink
from tui.view.selection import MOST

COLUMNS, ROWS = 116, 20
BOUND = 5.0
"""Milliseconds for the default network's landscape and its drawing, for its pane, and for a map."""
TERMINAL = (120, 36)
OUTPUT_BOUND = 3.0
"""KiB of output a frame while the default network trains."""
SPEEDS = {"10 steps a second": 0, "as fast as it can": 8}
"""How often the key for a higher speed is pressed."""
SECONDS = 1.0
"""For each figure, but at least three rounds."""


def median(run: Callable[[], object]) -> float:
    """Return the median milliseconds of a call."""
    times: list[float] = []
    until = time.perf_counter() + SECONDS
    while len(times) < 3 or time.perf_counter() < until:
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return 1000 * statistics.median(times)


def computing(config: TrainingConfig, first: int, second: int) -> Callable[[], Landscape]:
    """Return the call that surveys a network's start over two of its parameters."""
    trainer = Trainer(config)
    surface = LossSurface(config.architecture, config.loss, trainer.run.here.images)
    held = trainer.run.here.network.parameters
    here = float(held[first]), float(held[second])
    frame = frame_for(here, [], COLUMNS, ROWS, reach=1.0)
    return lambda: surface.losses_over(held, along(first), along(second), frame.columns, frame.rows)


def default_network() -> tuple[float, float]:
    """Measure the default network's landscape, and the drawing of it with 300 steps of the way."""
    compute = computing(TrainingConfig(), 0, 1)
    landscape = compute()
    frame = frame_for((0.98, 0.4), [], COLUMNS, ROWS, reach=1.0)
    variables = BUILTIN_THEMES["textual-dark"].to_color_system().generate()
    ink = theme_ink(variables, dark=True, unicode=True)
    path = np.linspace([0.98, 0.4], [0.25, 0.25], 300)
    marks = Marks((0.98, 0.4), path, (0.28, -0.2))
    return median(compute), median(lambda: draw_landscape(landscape, frame, marks, ink))


async def pane(steps: int = 300) -> float:
    """Measure the drawing of the whole pane, step after step of the default network's training."""
    times: list[float] = []
    async with staged(size=TERMINAL) as scene:
        scene.show()
        path: list[Array] = []
        gc.disable()
        for _ in range(steps):
            path = [*path, scene.trainer.run.here.network.parameters.copy()][-MOST:]
            scene.trainer.run.step()
            scene.trainer.run.ensure_evaluated()
            snapshot = scene.trainer.snapshot()
            # So that nothing is drawn before the clock runs.
            scene.pane.set_reactive(LandscapePane.path, tuple(path))
            scene.pane.set_reactive(LandscapePane.snapshot, snapshot)
            started = time.perf_counter()
            scene.pane.redraw()
            times.append(time.perf_counter() - started)
        gc.enable()
    return 1000 * sorted(times)[int(0.95 * len(times))]


def kib_a_frame(faster: int, seconds: float = 6.0) -> float:
    """Count the KiB of a frame of the real program, its valley open, from the first step on."""
    # With an end of its own, it does not pause where it has arrived.
    with Terminal("--steps", "1000000000000", cols=TERMINAL[0], rows=TERMINAL[1]) as terminal:
        terminal.expect("predicts", seconds=20)
        terminal.press("v")
        terminal.expect("landscape · weight 1")
        terminal.press(*["]"] * faster)
        terminal.drawn()
        frames, sent = terminal.frames, terminal.bytes
        terminal.press("space")
        drain_for(terminal, seconds)
        return (terminal.bytes - sent) / (terminal.frames - frames) / 1024


def mapped(config: TrainingConfig) -> float:
    """Measure a map: its response, the images near, and the drawing of them."""
    trainer = Trainer(config)
    architecture, image = config.architecture, (0.2, 0.5, 0.4, 0.7)
    plane, size = Plane(0, 1), (117, 21)
    neuron, parameters = output_neuron(architecture), trainer.run.here.network.parameters
    order = response_order(architecture, parameters, neuron, image, plane, size, 0)
    ink = theme_ink(
        BUILTIN_THEMES["textual-dark"].to_color_system().generate(), dark=True, unicode=True
    )
    shading = Shading(
        ColourScale(signed=False), ColourScale(signed=False), yes_no=False, boundary=0.5
    )

    def picture() -> object:
        dots = dots_of(trainer.run.here.images, None, image, plane, 1.0, size)
        return draw_map(order.compute(None), dots, (10, 20), shading, ink)

    return median(picture)


def main() -> int:
    """Measure everything, print one table, and say whether the bounds hold."""
    print(f"ms for {COLUMNS} × {ROWS} cells over 1,000 images, median\n")
    computed, drawing = default_network()
    print(f"{'4→1, closed form':<38}{computed:>9,.2f}")
    print(f"{'  drawing it':<38}{drawing:>9,.2f}")
    held = [verdict("  both", computed + drawing, BOUND)]
    size = "{}×{}".format(*TERMINAL)
    held.append(verdict(f"  the pane alone at {size}, p95", asyncio.run(pane()), BOUND))
    for name, faster in SPEEDS.items():
        held.append(verdict(f"  KiB a frame, {name}", kib_a_frame(faster), OUTPUT_BOUND))
    print()
    for hidden in ((), (8, 8), (256, 256)):
        output = "linear" if hidden else "sigmoid"
        config = TrainingConfig(hidden=hidden, output=output)
        sizes = "→".join(map(str, config.architecture.sizes))
        last = config.architecture.layers[-1].start
        name = f"{sizes} {config.activation}" if hidden else f"{sizes} sigmoid"
        for first, second, where in ((0, 1, "first layer"), (last, last + 1, "last layer")):
            took = median(computing(config, first, second))
            print(f"{f'{name}, {where}':<38}{took:>9,.2f}", flush=True)
    print(f"\nms for a map of 117 × 21 cells and {1000:,} images near, median\n")
    for hidden in ((), (8, 8)):
        sizes = "→".join(map(str, TrainingConfig(hidden=hidden).architecture.sizes))
        held.append(verdict(sizes, mapped(TrainingConfig(hidden=hidden, seed=1)), BOUND))
    return 0 if all(held) else 1


def verdict(name: str, value: float, bound: float) -> bool:
    """Print a figure beside its bound, and return whether it keeps to it."""
    held = value <= bound
    print(f"{name:<38}{value:>9,.2f}   ≤ {bound:g} {'ok' if held else 'OVER'}", flush=True)
    return held


if __name__ == "__main__":
    sys.exit(main())
