"""Commentary in words: it fits, and it says what is meant."""

import math
import re
from dataclasses import fields, replace
from typing import get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.commentary.changes.actions import ActionFact, ImageChanged, after_change, after_start
from core.commentary.changes.settings import OptimizerChanged, RateChanged, SettingChanged
from core.commentary.opening import opening
from core.commentary.steps.endings import Diverged
from core.commentary.steps.loss import FlatCurve
from core.commentary.steps.steps import Fact, StepFact, after_step
from core.commentary.steps.weights import Converged, NoChange
from core.engines import EXTRAS
from core.images.images import Example
from core.images.tasks import TASKS
from core.network.architecture import Architecture
from core.network.initialisations import INITIALISATIONS
from core.network.optimizers import OPTIMIZERS
from core.run.changes import SetParameter, SetSettings
from core.run.descent import ManualEdits
from core.run.stopping import Standstill
from core.run.trainer import Trainer
from core.settings.config import SETTINGS, TrainingConfig
from core.settings.kinds import Value
from core.settings.presets import PRESETS
from core.settings.reshaping import Reshape
from tests.core.moments import DEFAULT, around, at
from tui.words import changes, endings, steps  # noqa: F401  # words that the program imports later
from tui.words.narrator import Narrator, two_lines
from tui.words.phrases import printable, says

WIDTH = 78

_numbers = st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, 1)
_counts = st.integers(0, 5) | st.integers(0, 10**15)
_VALUES: dict[object, st.SearchStrategy[object]] = {
    float: _numbers,
    float | None: st.none() | _numbers,
    int: _counts,
    int | None: st.none() | _counts,
    bool: st.booleans(),
    TrainingConfig: st.builds(
        TrainingConfig,
        optimizer=st.sampled_from(list(OPTIMIZERS)),
        learning_rate=st.floats(0, exclude_min=True, allow_infinity=False),
        l2=st.sampled_from([0.0, 0.1]),
        clip_value=st.sampled_from([None, 0.1]),
        nesterov=st.booleans(),
    ),
    Value: st.none() | st.booleans() | st.integers(0, 10**15) | st.floats(0, 1) | st.just("adam"),
    tuple[int, ...]: st.sets(st.integers(0, 4)).map(lambda chosen: tuple(sorted(chosen))),
}
_VALUES[ManualEdits | None] = st.none() | st.builds(
    ManualEdits,
    forward_passes=st.integers(1, 9) | st.integers(1, 10**15),
    multiply_adds=_counts,
    start_loss=_VALUES[float | None],
    steps=_counts,
    descent_multiply_adds=_counts,
    descent_loss=_VALUES[float | None],
    has_diverged=st.booleans(),
)
_VALUES[Architecture | None] = st.none()
_VALUES[Standstill] = st.sampled_from(Standstill)
_VALUES[tuple[tuple[str, Value, Value], ...]] = st.lists(
    st.tuples(st.sampled_from(list(SETTINGS)), _VALUES[Value], _VALUES[Value]), max_size=4
).map(tuple)
_CLOSINGS = [preset.closing for preset in PRESETS.values() if preset.closing is not None]
_TEXTS = {
    "what": [closing.what for closing in _CLOSINGS],
    "then": [closing.then for closing in _CLOSINGS],
    "task": list(TASKS),
    "engine": ["matrix", "loops", *EXTRAS],
    "method": ["backprop", "nudge"],
    "reshape": [reshape.value for reshape in Reshape],
    "name": list(INITIALISATIONS),
    "scaled_by": ["", "rmsprop", "adam"],
    "setting": [name for name, setting in SETTINGS.items() if setting.keeps_run],
}


def _any(kind: type[Fact]) -> st.SearchStrategy[Fact]:
    hints = get_type_hints(kind)
    values: dict[str, st.SearchStrategy[object]] = {
        field.name: st.sampled_from(_TEXTS[field.name])
        if hints[field.name] is str
        else _VALUES.get(hints[field.name], st.nothing())
        for field in fields(kind)
    }
    if kind is ImageChanged:
        chosen = st.sampled_from([(0,), (0, 1), (0, 1, 2, 3)])
        values |= {"pixels": chosen, "values": st.tuples(*[st.floats(0, 1)] * 4)}
        values["example"] = st.none() | st.builds(Example, _counts, _numbers, st.booleans())
    return st.builds(kind, **values)


KINDS: tuple[type[Fact], ...] = (*get_args(StepFact), *get_args(ActionFact))
any_fact = st.one_of(*map(_any, KINDS))


