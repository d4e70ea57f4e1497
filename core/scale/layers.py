"""The cost of layers: parameters, multiply-adds and activations, from shapes alone.

A layer of any kind computes with its weights three times in a training step: its outputs in the
forward pass; the gradient of its weights and the deltas of its inputs in the backward pass. Each
takes the same number of multiply-adds. The first layer's inputs need no deltas. This is how the
cost of this program's own networks is counted (`core.network.cost`), here for one example and one
layer.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import prod

from core.structs import Struct


class LayerCost(Struct):
    """What one layer costs for one example; `times` of them are equal."""

    name: str
    """What it is, in the terms of its paper."""
    parameters: int = 0
    """Learned numbers."""
    forward: int = 0
    """Multiply-adds of the forward pass."""
    backward: int = 0
    """Multiply-adds of the backward pass: the gradient of the weights, the deltas of the inputs."""
    activations: int = 0
    """Numbers that it outputs, each kept for the backward pass."""
    times: int = 1
    """How many equal layers there are."""


def dense(sizes: Sequence[int], *, bias: bool) -> tuple[LayerCost, ...]:
    """Return the layers of a dense network, in which every input meets every neuron.

    Parameters
    ----------
    sizes : sequence of int
        n₀ inputs, then the neurons n₁, …, n_L of each layer.
    bias : bool
        Whether each neuron has a bias.

    Returns
    -------
    tuple of LayerCost
        Layer l has n_{l−1}·n_l weights and as many multiply-adds forward; twice as many backward,
        the first layer as many.
    """
    return tuple(
        dense_layer(f"{inputs:,}→{outputs:,}", inputs, outputs, bias=bias, is_first=number == 0)
        for number, (inputs, outputs) in enumerate(pairwise(sizes))
    )


def dense_layer(
    name: str, inputs: int, outputs: int, *, bias: bool = True, is_first: bool = False
) -> LayerCost:
    """Return a dense layer; the first one's inputs need no deltas."""
    weights = inputs * outputs
    return LayerCost(
        name,
        weights + (outputs if bias else 0),
        forward=weights,
        backward=weights if is_first else 2 * weights,
        activations=outputs,
    )


def convolution(
    name: str, size: int, kernels: Sequence[tuple[int, int]], kernel: int, *, is_first: bool = False
) -> LayerCost:
    """Return a convolution with biases.

    Parameters
    ----------
    name : str
        What it is.
    size : int
        Rows and columns of each output map.
    kernels : sequence of (int, int)
        Of some output maps, how many, and how many input maps each of them sees.
    kernel : int
        Rows and columns of a kernel.
    is_first : bool
        Whether its inputs are the image, which needs no deltas.

    Returns
    -------
    LayerCost
        An output map has a kernel for each input map that it sees, and one bias; each number of it
        takes a multiply-add per weight.
    """
    maps = sum(outputs for outputs, _ in kernels)
    weights = kernel * kernel * sum(prod(each) for each in kernels)
    forward = size * size * weights
    return LayerCost(
        name,
        weights + maps,
        forward=forward,
        backward=forward if is_first else 2 * forward,
        activations=size * size * maps,
    )


def subsampling(name: str, size: int, maps: int) -> LayerCost:
    """Return a subsampling layer of LeNet-5: the sum of four inputs times a learned coefficient,
    plus a bias; both are shared by a map of `size`×`size` outputs."""
    outputs = size * size * maps
    return LayerCost(name, 2 * maps, forward=outputs, backward=2 * outputs, activations=outputs)


def pooling(name: str, size: int, maps: int) -> LayerCost:
    """Return a layer of maxima: it has activations and no multiply-adds."""
    return LayerCost(name, activations=size * size * maps)
