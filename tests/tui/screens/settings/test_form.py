"""The settings as rows: what fits in them, from the narrowest terminal to the widest."""

import numpy as np
import pytest
from rich.style import Style

from core import TrainingConfig
from core.images.images import Batch
from core.images.own_data import OwnData
from core.settings import PRESETS, SETTINGS, Group
from tests.tui.moments import PLAIN
from tests.tui.plain import text_of
from tui.screens.settings.draft import Draft
from tui.screens.settings.form import (
    NARROW,
    PRESET_FOLD,
    TITLE,
    VALUE,
    Sheet,
    field_of,
)

BESIDE = TITLE + VALUE + 4
"""Cells of a row without its description."""
INSIDE_80 = 78
"""Cells of a row on a terminal of 80 columns: the frame takes two."""


def sheet(width: int, selected: str = "hidden", *opened: str, draft: Draft | None = None) -> Sheet:
    """The default network's form."""
    config = TrainingConfig()
    draft = Draft(config, config, {}) if draft is None else draft
    return Sheet(draft, selected, frozenset(opened), PLAIN, width)


def row(width: int, name: str, *, selected: str = "hidden", draft: Draft | None = None) -> str:
    """A field's row of the default network's form."""
    rows = sheet(width, selected, draft=draft).rows
    (line,) = (row.line for row in rows if row.name == name)
    assert sum(len(piece.text) for piece in line) <= max(width, TITLE + 4 + 3)
    return text_of([line])


def with_layers(text: str) -> Draft:
    """The default network's settings with other hidden layers."""
    return Draft(TrainingConfig(), TrainingConfig(), {}).typed("hidden", text)


@pytest.mark.parametrize(
    ("width", "room"), [(NARROW - 1, NARROW - TITLE - 4), (40, 23), (25, 8), (21, 4), (10, 4)]
)
def test_a_narrow_form_leaves_all_its_room_to_the_values(width: int, room: int) -> None:
    whole = with_layers("1" * room)
    assert row(width, "hidden", draft=whole) == f"▸{'hidden layers':<{TITLE}} {'1' * room}"
    cut = "1" * (room - 1) + "…"
    shown = row(width, "hidden", draft=with_layers("1" * (room + 1)))
    assert shown == f"▸{'hidden layers':<{TITLE}} {cut}"


@pytest.mark.parametrize("width", [NARROW, NARROW + 1, 80, 100])
def test_a_wide_form_explains_each_setting_beside_its_value(width: int) -> None:
    about = SETTINGS["images"].about
    assert about == "number of 2×2 images, test images included"
    shown = about if len(about) <= width - BESIDE else about.split(",")[0]
    start = f"{'images':<{TITLE}} {'1000':<{VALUE}}  "
    assert row(width, "images") == f" {start}{shown}"
    assert row(width, "images", selected="images") == f"▸{start}{shown}"
    whole, cut = "1" * VALUE, "1" * (VALUE - 1) + "…"
    assert f" {whole}  number" in row(100, "hidden", draft=with_layers(whole))
    assert f" {cut}  number" in row(100, "hidden", draft=with_layers(f"{whole}1"))


def test_no_name_no_description_and_no_preset_is_cut_at_80_columns() -> None:
    groups = [group.value for group in Group]
    shown = sheet(INSIDE_80, "hidden", PRESET_FOLD, *groups)
    assert set(SETTINGS) | {field_of(name) for name in PRESETS} <= set(shown.fields)
    for each in shown.rows:
        text = text_of([each.line])
        assert "…" not in text
        assert len(text) <= INSIDE_80
        if each.name in SETTINGS:
            about = text[BESIDE:]
            assert SETTINGS[each.name].about.startswith(about)
            assert about
            assert SETTINGS[each.name].about[len(about) :][:1] in ("", *";:,")