@pytest.mark.parametrize("kind", KINDS)
def test_every_fact_fits_whatever_its_numbers(kind: type[Fact]) -> None:
    @settings(max_examples=30)
    @given(_any(kind))
    def fits(fact: Fact) -> None:
        first, second = says(fact)
        assert 0 < len(first) <= WIDTH
        assert len(second) <= WIDTH
        assert not re.search(r"-[\d∞]", first + second)

    fits()


def test_plain_gradient_descent_says_what_it_does_to_the_gradient() -> None:
    clipped = TrainingConfig(clip_norm=1.0, l2=0.1)
    update = "each update is −rate × (clipped gradient + penalty)."
    assert says(OptimizerChanged(clipped))[0] == f"Gradient descent now: {update}"


def test_a_large_average_leaves_no_room_for_what_to_try() -> None:
    said = says(Converged(1_000_000, 0, 9.95e99))
    assert said == ("All 1,000,000 are 1.0e100 ± 0.001: the network has learned to average.", "")


@given(st.lists(any_fact, max_size=6))
def test_two_lines_fit_and_begin_with_what_matters_most(facts: list[Fact]) -> None:
    first, second = two_lines(facts)
    assert len(first) <= WIDTH
    assert len(second) <= WIDTH
    if facts and not isinstance(facts[0], FlatCurve):
        assert first.startswith(says(facts[0])[0])
        assert two_lines(facts, log_scale=True)[0].startswith(says(facts[0])[0])
    sentences = [line for line in (first, second) if line]
    assert len(set(sentences)) == len(sentences)


def told(config: TrainingConfig, step: int, *, log_scale: bool = False) -> tuple[str, str]:
    return two_lines(after_step(*around(config, step)), log_scale=log_scale)


def test_launch() -> None:
    assert two_lines([opening(at(DEFAULT, 0))]) == (
        "It predicts 0.684; the image is 0.450 dark. The weights are not trained yet.",
        "Press s to take one small step that lowers the loss, or space to run.",
    )


@pytest.mark.parametrize(
    ("step", "first", "second"),
    [
        (
            1,
            "Loss 0.446 → 0.295. All four fall, even −0.08, which should rise.",
            "965 of 1,000 images came out too dark: smaller weights, smaller sums.",
        ),
        (
            3,
            "Loss 0.202 → 0.145. For this image, 0.423 is past the target, 0.450.",
            "Not a mistake: a step follows the mean of 1,000 images; 898 were too dark.",
        ),
        (
            4,
            "Loss 0.145 → 0.109. This image got worse, but the loss over all 1,000 fell.",
            "The step helped 851 that were too dark. This is not a training image.",
        ),
        (
            8,
            "Loss 0.0628 → 0.0563. The gradient of weight 4 changed sign: now below 0.",
            "Weight 4 rises next. This image got worse, but the loss over all 1,000 fell.",
        ),
        (
            12,
            "Loss 0.0454 → 0.0431. This image got worse, but the loss over all 1,000 fell.",
            "Steps follow the training images; this is not one. Press space and wait.",
        ),
        (
            20,
            "Loss 0.0320 → 0.0308. Slower: the loss falls 4% per step, at first 34%.",
            "On average the weights are nearly right; their differences take longer.",
        ),
        (
            100,
            "Loss 0.00138 → 0.00133. Still falling by 4% per step. Press L for log scale.",
            "Weights 1 and 3 fall, weights 2 and 4 rise.",
        ),
        (
            500,
            "Loss 2.24e−10 → 2.15e−10. Still falling by 4% per step. Press L for log scale.",
            "All four are 0.25 ± 0.001: the network has learned to average. Try 0–9.",
        ),
    ],
)
def test_the_default_story(step: int, first: str, second: str) -> None:
    assert told(DEFAULT, step) == (first, second)


def test_no_words_ask_to_press_l_twice() -> None:
    assert "Press L" in "".join(told(DEFAULT, 100))
    assert "Press L" not in "".join(told(DEFAULT, 100, log_scale=True))


def test_too_large_a_rate() -> None:
    config = TrainingConfig(learning_rate=1.0)
    assert told(config, 1) == (
        "Loss rose 0.446 → 0.597: the step overshot, from too dark to too light.",
        "On these images, rates above 0.905 diverge. Press ( for a smaller rate.",
    )
    assert told(config, 37) == (
        "Diverged at step 37: the loss has grown to 500,000.",
        "On these images, rates above 0.905 diverge. Press ( to lower the rate, then r.",
    )


def opens(config: TrainingConfig) -> tuple[str, str]:
    narrator = Narrator()
    narrator.open(at(config, 0))
    return narrator.remark


