"""Settings while a person changes them: read, checked, and what would follow."""

from core import TrainingConfig
from core.settings.config import SETTINGS
from core.settings.presets import PRESETS
from tui.screens.settings.draft import Draft
from tui.screens.settings.form import consequence


def draft_of(config: TrainingConfig | None = None) -> Draft:
    config = TrainingConfig() if config is None else config
    return Draft(config, config, {})


def test_untouched_it_is_the_run_as_it_is() -> None:
    for preset in PRESETS.values():
        draft = draft_of(preset.config)
        assert draft.config == preset.config
        assert (draft.problem, draft.differing) == (None, ())


def test_every_field_reads_what_it_writes() -> None:
    for preset in PRESETS.values():
        draft = draft_of(preset.config)
        for name in SETTINGS:
            draft = draft.typed(name, draft.text(name))
        assert draft.config == preset.config


def test_a_wrong_text_is_refused_and_keeps_the_config() -> None:
    draft = draft_of().typed("images", "many")
    assert draft.problem is not None
    assert (draft.problem.setting, draft.config) == ("images", TrainingConfig())
    draft = draft_of().typed("learning_rate", "0")
    assert draft.problem is not None
    assert draft.problem.problem == "must be a number above 0 (got 0)"
    assert draft.typed("learning_rate", "0.5").problem is None


def test_two_settings_that_do_not_fit_together_are_refused() -> None:
    draft = draft_of().typed("images", "10").typed("batch_size", "20")
    assert draft.problem is not None
    assert draft.problem.setting == "batch_size"


def test_it_states_whether_the_run_goes_on() -> None:
    assert consequence(draft_of()) == "Nothing is changed."
    kept = draft_of().typed("learning_rate", "0.5").typed("optimizer", "adam")
    assert kept.starting_anew == ()
    assert consequence(kept) == "The run continues (learning rate, optimizer); press b to undo."
    anew = kept.typed("hidden", "4")
    assert anew.starting_anew == ("hidden",)
    assert consequence(anew) == "Starts a new run (hidden layers); press b to return to this run."


def test_a_task_brings_what_goes_with_it() -> None:
    xor = draft_of().typed("task", "xor").config
    assert (xor.output, xor.loss, xor.bias) == ("sigmoid", "bce", True)
    back = draft_of().typed("task", "xor").typed("task", "darkness").config
    assert back == TrainingConfig()
    assert draft_of().typed("pixels", "black-white").config.images == 16


def test_arrows_go_through_the_values_of_a_field() -> None:
    draft = draft_of()
    assert draft.stepped("learning_rate", 1).config.learning_rate == 0.2
    assert draft.stepped("seed", 1).config.seed == 1
    assert draft.stepped("seed", -1).config.seed == 0
    assert draft.stepped("images", 1).config.images == 2000
    assert draft.stepped("hidden", 1).config.hidden == (2,)
    assert draft.stepped("engine", 1).config.engine == "loops"
    assert draft.stepped("nesterov", 1).config.nesterov
    assert draft.stepped("until_loss", 1).config.until_loss == 0.01
    assert draft.stepped("until_loss", 1).stepped("until_loss", -1).config.until_loss == 0.005


def test_no_arrow_leads_to_a_wrong_value_by_itself() -> None:
    for name, setting in SETTINGS.items():
        draft = draft_of()
        for by in (1, 1, 1, -1, -1, -1, -1, -1):
            draft = draft.stepped(name, by)
            assert setting.holds(setting.read(draft.text(name))), name


def test_options_of_another_optimizer_do_not_matter() -> None:
    draft = draft_of()
    assert not draft.matters(SETTINGS["beta1"])
    assert draft.typed("optimizer", "adam").matters(SETTINGS["beta1"])


def test_settings_of_another_schedule_do_not_matter() -> None:
    draft = draft_of()
    assert not draft.matters(SETTINGS["decay_steps"])
    assert draft.typed("schedule", "step").matters(SETTINGS["decay_steps"])
    assert draft.matters(SETTINGS["warmup_steps"])


def test_whole_numbers_go_along_1_2_5_10_down_to_the_least() -> None:
    draft = draft_of().typed("steps", "0")
    up = []
    for _ in range(6):
        draft = draft.stepped("steps", 1)
        up.append(draft.text("steps"))
    assert up == ["1", "2", "5", "10", "20", "50"]
    down = []
    for _ in range(7):
        draft = draft.stepped("steps", -1)
        down.append(draft.text("steps"))
    assert down == ["20", "10", "5", "2", "1", "0", ""], "and then never"
