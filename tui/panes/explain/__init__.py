"""The explain pane: the arithmetic behind the selected number, and the code that does it."""