def test_zero_weights() -> None:
    zero = TrainingConfig(hidden=(4,), initialisation="zero")
    unreached = "No gradient reaches the hidden layer: the output's weights are all 0."
    assert opens(zero) == (
        unreached,
        "Only the output's bias can learn. On the network, press W for other weights.",
    )
    assert told(zero, 2) == (
        "Loss 0.186 → 0.128. This image came closer: 0.180, target 0.450.",
        unreached,
    )
    assert opens(replace(zero, bias=False)) == (
        unreached,
        "Every gradient stays 0. On the network, press W for other weights.",
    )
    assert opens(replace(zero, hidden=(1,), activation="sigmoid")) == (
        unreached,
        "Once a step has changed these weights, the gradient gets through.",
    )
    identical = "All 4 hidden neurons are identical: same gradient, so they stay identical."
    assert opens(replace(zero, activation="sigmoid")) == (
        identical,
        "All weights of a layer are 0: the same answer for every image.",
    )
    narrator = Narrator()
    narrator.open(at(replace(zero, activation="sigmoid"), 3))
    assert narrator.remark == (
        identical,
        "Together they do no more than one. On the network, press W for other weights.",
    )
    assert opens(TrainingConfig(initialisation="zero"))[0] == (
        "It predicts 0.000; the image is 0.450 dark. The weights are all 0."
    )


def test_gradients_that_vanish_and_explode() -> None:
    assert opens(TrainingConfig(hidden=(8,) * 6, activation="sigmoid")) == (
        "The gradient vanishes: the first layer has 1/27,300 of the last one's.",
        "It shrinks from layer to layer in backprop, so the first hardly learns.",
    )
    wild = TrainingConfig(hidden=(64,) * 10, initialisation="normal", images=40)
    assert opens(replace(wild, learning_rate=1e-6)) == (
        "The gradient explodes: the first layer has 359 times the last one's.",
        "It grows from layer to layer in backprop: no learning rate suits all layers.",
    )
    assert opens(replace(wild, hidden=(16,) * 6, activation="relu")) == (
        "The gradient explodes: the update is 440 times the weights.",
        "Press ( for smaller steps. On the network, press W for other weights.",
    )


def test_another_seed_draws_no_other_zeros() -> None:
    trainer = Trainer(TrainingConfig(hidden=(4,), initialisation="zero"))
    trainer.run.ensure_evaluated()
    before = trainer.snapshot()
    trainer.restart(1)
    assert two_lines([after_start(before, trainer.snapshot())]) == (
        "The weights start at 0 for every seed. Press R for the default network.",
        "It predicts 0.000; the image is 0.450 dark.",
    )


def test_mini_batches() -> None:
    assert told(TrainingConfig(batch_size=10), 1) == (
        "Loss 0.304; on the next 10 images: 0.300.",
        "Each step sees other images. All four fall, even −0.08, which should rise.",
    )


def test_what_the_user_did() -> None:
    trainer = Trainer(DEFAULT)
    trainer.run.ensure_evaluated()
    before = trainer.snapshot()
    assert two_lines(after_change(before, trainer.snapshot((0.2, 0.9, 0.4, 0.7)))) == (
        "You changed the selected image; the training images are unchanged.",
        "Pixel 2 is 0.9: it predicts 0.844; the image is 0.550 dark.",
    )
    trainer.apply(SetSettings.of(learning_rate=0.5))
    changed = trainer.snapshot()
    assert two_lines(after_change(before, changed)) == (
        "Learning rate 0.1 → 0.5: larger steps.",
        "Rates below 0.905 converge on these images.",
    )
    trainer.apply(SetSettings.of(gradient="nudge"))
    passes = "Finite differences cost 5 forward passes per step; backprop about 2.0."
    cost = "A step costs 20,004 multiply-adds, before 8,004"
    # Nothing is said of gradients before both are known.
    assert two_lines(after_change(changed, trainer.snapshot())) == (passes, f"{cost}.")
    trainer.run.ensure_evaluated()
    assert two_lines(after_change(changed, trainer.snapshot())) == (
        passes,
        f"{cost}; gradients differ by ≈ 4e−07.",
    )
    trainer.restart(4)
    assert two_lines([after_start(before, trainer.snapshot())])[0] == (
        "New weights, same images. Press R for the default network."
    )


