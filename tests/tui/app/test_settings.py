"""The settings screen: with what a run can go on it goes on, and anything else starts another."""

from dataclasses import replace

import pytest
from textual import events

from core import TrainingConfig
from core.run.changes import AddImage, RemoveImage
from core.run.stopping import Outcome
from core.settings.presets import PRESETS
from tests.tui.program import Program, opened
from tui.screens.settings.form import PRESET_FOLD, TITLE, field_of
from tui.screens.settings.settings import Form, SettingsScreen


def form_of(program: Program) -> Form:
    """The form on the screen."""
    return program.app.screen.query_one(Form)


def rows_of(program: Program) -> list[str]:
    """All its rows, from top to bottom of the screen."""
    form = form_of(program)
    return [form.render_line(y).text.rstrip() for y in range(form.size.height)]


async def choose(program: Program, name: str, *keys: str) -> None:
    """Open the settings, go to a field and press keys there; then take it all."""
    if not isinstance(program.app.screen, SettingsScreen):
        await program.press("c")
    await program.press("home")
    program.send(*["down"] * form_of(program).sheet.fields.index(name), *keys)
    await program.arrived()


def below(program: Program) -> str:
    """What the screen says that taking it all would do."""
    return rows_of(program)[-2].strip()


def about(program: Program) -> str:
    """What the screen says of the selected field, or what is wrong."""
    return " ".join(" ".join(rows_of(program)[-4:-2]).split())


async def test_the_run_goes_on_with_what_keeps_it_and_one_change_holds_it_all() -> None:
    async with opened() as program:
        await program.step(3)
        before = program.snapshot
        await choose(program, "learning_rate", *"0.25")
        await choose(program, "optimizer", "right")
        await choose(program, "batch_size", *"100")
        told = "The run continues (learning rate, batch size, optimizer); press b to undo."
        assert below(program) == told
        await program.press("enter")
        config = program.trainer.run.config
        assert (config.learning_rate, config.optimizer, config.batch_size) == (
            0.25,
            "momentum",
            100,
        )
        assert program.trainer.run.moment == (3, 1)
        assert not program.trainer.left
        assert program.snapshot.parameters.tobytes() == before.parameters.tobytes()
        assert "0.1 → 0.25" in program.words("commentary")
        await program.step()
        assert program.snapshot.step == 4
        # Taken back at once, it is as it was.
        await program.press("b", "b")
        assert program.trainer.run.config == before.config
        assert (program.snapshot.step, program.snapshot.loss) == (3, before.loss)


async def test_what_no_run_can_go_on_with_starts_another_and_b_comes_back() -> None:
    async with opened() as program:
        await program.step(3)
        await choose(program, "learning_rate", *"0.25")
        await choose(program, "hidden", *"3")
        assert below(program) == "Starts a new run (hidden layers); press b to return to this run."
        await program.press("enter")
        assert program.trainer.run.config == TrainingConfig(hidden=(3,), learning_rate=0.25)
        assert program.trainer.run.moment == (0, 0)
        await program.press("b")
        assert program.trainer.run.config == TrainingConfig()
        assert program.trainer.run.step_count == 3


def field(program: Program, title: str) -> str:
    """What stands in a field, by its name on the screen."""
    rows = rows_of(program)
    start = f"{title:<{TITLE}} "
    return next(row for row in rows if row[1:].startswith(start))[len(start) + 1 :]


async def test_the_tasks_question_and_what_becomes_of_the_biases_are_explained() -> None:
    async with opened() as program:
        await choose(program, "task")
        assert about(program) == (
            "the question that the network learns to answer: How dark is this image?"
        )
        assert field(program, "biases").startswith("auto: no ")
        await program.press("right")
        assert about(program) == (
            "the question that the network learns to answer: How much contrast is there?"
        )
        await choose(program, "hidden", "4")
        assert field(program, "biases").startswith("auto: yes ")
        await choose(program, "bias")
        assert about(program) == (
            "each neuron adds a learned constant: its bias: yes or no; "
            "left empty: yes with hidden layers or a yes/no task, otherwise no"
        )
        await choose(program, "steps")
        assert about(program) == (
            "stop after this many steps: 0 to 1,000,000,000,000; left empty: never"
        )


async def test_presets_are_a_list_and_the_one_chosen_opens_and_explains_what_to_watch() -> None:
    async with opened() as program:
        await program.step(2)
        await program.press("c")
        assert not any("xor" in row for row in rows_of(program)[:-4])
        await program.press("enter")
        rows = rows_of(program)
        for preset, row in zip(PRESETS.values(), rows[1:], strict=False):
            assert row == f"   {preset.title:<25}  {preset.about}"
            assert len(row) <= 78
        await choose(program, field_of("xor-without"))
        assert below(program) == "Starts this preset; press b to return to this run."
        await program.press("enter")
        preset = PRESETS["xor-without"]
        assert program.trainer.run.config == preset.config
        assert program.trainer.run.moment == (0, 0)
        assert program.app.remark == preset.lines


