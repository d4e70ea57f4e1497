"""The settings as rows: what fits in them, from the narrowest terminal to the widest."""

import pytest
from rich.style import Style

from core import TrainingConfig
from core.settings.config import SETTINGS
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


def test_the_selected_field_stands_out_and_a_changed_one_is_marked() -> None:
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
