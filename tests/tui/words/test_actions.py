"""What is said of what a person did: where the run is now, and what it was made into."""

import pytest

import tui.words.actions  # noqa: F401 - it registers its words
from core.commentary import Fact
from core.commentary.actions import (
    DefaultStart,
    ImagesChanged,
    NewWeights,
    Opening,
    Reshaped,
    RunReturned,
    StartedAgain,
    WentTo,
)
from core.settings.reshaping import Reshape
from tui.words.phrases import says

UNDO = "b takes it back."
SLOW = "s: each takes one small step that lowers the loss. space: step after step."


def went(
    step: int, *, loss: float | None = 0.25, other: bool = False, undone: bool = False
) -> WentTo:
    return WentTo(step, 1200, loss, other, undone)


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        (
            went(5),
            (
                "Step 5 of 1,200: loss 0.250.",
                "s, space: the same way again. Change something: another way, a branch.",
            ),
        ),
        (
            went(1200),
            (
                "Step 1,200 of 1,200: loss 0.250. This is where it stood.",
                "s or space: on from here.",
            ),
        ),
        (
            went(5, loss=None, other=True),
            ("The other run. Step 5 of 1,200.", "o or b: back to where you were."),
        ),
        (
            went(5, undone=True),
            (
                "Taken back: everything is as it was before the change.",
                "Step 5 of 1,200: loss 0.250.",
            ),
        ),
        (
            RunReturned(5, 1200, 0.25),
            ("Back in the run before, at step 5 of 1,200: loss 0.250.", ""),
        ),
        (
            StartedAgain(7, True),
            (
                "Back at step 0, with the weights it began with.",
                "The run before stays as a faint line: which of them learns faster?",
            ),
        ),
        (
            StartedAgain(0, False),
            (
                "Back at step 0, with the weights it began with.",
                "( ) changes the rate: then the run before stays as a faint line.",
            ),
        ),
        (
            DefaultStart(0.684, 0.45, "darkness"),
            (
                "The essay's start: it predicts 0.684; the image is 0.450 dark.",
                "s: one step. space: run.",
            ),
        ),
        (
            NewWeights(4, 0.684, 0.45, "darkness", False),
            (
                "New weights, same images. R: the essay's start.",
                "Seed 4: it predicts 0.684; the image is 0.450 dark.",
            ),
        ),
        (
            ImagesChanged(10, 9, True, 0.5, 0.5),
            (
                "One fewer to learn from: 9 images now.",
                f"The loss, their mean, is what it was. {UNDO}",
            ),
        ),
        (
            ImagesChanged(9, 10, True, 0.5, None),
            ("One more to learn from: 10 images now.", UNDO),
        ),
        (
            ImagesChanged(9, 10, False, 0.5, 0.4),
            ("One more to learn from: 10 images now.", UNDO),
        ),
    ],
)
def test_what_a_person_did_is_told(fact: Fact, said: tuple[str, str]) -> None:
    assert says(fact) == said


@pytest.mark.parametrize(
    ("limit", "rate", "second"),
    [
        (0.9, 0.1, SLOW),
        (0.9, 0.9, SLOW),
        (0.9, 1.0, "s: one step. On these images, rates above 0.900 diverge."),
        (None, 1.0, "s: each takes one small step to lower the loss. space: step after step."),
    ],
)
def test_at_launch_a_rate_that_diverges_is_told(
    limit: float | None, rate: float, second: str
) -> None:
    first = "It predicts 0.684; the image is 0.450 dark. The weights were picked at random."
    fact = Opening("darkness", 0.684, 0.45, rate, limit, False)
    assert says(fact) == (first, second)


def reshaped(reshape: Reshape, layer: int, layers: int, neurons: int, name: str = "tanh") -> str:
    first, second = says(
        Reshaped(reshape.value, layer, layers, neurons, name, 31, True, False, False)
    )
    assert second == ""
    return first


def test_another_shape_is_told_with_its_parameters() -> None:
    anew = "31 weights and biases, drawn anew. b: the run before."
    for reshape in (Reshape.MORE_NEURONS, Reshape.FEWER_NEURONS, Reshape.REMOVE_LAYER):
        assert reshaped(reshape, 1, 2, 5) == f"Layer 2 has 5 neurons: {anew}"
        assert reshaped(reshape, 0, 1, 0) == f"Layer 1 is gone: {anew}"
        assert reshaped(reshape, 0, 0, 0) == f"No hidden layer is left: {anew}"
    new = "Layer 1 is new, 1 tanh neuron: 31 weights and biases. b: back."
    assert reshaped(Reshape.ADD_LAYER, 0, 1, 1) == new, "shorter, to fit"
    assert reshaped(Reshape.ACTIVATION, 0, 1, 4) == f"Layer 1 is tanh now: {anew}"
    assert reshaped(Reshape.ACTIVATION, 1, 1, 1) == f"The output is tanh now: {anew}"
    assert reshaped(Reshape.BIAS, 0, 1, 4) == f"Each neuron has a bias: {anew}"
    he = "First weights he, evenly within ±√(6 / inputs). b: the run before."
    assert reshaped(Reshape.INITIALISATION, 0, 1, 4, "he") == he


def test_the_default_network_is_named_when_it_comes_of_a_change_of_shape() -> None:
    fact = Reshaped(Reshape.REMOVE_LAYER.value, 0, 0, 0, "linear", 4, False, False, True)
    assert says(fact) == ("The essay's network and its start. b: back to the run before.", "")
