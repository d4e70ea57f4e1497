"""A run written down elsewhere goes on there as it does here."""

import csv
import io
import json
import math
import runpy
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from unittest.mock import patch

import pytest

from core.errors import ExportError
from core.files.exports import plan
from core.files.exports.forms import FORMS
from core.files.exports.result import result_of
from core.files.exports.writing import long_list
from core.network.optimizers import OPTIMIZERS
from core.run.changes import SetFrozen
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from tests.core.run.test_trajectories import FOLDER, read

STEPS = 50
SMALL = TrainingConfig(hidden=(3,), images=40, seed=3)
XOR = replace(SMALL, task="xor", output="sigmoid", loss="bce", learning_rate=0.5)
CONFIGS = {
    "essay": TrainingConfig(),
    "essay-bias": TrainingConfig(bias=True, images=30),
    "sigmoid-squared": TrainingConfig(output="sigmoid", images=30),
    "two-layers": replace(SMALL, hidden=(3, 2), activation="relu,sigmoid"),
    "no-bias": replace(SMALL, bias=False, activation="linear"),
    "xor-batches": replace(XOR, batch_size=7),
    "nudged": replace(SMALL, gradient="nudge", engine="loops"),
    "penalties": replace(XOR, l1=0.01, l2=0.02),
    "ahead-of-nothing": replace(SMALL, optimizer="momentum", momentum=0.0, nesterov=True),
    "step-clip-value": replace(
        XOR, schedule="step", decay_steps=9, decay_factor=0.5, clip_value=0.01, l1=0.001
    ),
    "cosine-clip-norm": replace(
        SMALL,
        optimizer="adam",
        schedule="cosine",
        warmup_steps=4,
        cosine_steps=60,
        cosine_end=0.1,
        clip_norm=0.05,
        learning_rate=0.01,
        l2=0.002,
    ),
    **{
        f"{optimizer}{'-options' if options else ''}": replace(
            SMALL,
            optimizer=optimizer,
            learning_rate=0.01,
            nesterov=options,
            centered=options,
            amsgrad=options,
            l1=0.001 * options,
            l2=0.002 * options,
            batch_size=9 if options else None,
        )
        for optimizer in OPTIMIZERS
        for options in (False, True)
    },
}
every_config = pytest.mark.parametrize("name", CONFIGS)


def trained(config: TrainingConfig, steps: int = 20) -> Trainer:
    trainer = Trainer(config)
    trainer.run.run_for(math.inf, max_steps=steps)
    if config.hidden:
        trainer.apply(SetFrozen(2, True))
        trainer.apply(SetFrozen(config.architecture.parameter_count - 1, True))
    return trainer


def last_loss(script: str, folder: Path, *, plain: bool = False) -> float:
    """Run a script as it is, and read its last line; a plain one with no packages at all."""
    path = folder / "script.py"
    path.write_text(script, encoding="utf-8")
    options = ["-I", "-S"] if plain else []
    done = subprocess.run(
        [sys.executable, *options, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return float(done.stdout.split()[-1])


def last_loss_here(script: str, folder: Path) -> float:
    """Run a script in this process, which has numpy already, and read its last line."""
    path = folder / "script.py"
    path.write_text(script, encoding="utf-8")
    with (
        patch.object(sys, "argv", [str(path)]),
        redirect_stdout(io.StringIO()) as printed,
        redirect_stderr(io.StringIO()) as errors,
    ):
        runpy.run_path(str(path), run_name="__main__")
    assert not errors.getvalue()
    return float(printed.getvalue().split()[-1])


def assert_goes_on(form: str, name: str, folder: Path) -> None:
    trainer = trained(CONFIGS[name])
    # Nudging finds slopes a little beside the point; a script takes them exactly.
    there = 1e-5 if CONFIGS[name].gradient == "nudge" else 1e-12
    text = FORMS[form].text(trainer, STEPS)
    trainer.run.run_for(math.inf, max_steps=STEPS)
    here = form == "numpy"
    found = last_loss_here(text, folder) if here else last_loss(text, folder, plain=form == "essay")
    assert found == pytest.approx(trainer.run.loss, rel=0, abs=there * max(1.0, trainer.run.loss))


@every_config
def test_the_loops_script_goes_on_as_we_do(name: str, tmp_path: Path) -> None:
    assert_goes_on("essay", name, tmp_path)


@every_config
def test_the_script_with_numpy_goes_on_as_we_do(name: str, tmp_path: Path) -> None:
    assert_goes_on("numpy", name, tmp_path)


@pytest.mark.skipif(find_spec("torch") is None, reason="torch is missing: pip install '.[torch]'")
@every_config
def test_the_script_with_torch_goes_on_as_we_do(name: str, tmp_path: Path) -> None:
    assert_goes_on("torch", name, tmp_path)


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("essay", "sgd-step-clip-norm"),
        ("essay", "momentum-cosine-clip-value"),
        ("numpy", "rmsprop-warmup-step-clip-norm"),
    ],
)
def test_two_hundred_steps_of_a_script_by_a_schedule_are_torchs(
    form: str, name: str, tmp_path: Path
) -> None:
    trajectory = read(FOLDER / f"{name}.json")
    text = FORMS[form].text(trajectory.start("matrix"), 200)
    there = trajectory.losses[200]
    assert last_loss_here(text, tmp_path) == pytest.approx(there, rel=0, abs=1e-12)


