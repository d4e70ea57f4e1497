"""The network pane in an app: keys, mouse, title and the number in full."""

import pytest
from textual.app import App, ComposeResult

from core import Change, Snapshot, TrainingConfig
from core.network.architecture import Architecture
from core.settings.reshaping import Reshape
from tests.tui.moments import PLAIN, snapshot_of
from tests.tui.plain import text_of
from tui.panes.network.drawn import scene_of
from tui.panes.network.heatmaps import draw_heatmaps
from tui.panes.network.network import MOST_ROWS, NetworkPane, sheet_of
from tui.panes.pane import Requested
from tui.view.view import MoveParameter, SelectParameter, View, ViewChange
from tui.words.numerals import written
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


async def test_title_and_number_in_full() -> None:
    app = _App(snapshot_of(TrainingConfig(), 12))
    async with app.run_test() as pilot:
        await pilot.pause()
        weights = app.first.parameters.tolist()
        assert " network · 4 weights " in app.rows()[0]
        assert f" weight 1 = {weights[0]!r} " in app.rows()[-1]
        await pilot.press("down", "j")
        assert f" weight 3 = {weights[2]!r} " in app.rows()[-1]
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
        assert " weight 4 = −0.08 " in app.rows()[-1]


async def test_it_draws_what_fits_the_network() -> None:
    app = _App(snapshot_of(TrainingConfig()))
    async with app.run_test() as pilot:
        heads = []
        for hidden in ((), (4,), (4, 4), (40,)):
            moment = snapshot_of(TrainingConfig(hidden=hidden, images=10))
            app.pane.snapshot = moment
            await pilot.pause()
            heads.append(text_of(app.pane.draw(moment, 54, 10)).split("\n")[0].split()[0])
        assert heads == ["pixel", "hidden", "layer", "layer"]
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


async def test_the_bottom_border_has_as_many_digits_as_fit() -> None:
    app = _App(snapshot_of(TrainingConfig(hidden=(4,), seed=4)))
    value, gradient, change = (
        float(numbers[0])
        for numbers in (app.first.parameters, app.first.gradient, app.first.change)
        if numbers is not None
    )
    name = "layer 1 · weight 1→1"
    exact, rounded = f"{name} = {value!r}", f"{name} ≈ {written(value, 8, 0)}"
    brief = f"{name} ≈ {written(value, 4, 0)}"

    def more(places: int) -> str:
        return f"gradient {written(gradient, places, 0)} · update {written(change, places, 0)}"

    ways = [f"{exact} · {more(6)}", f"{rounded} · {more(6)}", f"{brief} · {more(4)}"]
    ways += [f"{brief} · gradient {written(gradient, 5, 0)}", exact]
    async with app.run_test(size=(120, 20)) as pilot:
        await pilot.pause()
        seen = set()
        for width in range(len(ways[0]) + 7, len(ways[3]) + 3, -1):
            app.pane.styles.width = width
            await pilot.pause()
            words = app.rows()[-1].strip("┗━┛ ")
            if words in ways:
                assert len(words) <= width - 5
            seen.add(words)
        assert {*ways[:4]} <= seen
