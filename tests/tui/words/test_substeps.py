"""The words for each part of a step: true, with its numbers, and never too long."""

from dataclasses import replace

import numpy as np
import pytest

from core import Snapshot, Trainer, TrainingConfig
from core.quantities.substeps import substeps_of
from core.run.changes import SetFrozen
from tests.tui.moments import CONFIGS, broken, snapshot_of
from tui.words.phrases import WIDTH
from tui.words.substeps import substep_words


def words(snapshot: Snapshot, place: int) -> str:
    return "\n".join(substep_words(substeps_of(snapshot)[place], snapshot))


DEFAULT = [
    "Forward: each pixel times its weight, for all 1,000 images.\n"
    "4,000 multiply-adds; for this image the sum is 0.684.",
    "Loss, the mean of the 1,000 squared errors: 0.446.\n"
    "No multiply-add. Predictions: 965 too high, 35 too low.",
    "Output delta, where backprop starts: (prediction − target) × 2 / 1,000.\n"
    "No multiply-add; for this image, prediction − target = +0.234.",
    "Gradient: delta × pixel, added up over all 1,000 images.\n"
    "4,000 multiply-adds. Largest gradient: weight 3, +0.723.",
    "Update: all four at once, each by −0.1 × its gradient, downhill.\n"
    "4 multiply-adds; the whole step costs 8,004 multiply-adds. Press s to finish.",
]


@pytest.mark.parametrize("place", range(len(DEFAULT)))
def test_the_default_step(place: int) -> None:
    assert words(snapshot_of(TrainingConfig()), place) == DEFAULT[place]


def test_a_nudge_shows_the_loss_without_and_with_it_and_the_slope() -> None:
    assert words(snapshot_of(TrainingConfig(gradient="nudge")), 2) == (
        "Nudge weight 1, 0.98 + 0.000001: loss 0.44582315 → 0.44582387.\n"
        "A slope of +0.721 over 0.000001. 4,000 multiply-adds: a forward pass."
    )


def test_a_rounded_value_is_not_shown_as_the_nudged_one() -> None:
    moment = snapshot_of(TrainingConfig(gradient="nudge"), 3)
    assert words(moment, 2).startswith("Nudge weight 1 by 0.000001: loss 0.")


def test_many_nudges_are_summarised() -> None:
    moment = snapshot_of(TrainingConfig(hidden=(4,), gradient="nudge", batch_size=10), 3)
    assert words(moment, 3) == (
        "Finite differences, layer 1: 20 weights and biases, each + 0.000001 in turn.\n"
        "20 forward passes, 4,000 multiply-adds. Largest gradient: bias 3, +0.241."
    )


def test_layers_are_named_and_errors_carried_back() -> None:
    moment = snapshot_of(TrainingConfig(hidden=(4, 4), seed=4, output="sigmoid"), 3)
    assert words(moment, 0) == (
        "Forward, layer 1: each pixel times its weight, for all 1,000 images.\n"
        "16,000 multiply-adds; for this image its 4 neurons output −0.439 to 0.626."
    )
    assert words(moment, 2).endswith("for this image the sigmoid of the sum is 0.495.")
    assert words(moment, 4).startswith(
        "Output delta: (prediction − target) × 2 / 1,000 × sigmoid derivative."
    )
    assert words(moment, 6) == (
        "Gradient, layer 2: delta × output of layer 1, added up over all 1,000 images.\n"
        "32,000 multiply-adds, half for deltas. Largest gradient: bias 3, −0.00417."
    )


def frozen(config: TrainingConfig, *indices: int) -> Snapshot:
    trainer = Trainer(config)
    for index in indices:
        trainer.apply(SetFrozen(index, True))
    trainer.run.ensure_evaluated()
    return trainer.snapshot()


def test_what_is_frozen_is_counted_out() -> None:
    assert words(frozen(TrainingConfig(), 1), -1) == (
        "Update: all three at once, each by −0.1 × its gradient, downhill; 1 frozen.\n"
        "3 multiply-adds; the whole step costs 8,003 multiply-adds. Press s to finish."
    )
    assert words(frozen(TrainingConfig(), 0, 1, 2), -1).startswith("Update: one weight or bias by")
    assert words(frozen(TrainingConfig(), 0, 1, 2, 3), -1) == (
        "Update: all are frozen, so nothing moves.\n0 multiply-adds; in all 8,000 multiply-adds."
    )


@pytest.mark.parametrize(
    ("config", "step"),
    [
        (TrainingConfig(l2=0.1), "by −0.1 × its (gradient + penalty)"),
        (TrainingConfig(optimizer="momentum"), "by −0.1 × its velocity"),
        (
            TrainingConfig(optimizer="momentum", nesterov=True),
            "by −0.1 × its look-ahead velocity",
        ),
        (TrainingConfig(optimizer="rmsprop"), "by −0.1 × its gradient ÷ its RMS"),
        (
            TrainingConfig(optimizer="rmsprop", centered=True),
            "by −0.1 × its gradient ÷ its deviation",
        ),
        (TrainingConfig(optimizer="adam"), "by −0.1 × its mean gradient ÷ its RMS"),
    ],
)
def test_an_update_is_described_by_its_optimizer(config: TrainingConfig, step: str) -> None:
    first = words(snapshot_of(config), -1).split("\n")[0]
    assert first in (f"Update: all four at once, each {step}.", f"Update: each moves {step}.")
    penalised = words(snapshot_of(replace(config, l1=0.1)), -1).split("\n")[0]
    assert len(penalised) <= WIDTH
    assert penalised.startswith("Update: ")


def extremes() -> list[Snapshot]:
    """Moments of all kinds of networks, also with huge and broken numbers."""
    found: list[Snapshot] = []
    for config in CONFIGS.values():
        for method in ("backprop", "nudge"):
            if method == "nudge" and config.architecture.parameter_count > 100:
                continue
            moment = snapshot_of(replace(config, gradient=method))
            huge = replace(
                moment,
                batch_size=10**12,
                too_high=10**8,
                loss=1.23456789e-300,
                parameters=moment.parameters * -1e200,
                gradient=None if moment.gradient is None else moment.gradient * -1e-190,
            )
            infinite = replace(
                moment, loss=np.inf, gradient=np.full_like(moment.parameters, np.inf)
            )
            found += [moment, huge.with_image((0.1, 0.2, 0.3, 0.4)), infinite]
            found += [replace(moment, loss=None, gradient=None), broken(moment)]
    return found


def test_no_line_is_too_long_or_empty() -> None:
    for moment in extremes():
        for substep in substeps_of(moment):
            for line in substep_words(substep, moment):
                assert 0 < len(line) <= WIDTH, line


@pytest.mark.parametrize(
    ("images", "first"),
    [
        (1, "Loss, the squared error of this step’s one image: 0.661."),
        (2, "Loss, the mean of the 2 squared errors: 0.669."),
    ],
)
def test_the_loss_of_one_image_is_no_mean(images: int, first: str) -> None:
    moment = snapshot_of(TrainingConfig(images=images))
    assert words(moment, 1).split("\n")[0] == first
