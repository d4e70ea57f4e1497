"""Which images a step learns from: all of them, or a shuffled part."""

import sys
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.images.images import Batch
from core.randomness import Purpose, generator
from core.structs import Struct


class Schedule(Struct):
    """How many images each step learns from, and which pass over all of them it belongs to.

    Where the images or the batch size are changed within a pass, that pass is given up and the
    next one begins.
    """

    images: int
    """Training images there are."""
    batch_size: int
    """Images per step, 1 … images."""
    since: int = 0
    """The step from which this holds; a pass begins with it."""
    begun: int = 0
    """Passes that were begun before."""
    complete: int = 0
    """Passes that were completed before."""

    @cached_property
    def per_epoch(self) -> int:
        """Steps of a pass over all images."""
        return -(-self.images // self.batch_size)

    @property
    def left(self) -> int:
        """Passes that were begun before and given up."""
        return self.begun - self.complete

    @property
    def is_full_batch(self) -> bool:
        """Whether each step sees all images, so that a step is an epoch."""
        return self.per_epoch == 1

    def epochs(self, step: int) -> int:
        """Count the passes that are complete after so many updates."""
        return self.complete + (step - self.since) // self.per_epoch

    def size_at(self, step: int) -> int:
        """Count the images of the batch that the update after `step` updates learns from."""
        place = (step - self.since) % self.per_epoch
        return min(self.batch_size, self.images - place * self.batch_size)

    def has_ended_epoch(self, step: int) -> bool:
        """Whether the last of so many updates has completed a pass."""
        return step > self.since and (step - self.since) % self.per_epoch == 0

    def next_end(self, step: int) -> int:
        """Return after how many updates the pass that goes on after `step` updates is complete."""
        return step + self.per_epoch - (step - self.since) % self.per_epoch

    def changed(self, step: int, images: int, batch_size: int) -> "Schedule":
        """Return what holds from a step on with so many images, and this batch size."""
        passes, rest = divmod(step - self.since, self.per_epoch)
        begun = self.begun + passes + bool(rest)
        return Schedule(images, batch_size, step, begun, self.complete + passes)


class Batches:
    """The training images, cut into the batches of each epoch.

    With as many images per batch as there are, every step sees all of them in their own order.
    With fewer, each epoch shuffles them again and cuts them up; its last batch may be smaller.

    Parameters
    ----------
    images : Batch
        All training images.
    batch_size : int
        Images per batch, 1 … len(images).
    seed : int
        Of the order; the same seed gives the same order.
    schedule : Schedule, optional
        Which pass each step belongs to; without, the first one begins with step 0.
    """

    def __init__(
        self, images: Batch, batch_size: int, seed: int, schedule: Schedule | None = None
    ) -> None:
        self.images = images
        self.batch_size = batch_size
        self.seed = seed
        self.schedule = schedule or Schedule(len(images), batch_size)
        self.per_epoch = self.schedule.per_epoch
        self._since = self.schedule.since
        self._epoch = -1
        self._order = np.arange(0)
        self._shuffled = images

    def at(self, step: int) -> Batch:
        """Return the batch that the update after `step` updates learns from."""
        if self.per_epoch == 1:
            return self.images
        epoch, place = divmod(step - self._since, self.per_epoch)
        if epoch != self._epoch:
            random = generator(self.seed, Purpose.ORDER, self.schedule.begun + epoch)
            self._order = order = random.permutation(len(self.images))
            self._shuffled = Batch(self.images.images[order], self.images.targets[order])
            self._epoch = epoch
        cut = slice(place * self.batch_size, (place + 1) * self.batch_size)
        return Batch(self._shuffled.images[cut], self._shuffled.targets[cut])

    def pass_at(self, step: int) -> tuple[Batch, int, int]:
        """Return the pass that the update after `step` updates belongs to.

        Returns
        -------
        images : Batch
            All of them, in its order.
        place : int
            Which of its batches that update learns from, counted from 0.
        left : int
            How many updates of that kind follow, that one included; without end for a full batch.
        """
        if self.per_epoch == 1:
            return self.images, 0, sys.maxsize
        self.at(step)
        place = (step - self._since) % self.per_epoch
        return self._shuffled, place, self.per_epoch - place

    def places_at(self, step: int) -> NDArray[np.int64]:
        """Return the same batch as places among all images, in its order."""
        if self.per_epoch == 1:
            return np.arange(len(self.images))
        self.at(step)
        place = (step - self._since) % self.per_epoch
        return self._order[place * self.batch_size : (place + 1) * self.batch_size]

    def size_at(self, step: int) -> int:
        """Count the images of that batch without shuffling anything."""
        return self.schedule.size_at(step)
