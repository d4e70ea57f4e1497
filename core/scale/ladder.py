"""The ladder: networks from four weights to 405 billion, each as it was published.

docs/figures.md has every figure with its source.
"""

from core.scale.layers import LayerCost, convolution, dense_layer, pooling, subsampling
from core.scale.model import Model, dense_model, transformer_model
from core.scale.transformer import Transformer

_LECUN = (
    "LeCun, Bottou, Bengio, Haffner, 1998, Gradient-based learning applied to document recognition"
)
_KRIZHEVSKY = "Krizhevsky, Sutskever, Hinton, 2012, ImageNet classification with deep CNNs"
_NANOGPT = "nanoGPT, 2023, transformer_sizing.ipynb, config/train_gpt2.py"
_LLM_C = "llm.c, 2024, scripts/run_gpt2_1558M.sh"
_BROWN = "Brown et al., 2020, arXiv:2005.14165, tables 2.1 and D.1"
_LLAMA = "Llama team, 2024, arXiv:2407.21783, tables 3 and 4"

_MNIST = 60_000
_IMAGENET = 1_200_000


def _lenet() -> tuple[LayerCost, ...]:
    """Return LeNet-5's layers; in C3 each map sees only some maps of S2 (table I of the paper)."""
    return (
        convolution("C1, 5×5", 28, [(6, 1)], 5, is_first=True),
        subsampling("S2", 14, 6),
        convolution("C3, 5×5", 10, [(6, 3), (9, 4), (1, 6)], 5),
        subsampling("S4", 5, 16),
        convolution("C5, 5×5", 1, [(120, 16)], 5),
        dense_layer("F6", 120, 84),
        # The distances to ten given bitmaps: nothing is learned there, so only deltas go back.
        LayerCost("output", forward=84 * 10, backward=84 * 10, activations=10),
    )


def _alexnet() -> tuple[LayerCost, ...]:
    """Return AlexNet's layers; layers 2, 4 and 5 see only the half of the maps that is on the same
    card. Its normalisation is left out."""
    return (
        convolution("convolution 1, 11×11", 55, [(96, 3)], 11, is_first=True),
        pooling("pooling 1", 27, 96),
        convolution("convolution 2, 5×5", 27, [(256, 48)], 5),
        pooling("pooling 2", 13, 256),
        convolution("convolution 3, 3×3", 13, [(384, 256)], 3),
        convolution("convolution 4, 3×3", 13, [(384, 192)], 3),
        convolution("convolution 5, 3×3", 13, [(256, 192)], 3),
        pooling("pooling 5", 6, 256),
        dense_layer("dense 6", 256 * 6 * 6, 4096),
        dense_layer("dense 7", 4096, 4096),
        dense_layer("dense 8", 4096, 1000),
    )


_GPT2 = Transformer(blocks=12, width=768, heads=12, context=1024, vocabulary=50_257, bias=False)
"""Without biases, as nanoGPT trains it."""
_GPT2_XL = Transformer(blocks=48, width=1600, heads=25, context=1024, vocabulary=50_257)
_GPT3 = Transformer(blocks=96, width=12_288, heads=96, context=2048, vocabulary=50_257)
"""Some of its layers attend to fewer tokens; here each attends to all, which adds at most 3% to its
multiply-adds."""
_LLAMA_405B = Transformer(
    blocks=126,
    width=16_384,
    heads=128,
    context=8192,
    vocabulary=128_256,
    bias=False,
    key_heads=8,
    hidden=53_248,
    is_gated=True,
    has_positions=False,
    is_tied=False,
)

LADDER: tuple[Model, ...] = (
    dense_model("4→1", (4, 1), batch=1000, steps=300, bias=False),
    dense_model("4→4→1", (4, 4, 1), batch=1000, steps=300),
    Model(
        "LeNet-5",
        _lenet(),
        batch=1,
        examples=20 * _MNIST,
        # A second derivative of each parameter scales its update.
        optimizer_numbers=1,
        source=_LECUN,
    ),
    dense_model("4→999→999→1", (4, 999, 999, 1), batch=1000, steps=300),
    Model(
        "AlexNet",
        _alexnet(),
        batch=128,
        examples=90 * _IMAGENET,
        optimizer_numbers=1,
        source=_KRIZHEVSKY,
    ),
    transformer_model(
        "GPT-2 124M", _GPT2, batch_tokens=491_520, tokens=300 * 10**9, source=_NANOGPT
    ),
    transformer_model(
        "GPT-2 1.6B", _GPT2_XL, batch_tokens=2**20, tokens=32_000 * 2**20, source=_LLM_C
    ),
    transformer_model(
        "GPT-3 175B", _GPT3, batch_tokens=3_200_000, tokens=300 * 10**9, source=_BROWN
    ),
    transformer_model(
        "Llama 3 405B",
        _LLAMA_405B,
        batch_tokens=2**24,
        tokens=15_600 * 10**9,
        source=_LLAMA,
    ),
)
"""From the smallest to the largest."""


def rung(name: str) -> Model:
    """Return a model of the ladder by its name.

    Raises
    ------
    KeyError
        If the ladder has none of that name.
    """
    return {model.name: model for model in LADDER}[name]
