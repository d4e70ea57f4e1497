"""The loss pane: the loss curve, a cursor along it, and what it says of the run."""
