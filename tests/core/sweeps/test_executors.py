"""Processes as workers: they end with the sweep, and one that is killed loses nothing."""

import multiprocessing
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

import core
from core.engines import compiled
from core.errors import SweepError
from core.sweeps import Sweep, Task, executors, run, workers_of
from tests.core.sweeps.killing import MARK, killed_once
from tests.core.sweeps.test_dispatcher import CONFIGS, all_of, expected, plain

ROOT = Path(core.__file__).parent.parent


def test_a_killed_process_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    with (
        patch.dict(os.environ, {MARK: str(tmp_path / "killed"), "OPENBLAS_NUM_THREADS": "7"}),
        workers_of("processes", 1) as workers,
    ):
        with Sweep(map(Task, CONFIGS), replace(workers, run_all=killed_once)) as running:
            found = [plain(each) for each in all_of(running)]
        assert os.environ["OPENBLAS_NUM_THREADS"] == "7", "only processes have one thread"
    assert (tmp_path / "killed").exists()
    assert sorted(found, key=lambda each: each.config.seed) == expected()


def test_a_process_loads_what_is_compiled_from_where_this_one_keeps_it(tmp_path: Path) -> None:
    with patch.dict(os.environ), patch.object(compiled, "_default", []):
        os.environ["NUMBA_CACHE_DIR"] = "elsewhere"
        with executors._to_be_inherited():
            assert os.environ["NUMBA_CACHE_DIR"] == "elsewhere"
        compiled.keep_in(tmp_path)
        with executors._to_be_inherited():
            assert os.environ["NUMBA_CACHE_DIR"] == str(tmp_path)
            assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
        assert os.environ["NUMBA_CACHE_DIR"] == "elsewhere"


@pytest.mark.skipif(not compiled.is_installed(), reason="numba is missing: pip install '.[fast]'")
def test_processes_load_the_compiled_engine_and_compile_nothing() -> None:
    """Here it is kept in the folder that these tests use."""
    compiled.load()
    (folder,) = compiled._loaded
    before = sorted(path.stat().st_mtime_ns for path in folder.rglob("*.nb*"))
    configs = [replace(config, engine="compiled") for config in CONFIGS[:4]]
    with (
        patch.object(compiled, "_default", [folder]),
        workers_of("processes", 2) as workers,
        Sweep(map(Task, configs), workers) as running,
    ):
        found = [plain(each) for each in all_of(running)]
    assert sorted(path.stat().st_mtime_ns for path in folder.rglob("*.nb*")) == before
    assert sorted(found, key=lambda each: each.config.seed) == [
        plain(run(Task(config))) for config in configs
    ]


ENDLESS = """
import multiprocessing
from core import TrainingConfig
from core.sweeps import executors
from core.sweeps import Sweep, Task, workers_of

if __name__ == "__main__":
    with workers_of("processes", 1) as workers:
        with Sweep([Task(TrainingConfig(steps=10**9))], workers) as running:
            running.results(0.0)
            print(len(multiprocessing.active_children()), flush=True)
            while True:
                running.results(1.0)
"""


def test_a_process_waits_for_the_end_of_its_sweep_and_ends_too() -> None:
    with (
        patch.object(multiprocessing, "parent_process") as parent,
        patch.object(os, "_exit") as end,
    ):
        parent().join.side_effect = lambda: end.assert_not_called()
        executors._end_with_parent()
    end.assert_called_once_with(0)


@pytest.mark.nightly
def test_processes_end_without_a_word_when_their_sweep_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "endless.py"
    script.write_text(ENDLESS)
    with subprocess.Popen(
        [sys.executable, script],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "1\n"
        program.kill()
        # The worker has this stream too, and what cleans up after both: it ends when all have, and
        # none of them writes a word.
        assert program.stdout.read() == ""


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("magic", "must be inline, threads, processes or dask:tcp://HOST:PORT (got 'magic')"),
        ("dask", "must be inline"),
    ],
)
def test_an_unknown_kind_is_refused_in_words(kind: str, words: str) -> None:
    with pytest.raises(SweepError) as refused, workers_of(kind):
        pass
    assert words in str(refused.value)