@pytest.mark.parametrize("form", ["essay", "numpy"])
def test_a_script_can_begin_at_step_0_and_take_no_step(form: str, tmp_path: Path) -> None:
    for optimizer in OPTIMIZERS:
        trainer = Trainer(replace(SMALL, optimizer=optimizer))
        found = last_loss_here(FORMS[form].text(trainer, 0), tmp_path)
        assert found == pytest.approx(trainer.run.loss)


def test_a_script_has_the_batches_of_every_step_that_it_takes(tmp_path: Path) -> None:
    trainer = trained(CONFIGS["xor-batches"])
    text = FORMS["numpy"].text(trainer, 80)
    trainer.run.run_for(math.inf, max_steps=80)
    assert last_loss(text, tmp_path) == pytest.approx(trainer.run.loss, rel=0, abs=1e-12)


def test_many_numbers_fill_lines_of_100_characters() -> None:
    # Four blanks, 13 times seven characters, and "0.25,": just 100. Of 14 times seven it is 101.
    fits, too_long = [*[0.125] * 13, 0.25], [0.125] * 14
    full = f"    {'0.125, ' * 13}0.25,"
    assert len(full) == 100
    assert long_list("x", [*fits, 0.5]).splitlines() == ["x = [", full, "    0.5,", "]"]
    cut = f"    {'0.125, ' * 13}".rstrip()
    assert long_list("x", [*too_long, 0.5]).splitlines()[1:3] == [cut, "    0.125, 0.5,"]


def test_a_script_states_where_its_gradient_differs() -> None:
    for name, config in CONFIGS.items():
        text = FORMS["numpy"].text(Trainer(config), 1)
        assert ("finite differences; here the gradient is exact" in text) == (name == "nudged")


def test_the_torch_script_warns_where_pytorch_may_end_in_nan() -> None:
    for name in ("rmsprop", "rmsprop-options", "adam-options"):
        text = FORMS["torch"].text(Trainer(CONFIGS[name]), 1)
        assert ("the loss is nan from then on" in text) == (name == "rmsprop-options")


def torch_lines(name: str, steps: int = 20) -> list[str]:
    """Return the lines of a script with PyTorch, which is Python whether that is there or not."""
    text = FORMS["torch"].text(trained(CONFIGS[name], steps), STEPS)
    compile(text, name, "exec")
    return [line.strip() for line in text.splitlines()]


