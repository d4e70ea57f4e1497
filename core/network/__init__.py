"""The network and its mathematics: nothing here knows of images, runs or screens.

`Architecture` is a network's shape and says where each parameter belongs, `Network` its parameters
and the forward pass. Activations, losses, initialisations and optimizers are tables with an entry
each, and `cost` counts the multiply-adds of a step.
"""

from core.network.architecture import Architecture, Layer, Place, written_activations
from core.network.cost import Line, OtherOperation, Phase
from core.network.losses import LOSSES
from core.network.network import Network, initial_parameters
from core.network.optimizers import OPTIMIZERS, Options
from core.network.update import Rule

__all__ = [
    "LOSSES",
    "OPTIMIZERS",
    "Architecture",
    "Layer",
    "Line",
    "Network",
    "Options",
    "OtherOperation",
    "Phase",
    "Place",
    "Rule",
    "initial_parameters",
    "written_activations",
]
