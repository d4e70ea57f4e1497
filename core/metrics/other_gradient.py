"""The gradient check: the gradient by the method that a run does not use, beside its own.

Backprop gives the slope at the parameters themselves. Nudging gives the mean slope of the way from
there to ε = 10⁻⁶ farther on: for a loss C and a parameter θ

    (C(θ + ε) − C(θ)) / ε  =  C′(θ) + ε/2 · C″(θ) + …

Besides, the two losses are rounded before one is taken from the other, by some 10⁻¹⁶ of their size
each; dividing by ε makes that 10⁻¹⁰ of it. So the two gradients are nearly, but hardly ever quite,
equal.
"""

import numpy as np

from core.arrays import Array, IsCancelled
from core.engines import engine_for
from core.engines.engine import GRADIENT_METHODS, Problem
from core.images.images import Batch
from core.network.losses import LOSSES
from core.network.network import Network
from core.network.optimizers import OPTIMIZERS
from core.network.update import Rule
from core.settings.config import TrainingConfig


def other_method(method: str) -> str:
    """Name the gradient method that this one is compared with.

    Raises
    ------
    ValueError
        For what is none of `GRADIENT_METHODS`.
    """
    if method not in GRADIENT_METHODS:
        raise ValueError(f"must be {' or '.join(GRADIENT_METHODS)} (got {method!r})")
    return next(other for other in GRADIENT_METHODS if other != method)


def other_gradient(
    config: TrainingConfig,
    parameters: Array,
    batch: Batch,
    cancelled: IsCancelled | None = None,
) -> Array:
    """Find the gradient with a run's engine, by the method that the run does not use.

    Nothing of the run is read but what is given here, and nothing of it changes or costs anything:
    a thread may do it while the run goes on.

    Parameters
    ----------
    config : TrainingConfig
        The run's.
    parameters : ndarray, shape (parameter_count,)
        Where; they are copied first.
    batch : Batch
        The images that the loss is the mean over, such as those of the coming step.
    cancelled : callable, optional
        Asked every few milliseconds; once it says True, this stops.

    Returns
    -------
    ndarray, shape (parameter_count,)
        In parameter order; infinite or not a number where the loss is.

    Raises
    ------
    Cancelled
        If `cancelled` said so.
    ValueError
        If the parameters are not as many as the network has.
    """
    network = Network(config.architecture, parameters.copy())
    problem = Problem(
        network,
        LOSSES[config.loss],
        other_method(config.gradient),
        Rule.fresh(OPTIMIZERS[config.optimizer], config.options, len(parameters)),
    )
    with np.errstate(over="ignore", invalid="ignore"):
        return engine_for(config.engine, problem).evaluate(batch, cancelled).gradient
