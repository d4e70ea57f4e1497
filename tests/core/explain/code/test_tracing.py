"""The engine's own lines: read from the source that runs, followed over the selected image."""

import inspect
import math
import re
import sys
from dataclasses import replace

import numpy as np
import pytest

from core.engines import loops
from core.engines.engine import NUDGE
from core.explain.code.lines import trace_of
from core.explain.code.tracing import (
    LONGEST_LIST,
    MOST_LINES,
    MOST_MOMENTS,
    Moment,
    Trace,
    source_of,
    trace,
)
from core.network.losses import LOSSES
from core.quantities.quantities import (
    Count,
    CountQuantity,
    ErrorQuantity,
    GradientQuantity,
    LossQuantity,
    NeuronQuantity,
    ParameterQuantity,
    PixelQuantity,
    PredictionQuantity,
    Quantity,
    TargetQuantity,
    UpdateQuantity,
)
from core.settings.config import TrainingConfig
from tests.core.moments import DEFAULT, at

DEEP = TrainingConfig(hidden=(3, 2), seed=1, images=10)


def followed(config: TrainingConfig, quantity: Quantity, step: int = 0) -> Trace:
    found = trace_of(at(config, step), quantity)
    assert found is not None
    return found


def line(found: Trace, moment: int | None = None) -> str:
    """The line that has run, without its indentation."""
    there = found.moments[found.start if moment is None else moment]
    return found.source.lines[there.line].strip()


def values(moment: Moment) -> dict[str, object]:
    return {each.name: each.value for each in moment.variables}


def changed(moment: Moment) -> set[str]:
    return {each.name for each in moment.variables if each.changed}


def test_the_lines_are_those_of_the_file_that_runs() -> None:
    source = source_of(loops.weighted_sums)
    file = inspect.getsourcefile(loops.weighted_sums)
    assert file is not None
    with open(file, encoding="utf-8") as opened:
        text = opened.read().split("\n")
    assert source.file == "core/engines/loops.py"
    first = source.first_line - 1
    assert list(source.lines) == text[first : first + len(source.lines)]
    assert source.lines[0].startswith("def weighted_sums(")


def test_the_default_prediction_line_by_line() -> None:
    found = followed(DEFAULT, PredictionQuantity())
    assert found.source.function == "weighted_sums"
    totals = [
        values(moment)["total"]
        for number, moment in enumerate(found.moments)
        if line(found, number).startswith("total +=")
    ]
    # 0.196, + 0.2, + 0.344, − 0.056
    assert totals == pytest.approx([0.196, 0.396, 0.74, 0.684], abs=1e-15)
    assert line(found) == "sums.append(total)"
    assert values(found.moments[found.start])["sums"] == (totals[-1],)
    assert changed(found.moments[found.start]) == {"sums"}


def test_each_weight_and_pixel_has_its_own_moment() -> None:
    for index in range(4):
        for quantity in (ParameterQuantity(index), PixelQuantity(index)):
            found = followed(DEFAULT, quantity)
            now = values(found.moments[found.start])
            assert line(found) == "total += value * layer.weights[i][j]"
            assert (now["i"], now["value"]) == (index, (0.2, 0.5, 0.4, 0.7)[index])


def test_a_neuron_and_its_bias_are_followed_among_others() -> None:
    snapshot = at(DEEP, 3)
    found = followed(DEEP, NeuronQuantity(0, 2), 3)
    products = [n for n in range(len(found.moments)) if line(found, n).startswith("total +=")]
    assert {values(found.moments[number])["j"] for number in products} == {2}
    sums = values(found.moments[found.start])["sums"]
    assert isinstance(sums, tuple)
    assert np.tanh(sums[2]) == pytest.approx(snapshot.reading.activations[1][2], abs=1e-15)
    bias = followed(DEEP, ParameterQuantity(14), 3)  # the last of layer 1
    assert line(bias) == "total += layer.biases[j]"
    assert values(bias.moments[bias.start])["j"] == 2


@pytest.mark.parametrize("config", [DEFAULT, DEEP], ids=["essay's", "deep"])
def test_the_gradient_is_found_at_its_own_place(config: TrainingConfig) -> None:
    count = at(config, 2).architecture.parameter_count
    for index in range(count):
        found = followed(config, GradientQuantity(index), 2)
        assert found.source.function == "backward"
        assert line(found) in ("gradient[place] += value * delta", "gradient[place] += delta")
        assert values(found.moments[found.start])["place"] == index