def test_a_description_without_a_part_that_fits_is_left_out() -> None:
    about = SETTINGS["output"].about
    assert not set(about) & set(",;:")
    assert row(BESIDE + len(about), "output").endswith(f"  {about}")
    assert row(BESIDE + len(about) - 1, "output").endswith(" linear")


def test_the_selected_field_is_highlighted_and_a_changed_one_marked() -> None:
    draft = Draft(TrainingConfig(), TrainingConfig(), {}).typed("images", "20")

    def styles(name: str, selected: str) -> list[Style | None]:
        rows = sheet(80, selected, "learning", draft=draft).rows
        (line,) = (row.line for row in rows if row.name == name)
        return [piece.style for piece in line[1:3]]

    assert styles("images", "images") == [PLAIN.text, PLAIN.selected]
    assert styles("images", "seed") == [PLAIN.dim, PLAIN.key]
    assert styles("seed", "images") == [PLAIN.dim, PLAIN.text]
    assert styles("beta1", "images") == [PLAIN.faint, PLAIN.faint], "no part of this optimizer"


def about(name: str, width: int) -> list[str]:
    """What is said of the selected field."""
    return [text_of([line]) for line in sheet(width, name).words()]


def test_the_selected_fields_description_is_shown_whole_in_two_rows() -> None:
    steps = SETTINGS["steps"]
    assert steps.about == "stop after this many steps"
    assert about("steps", 80) == [
        " stop after this many steps: 0 to 1,000,000,000,000; left empty: never",
        "",
        " Nothing is changed.",
    ]
    assert about("steps", 40) == [
        " stop after this many steps: 0 to",
        " 1,000,000,000,000; left empty: never",
        " Nothing is changed.",
    ]
    assert about("steps", 30)[1] == " 0 to 1,000,000,000,000; left…"
    for name in SETTINGS:
        assert not any("…" in line for line in about(name, INSIDE_80)), name


def test_the_values_of_a_choice_are_named_as_such() -> None:
    assert about("engine", 90)[0] == (
        " matrix: numpy; loops: a multiply-add at a time. Values: matrix or loops"
    )


def test_at_80_columns_a_description_that_names_two_cases_names_both() -> None:
    for name in ("label_noise", "initialisation", "gradient", "pixels"):
        assert row(INSIDE_80, name).rstrip().endswith(f"  {SETTINGS[name].about}")


def test_a_row_that_opens_more_rows_explains_itself() -> None:
    assert about(PRESET_FOLD, 80)[0].startswith(" Press enter for the list of presets")
    assert about("learning", 80)[0].startswith(" Press enter for the settings that have no part")
    shown = about(field_of("dead-relu"), 80)
    assert shown[0] == " dead relu: no gradient reaches the hidden neurons."
    assert shown[2] == " Starts this preset; press b to return to this run."


def test_ones_own_images_are_named_with_the_task() -> None:
    batch = Batch(np.array([[0.0, 0.1, 0.2, 0.3], [0.5, 0.5, 0.5, 0.5]]), np.array([1.0, 2.0]))
    config = TrainingConfig(task="own", data=OwnData("mine.csv", batch), images=2)
    for made_from, named in ((config, 1), (TrainingConfig(), 0)):
        rows = sheet(80, "task", draft=Draft(made_from, made_from, {})).rows
        text = [text_of([row.line]) for row in rows]
        named_in = [n for n, line in enumerate(text) if line.startswith(" data  ")]
        assert len(named_in) == named
        assert all(
            "mine.csv" in text[n] and text[n - 1] == f" {Group.TASK.value}" for n in named_in
        )


def test_an_error_names_the_field_and_nothing_would_be_done() -> None:
    draft = Draft(TrainingConfig(), TrainingConfig(), {}).typed("images", "0")
    words, more, consequence = sheet(80, "images", draft=draft).words()
    assert text_of([words]) == " images must be 1 to 1,000,000 (got 0)"
    assert [piece.style for piece in words] == [PLAIN.warning]
    assert text_of([more]) == ""
    assert consequence == []
