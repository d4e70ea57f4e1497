"""Sessions: what is opened again is the same run, to the last bit, and goes on as the same."""

import json
import math
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import core
from core.engines import ENGINES, EXTRAS
from core.errors import ConfigError, SessionError
from core.files.reading import read_session
from core.files.record import nbytes_of, record_of
from core.files.session import CHECKPOINTS, MOST_CHANGES, session_of
from core.run.changes import Change, SetParameter, SetSettings
from core.run.snapshot import Snapshot
from core.run.stopping import Outcome
from core.run.trainer import Trainer
from core.settings.config import SETTINGS, TrainingConfig
from tests.core.run.test_travel import CHANGES, CONFIGS
from tests.core.sessions import (
    RUNS,
    bytes_of,
    changed,
    own_data,
    rewritten,
    started_again,
    trained,
)

SCHEMA = json.loads(
    (Path(core.__file__).parents[1] / "docs" / "session.schema.json").read_text("utf-8")
)
Action = int | float | str | Change


def seen(trainer: Trainer) -> dict[str, object]:
    """Return all that must be the same again, in a form that can be compared."""
    trainer.run.ensure_evaluated()
    now: Snapshot = trainer.snapshot()
    told: dict[str, object] = {
        "moment": trainer.run.moment,
        "last step": trainer.run.last_step,
        "journal": record_of(trainer.run, 0, 0).journal,
        "config": now.config,
        "images": trainer.run.here.images.images.tobytes()
        + trainer.run.here.images.targets.tobytes(),
        "batch": trainer.run.here.coming_batch.targets.tobytes(),
        "epoch": now.epoch,
        "step": None if now.change is None else now.change.tobytes(),
        "frozen": now.frozen,
        "outcome": (now.outcome, now.diverged_at),
        "parameters": now.parameters.tobytes(),
        "previous": None if now.previous is None else now.previous.tobytes(),
        "loss": repr(now.loss),
        "gradient": None if now.gradient is None else now.gradient.tobytes(),
        "bill": [trainer.run.log.meter.total(step) for step in range(trainer.run.last_step + 1)],
        "curve": curve(now),
        "tests": [array.tolist() for array in vars(record_of(trainer.run, 0, 0).tests).values()],
        "earlier": None,
    }
    if now.previous_run is not None:
        previous_run = now.previous_run
        told["earlier"] = (
            previous_run.step_settings, previous_run.loss, previous_run.there, previous_run.here,
            curve(previous_run),
        )  # fmt: skip
    return told


def curve(of: object) -> tuple[object, ...]:
    """Return a curve to the last bit."""
    found = getattr(of, "curve")  # noqa: B009
    arrays = (found.minimum, found.maximum, found.mean, found.last, found.nonfinite)
    return (
        found.width,
        found.length,
        dict(found.passed),
        *(array.tobytes() for array in arrays),
    )


def opened_again(trainer: Trainer) -> Trainer:
    """Write a run, read it, and make one of what was read."""
    return read_session(bytes_of(trainer)).trainer()


