"""The times of networks on this machine."""

from collections.abc import Mapping, Sequence

from core.scale import Model, seconds_here
from tui.cli.bench import rates_here


def times_here(models: Sequence[Model]) -> tuple[list[Mapping[str, float]], str]:
    """Predict the seconds of a step of each network, by engine.

    The rates of this machine are those that are kept; if there are none, they are measured first.

    Returns
    -------
    times : list of mapping of str to float
        Seconds of a step, by engine, for each network.
    measured : str
        When the rates were measured, in UTC.
    """
    kept, _ = rates_here()
    return [seconds_here(model, kept.rates) for model in models], kept.measured
