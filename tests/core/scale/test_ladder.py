"""The ladder against the figures that were published, and models of a person's own."""

import pytest

from core.prediction import memory_of, predict
from core.scale.here import seconds_here
from core.scale.ladder import LADDER, rung
from core.scale.model import Model, dense_model, gpt, model_of, sized_model, transformer_model
from core.settings.config import TrainingConfig
from tests.core.rates.made import rates


def test_it_goes_up() -> None:
    sizes = [model.parameters for model in LADDER]
    assert sizes == sorted(sizes)
    steps = [model.multiply_adds_step for model in LADDER]
    assert steps == sorted(steps)


def test_the_default_network_is_its_first_rung() -> None:
    # 1,000 images × 4 forward, 4 for the gradient; 4 updates.
    model = rung("4→1")
    assert model.parameters == 4
    assert model.multiply_adds_step == 8_004
    assert model.multiply_adds_training == 300 * 8_004
    # Four weights and their gradient, 8 bytes each; an image leaves its prediction.
    assert model.memory().total == 32 + 32 + 8
    assert model.config == TrainingConfig(images=1000, bias=False)


def test_four_hidden_neurons() -> None:
    # 16 + 4 weights, 4 + 1 biases. Forward 20; backward 20, and 4 for the hidden deltas.
    model = rung("4→4→1")
    assert model.parameters == 25
    assert model.multiply_adds_step == 1000 * (20 + 24) + 25
    assert model.memory(10).activations == 10 * 5 * 8


def test_a_million_weights() -> None:
    # 4·999 + 999·999 + 999 weights, 999 + 999 + 1 biases.
    model = rung("4→999→999→1")
    assert model.parameters == 1_004_995
    assert model.multiply_adds_forward == 3_996 + 998_001 + 999


@pytest.mark.parametrize(
    ("name", "calls"),
    # The matrix engine's list; else a call per layer for outputs, gradient and deltas, but for the
    # image and the given bitmaps, and one for the update.
    [("4→1", 8), ("4→4→1", 16), ("4→999→999→1", 23), ("LeNet-5", 2 + 5 * 3 + 2 + 1)],
)
def test_calls_of_a_step(name: str, calls: int) -> None:
    assert rung(name).calls == calls


def test_only_what_this_program_cannot_train_has_a_least_time() -> None:
    assert [model.is_least for model in LADDER] == [False, False, True, False] + 5 * [True]


@pytest.mark.parametrize(
    "config",
    [
        TrainingConfig(hidden=(8, 8), images=100, batch_size=32),
        TrainingConfig(hidden=(3,), images=10, optimizer="adam", gradient="nudge", bias=False),
    ],
)
def test_the_network_of_a_run_costs_what_its_step_is_predicted_with(config: TrainingConfig) -> None:
    model = model_of("this", config, steps=7)
    assert (model.batch, model.steps) == (config.images_per_step, 7)
    assert model.parameters == config.architecture.parameter_count
    assert model.multiply_adds_step == predict(config, rates(), engine="matrix").multiply_adds
    assert model.memory(0).optimizer == memory_of(config).optimizer
    frozen = model_of("this", config, steps=7, frozen=2)
    predicted = predict(config, rates(), engine="matrix", frozen=2)
    assert frozen.multiply_adds_step == predicted.multiply_adds == model.multiply_adds_step - 2
    assert seconds_here(frozen, rates())["matrix"] == predicted.seconds


def test_lenet_has_the_parameters_and_connections_of_its_paper() -> None:
    model = rung("LeNet-5")
    by_name = {layer.name: layer for layer in model.layers}
    assert [by_name[name].parameters for name in ("C1, 5×5", "S2", "C3, 5×5", "S4")] == [
        156, 12, 1516, 32,
    ]  # fmt: skip
    assert [by_name[name].parameters for name in ("C5, 5×5", "F6")] == [48_120, 10_164]
    assert model.parameters == 60_000
    # The paper counts connections: each input of a number, and its bias. Subsampling has four
    # inputs and a bias where there is one multiply-add.
    biased = ("C1, 5×5", "C3, 5×5", "C5, 5×5", "F6")
    connections = sum(by_name[name].forward + by_name[name].activations for name in biased)
    connections += sum(5 * by_name[name].forward for name in ("S2", "S4"))
    assert connections + by_name["output"].forward == 340_908
    # 117,600 + 1,176 + 150,000 + 400 + 48,000 + 10,080 + 840.
    assert model.multiply_adds_forward == 328_096
    # Twice that, without the deltas of the image and the gradient of the given bitmaps.
    assert model.multiply_adds_backward == 2 * 328_096 - 117_600 - 840


