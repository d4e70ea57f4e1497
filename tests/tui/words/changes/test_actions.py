"""The words for what a person did: where the run is now, and what it was made into."""

import pytest

import tui.words.changes.actions  # noqa: F401 - it registers its words
from core.commentary.changes.actions import (
    DefaultStart,
    ImagesChanged,
    NewWeights,
    Reshaped,
    RunReturned,
    StartedAgain,
    WentTo,
)
from core.commentary.opening import Opening
from core.commentary.steps import Fact
from core.settings.reshaping import Reshape
from tui.words.phrases import says

UNDO = "Press b to undo."
SLOW = "Press s to take one small step that lowers the loss, or space to run."


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
                "s or space replays the recorded steps. Any change starts a new branch.",
            ),
        ),
        (
            went(1200),
            (
                "Step 1,200 of 1,200: loss 0.250. This is the latest step.",
                "Press s or space to continue.",
            ),
        ),
        (
            went(5, loss=None, other=True),
            ("The other run. Step 5 of 1,200.", "Press o to return to the run you left."),
        ),
        (
            went(5, undone=True),
            (
                "Undone: the run is as it was before the change.",
                "Step 5 of 1,200: loss 0.250.",
            ),
        ),
        (
            RunReturned(5, 1200, 0.25),
            ("Back in the previous run, at step 5 of 1,200: loss 0.250.", ""),
        ),
        (
            RunReturned(5, 1200, 0.25, kept=1),
            (
                "Back in the previous run, at step 5 of 1,200: loss 0.250.",
                "1 other run is kept: press P to go to it.",
            ),
        ),
        (
            RunReturned(5, 1200, 0.25, kept=2),
            (
                "Back in the previous run, at step 5 of 1,200: loss 0.250.",
                "2 other runs are kept: press P to go through them.",
            ),
        ),
        (
            StartedAgain(7, True),
            (
                "Back at step 0, with the initial weights of this run.",
                "The previous run stays as a faint curve: which of the two learns faster?",
            ),
        ),
        (
            StartedAgain(0, False),
            (
                "Back at step 0, with the initial weights of this run.",
                "Change the rate with ( or ) to keep the previous run as a faint curve.",
            ),
        ),
        (
            DefaultStart(0.684, 0.45, "darkness"),
            (
                "The default network: it predicts 0.684; the image is 0.450 dark.",
                "Press s to take one step, or space to run.",
            ),
        ),
        (
            NewWeights(4, 0.684, 0.45, "darkness", False),
            (
                "New weights, same images. Press R for the default network.",
                "Seed 4: it predicts 0.684; the image is 0.450 dark.",
            ),
        ),
        (
            ImagesChanged(10, 9, True, 0.5, 0.5),
            (
                "Training image removed: 9 now.",
                f"The loss over all of them did not change. {UNDO}",
            ),
        ),
        (
            ImagesChanged(9, 10, True, 0.5, None),
            ("Training image added: 10 now.", UNDO),
        ),
        (
            ImagesChanged(9, 10, False, 0.5, 0.4),
            ("Training image added: 10 now.", UNDO),
        ),
    ],
)
def test_what_a_person_did_has_words(fact: Fact, said: tuple[str, str]) -> None:
    assert says(fact) == said


@pytest.mark.parametrize(
    ("limit", "rate", "second"),
    [
        (0.9, 0.1, SLOW),
        (0.9, 0.9, SLOW),
        (0.9, 1.0, "Press s to take one step. On these images, rates above 0.900 diverge."),
        (None, 1.0, "Press s to take one small step, or space to run."),
    ],
)
def test_at_launch_there_is_a_warning_of_a_rate_that_diverges(
    limit: float | None, rate: float, second: str
) -> None:
    first = "It predicts 0.684; the image is 0.450 dark. The weights are not trained yet."
    fact = Opening("darkness", 0.684, 0.45, rate, limit, False)
    assert says(fact) == (first, second)


def reshaped(reshape: Reshape, layer: int, layers: int, neurons: int, name: str = "tanh") -> str:
    first, second = says(
        Reshaped(reshape.value, layer, layers, neurons, name, 31, True, False, False)
    )
    assert second == ""
    return first


def test_another_shape_is_named_with_its_parameters() -> None:
    back = "31 weights and biases. b: previous run."
    anew = "31 weights and biases, re-initialised. b: previous run."
    for reshape in (Reshape.MORE_NEURONS, Reshape.FEWER_NEURONS, Reshape.REMOVE_LAYER):
        assert reshaped(reshape, 1, 2, 5) == f"Layer 2 has 5 neurons: {anew}"
        assert reshaped(reshape, 0, 1, 0) == f"Layer 1 is removed: {anew}"
        assert reshaped(reshape, 0, 0, 0) == f"No hidden layer is left: {back}", "shorter, to fit"
    new = f"Layer 1 is new, with 1 tanh neuron: {back}"
    assert reshaped(Reshape.ADD_LAYER, 0, 1, 1) == new
    assert reshaped(Reshape.ACTIVATION, 0, 1, 4) == f"Layer 1 uses tanh now: {anew}"
    assert reshaped(Reshape.ACTIVATION, 1, 1, 1) == f"The output uses tanh now: {back}"
    assert reshaped(Reshape.BIAS, 0, 1, 4) == f"Each neuron has a bias: {back}"
    he = "Initial weights he: uniform, ±√(6 / inputs). Press b for the previous run."
    assert reshaped(Reshape.INITIALISATION, 0, 1, 4, "he") == he


def test_the_default_network_is_named_when_it_comes_of_a_change_of_shape() -> None:
    fact = Reshaped(Reshape.REMOVE_LAYER.value, 0, 0, 0, "linear", 4, False, False, True)
    assert says(fact) == ("The default network. Press b for the previous run.", "")
