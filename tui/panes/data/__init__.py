"""The data pane: every training or test image as a tiny picture, with its error below it.

`tiles` draws them, `marking` finds their errors and their order, `words` says what there is to say
of one image.
"""

from tui.panes.data.data import DataPane

__all__ = ["DataPane"]
