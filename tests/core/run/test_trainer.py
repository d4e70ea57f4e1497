"""The trainer: steps, endings, changes, and what a snapshot says of them."""

import math
import threading
from dataclasses import replace
from itertools import chain, count, repeat
from types import SimpleNamespace

import numpy as np
import pytest

from core.arrays import Cancelled, IsCancelled
from core.engines import ENGINES
from core.engines.engine import Evaluation, Problem
from core.engines.matrix import MatrixEngine
from core.errors import ConfigError
from core.images.batches import Batches
from core.images.images import Batch
from core.metrics.effort import StepTimes
from core.metrics.previous_run import Mark
from core.network.network import initial_parameters
from core.run.changes import Change, SetSettings
from core.run.snapshot import Snapshot
from core.run.stopping import DIVERGENCE_FACTOR, Outcome
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig

DEFAULT = TrainingConfig()
DEEP = TrainingConfig(hidden=(4,), images=50, batch_size=12)

every_run = pytest.mark.parametrize("config", [DEFAULT, DEEP], ids=["essay's", "mini-batches"])
every_engine = pytest.mark.parametrize("engine", ENGINES)


def assert_same_run(one: Trainer, other: Trainer) -> None:
    """Bit for bit, all that a run is."""
    a, b = one.snapshot(), other.snapshot()
    assert (a.step, a.epoch, a.outcome, a.diverged_at) == (
        b.step,
        b.epoch,
        b.outcome,
        b.diverged_at,
    )
    assert a.parameters.tobytes() == b.parameters.tobytes()
    assert a.curve.last.tobytes() == b.curve.last.tobytes()
    assert a.multiply_adds == b.multiply_adds
    assert (a.loss is None, a.gradient is None) == (b.loss is None, b.gradient is None)
    if a.gradient is not None and b.gradient is not None:
        assert a.gradient.tobytes() == b.gradient.tobytes()
        assert repr(a.loss) == repr(b.loss)  # of the same bits, NaN too


def run(config: TrainingConfig, steps: int) -> Trainer:
    trainer = Trainer(config)
    trainer.run.run_for(math.inf, max_steps=steps)
    return trainer


def in_a_thread(trainer: Trainer) -> Evaluation:
    """Compute in a thread, as the screen does with a long step."""
    results: list[Evaluation] = []
    thread = threading.Thread(target=lambda: results.append(trainer.run.compute(lambda: False)))
    thread.start()
    thread.join()
    return results[0]


