"""The calls of numpy, translated one to one into the calls of torch that write in place."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Cancelled, IsCancelled, Operation, add_up, maximum, minimum

Call: TypeAlias = tuple[Callable[..., object], tuple[object, ...], Tensor]
"""A function of torch, its arguments, and the tensor that it writes."""


def copied(values: Tensor, *, out: Tensor) -> None:
    """Write a tensor's numbers into another one."""
    out.copy_(values)


def added_up(values: Tensor, *, out: Tensor) -> None:
    """Write the sum of a tensor's numbers."""
    torch.sum(values, dim=0, out=out)


FUNCTIONS: dict[Callable[..., object], Callable[..., object]] = {
    np.abs: torch.abs,
    np.add: torch.add,
    np.divide: torch.div,
    np.exp: torch.exp,
    np.log1p: torch.log1p,
    np.matmul: torch.mm,
    np.multiply: torch.mul,
    np.negative: torch.neg,
    np.positive: copied,
    np.power: torch.pow,
    np.reciprocal: torch.reciprocal,
    np.sign: torch.sign,
    np.sqrt: torch.sqrt,
    np.subtract: torch.sub,
    np.tanh: torch.tanh,
    add_up: added_up,
    maximum: torch.maximum,
    minimum: torch.minimum,
}
"""Every function of an operation, and torch's; but numpy's dot is two of torch's."""


class Mirror:
    """Arrays of the host, each with a tensor of the same shape on a device.

    Arrays that look into the same memory have tensors that do so as well.

    Parameters
    ----------
    kind : str
        torch's name of the device.
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._known: dict[int, tuple[Array, Tensor]] = {}

    def branch(self) -> "Mirror":
        """Return a mirror that knows the same arrays; what it meets besides stays its own."""
        branched = Mirror(self._kind)
        branched._known = dict(self._known)
        return branched

    def put(self, array: Array, tensor: Tensor) -> None:
        """Let a flat tensor stand for an array that owns its memory."""
        self._known[id(array)] = array, tensor

    def of(self, array: Array) -> Tensor:
        """Return the tensor of an array; the first time, its numbers are copied to it."""
        owner = array
        while isinstance(owner.base, np.ndarray):
            owner = owner.base
        if id(owner) not in self._known:
            flat = torch.tensor(owner.reshape(-1), dtype=torch.float64, device=self._kind)
            self.put(owner, flat)
        _, flat = self._known[id(owner)]
        skipped = array.ctypes.data - owner.ctypes.data if array.size else 0
        strides = [stride // array.itemsize for stride in array.strides]
        return flat.as_strided(array.shape, strides, flat.storage_offset() + skipped // 8)

    def calls(self, operations: Iterable[Operation]) -> list[Call]:
        """Translate operations."""
        return [self._call(function, arrays) for function, arrays in operations]

    def _call(self, function: Callable[..., object], arrays: tuple[Array, ...]) -> Call:
        *read, written = [self.of(array) for array in arrays]
        if function is np.dot:
            return torch.mm if arrays[0].ndim == 2 else torch.dot, tuple(read), written
        return FUNCTIONS[function], tuple(read), written


def carry_out(calls: Iterable[Call], cancelled: IsCancelled | None = None) -> None:
    """Carry out the calls, in order; before each, ask whether to stop.

    Raises
    ------
    Cancelled
        If `cancelled` said so.
    """
    for function, arguments, out in calls:
        if cancelled is not None and cancelled():
            raise Cancelled
        function(*arguments, out=out)


def as_tensor(array: Array) -> Tensor:
    """Return a tensor in the memory of an array, or of its copy if nothing may be written to it."""
    return torch.from_numpy(array if array.flags.writeable else array.copy())
