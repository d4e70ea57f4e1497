"""Activations over arrays, eight numbers and more at once, each right to a few last places.

All of them come from e to the power of a number that is not above 0: y = n·ln 2 + r with a whole n
and |r| ≤ ½·ln 2, so that eʸ = 2ⁿ·eʳ, and eʳ is the first terms of its series.
"""

import math

import numpy as np

from core.arrays import Array
from core.engines.compiled.compiling import EXACT, entry, part

LOG2_E = 1.0 / math.log(2.0)
LN2_HIGH = float.fromhex("0x1.62e42fefa38p-1")
"""The first 43 bits of ln 2, so that its products with n are exact …"""
LN2_LOW = float.fromhex("0x1.ef35793c7673p-45")
"""… and what they leave out."""
ROUNDING = 1.5 * 2.0**52
"""Added and taken off again, it leaves the nearest whole number, which its last bits hold."""
LEAST = -708.0
"""Below it eʸ is too small for a float of full precision, and taken as 0."""
NO_DIFFERENCE = -80.0
"""Below it 1 − eʸ is 1."""


@part(EXACT)
def power_of_two(rounded: float) -> float:
    """Return 2ⁿ for −1022 ≤ n, given n + `ROUNDING`."""
    bits = (np.float64(rounded).view(np.int64) + 1023) << 52
    power: float = np.int64(bits).view(np.float64)
    return power


@part(EXACT)
def exp_minus_1_of_rest(rest: float) -> float:
    """Return eʳ − 1 for |r| ≤ ½·ln 2: r + r²/2! + … + r¹⁴/14!."""
    term = 1.0 / 87178291200.0
    term = term * rest + 1.0 / 6227020800.0
    term = term * rest + 1.0 / 479001600.0
    term = term * rest + 1.0 / 39916800.0
    term = term * rest + 1.0 / 3628800.0
    term = term * rest + 1.0 / 362880.0
    term = term * rest + 1.0 / 40320.0
    term = term * rest + 1.0 / 5040.0
    term = term * rest + 1.0 / 720.0
    term = term * rest + 1.0 / 120.0
    term = term * rest + 1.0 / 24.0
    term = term * rest + 1.0 / 6.0
    term = term * rest + 0.5
    return term * rest * rest + rest


@part(EXACT)
def exp_of_negative(number: float) -> float:
    """Return eʸ for y ≤ 0; NaN stays NaN."""
    kept = LEAST if number < LEAST else number
    rounded = kept * LOG2_E + ROUNDING
    whole = rounded - ROUNDING
    rest = kept - whole * LN2_HIGH - whole * LN2_LOW
    scale = power_of_two(rounded)
    power = scale * exp_minus_1_of_rest(rest) + scale
    return 0.0 if number < LEAST else power


@part(EXACT)
def log_1_plus(number: float) -> float:
    """Return ln(1 + u) for 0 ≤ u ≤ 1: with s = u ÷ (2 + u), 2·(s + s³/3 + s⁵/5 + …)."""
    ratio = number / (2.0 + number)
    square = ratio * ratio
    term = 1.0 / 35.0
    term = term * square + 1.0 / 33.0
    term = term * square + 1.0 / 31.0
    term = term * square + 1.0 / 29.0
    term = term * square + 1.0 / 27.0
    term = term * square + 1.0 / 25.0
    term = term * square + 1.0 / 23.0
    term = term * square + 1.0 / 21.0
    term = term * square + 1.0 / 19.0
    term = term * square + 1.0 / 17.0
    term = term * square + 1.0 / 15.0
    term = term * square + 1.0 / 13.0
    term = term * square + 1.0 / 11.0
    term = term * square + 1.0 / 9.0
    term = term * square + 1.0 / 7.0
    term = term * square + 1.0 / 5.0
    term = term * square + 1.0 / 3.0
    return 2.0 * (term * square * ratio + ratio)


@entry("void(float64[::1])", EXACT)
def tanh(sums: Array) -> None:
    """Turn sums into their tanh, in place: with m = e^(−2|z|) − 1, −m ÷ (m + 2) with z's sign."""
    for t in range(len(sums)):
        total = sums[t]
        twice = -2.0 * abs(total)
        kept = NO_DIFFERENCE if twice < NO_DIFFERENCE else twice
        rounded = kept * LOG2_E + ROUNDING
        whole = rounded - ROUNDING
        rest = kept - whole * LN2_HIGH - whole * LN2_LOW
        scale = power_of_two(rounded)
        less = scale * exp_minus_1_of_rest(rest) + (scale - 1.0)
        sums[t] = math.copysign(less / (less + 2.0), total)


@entry("void(float64[::1])", EXACT)
def sigmoid(sums: Array) -> None:
    """Turn sums into 1 ÷ (1 + e^−z), in place."""
    for t in range(len(sums)):
        total = sums[t]
        small = exp_of_negative(-abs(total))
        sums[t] = (small if total < 0.0 else 1.0) / (1.0 + small)


@entry("void(float64[::1])", EXACT)
def relu(sums: Array) -> None:
    """Turn sums below 0 into 0, in place; NaN stays NaN."""
    for t in range(len(sums)):
        sums[t] = 0.0 if sums[t] < 0.0 else sums[t]


@entry("void(float64[::1], float64[::1])", EXACT)
def tanh_slopes(outputs: Array, deltas: Array) -> None:
    """Multiply deltas by 1 − y², in place."""
    for t in range(len(deltas)):
        deltas[t] *= 1.0 - outputs[t] * outputs[t]


@entry("void(float64[::1], float64[::1])", EXACT)
def sigmoid_slopes(outputs: Array, deltas: Array) -> None:
    """Multiply deltas by y·(1 − y), in place."""
    for t in range(len(deltas)):
        deltas[t] *= outputs[t] * (1.0 - outputs[t])


@entry("void(float64[::1], float64[::1])", EXACT)
def relu_slopes(outputs: Array, deltas: Array) -> None:
    """Multiply deltas by 1 where the output is above 0, else by 0, in place; NaN stays NaN."""
    for t in range(len(deltas)):
        deltas[t] *= 0.0 if outputs[t] <= 0.0 else (1.0 if outputs[t] > 0.0 else outputs[t])