async def test_a_presets_values_can_be_taken_and_changed_and_given_up() -> None:
    async with opened() as program:
        await program.press("c", "enter")
        await choose(program, field_of("xor-with"), "right")
        assert field(program, "task").startswith("xor ")
        await program.press("left")
        assert field(program, "task").startswith("darkness ")
        await program.press("right")
        await choose(program, "seed", "7")
        await program.press("enter")
        assert program.trainer.run.config == replace(PRESETS["xor-with"].config, seed=7)


async def test_the_preset_of_this_run_changes_nothing_and_how_to_restart_is_shown() -> None:
    async with opened() as program:
        await program.step(2)
        await program.press("c", "enter", "down")
        assert below(program) == "This run is this preset; press esc, then r to restart it."
        await program.press("enter")
        assert program.trainer.run.moment == (2, 0)


async def test_what_has_no_part_in_the_run_is_one_row_until_enter_opens_it() -> None:
    async with opened(size=(80, 60)) as program:
        await program.press("c")
        row = next(row for row in rows_of(program) if "more for" in row)
        assert row == " + 12 more for other optimizers or schedules"
        assert not any(row.startswith(" beta 1") for row in rows_of(program))
        await choose(program, "learning", "enter")
        assert field(program, "beta 1").startswith("0.9 ")
        await program.press("enter")
        assert not any(row.startswith(" beta 1") for row in rows_of(program))
        # With its optimizer a setting is in sight, and what was typed there stays in sight.
        await choose(program, "optimizer", *["right"] * 3)
        assert field(program, "optimizer").startswith("adam ")
        assert field(program, "beta 1").startswith("0.9 ")
        await choose(program, "beta1", *"0.5")
        await choose(program, "optimizer", "right")
        assert field(program, "optimizer").startswith("sgd ")
        assert field(program, "beta 1").startswith("0.5 ")
        assert "+ 11 more for other optimizers or schedules" in " ".join(rows_of(program))


async def test_the_keys_of_a_row_are_shown_with_it_and_whether_there_are_more_rows() -> None:
    async with opened() as program:
        await program.press("c")
        assert rows_of(program)[-1].split("   ")[1:3] == ["enter open or close", "esc cancel"]
        assert rows_of(program)[-1].endswith("▼")
        await program.press("right", "down")
        assert "enter start it" in rows_of(program)[-1]
        await program.press("end")
        keys = " ↑↓ choose   ←→ change   type a value   enter apply   esc cancel"
        assert rows_of(program)[-1].startswith(f"{keys} ")
        for width, left_out in ((60, "   type a value"), (50, "   ←→ change")):
            await program.resize(width, 24)
            keys = keys.replace(left_out, "")
            assert rows_of(program)[-1].startswith(keys)
            assert rows_of(program)[-1].endswith("▲")
        await program.resize(80, 24)
        assert rows_of(program)[-1].endswith("▲")


async def test_a_pasted_value_is_taken_like_a_typed_one() -> None:
    async with opened() as program:
        for pasted, typed in ((" 0.25\nline 2", "0.25"), ("0.2\x076", "0.26"), ("", "0.26")):
            await choose(program, "learning_rate")
            program.app.post_message(events.Paste(pasted))
            await program.arrived()
            assert field(program, "learning rate").startswith(f"{typed} ")
        # What is pasted behind typed characters goes on with them.
        await program.press(*"0.")
        program.app.post_message(events.Paste("75"))
        await program.arrived()
        await program.press("enter")
        assert program.trainer.run.config.learning_rate == 0.75


async def test_a_list_is_no_seed_and_the_screen_stays_open_with_the_reason() -> None:
    async with opened() as program:
        await choose(program, "data_seed")
        program.app.post_message(events.Paste("8,4"))
        await program.arrived()
        assert about(program) == "data seed must be a whole number (got '8,4')"
        await program.press("enter")
        assert isinstance(program.app.screen, SettingsScreen)
        await program.press("escape")
        assert program.trainer.run.config == TrainingConfig()


@pytest.mark.parametrize("name", [name for name in PRESETS if name != "essay"])
async def test_a_preset_that_it_starts_on_explains_what_to_watch_too(name: str) -> None:
    async with opened(PRESETS[name].config) as program:
        assert program.app.remark == PRESETS[name].lines


async def test_a_preset_opens_even_where_the_run_could_go_on_to_it() -> None:
    async with opened(TrainingConfig(learning_rate=0.2)) as program:
        await program.step(2)
        # The default network's is the same but for the rate; typed by hand, that would keep the
        # run.
        await program.press("c", "enter", "down", "enter")
        assert program.trainer.run.config == TrainingConfig()
        assert program.trainer.run.moment == (0, 0)
        await program.press("b")
        assert program.trainer.run.moment == (2, 0)
        await choose(program, "learning_rate", *"0.1")
        await program.press("enter")
        assert program.trainer.run.config == TrainingConfig()
        assert program.trainer.run.moment == (2, 1)


