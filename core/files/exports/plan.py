"""What an exported script is written from: the numbers of a run at one moment, as plain lists."""

from core.arrays import Array
from core.network.architecture import Architecture, Layer
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from core.structs import Struct

BATCHES = 51
"""Of mini-batches, so many to come are written down at least …"""
MOST_PLACES = 1_000_000
"""… and for more steps as many as they take, up to so many images; then a script begins again."""

MOST_IMAGES = 100_000
"""A script holds no more images than these."""

Matrix = list[list[float]]


class Plan(Struct):
    """A run at one moment."""

    config: TrainingConfig
    step: int
    """Updates so far."""
    loss: float
    """At this moment, over the batch of the coming step."""
    layers: list[Matrix]
    """Each layer's weights, row by row; where there are biases, they are its last row."""
    activations: list[str]
    """Each layer's, by name."""
    images: Matrix
    """All training images."""
    targets: list[float]
    batches: list[list[int]]
    """The images of each coming batch, by their place; empty where each step sees all of them."""
    frozen: list[tuple[int, int, int]]
    """The parameters that no step moves: layer, row, column."""
    memory: list[list[Matrix]]
    """The optimizer state: for each of its slots, a number for each parameter."""
    count: int
    """Updates that the optimizer has made since it began."""

    @property
    def bias(self) -> bool:
        """Whether neurons have biases."""
        return self.config.architecture.bias


def plan_of(trainer: Trainer, steps: int) -> Plan:
    """Write a run down as it is now, for a script that takes so many further steps."""
    here = trainer.run.here
    config, architecture = here.config, here.config.architecture
    batches = min(steps + 1, MOST_PLACES // config.images_per_step)

    def matrices(vector: Array) -> list[Matrix]:
        return [_matrix(layer, vector) for layer in architecture.layers]

    return Plan(
        config=config,
        step=here.step_count,
        loss=trainer.run.loss,
        layers=matrices(here.network.parameters),
        activations=[layer.activation.name for layer in architecture.layers],
        images=here.images.images.tolist(),
        targets=here.images.targets.tolist(),
        batches=here.coming_places(max(BATCHES, batches)),
        frozen=[_place(architecture, index) for index in sorted(here.frozen)],
        memory=[matrices(slot) for slot in here.state.slots],
        count=int(here.state.count),
    )


def _matrix(layer: Layer, vector: Array) -> Matrix:
    numbers: Matrix = vector[layer.start : layer.stop].reshape(-1, layer.outputs).tolist()
    return numbers


def _place(architecture: Architecture, index: int) -> tuple[int, int, int]:
    place = architecture.place(index)
    row = architecture.layers[place.layer].inputs if place.source is None else place.source
    return place.layer, row, place.neuron
