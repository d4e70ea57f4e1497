"""The times of networks on this machine."""

from collections.abc import Mapping, Sequence

from core.rates import measure
from core.scale import Model, seconds_here


def times_here(models: Sequence[Model]) -> list[Mapping[str, float]]:
    """Predict the seconds of a step of each network, by engine, from this machine's rates."""
    rates = measure()
    return [seconds_here(model, rates) for model in models]