@pytest.mark.parametrize(
    ("name", "optimizer", "slots"),
    [
        ("sgd", "SGD(groups, lr=RATE)", None),
        ("momentum", "SGD(groups, lr=RATE, momentum=MOMENTUM, nesterov=False)", "momentum_buffer"),
        (
            "momentum-options",
            "SGD(groups, lr=RATE, momentum=MOMENTUM, nesterov=True)",
            "momentum_buffer",
        ),
        (
            "ahead-of-nothing",
            "SGD(groups, lr=RATE, momentum=MOMENTUM, nesterov=False)",
            "momentum_buffer",
        ),
        (
            "rmsprop",
            "RMSprop(groups, lr=RATE, alpha=ALPHA, eps=EPSILON, centered=False)",
            "square_avg",
        ),
        (
            "rmsprop-options",
            "RMSprop(groups, lr=RATE, alpha=ALPHA, eps=EPSILON, centered=True)",
            "square_avg grad_avg",
        ),
        (
            "adam",
            "Adam(groups, lr=RATE, betas=(BETA1, BETA2), eps=EPSILON, amsgrad=False)",
            "exp_avg exp_avg_sq",
        ),
        (
            "adam-options",
            "Adam(groups, lr=RATE, betas=(BETA1, BETA2), eps=EPSILON, amsgrad=True)",
            "exp_avg exp_avg_sq max_exp_avg_sq",
        ),
    ],
)
def test_the_torch_script_hands_pytorch_what_its_optimizer_remembers(
    name: str, optimizer: str, slots: str | None
) -> None:
    lines = torch_lines(name)
    assert f"optimizer = torch.optim.{optimizer}" in lines
    kept = [line for line in lines if line.startswith("for name, slot in zip(")]
    expected = [] if slots is None else [f"for name, slot in zip({slots.split()!r}, slots):"]
    assert kept == expected
    counts = 'optimizer.state[parameter]["step"] = torch.tensor(float(count))'
    assert (counts in lines) == name.startswith(("rmsprop", "adam"))
    # Before the first step it remembers nothing.
    assert not any("optimizer.state" in line for line in torch_lines(name, 0))


@pytest.mark.parametrize(
    ("name", "modules", "loss"),
    [
        ("essay", ["nn.Linear(4, 1, bias=False, dtype=torch.double),"], "nn.MSELoss()"),
        (
            "two-layers",
            [
                "nn.Linear(4, 3, bias=True, dtype=torch.double),",
                "nn.ReLU(),",
                "nn.Linear(3, 2, bias=True, dtype=torch.double),",
                "nn.Sigmoid(),",
                "nn.Linear(2, 1, bias=True, dtype=torch.double),",
            ],
            "nn.MSELoss()",
        ),
        (
            "sigmoid-squared",
            ["nn.Linear(4, 1, bias=False, dtype=torch.double),", "nn.Sigmoid(),"],
            "nn.MSELoss()",
        ),
        (
            # The loss takes the sums before the sigmoid of the output.
            "xor-batches",
            [
                "nn.Linear(4, 3, bias=True, dtype=torch.double),",
                "nn.Tanh(),",
                "nn.Linear(3, 1, bias=True, dtype=torch.double),",
            ],
            "nn.BCEWithLogitsLoss()",
        ),
    ],
)
def test_the_torch_script_builds_the_network_and_the_loss(
    name: str, modules: list[str], loss: str
) -> None:
    lines = torch_lines(name)
    start = lines.index("network = nn.Sequential(") + 1
    assert lines[start : lines.index(")", start)] == modules
    assert f"loss_of = {loss}" in lines
    bias = "bias=True" in modules[0]
    assert ("linear.bias.copy_(weights[-1])" in lines) == bias
    assert f"linear.weight.copy_({'weights[:-1]' if bias else 'weights'}.T)" in lines
    biases = '{"params": [linear.bias for linear in linears], "weight_decay": 0.0},'
    assert (biases in lines) == bias


def test_the_torch_script_has_penalties_batches_and_frozen_parameters_if_the_run_does() -> None:
    plain, all_of_it = torch_lines("essay"), torch_lines("adam-options")
    for lines, has in ((plain, False), (all_of_it, True)):
        assert ("linear.weight.grad += L1 * linear.weight.sign()" in lines) == has
        assert ("places = batches[step % len(batches)]" in lines) == has
        whose = "Each loss is the mean over the batch of its step, not over all training images."
        assert (whose in lines) == has
        assert ("places = slice(None)" in lines) != has
        assert ("for k, i, j in frozen:" in lines) == has
        decay = "L2" if has else "0.0"
        weights = f'{{"params": [linear.weight for linear in linears], "weight_decay": {decay}}},'
        assert weights in lines
    # A bias is put back in a vector of its own.
    assert "linears[k].bias[j] = before[k][1][j]" in all_of_it
    assert "linears[k].bias[j] = before[k][1][j]" not in torch_lines("no-bias")


