"""The time of a step of the loops engine, from its own rates."""

from collections.abc import Iterator

from core.prediction.matrix import epoch_times, frozen_times
from core.prediction.times import CallTime, Share, equation
from core.rates.loops import terms
from core.rates.rates import Rates
from core.settings.config import TrainingConfig


def loops_times(
    config: TrainingConfig, rates: Rates, images: int, frozen: int = 0
) -> Iterator[CallTime]:
    """Yield what a step repeats, with the time of each; then taking each frozen weight back."""
    counts = terms(
        config.architecture,
        images,
        config.loss,
        config.gradient,
        config.optimizer,
        config.options,
        is_loading=images < config.images_now,
    )
    yield from epoch_times(config, rates, images)
    for name, count in counts.items():
        if not count:
            continue
        seconds = rates.loops[name].fastest
        computes = name.endswith("multiply-add")
        share = Share(compute=seconds) if computes else Share(call=seconds)
        yield CallTime(name, "", count, share * count, equation((1, seconds)))
    if frozen:
        yield frozen_times(frozen, rates)
