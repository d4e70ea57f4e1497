"""Help: every key, out of the bindings that declare it, and what the words on the screen mean."""

from collections.abc import Iterable

from rich.style import Style
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.app.keys import APP_BINDINGS, key_names
from tui.panes.cost import CostPane
from tui.panes.data.data import DataPane
from tui.panes.explain.explain import ExplainPane
from tui.panes.image import ImagePane
from tui.panes.landscape.landscape import LandscapePane
from tui.panes.loss.loss import LossPane
from tui.panes.map.map import MapPane
from tui.panes.network.network import NetworkPane
from tui.terminal.drawing import Ink
from tui.terminal.glyphs import ascii_only

WORDS = (
    (
        "the essay",
        "A text on napkin math that builds the network of four weights which opens here.",
    ),
    (
        "weight",
        "How much a pixel counts. Each pixel times its weight, added up: that is the prediction.",
    ),
    (
        "bias",
        "A number added to a sum whatever the image is. The essay’s network has none.",
    ),
    (
        "hidden neuron",
        "A weighted sum of the pixels, bent by an activation; the prediction is a sum of these.",
    ),
    (
        "activation",
        "The bend: tanh squeezes into −1…1, sigmoid into 0…1, relu cuts off all below 0.",
    ),
    (
        "first weights",
        "Random, in a range that suits the activation: neurons that begin alike would stay alike.",
    ),
    (
        "loss",
        "How wrong it is, in one number: the mean over the images of (prediction − truth)².",
    ),
    (
        "yes, no",
        "What some tasks ask for: a prediction from 0.5 on says yes. So a pixel is on from 0.5.",
    ),
    (
        "gradient",
        "For each weight: how fast the loss rises if it grows a little. Its sign says which way.",
    ),
    (
        "vanish, explode",
        "What a gradient does that shrinks, or grows, from layer to layer on its way back.",
    ),
    (
        "step",
        "One change of all weights at once: plainly −rate × gradient each, a little downhill.",
    ),
    (
        "learning rate",
        "How far a step goes. Too small is slow; too large jumps over the valley and up again.",
    ),
    (
        "batch, epoch",
        "A batch: the images that one step looks at. An epoch: every image looked at once.",
    ),
    (
        "cross-entropy",
        "Another loss (bce), for yes and no: the surer and the more wrong, the higher.",
    ),
    (
        "diverge",
        "What too large a learning rate does: every step overshoots more than the last.",
    ),
    (
        "seed",
        "The number that the random weights are drawn from: the same seed, the same weights.",
    ),
    (
        "w x b g η",
        "In equations: a weight, what comes in, a bias, a gradient, and eta, the learning rate.",
    ),
    (
        "pull",
        "In explain: the gradient of one image alone. The mean of all pulls is the gradient.",
    ),
    (
        "λ",
        "On the valley, lambda: how sharply it bends that way. Rates above 2/λ diverge that way.",
    ),
    (
        "≈",
        "Equal but for rounding: the digits that are printed would come to something else.",
    ),
    (
        "session",
        "A run in a file, as it stands, with the way there: S saves it, F opens one.",
    ),
    (
        "multiply-add",
        "One product added onto a sum, as in … + 0.98 × 0.20: what every step is paid in.",
    ),
    (
        "look, descent",
        "By hand each edit takes a look, a forward pass; descent: what steps reach for the same.",
    ),
    (
        "backprop, nudge",
        "Two ways to the gradient: carry the errors back, or try each weight a little higher.",
    ),
)
"""What the screen's own words mean, in at most two lines each on 80 columns."""


_LEFT = 16
"""Cells for keys and words."""


class HelpScreen(ModalScreen[None]):
    """Keys and words, over the panes.

    Parameters
    ----------
    ink : Ink
        How to write them.
    """

    BINDINGS = [
        Binding("escape,question_mark,f1,q", "leave", "close", tooltip="Back to the panes."),
        Binding("down,j", "scroll(1)", "down", show=False),
        Binding("up,k", "scroll(-1)", "up", show=False),
        Binding("pagedown,space", "scroll(15)", "page down", show=False),
        Binding("pageup", "scroll(-15)", "page up", show=False),
        Binding("home", "scroll(-1000)", "top", show=False),
        Binding("end", "scroll(1000)", "end", show=False),
    ]
    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen VerticalScroll {
        width: 100%; max-width: 96; height: 100%; max-height: 44;
        background: $surface; border: round $accent; padding: 0 1; scrollbar-size-vertical: 1;
    }
    HelpScreen Static { width: 100%; }
    """

    def __init__(self, ink: Ink) -> None:
        super().__init__()
        self._ink = ink

    def compose(self) -> ComposeResult:
        """Return the text in a scrolling frame."""
        frame = VerticalScroll(can_focus=False)
        frame.border_title = "keys and words"
        frame.border_subtitle = "esc closes, arrows scroll"
        with frame:
            yield Static(help_table(self._ink))

    def action_leave(self) -> None:
        """Go back to the panes."""
        if self.is_current:
            self.dismiss()

    def action_scroll(self, lines: int) -> None:
        """Scroll by so many lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False, immediate=True)


def help_table(ink: Ink) -> Table:
    """Write the help: on the left a key or a word, on the right what it does or means."""
    table = Table.grid(padding=(0, 1))
    table.add_column(width=_LEFT)
    table.add_column(ratio=1)
    table.expand = True

    def row(left: str, right: str, style: Style) -> None:
        written = (left, right) if ink.unicode else (ascii_only(left), ascii_only(right))
        table.add_row(Text(written[0], style), Text(written[1], ink.text))

    for heading, bindings in (
        ("keys", APP_BINDINGS),
        ("on the image", ImagePane.BINDINGS),
        ("on the network", NetworkPane.BINDINGS),
        ("on the loss", LossPane.BINDINGS),
        ("on multiply-adds", CostPane.BINDINGS),
        ("on explain (e)", ExplainPane.BINDINGS),
        ("on the valley (v)", LandscapePane.BINDINGS),
        ("on the map (m)", MapPane.BINDINGS),
        ("on the data (d)", DataPane.BINDINGS),
    ):
        row(heading, "", ink.strong)
        for keys, meaning in explained(bindings):
            row(f" {keys}", meaning, ink.key)
        row("", "", ink.text)
    row(
        "the mouse",
        "A click selects. The wheel changes the pixel under it, and scrolls the rest.",
        ink.strong,
    )
    row("", "", ink.text)
    row("words", "", ink.strong)
    for word, meaning in WORDS:
        row(f" {word}", meaning, ink.key)
    return table


def explained(bindings: Iterable[object]) -> list[tuple[str, str]]:
    """Return the keys and the sentence of every binding that has one."""
    rows = []
    for binding in bindings:
        if isinstance(binding, Binding) and binding.tooltip:
            rows.append((key_names(binding), binding.tooltip))
    return rows