def test_alexnet_by_hand() -> None:
    model = rung("AlexNet")
    # Convolutions: 34,944 + 307,456 + 885,120 + 663,936 + 442,624.
    # Dense: 37,752,832 + 16,781,312 + 4,097,000. The paper: 60 million.
    assert model.parameters == 60_965_224
    # 105,415,200 + 223,948,800 + 149,520,384 + 112,140,288 + 74,760,192
    # + 37,748,736 + 16,777,216 + 4,096,000.
    assert model.multiply_adds_forward == 724_406_816
    assert model.multiply_adds_backward == 2 * 724_406_816 - 105_415_200
    assert model.steps == 843_750


def test_gpt_2_as_nanogpt_counts_it() -> None:
    model = rung("GPT-2 124M")
    assert model.parameters == 124_337_664
    # 291.65 GFLOP forward, for 1,024 tokens; three times that trained.
    assert 2 * model.multiply_adds_forward == 291_648_307_200
    assert 2 * (model.multiply_adds_forward + model.multiply_adds_backward) == 874_944_921_600
    # 480 sequences per step; 300 billion tokens.
    assert (model.batch, model.batch_tokens) == (480, 491_520)
    assert model.examples == 292_968_750
    # A checkpoint of parameters and Adam's two means: 1.49 GB.
    memory = model.memory()
    assert memory.parameters + memory.optimizer == 12 * 124_337_664


def test_the_large_ones_have_their_published_size() -> None:
    assert rung("GPT-2 1.6B").parameters == 1_557_611_200  # nanoGPT: 1558M
    # Table D.1 of the paper: 174,600 million; 3.14e23 FLOPs by 6·N·D.
    gpt_3 = rung("GPT-3 175B")
    assert round(gpt_3.parameters, -8) == 174_600_000_000
    assert f"{6 * gpt_3.parameters * 300e9:.3g}" == "3.14e+23"
    # Line by line there is the attention between tokens in addition, at most 3%.
    assert 1.02 < 2 * gpt_3.multiply_adds_training / (6 * gpt_3.parameters * 300e9) < 1.03
    assert rung("Llama 3 405B").parameters == 405_853_388_800


def test_activations_are_those_of_korthikanti() -> None:
    # Korthikanti et al., 2022, arXiv:2205.05198: s·b·h·(34 + 5·a·s/h) bytes per block in 16 bits,
    # of which 2 + a·s/h + 2·a·s/h are for dropout, which is left out here: 32 + 2·a·s/h.
    gpt_2 = rung("GPT-2 124M")
    block = sum(layer.activations for layer in gpt_2.layers if layer.times == 12)
    assert 2 * block == 1024 * 768 * 32 + 2 * 12 * 1024 * 1024


def test_a_model_of_a_given_size() -> None:
    model = sized_model("", 10, tokens=200, batch_tokens=50)
    assert (model.parameters, model.example) == (10, "token")
    # 10 forward, 20 backward; 10 updates.
    assert model.multiply_adds_step == 50 * 30 + 10
    assert model.steps == 4
    # 6·N·D FLOPs are 3·N·D multiply-adds; the updates are in addition.
    assert model.multiply_adds_training == 3 * 10 * 200 + 4 * 10


def test_a_transformer_of_a_given_shape() -> None:
    # GPT-2 medium: 24 blocks of width 1,024, with biases 354,823,168 parameters.
    shape = gpt(24, 1024, context=1024, vocabulary=50_257)
    model = transformer_model("medium", shape, batch_tokens=2**19, tokens=10**9)
    assert shape.heads == 16
    assert model.parameters == 354_823_168
    assert (model.batch, model.example) == (512, "sequence of 1,024 tokens")


def test_a_batch_is_one_sequence_at_least() -> None:
    model = transformer_model("", gpt(1, 8, 100, 10), batch_tokens=10, tokens=10)
    assert (model.batch, model.examples) == (1, 1)


def test_only_what_this_program_describes_has_a_config() -> None:
    def config(*sizes: int, batch: int = 1) -> TrainingConfig | None:
        return dense_model("", sizes, batch=batch, steps=1).config

    assert config(4, 8, 1) == TrainingConfig(hidden=(8,), bias=True, images=1)
    assert config(4, 8, 2) is None
    assert config(784, 8, 1) is None
    # It is only counted, so it may be of any size, but for the number of its layers.
    assert config(4, 10**6, 10**6, 1) is not None
    assert config(4, *[8] * 201, 1) is None
    assert config(4, 1, batch=10**7) is None


def test_traffic_by_hand() -> None:
    model = Model(
        "", sized_model("", 10, tokens=1).layers, 1, 1, optimizer_numbers=2, number_bytes=4
    )
    # Read three times, written once; the gradient written and read; two means read and written.
    assert model.traffic == 10 * 4 * (3 + 1 + 2 + 4)