def test_a_moment_has_the_values_that_its_own_line_set() -> None:
    found = followed(DEEP, GradientQuantity(3))
    for number, moment in enumerate(found.moments):
        text = line(found, number)
        assert all(re.search(rf"\b{name}\b", text) for name in changed(moment)), text


def test_nudging_is_followed_where_it_nudges_this_weight() -> None:
    found = followed(replace(DEFAULT, gradient="nudge"), GradientQuantity(2))
    assert found.source.function == "nudge"
    assert line(found) == "gradient.append((there - here) / NUDGE)"
    now = values(found.moments[found.start])
    here, there, gradient = now["here"], now["there"], now["gradient"]
    assert isinstance(here, float)
    assert isinstance(there, float)
    assert isinstance(gradient, tuple)
    assert now["p"] == 2
    assert gradient[2] == (there - here) / NUDGE


def test_update_error_and_loss() -> None:
    snapshot = at(DEFAULT, 0)
    step = followed(DEFAULT, UpdateQuantity(3))
    assert line(step) == "updated.append(parameter - rate * direction)"
    moved = values(step.moments[step.start])["updated"]
    assert isinstance(moved, tuple)
    assert snapshot.change is not None
    assert len(moved) == 4
    assert moved[3] == pytest.approx(snapshot.parameters[3] + snapshot.change[3], abs=1e-15)
    halved = replace(DEFAULT, warmup_steps=1, clip_value=25.0)
    step = followed(halved, UpdateQuantity(3))
    now = values(step.moments[step.start])
    assert (now["rate"], now["slope"]) == (0.05, now["direction"])
    error = followed(DEFAULT, ErrorQuantity())
    assert values(error.moments[error.start])["difference"] == pytest.approx(0.234)
    crossed = followed(TrainingConfig(output="sigmoid", loss="bce"), ErrorQuantity())
    assert "prediction - target" in line(crossed)
    loss = followed(DEFAULT, LossQuantity())
    assert line(loss) == "total += loss.value(output_sum, prediction, target)"
    assert values(loss.moments[loss.start])["total"] == pytest.approx(0.234**2)


def test_a_gradient_that_is_clipped_is_followed_there() -> None:
    for index in (0, 3):
        by_value = followed(replace(DEFAULT, clip_value=0.25), UpdateQuantity(index))
        assert line(by_value) == "clipped.append(max(min(slope, most), -most))"
        now = values(by_value.moments[by_value.start])
        assert (now["most"], now["clipped"]) == (0.25, (0.25,) * (index + 1))
        by_norm = followed(replace(DEFAULT, clip_norm=0.25), UpdateQuantity(index))
        assert line(by_norm) == "clipped.append(share * slope)"
        now = values(by_norm.moments[by_norm.start])
        share, slope, clipped = now["share"], now["slope"], now["clipped"]
        assert isinstance(share, float)
        assert isinstance(slope, float)
        assert isinstance(clipped, tuple)
        assert clipped[index] == share * slope
        assert len(clipped) == index + 1
        sources = [by_norm.source.lines[moment.line].strip() for moment in by_norm.moments]
        assert any(text.startswith("share = min(") for text in sources)


@pytest.mark.parametrize(
    ("config", "function"),
    [
        (replace(DEFAULT, optimizer="momentum"), "momentum"),
        (replace(DEFAULT, optimizer="momentum", nesterov=True), "momentum"),
        (replace(DEEP, optimizer="rmsprop", centered=True, l1=0.1), "rmsprop"),
        (replace(DEEP, optimizer="adam", amsgrad=True, l2=0.1), "adam"),
    ],
)
def test_a_step_shows_the_lines_of_its_optimizer(config: TrainingConfig, function: str) -> None:
    snapshot = at(config, 3)
    change = snapshot.change
    assert change is not None
    slots = snapshot.state.slots.tobytes()
    for index in range(len(change)):
        found = trace_of(snapshot, UpdateQuantity(index))
        assert found is not None
        assert found.source.function == function
        assert line(found).startswith("return ")
        now = values(found.moments[found.start])
        memory = now["memory"]
        assert isinstance(memory, tuple)
        direction = eval_last(line(found), now, config)
        assert -config.learning_rate * direction == pytest.approx(change[index], rel=1e-12)
    assert snapshot.state.slots.tobytes() == slots


def eval_last(text: str, now: dict[str, object], config: TrainingConfig) -> float:
    """Work out what the line that is lit gives, from the values beside it."""
    known = {**now, "options": config.options, "math": math}
    return float(eval(text.removeprefix("return "), {}, known))


