"""The loss of any network over a grid of two of its parameters, in one batched pass.

Only what depends on the two is computed for each cell. A neuron that neither parameter touches is
computed once; one that only the first touches, once for each column; only the second, once for each
row; and only what both touch, for each cell. Weighted sums are split the same way: the share of all
the neurons that do not move is added up once.

The work is cut into parts, over images and over cells, so that memory stays bounded and nobody
waits for more than a few milliseconds until it can be called off.
"""

import numpy as np

from core.arrays import ONE, Array, Cancelled, Integers, IsCancelled, in_parts, run
from core.images.images import Batch
from core.landscape.moving import Group, groups_of, work_of
from core.network.architecture import Architecture, Place
from core.network.losses import LOSSES, OutputArrays
from core.network.network import PART, PART_NUMBERS, Network

_SECONDS_PER_PART = PART_NUMBERS * 12e-9
_SECONDS_PER_PRODUCT = 1e-9
_SECONDS_PER_CELL = 8e-6


def seconds_of(
    architecture: Architecture, across: int, up: int, images: int, rows: int, columns: int
) -> float:
    """Return roughly how many seconds a sweep takes."""
    work = work_of(groups_of(architecture, (architecture.place(across), architecture.place(up))))
    part = _images(architecture, images)
    high, wide = work.block(part, rows, columns)
    blocks = -(-rows // high) * -(-columns // wide)
    still = architecture.parameter_count * _SECONDS_PER_PRODUCT
    moving = blocks * work.of(high, wide) * _SECONDS_PER_PART
    return images * (still + moving) + rows * columns * -(-images // part) * _SECONDS_PER_CELL


def _images(architecture: Architecture, images: int) -> int:
    """Count the images of a part, of so many."""
    return min(images, architecture.images_within(PART, PART_NUMBERS))


class Sweep:
    """A network with its parameters, and two of them that vary.

    Parameters
    ----------
    architecture : Architecture
        The network's shape.
    loss : str
        A name in `LOSSES`.
    parameters : ndarray, shape (parameter_count,)
        Copied; all but the two are held.
    across, up : int
        The two parameters' places in the flat vector.
    """

    def __init__(
        self, architecture: Architecture, loss: str, parameters: Array, across: int, up: int
    ) -> None:
        held = parameters.copy()
        # What the two contribute is added cell by cell, to sums in which they have no part.
        held[[across, up]] = 0.0
        self._network = Network(architecture, held)
        self._loss = LOSSES[loss]
        self._places = architecture.place(across), architecture.place(up)
        self._plan = groups_of(architecture, self._places)

    def losses(
        self, batch: Batch, columns: Array, rows: Array, cancelled: IsCancelled | None = None
    ) -> Array:
        """Compute the loss for every pair of values.

        Parameters
        ----------
        batch : Batch
            The images that the loss is the mean over.
        columns, rows : ndarray, shapes (C,) and (R,)
            The values of the first and of the second parameter.
        cancelled : callable, optional
            Asked every few milliseconds; once it says True, this stops.

        Returns
        -------
        ndarray, shape (R, C)

        Raises
        ------
        Cancelled
            If `cancelled` said so.
        """
        architecture = self._network.architecture
        images = _images(architecture, len(batch))
        high, wide = work_of(self._plan).block(images, len(rows), len(columns))
        totals = np.zeros((len(rows), len(columns)))
        with np.errstate(over="ignore", invalid="ignore"):
            for part in in_parts(len(batch), images):
                still = self._still(batch.images[part].T)
                for top in range(0, len(rows), high):
                    for left in range(0, len(columns), wide):
                        if cancelled is not None and cancelled():
                            raise Cancelled
                        block = slice(top, top + high), slice(left, left + wide)
                        values = columns[block[1]], rows[block[0]]
                        totals[block] += self._totals(still, values, batch.targets[part])
        totals /= len(batch)
        return totals

    def _still(self, level: Array) -> list[tuple[Array, Array]]:
        """Compute what does not move: for each layer, its inputs and sums, shapes (size, n).

        Inputs that move are 0 there, and so have no share in the sums.
        """
        network = self._network
        found: list[tuple[Array, Array]] = []
        for layer, weights, biases, groups in zip(
            network.architecture.layers, network.weights, network.biases, self._plan, strict=True
        ):
            sums = weights.T @ level
            if layer.bias:
                sums += biases[:, np.newaxis]
            found.append((level, sums))
            level = sums.copy()
            run(layer.activation.operations(level))
            for group in groups:
                level[group.neurons] = 0.0
        return found

    def _totals(
        self, still: list[tuple[Array, Array]], values: tuple[Array, Array], targets: Array
    ) -> Array:
        """Add up the losses of some images in a block of cells; shape (rows, columns)."""
        layers = self._network.architecture.layers
        moving: list[tuple[Integers, Array]] = []
        sums = np.empty(0)
        for level, (layer, groups) in enumerate(zip(layers, self._plan, strict=True)):
            outputs: list[tuple[Integers, Array]] = []
            for group in groups:
                sums = self._sums(level, group, still[level], moving, values)
                made = sums.copy() if layer is layers[-1] and self._loss.needs_sums else sums
                run(layer.activation.operations(made))
                outputs.append((group.neurons, made))
            moving = outputs
        predictions = moving[0][1]
        totals = np.empty(predictions.shape[1:3])
        deltas, scratch = np.empty_like(targets), np.empty_like(targets)
        for cell in np.ndindex(totals.shape):
            arrays = OutputArrays(
                sums[0][cell], predictions[0][cell], targets, deltas, scratch, ONE
            )
            run(self._loss.difference_operations(arrays))
            totals[cell] = self._loss.total(arrays)
        return totals

    def _sums(
        self,
        level: int,
        group: Group,
        still: tuple[Array, Array],
        moving: list[tuple[Integers, Array]],
        values: tuple[Array, Array],
    ) -> Array:
        """Compute the weighted sums of a group, shape (neurons, rows or 1, columns or 1, n)."""
        inputs, sums = still
        columns, rows = values
        high, wide = len(rows) if group.rows else 1, len(columns) if group.columns else 1
        result = np.empty((len(group.neurons), high, wide, sums.shape[1]))
        result[...] = sums[group.neurons][:, np.newaxis, np.newaxis]
        for neurons, outputs in moving:
            weights = self._network.weights[level][np.ix_(neurons, group.neurons)]
            share = weights.T @ outputs.reshape(len(neurons), -1)
            result += share.reshape(len(group.neurons), *outputs.shape[1:])
        steps = columns[:, np.newaxis], rows[:, np.newaxis, np.newaxis]
        for place, step in zip(self._places, steps, strict=True):
            if place.layer != level or place.neuron not in group.neurons:
                continue
            row = int(np.searchsorted(group.neurons, place.neuron))
            result[row] += step * _source(place, inputs, moving)
        return result


def _source(place: Place, inputs: Array, moving: list[tuple[Integers, Array]]) -> Array | float:
    """Return what a parameter is multiplied by: a still input, a moving one, or 1 for a bias."""
    if place.source is None:
        return 1.0
    for neurons, outputs in moving:
        if place.source in neurons:
            return np.asarray(outputs[np.searchsorted(neurons, place.source)])
    return np.asarray(inputs[place.source])
