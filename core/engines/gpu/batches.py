"""Batches on the device: the calls that evaluate one, part by part."""

from collections.abc import Iterable, Iterator

import numpy as np
import torch

from core.arrays import in_parts
from core.engines.engine import NUDGE, Problem
from core.engines.gpu.devices import Device, limits_of
from core.engines.gpu.tensors import Call, as_tensor, copied
from core.engines.gpu.vectors import Vectors
from core.engines.matrix import Limits, Pass, part_size
from core.images.images import Batch


class Held:
    """Images on the device, side by side, from which batches are taken.

    Parameters
    ----------
    device : Device
        Where they are.
    images : Batch
        The first ones that it holds.
    """

    def __init__(self, device: Device, images: Batch) -> None:
        shape = images.images.T.shape
        self.pixels = torch.empty(shape, dtype=torch.float64, device=device.kind)
        """Shape (inputs, n)."""
        self.targets = torch.empty(shape[1:], dtype=torch.float64, device=device.kind)
        self._images: Batch | None = None

    def __len__(self) -> int:
        """Count the images."""
        return len(self.targets)

    def take(self, images: Batch) -> None:
        """Hold other images, of the same number."""
        if images is not self._images:
            self.pixels.copy_(as_tensor(images.images).T)
            self.targets.copy_(as_tensor(images.targets))
            self._images = images


class Piece:
    """The calls for so many images: a part of a batch, or all of it.

    Parameters
    ----------
    problem : Problem
        What to compute.
    vectors : Vectors
        Parameters and gradient.
    limits : Limits
        Of a call.
    images : int
        B, the images that one run takes.
    """

    def __init__(self, problem: Problem, vectors: Vectors, limits: Limits, images: int) -> None:
        mirror = vectors.mirror.branch()
        total = np.empty(())
        arrays = Pass(problem, vectors.tried, vectors.gradient, images, limits)
        adding_up = problem.loss.total_operations(arrays.output, total)
        self.inputs, self.targets = mirror.of(arrays.inputs), mirror.of(arrays.output.targets)
        self.predictions = mirror.of(arrays.output.predictions)
        self.weight, self.total = mirror.of(arrays.weight), mirror.of(total)
        self.forward = mirror.calls([*arrays.forward, *adding_up])
        self.backward, self.adding = mirror.calls(arrays.backward), mirror.calls(arrays.adding)


class BatchCalls:
    """The calls that evaluate a batch of so many images, taken from those that are held.

    Parameters
    ----------
    problem : Problem
        What to compute.
    vectors : Vectors
        Parameters and gradient.
    device : Device
        What computes.
    held : Held
        The images.
    images : int
        B.
    """

    def __init__(
        self, problem: Problem, vectors: Vectors, device: Device, held: Held, images: int
    ) -> None:
        self._vectors, self._held = vectors, held
        limits, kind = limits_of(is_gpu=device.is_gpu), device.kind
        self._parts: list[tuple[slice, Piece]] = []
        pieces: dict[int, Piece] = {}
        for part in in_parts(images, part_size(problem, images, limits)):
            size = part.stop - part.start
            if size not in pieces:
                pieces[size] = Piece(problem, vectors, limits, size)
                pieces[size].weight.fill_(problem.loss.factor / images)
            self._parts.append((part, pieces[size]))
        self._count = torch.tensor(images, dtype=torch.float64, device=kind)
        self._total, self.loss = torch.zeros_like(self._count), torch.zeros_like(self._count)
        self.start = torch.zeros(1, dtype=torch.int64, device=kind)
        """Where the batch begins among the images; set before the calls are carried out."""
        self.onwards = 0 if images == len(held) else images
        """How much further the next batch begins."""
        self.predictions = torch.empty(images, dtype=torch.float64, device=kind)
        is_whole = len(self._parts) == 1 and images == len(held)
        self.loading = self._loading(*self._parts[0]) if is_whole else []
        """The calls that load a batch of all images in one part; others are loaded on the way."""
        self.assessing = self._calls(is_backward=False)
        """The calls that write loss and predictions."""
        is_backprop = problem.method == "backprop"
        self._backprop = self._calls(is_backward=True) if is_backprop else None

    @property
    def is_list(self) -> bool:
        """Whether the calls of an evaluation are a list, and not as many as there are weights."""
        return self._backprop is not None

    @property
    def evaluating(self) -> Iterable[Call]:
        """The calls that write loss, predictions and gradient."""
        return self._nudging() if self._backprop is None else self._backprop

    def _loading(self, part: slice, piece: Piece) -> list[Call]:
        """Return the calls that load a part."""
        held = self._held
        places = torch.arange(part.start, part.stop, device=held.pixels.device)
        index = torch.empty_like(places)
        return [
            (torch.add, (places, self.start), index),
            (torch.index_select, (held.pixels, 1, index), piece.inputs),
            (torch.index_select, (held.targets, 0, index), piece.targets),
        ]

    def _calls(self, *, is_backward: bool, is_noted: bool = True) -> list[Call]:
        """Return the calls of all parts; where they are not noted, only the sum of losses is."""
        calls: list[Call] = []
        for part, piece in self._parts:
            if not self.loading:
                calls += self._loading(part, piece)
            calls += piece.forward
            if part.start:
                calls.append((torch.add, (self._total, piece.total), self._total))
            else:
                calls.append((copied, (piece.total,), self._total))
            if is_noted:
                calls.append((copied, (piece.predictions,), self.predictions[part]))
            if is_backward:
                calls += piece.adding if part.start else piece.backward
        if is_noted:
            calls.append((torch.div, (self._total, self._count), self.loss))
        return calls

    def _nudging(self) -> Iterator[Call]:
        """Return the calls that try each parameter a millionth higher, one after the other."""
        there, tried = self._vectors.there, self._vectors.tried_there
        gradient, nudge = there.gradient, torch.full_like(self._count, NUDGE)
        trying = self._calls(is_backward=False, is_noted=False)
        yield copied, (there.parameters,), tried
        yield from self.assessing
        for index in range(len(tried)):
            yield torch.add, (there.parameters[index], nudge), tried[index]
            yield from trying
            yield torch.div, (self._total, self._count), gradient[index]
            yield copied, (there.parameters[index],), tried[index]
        yield torch.sub, (gradient, self.loss), gradient
        yield torch.div, (gradient, nudge), gradient
