"""Which remark is made when, on a clock that the test turns."""

from dataclasses import replace
from itertools import pairwise

import pytest

from core import SetSettings, Snapshot, Trainer, TrainingConfig
from core.run.changes import SetParameter
from core.settings import PRESETS
from tui.view.view import Pace
from tui.words.narrator import HELD, READING_TIME, Narrator, is_pending, with_offer

WALKING = Pace(True, 10)
RUNNING = Pace(True, 1_000)


class Story:
    """A run, its narrator, and the clock."""

    def __init__(self, config: TrainingConfig | None = None) -> None:
        self.time = 100.0
        self.trainer = Trainer(TrainingConfig() if config is None else config)
        self.narrator = Narrator(lambda: self.time)
        self.narrator.open(self.now())

    def now(self) -> Snapshot:
        self.trainer.run.ensure_evaluated()
        return self.trainer.snapshot()

    def go(self, steps: int, pace: Pace, seconds: float = 0.04, *, log_scale: bool = False) -> None:
        """Train for a frame's time and have it told."""
        self.time += seconds
        for _ in range(steps):
            self.trainer.run.step()
        self.narrator.train(self.now(), pace, log_scale=log_scale)

    @property
    def told(self) -> str:
        return " ".join(self.narrator.remark).strip()


def test_at_first_it_describes_the_start() -> None:
    assert Story().narrator.remark == (
        "It predicts 0.684; the image is 0.450 dark. The weights are not trained yet.",
        "Press s to take one small step that lowers the loss, or space to run.",
    )


def test_where_a_goal_holds_at_the_start_no_step_is_asked_for() -> None:
    trainer = Trainer(TrainingConfig(until_loss=1.0))
    trainer.run.ensure_evaluated()
    narrator = Narrator()
    now = trainer.snapshot()
    narrator.open(now)
    opened = narrator.remark
    assert opened[0].startswith("Target loss reached at step 0: loss 0.446")
    assert "Press s" not in opened[1]
    narrator.start(now, now)
    assert narrator.remark == opened


def test_at_a_slow_speed_each_step_has_words() -> None:
    story = Story()
    seen = {story.told}
    for _ in range(12):
        story.go(1, WALKING)
        seen.add(story.told)
    assert len(seen) == 13
    assert not [told for told in seen if "Press space and wait." in told], "it runs already"
    assert "Loss 0.446 →" in next(told for told in seen if "even −0.08" in told)


def test_a_single_step_has_words_at_any_speed() -> None:
    story = Story()
    story.go(1, Pace(False, float("inf")))
    assert story.told.startswith("Loss 0.446 → ")


def test_at_speed_a_remark_stays_until_it_can_be_read() -> None:
    story = Story()
    story.go(1, RUNNING)
    first = story.told
    assert first.startswith("Step 1: loss 0.446 → 0.295 in the last step.")
    told = []
    for _ in range(int(READING_TIME / 0.04) - 2):
        story.go(40, RUNNING)
        told.append(story.told)
    assert set(told) == {first}


@pytest.mark.parametrize("name", ["xor-with", "one-too-few", "overfitting"])
def test_what_to_press_first_goes_once_steps_pass_at_speed(name: str) -> None:
    preset = PRESETS[name]
    story = Story(preset.config)
    story.narrator.begin_with(preset.lines, story.now())
    story.go(30, RUNNING)
    assert not story.told.startswith(preset.lines[0])


def test_how_far_a_fast_run_is_does_not_stay_while_steps_pass() -> None:
    story = Story(TrainingConfig(learning_rate=1e-3))
    story.go(1, RUNNING)
    assert story.told == "Step 1: loss 0.446 → 0.444 in the last step."
    story.go(9, RUNNING, seconds=READING_TIME)
    assert story.told == "Step 10: loss 0.444 → 0.429 in the last 9 steps."


def test_a_milestone_of_a_fast_run_gives_way_to_how_far_it_is() -> None:
    story = Story(TrainingConfig(hidden=(4,), initialisation="zero", learning_rate=1e-3))
    story.go(3, RUNNING, seconds=READING_TIME)
    reason = "No gradient reaches the hidden layer"
    assert story.told.startswith(reason)
    story.go(10, RUNNING, seconds=READING_TIME / 2)
    assert story.told.startswith(reason)
    story.go(10, RUNNING, seconds=READING_TIME / 2)
    assert story.told.startswith("Step 23: loss ")
    assert reason in story.told, "it still holds"


def test_what_is_said_of_mini_batches_says_so() -> None:
    story = Story(TrainingConfig(batch_size=10))
    story.go(2, RUNNING)
    assert story.told.startswith("Step 2: loss ")
    assert story.told.endswith(" on the next 10 images.")


def test_at_speed_milestones_appear_and_none_sooner_than_it_can_be_read() -> None:
    story = Story()
    changes: list[float] = []
    seen = [story.told]
    for _ in range(1000):
        story.go(2, RUNNING)
        if story.told != seen[-1]:
            seen.append(story.told)
            changes.append(story.time)
    assert any(
        "All four are 0.25 ± 0.001: the network has learned to average." in told for told in seen
    )
    assert all(b - a >= READING_TIME for a, b in pairwise(changes))


