"""Accelerators by their data sheets, and published trainings that show the share they reach."""

from core.scale.ladder import rung
from core.scale.model import Model
from core.structs import Struct

FLOPS_PER_MULTIPLY_ADD = 2
"""A data sheet counts a multiplication and an addition; here they are one multiply-add."""
_DAY = 86_400.0
_HOUR = 3600.0


class Launching(Struct):
    """Seconds of starting the calls of a step on a GPU: some for the step, and some for each."""

    step: float
    call: float

    def seconds(self, calls: int) -> float:
        """Return the seconds of starting so many calls."""
        return self.step + calls * self.call


def _through(first: tuple[int, float], second: tuple[int, float]) -> Launching:
    """Return the line through two measurements, each of so many calls and their seconds."""
    call = (second[1] - first[1]) / (second[0] - first[0])
    return Launching(first[1] - first[0] * call, call)


TOGETHER, ONE_BY_ONE = _through((8, 16e-6), (80, 70e-6)), _through((8, 50e-6), (80, 260e-6))
"""Starting all calls of a step together, as a graph, and starting each by itself: the lines through
what the documentation of CUDA.jl gives, https://cuda.juliagpu.org/dev/usage/graphs/."""


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

    cards: int
    """Cards that share each step."""
    step: float
    """Seconds of a step, its calls started together."""
    longest_step: float
    """Seconds of a step, each of its calls started by itself."""
    training: float
    """Seconds of the whole training, with such steps as `step`."""
    longest_training: float
    """Seconds of the whole training, with such steps as `longest_step`."""
    joules: float | None
    """Energy of the whole training, with every card at its most; None where that is not known,
    since the card waits for its calls."""

    @property
    def waits(self) -> bool:
        """Whether the card waits for its calls: then its time depends on how they are started."""
        return self.longest_step > self.step


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
        How many share each batch; if they are too few to hold the network, as few as hold it.
    utilisation : float
        The share of the peak that is reached, in (0, 1].

    Returns
    -------
    Estimate
        A step takes the longest of three times: multiply-adds ÷ (peak × utilisation × cards); the
        bytes of `Model.traffic` ÷ bandwidth, of as many cards as hold the parameters once; and
        starting its calls, `TOGETHER` or `ONE_BY_ONE`. Sending numbers from card to card is left
        out.
    """
    holding = cards_for(model, card)
    cards = max(cards, holding)
    computing = model.multiply_adds_step / (card.multiply_adds * utilisation * cards)
    working = max(computing, model.traffic / (card.bandwidth * holding))
    step, longest = (max(working, each.seconds(model.calls)) for each in (TOGETHER, ONE_BY_ONE))
    training = step * model.steps
    joules = training * card.watts * cards if longest == step else None
    return Estimate(cards, step, longest, training, longest * model.steps, joules)


def cards_for(model: Model, card: Accelerator) -> int:
    """Return how many cards hold the parameters, their gradient and the optimizer state."""
    memory = model.memory(0).total
    return max(1, -int(-memory // card.memory))
