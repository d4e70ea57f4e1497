"""The network pane in an app: keys, mouse, title and the number in full."""

import re

import pytest
from textual.app import App, ComposeResult

from core import Change, Snapshot, TrainingConfig
from core.network.architecture import Architecture
from core.settings.reshaping import Reshape
from tests.tui.moments import PLAIN, snapshot_of
from tests.tui.plain import text_of
from tui.panes.network.drawn import scene_of
from tui.panes.network.heatmaps import draw_heatmaps
from tui.panes.network.network import MOST_ROWS, NetworkPane, in_numbers, sheet_of
from tui.panes.pane import Requested
from tui.view.view import MoveParameter, SelectParameter, View, ViewChange
from tui.words.numerals import MINUS, shown, written
from tui.words.phrases import name_of


class _App(App[None]):
    """Shows the pane, and carries out what it asks for."""

    CSS = "NetworkPane { width: 56; height: 12; }"

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self.first = snapshot
        self.asked: list[Change | ViewChange | Reshape] = []

    def compose(self) -> ComposeResult:
        yield NetworkPane(id="network")

    def on_mount(self) -> None:
        self.pane.snapshot = self.first
        self.pane.focus()

    @property
    def pane(self) -> NetworkPane:
        return self.query_one(NetworkPane)

    def on_requested(self, message: Requested) -> None:
        self.asked.append(message.change)
        if isinstance(message.change, MoveParameter | SelectParameter):
            self.pane.view = message.change.applied_to(self.pane.view)

    def rows(self) -> list[str]:
        """Return what the pane shows, the frame included."""
        return [self.pane.render_line(y).text for y in range(self.pane.size.height)]


async def test_title_and_number() -> None:
    app = _App(snapshot_of(TrainingConfig(), 12))
    async with app.run_test() as pilot:
        await pilot.pause()
        weights = app.first.parameters.tolist()
        assert " network · 4 weights " in app.rows()[0]
        assert f" weight 1 ≈ {written(weights[0], 3, 0)} · gradient " in app.rows()[-1]
        await pilot.press("down", "j")
        assert f" weight 3 ≈ {written(weights[2], 3, 0)} · gradient " in app.rows()[-1]
        app.set_focus(None)
        await pilot.pause()
        assert " " not in app.rows()[-1]


async def test_a_wide_pane_also_shows_how_the_number_changes() -> None:
    app = _App(snapshot_of(TrainingConfig()))
    async with app.run_test(size=(96, 20)) as pilot:
        app.pane.styles.width = 96
        await pilot.pause()
        words = " weight 1 = 0.98 · gradient +0.721253 · update −0.072125 "
        assert words in app.rows()[-1]


async def test_the_arrows_go_through_the_table_and_stop_at_its_ends() -> None:
    app = _App(snapshot_of(TrainingConfig(bias=True)))
    async with app.run_test() as pilot:
        await pilot.press("up", "left", "h", "right", "l")
        assert app.pane.view.parameter == 0
        await pilot.press(*["j"] * 9)
        assert app.pane.view.parameter == 4
        await pilot.press("k", "up")
        assert app.pane.view.parameter == 2


async def test_the_arrows_go_over_a_weight_image_and_on() -> None:
    app = _App(snapshot_of(TrainingConfig(hidden=(4,), seed=4)))
    async with app.run_test() as pilot:
        went = []
        for key in ("right", "right", "right", "down", "left", "left", "down", "up"):
            await pilot.press(key)
            went.append(name_of(app.first.architecture, app.pane.view.parameter))
        assert went == [
            "layer 1 · weight 2→1",
            "layer 2 · weight 1→1",
            "layer 2 · weight 1→1",
            "layer 1 · bias 1",
            "layer 1 · weight 4→1",
            "layer 1 · weight 3→1",
            "layer 1 · weight 1→2",
            "layer 1 · weight 3→1",
        ]
        assert all(isinstance(change, MoveParameter) for change in app.asked)


@pytest.mark.parametrize(
    "config",
    [
        TrainingConfig(hidden=(8,)),
        TrainingConfig(hidden=(8, 8, 8)),
        TrainingConfig(hidden=(64, 20), images=10),
    ],
)
async def test_the_selection_stays_visible(config: TrainingConfig) -> None:
    app = _App(snapshot_of(config))
    async with app.run_test() as pilot:
        first, *_, last = app.first.architecture.layers
        assert "prediction" not in "\n".join(app.rows())
        app.pane.view = View(parameter=last.stop - 1)
        await pilot.press("down")
        assert app.pane.view.parameter == last.stop - 1
        assert "prediction" in "\n".join(app.rows())
        app.pane.view = View(parameter=0)
        await pilot.press("down")
        assert 0 < app.pane.view.parameter < first.stop
        assert "prediction" not in "\n".join(app.rows())


async def test_a_click_selects_what_is_under_it_or_nearest_in_its_row() -> None:
    app = _App(snapshot_of(TrainingConfig(hidden=(4,), seed=4)))
    async with app.run_test() as pilot:
        for place, name in (
            ((16, 2), "layer 1 · weight 2→1"),
            ((40, 2), "layer 2 · weight 1→1"),
            ((5, 3), "layer 1 · weight 3→1"),
            ((29, 3), "layer 1 · bias 1"),
            ((30, 10), "layer 2 · bias 1"),
        ):
            await pilot.click(NetworkPane, offset=place)
            assert name_of(app.first.architecture, app.pane.view.parameter) == name
            assert isinstance(app.asked[-1], SelectParameter)
        asked = len(app.asked)
        await pilot.click(NetworkPane, offset=(20, 0))
        await pilot.click(NetworkPane, offset=(20, 1))
        assert len(app.asked) == asked


