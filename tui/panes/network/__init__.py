"""The network pane: weights, gradients and steps, drawn in as much detail as there is room for."""
