"""Which images a step learns from: all of them, or a shuffled part."""

from core.images import Batch
from core.randomness import Purpose, generator


class Batches:
    """The training images, cut into the batches of each epoch.

    With as many images to a batch as there are, every step sees all of them in their own order.
    With fewer, each epoch shuffles them anew and cuts them up; its last batch may be smaller. An
    epoch's order depends on the seed and its number alone.

    Parameters
    ----------
    images : Batch
        All training images.
    batch_size : int
        Images to a batch, 1 … len(images).
    seed : int
        Of the order; the same seed gives the same order.
    begun : tuple of two ints
        The step at which the first epoch that is cut this way begins, and its number.
    """

    def __init__(
        self, images: Batch, batch_size: int, seed: int, begun: tuple[int, int] = (0, 0)
    ) -> None:
        self.images = images
        self.batch_size = batch_size
        self.seed = seed
        self.begun = begun
        self.per_epoch = -(-len(images) // batch_size)
        self._first_step, self._first_epoch = begun
        self._epoch = -1
        self._shuffled = images

    def cut_anew(self, step: int, batch_size: int) -> "Batches":
        """Begin an epoch after `step` updates, with batches of another size.

        The one that was going on is left as it is, and the numbers go on.
        """
        epoch, place = self._place(step)
        return Batches(self.images, batch_size, self.seed, (step, epoch + (place > 0)))

    def at(self, step: int) -> Batch:
        """Give the batch that the update after `step` updates learns from."""
        if self.per_epoch == 1:
            return self.images
        epoch, place = self._place(step)
        if epoch != self._epoch:
            order = generator(self.seed, Purpose.ORDER, epoch).permutation(len(self.images))
            self._shuffled = Batch(self.images.images[order], self.images.targets[order])
            self._epoch = epoch
        cut = slice(place * self.batch_size, (place + 1) * self.batch_size)
        return Batch(self._shuffled.images[cut], self._shuffled.targets[cut])

    def size_at(self, step: int) -> int:
        """Count the images of that batch without shuffling anything."""
        _, place = self._place(step)
        return min(self.batch_size, len(self.images) - place * self.batch_size)

    def epoch_at(self, step: int) -> int:
        """Count the epochs that are over after `step` updates, or were left for a new one."""
        return self._place(step)[0]

    def _place(self, step: int) -> tuple[int, int]:
        """Give the epoch of that batch, and its place in it."""
        epochs, place = divmod(step - self._first_step, self.per_epoch)
        return self._first_epoch + epochs, place
