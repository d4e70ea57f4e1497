"""The explain pane: the arithmetic behind the selected number, and the code that computes it.

`arithmetic` writes equations with their numbers, `rounding` chooses decimals with which they add
up, `words` says what they mean, and `code` shows the engine's own lines with what they computed.
"""

from tui.panes.explain.explain import ExplainPane

__all__ = ["ExplainPane"]
