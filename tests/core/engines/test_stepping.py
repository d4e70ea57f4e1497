"""Engines that take many steps in one call: the runs that the matrix engine has, step by step."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.arrays import IsCancelled
from core.engines import compiled, gpu
from core.run.changes import SetParameter, SetSettings
from core.run.stopping import Outcome
from core.run.trainer import Trainer
from tests.core.engines.stepping import (
    BINARY,
    MIXED,
    SOME,
    Some,
    assert_near,
    bits,
    config_of,
    stepped_by_parts,
    stepped_in,
)

NEEDS = {
    "compiled": pytest.mark.skipif(
        not compiled.is_installed(), reason="numba is missing: pip install '.[fast]'"
    ),
    "gpu": pytest.mark.skipif(
        not gpu.is_installed(), reason="torch is missing: pip install '.[torch]'"
    ),
}
pytestmark = pytest.mark.parametrize(
    "engine", [pytest.param(name, marks=mark) for name, mark in NEEDS.items()]
)


def test_the_bits_do_not_depend_on_how_many_steps_a_call_takes(engine: str) -> None:
    for config in (replace(each, engine=engine) for each in [*MIXED, *SOME]):
        at_once = stepped_in(config, 14)
        assert at_once.run.step_count == 14
        for other in (
            stepped_in(config, *[1] * 14),
            stepped_in(config, 3, 11),
            stepped_by_parts(config, 14),
        ):
            assert bits(other) == bits(at_once), config


def test_a_deadline_that_passes_before_the_first_call_leaves_it_one_step(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Trainer(config_of({"images": 30}, {"engine": engine})).run
    look = run.ensure_evaluated

    def look_while_a_key_comes(cancelled: IsCancelled | None = None) -> None:
        look(cancelled)
        run.deadline.pass_now()

    monkeypatch.setattr(run, "ensure_evaluated", look_while_a_key_comes)
    assert run.run_for(math.inf, max_steps=5) == 1


def test_fourteen_steps_are_the_matrix_engines(engine: str) -> None:
    for config in [*MIXED, *SOME]:
        ours, theirs = Trainer(replace(config, engine=engine)), Trainer(config)
        for trainer in (ours, theirs):
            trainer.run.run_for(math.inf, max_steps=14)
        assert_near(ours.run, theirs.run, rel=1e-11)


@pytest.mark.parametrize(
    "changed",
    [
        {"learning_rate": 2.0},
        {"learning_rate": 2.0, "batch_size": 7},
        {"learning_rate": 90.0, "hidden": (4,), "activation": "relu"},
        {"learning_rate": 1e200, "hidden": (4,)},
        {"learning_rate": 1e308, "hidden": (4,), "optimizer": "momentum"},
        BINARY | {"learning_rate": 1e308, "hidden": (3,), "loss": "bce"},
    ],
    ids=str,
)
def test_a_run_diverges_at_the_matrix_engines_step_and_the_step_is_undone(
    engine: str, changed: Some
) -> None:
    theirs = Trainer(config_of({"images": 30}, changed))
    ours = Trainer(replace(theirs.run.config, engine=engine))
    for trainer in (ours, theirs):
        trainer.run.run_for(math.inf, max_steps=3_000)
    assert ours.run.outcome is theirs.run.outcome is Outcome.DIVERGED
    assert ours.run.here.diverged_at == theirs.run.here.diverged_at
    assert ours.run.step_count == theirs.run.step_count
    assert np.isfinite(ours.run.here.network.parameters).all()
    before = bits(ours)
    ours.run.go_to((0, 0))
    ours.run.go_to((theirs.run.step_count, 0))
    assert bits(ours) == before


def test_a_weight_that_becomes_infinite_behind_a_tanh_ends_the_steps(engine: str) -> None:
    trainer = Trainer(config_of({"hidden": (2,), "images": 10, "engine": engine}))
    trainer.apply(SetParameter(0, 1e308))
    trainer.apply(SetSettings.of(learning_rate=1e308))
    trainer.run.run_for(math.inf, max_steps=50)
    assert trainer.run.outcome is Outcome.DIVERGED
    assert np.isfinite(trainer.run.here.network.parameters).all()


def test_it_stops_at_the_loss_and_the_step_that_are_asked_for(engine: str) -> None:
    other = Trainer(config_of({"images": 50, "until_loss": 1e-3}))
    stop = Trainer(replace(other.run.config, engine=engine))
    for trainer in (stop, other):
        trainer.run.run_for(math.inf)
        assert trainer.run.outcome is Outcome.LOSS_REACHED
    assert stop.run.step_count == other.run.step_count
    steps = Trainer(config_of({"images": 50, "steps": 12_345, "batch_size": 9, "engine": engine}))
    steps.run.run_for(math.inf)
    assert steps.run.outcome is Outcome.STEPS_TAKEN
    assert steps.run.step_count == 12_345
    assert len(steps.run.log.history) == 12_346


def test_stop_conditions_that_look_at_every_step_are_judged_at_every_step(engine: str) -> None:
    stops: Some = {"task": "diagonal", "images": 40, "until_accuracy": 0.9, "patience": 200}
    other = Trainer(config_of(stops))
    trainer = Trainer(replace(other.run.config, engine=engine))
    for each in (trainer, other):
        each.run.run_for(math.inf, max_steps=5_000)
    assert trainer.run.outcome is other.run.outcome
    assert trainer.run.step_count == other.run.step_count


def test_an_engine_moves_by_another_rule_from_now_on(engine: str) -> None:
    other = stepped_in(config_of({"hidden": (3,), "images": 20}), 5)
    trainer = stepped_in(replace(other.run.config, engine=engine), 5)
    for each in (trainer, other):
        each.apply(SetSettings.of(optimizer="adam", learning_rate=0.01))
        each.run.run_for(math.inf, max_steps=5)
        each.apply(SetSettings.of(learning_rate=0.2, l2=0.1))
        each.run.run_for(math.inf, max_steps=5)
    assert trainer.run.here.network.parameters == pytest.approx(
        other.run.here.network.parameters, rel=1e-11
    )
    for each in (trainer, other):
        each.run.go_to((3, 0))
        each.run.go_to((15, 2))
    assert trainer.run.here.network.parameters == pytest.approx(
        other.run.here.network.parameters, rel=1e-11
    )