@pytest.mark.parametrize("form", ["essay", "numpy"])
def test_a_script_of_a_run_that_explodes_ends_as_well(form: str, tmp_path: Path) -> None:
    trainer = Trainer(replace(SMALL, optimizer="adam", learning_rate=1e200))
    trainer.run.run_for(math.inf, max_steps=2)
    script = FORMS[form].text(trainer, 3)
    trainer.run.here.state.slots[1, 0] = math.inf
    for text in (script, FORMS[form].text(trainer, 3)):
        path = tmp_path / "script.py"
        path.write_text(text, encoding="utf-8")
        done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert "Error" not in done.stderr


def test_the_loops_script_imports_nothing() -> None:
    for config in CONFIGS.values():
        text = FORMS["essay"].text(trained(config, 1), STEPS)
        assert "import " not in text.replace("not even an import.", "")


def test_a_script_is_written_the_same_twice_and_changes_nothing() -> None:
    trainer = trained(CONFIGS["xor-batches"])
    before = trainer.run.here.network.parameters.tolist()
    assert FORMS["numpy"].text(trainer, 5) == FORMS["numpy"].text(trainer, 5)
    assert trainer.run.here.network.parameters.tolist() == before


def test_json_equals_that_of_train() -> None:
    trainer = trained(TrainingConfig(), 3)
    found = json.loads(FORMS["json"].text(trainer, STEPS))
    assert found["steps"] == 3
    assert found["status"] == "paused"
    assert found["weights"] == [[[w] for w in trainer.run.here.network.parameters.tolist()]]
    assert found["multiply_adds"]["total"] == 3 * 8004


def test_json_has_the_scores_of_a_task_that_is_answered_by_yes_and_no() -> None:
    trainer = trained(replace(XOR, test_share=0.25), 7)
    found = json.loads(FORMS["json"].text(trainer, STEPS))["scores"]
    scores = trainer.snapshot().scores
    assert scores is not None
    assert scores.test is not None
    assert (found["step"], found["train"]["images"], found["test"]["images"]) == (7, 30, 10)
    for told, score in ((found["train"], scores.train), (found["test"], scores.test)):
        confusion = score.confusion
        assert confusion is not None
        assert told["loss"] == score.loss
        assert told["confusion"] == {
            "true_yes": confusion.true_positives,
            "false_no": confusion.false_negatives,
            "false_yes": confusion.false_positives,
            "true_no": confusion.true_negatives,
        }
    # Nothing more is computed once a person has interrupted it.
    assert "scores" not in json.dumps(result_of(trainer, "interrupted"))
    # Without test images there is a score of the training images alone; of a task of numbers there
    # are no answers to count; and without both there is no more to say than the loss.
    alone = json.loads(FORMS["json"].text(trained(XOR, 7), STEPS))["scores"]
    assert (alone["test"], alone["train"]["images"]) == (None, 40)
    tested = json.loads(FORMS["json"].text(trained(replace(SMALL, test_share=0.25), 7), STEPS))
    assert (tested["scores"]["test"]["images"], tested["scores"]["test"]["confusion"]) == (10, None)
    assert "scores" not in json.loads(FORMS["json"].text(trained(SMALL, 7), STEPS))


def test_csv_has_a_row_a_step() -> None:
    trainer = trained(TrainingConfig(), 3)
    rows = list(csv.reader(io.StringIO(FORMS["csv"].text(trainer, STEPS))))
    assert rows[0] == ["step", "loss", "multiply_adds"]
    assert [row[0] for row in rows[1:]] == ["0", "1", "2", "3"]
    assert [float(row[1]) for row in rows[1:]] == trainer.run.log.history.curve().last.tolist()
    assert [int(row[2]) for row in rows[1:]] == [0, 8004, 16008, 24012]


def test_csv_of_a_long_run_has_what_is_known_of_each_stretch() -> None:
    trainer = trained(replace(TrainingConfig(), images=10), 10_000)
    curve = trainer.run.log.history.curve()
    rows = list(csv.DictReader(io.StringIO(FORMS["csv"].text(trainer, STEPS))))
    assert curve.width == 4
    assert len(rows) == len(curve.last)
    assert (rows[1]["first_step"], rows[1]["last_step"]) == ("4", "7")
    assert float(rows[1]["minimum"]) == curve.minimum[1]
    assert rows[-1]["last_step"] == "10000"


def test_too_many_images_for_a_script_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.files.exports.forms.MOST_IMAGES", 30)
    assert plan.MOST_IMAGES == 100_000
    with pytest.raises(ExportError, match="at most 30; this run has 40"):
        FORMS["essay"].text(Trainer(SMALL), STEPS)
