"""The times of networks on this machine."""

from collections.abc import Mapping, Sequence

from core.scale import Model, seconds_here
from core.structs import Struct
from tui.cli.machine.bench import rates_here
from tui.words.machine import measured_text


class Here(Struct):
    """What is predicted for this machine."""

    times: Sequence[Mapping[str, float]]
    """Seconds of a step, by engine, for each network."""
    measured: str
    """When the base rates were measured, in UTC."""
    told: str
    """The same in words: also whether the machine was busy."""
    watts: float | None = None
    """Power of the processor then; None where the system does not show it."""
    is_on_gpu: bool = False
    """Whether the gpu engine computes on a GPU, not on the processor."""


def times_here(models: Sequence[Model]) -> Here:
    """Predict the time of a step of each network.

    The base rates are those that are kept; if there are none, they are measured first.
    """
    kept, _ = rates_here()
    times = [seconds_here(model, kept.rates) for model in models]
    return Here(times, kept.measured, measured_text(kept), kept.watts, bool(kept.rates.gpu_name))
