"""The run before this one, kept so that two ways of learning can be compared."""

from dataclasses import dataclass
from typing import TypeAlias

from core.config import TrainingConfig
from core.curve import Curve
from core.meter import Meter
from core.snapshot import Earlier, Mark

Way: TypeAlias = tuple[float, str, str]
"""How steps are taken: learning rate, engine, gradient method."""


def way_of(config: TrainingConfig) -> Way:
    """Give how steps are taken with these settings."""
    return config.learning_rate, config.engine, config.gradient


@dataclass(frozen=True, eq=False)
class Past:
    """A finished run, as far as the next one is compared with it."""

    ways: tuple[Way, ...]
    """How it took its steps, in order; empty where its weights were changed as well."""
    last_way: Way
    """How it took its last step."""
    curve: Curve
    """Its losses."""
    meter: Meter
    """What its steps cost."""

    def beside(self, ways: tuple[Way, ...], curve: Curve, meter: Meter) -> Earlier | None:
        """Compare it with the present run; None if that goes the very same way.

        Parameters
        ----------
        ways : tuple
            How the present run took its steps, and takes the next one.
        curve : Curve
            Its losses.
        meter : Meter
            What its steps cost.
        """
        if self.ways == ways:
            return None
        learning_rate, engine, gradient = self.last_way
        both = self.curve.passed.keys() & curve.passed.keys()
        # A loss that both began below says nothing about either.
        told = [loss for loss in both if self.curve.passed[loss] or curve.passed[loss]]
        loss = min(told, default=None)
        there = here = None
        if loss is not None:
            there = _mark(self.curve.passed[loss], self.meter)
            here = _mark(curve.passed[loss], meter)
        return Earlier(learning_rate, engine, gradient, self.curve, loss, there, here)


def _mark(step: int, meter: Meter) -> Mark:
    return Mark(step, meter.total(step))
