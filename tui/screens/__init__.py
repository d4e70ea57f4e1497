"""Boxes before the panes: exact numbers, labels, the shared line, and the settings."""
