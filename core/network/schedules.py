"""Schedules: how the learning rate changes from step to step.

A schedule says which share of the learning rate η₀ that is set the update after k updates takes. It
follows from the settings and k alone, so that any moment of a run has its rate again. A **warm-up**
of N steps comes before each of them, and the schedule then begins at 0:

========  ==================================================  ==========================
name      share after t updates                               settings
========  ==================================================  ==========================
warm-up   (t + 1) ÷ (N + 1), t < N                            warmup_steps: N
constant  1
step      γ to the power of t ÷ S, without its rest           decay_steps: S,
                                                              decay_factor: γ
cosine    E + (1 − E) · (1 + cos(π·t ÷ T)) ÷ 2 until t = T,   cosine_steps: T,
          and E from then on                                  cosine_end: E
========  ==================================================  ==========================

They are PyTorch's ``LinearLR``, ``StepLR`` and ``CosineAnnealingLR``, one after the other as in its
``SequentialLR``; but where PyTorch's cosine rises again, this one stays at its end, as in Keras.
Sources: https://docs.pytorch.org/docs/stable/optim.html; Goyal et al., 2017,
https://arxiv.org/abs/1706.02677, section 2.2, for the warm-up; Loshchilov and Hutter, 2017,
https://arxiv.org/abs/1608.03983, eq. 5, for the cosine.
"""

import math
from collections.abc import Callable
from typing import TypeAlias

from core.network.optimizers import Options

Share: TypeAlias = Callable[[int, Options], float]
"""The share of the learning rate after so many updates of the schedule, in [0, 1]."""


def _constant(steps: int, options: Options) -> float:
    return 1.0


def _step(steps: int, options: Options) -> float:
    return math.pow(options.decay_factor, steps // options.decay_steps)


def _cosine(steps: int, options: Options) -> float:
    if steps >= options.cosine_steps:
        return options.cosine_end
    wave = (1.0 + math.cos(math.pi * steps / options.cosine_steps)) / 2.0
    return options.cosine_end + (1.0 - options.cosine_end) * wave


SCHEDULES: dict[str, Share] = {"constant": _constant, "step": _step, "cosine": _cosine}
"""Every schedule, by name."""


def is_scheduled(options: Options) -> bool:
    """Whether the learning rate changes from step to step."""
    return options.schedule != "constant" or options.warmup_steps > 0


def share_at(options: Options, step: int) -> float:
    """Return the share of the learning rate that the update after `step` updates takes."""
    warmup = options.warmup_steps
    if step < warmup:
        return (step + 1) / (warmup + 1)
    return SCHEDULES[options.schedule](step - warmup, options)


def rate_at(options: Options, step: int) -> float:
    """Return the learning rate of the update after `step` updates, η = η₀ · its share."""
    return options.learning_rate * share_at(options, step)
