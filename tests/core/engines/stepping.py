"""Runs for engines that take many steps in one call, and all that their steps leave behind."""

import math
from collections.abc import Mapping
from itertools import product
from typing import TypeAlias

import numpy as np
import pytest

from core.run.changes import SetFrozen
from core.run.run import Run
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig

Some: TypeAlias = Mapping[str, object]
"""Some settings, by name."""

# Where gradients are tiny, RMSProp and Adam divide rounding by rounding: hence the large ε.
OPTIMIZERS: list[Some] = [
    {"optimizer": "sgd"},
    {"optimizer": "sgd", "l1": 0.01, "l2": 0.02},
    {"optimizer": "sgd", "clip_norm": 0.1, "l2": 0.02},
    {"optimizer": "sgd", "clip_value": 0.05},
    {"optimizer": "momentum", "schedule": "cosine", "cosine_steps": 60, "warmup_steps": 3},
    {"optimizer": "momentum", "nesterov": True, "schedule": "step", "decay_steps": 7},
    {"optimizer": "rmsprop", "learning_rate": 0.01, "epsilon": 0.1},
    {"optimizer": "rmsprop", "learning_rate": 0.01, "epsilon": 0.1, "centered": True},
    {"optimizer": "adam", "learning_rate": 0.01, "epsilon": 1e-3},
    {"optimizer": "adam", "learning_rate": 0.01, "epsilon": 1e-3, "amsgrad": True, "l1": 0.01},
]
BINARY: dict[str, object] = {"output": "sigmoid", "task": "diagonal"}
NETWORKS: list[Some] = [
    {},
    {"bias": True},
    {"output": "sigmoid", "loss": "mse", "bias": True},
    BINARY | {"loss": "bce"},
    {"hidden": (4,), "activation": "tanh"},
    {"hidden": (5, 3), "activation": "tanh,relu", "bias": False},
    BINARY | {"hidden": (4,), "activation": "sigmoid", "loss": "bce"},
    {"hidden": (3, 2, 3), "activation": "linear,sigmoid,tanh"},
]
BATCHES: list[Some] = [
    {"images": 23},
    {"images": 150},
    {"images": 40, "batch_size": 16},
    {"images": 30, "batch_size": 1},
]


def config_of(*parts: Some) -> TrainingConfig:
    """Merge settings, the later ones over the earlier."""
    merged: dict[str, object] = {"seed": 1}
    for each in parts:
        merged |= each
    return TrainingConfig(**merged)  # type: ignore[arg-type]


SOME = [config_of(*parts) for parts in product(OPTIMIZERS, NETWORKS, BATCHES)][::11]
"""Every optimizer, network and batch is among them."""

_RULES: list[Some] = [
    {"optimizer": "sgd"},
    {"optimizer": "momentum"},
    {"optimizer": "momentum", "nesterov": True},
    {"optimizer": "rmsprop", "learning_rate": 0.01, "epsilon": 1e-3},
    {"optimizer": "rmsprop", "learning_rate": 0.01, "epsilon": 1e-3, "centered": True},
    {"optimizer": "adam", "learning_rate": 0.01},
    {"optimizer": "adam", "learning_rate": 0.01, "amsgrad": True},
]
_WAYS: list[Some] = [
    {},
    {"l1": 0.01, "l2": 0.02, "clip_norm": 0.1},
    {"clip_value": 0.05, "schedule": "cosine", "cosine_steps": 9, "warmup_steps": 3},
]
_SIZES: list[Some] = [
    {},
    {"hidden": (5, 3), "activation": "tanh,relu"},
    BINARY | {"hidden": (4,), "activation": "sigmoid"},
    {"hidden": (40,), "activation": "relu"},  # too wide for the compiled engine's kernel
]
_PASSES: list[Some] = [{"images": 23}, {"images": 150}, {"images": 300, "batch_size": 131}]
MIXED = [
    config_of(_SIZES[number % len(_SIZES)], _PASSES[number % len(_PASSES)], *parts)
    for number, parts in enumerate(product(_RULES, _WAYS))
] + [config_of(*parts) for parts in product(_SIZES, _PASSES)]
"""Each optimizer with each way of changing a gradient or a rate, each network with each batch."""


def bits(trainer: Trainer) -> tuple[bytes, ...]:
    """Return all that a step leaves behind."""
    here = trainer.run.here
    evaluation = here.compute()
    losses = trainer.run.log.history.curve().last
    arrays = (
        *(here.network.parameters, here.previous, here.state.slots, here.state.count),
        *(evaluation.gradient, evaluation.predictions, np.array(evaluation.loss), losses),
    )
    return tuple(array.tobytes() for array in arrays)


def assert_near(ours: Run, theirs: Run, rel: float = 1e-12) -> None:
    """Hold parameters and losses of a run to those of another engine's."""
    parameters = [run.here.network.parameters for run in (ours, theirs)]
    assert parameters[0] == pytest.approx(parameters[1], rel=rel, abs=1e-12), ours.config
    losses = [run.log.history.curve().last for run in (ours, theirs)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-12, abs=1e-12), ours.config


def stepped_in(config: TrainingConfig, *pieces: int) -> Trainer:
    """Take steps in pieces, with one parameter frozen."""
    trainer = Trainer(config)
    trainer.apply(SetFrozen(2, True))
    for piece in pieces:
        trainer.run.run_for(math.inf, max_steps=piece)
    return trainer


def stepped_by_parts(config: TrainingConfig, steps: int) -> Trainer:
    """Take steps as single-stepping does: an update, and then an evaluation."""
    trainer = Trainer(config)
    trainer.apply(SetFrozen(2, True))
    trainer.run.ensure_evaluated()
    for _ in range(steps):
        trainer.run.advance()
        trainer.run.accept(trainer.run.compute())
    return trainer
