"""Scores: the loss and the accuracy of a network on all training or all test images."""

import numpy as np

from core.arrays import Array, IsCancelled
from core.engines.engine import Engine, Evaluation
from core.images.images import Batch
from core.structs import Struct

YES = 0.5
"""A prediction or a label of at least this means yes."""


class Confusion(Struct):
    """Yes/no answers, counted by the target and the prediction."""

    true_positives: int
    """The target is yes, and so is the prediction."""
    false_negatives: int
    """The target is yes, the prediction no."""
    false_positives: int
    """The target is no, the prediction yes."""
    true_negatives: int
    """The target is no, and so is the prediction."""

    @property
    def correct(self) -> int:
        """Correct answers."""
        return self.true_positives + self.true_negatives

    @property
    def images(self) -> int:
        """All answers."""
        return self.correct + self.false_negatives + self.false_positives

    @property
    def accuracy(self) -> float:
        """The share of correct answers, in [0, 1]."""
        return self.correct / self.images


class Score(Struct):
    """Loss and accuracy of a network on some images."""

    loss: float
    """Mean over the images."""
    images: int
    """How many they are."""
    confusion: Confusion | None
    """For a yes/no task, how its answers fall out."""


def confusion_of(predictions: Array, targets: Array) -> Confusion:
    """Count yes/no answers.

    Parameters
    ----------
    predictions, targets : ndarray, shape (n,)
        0.5 or more means yes. A prediction that is not a number means no.
    """
    said, correct = predictions >= YES, targets >= YES
    yes, both = int(np.count_nonzero(correct)), int(np.count_nonzero(said & correct))
    false_positives = int(np.count_nonzero(said)) - both
    return Confusion(both, yes - both, false_positives, len(targets) - yes - false_positives)


class Scores(Struct):
    """How a network does at one moment, on the training images and on the others."""

    step: int
    """Updates before that moment."""
    train: Score
    """On all training images."""
    test: Score | None
    """On the test images, if there are any."""

    @property
    def gap(self) -> float | None:
        """Test loss minus training loss: above 0 where it does worse on what it has not seen."""
        return None if self.test is None else self.test.loss - self.train.loss


def scores_of(
    engine: Engine,
    step: int,
    images: Batch,
    test: Batch | None,
    evaluation: Evaluation | None,
    *,
    yes_no: bool,
    cancelled: IsCancelled | None = None,
) -> Scores:
    """Score all training images and the test images; no step is taken and no cost counted.

    Parameters
    ----------
    engine : Engine
        Computes with the present parameters.
    step : int
        Updates so far.
    images, test : Batch
        The training images, and the test images.
    evaluation : Evaluation, optional
        Of all training images at these parameters, if it is there; otherwise it is computed.
    yes_no : bool
        Whether labels and predictions are answers to count.
    cancelled : callable, optional
        Asked every few milliseconds.

    Raises
    ------
    Cancelled
        If `cancelled` said so.
    """

    def score(batch: Batch, known: Evaluation | None) -> Score:
        if known is None:
            loss, predictions = engine.assess(batch, cancelled)
        else:
            loss, predictions = known.loss, known.predictions
        confusion = confusion_of(predictions, batch.targets) if yes_no else None
        return Score(loss, len(batch), confusion)

    tested = None if test is None else score(test, None)
    return Scores(step, score(images, evaluation), tested)
