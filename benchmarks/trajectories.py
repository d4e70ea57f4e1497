"""Write down how torch trains small networks, for the tests to compare with.

Run by hand, where torch is installed::

    python -m benchmarks.trajectories [NAME ...]

It writes those that are named; with none named, those that are not there yet.

Each file in ``tests/core/run/trajectories`` holds a config, the parameters it starts from, the loss
of the parameters after 0 … 200 updates and the parameters after a few of them, in this project's
order: layer by layer, weights of shape (inputs, outputs) row by row, then biases. Images, and the
order they are taken in, are this project's; everything else is torch's: the layers, the loss, its
gradient and the update. L2 is torch's weight decay; L1, which torch has not, is added to the
gradient before its optimizer takes it. Both act on weights and not on biases. Before that torch
clips the gradient. Its schedules follow one another: a warm-up, the schedule, and where a cosine
has come to its end, a constant share.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from torch import nn

from core.images import TASKS, Batches, generate
from core.network import initial_parameters
from core.settings import TrainingConfig

FOLDER = Path(__file__).parent.parent / "tests" / "core" / "run" / "trajectories"
STEPS = 200
MARKS = (1, 10, 50, 100, 200)

CONFIGS = {
    "essay": TrainingConfig(),
    "linear-bias": TrainingConfig(bias=True, images=100, seed=1, learning_rate=0.2),
    "tanh-4": TrainingConfig(hidden=(4,), images=50, seed=4, learning_rate=0.5),
    "relu-8-8": TrainingConfig(hidden=(8, 8), activation="relu", images=32, seed=2),
    "sigmoid-3-bce": TrainingConfig(
        hidden=(3,),
        activation="sigmoid",
        output="sigmoid",
        loss="bce",
        images=50,
        seed=3,
        learning_rate=1.0,
    ),
    "tanh-5-4-3-batches": TrainingConfig(
        hidden=(5, 4, 3), images=40, batch_size=7, seed=5, data_seed=6
    ),
}

SMALL = TrainingConfig(hidden=(3,), images=40, seed=7, learning_rate=0.05)
FEW = replace(SMALL, images=6)
ADAPTIVE = TrainingConfig(hidden=(4, 3), images=40, batch_size=16, seed=8, learning_rate=0.01)
CONFIGS |= {
    "momentum": replace(SMALL, optimizer="momentum"),
    "momentum-nesterov": replace(SMALL, optimizer="momentum", nesterov=True, momentum=0.8),
    "momentum-l1-l2-batches": replace(
        ADAPTIVE, optimizer="momentum", nesterov=True, l1=0.001, l2=0.01
    ),
    "rmsprop": replace(ADAPTIVE, optimizer="rmsprop"),
    "rmsprop-centered": replace(ADAPTIVE, optimizer="rmsprop", centered=True),
    "rmsprop-centered-options": replace(
        ADAPTIVE, optimizer="rmsprop", centered=True, alpha=0.9, epsilon=1e-3, l1=0.001, l2=0.001
    ),
    "adam": replace(ADAPTIVE, optimizer="adam"),
    "adam-amsgrad": replace(ADAPTIVE, optimizer="adam", amsgrad=True, beta2=0.9),
    "adam-options": replace(
        ADAPTIVE, optimizer="adam", beta1=0.8, beta2=0.95, epsilon=1e-3, l1=0.001, l2=0.001
    ),
    "sgd-l1": replace(SMALL, l1=0.002),
    "sgd-l2": replace(SMALL, l2=0.01),
    "sgd-step-clip-norm": replace(
        FEW, schedule="step", decay_steps=60, decay_factor=0.5, clip_norm=0.3, learning_rate=0.3
    ),
    "sgd-warmup-clip-value": replace(FEW, warmup_steps=50, clip_value=0.05, learning_rate=0.3),
    "momentum-cosine-clip-value": replace(
        FEW,
        optimizer="momentum",
        nesterov=True,
        schedule="cosine",
        cosine_steps=120,
        cosine_end=0.1,
        clip_value=0.1,
    ),
    "rmsprop-warmup-step-clip-norm": replace(
        FEW,
        optimizer="rmsprop",
        learning_rate=0.01,
        warmup_steps=20,
        schedule="step",
        decay_steps=70,
        clip_norm=0.1,
        l1=0.001,
        l2=0.001,
    ),
    "adam-warmup-cosine-clip-norm-batches": replace(
        FEW,
        optimizer="adam",
        learning_rate=0.02,
        batch_size=5,
        warmup_steps=15,
        schedule="cosine",
        cosine_steps=150,
        clip_norm=0.2,
        l2=0.01,
    ),
    "essay-adam": TrainingConfig(optimizer="adam", learning_rate=0.01, images=100),
}

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}
LOSSES = {"mse": nn.MSELoss, "bce": nn.BCELoss}


@dataclass(frozen=True)
class Trajectory:
    """What one file holds."""

    library: str
    config: dict[str, object]
    initial: list[float]
    losses: list[float]
    """After 0 … 200 updates, each over its batch."""
    parameters: dict[str, list[float]]
    """By the number of updates."""


def network_of(config: TrainingConfig) -> nn.Sequential:
    """Build the same network out of torch's layers."""
    modules: list[nn.Module] = []
    for layer in config.architecture.layers:
        modules.append(nn.Linear(layer.inputs, layer.outputs, bias=layer.bias, dtype=torch.double))
        if not layer.activation.is_linear:
            modules.append(ACTIVATIONS[layer.activation.name]())
    return nn.Sequential(*modules)


def linears(network: nn.Sequential) -> list[nn.Linear]:
    """Return the layers that have parameters."""
    return [module for module in network if isinstance(module, nn.Linear)]


