"""The network pane: every weight and its product, in a drawing that suits the network.

A network without hidden layers is a table (`weights`), one hidden layer is drawn as the images that
its neurons respond to (`neurons`), several layer by layer (`layers`), and large ones as heat maps.
`columns` has the pen that all of them write with, `drawn` what they draw, `flow` the activations
and gradients that pass through, `gradient_check` how far backprop and nudging are apart.
"""

from tui.panes.network.network import NetworkPane

__all__ = ["NetworkPane"]