def test_no_words_are_repeated_while_nothing_happens() -> None:
    story = Story()
    story.go(1, WALKING)
    told = story.told
    story.go(0, WALKING, seconds=60)
    assert story.told == told


def test_the_end_of_a_run_is_announced_at_once_at_any_speed() -> None:
    story = Story(TrainingConfig(learning_rate=1.0))
    story.time += 10
    while story.trainer.run.outcome is None:
        story.go(100, RUNNING)
    assert story.told.startswith("Diverged at step ")
    assert "rates above 0.905 diverge" in story.told


@pytest.mark.parametrize("log_scale", [True, False])
def test_on_a_logarithmic_scale_no_words_ask_to_press_l(log_scale: bool) -> None:
    story = Story()
    told = []
    for _ in range(200):
        story.go(1, WALKING, log_scale=log_scale)
        told.append(story.told)
    assert any("Press L for log scale" in each for each in told) is not log_scale


def test_a_change_has_words_at_once_even_at_speed() -> None:
    story = Story()
    story.go(40, RUNNING, seconds=5)
    before = story.now()
    story.trainer.apply(SetSettings.of(learning_rate=0.2))
    story.narrator.change(before, story.now())
    assert story.told.startswith("Learning rate 0.1 → 0.2: larger steps.")


def test_beginning_again_has_words() -> None:
    story = Story()
    story.go(5, WALKING)
    before = story.now()
    story.trainer.reset()
    story.narrator.start(before, story.now())
    assert story.told.startswith("Back at step 0")
    before = story.now()
    story.trainer.restart(1)
    story.narrator.start(before, story.now())
    assert story.told.startswith("New weights, same images. Press R for the default network.")


def test_a_note_lies_over_an_introduction_and_that_over_what_is_told_of_the_run() -> None:
    story = Story()
    opening = story.told
    story.narrator.introduce(lambda: ("The map.", ""))
    story.narrator.note(("Copied.", ""))
    assert story.told == "Copied."
    story.narrator.end_note()
    assert story.told == "The map."
    story.narrator.introduce(None)
    assert story.told == opening
    story.narrator.introduce(lambda: ("The map.", ""))
    story.narrator.note(("Copied.", ""))
    story.go(1, Pace(False, 10))
    assert story.told.startswith("Loss 0.446 → "), "what a key has done is told at once"


def test_what_introduces_a_pane_can_be_read_while_the_run_goes_on() -> None:
    story = Story()
    story.narrator.introduce(lambda: ("The map.", f"Step {story.trainer.run.step_count}."))
    for pace in (WALKING, RUNNING):
        for _ in range(int(HELD / 0.04) // 2 - 1):
            story.go(1, pace)
            assert story.told == f"The map. Step {story.trainer.run.step_count}."
    story.go(1, WALKING, seconds=READING_TIME)
    assert "Loss " in story.told


def test_that_a_step_takes_a_while_is_told_until_it_is_there() -> None:
    story = Story()
    opening, now = story.told, story.now()
    story.narrator.wait(now)
    assert story.told.startswith("Loss and gradient take a while: ")
    story.narrator.train(replace(now, loss=None), WALKING, log_scale=False)
    assert story.told.startswith("Loss and gradient take a while: ")
    story.narrator.train(now, WALKING, log_scale=False)
    assert story.told == opening


def test_an_offer_comes_after_the_opening_words_and_goes_with_them() -> None:
    story, offer = Story(), "Recovered an unsaved run from 10:15. Press F to open it."
    story.narrator.offer(offer)
    assert story.narrator.remark == (
        "It predicts 0.684; the image is 0.450 dark. Press s to take one step.",
        offer,
    )
    first, second = PRESETS["xor-without"].lines
    assert with_offer((first, second), offer) == (
        "Is just one top pixel on? No weighted sum can tell.",
        offer,
    )
    story.go(1, Pace(False, 10))
    assert offer not in story.told


def test_every_remark_fits_under_the_panes() -> None:
    for config in (
        TrainingConfig(),
        TrainingConfig(hidden=(4,), seed=4),
        TrainingConfig(learning_rate=0.9),
        TrainingConfig(images=100, batch_size=7),
        TrainingConfig(hidden=(8, 8, 8), activation="relu", seed=3, images=50),
    ):
        story = Story(config)
        for _ in range(150):
            story.go(1, WALKING)
            assert all(len(line) <= 78 for line in story.narrator.remark)


def test_manual_changes_are_pending_until_all_their_losses_are_known() -> None:
    trainer = Trainer(TrainingConfig())
    trainer.run.ensure_evaluated()
    assert not is_pending(trainer.snapshot())
    trainer.apply(SetParameter(0, 0.5))
    assert trainer.descent is not None
    trainer.descent.catch_up()
    trainer.run.ensure_evaluated()
    known = trainer.snapshot()
    edits = known.manual_edits
    assert edits is not None
    assert None not in (known.loss, edits.start_loss, edits.descent_loss)
    assert not is_pending(known)
    assert is_pending(replace(known, loss=None))
    assert is_pending(replace(known, manual_edits=replace(edits, start_loss=None)))
    lost = replace(edits, descent_loss=None)
    assert is_pending(replace(known, manual_edits=lost))
    assert not is_pending(replace(known, manual_edits=replace(lost, has_diverged=True)))
