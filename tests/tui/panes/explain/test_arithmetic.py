"""Arithmetic in rows, as a reader sees it."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core import Snapshot, Trainer, TrainingConfig
from core.explain.equations import Factor, Scope, Term, equation
from core.explain.explain import explain
from core.explain.explanation import Clipped, ScheduledRate
from core.images.batches import Batches
from core.images.images import Batch
from core.prediction import predict
from core.quantities.quantities import (
    Count,
    CountQuantity,
    GradientQuantity,
    LossQuantity,
    NeuronQuantity,
    ParameterQuantity,
    PixelQuantity,
    PredictionQuantity,
    Quantity,
    TargetQuantity,
    TimeQuantity,
    UpdateQuantity,
)
from tests.core.rates.made import rates
from tests.tui.moments import PLAIN
from tests.tui.plain import text_of
from tui.panes.explain.arithmetic import explanation_rows
from tui.panes.explain.rounding import adds_up, number_text, result_text
from tui.panes.explain.words import title_of, words_for, words_of
from tui.terminal.drawing import width_of
from tui.words.phrases import images


def moment(
    config: TrainingConfig, steps: int = 0, parameters: list[float] | None = None
) -> tuple[Snapshot, Batch]:
    trainer = Trainer(config)
    if parameters is not None:
        trainer.run.here.network.parameters[:] = parameters
    trainer.run.ensure_evaluated()
    if steps:
        trainer.run.run_for(math.inf, max_steps=steps)
    batches = Batches(trainer.run.here.images, config.images_per_step, config.seed)
    return trainer.snapshot(), batches.at(trainer.run.step_count)


def rows(now: tuple[Snapshot, Batch], target: Quantity, width: int = 78) -> str:
    """The arithmetic as text."""
    explanation = explain(*now, target)
    words = words_for(explanation, now[0])
    lines = explanation_rows(explanation, width, PLAIN, words, images(now[0].batch_size))
    assert all(width_of(line) <= width for line in lines)
    return "\n" + text_of(lines) + "\n"


def test_the_default_prediction() -> None:
    assert rows(moment(TrainingConfig()), PredictionQuantity()) == (
        """
 prediction = Σ wᵢ·xᵢ = 0.98×0.20 + 0.40×0.50 + 0.86×0.40 − 0.08×0.70 = 0.6840
"""
    )


def test_the_time_of_a_step() -> None:
    now, width = moment(TrainingConfig(images=1000)), 78
    prediction = predict(now[0].config, rates(), engine="matrix")
    explanation = explain(*now, TimeQuantity("matrix"), prediction=prediction)
    words = words_for(explanation, now[0])
    lines = explanation_rows(explanation, width, PLAIN, words, "1,000 images")
    assert all(width_of(line) <= width for line in lines)
    assert "\n" + text_of(lines) + "\n" == (
        """
 Python around the calls = 2 µs
 forward: dot 1×4 · 4×1,000 = 100 ns + 4,000×200 ps + 1,000 written × 300 ps
   = 1.2 µs
 forward: subtract 1,000 = 100 ns + 1,000×1 ns = 1.1 µs
 forward: dot of vectors 1,000 = 100 ns + 1,000×1 ns = 1.1 µs
 gradient: multiply 1,000 = 100 ns + 1,000×1 ns = 1.1 µs
 gradient: dot 4×1,000 · 1,000×1 = 100 ns + 4,000×200 ps + 4 written × 1 ns
   = 904 ns
 update: copy 4 = 100 ns + 4×1 ns = 104 ns
 update: multiply 4 = 100 ns + 4×1 ns = 104 ns
 update: subtract 4 = 100 ns + 4×1 ns = 104 ns
 a step = sum of its calls = 2 µs + 1.2 µs + 1.1 µs + 1.1 µs + 1.1 µs + 904 ns
   + 104 ns + 104 ns + 104 ns = 7.72 µs
 The time is spent on calling (36%), computing (64%) and waiting for memory
 (0%). A call takes: calling + numbers × time of one, or bytes × time of a
 byte if that is longer; the difference is waiting for memory. In products
 with a vector, few rows or few columns, the time of a multiply-add includes
 reading. Writing is added.