@pytest.mark.parametrize("kind", RUNS)
def test_a_session_opens_on_the_same_moment_and_goes_on_the_same_way(kind: str) -> None:
    run = RUNS[kind]()
    again = opened_again(run)
    assert seen(again) == seen(run)
    for trainer in (run, again):
        trainer.run.run_for(math.inf, max_steps=5)
    assert seen(again) == seen(run)
    for step in (again.run.last_step // 2, 0, again.run.last_step):
        for trainer in (run, again):
            trainer.run.go_to(trainer.run.moment_at(step))
        assert seen(again) == seen(run)


@pytest.mark.parametrize("kind", ["branched", "started_again"])
def test_the_run_beside_it_is_there_as_well(kind: str) -> None:
    run = RUNS[kind]()
    again = opened_again(run)
    for _ in range(2):
        for trainer in (run, again):
            trainer.swap()
            trainer.run.run_for(math.inf, max_steps=2)
        assert seen(again) == seen(run)


def do(trainer: Trainer, action: Action) -> None:
    """Do what a person may do."""
    if isinstance(action, int):
        for _ in range(action):
            trainer.run.step()
    elif isinstance(action, float):
        trainer.run.go_to(trainer.run.moment_at(round(action * trainer.run.last_step)))
    elif action == "again":
        trainer.reset()
    elif action == "swap":
        trainer.swap()
    elif action == "back":
        moment = trainer.run.moment_before()
        if moment is not None:
            trainer.run.go_to(moment)
    elif not isinstance(action, str):
        with suppress(ConfigError):
            trainer.apply(action)


ACTIONS: st.SearchStrategy[Action] = st.one_of(
    st.integers(1, 7),
    st.floats(0, 1),
    st.sampled_from(["again", "swap", "back", "save", "save"]),
    CHANGES,
    st.sampled_from([3.0, 1e200]).map(lambda value: SetSettings.of(learning_rate=value)),
    st.builds(SetParameter, st.integers(0, 3), st.sampled_from([1e160, -1e9])),
)


@given(CONFIGS, st.lists(ACTIONS, max_size=16))
def test_saving_and_opening_changes_nothing_whatever_else_is_done(
    config: TrainingConfig, actions: list[Action]
) -> None:
    run, saved = Trainer(config), Trainer(config)
    for action in [*actions, "save", 3]:
        if action == "save":
            saved = opened_again(saved)
        else:
            do(run, action)
            do(saved, action)
        assert seen(saved) == seen(run)


@pytest.mark.parametrize("kind", RUNS)
def test_what_is_read_is_written_the_same(kind: str) -> None:
    written = bytes_of(RUNS[kind]())
    assert rewritten(read_session(written)) == written


@pytest.mark.parametrize("kind", RUNS)
def test_what_is_written_follows_the_schema(kind: str) -> None:
    Draft202012Validator(SCHEMA).validate(json.loads(bytes_of(RUNS[kind]())))


def test_the_schema_is_one_and_names_every_setting_and_every_change() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    settings_told = SCHEMA["$defs"]["settings"]
    later = {name for name, setting in SETTINGS.items() if setting.came_later}
    assert set(settings_told["properties"]) == set(SETTINGS)
    assert set(settings_told["required"]) == set(SETTINGS) - later
    kinds = SCHEMA["$defs"]["change"]["properties"]["kind"]["enum"]
    assert kinds == [cls.__name__ for cls in Change.__args__]


def test_settings_that_came_later_are_in_the_file_only_where_they_are_not_as_usual() -> None:
    later = {name: setting for name, setting in SETTINGS.items() if setting.came_later}
    plain = json.loads(bytes_of(trained(TrainingConfig(), 1)))["run"]["settings"]
    assert not later.keys() & plain.keys()
    config = TrainingConfig(schedule="step", decay_factor=0.5, clip_norm=2.0)
    told = json.loads(bytes_of(trained(config, 1)))["run"]["settings"]
    assert {name: told[name] for name in later if name in told} == {
        "schedule": "step",
        "decay_factor": 0.5,
        "clip_norm": 2.0,
    }


def test_parameters_can_be_read_by_a_person_and_are_exact() -> None:
    run = trained(TrainingConfig(), 7)
    told = json.loads(bytes_of(run))["run"]["here"]
    assert told["moment"] == [7, 0]
    assert told["parameters"] == run.run.here.network.parameters.tolist()


def test_own_images_are_in_the_file() -> None:
    data = replace(own_data(5), scale=255.0)
    run = trained(TrainingConfig(data=data, images=5), 2)
    told = json.loads(bytes_of(run))["data"]
    assert (told["name"], told["scale"]) == ("mine.csv", 255)
    assert told["rows"] == np.column_stack([data.batch.images, data.batch.targets]).tolist()
    again = opened_again(run)
    assert again.run.config.data == data
    assert again.run.config.data is not None
    assert (again.run.config.data.name, again.run.config.data.scale) == ("mine.csv", 255.0)


def test_many_own_images_are_in_the_file_too() -> None:
    data = own_data(20_000)
    run = Trainer(TrainingConfig(data=data, images=len(data)))
    assert opened_again(run).run.config.data == data


def test_a_step_whose_loss_is_not_there_yet_is_kept() -> None:
    run = trained(TrainingConfig(hidden=(3,), images=20), 4)
    run.run.advance()
    again = opened_again(run)
    assert again.run.moment == run.run.moment == (5, 0)
    assert not again.run.here.is_evaluated
    assert seen(again) == seen(run)
    assert len(again.run.log.history) == 6


def test_a_step_to_infinity_whose_loss_is_not_there_yet_is_undone() -> None:
    run = Trainer(TrainingConfig(learning_rate=1e200))
    run.apply(SetParameter(0, 1e150))  # so that the gradient is as large
    run.run.ensure_evaluated()
    run.run.advance()
    assert run.run.outcome is None
    assert not np.isfinite(run.run.here.network.parameters).all()
    again = opened_again(run)
    assert again.run.step_count == run.run.step_count - 1
    assert np.isfinite(again.run.here.network.parameters).all()
    again.run.step()
    assert again.run.outcome is not None


def kept_in_a_file(config: TrainingConfig, steps: int) -> list[int]:
    """Return the steps of which a file keeps a moment, after a run that kept each of them."""
    trainer = Trainer(config)
    for _ in range(steps):
        trainer.run.step()
        trainer.run.log.keep(trainer.run.here.checkpoint(trainer.run.log.done))
    checkpoints = session_of(trainer, (0.0, 0.0, 0.0, 0.0)).run.checkpoints
    return [checkpoint.moment[0] for checkpoint in checkpoints]


def test_a_run_of_many_steps_keeps_moments_on_the_way_and_a_large_network_few() -> None:
    # A thousand at most, evenly, the last one among them: every second of 2,000, every third of
    # 2,001.
    small = TrainingConfig(images=10)
    assert CHECKPOINTS == 1_000
    assert kept_in_a_file(small, 1_000) == list(range(1, 1_001))
    assert kept_in_a_file(small, 2_000) == list(range(2, 2_001, 2))
    assert kept_in_a_file(small, 2_001) == list(range(3, 2_002, 3))
    # 4·700 + 700 + 700·700 + 700 + 700 + 1 parameters, twice 8 bytes each: two such moments fit
    # into 16 MiB, so that of three every second is kept.
    assert kept_in_a_file(TrainingConfig(hidden=(700, 700), images=2), 3) == [1, 3]


def test_a_session_of_a_long_run_opens_near_any_moment() -> None:
    run = RUNS["long"]()
    again = opened_again(run)
    assert len(again.run.log.timeline) == len(run.run.log.timeline) <= CHECKPOINTS
    for step in (0, 1, 4_567, 9_000):
        for trainer in (run, again):
            trainer.run.go_to(trainer.run.moment_at(step))
        assert (
            again.run.here.network.parameters.tobytes() == run.run.here.network.parameters.tobytes()
        )


def test_a_run_that_was_changed_too_often_is_refused_in_words() -> None:
    run = trained(TrainingConfig(images=2), 1)
    run.run.log.journal = [*changed().run.log.journal[:1]] * (MOST_CHANGES + 1)
    with pytest.raises(SessionError, match="10,001 changes"):
        session_of(run, (0.0, 0.0, 0.0, 0.0))


def test_a_run_whose_weights_grow_while_its_loss_does_not_opens_again() -> None:
    # Behind a sigmoid that is flat, each step makes the weights 999 times as large.
    config = TrainingConfig(output="sigmoid", l2=1e4, images=20, pixels="continuous")
    for steps in (100, 101, 102, 103, 104, 150):
        run = trained(config, steps)
        assert (
            opened_again(run).run.here.network.parameters.tobytes()
            == run.run.here.network.parameters.tobytes()
        )
    assert trained(config, 150).run.outcome is Outcome.DIVERGED


def test_a_file_that_an_editor_wrote_again_opens() -> None:
    run = trained(TrainingConfig(), 3)
    data = b"\xef\xbb\xbf" + bytes_of(run).replace(b"\n", b"\r\n")
    again = read_session(data).trainer()
    assert again.run.here.network.parameters.tobytes() == run.run.here.network.parameters.tobytes()


def test_a_run_too_large_for_a_file_is_refused_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("core.files.session.MOST_BYTES", 2**20 + 2_000)
    run = Trainer(TrainingConfig(hidden=(8,), optimizer="adam"))
    words = "would be larger than 1 MiB: adam needs 5 numbers per weight"
    with pytest.raises(SessionError, match=f"^{words}$"):
        session_of(run, (0.0, 0.0, 0.0, 0.0))
    # What sgd keeps of as many weights is less, and fits.
    assert session_of(Trainer(TrainingConfig(hidden=(8,))), (0.0, 0.0, 0.0, 0.0)).other is None


def test_a_run_that_just_fits_into_a_file_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    # Four parameters, and the same one step before, of 8 bytes; the step that patience saw; base64
    # takes four bytes for three. And a mebibyte for all the rest.
    run = Trainer(TrainingConfig())
    here = run.run.here.checkpoint(0)
    assert nbytes_of(here) == 2 * 4 * 8 + here.state.count.nbytes
    most = 2**20 + nbytes_of(here) * 4 // 3
    monkeypatch.setattr("core.files.session.MOST_BYTES", most)
    assert session_of(run, (0.0,) * 4).run.config == run.run.config
    monkeypatch.setattr("core.files.session.MOST_BYTES", most - 1)
    with pytest.raises(SessionError, match="would be larger than"):
        session_of(run, (0.0,) * 4)


def test_the_other_run_is_left_out_where_both_do_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    run = trained(TrainingConfig(), 3)
    run.apply(SetSettings.of(learning_rate=0.2))
    run.reset()
    both = session_of(run, (0.0,) * 4)
    assert both.other is not None
    assert both.started_again
    assert (both.run.last_step, both.other.last_step) == (0, 3)
    alone = 2**20 + both.run.nbytes * 4 // 3
    together = 2**20 + (both.run.nbytes + both.other.nbytes) * 4 // 3
    for most, fits in ((together, True), (together - 1, False), (alone, False)):
        monkeypatch.setattr("core.files.session.MOST_BYTES", most)
        session = session_of(run, (0.0,) * 4)
        assert (session.other is not None, session.started_again) == (fits, fits)


def test_the_selected_image_is_kept() -> None:
    run = Trainer(TrainingConfig())
    assert read_session(bytes_of(run, (0.0, 1.0, 0.35, 0.1))).image == (0.0, 1.0, 0.35, 0.1)


def test_a_file_that_was_changed_opens_on_its_own_numbers() -> None:
    told = json.loads(bytes_of(trained(TrainingConfig(), 7)))
    told["run"]["here"]["parameters"][1] = 0.5
    again = read_session(json.dumps(told).encode()).trainer()
    assert again.run.here.network.parameters[1] == 0.5
    again.run.ensure_evaluated()
    assert again.snapshot().curve.at(7).last == again.run.loss
    again.run.go_to((0, 0))
    assert again.run.here.network.parameters.tolist() == [0.98, 0.4, 0.86, -0.08]


def test_starting_again_at_once_keeps_the_previous_run() -> None:
    run = trained(TrainingConfig(), 9)
    run.reset()
    run.reset()
    run.swap()
    assert run.run.last_step == 9


def test_going_on_with_another_run_keeps_the_one_before() -> None:
    run = trained(TrainingConfig(), 3)
    before = seen(run)
    opened = opened_again(changed())
    expected = seen(opened_again(changed()))
    run.continue_with(opened)
    assert seen(run) == expected
    run.run.go_to((0, 0))
    assert run.return_to_before()
    assert seen(run) == before


def test_settings_that_differ_in_one_bit_stay_different() -> None:
    config = replace(TrainingConfig(), learning_rate=math.nextafter(0.1, 1))
    assert opened_again(Trainer(config)).run.config == config


@pytest.mark.parametrize("name", EXTRAS)
def test_a_session_of_an_engine_that_is_not_installed_opens_with_matrix_and_says_so(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer, told = changed(), json.loads(bytes_of(changed()))
    assert read_session(json.dumps(told).encode()).absent_engine is None
    monkeypatch.delitem(ENGINES, name, raising=False)
    assert told["run"]["settings"]["engine"] == "matrix"
    told["run"]["settings"]["engine"] = name
    for entry in told["run"]["journal"]:
        for pair in entry["change"].get("values", ()):
            if pair[0] == "engine":
                pair[1] = name
    session = read_session(json.dumps(told).encode())
    assert session.absent_engine == name
    again = session.trainer()
    assert session.run.config.engine == again.run.config.engine == "matrix"
    parameters = again.run.here.network.parameters
    assert parameters.tobytes() == trainer.run.here.network.parameters.tobytes()
    again.run.go_to((0, 0))
    again.run.go_to(trainer.run.moment)
    assert again.run.here.network.parameters == pytest.approx(parameters, rel=1e-12)
    assert read_session(rewritten(session)).absent_engine is None


def test_a_run_beside_it_of_an_engine_that_is_not_installed_opens_with_matrix_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = json.loads(bytes_of(started_again()))
    monkeypatch.delitem(ENGINES, "compiled", raising=False)
    told["other"]["run"]["settings"]["engine"] = "compiled"
    session = read_session(json.dumps(told).encode())
    assert session.absent_engine == "compiled"
    assert session.other is not None
    assert session.other.config.engine == "matrix"


@pytest.mark.parametrize("values", [7, [7], [["engine"]], [["engine", ["compiled"]]], None])
def test_an_engine_is_not_looked_for_where_a_file_has_something_else(values: object) -> None:
    told = json.loads(bytes_of(changed()))
    told["run"]["journal"][0]["change"]["values"] = values
    with pytest.raises(SessionError):
        read_session(json.dumps(told).encode())
    told["run"]["journal"] = values
    with pytest.raises(SessionError):
        read_session(json.dumps(told).encode())
