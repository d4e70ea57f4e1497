"""The time of a step of the compiled engine: of its kernel, or of matrix products."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from core.arrays import Array
from core.network.activations import ACTIVATIONS, Activation
from core.prediction.matrix import epoch_times, matrix_times
from core.prediction.outline import NUMBER
from core.prediction.times import CallTime, Share, equation
from core.rates.compiled import columns_of, is_computed, is_small, terms
from core.rates.rates import Rate, Rates, between
from core.settings.config import TrainingConfig


def compiled_times(
    config: TrainingConfig, rates: Rates, images: int, frozen: int = 0
) -> Iterator[CallTime]:
    """Yield what a step repeats, with the time of each; or the calls of the matrix engine, with
    compiled activations in place of numpy's.

    The kernel computes the same however many weights are frozen; the matrix engine does not.

    Raises
    ------
    KeyError
        If the rates of the compiled engine are not known.
    """
    if rates.compiled is None:
        raise KeyError("compiled")
    if not is_small(config.architecture, config.gradient):
        known = _with_functions(rates, rates.compiled)
        yield from matrix_times(config, known, images, frozen, FUNCTIONS)
        return
    yield from epoch_times(config, rates, images, rates.compiled["epoch"])
    per_epoch = -(-config.images_now // images)
    counts = terms(
        config.architecture,
        images,
        config.loss,
        config.optimizer,
        config.options,
        per_call=per_epoch if per_epoch > 1 else math.inf,
        is_loading=per_epoch > 1,
    )
    computed = 0.0
    for name, count in counts.items():
        if not count:
            continue
        seconds = rates.compiled[name].fastest
        if not seconds:  # too short to be told from the others
            continue
        share = Share(compute=seconds) if is_computed(name) else Share(call=seconds)
        # A call that several steps share is one call of each, as many times shorter.
        times, each = (int(count), 1.0) if count >= 1 else (1, count)
        computed += share.compute * times
        yield CallTime(name, "", times, share * (times * each), equation((1, seconds * each)))
    # The loop over four weights reads ahead while it computes, a tile of more is computed before
    # the next.
    tiles, each = _images_of_tiles(config, images)
    moved = tiles * each
    hidden = computed if "four" in counts else moved * rates.bandwidth[0][1].fastest
    memory = max(moved * between(rates.bandwidth, moved) - hidden, 0.0)
    if memory:
        words = equation((tiles, memory / moved, "bytes", each))
        yield CallTime("memory", "", 1, Share(memory=memory), words)


def kernel_traffic(config: TrainingConfig, images: int) -> int:
    """Count the bytes of the images, targets and predictions of all tiles; to write memory, it is
    read first."""
    return math.prod(_images_of_tiles(config, images))


def _images_of_tiles(config: TrainingConfig, images: int) -> tuple[int, int]:
    """Return how many images the tiles have room for, and the bytes of each."""
    columns = columns_of(images)
    return -(-images // columns) * columns, NUMBER * (config.architecture.inputs + 1 + 2)


def _stand_in(activation: Activation) -> Activation:
    """Return an activation of two calls, as the compiled engine computes it."""
    if activation.is_linear:
        return activation

    def value(numbers: Array) -> None:
        """Stand for the function that computes the values."""

    def slopes(numbers: Array, deltas: Array) -> None:
        """Stand for the function that multiplies by the derivatives."""

    value.__name__ = f"value {activation.name}"
    slopes.__name__ = f"slopes {activation.name}"
    return replace(
        activation,
        operations=lambda sums: [(value, (sums.reshape(-1),))],
        derivative_operations=lambda outputs, deltas, scratch: [
            (slopes, (outputs.reshape(-1), deltas.reshape(-1)))
        ],
    )


FUNCTIONS: dict[str, Activation] = {
    name: _stand_in(activation) for name, activation in ACTIVATIONS.items()
}
"""Every activation, by name, with the calls that the compiled engine makes; nothing is compiled."""


def _with_functions(rates: Rates, compiled: Mapping[str, Rate]) -> Rates:
    """Return the rates with those of the compiled activations among numpy's functions."""
    calls, numbers = {}, {}
    for name, rate in compiled.items():
        what, _, function = name.partition(" ")
        if what == "calling":
            calls[function] = rate
        if what == "array":
            numbers[function] = rate
    return replace(
        rates, calls={**rates.calls, **calls}, elementwise={**rates.elementwise, **numbers}
    )
