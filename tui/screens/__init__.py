"""Boxes over the panes: exact numbers, labels, the shared command line, and the settings."""
