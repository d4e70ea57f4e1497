"""The whole of a run, whatever is done in whatever order, beside a model that can be read at once.

The model writes a story: a list of single steps and changes, and where in it the run stands. What a
moment costs, and which settings, frozen weights and how many images it has, is told again from the
story. What else is seen at a moment is noted when it is first stood at, and must be seen there ever
after.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from unittest.mock import patch

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.errors import ConfigError
from core.files.reading import read_session
from core.network.optimizers import OPTIMIZERS
from core.run.changes import (
    AddImage,
    Change,
    RemoveImage,
    SetFrozen,
    SetParameter,
    SetParameters,
    SetSettings,
)
from core.run.trainer import EMPTY_KEPT, Trainer
from core.settings.config import TrainingConfig
from tests.core.run.test_travel import CHANGES, CONFIGS, trace
from tests.core.sessions import bytes_of
from tests.core.story import Stage, Story

YES_NO = st.builds(
    TrainingConfig,
    task=st.sampled_from(["xor", "or"]),
    hidden=st.sampled_from([(), (2,)]),
    output=st.just("sigmoid"),
    loss=st.sampled_from(["bce", "mse"]),
    images=st.just(12),
    test_share=st.sampled_from([0.0, 0.25]),
    batch_size=st.sampled_from([None, 4, 5]),
    until_accuracy=st.sampled_from([None, 0.9]),
    optimizer=st.sampled_from(list(OPTIMIZERS)),
    seed=st.integers(0, 50),
)
STOPS_AND_BLOWS = st.one_of(
    st.sampled_from([None, 0.5, 0.9]).map(lambda value: SetSettings.of(until_accuracy=value)),
    st.sampled_from([3.0, 1e200]).map(lambda value: SetSettings.of(learning_rate=value)),
    st.builds(SetParameter, st.integers(0, 3), st.sampled_from([1e160, -1e9])),
)
REFUSED: st.SearchStrategy[Change] = st.sampled_from(
    [
        SetSettings.of(batch_size=1_000),
        SetSettings.of(hidden=(3,)),
        SetSettings.of(l2=-1.0),
        SetParameter(10_000, 0.5),
        SetParameter(0, math.inf),
        SetParameters(()),
        SetParameters(((1, 0.5), (1, 0.25))),
        SetFrozen(-1, True),
        RemoveImage(1_000),
        AddImage((0.0, 0.0, 0.0, 2.0), 1.0),
    ]
)


@dataclass
class LeftRun:
    """A run that was left, with the one beside it."""

    story: Story
    other: Story | None


class WholeMachine(RuleBasedStateMachine):
    """A trainer, and the story of what is done with it."""

    story: Story
    other: Story | None

    @initialize(config=st.one_of(CONFIGS, CONFIGS, YES_NO), everywhere=st.booleans())
    def begin(self, config: TrainingConfig, everywhere: bool) -> None:
        self.spacing = patch("core.run.timeline.SPACING", 0.0 if everywhere else 0.003)
        self.spacing.start()
        self.trainer = Trainer(config)
        self.story, self.other = Story([Stage.first(config)]), None
        self.before: list[LeftRun] = []
        self.later = 0  # so many of them, the first ones, were returned to this one from

    def teardown(self) -> None:
        if hasattr(self, "spacing"):
            self.spacing.stop()

    @invariant()
    def stands_where_the_story_says(self) -> None:
        """Compare what is seen with what was seen here, and with what follows from the story."""
        trainer, story = self.trainer, self.story
        now, here = trace(trainer), story.here
        assert trainer.run.moment == here.moment
        assert trainer.run.last_step == story.stages[-1].steps + story.is_blown
        assert trainer.run.config == here.config
        assert trainer.run.here.frozen == here.frozen
        assert len(trainer.run.here.images) == here.images
        assert len(trainer.run.here.coming_batch) == min(here.batch, here.left)
        assert trainer.run.multiply_adds == here.paid
        assert sum(steps * cost for steps, cost in trainer.snapshot().steps_by_cost) == here.paid
        known = {stage.steps: stage.paid for stage in story.stages}
        assert [trainer.run.log.meter.total(step) for step in known] == list(known.values())
        assert now == story.seen.setdefault(here.moment, now)
        self.keeps_what_is_not_gone_on_with()

    def keeps_what_is_not_gone_on_with(self) -> None:
        """Compare the run beside it, and those that were left, with what was seen of them."""
        runs = [(left.run, left.other) for left in self.trainer.left]
        runs.append((self.trainer.run, self.trainer.other))
        stories = [*self.before, LeftRun(self.story, self.other)]
        for (run, other), told in zip(runs, stories, strict=True):
            beside = None if other is None else other.run
            for kept, story in ((run, told.story), (beside, told.other)):
                assert (kept is None) == (story is None)
                if kept is not None and story is not None:
                    assert kept.moment == story.here.moment
                    parameters = kept.here.network.parameters
                    assert parameters.tobytes() == story.seen[kept.moment][0]

    @rule(steps=st.integers(1, 7))
    def step(self, steps: int) -> None:
        self.manual_edits(lambda: self.trainer.run.run_for(math.inf, max_steps=steps))

    @rule()
    def step_in_two_parts(self) -> None:
        def step() -> None:
            self.trainer.run.advance()
            self.trainer.run.ensure_evaluated()

        self.manual_edits(step)

    def manual_edits(self, go: Callable[[], object]) -> None:
        """Take steps; a change that was taken back at the very end is not made again."""
        story, start = self.story, self.trainer.run.moment
        if story.stages[-1].steps == story.here.steps and not story.is_blown:
            story.cut()
        go()
        assert self.trainer.run.moment > start or self.trainer.run.outcome is not None
        story.stand_at(self.trainer.run.moment)
        story.is_blown = self.trainer.run.last_step > story.stages[-1].steps

    @rule(change=st.one_of(CHANGES, CHANGES, STOPS_AND_BLOWS))
    def change(self, change: Change) -> None:
        self.make(change)

    @rule(change=st.builds(SetFrozen, st.integers(0, 3), st.booleans()))
    def freeze(self, change: Change) -> None:
        self.make(change)

    def make(self, change: Change) -> None:
        """Make a change, which may be refused; before the end, that starts a branch."""
        trainer, story = self.trainer, self.story
        try:
            trainer.apply(change)
        except ConfigError:
            return  # the invariant sees that nothing was changed
        if story.is_blown or story.here.steps < story.stages[-1].steps:
            self.other = story.copy()
        story.cut()
        story.add(change)

    @rule(change=REFUSED)
    def change_to_what_cannot_be(self, change: Change) -> None:
        try:
            self.trainer.apply(change)
        except ConfigError:
            return
        raise AssertionError("it was not refused")

    @rule(place=st.floats(0, 1))
    def go_to_a_moment(self, place: float) -> None:
        """Travel to a moment where the run stood before."""
        moments = sorted(self.story.seen)
        moment = moments[round(place * (len(moments) - 1))]
        assert self.trainer.run.knows(moment)
        self.trainer.run.go_to(moment)
        self.story.stand_at(moment)

    @rule(place=st.floats(0, 1))
    def go_to_a_step(self, place: float) -> None:
        """Travel to a step, after all the changes there."""
        step, story = round(place * self.trainer.run.last_step), self.story
        self.trainer.run.go_to(self.trainer.run.moment_at(step))
        if step != story.here.steps:
            last = min(step, story.stages[-1].steps)
            story.at = max(at for at, stage in enumerate(story.stages) if stage.steps == last)

    @rule()
    def go_back(self) -> None:
        trainer, story = self.trainer, self.story
        moment = trainer.run.moment_before()
        if moment is None:
            assert story.here.moment == (0, story.carried)
            return
        if moment == trainer.run.moment:
            assert story.is_blown
        else:
            assert story.at > 0
            assert moment == story.stages[story.at - 1].moment
        trainer.run.go_to(moment)
        story.stand_at(moment)

    @rule()
    def swap(self) -> None:
        self.trainer.swap()
        if self.other is not None:
            self.story, self.other = self.other, self.story

    def leave(self) -> None:
        """Keep the run so far before another."""
        left = LeftRun(self.story.copy(), None if self.other is None else self.other.copy())
        self.before.append(left)
        self.later = 0

    def begun_with(self, config: TrainingConfig) -> Story:
        """Return a story that begins on the images as they are now."""
        edits = [
            change
            for change in self.story.changes[: self.story.at]
            if isinstance(change, AddImage | RemoveImage)
        ]
        base = self.story.stages[0].images
        story = Story([replace(Stage.first(config), images=base, left=base)])
        for edit in edits:
            story.add(edit)
        story.carried = len(edits)
        return story

    def has_room(self) -> bool:
        """Whether another run can be left, and none of those before has to go."""
        return len(self.before) < EMPTY_KEPT

    @precondition(has_room)
    @rule()
    def start_again(self) -> None:
        self.leave()
        has_steps = self.trainer.run.last_step > 0
        self.trainer.reset()
        if has_steps:
            self.other = self.story.copy()
        self.story = self.begun_with(self.story.here.config)

    @precondition(has_room)
    @rule(seed=st.integers(0, 50))
    def start_with_other_weights(self, seed: int) -> None:
        self.leave()
        self.trainer.restart(seed)
        self.story = self.begun_with(replace(self.story.here.config, seed=seed))
        self.other = None

    @precondition(has_room)
    @rule(hidden=st.sampled_from([(), (2,), (3,)]))
    def start_with_another_network(self, hidden: tuple[int, ...]) -> None:
        config = replace(self.story.here.config, hidden=hidden, activation="tanh")
        images = self.trainer.run.here.images
        self.leave()
        self.trainer.rebuild(config)
        assert np.array_equal(self.trainer.run.here.images.images, images.images)
        assert np.array_equal(self.trainer.run.here.images.targets, images.targets)
        self.story, self.other = self.begun_with(config), None

    @precondition(has_room)
    @rule(config=st.one_of(CONFIGS, YES_NO))
    def start_another(self, config: TrainingConfig) -> None:
        self.leave()
        self.trainer.open(config)
        self.story, self.other = Story([Stage.first(config)]), None

    @rule(goes_round=st.booleans())
    def return_to_the_run_before(self, goes_round: bool) -> None:
        is_first = self.later == len(self.before)
        is_there = bool(self.before) and (goes_round or not is_first)
        assert self.trainer.return_to_before(goes_round=goes_round) == is_there
        if is_there:
            is_empty = self.story.is_empty and not self.story.is_blown and self.other is None
            kept = [] if is_empty else [LeftRun(self.story, self.other)]
            left = self.before.pop()
            self.before[:0] = kept
            self.later = 0 if is_first else self.later + len(kept)
            self.story, self.other = left.story, left.other

    @rule()
    def save_and_open_in_another_program(self) -> None:
        self.trainer = read_session(bytes_of(self.trainer)).trainer()
        self.before, self.later = [], 0

    @precondition(has_room)
    @rule()
    def save_and_open(self) -> None:
        saved = bytes_of(self.trainer)
        self.leave()
        self.trainer.continue_with(read_session(saved).trainer())


WholeMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=30)
TestWhole = WholeMachine.TestCase