"""
    )
    assert title_of(now[0], TimeQuantity("matrix")) == "predicted time of a step, matrix"


def test_what_is_written_of_times_adds_up_or_says_that_it_does_not() -> None:
    exact = [Term((Factor("time", 1e-7),)), Term((Factor("numbers", 40), Factor("time", 2e-10)))]
    assert adds_up(equation("dot", "", exact, unit="s"))  # 100 ns + 40 × 200 ps = 108 ns
    rough = [Term((Factor("numbers", 1000), Factor("time", 1.0049e-9))), exact[0]]
    assert result_text(equation("tanh", "", rough, unit="s")) == "1.1 µs"
    assert adds_up(equation("tanh", "", rough, unit="s"))
    many = [Term((Factor("numbers", 1_000_000), Factor("time", 1.0049e-9)))]
    assert adds_up(equation("tanh", "", many, unit="s"))
    off = [Term((Factor("numbers", 7), Factor("time", 1.0049e-9)))]  # 7 × 1 ns is not 7.03 ns
    assert not adds_up(equation("tanh", "", off, unit="s"))
    long = [Term((Factor("time", 90.0),), 1), Term((Factor("time", 90.0),))]
    assert adds_up(equation("a step", "", long, unit="s"))  # 1.5 min + 1.5 min = 3 min


def test_the_fourth_weights_gradient() -> None:
    assert rows(moment(TrainingConfig()), GradientQuantity(3)) == (
        """
 this image: per-image gradient = 2·error·x₄ = 2×0.2340×0.70 = +0.3276
 1,000 images: gradient = Σ per-image gradients ÷ n = (2×1.0570×1.00
   + 2×1.0390×1.00 + 2×1.1200×0.90 + 2×(−0.2340)×0.80 + 2×(−0.2060)×0.90
   + 2×(−0.2040)×0.80 + 509.3672 from 994 others) ÷ 1,000 = +0.5145
 would lower the weight:  #727 █▓██ predicts 1.98, target 0.93: 2.1140
   #864 █▒██ predicts 1.91, target 0.88: 2.0780  #246 ████ predicts 2.07,
   target 0.95: 2.0160
 would raise the weight:  #495 ·░·▓ predicts 0.02, target 0.25: −0.3744
   #724 ·░·█ predicts 0.09, target 0.30: −0.3708  #698 ·▒·▓ predicts 0.10,
   target 0.30: −0.3264
 per-image gradient: how steeply the loss of one image rises with this weight
 or bias. This image is not in the mean: it is not a training image.
"""
    )


def test_the_loss() -> None:
    assert rows(moment(TrainingConfig()), LossQuantity()) == (
        """
 this image: error² = (prediction − target)² = 0.2340² = 0.0548
 1,000 images: loss = Σ errors² ÷ n = (1.4900² + 1.4600² + 1.4270² + 1.3820²
   + 1.3680² + 435.6538 from 995 others) ÷ 1,000 = 0.4458
 largest losses:  #610 ███· predicts 2.24, target 0.75: 2.2201
   #47 █▓█· predicts 2.16, target 0.70: 2.1316  #271 █▓█· predicts 2.15,
   target 0.72: 2.0363  #713 █▒█· predicts 2.03, target 0.65: 1.9099
   #404 ██▓· predicts 2.07, target 0.70: 1.8714
 This image is not in the mean: it is not a training image.
