"""The equation of a matrix product on a device, and what else the rates of the gpu engine mean."""

import math
from collections.abc import Mapping

import numpy as np

from core.rates.products import Shape, is_of_vector
from core.rates.rates import Rate, Rates, Tiers

SECONDS = 0.4
"""How long the probes take turns."""
TIMES = 17
"""Calls of a window; those of a single one are taken off."""
STEPS = 9
"""Steps of a window, likewise."""
MANY = {False: 2**14, True: 2**20}
"""Numbers of an array, on the CPU and on a GPU, which computes as many side by side."""
FOOTPRINTS = {False: (2**18, 2**22, 2**25), True: (2**22, 2**25, 2**28)}
"""Bytes that the probes of memory go through, from the cache to what no cache holds."""
SIDES = {False: 256, True: 2048}
"""Rows and columns of the matrices that show how fast the device computes."""
DRAWN = 10
"""Layers whose three products are timed."""
LARGEST = {False: 6.8, True: 9.0}
"""Multiply-adds of the largest of their products, as a power of ten."""
LARGEST_VECTOR = 7.4
"""The same of products with a vector, which need a number in memory for each of them."""
WINDOW = {False: 60_000, True: 20_000_000}
"""Multiply-adds of a window of them, about."""
TERMS = "multiply-add", "read", "written", "depth"
"""What a product of matrices, and one with a vector, have rates for."""
TRANSFERRED = 2**19
"""Numbers of a transfer."""
TAKEN = 4096
"""Images that are copied to the device."""
ONE = "gpu one"
"""The window of a single call."""


def tiers(known: Mapping[str, Rate]) -> Tiers:
    """Return the seconds per byte that is read or written, by how many are gone through."""
    sizes = sorted(int(name.removeprefix("byte of ")) for name in known if "byte of" in name)
    return tuple((size, known[f"byte of {size}"]) for size in sizes)


def gpu_limits(rates: Rates) -> tuple[float, float]:
    """Return the multiply-adds per second that the GPU computes at most, and the bytes per second
    of its memory; 0 if there is none."""
    if rates.gpu is None or not rates.gpu_name:
        return 0.0, 0.0
    timed = [rate.fastest for _, rate in tiers(rates.gpu) if rate.fastest > 0.0]
    return 1.0 / rates.gpu["product"].fastest, 1.0 / timed[-1]


def terms(shape: Shape) -> dict[str, float]:
    """Return what each rate is multiplied by in the equation of a product, without calling it."""
    m, k, n = shape
    kind = "vector" if is_of_vector(shape) else "matrix"
    amounts = m * k * n, m * k + k * n, m * n, k
    return {f"{kind} {term}": float(amount) for term, amount in zip(TERMS, amounts, strict=True)}


def drawn_products(*, is_gpu: bool) -> list[tuple[str, Shape]]:
    """Draw the products that are timed, each with its layout: those of layers, small and large."""
    random, found = np.random.default_rng(0), list[tuple[str, Shape]]()
    for number in range(DRAWN):
        is_one = number % 3 == 0  # a layer of one neuron
        power = 4.0 + (LARGEST[is_gpu] - 4.0) * (number + 1) / DRAWN
        most = 10.0 ** (min(power, LARGEST_VECTOR) if is_one else power)
        while True:
            inputs, outputs = (round(size) for size in 2.0 ** random.uniform(2.0, 11.0, 2))
            outputs = 1 if is_one else outputs
            count = round(10.0 ** random.uniform(0.5, 4.5))
            if most / 3.0 < inputs * outputs * count <= most:
                break
        found.append(("TN", (outputs, inputs, count)))
        found.append(("NT", (inputs, count, outputs)))
        found.append(("NN", (inputs, outputs, count)))
    return found


def times_of(shape: Shape, *, is_gpu: bool) -> int:
    """Return how many calls of a product a window has."""
    return max(2, min(TIMES, WINDOW[is_gpu] // math.prod(shape)))