class TestSteps:
    @every_run
    def test_it_is_at_the_start_until_it_is_asked(self, config: TrainingConfig) -> None:
        snapshot = Trainer(config).snapshot()
        assert (snapshot.step, snapshot.epoch, snapshot.multiply_adds) == (0, 0, 0)
        known = (snapshot.loss, snapshot.gradient, snapshot.change, snapshot.previous)
        assert known == (None,) * 4
        assert (snapshot.outcome, snapshot.previous_run) == (None, None)
        assert snapshot.step_times == StepTimes()
        assert snapshot.curve.length == 0
        start = initial_parameters(config.architecture, config.seed)
        assert snapshot.parameters.tobytes() == start.tobytes()

    @every_run
    def test_a_step_is_the_rate_times_the_gradient_downhill(self, config: TrainingConfig) -> None:
        trainer = Trainer(config)
        trainer.run.ensure_evaluated()
        for _ in range(9):
            before = trainer.snapshot()
            trainer.run.step()
            now = trainer.snapshot()
            assert before.change is not None
            assert now.previous is not None
            assert now.step == before.step + 1
            assert now.previous.tobytes() == before.parameters.tobytes()
            assert now.parameters.tobytes() == (before.parameters + before.change).tobytes()

    def test_loss_and_gradient_are_of_the_very_parameters_and_the_coming_batch(self) -> None:
        trainer = run(DEEP, 7)
        snapshot = trainer.snapshot()
        batch = Batches(trainer.run.here.images, 12, 0).at(7)
        predictions = trainer.run.here.network.forward(batch.images)[-1][:, 0]
        assert snapshot.loss == pytest.approx(float(np.mean((predictions - batch.targets) ** 2)))
        assert snapshot.batch_size == len(batch) == 12
        assert snapshot.too_high == int((predictions > batch.targets).sum())
        assert snapshot.too_low == 12 - snapshot.too_high
        # 50 images in batches of 12: five steps an epoch, the last one of 2 images.
        assert snapshot.epoch == 1
        assert run(DEEP, 9).snapshot().batch_size == 2

    @every_run
    @every_engine
    def test_however_its_steps_are_cut_up_a_run_is_the_same(
        self, config: TrainingConfig, engine: str
    ) -> None:
        config = replace(config, engine=engine, images=min(config.images, 60))
        whole = run(config, 14)
        single = Trainer(config)
        for _ in range(14):
            single.run.step()
        shown = Trainer(config)
        for steps in (3, 1, 0, 10):
            shown.run.ensure_evaluated()
            shown.snapshot((1.0, 0.0, 0.5, 0.5))
            assert shown.run.run_for(math.inf, max_steps=steps) == steps
        assert_same_run(whole, single)
        assert_same_run(whole, shown)

    @every_run
    @every_engine
    def test_by_a_thread_it_is_the_same_bit_for_bit(
        self, config: TrainingConfig, engine: str
    ) -> None:
        config = replace(config, engine=engine, images=min(config.images, 60))
        by_thread = Trainer(config)
        by_thread.run.accept(in_a_thread(by_thread))
        for step in range(1, 13):
            by_thread.run.advance()
            assert not by_thread.run.here.is_evaluated
            waiting = by_thread.snapshot()
            assert waiting.step == step
            assert (waiting.loss, waiting.gradient) == (None, None)
            assert waiting.curve.length == step
            by_thread.run.accept(in_a_thread(by_thread))
            assert by_thread.run.here.is_evaluated
        assert_same_run(run(config, 12), by_thread)

    def test_the_two_ways_mix(self) -> None:
        mixed = run(DEEP, 4)
        mixed.run.advance()
        mixed.run.run_for(math.inf, max_steps=3)  # evaluates what is missing, then steps
        mixed.run.advance()
        mixed.run.ensure_evaluated()
        assert_same_run(run(DEEP, 9), mixed)

    def test_without_a_gradient_there_is_nothing_to_step_by(self) -> None:
        with pytest.raises(RuntimeError, match="the gradient is not computed yet"):
            Trainer(DEFAULT).run.advance()

    def test_it_takes_at_least_one_step_however_little_time_there_is(self) -> None:
        trainer = Trainer(DEFAULT)
        assert trainer.run.run_for(0.0) == 1
        assert trainer.run.run_for(-1.0) == 1
        assert trainer.run.step_count == 2

    def test_it_ends_when_its_time_is_over_and_measures_its_steps(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # On clocks that go a second further whenever they are read: the wall clock at the start,
        # after each step and at the end; that of the thread also around the first evaluation.
        seconds, busy = count(1), count(1)
        clock = SimpleNamespace(
            perf_counter=lambda: float(next(seconds)), thread_time=lambda: float(next(busy))
        )
        monkeypatch.setattr("core.run.run.time", clock)
        monkeypatch.setattr("core.run.stepper.time", clock)
        trainer = Trainer(DEFAULT)
        # Begun at 1, over at 11; the steps end at 2, 3, … 11.
        assert trainer.run.run_for(10.0) == 10
        assert trainer.snapshot().step_times == StepTimes(((12 - 1) / 10,))
        assert trainer.run.here.measured == (4 - 1) / 10
        # What another engine takes, where its own device has too little memory, is none of these.
        vars(trainer.run.here.engine)["is_replaced"] = True
        assert trainer.snapshot().step_times == StepTimes()

    def test_the_first_step_is_no_row_if_its_thread_waited_for_another_one(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # It takes 8 ms, in which its thread computes for 0.1 ms.
        trainer = Trainer(DEFAULT)
        trainer.run.ensure_evaluated()
        wall, busy = chain((0.0,), repeat(0.008)), iter((0.0, 0.0001))
        clock = SimpleNamespace(perf_counter=lambda: next(wall), thread_time=lambda: next(busy))
        monkeypatch.setattr("core.run.run.time", clock)
        monkeypatch.setattr("core.run.stepper.time", clock)
        assert trainer.run.run_for(math.inf, max_steps=1) == 1
        assert trainer.snapshot().step_times == StepTimes()

    def test_the_time_of_a_step_in_two_parts_is_that_of_both(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # The update takes 2 s of the thread, the evaluation 1 s.
        busy = iter((0.0, 1.0, 10.0, 12.0, 20.0, 21.0))
        clock = SimpleNamespace(thread_time=lambda: next(busy), perf_counter=lambda: 0.0)
        monkeypatch.setattr("core.run.run.time", clock)
        monkeypatch.setattr("core.run.stepper.time", clock)
        trainer = Trainer(DEFAULT)
        trainer.run.accept(trainer.run.compute())
        trainer.run.advance()
        trainer.run.accept(trainer.run.compute())
        assert trainer.snapshot().step_times == StepTimes((3.0,))

    def test_no_step_wanted_is_no_step_taken(self) -> None:
        trainer = Trainer(DEFAULT)
        assert trainer.run.run_for(math.inf, max_steps=0) == 0
        assert trainer.run.step_count == 0

    def test_a_long_step_is_foreseen(self) -> None:
        short = Trainer(DEFAULT).run.here.evaluation_seconds
        assert 0 < short < 1e-3
        assert Trainer(replace(DEFAULT, engine="loops")).run.here.evaluation_seconds > short
        long = Trainer(TrainingConfig(hidden=(1000, 1000), images=100_000))
        assert long.run.here.evaluation_seconds > 1


class TestOneEvaluationAStep:
    @pytest.fixture
    def evaluations(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        sizes: list[int] = []

        class Counting(MatrixEngine):
            def evaluate(self, batch: Batch, cancelled: IsCancelled | None = None) -> Evaluation:
                sizes.append(len(batch))
                return super().evaluate(batch, cancelled)

        def build(problem: Problem) -> MatrixEngine:
            return Counting(problem)

        monkeypatch.setitem(ENGINES, "matrix", build)
        return sizes

    def test_the_shown_loss_is_that_of_the_next_step(self, evaluations: list[int]) -> None:
        trainer = Trainer(DEFAULT)
        assert len(evaluations) == 0
        trainer.run.ensure_evaluated()
        assert len(evaluations) == 1
        for step in range(1, 11):
            trainer.run.step()
            trainer.run.ensure_evaluated()
            trainer.snapshot()
            assert len(evaluations) == step + 1

    def test_so_it_is_in_a_run(self, evaluations: list[int]) -> None:
        Trainer(DEFAULT).run.run_for(math.inf, max_steps=100)
        assert len(evaluations) == 101

    def test_and_with_mini_batches(self, evaluations: list[int]) -> None:
        Trainer(DEEP).run.run_for(math.inf, max_steps=9)
        # Each point of the curve is its batch's loss; no pass over all images in between.
        assert evaluations == [12, 12, 12, 12, 2, 12, 12, 12, 12, 2]

    def test_another_rate_needs_no_other_gradient(self, evaluations: list[int]) -> None:
        trainer = Trainer(DEFAULT)
        trainer.run.ensure_evaluated()
        trainer.apply(SetSettings.of(learning_rate=0.5))
        trainer.run.step()
        assert len(evaluations) == 2


class TestTarget:
    def test_it_ends_with_the_first_step_at_or_below_it(self) -> None:
        losses = run(DEFAULT, 60).run.log.history.curve().last
        target = float(losses[40])
        trainer = Trainer(replace(DEFAULT, until_loss=target))
        assert trainer.run.run_for(math.inf) == 40
        snapshot = trainer.snapshot()
        assert snapshot.outcome is Outcome.LOSS_REACHED
        assert snapshot.loss == target
        assert (snapshot.step, snapshot.diverged_at) == (40, None)

    def test_then_no_further_step_is_taken(self) -> None:
        trainer = Trainer(replace(DEFAULT, until_loss=0.1))
        trainer.run.run_for(math.inf)
        ended = trainer.snapshot()
        trainer.run.step()
        trainer.run.advance()
        assert trainer.run.run_for(1.0) == 0
        assert trainer.snapshot().step == ended.step
        assert trainer.snapshot().curve.length == ended.step + 1

    @pytest.mark.parametrize("evaluated", [False, True], ids=["at once", "evaluated before"])
    def test_a_start_that_is_good_enough_takes_no_step(self, evaluated: bool) -> None:
        trainer = Trainer(replace(DEFAULT, until_loss=1.0))
        if evaluated:
            trainer.run.ensure_evaluated()
        assert trainer.run.run_for(math.inf) == 0
        assert trainer.run.outcome is Outcome.LOSS_REACHED

    def test_by_a_thread_it_ends_at_the_same_step(self) -> None:
        config = replace(DEFAULT, until_loss=0.05)
        by_thread = Trainer(config)
        by_thread.run.accept(by_thread.run.compute())
        while by_thread.run.outcome is None:
            by_thread.run.advance()
            by_thread.run.accept(by_thread.run.compute())
        at_once = Trainer(config)
        at_once.run.run_for(math.inf)
        assert_same_run(at_once, by_thread)


class TestDivergence:
    @every_engine
    def test_rate_1_diverges_and_keeps_at_which_step(self, engine: str) -> None:
        config = replace(DEFAULT, learning_rate=1.0, engine=engine)
        trainer = run(config, 1000)
        snapshot = trainer.snapshot()
        assert snapshot.outcome is Outcome.DIVERGED
        assert snapshot.quadratic is not None
        assert 0.8 < snapshot.quadratic.stable_learning_rate < 1
        assert snapshot.diverged_at == snapshot.step == snapshot.curve.length - 1
        # It ended with the first loss a million times the start's, not earlier and not later.
        losses = snapshot.curve.last
        assert losses[-2] <= DIVERGENCE_FACTOR * losses[0] < losses[-1]
        assert snapshot.loss == losses[-1]
        assert np.isfinite(snapshot.parameters).all()
        assert trainer.run.run_for(1.0) == 0

    @every_engine
    @pytest.mark.parametrize("rate", [1e160, 1e300])
    def test_the_last_finite_parameters_are_kept(self, engine: str, rate: float) -> None:
        config = replace(DEFAULT, learning_rate=rate, engine=engine, images=50)
        trainer = run(config, 10)
        snapshot = trainer.snapshot()
        assert snapshot.outcome is Outcome.DIVERGED
        assert snapshot.diverged_at == 1
        # The loss of step 1 is no finite number: what is shown is what came before it.
        assert snapshot.step == 0
        assert snapshot.parameters.tolist() == [0.98, 0.4, 0.86, -0.08]
        assert math.isfinite(snapshot.reading.prediction)
        assert snapshot.curve.length == 2
        assert snapshot.curve.last[1] == math.inf
        trainer.run.ensure_evaluated()
        evaluated = trainer.snapshot()
        assert evaluated.loss == snapshot.curve.last[0]
        assert evaluated.curve.length == 2
        assert trainer.run.run_for(1.0) == 0

    @pytest.mark.parametrize(
        "config",
        [
            TrainingConfig(hidden=(4, 4), activation="relu", learning_rate=1e200, images=20),
            TrainingConfig(hidden=(4, 4), activation="linear", learning_rate=1e80, images=20),
            TrainingConfig(hidden=(4,), activation="linear", learning_rate=30, images=20),
            TrainingConfig(output="sigmoid", loss="bce", learning_rate=1e308, images=20),
            TrainingConfig(hidden=(3,), learning_rate=1e308, images=20, batch_size=6),
            TrainingConfig(output="sigmoid", l2=1e4, images=20, pixels="continuous"),
            TrainingConfig(hidden=(3,), output="sigmoid", l2=1e4, images=20, batch_size=1),
        ],
        ids=["relu", "linear", "slowly", "cross-entropy", "mini-batches", "flat", "flat, hidden"],
    )
    def test_what_is_shown_is_always_finite(self, config: TrainingConfig) -> None:
        for gradient in ("backprop", "nudge"):
            trainer = run(replace(config, gradient=gradient), 200)
            trainer.run.ensure_evaluated()
            snapshot = trainer.snapshot()
            assert np.isfinite(snapshot.parameters).all()
            assert math.isfinite(snapshot.reading.prediction)
            if snapshot.outcome is Outcome.DIVERGED:
                assert snapshot.diverged_at in (snapshot.step, snapshot.step + 1)

    def test_by_a_thread_it_diverges_at_the_same_step(self) -> None:
        for rate in (1.0, 1e300):
            config = replace(DEFAULT, learning_rate=rate)
            by_thread = Trainer(config)
            by_thread.run.accept(in_a_thread(by_thread))
            while by_thread.run.outcome is None:
                by_thread.run.advance()
                by_thread.run.accept(in_a_thread(by_thread))
            assert_same_run(run(config, 1000), by_thread)

    def test_one_half_converges(self) -> None:
        trainer = run(replace(DEFAULT, learning_rate=0.5), 300)
        assert trainer.run.outcome is None
        assert trainer.run.here.network.parameters == pytest.approx([0.25] * 4, abs=1e-6)

    def test_a_loss_that_rises_a_little_is_no_divergence(self) -> None:
        config = TrainingConfig(images=50, batch_size=1, learning_rate=0.5)
        trainer = run(config, 500)
        losses = trainer.run.log.history.curve().last
        assert trainer.run.outcome is None
        assert (np.diff(losses) > 0).any()

    def test_a_start_without_error_is_no_reason_to_end(self) -> None:
        # The limit then comes from the targets: a thousandth of loss is not a divergence.
        trainer = Trainer(DEFAULT)
        trainer.run.here.network.parameters[:] = 0.25
        trainer.run.run_for(math.inf, max_steps=50)
        assert trainer.run.outcome is None

    def test_a_reset_lets_it_run_again(self) -> None:
        trainer = run(replace(DEFAULT, learning_rate=1.0), 1000)
        trainer.apply(SetSettings.of(learning_rate=0.5))
        trainer.reset()
        assert (trainer.run.outcome, trainer.run.here.diverged_at) == (None, None)
        assert trainer.run.run_for(math.inf, max_steps=100) == 100


class TestCancelled:
    @every_run
    def test_a_run_called_off_goes_on_as_if_nothing_had_been(self, config: TrainingConfig) -> None:
        for asks in range(0, 60, 7):
            trainer = Trainer(config)
            count = 0

            def cancelled(asks: int = asks) -> bool:
                nonlocal count
                count += 1
                return count > asks

            taken = trainer.run.run_for(math.inf, cancelled=cancelled)
            assert taken == trainer.run.step_count
            assert not trainer.run.here.is_evaluated
            waiting = trainer.snapshot()
            assert waiting.loss is None
            assert waiting.curve.length == waiting.step
            trainer.run.run_for(math.inf, max_steps=20 - taken)
            assert_same_run(run(config, 20), trainer)

    def test_a_computation_called_off_changes_nothing(self) -> None:
        trainer = run(DEEP, 5)
        trainer.run.advance()
        before = trainer.snapshot()
        with pytest.raises(Cancelled):
            trainer.run.compute(lambda: True)
        after = trainer.snapshot()
        assert after.parameters.tobytes() == before.parameters.tobytes()
        assert (after.step, after.curve.length) == (6, 6)
        trainer.run.ensure_evaluated()
        assert_same_run(run(DEEP, 6), trainer)

    @every_run
    def test_a_deadline_that_another_thread_lets_pass_ends_it_between_two_steps(
        self, config: TrainingConfig
    ) -> None:
        trainer = Trainer(replace(config, steps=10**9))
        taken: list[int] = []
        thread = threading.Thread(target=lambda: taken.append(trainer.run.run_for(math.inf)))
        thread.start()
        while thread.is_alive():
            trainer.run.deadline.pass_now()
            thread.join(0.001)
        assert taken == [trainer.run.step_count]
        again = Trainer(replace(config, steps=10**9))
        again.run.run_for(math.inf, max_steps=taken[0])
        assert_same_run(again, trainer)

    def test_it_is_asked_often_enough(self) -> None:
        # A machine of its day does some 10⁹ multiply-adds a second in one call of this kind; with
        # at most 4 · 10⁷ of them between two questions, an answer is never far.
        trainer = Trainer(TrainingConfig(hidden=(300, 300), images=2_000))
        asked = 0

        def cancelled() -> bool:
            nonlocal asked
            asked += 1
            return False

        trainer.run.compute(cancelled)
        assert asked > trainer.snapshot().cost.step / 4e7


class TestChanges:
    def test_another_rate_holds_from_the_next_step(self) -> None:
        trainer = run(DEFAULT, 3)
        before = trainer.snapshot()
        trainer.apply(SetSettings.of(learning_rate=0.5))
        assert trainer.run.here.is_evaluated
        assert trainer.snapshot().loss == before.loss
        trainer.run.step()
        assert before.gradient is not None
        expected = before.parameters - 0.5 * before.gradient
        assert trainer.run.here.network.parameters.tobytes() == expected.tobytes()

    @pytest.mark.parametrize(
        "change", [SetSettings.of(engine="loops"), SetSettings.of(gradient="nudge")]
    )
    def test_another_way_keeps_the_place(self, change: Change) -> None:
        trainer = run(DEEP, 3)
        before = trainer.snapshot()
        trainer.apply(change)
        # What was known was known by the other way: it is found again.
        assert not trainer.run.here.is_evaluated
        trainer.run.ensure_evaluated()
        now = trainer.snapshot()
        assert now.parameters.tobytes() == before.parameters.tobytes()
        assert (now.step, now.curve.length, now.multiply_adds) == (3, 4, before.multiply_adds)
        assert now.gradient == pytest.approx(before.gradient, abs=1e-5)
        trainer.run.run_for(math.inf, max_steps=5)
        assert trainer.run.here.network.parameters == pytest.approx(
            run(DEEP, 8).run.here.network.parameters, abs=1e-5
        )

    def test_the_same_way_again_costs_nothing(self) -> None:
        trainer = run(DEEP, 3)
        for change in (
            SetSettings.of(engine="matrix"),
            SetSettings.of(gradient="backprop"),
            SetSettings.of(learning_rate=0.1),
        ):
            trainer.apply(change)
        assert trainer.run.here.is_evaluated
        assert_same_run(run(DEEP, 3), trainer)

    def test_each_step_costs_what_it_cost_when_it_was_taken(self) -> None:
        trainer = run(DEFAULT, 3)
        trainer.apply(SetSettings.of(gradient="nudge"))
        assert trainer.run.multiply_adds == 3 * 8_004
        trainer.run.run_for(math.inf, max_steps=2)
        trainer.apply(SetSettings.of(engine="loops"))
        trainer.apply(SetSettings.of(gradient="backprop"))
        trainer.run.step()
        assert trainer.run.multiply_adds == 4 * 8_004 + 2 * 20_004

    def test_another_optimizer_begins_with_nothing_remembered(self) -> None:
        trainer = run(replace(DEEP, optimizer="momentum"), 5)
        assert trainer.run.here.state.slots.any()
        before = trainer.snapshot()
        trainer.apply(SetSettings.of(optimizer="adam", beta1=0.8))
        assert trainer.run.here.is_evaluated
        assert trainer.run.here.state.slots.shape == (3, len(before.parameters))
        assert not trainer.run.here.state.slots.any()
        assert trainer.run.here.state.count == 0
        trainer.run.step()
        assert trainer.run.here.state.count == 1
        assert before.gradient is not None
        assert trainer.run.here.state.slots[0] == pytest.approx(0.2 * before.gradient, rel=1e-12)

    def test_what_an_optimizer_is_set_to_changes_as_it_goes_on(self) -> None:
        for name, change in (
            ("momentum", SetSettings.of(momentum=0.5, nesterov=True)),
            ("rmsprop", SetSettings.of(alpha=0.5, centered=True)),
            ("adam", SetSettings.of(beta2=0.5, amsgrad=True, l1=0.1, learning_rate=0.01)),
        ):
            for engine in ENGINES:
                trainer = run(replace(DEEP, optimizer=name, engine=engine), 5)
                slots, count = (
                    trainer.run.here.state.slots.tobytes(),
                    trainer.run.here.state.count.item(),
                )
                trainer.apply(change)
                assert trainer.run.here.is_evaluated
                assert trainer.run.here.state.slots.tobytes() == slots
                assert trainer.run.here.state.count == count
                change_to_come = trainer.snapshot().change
                before = trainer.run.here.network.parameters.copy()
                trainer.run.step()
                added = trainer.run.here.network.parameters - before
                assert added == pytest.approx(change_to_come, rel=1e-9, abs=1e-15)

    def test_another_batch_size_begins_a_new_epoch(self) -> None:
        # 50 images: two batches of 12, then the rest of epoch 0 is left and epoch 1 is cut by 20.
        # What is shown counts the epochs that are complete.
        trainer = run(DEEP, 2)
        paid, per_image = trainer.run.multiply_adds, 2 * 20 + 4
        assert paid == 2 * (12 * per_image + 25)
        trainer.apply(SetSettings.of(batch_size=20))
        assert not trainer.run.here.is_evaluated
        whole = Batches(trainer.run.here.images, 20, 0)
        for place, size in enumerate((20, 20, 10)):
            snapshot = trainer.snapshot()
            assert (snapshot.epoch, snapshot.batch_size) == (0, size)
            expected = whole.at(whole.per_epoch + place)
            assert trainer.run.here.coming_batch.targets.tolist() == expected.targets.tolist()
            trainer.run.ensure_evaluated()
            assert trainer.snapshot().curve.last[2 + place] == trainer.run.loss
            trainer.run.step()
        assert trainer.snapshot().epoch == 1
        assert trainer.run.multiply_adds == paid + 50 * per_image + 3 * 25
        # And all of them at once: the epoch is over, so none is left unfinished.
        trainer.apply(SetSettings.of(batch_size=None))
        assert trainer.snapshot().epoch == 1
        trainer.run.run_for(math.inf, max_steps=3)
        assert trainer.snapshot().epoch == 4
        assert trainer.run.multiply_adds == paid + 4 * 50 * per_image + 6 * 25

    def test_a_batch_that_takes_long_is_foreseen(self) -> None:
        config = TrainingConfig(hidden=(1000, 1000), images=100_000, batch_size=1)
        trainer = Trainer(config)
        assert trainer.run.here.evaluation_seconds < 0.1
        start = trainer.run.here.checkpoint(trainer.run.log.done)
        trainer.apply(SetSettings.of(batch_size=None))
        assert trainer.run.here.evaluation_seconds > 1
        trainer.run.restore(start)
        assert trainer.run.here.evaluation_seconds < 0.1

    def test_the_same_batch_size_in_other_words_begins_none(self) -> None:
        trainer = run(DEFAULT, 3)
        trainer.apply(SetSettings.of(batch_size=1000))
        assert trainer.run.here.is_evaluated
        assert_same_run(run(DEFAULT, 3), trainer)

    def test_the_cost_shows_the_other_method_beside(self) -> None:
        snapshot = Trainer(DEFAULT).snapshot()
        assert (snapshot.cost.step, snapshot.other_cost.step) == (8_004, 20_004)
        nudging = Trainer(replace(DEFAULT, gradient="nudge")).snapshot()
        assert (nudging.cost.step, nudging.other_cost.step) == (20_004, 8_004)

    def test_what_cannot_be_changes_nothing(self) -> None:
        trainer = run(DEFAULT, 3)
        for change in (
            SetSettings.of(learning_rate=-1.0),
            SetSettings.of(engine="abacus"),
            SetSettings.of(gradient="guess"),
        ):
            with pytest.raises(ConfigError):
                trainer.apply(change)
        assert trainer.run.config == DEFAULT
        assert_same_run(run(DEFAULT, 3), trainer)


class TestAgain:
    @every_run
    def test_a_reset_is_the_same_run_again(self, config: TrainingConfig) -> None:
        trainer = run(config, 7)
        trainer.reset()
        assert trainer.snapshot().step == 0
        assert trainer.snapshot().curve.length == 0
        trainer.run.run_for(math.inf, max_steps=7)
        assert_same_run(run(config, 7), trainer)

    def test_a_reset_keeps_the_settings(self) -> None:
        trainer = run(DEFAULT, 7)
        trainer.apply(SetSettings.of(learning_rate=0.5))
        trainer.reset()
        trainer.run.run_for(math.inf, max_steps=5)
        assert_same_run(run(replace(DEFAULT, learning_rate=0.5), 5), trainer)

    def test_a_restart_has_other_weights_and_the_same_images(self) -> None:
        trainer = run(DEFAULT, 7)
        images = trainer.run.here.images.images.tobytes()
        trainer.restart(8)
        assert trainer.run.config == replace(DEFAULT, seed=8)
        assert trainer.run.here.images.images.tobytes() == images
        trainer.run.run_for(math.inf, max_steps=5)
        assert_same_run(run(replace(DEFAULT, seed=8), 5), trainer)

    def test_seed_0_again_is_the_default_start(self) -> None:
        trainer = run(replace(DEFAULT, seed=8), 7)
        trainer.restart(0)
        assert trainer.run.here.network.parameters.tolist() == [0.98, 0.4, 0.86, -0.08]

    def test_a_seed_that_cannot_be_changes_nothing(self) -> None:
        trainer = run(DEFAULT, 3)
        with pytest.raises(ConfigError):
            trainer.restart(-1)
        assert_same_run(run(DEFAULT, 3), trainer)


class TestEarlier:
    def compared(self, first: int, change: Change | None, second: int) -> Snapshot:
        trainer = run(DEFAULT, first)
        if change is not None:
            trainer.apply(change)
        trainer.reset()
        trainer.run.run_for(math.inf, max_steps=second)
        return trainer.snapshot()

    def test_the_same_way_again_is_nothing_to_compare(self) -> None:
        assert self.compared(30, None, 30).previous_run is None

    def test_another_optimizer_is_another_way_and_a_stop_is_none(self) -> None:
        previous_run = self.compared(20, SetSettings.of(optimizer="adam", l2=0.1), 20).previous_run
        assert previous_run is not None
        assert previous_run.step_settings == DEFAULT
        idle = SetSettings.of(beta1=0.5, steps=10**6, until_loss=1e-9, patience=3)
        assert self.compared(20, idle, 20).previous_run is None

    def test_a_run_with_other_settings_keeps_the_previous_run(self) -> None:
        snapshot = self.compared(100, SetSettings.of(learning_rate=0.5), 40)
        previous_run = snapshot.previous_run
        assert previous_run is not None
        assert previous_run.step_settings == DEFAULT
        slow, fast = run(DEFAULT, 100), run(replace(DEFAULT, learning_rate=0.5), 40)
        assert previous_run.curve.last.tobytes() == slow.run.log.history.curve().last.tobytes()
        # The lowest of 1, 2, 5 × 10ᵏ that both have passed, and when each first did.
        both = max(slow.run.log.history.curve().last.min(), fast.run.log.history.curve().last.min())
        loss = previous_run.loss
        assert loss is not None
        digit, power = f"{loss:e}".split("e")
        assert float(digit) in (1, 2, 5)
        assert loss >= both > loss / 2.5
        for trainer, mark in ((slow, previous_run.there), (fast, previous_run.here)):
            passed = trainer.run.log.history.curve().last <= loss
            step = int(np.argmax(passed))
            assert mark == Mark(step, step * 8_004), power

    def test_the_other_method_costs_more_to_the_same_loss(self) -> None:
        previous_run = self.compared(30, SetSettings.of(gradient="nudge"), 30).previous_run
        assert previous_run is not None
        assert previous_run.there is not None
        assert previous_run.here is not None
        assert previous_run.there.step == previous_run.here.step
        assert previous_run.there.multiply_adds == previous_run.there.step * 8_004
        assert previous_run.here.multiply_adds == previous_run.here.step * 20_004

    def test_before_its_first_loss_there_is_no_loss_in_common(self) -> None:
        trainer = run(DEFAULT, 30)
        trainer.apply(SetSettings.of(learning_rate=0.5))
        trainer.reset()
        previous_run = trainer.snapshot().previous_run
        assert previous_run is not None
        assert (previous_run.loss, previous_run.here, previous_run.there) == (None, None, None)

    def test_a_start_without_a_step_leaves_the_run_before_it(self) -> None:
        trainer = run(DEFAULT, 30)
        trainer.apply(SetSettings.of(learning_rate=0.5))
        trainer.reset()
        trainer.reset()
        previous_run = trainer.snapshot().previous_run
        assert previous_run is not None
        assert previous_run.curve.length == 31

    def test_other_weights_are_not_compared(self) -> None:
        trainer = run(DEFAULT, 30)
        trainer.reset()
        trainer.apply(SetSettings.of(learning_rate=0.5))
        assert trainer.snapshot().previous_run is not None
        trainer.restart(5)
        trainer.run.run_for(math.inf, max_steps=5)
        assert trainer.snapshot().previous_run is None

    def test_a_run_that_changed_its_way_and_back_went_another_way(self) -> None:
        trainer = run(DEFAULT, 30)
        trainer.reset()
        trainer.apply(SetSettings.of(learning_rate=0.5))
        trainer.run.run_for(math.inf, max_steps=5)
        trainer.apply(SetSettings.of(learning_rate=0.1))
        trainer.run.run_for(math.inf, max_steps=5)
        assert trainer.snapshot().previous_run is not None


class TestSnapshot:
    def test_it_does_not_move_with_the_run(self) -> None:
        trainer = run(DEFAULT, 3)
        snapshot = trainer.snapshot()
        assert snapshot.gradient is not None
        assert snapshot.previous is not None
        arrays = (snapshot.parameters, snapshot.gradient, snapshot.previous, snapshot.curve.last)
        before = [array.tobytes() for array in arrays]
        trainer.run.run_for(math.inf, max_steps=20)
        trainer.reset()
        assert [array.tobytes() for array in arrays] == before

    def test_selecting_another_image_is_no_part_of_the_run(self) -> None:
        trainer = run(DEEP, 3)
        snapshot = trainer.snapshot()
        other = snapshot.with_image((1.0, 1.0, 1.0, 1.0))
        assert other.reading.image == (1.0, 1.0, 1.0, 1.0)
        assert other.reading.target == 1.0
        assert other.reading.prediction != snapshot.reading.prediction
        assert other.parameters is snapshot.parameters
        assert [level.shape for level in other.reading.activations] == [(4,), (4,), (1,)]
        assert_same_run(run(DEEP, 3), trainer)

    def test_its_quadratic_is_there_where_there_is_one(self) -> None:
        assert Trainer(DEFAULT).snapshot().quadratic is not None
        assert Trainer(DEEP).snapshot().quadratic is None
