"""The errors that the data pane shows, and its order: how new they are, and what is shown until
there are newer ones."""

from collections.abc import Callable

import numpy as np
from textual.widget import Widget

from core import Snapshot
from core.arrays import Array
from core.images import Batch
from core.metrics import Integers
from tui.panes.data.examiner import Exam, Examined, Examiner, Result

RANKED_AGAIN = 1.0
"""Seconds that an order by error stays while training runs: faster, nobody could follow it."""


class Marking:
    """Errors of the visible images with every frame; all of them ranked only now and then.

    Parameters
    ----------
    widget : Widget
        Must pass `Examined` on to `accept`.
    on_news : callable
        Told when there may be something newer.
    """

    def __init__(self, widget: Widget, on_news: Callable[[], None]) -> None:
        self._ranker = Examiner(widget, on_news, "rank")
        self._teller = Examiner(widget, on_news, "errors")
        self.order: Integers | None = None
        """The images' numbers in the order that is shown; None: as they are numbered."""
        self.age = ""
        """What is to be said of errors and order that are no longer new."""

    def accept(self, message: Examined, *, running: bool) -> None:
        """Take what a thread has computed."""
        self._ranker.accept(message, RANKED_AGAIN if running else 0.0)
        self._teller.accept(message)

    def fit(self, count: int) -> None:
        """Keep an order of images of which there are now so many."""
        if self.order is not None:
            self.order = _stretched(self.order, count)

    def place_of(self, index: int) -> int | None:
        """Give the place in the order that is shown of the image with a number."""
        if self.order is None:
            return index
        (places,) = np.nonzero(self.order == index)
        return int(places[0]) if len(places) else None

    def index_at(self, place: int) -> int:
        """Give the number of the image at a place of the order that is shown."""
        return place if self.order is None else int(self.order[place])

    def rank(self, batch: Batch, snapshot: Snapshot, *, running: bool) -> None:
        """Bring the order by error up to date, as far as it is time for that."""
        exam = _exam(batch, None, snapshot)
        result = self._ranker.ask(exam, RANKED_AGAIN if running else 0.0)
        if result is not None and result.order is not None:
            self.order = result.order
            self._tell_age("ranked", result, exam)
        else:
            self.order = _stretched(self.order, len(batch))
            self.age = " · ranking …"

    def errors(self, batch: Batch, places: Integers, snapshot: Snapshot) -> Array | None:
        """Give the errors of some images, at this moment or at the last one that is known."""
        exam = _exam(batch, places, snapshot)
        result = self._teller.ask(exam)
        if result is None:
            self.age = " · computing errors …"
            return None
        self._tell_age("errors", result, exam)
        with np.errstate(over="ignore", invalid="ignore"):
            errors: Array = result.predictions - batch.targets[places]
        return errors

    def _tell_age(self, what: str, result: Result, exam: Exam) -> None:
        """Say so where something is a moment old."""
        if not exam.is_same(result.exam):
            self.age = f" · {what} as of step {result.exam.step:,}"


def _exam(batch: Batch, places: Integers | None, snapshot: Snapshot) -> Exam:
    return Exam(batch, places, snapshot.architecture, snapshot.parameters, snapshot.step)


def _stretched(order: Integers | None, count: int) -> Integers:
    """Make an order of so many images out of that of the images before, until there is a new one:
    so nothing jumps."""
    if order is None:
        return np.arange(count)
    more = np.arange(min(len(order), count), count)
    return np.concatenate([order[order < count], more])
