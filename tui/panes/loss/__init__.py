"""The loss pane: the curve of all steps, its axes, and a cursor to read it by."""

from tui.panes.loss.loss import LossPane

__all__ = ["LossPane"]