async def test_pages_and_the_wheel_scroll() -> None:
    app = _App(snapshot_of(TrainingConfig(hidden=(8, 8, 8))))
    async with app.run_test() as pilot:
        await pilot.pause()
        top = app.rows()
        await pilot.press("pagedown")
        assert app.rows()[1][1:-1] == top[10][1:-1]
        await pilot.press("pageup")
        assert app.rows() == top


async def test_a_selection_beyond_a_smaller_network_is_its_last_parameter() -> None:
    app = _App(snapshot_of(TrainingConfig()))
    async with app.run_test() as pilot:
        app.pane.view = View(parameter=24)
        await pilot.pause()
        assert " weight 4 = −0.08 · gradient " in app.rows()[-1]


async def test_it_draws_what_fits_the_network() -> None:
    app = _App(snapshot_of(TrainingConfig()))
    async with app.run_test() as pilot:
        heads = []
        for hidden in ((), (4,), (4, 4), (40,)):
            moment = snapshot_of(TrainingConfig(hidden=hidden, images=10))
            app.pane.snapshot = moment
            await pilot.pause()
            heads.append(text_of(app.pane.draw(moment, 54, 10)).split("\n")[0].split()[0])
        assert heads == ["pixel", "weight", "layer", "layer"]
        assert "241 weights and biases" in app.rows()[0]


def test_parameters_are_counted_from_one() -> None:
    deep = Architecture((2, 3), bias=True)
    names = [name_of(deep, index) for index in (0, 1, 7, 8, 9, 10, 15, 18, 19, 22)]
    assert names == [
        "layer 1 · weight 1→1",
        "layer 1 · weight 1→2",
        "layer 1 · weight 4→2",
        "layer 1 · bias 1",
        "layer 1 · bias 2",
        "layer 2 · weight 1→1",
        "layer 2 · weight 2→3",
        "layer 2 · bias 3",
        "layer 3 · weight 1→1",
        "layer 3 · bias 1",
    ]
    assert name_of(Architecture(bias=True), 4) == "bias"
    with pytest.raises(IndexError):
        name_of(deep, 23)


@pytest.mark.parametrize(("neurons", "head"), [((16,) * 12 + (8,), "layer"), ((17,), "map")])
def test_what_has_more_neurons_than_rows_is_drawn_as_maps(
    neurons: tuple[int, ...], head: str
) -> None:
    def is_map(hidden: tuple[int, ...]) -> bool:
        scene = scene_of(
            snapshot_of(TrainingConfig(hidden=hidden, images=2)),
            PLAIN, stepped=False, selected=None,
        )  # fmt: skip
        return text_of(sheet_of(scene, 78, 20).lines) == text_of(draw_heatmaps(scene, 78, 20).lines)

    assert sum((16,) * 12 + (8,)) == MOST_ROWS
    assert is_map(neurons) is (head == "map")
    assert not is_map((16,))
    assert is_map((16,) * 12 + (9,))


@pytest.mark.parametrize("name", ["weight 4", "layer 1 · weight 2→1", "frozen layer 12 · bias 7"])
@pytest.mark.parametrize("value", [-0.13145036000000002, 0.98, 1234.5678901234567, -1.2345e-7])
def test_the_bottom_border_always_has_gradient_and_update(name: str, value: float) -> None:
    gradient, update = -0.06441234, 0.006441234
    ways = list(in_numbers(name, value, gradient, update))
    for room in range(36, 110):
        words = next(text for text in ways if len(text) <= room)
        found = re.search(r"gradient (\S+) · update (\S+)$", words)
        assert found is not None
        assert shown(found[1]) == pytest.approx(gradient, abs=0.0005)
        assert shown(found[2]) == pytest.approx(update, abs=0.0005)
        if room >= 51:  # what a terminal of 80 columns has
            number = words.split(" · gradient")[0].split()[-1]
            assert shown(number) == pytest.approx(value, abs=0.0005, rel=0.001)
            assert len(re.sub(r"e.*|\D", "", number).strip("0")) <= 10
            assert "frozen" not in name or "frozen" in words
    full = ways[0].split(" · gradient")[0]
    assert (f" = {shown(full.split()[-1])!r}".replace("-", MINUS) in full) == (" = " in full)
    # With the whole name where there is room for it, and the digits that fit.
    assert [len(text) for text in ways[:3]] == sorted(
        (len(text) for text in ways[:3]), reverse=True
    )
    assert all(name in text for text in ways[:9])


async def test_at_80_columns_noise_in_the_last_digits_pushes_nothing_out() -> None:
    app = _App(snapshot_of(TrainingConfig(), 12))
    async with app.run_test(size=(80, 20)) as pilot:
        await pilot.pause()
        assert re.search(r" weight 1 ≈ \S+ · gradient \S+ · update \S+ ", app.rows()[-1])