def test_counts_show_the_line_that_is_counted_and_what_no_line_computes_is_none() -> None:
    snapshot = at(DEFAULT, 0)
    for count, name in (
        (Count.FORWARD, "weighted_sums"),
        (Count.GRADIENT, "backward"),
        (Count.UPDATE, "update"),
    ):
        found = trace_of(snapshot, CountQuantity(count))
        assert found is not None
        assert found.source.function == name
        # At the first weight, as if that was selected.
        now = values(found.moments[found.start])
        assert now.get("i", now.get("place", 0)) == 0
        if count is Count.FORWARD:
            assert line(found) == "total += value * layer.weights[i][j]"
    for quantity in (TargetQuantity(), CountQuantity(Count.STEP), CountQuantity(Count.TOTAL)):
        assert trace_of(snapshot, quantity) is None


def test_following_leaves_every_number_as_it_was() -> None:
    snapshot = at(DEEP, 2)
    parameters, gradient = snapshot.parameters.tobytes(), snapshot.gradient
    assert gradient is not None
    before = gradient.tobytes()
    for quantity in (GradientQuantity(0), UpdateQuantity(1), LossQuantity(), PredictionQuantity()):
        trace_of(snapshot, quantity)
    assert snapshot.parameters.tobytes() == parameters
    assert gradient.tobytes() == before


def test_whoever_traced_before_does_so_again() -> None:
    def other(frame: object, event: str, argument: object) -> None:
        return None

    before = sys.gettrace()
    sys.settrace(other)
    try:
        trace_of(at(DEFAULT, 0), PredictionQuantity())
        inside = sys.gettrace()

        def fails() -> None:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            trace(loops.forward, fails)
        after = sys.gettrace()
    finally:
        sys.settrace(before)
    assert inside is other
    assert after is other


def test_long_calls_are_broken_off_and_long_lists_cut() -> None:
    numbers = [float(number) for number in range(MOST_LINES)]
    rule = LOSSES["mse"]
    layers = [loops.Neurons([[1.0]], [], at(DEFAULT, 0).architecture.layers[0].activation, 0)]
    done = []

    def call() -> None:
        loops.mean_loss([[number] for number in numbers], numbers, layers, rule)
        done.append(True)

    found = trace(loops.mean_loss, call)
    assert not done
    assert len(found.moments) == MOST_MOMENTS
    for each in found.moments[0].variables:
        if each.length:
            assert isinstance(each.value, tuple)
            assert len(each.value) <= LONGEST_LIST
    assert not trace(loops.mean_loss, call, wanted=lambda _: False).moments


def test_a_network_too_large_to_follow_gives_its_source() -> None:
    snapshot = at(TrainingConfig(hidden=(64, 64), images=10), 0)
    for quantity in (GradientQuantity(0), NeuronQuantity(1, 0), UpdateQuantity(0), LossQuantity()):
        found = trace_of(snapshot, quantity)
        assert found is not None
        assert found.source.lines
        assert (found.moments, found.start) == ((), 0)


def test_a_trace_has_200_moments_of_8_000_lines_at_most() -> None:
    seen: list[int] = []

    def counted(most: int) -> None:
        for number in range(most):
            seen.append(number)

    assert len(trace(counted, lambda: counted(10_000)).moments) == 200
    # The first moment is known once the second line is about to run.
    assert len(seen) == 100
    seen.clear()
    assert not trace(counted, lambda: counted(10_000), wanted=lambda _: False).moments
    # Two lines a number; the 8,000th is not run any more.
    assert len(seen) == 3_999


@pytest.mark.parametrize(
    ("hidden", "quantity", "is_run"),
    [
        ((500,), NeuronQuantity(0, 0), True),  # 4 · 500 products
        ((3, 667), NeuronQuantity(1, 0), False),  # 3 · 667
        ((400,), LossQuantity(), True),  # 4 · 400 + 400 parameters, one pass
        ((401,), LossQuantity(), False),
        ((200,), GradientQuantity(0), True),  # half as many, forward and back
        ((201,), GradientQuantity(0), False),
    ],
)
def test_a_call_of_2_000_multiply_adds_is_run_and_a_larger_one_not(
    hidden: tuple[int, ...], quantity: Quantity, is_run: bool
) -> None:
    found = followed(TrainingConfig(hidden=hidden, bias=False, images=2), quantity)
    assert bool(found.moments) == is_run