def test_manual_edits() -> None:
    trainer = Trainer(DEFAULT)
    trainer.run.ensure_evaluated()
    told = []
    for index, value in ((0, 0.25), (1, 0.25), (2, 0.9), (3, 0.25), (3, 1e4)):
        before = trainer.snapshot()
        trainer.apply(SetParameter(index, value))
        trainer.run.ensure_evaluated()
        descent = trainer.descent
        assert descent is not None
        descent.catch_up()
        told.append(two_lines(after_change(before, trainer.snapshot())))
    assert told == [
        (
            "Weight 1 set from 0.98 to 0.25. After 1 change: loss 0.446 → 0.101.",
            "A descent step costs 8,004 multiply-adds; you used 4,000. Press b to undo.",
        ),
        (
            "Weight 2 set from 0.4 to 0.25. After 2 changes: loss 0.446 → 0.0699.",
            "That was better. A descent step costs 8,004 multiply-adds; you used 8,000.",
        ),
        (
            "Weight 3 set from 0.86 to 0.9. After 3 changes: loss 0.446 → 0.0815.",
            "That was worse. Gradient descent, ≤ 12,000 multiply-adds: 0.295 (1 step).",
        ),
        (
            "Weight 4 set from −0.08 to 0.25. After 4 changes: loss 0.446 → 0.153.",
            "That was worse. Gradient descent, ≤ 16,000 multiply-adds: 0.295 (1 step).",
        ),
        (
            "Weight 4 set from 0.25 to 10,000. After 5 changes: loss 0.446 → 3.4e7.",
            "That was worse. Gradient descent, ≤ 20,000 multiply-adds: 0.202 (2 steps).",
        ),
    ]


def test_manual_edits_whose_losses_are_not_known_yet() -> None:
    trainer = Trainer(DEFAULT)
    before = trainer.snapshot()
    for value in (0.5, 0.4, 0.3):
        trainer.apply(SetParameter(0, value))
    assert two_lines(after_change(before, trainer.snapshot())) == (
        "Weight 1 set from 0.98 to 0.3. After 3 changes: loss … → ….",
        "Gradient descent, ≤ 12,000 multiply-adds: … (1 step). Press b to undo.",
    )


def test_weights_that_overflow_are_named_and_not_the_loss() -> None:
    said = says(Diverged(62, 0.27, 0.1, None, is_loss_finite=True))
    assert said[0] == "Diverged at step 62: a weight overflowed (float64)."
    assert "not a number" in says(Diverged(62, math.nan, 0.1, None, is_loss_finite=False))[0]


def test_a_schedule_that_has_come_to_0_is_named() -> None:
    assert says(NoChange(Standstill.RATE, 0.25))[0] == (
        "The learning rate is 0 now: its schedule is over, and nothing moves any more."
    )
    assert says(RateChanged(0.1, 0.0, 0.9))[0] == (
        "Learning rate 0.1 → 0: its schedule is over. No step changes anything."
    )
    # A limit of rates that stay is not said of those that a schedule lowers.
    falling = RateChanged(0.1, 1.0, 0.905, is_scheduled=True)
    assert says(falling)[1] == (
        "While the rate is above 0.905, steps overshoot. Press ( for a smaller rate."
    )
    assert "0.905" not in says(replace(falling, after=0.2))[1]
    diverged = says(Diverged(62, math.inf, 1.0, 0.905, False, is_scheduled=True))
    assert diverged[1].startswith("While the rate is above 0.905, steps overshoot.")
    assert diverged[1].endswith("Press ( for a smaller rate.")
    unused = says(SettingChanged("cosine_end", 0.0, 0.5, matters=False))
    assert unused == ("Cosine end 0 → 0.5.", "The current schedule does not use this setting.")


def test_what_was_typed_is_shown_in_one_line_and_cut_only_where_it_is_longer_than_300() -> None:
    assert printable("a b\x1b[2J\n\tä") == r"a b\x1b[2J\n\tä"
    assert printable("x" * 300) == "x" * 300
    assert printable("x" * 301) == "x" * 300 + "…"
    assert printable("\x1b" * 80) == (r"\x1b" * 80)[:300] + "…"


def test_at_a_corner_of_relu_the_two_gradients_are_not_called_the_same() -> None:
    # All pixels of one of the 16 images are white, and biases start at 0: each sum is its bias, 0.
    config = TrainingConfig(task="xor", pixels="black-white", hidden=(4,), activation="relu")
    trainer = Trainer(config)
    trainer.run.ensure_evaluated()
    before = trainer.snapshot()
    trainer.apply(SetSettings.of(gradient="nudge"))
    trainer.run.ensure_evaluated()
    assert two_lines(after_change(before, trainer.snapshot()))[1] == (
        "Corner of relu (1 of 16 images): slope 0 by backprop, 0 or 1 by nudge."
    )