def flat(network: nn.Sequential) -> list[float]:
    """Read the parameters in this project's order; torch's weights lie the other way round."""
    numbers: list[float] = []
    for linear in linears(network):
        numbers += linear.weight.detach().T.reshape(-1).tolist()
        if linear.bias is not None:
            numbers += linear.bias.detach().tolist()
    return numbers


def load(network: nn.Sequential, config: TrainingConfig, initial: list[float]) -> None:
    """Set the parameters."""
    numbers = torch.tensor(initial, dtype=torch.double)
    with torch.no_grad():
        for linear, layer in zip(linears(network), config.architecture.layers, strict=True):
            linear.weight.copy_(numbers[layer.weights].reshape(layer.inputs, layer.outputs).T)
            if linear.bias is not None:
                linear.bias.copy_(numbers[layer.biases])


def optimizer_of(config: TrainingConfig, network: nn.Sequential) -> torch.optim.Optimizer:
    """Make torch's optimizer; its weight decay is for weights only."""
    weights = [linear.weight for linear in linears(network)]
    biases = [linear.bias for linear in linears(network) if linear.bias is not None]
    groups = [{"params": weights, "weight_decay": config.l2}, {"params": biases}]
    rate, epsilon = config.learning_rate, config.epsilon
    if config.optimizer == "rmsprop":
        return torch.optim.RMSprop(
            groups, lr=rate, alpha=config.alpha, eps=epsilon, centered=config.centered
        )
    if config.optimizer == "adam":
        betas = config.beta1, config.beta2
        return torch.optim.Adam(groups, lr=rate, betas=betas, eps=epsilon, amsgrad=config.amsgrad)
    if config.optimizer == "momentum":
        return torch.optim.SGD(groups, lr=rate, momentum=config.momentum, nesterov=config.nesterov)
    return torch.optim.SGD(groups, lr=rate)


def schedule_of(
    config: TrainingConfig, optimizer: torch.optim.Optimizer
) -> torch.optim.lr_scheduler.LRScheduler | None:
    """Make torch's schedules, one after the other; None without any."""
    known = torch.optim.lr_scheduler
    rate, warmup, length = config.learning_rate, config.warmup_steps, config.cosine_steps
    parts: list[torch.optim.lr_scheduler.LRScheduler] = []
    ends: list[int] = []
    if warmup:
        parts.append(known.LinearLR(optimizer, 1 / (warmup + 1), 1.0, total_iters=warmup))
        ends.append(warmup)
    if config.schedule == "step":
        parts.append(known.StepLR(optimizer, config.decay_steps, config.decay_factor))
    elif config.schedule == "cosine":
        lowest = config.cosine_end * rate
        parts.append(known.CosineAnnealingLR(optimizer, length, lowest))
        parts.append(known.ConstantLR(optimizer, config.cosine_end, total_iters=10**9))
        ends.append(warmup + length)
    elif warmup:
        parts.append(known.ConstantLR(optimizer, 1.0))
    if len(parts) < 2:
        return parts[0] if parts else None
    return known.SequentialLR(optimizer, parts, milestones=ends)


def clip(config: TrainingConfig, network: nn.Sequential) -> None:
    """Clip the gradient as the config says."""
    if config.clip_norm is not None:
        nn.utils.clip_grad_norm_(network.parameters(), config.clip_norm)
    if config.clip_value is not None:
        nn.utils.clip_grad_value_(network.parameters(), config.clip_value)


def add_l1(network: nn.Sequential, l1: float) -> None:
    """Add L1's share to the gradient of each weight."""
    for linear in linears(network):
        assert linear.weight.grad is not None
        linear.weight.grad += l1 * torch.sign(linear.weight.detach())


def train(config: TrainingConfig) -> Trajectory:
    """Take the steps with torch."""
    network = network_of(config)
    initial = initial_parameters(config.architecture, config.seed).tolist()
    load(network, config, initial)
    batches = Batches(
        generate(TASKS[config.task], config.images, config.data_seed),
        config.images_per_step,
        config.seed,
    )
    optimizer = optimizer_of(config, network)
    schedule = schedule_of(config, optimizer)
    loss_of = LOSSES[config.loss]()
    losses: list[float] = []
    parameters: dict[str, list[float]] = {}
    for step in range(STEPS + 1):
        batch = batches.at(step)
        images = torch.tensor(batch.images, dtype=torch.double)
        targets = torch.tensor(batch.targets, dtype=torch.double)
        if step in MARKS:
            # Fifteen digits are a thousand times finer than what the tests allow.
            parameters[str(step)] = [float(f"{number:.15g}") for number in flat(network)]
        optimizer.zero_grad()
        loss = loss_of(network(images)[:, 0], targets)
        losses.append(float(f"{loss.item():.15g}"))
        loss.backward()
        clip(config, network)
        if config.l1:
            add_l1(network, config.l1)
        optimizer.step()
        if schedule is not None:
            schedule.step()
    return Trajectory(f"torch {torch.__version__}", asdict(config), initial, losses, parameters)


def wanted(names: list[str]) -> Iterator[tuple[str, Path]]:
    """Yield the trajectories to write, and where to."""
    for name in CONFIGS:
        path = FOLDER / f"{name}.json"
        if name in names or not (names or path.exists()):
            yield name, path


def main() -> None:
    """Write the files."""
    torch.set_num_threads(1)
    FOLDER.mkdir(exist_ok=True)
    for name, path in wanted(sys.argv[1:]):
        trajectory = asdict(train(CONFIGS[name]))
        lines = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in trajectory.items()]
        path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
        print(f"{path.name}: {path.stat().st_size / 1024:.1f} KiB")


if __name__ == "__main__":
    main()