async def test_a_run_that_ended_goes_on_with_a_later_stop_and_shows_where_it_stops() -> None:
    async with opened(TrainingConfig(steps=3)) as program:
        await program.run(3)
        assert program.snapshot.outcome is Outcome.STEPS_TAKEN
        await choose(program, "steps", *"5")
        await program.press("enter")
        assert program.snapshot.outcome is None
        await program.run(5)
        assert program.snapshot.outcome is Outcome.STEPS_TAKEN
        assert program.snapshot.step == 5
        assert "To continue: c, set a later stop." in program.words("commentary")
        await choose(program, "steps", "delete")
        await choose(program, "until_loss", *"10")
        await program.press("enter")
        assert program.snapshot.outcome is Outcome.LOSS_REACHED
        assert (
            "Target loss reached at step 5: loss 0.0866, over all 1,000 images."
            in program.words("commentary")
        )


async def test_a_batch_larger_than_the_images_left_is_refused_with_a_reason() -> None:
    async with opened(TrainingConfig(images=6)) as program:
        program.app.controller.change_run(RemoveImage(0))
        await program.arrived()
        await choose(program, "batch_size", *"6")
        await program.press("enter")
        assert program.trainer.run.config.batch_size is None
        assert program.trainer.run.moment == (0, 1)
        words = "No: batch size must be 1 to 5, the number of training images (got 6)."
        assert program.words("commentary").endswith(words)


async def test_a_batch_may_include_images_that_were_added() -> None:
    async with opened(TrainingConfig(images=6)) as program:
        program.app.controller.change_run(AddImage((1.0, 1.0, 1.0, 1.0), 2.0))
        await program.arrived()
        await choose(program, "batch_size", *"7")
        assert below(program) == "The run continues (batch size); press b to undo."
        await program.press("enter")
        assert program.trainer.run.config.batch_size == 7
        # As many images of another draw are not there.
        await choose(program, "data_seed", *"5")
        assert "must be 1 to 6, the number of training images (got 7)" in about(program)
        await program.press("escape")
        await choose(program, "hidden", *"3")
        await program.press("enter")
        assert program.trainer.run.config.hidden == (3,)
        assert len(program.trainer.run.here.coming_batch) == 7


async def test_another_run_that_cannot_learn_from_an_added_image_is_refused_with_a_reason() -> None:
    async with opened(TrainingConfig(images=6, output="sigmoid")) as program:
        program.app.controller.change_run(AddImage((1.0, 1.0, 1.0, 1.0), 2.0))
        await program.arrived()
        await choose(program, "loss", *"bce")
        await program.press("enter")
        assert program.trainer.run.config.loss == "mse"
        assert program.trainer.run.moment == (0, 1)
        assert program.words("commentary").startswith(
            "No: the label must be 0 to 1 with bce (got 2)"
        )


async def test_leaving_the_screen_changes_nothing() -> None:
    async with opened() as program:
        await choose(program, "learning_rate", *"0.25")
        await program.press("escape")
        assert program.trainer.run.config == TrainingConfig()
        await choose(program, "learning_rate", *"0.25", "backspace", "backspace", "backspace")
        await program.press("enter")
        assert isinstance(program.app.screen, SettingsScreen), "0. is no rate: it stays open"


async def test_the_form_scrolls_only_as_far_as_the_selected_field_needs() -> None:
    async with opened() as program:
        await program.press("c", "home")
        form = form_of(program)
        height = form.size.height - 5
        fields = form.sheet.fields

        def place() -> int:
            """The row that the selected field stands in."""
            marks = [form.render_line(y).text[0] for y in range(height)]
            assert marks.count("▸") == 1
            return marks.index("▸")

        down = [place()]
        for _ in fields[1:]:
            await program.press("down")
            down.append(place())
        # Once it has come to the lowest row it stays there, and the rows move up under it.
        assert down[0] == 0
        lowest = down.index(height - 1)
        assert down[:lowest] == sorted(set(down[:lowest]))
        assert set(down[lowest:]) == {height - 1}
        up = []
        for _ in fields[1:]:
            await program.press("up")
            up.append(place())
        # On the way back two rows above it are in sight: the heading of its group, and the gap.
        highest = up.index(2)
        assert up[:highest] == sorted(set(up[:highest]), reverse=True)
        assert set(up[highest:-1]) == {2}
        assert up[-1] == 0


async def test_home_end_pages_and_groups_go_to_their_fields() -> None:
    async with opened(size=(120, 60)) as program:
        await program.press("c")
        sheet = form_of(program).sheet

        def selected() -> str | None:
            rows = form_of(program).sheet.rows
            (name,) = (row.name for row in rows if row.line and row.line[0].text == "▸")
            return name

        fields, starts = sheet.fields, sheet.starts
        assert starts == (PRESET_FOLD, "task", "hidden", "loss", "until_loss", "engine")
        await program.press("end")
        assert selected() == fields[-1]
        await program.press("up", "down", "down")
        assert selected() == fields[-1], "there is no more"
        await program.press("home")
        assert selected() == fields[0]
        await program.press("pagedown")
        assert selected() == fields[10]
        await program.press("pageup")
        assert selected() == fields[0]
        for start in (*starts[1:], starts[0]):
            await program.press("tab")
            assert selected() == start
        for start in (*reversed(starts), starts[-1]):
            await program.press("shift+tab")
            assert selected() == start
