"""The previous run, kept so that two ways of training can be compared."""

from typing import TypeAlias

from core.metrics.curve import Curve
from core.metrics.effort import Effort
from core.settings.config import TrainingConfig
from core.structs import Struct


class Mark(Struct):
    """When a run first came to a loss."""

    step: int
    """The first step whose loss was that low."""
    multiply_adds: int
    """What all the steps up to there had cost."""


class RunComparison(Struct, eq=False):
    """The previous run, from the same start but with other settings, beside the present."""

    step_settings: TrainingConfig
    """The settings of its last step."""
    curve: Curve
    """Its losses."""
    effort: Effort
    """What its steps took."""
    loss: float | None
    """The lowest of 1, 2, 5 × 10ᵏ that both runs' losses have passed; None if there is none."""
    there: Mark | None
    """When it first passed that loss."""
    here: Mark | None
    """When this run first did."""


StepSettings: TypeAlias = TrainingConfig
"""The settings that decide how a step is taken; see `TrainingConfig.step_settings`."""


class PreviousRun(Struct, eq=False):
    """A finished run, as far as the next one is compared with it."""

    settings_used: tuple[StepSettings, ...]
    """The settings of its steps, in order; empty where its weights were changed as well."""
    last_settings: StepSettings
    """The settings of its last step."""
    curve: Curve
    """Its losses."""
    effort: Effort
    """What its steps took."""

    def compared_with(
        self, settings_used: tuple[StepSettings, ...], curve: Curve, effort: Effort
    ) -> RunComparison | None:
        """Compare it with the present run; None if both used the same settings.

        Parameters
        ----------
        settings_used : tuple
            How the present run took its steps, and takes the next one.
        curve : Curve
            Its losses.
        effort : Effort
            What its steps took.
        """
        if self.settings_used == settings_used:
            return None
        both = self.curve.passed.keys() & curve.passed.keys()
        # A loss that both began below says nothing about either.
        told = [loss for loss in both if self.curve.passed[loss] or curve.passed[loss]]
        loss = min(told, default=None)
        there = here = None
        if loss is not None:
            there = _mark(self.curve.passed[loss], self.effort)
            here = _mark(curve.passed[loss], effort)
        return RunComparison(self.last_settings, self.curve, self.effort, loss, there, here)


def _mark(step: int, effort: Effort) -> Mark:
    return Mark(step, effort.meter.total(step))
