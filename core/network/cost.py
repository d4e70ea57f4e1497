"""The exact multiply-adds of a step, phase by phase, from shapes alone.

A **multiply-add** is one product added onto a sum. For a batch of B images, n₀ inputs, layers of
n₁, …, n_L neurons, W = Σ n_{l−1}·n_l weights and P parameters:

Forward
    Each neuron adds one product per input, for each image: **B · W**.
Gradient, backprop
    A weight's gradient is the sum, over the images, of its input times its neuron's delta: another
    B · W. To compute the deltas of layer l − 1 from those of layer l, each neuron of layer l − 1
    adds one product per neuron of layer l. The inputs need no deltas, so this is n_{l−1}·n_l for
    the layers l ≥ 2 only. Together **B · (W + Σ_{l≥2} n_{l−1}·n_l)**.
Gradient, nudge
    One more forward pass for each parameter: **P · B · W**.
Update
    The optimizer computes a direction from the gradient; −η times it is added to each parameter:
    **P**.

What is not a product added onto a sum, such as a bias added, the loss's squares, an activation or
its derivative, is counted in lines of its own and never mixed in. So are the operations by which an
optimizer computes its direction from the gradient, for each parameter, frozen ones too: their
running means are updated all the same. A mean m ← β·m + (1 − β)·g is one product, β·m, and one more
that is added onto it; a mean of squares has a product more, and a velocity v ← μ·v + g only the one
that is added:

========================  ========  ===============  =====  =========
optimizer                 products  products, added  roots  divisions
========================  ========  ===============  =====  =========
sgd
momentum                                          1
momentum, nesterov                                2
rmsprop                          2                1      1          1
rmsprop, centered                3                3      1          1
adam, amsgrad or not             3                2      1          3
========================  ========  ===============  =====  =========

L1 and L2 each add a product onto the gradient of each of the W weights. Clipping by norm adds the
square of each of the P numbers of the gradient to their sum, and multiplies each by the share that
is left; clipping by value compares each with two bounds. A schedule is called once for the learning
rate of the step. What else is worked out once for a whole step, such as Adam's 1 − β₁ᵗ or the root
of the norm, is in no line.
"""

from enum import StrEnum
from math import prod

from core.network.architecture import Architecture
from core.network.losses import Loss
from core.network.optimizers import Optimizer, Options
from core.network.schedules import is_scheduled
from core.structs import Struct


class Phase(StrEnum):
    """The parts of a step."""

    FORWARD = "forward"
    GRADIENT = "gradient"
    UPDATE = "update"


class OtherOperation(StrEnum):
    """A kind of operation of a step that is not a multiply-add."""

    LOSS_TERMS = "loss terms"
    BIAS_ADDITIONS = "bias additions"
    ACTIVATIONS = "activation calls"
    DERIVATIVES = "derivative products"
    DELTAS = "delta products"
    DIVISIONS = "divisions by ε"
    RATES = "scheduled learning rate"
    CLIP_SQUARES = "clipping's squares, added"
    CLIP_PRODUCTS = "clipping's products"
    CLIP_BOUNDS = "clipping's comparisons"
    PENALTIES = "penalty products, added"
    RULE_PRODUCTS = "optimizer's products"
    RULE_SUMS = "optimizer's products, added"
    ROOTS = "optimizer's square roots"
    QUOTIENTS = "optimizer's divisions"


class Line(Struct):
    """One line of the cost."""

    name: Phase | OtherOperation
    """What is counted."""
    factors: tuple[int, ...]
    """What the count is the product of."""

    @property
    def count(self) -> int:
        """How many: the product of the factors."""
        return prod(self.factors)

    @property
    def text(self) -> str:
        """The factors as text, e.g. ``1,000 × 4``."""
        return " × ".join(f"{factor:,}" for factor in self.factors)


class StepCost(Struct):
    """The cost of one step."""

    forward: Line
    """Multiply-adds from the images to the predictions."""
    gradient: Line
    """Multiply-adds from the predictions to the gradient."""
    update: Line
    """Multiply-adds from the gradient to the new parameters."""
    others: tuple[Line, ...]
    """Everything else, each in a line of its own; only lines that are not zero."""

    @property
    def step(self) -> int:
        """Multiply-adds of the whole step."""
        return self.forward.count + self.gradient.count + self.update.count


