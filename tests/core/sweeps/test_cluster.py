"""A cluster as workers: a real scheduler and two workers on this machine, one of them killed."""

import importlib.util
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from core import TrainingConfig
from core.errors import SweepError
from core.sweeps import Sweep, Task, workers_of
from tests.core.sweeps.killing import MARK, killed_once
from tests.core.sweeps.test_dispatcher import CONFIGS, all_of, expected, plain
from tui.cli.main import main

needs_dask = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None,
    reason="dask is not installed: pip install -e '.[test,cluster]'",
)


@pytest.fixture(scope="module")
def mark(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file that shows that a worker was killed."""
    return tmp_path_factory.mktemp("cluster") / "killed"


@pytest.fixture(scope="module")
def address(mark: Path) -> Iterator[str]:
    """Start a scheduler and two workers; return the scheduler's address."""
    from distributed import LocalCluster

    with (
        patch.dict(os.environ, {MARK: str(mark)}),
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0", host="127.0.0.1"
        ) as cluster,
    ):
        yield cluster.scheduler_address


@needs_dask
def test_a_cluster_finds_the_same_numbers(address: str) -> None:
    with workers_of(f"dask:{address}") as workers, Sweep(map(Task, CONFIGS), workers) as running:
        assert workers.count == 2
        found = [plain(each) for each in all_of(running)]
    assert sorted(found, key=lambda each: each.config.seed) == expected()


@needs_dask
def test_a_killed_worker_loses_nothing_and_repeats_nothing(address: str, mark: Path) -> None:
    with workers_of(f"dask:{address}") as workers:
        alone = replace(workers, run_all=killed_once, batch_seconds=0.0)
        with Sweep(map(Task, CONFIGS), alone) as running:
            found = [plain(each) for each in all_of(running)]
    assert mark.exists()
    assert sorted(found, key=lambda each: each.config.seed) == expected()


@needs_dask
def test_workers_are_free_again_after_a_sweep_that_was_stopped(address: str) -> None:
    endless = [Task(TrainingConfig(steps=10**9, seed=seed)) for seed in range(2)]
    with workers_of(f"dask:{address}") as workers, Sweep(endless, workers) as running:
        assert running.results(0.5) == []
    with workers_of(f"dask:{address}") as workers, Sweep(map(Task, CONFIGS), workers) as running:
        assert len(all_of(running)) == len(CONFIGS)


@needs_dask
def test_a_sweep_of_the_command_goes_to_a_cluster(
    address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--images", "10", "--steps", "5", "--seed", "0..4"]
    assert main(["sweep", *words, "--executor", f"dask:{address}"]) == 0
    assert capsys.readouterr().out.startswith("5 runs; 1 combination; ")


@needs_dask
def test_a_cluster_that_closes_ends_the_sweep_in_words() -> None:
    from distributed import LocalCluster

    long = [Task(TrainingConfig(steps=100_000, seed=seed)) for seed in range(4)]
    cluster = LocalCluster(
        n_workers=1, processes=False, dashboard_address=":0", host="tcp://127.0.0.1"
    )
    with (
        workers_of(f"dask:{cluster.scheduler_address}") as workers,
        Sweep(long, workers) as running,
        pytest.raises(SweepError, match=r"the scheduler at tcp://127\.0\.0\.1:\d+ is gone"),
    ):
        all_of(running, cluster.close)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "a scheduler's address must be such as tcp://127.0.0.1:8786"),
        ("127.0.0.1:8786", "a scheduler's address must be such as"),
        ("tcp://127.0.0.1", "a scheduler's address must be such as"),
        ("magic://127.0.0.1:1", "a scheduler's address must be such as"),
        ("tcp://a b:1", "a scheduler's address must be such as"),
    ],
)
def test_an_address_of_no_scheduler_is_refused_without_dask_too(address: str, words: str) -> None:
    with pytest.raises(SweepError) as refused, workers_of(f"dask:{address}"):
        pass
    assert words in str(refused.value)


@needs_dask
def test_where_no_scheduler_answers_that_is_told() -> None:
    with (
        patch("core.sweeps.cluster._SECONDS", 0.1),
        pytest.raises(SweepError, match=r"no scheduler answers at tcp://127\.0\.0\.1:1"),
        workers_of("dask:tcp://127.0.0.1:1"),
    ):
        pass


def test_without_dask_the_answer_is_how_to_install_it() -> None:
    with (
        patch.dict(sys.modules, {"distributed": None}),
        pytest.raises(SweepError, match=r"pip install 'napkin-net\[cluster\]'"),
        workers_of("dask:tcp://127.0.0.1:8786"),
    ):
        pass
