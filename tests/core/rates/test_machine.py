"""The machine that rates were measured on."""

from pathlib import Path

import numpy as np
import pytest

from core.rates.machine import caches_in, physical_memory, processor_in, this_machine


def test_this_machine_is_described() -> None:
    machine = this_machine()
    assert machine == this_machine()
    assert machine.numpy == np.__version__
    assert machine.cores >= 1
    assert machine.processor
    memory = physical_memory()
    assert memory is None or memory > 0


def test_a_limit_of_threads_makes_it_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    one = this_machine()
    assert "OPENBLAS_NUM_THREADS=1" in one.threads
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    assert this_machine() != one


def test_the_model_of_the_processor_is_read(tmp_path: Path) -> None:
    path = tmp_path / "cpuinfo"
    path.write_text("processor\t: 0\nmodel name\t: A Processor: 3 GHz\nflags\t: avx2\n")
    assert processor_in(path) == "A Processor: 3 GHz"
    path.write_bytes(b"BogoMIPS : 50\xff\n")
    assert processor_in(path) == ""
    assert processor_in(tmp_path / "none") == ""


def test_data_caches_are_listed_the_nearest_first(tmp_path: Path) -> None:
    for name, kind, size in (
        ("index0", "Data", "32K"),
        ("index1", "Instruction", "32K"),
        ("index3", "Unified", "16M"),
        ("index2", "Unified", "512K"),
        ("index4", "Unified", "much"),
    ):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "type").write_text(f"{kind}\n")
        (folder / "size").write_text(f"{size}\n")
    assert caches_in(tmp_path) == (32 * 1024, 512 * 1024, 16 * 1024**2)
    assert caches_in(tmp_path / "none") == ()
