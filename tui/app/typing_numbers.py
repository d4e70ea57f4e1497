"""An app that asks for exact numbers: a weight, a bias, a pixel's darkness."""

from textual import on

from core.run import SetParameter
from tui.app.remembering import TasteApp
from tui.panes.image import ImagePane
from tui.panes.network.network import NetworkPane
from tui.view.view import SetPixel


class NumberApp(TasteApp):
    """An app in which a person types a number where a pane asks for one."""

    @on(NetworkPane.ExactWanted)
    def _ask_for_weight(self, message: NetworkPane.ExactWanted) -> None:
        """Let a person type a weight or bias."""
        from tui.screens.exact import ExactScreen

        def change(value: float | None) -> None:
            if value is not None:
                self.change_run(SetParameter(message.index, value))

        text = message.typed or repr(message.value)
        box = ExactScreen(message.name, text, None, unicode=self.ink.unicode)
        self.push_screen(box, change)

    @on(ImagePane.ExactWanted)
    def _ask_for_darkness(self, message: ImagePane.ExactWanted) -> None:
        """Let a person type a pixel's darkness."""
        from tui.screens.exact import ExactScreen

        def paint(value: float | None) -> None:
            if value is not None:
                self.change_view(SetPixel(value, message.pixel))

        words = "darkness of this pixel, 0 to 1"
        box = ExactScreen(words, repr(message.darkness), (0.0, 1.0), unicode=self.ink.unicode)
        self.push_screen(box, paint)