def step_cost(
    architecture: Architecture,
    images: int,
    method: str,
    optimizer: Optimizer,
    options: Options,
    loss: Loss,
    frozen: int = 0,
) -> StepCost:
    """Count a step.

    Parameters
    ----------
    architecture : Architecture
        Gives the sizes of the levels.
    images : int
        B, the images in the batch.
    method : str
        ``"backprop"`` or ``"nudge"``.
    optimizer : Optimizer
        Tells what it takes to make a direction of a gradient.
    options : Options
        What it is set to, whether the gradient is clipped, and whether L1 and L2 add to it.
    loss : Loss
        Tells whether the output's derivative is multiplied in.
    frozen : int
        Parameters that are not updated.
    """
    weights = architecture.weight_count
    carried = sum(layer.inputs * layer.outputs for layer in architecture.layers[1:])
    parameters = architecture.parameter_count
    nudges = method == "nudge"

    forward = Line(Phase.FORWARD, (images, weights))
    if nudges:
        gradient = Line(Phase.GRADIENT, (parameters, images, weights))
    else:
        gradient = Line(Phase.GRADIENT, (images, weights + carried))
    return StepCost(
        forward,
        gradient,
        Line(Phase.UPDATE, (parameters - frozen,)),
        _others(architecture, images, loss, nudges=nudges)
        + _rule_lines(weights, parameters, optimizer, options),
    )


def _others(
    architecture: Architecture, images: int, loss: Loss, *, nudges: bool
) -> tuple[Line, ...]:
    """Count what is no multiply-add; only what there is."""
    layers, parameters = architecture.layers, architecture.parameter_count
    neurons = sum(layer.outputs for layer in layers)
    curved = sum(layer.outputs for layer in layers if not layer.activation.is_linear)
    output_curved = 0 if layers[-1].activation.is_linear else 1
    # Cross-entropy cancels against the derivative of its sigmoid.
    slopes = curved - (output_curved if loss.needs_sums else 0)
    passes = parameters + 1 if nudges else 1
    # Biases are added on every pass; backprop also adds up the deltas of each neuron once.
    additions = neurons * (passes if nudges else 2) if architecture.bias else 0
    lines = (
        Line(OtherOperation.LOSS_TERMS, (images, passes)),
        Line(OtherOperation.BIAS_ADDITIONS, (images, additions)),
        Line(OtherOperation.ACTIVATIONS, (images, curved * passes)),
        Line(OtherOperation.DELTAS, (images, 0 if nudges else 1)),
        Line(OtherOperation.DERIVATIVES, (images, 0 if nudges else slopes)),
        Line(OtherOperation.DIVISIONS, (parameters if nudges else 0,)),
    )
    return tuple(line for line in lines if line.count)


def _rule_lines(
    weights: int, parameters: int, optimizer: Optimizer, options: Options
) -> tuple[Line, ...]:
    """Count what an update takes in addition to its multiply-adds; only what there is."""
    work = optimizer.work(options)
    by_norm, by_value = options.clip_norm is not None, options.clip_value is not None
    lines = (
        Line(OtherOperation.RATES, (int(is_scheduled(options)),)),
        Line(OtherOperation.CLIP_SQUARES, (parameters * by_norm,)),
        Line(OtherOperation.CLIP_PRODUCTS, (parameters * by_norm,)),
        Line(OtherOperation.CLIP_BOUNDS, (parameters, 2 * by_value)),
        Line(OtherOperation.PENALTIES, (weights, (options.l1 > 0) + (options.l2 > 0))),
        Line(OtherOperation.RULE_PRODUCTS, (parameters, work.products)),
        Line(OtherOperation.RULE_SUMS, (parameters, work.sums)),
        Line(OtherOperation.ROOTS, (parameters, work.roots)),
        Line(OtherOperation.QUOTIENTS, (parameters, work.quotients)),
    )
    return tuple(line for line in lines if line.count)
