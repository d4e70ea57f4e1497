"""Accelerators by their data sheets, and published trainings that show the share they reach."""

from core.scale.ladder import rung
from core.scale.model import Model
from core.structs import Struct

FLOPS_PER_MULTIPLY_ADD = 2
"""A data sheet counts a multiplication and an addition; here they are one multiply-add."""
START_SECONDS, CALL_SECONDS = 10e-6, 0.75e-6
"""Seconds of starting the calls of a step on a GPU all together, as a graph: for the step, and for
each call. They are the line through what the documentation of CUDA.jl gives: 16 µs for 8 calls, and
70 µs for 80. If each call is started by itself, 8 calls take 50 µs there."""
HELPS_FROM = 1e6
"""About the multiply-adds of a step from which a GPU is faster than a processor. An estimate: in
the time of the calls of one or two hidden layers, a processor computes about as many."""
_CALLS_MATTER = 0.1
"""The share of a step from which on starting its calls matters."""
_DAY = 86_400.0
_HOUR = 3600.0


class Accelerator(Struct):
    """One card, as its data sheet describes it."""

    name: str
    year: int
    """Of its release."""
    flops: float
    """Peak FLOPs per second of matrix products in `precision`, without sparsity."""
    precision: str
    """The number format that networks are trained in on it."""
    memory: float
    """Bytes."""
    bandwidth: float
    """Peak bytes per second between the processor and its memory."""
    watts: float
    """The most that the card draws."""
    source: str

    @property
    def multiply_adds(self) -> float:
        """Peak multiply-adds per second: half of the FLOPs."""
        return self.flops / FLOPS_PER_MULTIPLY_ADD


ACCELERATORS: tuple[Accelerator, ...] = (
    Accelerator(
        "GTX 580", 2010, 1.581e12, "float32", 1.536e9, 192.4e9, 244,
        "NVIDIA, GeForce GTX 580 specifications: 512 cores × 1,544 MHz × 2",
    ),
    Accelerator(
        "A100", 2020, 312e12, "bfloat16", 40e9, 1555e9, 400,
        "NVIDIA, A100 data sheet, SXM, 40 GB",
    ),
    Accelerator(
        "RTX 4090", 2022, 165.2e12, "bfloat16", 24e9, 1008e9, 450,
        "NVIDIA, Ada GPU architecture white paper, with float32 sums",
    ),
    Accelerator(
        "H100", 2022, 989.4e12, "bfloat16", 80e9, 3350e9, 700,
        "NVIDIA, H100 data sheet, SXM, 80 GB",
    ),
)  # fmt: skip
"""By year. Their memory is in 10⁹ bytes, as the data sheets have it."""


def accelerator(name: str) -> Accelerator:
    """Return an accelerator by its name.

    Raises
    ------
    KeyError
        If there is none of that name.
    """
    return {each.name: each for each in ACCELERATORS}[name]


class Measured(Struct):
    """A training whose time was published."""

    model: Model
    accelerator: Accelerator
    cards: int
    seconds: float
    """What was measured."""
    examples: float
    """Examples in that time."""
    steps: float
    """Steps in that time."""
    source: str

    @property
    def is_step(self) -> bool:
        """Whether it was one step, not a whole training."""
        return self.steps == 1

    @property
    def multiply_adds(self) -> float:
        """Multiply-adds in that time."""
        model = self.model
        each = model.multiply_adds_forward + model.multiply_adds_backward
        return self.examples * each + self.steps * model.parameters

    @property
    def peak_seconds(self) -> float:
        """Seconds that it takes at the peak of the data sheet."""
        return self.multiply_adds / (self.cards * self.accelerator.multiply_adds)

    @property
    def utilisation(self) -> float:
        """The share of the peak that was reached, in (0, 1]; also called MFU."""
        return self.peak_seconds / self.seconds


def _training(name: str, card: str, cards: int, seconds: float, source: str) -> Measured:
    """Return a whole training of a model of the ladder."""
    model = rung(name)
    return Measured(model, accelerator(card), cards, seconds, model.examples, model.steps, source)


def _step(
    name: str, card: str, cards: int, seconds: float, sequences: int, source: str
) -> Measured:
    """Return one step of a model of the ladder, with a batch of so many sequences."""
    return Measured(rung(name), accelerator(card), cards, seconds, sequences, 1, source)


NANOGPT = _step("GPT-2 124M", "A100", 1, 0.755, 100, "nanoGPT, 2023, transformer_sizing.ipynb")

MEASURED: tuple[Measured, ...] = (
    _training("AlexNet", "GTX 580", 2, 5.5 * _DAY, "Krizhevsky et al., 2012: five to six days"),
    NANOGPT,
    _training("GPT-2 124M", "A100", 8, 4 * _DAY, "nanoGPT, 2023, README.md: about 4 days"),
    _step("GPT-2 124M", "A100", 8, 0.3, 512, "llm.c, 2024, scripts/run_gpt2_124M.sh: about 0.3 s"),
    _step("GPT-2 1.6B", "H100", 8, 2.8, 1024, "llm.c, 2024, scripts/run_gpt2_1558M.sh"),
    _training(
        "Llama 3 405B", "H100", 1, 30.84e6 * _HOUR,
        "Meta, 2024, models/llama3_1/MODEL_CARD.md: 30.84 million hours of one card",
    ),
)  # fmt: skip
"""Published times; what they make of a data sheet is between 29% and 61%."""

UTILISATION = NANOGPT.utilisation
"""The share of a data sheet's peak that times are estimated with: what nanoGPT measured, 37%."""


class Estimate(Struct):
    """Time and energy on an accelerator."""

    step: float
    """Seconds of a step."""
    calls: float
    """Seconds of starting the calls of a step, at the least; part of the step."""
    training: float
    """Seconds of the whole training."""
    joules: float
    """Energy of the whole training, with every card at its most."""

    @property
    def is_least(self) -> bool:
        """Whether starting its calls matters: then the step takes this long at the least."""
        return self.calls >= _CALLS_MATTER * self.step


def time_on(
    model: Model, card: Accelerator, *, cards: int = 1, utilisation: float = UTILISATION
) -> Estimate:
    """Estimate the time and the energy of a training from a data sheet.

    Parameters
    ----------
    model : Model
        The network and its training.
    card : Accelerator
        The kind of card.
    cards : int
        How many share each batch.
    utilisation : float
        The share of the peak that is reached, in (0, 1].

    Returns
    -------
    Estimate
        A step takes the longest of three times: multiply-adds ÷ (peak × utilisation × cards); the
        bytes of `Model.traffic` ÷ bandwidth, since each card moves all parameters; and starting its
        calls, `START_SECONDS` and `CALL_SECONDS` for each.
    """
    computing = model.multiply_adds_step / (card.multiply_adds * utilisation * cards)
    calls = START_SECONDS + model.calls * CALL_SECONDS
    step = max(computing, model.traffic / card.bandwidth, calls)
    training = step * model.steps
    return Estimate(step, calls, training, training * card.watts * cards)


def cards_for(model: Model, card: Accelerator) -> int:
    """Return how many cards hold the parameters, their gradient and the optimizer state."""
    memory = model.memory(0).total
    return max(1, -int(-memory // card.memory))
