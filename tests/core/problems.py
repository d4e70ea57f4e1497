"""What engines are built for in tests, with as little to say as can be."""

from core.config import TrainingConfig
from core.engines.engine import Problem
from core.losses import LOSSES
from core.network import Network
from core.optimizers import OPTIMIZERS
from core.update import Rule


def rule_of(config: TrainingConfig) -> Rule:
    """Give a config's update rule, with nothing remembered yet."""
    count = config.architecture.parameter_count
    return Rule.fresh(OPTIMIZERS[config.optimizer], config.options, count)


def problem_of(
    network: Network, loss: str = "mse", method: str = "backprop", rate: float = 0.1
) -> Problem:
    """Let an engine move a network by plain gradient descent."""
    options = TrainingConfig(learning_rate=rate).options
    rule = Rule.fresh(OPTIMIZERS["sgd"], options, len(network.parameters))
    return Problem(network, LOSSES[loss], method, rule)
