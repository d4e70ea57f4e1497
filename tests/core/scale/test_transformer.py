"""The cost of a transformer: a tiny one by hand, and GPT-2 line by line against nanoGPT."""

import pytest

from core.scale.ladder import rung
from core.scale.layers import LayerCost
from core.scale.transformer import Transformer

TINY = Transformer(blocks=2, width=6, heads=3, context=5, vocabulary=7, bias=False)

FLOPS = {
    # transformer_sizing.ipynb of nanoGPT: FLOPs of one block, forward, for 1,024 tokens.
    "queries, keys, values": 3_623_878_656,
    "attention scores": 1_610_612_736,
    "attention values": 1_610_612_736,
    "attention projection": 1_207_959_552,
    "feed-forward up": 4_831_838_208,
    "feed-forward down": 4_831_838_208,
    "vocabulary scores": 79_047_426_048,
}
PARAMETERS = {
    "position embedding": 786_432,
    "token embedding": 38_597_376,
    "attention normalisation": 768,
    "queries, keys, values": 1_769_472,
    "attention projection": 589_824,
    "feed-forward normalisation": 768,
    "feed-forward up": 2_359_296,
    "feed-forward down": 2_359_296,
    "last normalisation": 768,
}


def lines(shape: Transformer) -> dict[str, LayerCost]:
    return {layer.name: layer for layer in shape.layers()}


def test_a_tiny_one_by_hand() -> None:
    found = lines(TINY)
    # 5 tokens × 6 numbers × 18 queries, keys and values.
    assert found["queries, keys, values"].forward == 540
    # 5 × 5 pairs of tokens × 6 numbers, over all heads; both factors need deltas.
    assert found["attention scores"].forward == 150
    assert found["attention scores"].backward == 300
    # Each head keeps 5 × 5 scores.
    assert found["attention scores"].activations == 75
    assert found["feed-forward up"].parameters == 6 * 24
    assert found["vocabulary scores"].forward == 5 * 6 * 7
    assert found["vocabulary scores"].parameters == 0


def test_biases_are_counted_where_there_are_any() -> None:
    found = lines(Transformer(blocks=2, width=6, heads=3, context=5, vocabulary=7))
    assert found["queries, keys, values"].parameters == 6 * 18 + 18
    assert found["attention normalisation"].parameters == 12
    assert found["vocabulary scores"].parameters == 0


def test_keys_that_heads_share_have_fewer_weights() -> None:
    shape = Transformer(
        blocks=1, width=6, heads=3, context=5, vocabulary=7, bias=False, key_heads=1,
        hidden=10, is_gated=True, has_positions=False, is_tied=False,
    )  # fmt: skip
    found = lines(shape)
    # 6 queries; one head of 2 keys and one of 2 values.
    assert found["queries, keys, values"].parameters == 6 * 10
    assert found["feed-forward up"].parameters == 6 * 20
    assert found["feed-forward down"].parameters == 10 * 6
    assert found["vocabulary scores"].parameters == 42
    assert "position embedding" not in found


@pytest.mark.parametrize("name", FLOPS)
def test_gpt_2_takes_the_flops_that_nanogpt_lists(name: str) -> None:
    layer = {each.name: each for each in rung("GPT-2 124M").layers}[name]
    assert 2 * layer.forward == FLOPS[name]
    assert layer.backward == 2 * layer.forward


@pytest.mark.parametrize("name", PARAMETERS)
def test_gpt_2_has_the_parameters_that_nanogpt_lists(name: str) -> None:
    layer = {each.name: each for each in rung("GPT-2 124M").layers}[name]
    assert layer.parameters == PARAMETERS[name]
