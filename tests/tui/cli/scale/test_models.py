"""The networks that options describe."""

import argparse

import pytest

from core.scale import LADDER, Model
from tui.cli.options import Parser
from tui.cli.scale.models import add_model_options, amount_reader, model_named, models_of


def own(*words: str) -> Model:
    """Return the one network that the options describe."""
    parser = Parser()
    add_model_options(parser)
    (model,) = [each for each in models_of(parser, parser.read(words)) if each not in LADDER]
    return model


def test_without_options_it_is_the_ladder() -> None:
    parser = Parser()
    add_model_options(parser)
    assert models_of(parser, parser.read([])) == list(LADDER)


def test_a_dense_network() -> None:
    # 784·300 + 300·10 weights, 310 biases.
    model = own("--layers", "784,300,10", "--images", "1,000", "--steps", "2e4")
    assert (model.name, model.parameters) == ("784→300→10", 238_510)
    assert (model.batch, model.steps) == (1000, 20_000)
    # Forward 238,200; the gradient as many; the deltas of 300 neurons, 3,000.
    assert model.multiply_adds_step == 1000 * (3 * 238_200 - 784 * 300) + 238_510
    assert own("--layers", "7.84e2,0.3k,10").parameters == 238_510


def test_a_long_name_is_cut() -> None:
    assert own("--layers", ",".join(["1000"] * 9)).name == "1,000→…→1,000"


def test_a_model_of_a_given_size() -> None:
    model = own("--params", "7B", "--tokens", "1.4T", "--batch-tokens", "4M")
    assert (model.name, model.parameters) == ("7 G weights", 7 * 10**9)
    assert (model.batch, model.examples) == (4 * 10**6, 1_400 * 10**9)


def test_tokens_are_twenty_per_parameter_unless_given() -> None:
    assert own("--params", "1e9").examples == 20 * 10**9


def test_a_training_has_a_step_at_least() -> None:
    model = own("--params", "1")
    assert (model.name, model.batch, model.steps) == ("1 weight", 20, 1.0)
    assert own("--transformer", "1,1", "--tokens", "2048").steps == 1.0


def test_a_transformer() -> None:
    model = own("--transformer", "24,1024")
    assert (model.parameters, model.batch) == (354_823_168, 512)
    assert model.examples == 20 * 354_823_168 // 1024
    model = own("--transformer", "2,8", "--context", "16", "--vocabulary", "5", "--tokens", "160")
    # 12·8² + 13·8 in each block; 5 + 16 embeddings, and the last normalisation.
    assert model.parameters == 2 * (12 * 64 + 13 * 8) + 21 * 8 + 16
    assert (model.tokens, model.examples) == (16, 10)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1000", 1000),
        ("1,000", 1000),
        ("7e9", 7 * 10**9),
        ("7B", 7 * 10**9),
        ("7g", 7 * 10**9),
        ("1.5k", 1500),
        ("0.124M", 124_000),
        ("1,5T", 15 * 10**11),
        ("175e9", 175 * 10**9),
    ],
)
def test_amounts_are_read_as_the_field_writes_them(text: str, value: int) -> None:
    assert amount_reader(1, 10**18)(text) == value


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "7X", "B", "inf", "nan", "1e-3", "1e19"])
def test_other_amounts_are_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=r"^must be"):
        amount_reader(1, 10**18)(text)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("4-1", "4→1"),
        ("441", "4→4→1"),
        ("lenet", "LeNet-5"),
        ("GPT-3", "GPT-3 175B"),
        ("gpt-2-124m", "GPT-2 124M"),
        ("Llama 3 405B", "Llama 3 405B"),
    ],
)
def test_a_network_is_named_as_a_keyboard_can(typed: str, name: str) -> None:
    assert model_named(Parser(), list(LADDER), typed).name == name
