"""The errors that the data pane shows, and its order: how new they are, and what is shown until
there are newer ones."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from textual.widget import Widget

from core import Snapshot
from core.arrays import Array, Integers, IsCancelled
from core.images import Batch
from core.metrics import seconds_of, worst_first
from core.network import Network
from tui.worker.background import INSTANT, Background, Order

RANKED_AGAIN = 1.0
"""Seconds that an order by error stays while training runs: faster, nobody could follow it."""


class Predicted(NamedTuple):
    """Predictions for some images, or for all."""

    predictions: Array
    """Shape (n,)."""
    ranking: Integers | None
    """The images' numbers by the size of their error, where it is of all."""


class Marking:
    """Errors of the visible images with every frame; all of them ranked only now and then.

    Parameters
    ----------
    widget : Widget
        Whose images.
    on_news : callable
        Told when there may be something newer.
    """

    def __init__(self, widget: Widget, on_news: Callable[[], None]) -> None:
        self._ranker = Background[Predicted](widget, on_news)
        self._predictor = Background[Predicted](widget, on_news)
        self.order: Integers | None = None
        """The images' numbers in the order that is shown; None: as they are numbered."""
        self.age = ""
        """What is to be said of errors and order that are no longer new."""

    def fit(self, count: int) -> None:
        """Keep an order of images of which there are now so many."""
        if self.order is not None:
            self.order = _stretched(self.order, count)

    def place_of(self, index: int) -> int | None:
        """Return the place in the order that is shown of the image with a number."""
        if self.order is None:
            return index
        (places,) = np.nonzero(self.order == index)
        return int(places[0]) if len(places) else None

    def index_at(self, place: int) -> int:
        """Return the number of the image at a place of the order that is shown."""
        return place if self.order is None else int(self.order[place])

    def rank(self, batch: Batch, snapshot: Snapshot, *, running: bool) -> None:
        """Bring the order by error up to date, as far as it is time for that."""
        order = _prediction_order(batch, None, snapshot)
        done = self._ranker.ask(order, RANKED_AGAIN if running else 0.0)
        if done is not None and done[1].ranking is not None:
            self.order = done[1].ranking
            self._note_age("ranked", done[0], order)
        else:
            self.order = _stretched(self.order, len(batch))
            self.age = " · ranking …"

    def errors(self, batch: Batch, places: Integers, snapshot: Snapshot) -> Array | None:
        """Return the errors of some images, at this moment or at the last one that is known."""
        order = _prediction_order(batch, places, snapshot)
        done = self._predictor.ask(order)
        if done is None:
            self.age = " · computing errors …"
            return None
        self._note_age("errors", done[0], order)
        with np.errstate(over="ignore", invalid="ignore"):
            errors: Array = done[1].predictions - batch.targets[places]
        return errors

    def _note_age(self, what: str, done: Order[Predicted], wanted: Order[Predicted]) -> None:
        """Note in the title what is a moment old."""
        if not wanted.is_same(done):
            self.age = f" · {what} as of step {done.step:,}"


def _prediction_order(
    batch: Batch, places: Integers | None, snapshot: Snapshot
) -> Order[Predicted]:
    """Order the predictions for some images; or for all, and their numbers by error."""
    architecture, parameters = snapshot.architecture, snapshot.parameters

    def predict(cancelled: IsCancelled | None) -> Predicted:
        images = batch.images if places is None else batch.images[places]
        predictions = Network(architecture, parameters).predictions(images, cancelled)
        order = worst_first(predictions, batch.targets) if places is None else None
        return Predicted(predictions, order)

    images = len(batch) if places is None else len(places)
    seconds = seconds_of(architecture, images, sorts=places is None)
    which = None if places is None else places.tobytes()
    subject = batch, architecture, which
    return Order(subject, (snapshot.step, parameters), snapshot.step, seconds <= INSTANT, predict)


def _stretched(order: Integers | None, count: int) -> Integers:
    """Make an order of so many images out of that of the images before, until there is a new one:
    so nothing jumps."""
    if order is None:
        return np.arange(count)
    more = np.arange(min(len(order), count), count)
    return np.concatenate([order[order < count], more])
