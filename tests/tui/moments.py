"""Moments of real runs, and what the network pane draws of them."""

import math
from dataclasses import replace

import numpy as np
from textual.theme import BUILTIN_THEMES

from core import Snapshot, Trainer, TrainingConfig
from tests.tui.plain import text_of
from tui.panes.network.columns import Sheet
from tui.panes.network.drawn import scene_of
from tui.panes.network.network import sheet_of
from tui.terminal.styles import plain_ink, theme_ink

PLAIN = plain_ink(unicode=True)
COLOURED = theme_ink(
    BUILTIN_THEMES["textual-dark"].to_color_system().generate(), dark=True, unicode=True
)

CONFIGS = {
    "essay": TrainingConfig(),
    "batch": TrainingConfig(bias=True, batch_size=10),
    "sigmoid": TrainingConfig(bias=True, output="sigmoid", seed=3),
    "one neuron": TrainingConfig(hidden=(1,)),
    "stencils": TrainingConfig(hidden=(4,), seed=4),
    "many stencils": TrainingConfig(hidden=(16,), output="sigmoid", bias=False),
    "layers": TrainingConfig(hidden=(8, 8, 8)),
    "uneven layers": TrainingConfig(hidden=(16, 3, 1), bias=False, output="sigmoid"),
    "heat maps": TrainingConfig(hidden=(32, 8, 40), images=20, activation="relu"),
    "large heat maps": TrainingConfig(hidden=(256, 256), images=20, output="sigmoid"),
}


def snapshot_of(config: TrainingConfig, steps: int = 0) -> Snapshot:
    trainer = Trainer(config)
    trainer.run.ensure_evaluated()
    if steps:
        trainer.run.run_for(math.inf, max_steps=steps)
    return trainer.snapshot()


def compared_of(config: TrainingConfig, steps: int = 0) -> Snapshot:
    """Return the moment with both gradients, nudging's above backprop's and below it by turns.

    By how much is made up: what rounding leaves of the true difference is not the same to the last
    digit on every machine.
    """
    moment = snapshot_of(config, steps)
    backprop = snapshot_of(replace(config, gradient="backprop"), steps).gradient
    assert backprop is not None
    places = np.arange(len(backprop))
    nudging = backprop + 1.2341e-7 * (1 + places / 8) * (-1.0) ** places
    both = (backprop, nudging) if config.gradient == "backprop" else (nudging, backprop)
    return replace(moment, gradient=both[0], other_gradient=both[1], other_seconds=0.001)


def sheet(
    snapshot: Snapshot,
    width: int,
    height: int,
    *,
    stepped: bool = False,
    selected: int | None = None,
    coloured: bool = False,
    compares: bool = False,
) -> Sheet:
    ink = COLOURED if coloured else PLAIN
    scene = scene_of(snapshot, ink, stepped=stepped, selected=selected, compares=compares)
    return sheet_of(scene, width, height)


def text(snapshot: Snapshot, width: int, height: int, *, compares: bool = False) -> str:
    return "\n" + text_of(sheet(snapshot, width, height, compares=compares).lines) + "\n"


def broken(moment: Snapshot) -> Snapshot:
    """Return the moment with parameters that no layout is made for."""
    odd = [math.nan, math.inf, -1e300, 12345.678, -1e-9]
    parameters = np.resize(np.array(odd), moment.parameters.shape)
    past = replace(moment, parameters=parameters, gradient=np.full(parameters.shape, -1e200))
    return past.with_image(moment.reading.image)
