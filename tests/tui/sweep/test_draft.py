"""What a sweep is to vary: what is offered, what is typed, and what follows."""

from dataclasses import replace

import pytest

from core import Cancelled, TrainingConfig
from tui.sweep.draft import GOAL, Draft, Plan

PLAIN = TrainingConfig(images=20, steps=10)


def plan_of(draft: Draft) -> Plan:
    plan = draft.plan()
    assert isinstance(plan, Plan)
    return plan


@pytest.mark.parametrize(
    ("config", "name", "text", "runs"),
    [
        (PLAIN, "learning_rate", "0.05,0.1,0.2,0.5", 12),
        (replace(PLAIN, hidden=(3,)), "hidden", "1,2,4,8", 12),
        (replace(PLAIN, hidden=(4, 4)), "hidden", "1+1,2+2,4+4,8+8", 12),
    ],
)
def test_what_is_offered_suits_the_run(
    config: TrainingConfig, name: str, text: str, runs: int
) -> None:
    draft = Draft.of(config)
    assert draft.texts == {name: text, "seed": "0..2"}
    plan = plan_of(draft)
    assert len(plan.grid) == runs
    assert plan.grid.first.images == 20
    title = {"hidden": "hidden neurons", "learning_rate": "learning rate"}[name]
    assert plan.words(78) == f"12 runs: {title} (4) × seed (3); a few seconds."
    assert plan.words(40) == "12 runs: 4 × 3; a few seconds."


def test_a_field_shows_the_run_until_it_is_typed_into() -> None:
    draft = Draft(replace(PLAIN, hidden=(4, 2), steps=None), {})
    assert draft.text("hidden") == "4+2"
    assert draft.text("steps") == "300"  # a run of a sweep must end
    assert draft.text("batch_size") == "none"
    assert draft.text(GOAL) == "none"
    typed = draft.typed("hidden", "1..3")
    assert typed.varies("hidden")
    assert typed.typed("hidden", "") == draft
    assert [config.hidden for config in plan_of(typed).grid] == [(1,), (2,), (3,)]


def test_seeds_change_fastest_and_a_task_brings_what_goes_with_it() -> None:
    draft = Draft(PLAIN, {"seed": "3,4", "task": "xor,and"})
    configs = list(plan_of(draft).grid)
    assert [(each.task, each.seed) for each in configs] == [
        ("xor", 3),
        ("xor", 4),
        ("and", 3),
        ("and", 4),
    ]
    assert {(each.loss, each.output) for each in configs} == {("bce", "sigmoid")}


def test_what_is_wrong_is_told_of_its_field() -> None:
    draft = Draft.of(PLAIN)
    for name, text, field, words in (
        ("hidden", "4,x", "hidden", "must be networks such as"),
        ("learning_rate", "0.1,0.1", "learning_rate", "must have each value once"),
        ("learning_rate", "0", "learning_rate", "must be a number above 0"),
        ("seed", "5..1", "seed", "lower end of a range first"),
        (GOAL, "much", GOAL, "must be a number of at least 0, or none (got 'much')"),
        (GOAL, "-1", GOAL, "must be a number of at least 0"),
        ("batch_size", "50", "batch_size", "12 of 12 combinations cannot be trained"),
        ("seed", "0..9999", "", "40,000 combinations are more than the 10,000"),
    ):
        found = draft.typed(name, text).plan()
        assert isinstance(found, tuple), text
        assert found[0] == field, text
        assert words in found[1], text


def test_a_goal_goes_with_the_sweep() -> None:
    assert plan_of(Draft.of(PLAIN)).goal is None
    assert plan_of(Draft.of(PLAIN).typed(GOAL, "0,01")).goal == 0.01


def test_checking_is_called_off_and_a_plan_is_not() -> None:
    draft = Draft.of(PLAIN)
    with pytest.raises(Cancelled):
        draft.plan(lambda: True)
    asked: list[bool] = []
    plan = draft.plan(lambda: bool(asked))
    assert isinstance(plan, Plan)
    asked.append(True)  # whoever checked it is done
    assert len(list(plan.grid)) == 12


def test_a_long_sweep_is_for_processes_and_says_so() -> None:
    plan = plan_of(Draft.of(PLAIN).typed("steps", "1000000"))
    assert "; roughly " in plan.words(78)
    assert "process" in plan.words(78)
    assert "seed" not in plan.words(50)
    assert plan.words(12) == "12 runs"
