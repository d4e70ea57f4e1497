"""Which images a step learns from: all of them, or a shuffled part."""

import numpy as np
from numpy.typing import NDArray

from core.images import Batch
from core.randomness import Purpose, generator


class Batches:
    """The training images, cut into the batches of each epoch.

    With as many images to a batch as there are, every step sees all of them in their own order.
    With fewer, each epoch shuffles them anew and cuts them up; its last batch may be smaller.

    Parameters
    ----------
    images : Batch
        All training images.
    batch_size : int
        Images to a batch, 1 … len(images).
    seed : int
        Of the order; the same seed gives the same order.
    """

    def __init__(self, images: Batch, batch_size: int, seed: int) -> None:
        self.images = images
        self.batch_size = batch_size
        self.seed = seed
        self.per_epoch = -(-len(images) // batch_size)
        self._epoch = -1
        self._order = np.arange(0)
        self._shuffled = images

    def at(self, step: int) -> Batch:
        """Give the batch that the update after `step` updates learns from."""
        if self.per_epoch == 1:
            return self.images
        epoch, place = divmod(step, self.per_epoch)
        if epoch != self._epoch:
            order = generator(self.seed, Purpose.ORDER, epoch).permutation(len(self.images))
            self._order = order
            self._shuffled = Batch(self.images.images[order], self.images.targets[order])
            self._epoch = epoch
        cut = slice(place * self.batch_size, (place + 1) * self.batch_size)
        return Batch(self._shuffled.images[cut], self._shuffled.targets[cut])

    def places_at(self, step: int) -> NDArray[np.int64]:
        """Give the same batch as places among all images, in its order."""
        if self.per_epoch == 1:
            return np.arange(len(self.images))
        self.at(step)
        place = step % self.per_epoch
        return self._order[place * self.batch_size : (place + 1) * self.batch_size]

    def size_at(self, step: int) -> int:
        """Count the images of that batch without shuffling anything."""
        place = step % self.per_epoch
        return min(self.batch_size, len(self.images) - place * self.batch_size)