"""
    )


def test_adams_step() -> None:
    config = TrainingConfig(optimizer="adam", amsgrad=True, l1=0.01, learning_rate=0.02)
    assert rows(moment(config, 2), UpdateQuantity(3)) == (
        """
 G = g + λ₁·sign of w = 0.4274 + 0.01×(−1.00) = 0.4174
 m ← β₁·m + (1 − β₁)·G = 0.9×0.0915 + 0.1×0.4174 = 0.1241
 s ← β₂·s + (1 − β₂)·G² = 0.999×0.0004667 + 0.001×0.4174×0.4174 = 0.0006405
 largest s = max(0.0004667, 0.0006405) = 0.0006405
 1 − β₁ᵗ = 1.00 − 0.7290 = 0.2710
 m′ = m ÷ (1 − β₁ᵗ) = 0.1241 ÷ 0.2710 = 0.4579
 1 − β₂ᵗ = 1.00 − 0.9970 ≈ 0.002997
 s′ = largest s ÷ (1 − β₂ᵗ) = 0.0006405 ÷ 0.002997 = 0.2137
 √s′ = √(0.2137) = 0.4623
 divisor = √s′ + ε = 0.4623 + 1e−08 = 0.4623
 d = m′ ÷ divisor = 0.4579 ÷ 0.4623 = 0.9905
 update = −η·d = −0.02×0.9905 = −0.0198
 w ← w − η·d = −0.1199 − 0.02×0.9905 = −0.1397
 m, s: running means of the gradients and of their squares. t = 3: this is
 update 3 since the state of Adam was 0. Dividing by 1 − βᵗ corrects for
 that start.
 λ₁ and λ₂ move the weight towards 0; g is the gradient of the loss without
 them.
"""
    )


def test_a_scheduled_step_by_a_clipped_gradient() -> None:
    config = TrainingConfig(
        hidden=(2,), images=9, clip_norm=0.05, schedule="cosine", cosine_steps=40, warmup_steps=3
    )
    assert rows(moment(config, 10), UpdateQuantity(3)) == (
        """
 ‖g‖ = √(sum of all g²) = √((−0.1766)² + (−0.1995)² + 0.2665² + (−0.3932)²
   + 0.0446 from 9 others) = 0.5841
 c = limit ÷ (‖g‖ + 0.000001) = 0.05 ÷ 0.5841 = 0.0856
 g′ = c·g = 0.0856×(−0.0229) ≈ −0.001962
 wave = (1 + cos(π·t ÷ T)) ÷ 2 = (1 + 0.8526) ÷ 2 = 0.9263
 share = E + (1 − E)·wave = 0 + 1×0.9263 = 0.9263
 η(k) = η₀·share = 0.1×0.9263 = 0.0926
 update = −η(k)·g′ = −0.0926×(−0.001962) ≈ +0.0001818
 w ← w − η(k)·g′ = 0.9149 − 0.0926×(−0.001962) = 0.9151
 The gradient is clipped: its norm ‖g‖, 0.5841, is above the limit, 0.05.
 Every number of it is multiplied by c.
 Cosine schedule: t = 7 of T = 40 steps are taken since the warm-up; E is the
 share at the end.
"""
    )
    warming = TrainingConfig(images=9, clip_value=0.05, warmup_steps=3)
    assert rows(moment(warming, 2), UpdateQuantity(3)) == (
        """
 g′ = g, at most the limit = min(0.5483, 0.05) = 0.0500
 η(k) = η₀·(k + 1) ÷ (N + 1) = 0.1×3 ÷ 4 = 0.0750
 update = −η(k)·g′ = −0.0750×0.05 = −0.003750
 w ← w − η(k)·g′ = −0.0838 − 0.0750×0.05 ≈ −0.0875
 The gradient is clipped: its size, 0.5483, is above the limit, 0.05.
 Warm-up: k = 2 of N = 3 steps are taken; the rate rises evenly to η₀.
