"""Words for what a person did to a run: actions, settings and manual changes."""

from tui.words.changes import actions, by_hand, settings

__all__ = ["actions", "by_hand", "settings"]
