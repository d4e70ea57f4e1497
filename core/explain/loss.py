"""The arithmetic behind the loss, and which images weigh most in it."""

import math

import numpy as np

from core.arrays import Array
from core.explain.batch_trace import BatchTrace, effort_of, trace_batch, trace_image
from core.explain.equations import Equation, Factor, Rest, Scope, Term, equation
from core.explain.explanation import Explanation, Fact, Remark, TooManyTerms, TopImage
from core.images.images import Batch
from core.quantities.quantities import Quantity
from core.run.snapshot import Snapshot

TOP_IMAGES = 5
"""Images that are named one by one."""


def seen(snapshot: Snapshot) -> Remark:
    """Return whether the selected image is one of those that the mean is of."""
    return Remark.SEEN if snapshot.reading.is_training else Remark.UNSEEN


def explain_loss(
    snapshot: Snapshot, batch: Batch | None, quantity: Quantity, effort: int
) -> Explanation:
    """Work out the loss: each image's own, then their mean.

    Parameters
    ----------
    snapshot : Snapshot
        The moment.
    batch : Batch or None
        The images of the coming step.
    quantity : Quantity
        What the explanation is said to be of.
    effort : int
        Multiply-adds that a look at every image may cost.
    """
    own = trace_image(snapshot, back=False)
    name = "error²" if not own.loss.needs_sums else "loss"
    equations: tuple[Equation, ...] = ()
    facts: tuple[Fact, ...] = ()
    if math.isfinite(snapshot.reading.target):
        equations = (equation(name, _formula(own), image_terms(own, 0)),)
        facts = (seen(snapshot),)
    if batch is None:
        return Explanation(quantity, None, equations, facts=facts)
    needed = effort_of(snapshot.architecture, len(batch), 1)
    if needed > effort:
        facts += (TooManyTerms(needed, snapshot.loss),)
        return Explanation(quantity, None, equations, facts=facts)
    batch_trace = trace_batch(own.network, own.loss, batch, back=False)
    losses = batch_trace.losses()
    found = top_images(batch_trace, losses, largest(losses, TOP_IMAGES))
    mean = loss_equation(batch_trace, losses, found)
    return Explanation(quantity, mean.result, (*equations, mean), found, facts)


def loss_equation(
    batch_trace: BatchTrace, losses: Array, found: tuple[TopImage, ...], name: str = "loss"
) -> Equation:
    """Work out the mean of the images' losses; some of them are named."""
    listed = [top_image.index for top_image in found]
    squares = not batch_trace.loss.needs_sums
    terms = tuple(
        image_terms(batch_trace, each.index)[0] if squares else Term((Factor("loss", each.value),))
        for each in found
    )
    return equation(
        name,
        "Σ errors² ÷ n" if squares else "Σ losses ÷ n",
        terms,
        Scope.BATCH,
        rest=rest_of(losses, listed),
        divisor=Factor("n", float(len(losses))),
    )


def image_terms(batch_trace: BatchTrace, index: int) -> tuple[Term, ...]:
    """Return what one image adds: its error squared, or two logarithms."""
    if not batch_trace.loss.needs_sums:
        error = Factor("error", float(batch_trace.differences[index]))
        return (Term((error, error)),)
    total, target = float(batch_trace.sums[-1][index, 0]), float(batch_trace.batch.targets[index])
    logarithms = (
        (Factor("target", target), Factor("ln p", -float(np.logaddexp(0.0, -total)))),
        (Factor("1 − target", 1.0 - target), Factor("ln(1 − p)", -float(np.logaddexp(0.0, total)))),
    )
    return tuple(Term(factors, -1) for factors in logarithms)


def _formula(batch_trace: BatchTrace) -> str:
    """Write an image's loss in symbols."""
    if batch_trace.loss.needs_sums:
        return "−target·ln(prediction) − (1 − target)·ln(1 − prediction)"
    return "(prediction − target)²"


def largest(values: Array, count: int) -> list[int]:
    """Find the largest values; of equal ones the first. NaN counts as the smallest."""
    ranked = np.where(np.isnan(values), -np.inf, values)
    if len(ranked) > count:
        edge = np.partition(ranked, -count)[-count]
        (candidates,) = np.nonzero(ranked >= edge)
        # Images are drawn from few: many may be equal, and only the first of them are wanted.
        above = candidates[ranked[candidates] > edge]
        level = candidates[ranked[candidates] == edge][: count - len(above)]
        candidates = np.concatenate([above, level])
    else:
        candidates = np.arange(len(ranked))
    order = np.lexsort((candidates, -ranked[candidates]))
    indices: list[int] = candidates[order].tolist()
    return indices


def rest_of(values: Array, listed: list[int]) -> Rest | None:
    """Add up the values that are not listed."""
    if len(listed) == len(values):
        return None
    others = np.ones(len(values), dtype=bool)
    others[listed] = False
    return Rest(len(values) - len(listed), float(values[others].sum()))


def top_images(batch_trace: BatchTrace, values: Array, indices: list[int]) -> tuple[TopImage, ...]:
    """Name some images, with what each of them adds to a sum."""
    whole = float(np.abs(values).sum())
    batch, predictions = batch_trace.batch, batch_trace.predictions
    return tuple(
        TopImage(
            index,
            tuple(batch.images[index].tolist()),
            float(predictions[index]),
            float(batch.targets[index]),
            float(values[index]),
            abs(float(values[index])) / whole if whole > 0 else 0.0,
        )
        for index in indices
    )
