"""The settings as rows: what fits in them, from the narrowest terminal to the widest."""

import numpy as np
import pytest
from rich.style import Style

from core import TrainingConfig
from core.images.images import Batch
from core.images.own_data import OwnData
from core.settings import SETTINGS, Group
from tests.tui.moments import PLAIN
from tests.tui.plain import text_of
from tui.screens.settings.draft import Draft
from tui.screens.settings.form import NARROW, TITLE, VALUE, Sheet


def row(width: int, name: str, *, preset: str = "", selected: str = "hidden") -> str:
    """A field's row of the default network's form."""
    draft = Draft(TrainingConfig(), TrainingConfig(), {})
    rows = Sheet(draft, preset, selected, PLAIN, width).rows()
    (line,) = (row.line for row in rows if row.name == name)
    assert sum(len(piece.text) for piece in line) <= max(width, TITLE + 4 + 3)
    return text_of([line])


@pytest.mark.parametrize(
    ("width", "room"), [(NARROW - 1, NARROW - TITLE - 4), (40, 20), (25, 5), (24, 4), (10, 4)]
)
def test_a_narrow_form_leaves_all_its_room_to_the_values(width: int, room: int) -> None:
    assert row(width, "preset", preset="x" * room) == f" {'preset':<{TITLE}} {'x' * room}"
    cut = "x" * (room - 1) + "…"
    assert row(width, "preset", preset="x" * (room + 1)) == f" {'preset':<{TITLE}} {cut}"


@pytest.mark.parametrize("width", [NARROW, NARROW + 1, 80, 100])
def test_a_wide_form_explains_each_setting_beside_its_value(width: int) -> None:
    setting, room = SETTINGS["images"], width - TITLE - VALUE - 4
    about = setting.about if len(setting.about) <= room else setting.about[: room - 1] + "…"
    start = f"{setting.title:<{TITLE}} {'1000':<{VALUE}}  "
    assert row(width, "images") == f" {start}{about}"
    assert row(width, "images", selected="images") == f"▸{start}{about}"
    whole, cut = "x" * VALUE, "x" * (VALUE - 1) + "…"
    assert f" {whole}  " in row(width, "preset", preset=whole)
    assert f" {cut}  " in row(width, "preset", preset=f"{whole}x")


def test_the_selected_field_is_highlighted_and_a_changed_one_marked() -> None:
    draft = Draft(TrainingConfig(), TrainingConfig(), {}).typed("images", "20")

    def styles(name: str, selected: str) -> list[Style | None]:
        rows = Sheet(draft, "", selected, PLAIN, 80).rows()
        (line,) = (row.line for row in rows if row.name == name)
        return [piece.style for piece in line[1:3]]

    assert styles("images", "images") == [PLAIN.text, PLAIN.selected]
    assert styles("images", "seed") == [PLAIN.dim, PLAIN.key]
    assert styles("seed", "images") == [PLAIN.dim, PLAIN.text]
    assert styles("preset", "images") == [PLAIN.dim, PLAIN.text]
    assert styles("beta1", "images") == [PLAIN.faint, PLAIN.faint], "no part of this optimizer"


def about(name: str, width: int) -> str:
    """What is said of the selected field."""
    draft = Draft(TrainingConfig(), TrainingConfig(), {})
    words, _ = Sheet(draft, "", name, PLAIN, width).words()
    return text_of([words])


def test_as_much_of_the_selected_fields_description_is_shown_as_fits() -> None:
    preset = " Press ← or → to choose a preset: a prepared run that shows one effect."
    assert about("preset", 80) == preset
    steps = SETTINGS["steps"]
    whole = f" {steps.about}: {steps.takes.words}; left empty: {steps.unset}"
    assert about("steps", len(whole)) == whole
    shorter = f" {steps.about}; left empty: {steps.unset}"
    assert about("steps", len(whole) - 1) == shorter
    least = f" left empty: {steps.unset}"
    assert about("steps", len(shorter) - 1) == least
    assert about("steps", len(least) - 1) == least[:-2] + "…"
    images = SETTINGS["images"]
    assert about("images", len(images.about) + 1) == f" {images.about}"


def test_ones_own_images_are_named_with_the_task() -> None:
    batch = Batch(np.array([[0.0, 0.1, 0.2, 0.3], [0.5, 0.5, 0.5, 0.5]]), np.array([1.0, 2.0]))
    config = TrainingConfig(task="own", data=OwnData("mine.csv", batch), images=2)
    for made_from, named in ((config, 1), (TrainingConfig(), 0)):
        rows = Sheet(Draft(made_from, made_from, {}), "", "task", PLAIN, 80).rows()
        text = [text_of([row.line]) for row in rows]
        named_in = [n for n, line in enumerate(text) if line.startswith(" data  ")]
        assert len(named_in) == named
        assert all(
            "mine.csv" in text[n] and text[n - 1] == f" {Group.TASK.value}" for n in named_in
        )


def test_an_error_names_the_field_and_nothing_would_be_done() -> None:
    draft = Draft(TrainingConfig(), TrainingConfig(), {}).typed("images", "0")
    words, consequence = Sheet(draft, "", "images", PLAIN, 80).words()
    assert text_of([words]) == " images must be 1 to 1,000,000 (got 0)"
    assert [piece.style for piece in words] == [PLAIN.warning]
    assert consequence == []
