"""A model of any size: what a step and the whole training of it cost."""

from collections.abc import Sequence
from dataclasses import replace

from core.images.images import MAXIMUM_IMAGES
from core.network.cost import step_cost
from core.network.losses import LOSSES
from core.network.optimizers import OPTIMIZERS
from core.prediction import Memory
from core.prediction.steps import step_calls
from core.scale.layers import LayerCost, dense
from core.scale.transformer import Transformer
from core.settings import TrainingConfig
from core.structs import Struct

TOKENS_PER_PARAMETER = 20
"""Tokens that a transformer is trained on, per parameter, where nobody says: Hoffmann et al., 2022,
https://arxiv.org/abs/2203.15556."""
TOKENS_PER_STEP = 2**19
"""Tokens of a batch, where nobody says: what llm.c trains GPT-2 with (scripts/run_gpt2_124M.sh)."""
_MOST_LAYERS = 200
"""Hidden layers of which each call is predicted; of more it would take seconds."""
_FLOAT64 = 8
_FLOAT32 = 4
_BFLOAT16 = 2
_HEAD = 64
"""Numbers of a token that one head sees, in every GPT-2."""


class Model(Struct):
    """A network and its training."""

    name: str
    layers: tuple[LayerCost, ...]
    """What each layer costs, for one example."""
    batch: int
    """Examples per step."""
    examples: int
    """Examples of the whole training, each as often as it is used."""
    tokens: int | None = None
    """Tokens of an example, if it is a sequence; None if it is an image."""
    optimizer_numbers: int = 0
    """Numbers of optimizer state per parameter."""
    number_bytes: int = _FLOAT32
    """Of a parameter, its gradient, and its optimizer state."""
    activation_bytes: int = _FLOAT32
    """Of an activation."""
    other: int = 0
    """Multiply-adds of a step beside both passes and the update, as finite differences have."""
    frozen: int = 0
    """Parameters that no step updates."""
    config: TrainingConfig | None = None
    """The same network in the settings of this program, if they can describe it."""
    source: str = ""
    """Where its shape and its training are published."""

    @property
    def parameters(self) -> int:
        """Learned numbers."""
        return sum(layer.parameters * layer.times for layer in self.layers)

    @property
    def multiply_adds_forward(self) -> int:
        """Multiply-adds of the forward pass of one example."""
        return sum(layer.forward * layer.times for layer in self.layers)

    @property
    def multiply_adds_backward(self) -> int:
        """Multiply-adds of the backward pass of one example."""
        return sum(layer.backward * layer.times for layer in self.layers)

    @property
    def multiply_adds_step(self) -> int:
        """Multiply-adds of a step: both passes of the batch, and the update of each parameter that
        is not frozen."""
        each = self.multiply_adds_forward + self.multiply_adds_backward
        return self.batch * each + self.parameters - self.frozen + self.other

    @property
    def is_least(self) -> bool:
        """Whether only the least time of a step is known: this program cannot train the network, so
        its calls are not known."""
        return self.config is None

    @property
    def calls(self) -> int:
        """Calls of a step on an accelerator, at the least.

        They are the matrix engine's where this program can train the network, with the whole batch
        in one piece. Otherwise each layer with multiply-adds has one call forward, one for its
        gradient and one for its deltas, and the update has one.
        """
        if self.config is not None:
            return sum(times for _, times in step_calls(self.config, 1))
        layers = [layer for layer in self.layers if layer.forward]
        return 1 + sum(layer.times * (1 + layer.backward // layer.forward) for layer in layers)

    @property
    def steps(self) -> float:
        """Steps of the whole training."""
        return self.examples / self.batch

    @property
    def multiply_adds_training(self) -> float:
        """Multiply-adds of the whole training."""
        return self.multiply_adds_step * self.steps

    @property
    def activations(self) -> int:
        """Numbers that the forward pass of one example leaves for the backward pass."""
        return sum(layer.activations * layer.times for layer in self.layers)

    def memory(self, examples: int = 1) -> Memory:
        """Count the memory of training, with the activations of so many examples at once."""
        numbers = self.parameters * self.number_bytes
        return Memory(
            parameters=numbers,
            gradient=numbers,
            optimizer=numbers * self.optimizer_numbers,
            activations=self.activations * self.activation_bytes * examples,
        )

    @property
    def traffic(self) -> int:
        """Bytes that a step moves at the least, however small its batch.

        The parameters are read by the forward pass, the backward pass and the update, which writes
        them; the gradient is written and read, and so is the optimizer state.
        """
        return (6 + 2 * self.optimizer_numbers) * self.parameters * self.number_bytes

    @property
    def example(self) -> str:
        """What an example is, in words."""
        match self.tokens:
            case None:
                return "image"
            case 1:
                return "token"
        return f"sequence of {self.tokens:,} tokens"

    @property
    def batch_tokens(self) -> int | None:
        """Tokens per step; None if the examples are images."""
        return None if self.tokens is None else self.batch * self.tokens


def dense_model(
    name: str, sizes: Sequence[int], *, batch: int, steps: int, bias: bool = True
) -> Model:
    """Return a dense network that plain gradient descent trains in float64, as this program does.

    Parameters
    ----------
    name : str
        Its name.
    sizes : sequence of int
        Inputs, then the neurons of each layer; at least two numbers.
    batch : int
        Images per step.
    steps : int
        Of the whole training.
    bias : bool
        Whether each neuron has a bias.
    """
    layers = dense(sizes, bias=bias)
    inputs, *hidden, outputs = sizes
    config = None
    if (inputs, outputs) == (4, 1) and len(hidden) <= _MOST_LAYERS and batch <= MAXIMUM_IMAGES:
        # It is only counted, so it may be larger than this program could train.
        config = TrainingConfig(hidden=tuple(hidden), bias=bias, images=batch, is_run=False)
    return Model(
        name,
        layers,
        batch,
        batch * steps,
        number_bytes=_FLOAT64,
        activation_bytes=_FLOAT64,
        config=config,
    )


def model_of(name: str, config: TrainingConfig, *, steps: int, frozen: int = 0) -> Model:
    """Return the network of a run, with its batch, its optimizer and the cost of its step.

    Parameters
    ----------
    name : str
        Its name.
    config : TrainingConfig
        As `core.prediction.as_timed` returns it.
    steps : int
        Of the whole training.
    frozen : int
        Parameters that no step updates.
    """
    architecture, optimizer = config.architecture, OPTIMIZERS[config.optimizer]
    batch = config.images_per_step
    model = dense_model(name, architecture.sizes, batch=batch, steps=steps, bias=architecture.bias)
    cost = step_cost(
        architecture, batch, config.gradient, optimizer, config.options, LOSSES[config.loss]
    )
    return replace(
        model,
        optimizer_numbers=optimizer.slots,
        other=cost.step - model.multiply_adds_step,
        frozen=frozen,
        config=config,
    )


def transformer_model(
    name: str, shape: Transformer, *, batch_tokens: int, tokens: int, source: str = ""
) -> Model:
    """Return a transformer that Adam trains: parameters in 32 bits, activations in 16.

    Parameters
    ----------
    name : str
        Its name.
    shape : Transformer
        Its shape.
    batch_tokens : int
        Tokens per step; whole sequences of them are used, at least one.
    tokens : int
        Tokens of the whole training.
    source : str
        Where this is published.
    """
    return Model(
        name,
        shape.layers(),
        batch=max(1, batch_tokens // shape.context),
        examples=max(1, tokens // shape.context),
        tokens=shape.context,
        optimizer_numbers=2,
        activation_bytes=_BFLOAT16,
        source=source,
    )


def gpt(blocks: int, width: int, context: int, vocabulary: int) -> Transformer:
    """Return a transformer of GPT-2's kind; a head sees 64 numbers of a token."""
    return Transformer(blocks, width, max(1, width // _HEAD), context, vocabulary)


def sized_model(
    name: str, parameters: int, *, tokens: int, batch_tokens: int = TOKENS_PER_STEP
) -> Model:
    """Return a model of which only the size is known: each token meets each parameter once.

    That makes N multiply-adds per token forward and 3·N trained: 6·N·D FLOPs for D tokens. The
    attention between tokens is left out, and its activations are not known.
    """
    return Model(
        name,
        (LayerCost("all layers", parameters, forward=parameters, backward=2 * parameters),),
        batch=batch_tokens,
        examples=tokens,
        tokens=1,
        optimizer_numbers=2,
        activation_bytes=_BFLOAT16,
    )
