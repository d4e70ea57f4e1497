"""The flat vectors of a run, which host and device both have."""

from typing import Generic, NamedTuple, TypeVar

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array
from core.engines.gpu.devices import Device
from core.engines.gpu.tensors import Call, Mirror
from core.network.architecture import Architecture
from core.network.update import Rule, State

T = TypeVar("T")


class Parts(NamedTuple, Generic[T]):
    """What lies one after the other; P parameters, k slots of the optimizer."""

    parameters: T
    """Shape (P,)."""
    slots: T
    """Shape (k·P,), as are those before."""
    before: T
    updates: T
    """Shape (1,)."""
    rate: T
    """Shape (1,)."""
    previous: T
    """The parameters before the last update, shape (P,)."""
    gradient: T
    """Shape (P,)."""


class Vectors:
    """Parameters, optimizer state and gradient: one tensor on the device, and one on the host.

    So a single transfer takes all of them. In operations arrays stand for them, which hold nothing;
    `mirror` knows the tensors of these.

    Parameters
    ----------
    device : Device
        Where they are.
    parameter_count : int
        P.
    state : State
        What an optimizer remembers, for its shape.
    nudges : bool
        Whether parameters are tried on a vector of their own, so that a nudge does not show.
    """

    def __init__(self, device: Device, parameter_count: int, state: State, *, nudges: bool) -> None:
        size = state.slots.size
        sizes = (parameter_count, size, size, 1, 1, parameter_count, parameter_count)
        self._given = sum(sizes[:5])
        self._there = torch.zeros(sum(sizes), dtype=torch.float64, device=device.kind)
        is_pinned = device.kind == "cuda"  # a transfer from such memory does not wait
        self._here = torch.zeros(sum(sizes), dtype=torch.float64, pin_memory=is_pinned)
        self.there: Parts[Tensor] = Parts(*self._there.split(sizes))
        self.here: Parts[Array] = Parts(*(part.numpy() for part in self._here.split(sizes)))
        self.parameters, self.gradient = np.empty(parameter_count), np.empty(parameter_count)
        self._state = State(np.empty_like(state.slots), np.empty_like(state.slots), np.empty(()))
        self.mirror = Mirror(device.kind)
        arrays = self.parameters, self._state.slots, self._state.before, self._state.count
        for array, tensor in zip(arrays, self.there[:4], strict=True):
            self.mirror.put(array, tensor)
        self.mirror.put(self.gradient, self.there.gradient)
        self.tried, self.tried_there = self.parameters, self.there.parameters
        if nudges:
            self.tried = np.empty(parameter_count)
            self.tried_there = torch.zeros_like(self.there.parameters)
            self.mirror.put(self.tried, self.tried_there)

    def update_calls(self, architecture: Architecture, rule: Rule) -> list[Call]:
        """Return the calls that move the parameters by a rule, whose state is of the same shape."""
        moved = Rule(rule.optimizer, rule.options, self._state)
        mirror = self.mirror.branch()
        mirror.put(moved.rate, self.there.rate)
        return mirror.calls(moved.operations(architecture, self.parameters, self.gradient))

    @property
    def kept(self) -> Tensor:
        """Everything on the device, as it is now: a copy, for `restore`."""
        return self._there.clone()

    def restore(self, kept: Tensor) -> None:
        """Make everything on the device as it was."""
        self._there.copy_(kept)

    def send(self, parameters: Array, rule: Rule) -> None:
        """Copy what a step begins with to the device."""
        for part, array in zip(self.here, self._arrays(parameters, rule), strict=False):
            part[...] = array.reshape(-1)
        self._there[: self._given].copy_(self._here[: self._given])

    def fetch(self, parameters: Array, rule: Rule) -> None:
        """Copy everything back, and into a run's own arrays."""
        self._here.copy_(self._there)
        for part, array in zip(self.here, self._arrays(parameters, rule), strict=False):
            array[...] = part.reshape(array.shape)

    def fetch_gradient(self) -> None:
        """Copy the gradient back."""
        self._here[-len(self.gradient) :].copy_(self.there.gradient)

    @staticmethod
    def _arrays(parameters: Array, rule: Rule) -> tuple[Array, ...]:
        return parameters, rule.state.slots, rule.state.before, rule.state.count, rule.rate
