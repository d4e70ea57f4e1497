"""What engines are built for in tests, with as little to say as can be."""

from core.engines.engine import Problem
from core.network.losses import LOSSES
from core.network.network import Network
from core.network.optimizers import OPTIMIZERS
from core.network.update import Rule
from core.settings.config import TrainingConfig


def problem_of(
    network: Network, loss: str = "mse", method: str = "backprop", rate: float = 0.1
) -> Problem:
    """Return a problem: a network, moved by plain gradient descent."""
    options = TrainingConfig(learning_rate=rate).options
    rule = Rule.fresh(OPTIMIZERS["sgd"], options, len(network.parameters))
    return Problem(network, LOSSES[loss], method, rule)