"""
    )


def test_what_a_schedule_and_clipping_say() -> None:
    place = ScheduledRate("step", 3, 9, False, 4)
    assert words_of(place) == (
        "Step schedule: 9 steps are taken since the warm-up, which is n = 2 times 4 decay steps. "
        "γ is the decay factor."
    )
    assert words_of(replace(place, step=1)).startswith("Step schedule: 1 step is taken since")
    assert words_of(replace(place, schedule="constant", length=0)) == (
        "The warm-up ended 9 steps ago: the rate stays η₀."
    )
    cosine = replace(place, schedule="cosine", warmup=0, length=10)
    assert words_of(cosine) == (
        "Cosine schedule: t = 9 of T = 10 steps are taken; E is the share at the end."
    )
    assert "its T = 9 steps are over" in words_of(replace(cosine, length=9))
    unclipped = Clipped(True, 5.0, 0.25, False)
    assert words_of(unclipped) == (
        "The gradient is not clipped: its norm ‖g‖, 0.2500, is at most 5."
    )
    assert "cannot be clipped" in words_of(replace(unclipped, size=math.nan))


def test_a_step_of_centered_rmsprop_and_of_nesterovs_momentum() -> None:
    config = TrainingConfig(optimizer="rmsprop", centered=True, learning_rate=0.02)
    assert rows(moment(config, 2), UpdateQuantity(3)) == (
        """
 s ← α·s + (1 − α)·g² = 0.99×0.002679 + 0.01×(−0.0437)×(−0.0437) = 0.002671
 m ← α·m + (1 − α)·g = 0.99×0.005857 + 0.01×(−0.0437) ≈ 0.005362
 s − m² = 0.002671 − 0.005362² ≈ 0.002643
 √(s − m²) = √(0.002643) = 0.0514
 divisor = √(s − m²) + ε = 0.0514 + 1e−08 = 0.0514
 d = g ÷ divisor = −0.0437 ÷ 0.0514 ≈ −0.8499
 update = −η·d = −0.02×(−0.8499) = +0.0170
 w ← w − η·d = −0.3107 − 0.02×(−0.8499) = −0.2937
 s: the running mean of the squared gradients. This is update 3 since the
 state of RMSProp was 0.
"""
    )
    config = TrainingConfig(
        optimizer="momentum", nesterov=True, bias=True, learning_rate=0.02, l2=0.1
    )
    assert rows(moment(config, 2), UpdateQuantity(4)) == (
        """
 v ← μ·v + g = 0.9×2.8327 + 1.0189 = 3.5683
 d = g + μ·v = 1.0189 + 0.9×3.5683 = 4.2304
 update = −η·d = −0.02×4.2304 = −0.0846
 b ← b − η·d = −0.1403 − 0.02×4.2304 = −0.2249
 v: the velocity, a decaying sum of earlier gradients. This is update 3 since
 the state of momentum was 0.
 L1 and L2 move weights towards 0; biases are exempt.
"""
    )


def test_the_updates_count_and_the_other_operations() -> None:
    config = TrainingConfig(optimizer="adam", bias=True, l1=0.01)
    assert rows(moment(config), CountQuantity(Count.UPDATE)) == (
        """
 weights and biases = weights + biases = 4 + 1 = 5
 update = weights and biases = 5
 Adam computes 3 products, 2 products added to a sum, 1 square root and 3
 divisions more for each parameter of 5. The penalty adds a product to the
 gradient of 4 weights. These are other operations.
"""
    )


def test_a_tanh_neuron() -> None:
    assert rows(moment(TrainingConfig(hidden=(4,), seed=4), 300), NeuronQuantity(0, 1)) == (
        """
 sum = Σ wᵢ·xᵢ + b = −0.3077×0.20 − 0.5330×0.50 + 0.5098×0.40 + 0.5734×0.70
   − 0.0306 = 0.2467
 output = tanh(sum) = tanh(0.2467) = 0.2418
"""
    )


def test_a_dead_relus_gradient() -> None:
    config = TrainingConfig(hidden=(1,), activation="relu")
    assert rows(moment(config, 0, [-1, -1, -1, -1, -0.5, 1, 0]), GradientQuantity(0)) == (
        """
 For this image neuron 1 is inactive: its weighted sum is ≤ 0, so the
 derivative of relu is 0: its gradient is 0.
 For all 1,000 images neuron 1 is inactive: its weighted sum is ≤ 0, so the
 derivative of relu is 0: the gradient is 0.
 this image: delta of the output = 2·error = 2×(−0.45) = −0.9000
 delta of neuron 1 = w·δ·derivative = 1.00×(−0.90)×0.00 = 0
 per-image gradient = delta·x₁ = 0.00×0.20 = 0
 1,000 images: gradient = Σ per-image gradients ÷ n
   = 0.00 from 1,000 images ÷ 1,000 = 0
 per-image gradient: how steeply the loss of one image rises with this weight
 or bias; delta: how steeply it rises with the weighted sum of a neuron.
 This image is not in the mean: it is not a training image.
"""
    )


def test_the_count_of_a_nudging_step() -> None:
    assert rows(moment(TrainingConfig(gradient="nudge")), CountQuantity(Count.STEP)) == (
        """
 weights = inputs × neurons = 4×1 = 4
 forward passes = one for each of the weights = 4
 forward = images × weights = 1,000×4 = 4,000
 gradient = forward passes × images × weights = 4×1,000×4 = 16,000
 update = weights = 4
 a step = forward + gradient + update = 4,000 + 16,000 + 4 = 20,004
"""
    )


def test_nudging_shows_the_losses_to_where_they_differ() -> None:
    assert rows(moment(TrainingConfig(gradient="nudge")), GradientQuantity(3)).startswith(
        """
 loss here = Σ errors² ÷ n = (1.4900² + 443.6031 from 999 others) ÷ 1,000
   ≈ 0.445823150000
 loss nudged = Σ errors² ÷ n = (1.4900² + 443.6036 from 999 others) ÷ 1,000
   ≈ 0.445823664504
 gradient = (loss nudged − loss here) ÷ ε = (0.445823664504"""
    )


def test_a_step_and_a_weight() -> None:
    now = moment(TrainingConfig(), 5)
    assert rows(now, UpdateQuantity(3)) == (
        """
 update = −η·g = −0.1×0.0720 ≈ −0.007201
 w ← w − η·g = −0.2267 − 0.1×0.0720 = −0.2339
"""
    )
    assert rows(now, ParameterQuantity(3)) == (
        """
 w = initial value + change since = −0.08 − 0.1467 = −0.2267
 this image: product = w·x = −0.2267×0.70 = −0.1587
 w ← w − η·g = −0.2267 − 0.1×0.0720 = −0.2339
 Its initial value was chosen for the default network.
"""
    )


def test_rounding_is_marked_where_the_printed_terms_miss_the_printed_result() -> None:
    thirds = [Term((Factor("w", 1 / 3),)), Term((Factor("w", 1 / 3),))]
    missed = equation("sum", "", thirds, Scope.IMAGE)
    assert (result_text(missed), adds_up(missed)) == ("0.6667", False)  # 0.3333 + 0.3333
    quarters = [Term((Factor("w", 0.25),)), Term((Factor("w", 0.5),), -1)]
    met = equation("sum", "", quarters, Scope.IMAGE)
    assert (result_text(met), adds_up(met)) == ("−0.2500", True)
    for bad in (math.nan, math.inf):
        assert not adds_up(equation("sum", "", [Term((Factor("w", bad),))], Scope.IMAGE))


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.2, "0.20"), (-0.08, "−0.08"), (0.234, "0.2340"), (0.00123456, "0.001235"), (-0.0, "0.00"),
     (1e-7, "1.00e−07"), (1234.5, "1234.5000"), (1e12, "1.000e12"), (math.inf, "∞")],
)  # fmt: skip
def test_numbers(value: float, text: str) -> None:
    assert number_text(value) == text


def test_no_row_is_too_wide_and_nothing_fails_whatever_is_explained() -> None:
    for config in (
        TrainingConfig(bias=True, batch_size=10),
        TrainingConfig(hidden=(3, 2), activation="relu", images=20),
        TrainingConfig(hidden=(40,), output="sigmoid", loss="bce", images=20),
    ):
        now, batch = moment(config, 2)
        odd = np.resize(np.array([math.nan, math.inf, -1e300, 1e-9]), now.parameters.shape)
        broken = replace(now, parameters=odd).with_image(now.reading.image)
        last = now.architecture.parameter_count - 1
        for state in (now, broken):
            targets: tuple[Quantity, ...] = (
                PixelQuantity(2), TargetQuantity(), PredictionQuantity(), NeuronQuantity(0, 0),
                ParameterQuantity(last), GradientQuantity(0), UpdateQuantity(last), LossQuantity(),
                *map(CountQuantity, Count),
            )  # fmt: skip
            for target in targets:
                for width in (40, 57, 78):
                    rows((state, batch), target, width)
                assert len(title_of(state, target)) < 70
