"""How compiled code is kept and loaded, and what happens where numba is not installed."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

import core
from core.engines import ENGINES, EXTRAS
from core.engines.compiled import (
    _alone,
    folder_within,
    is_installed,
    is_kept,
    is_loaded,
    load,
)
from core.errors import ConfigError
from core.settings.config import TrainingConfig

ROOT = Path(core.__file__).parent.parent
needs_numba = pytest.mark.skipif(
    not is_installed(), reason="numba is missing: pip install '.[fast]'"
)


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )


def test_without_numba_the_engine_is_not_there_and_the_words_say_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(ENGINES, "compiled", raising=False)
    with pytest.raises(ConfigError) as caught:
        TrainingConfig(engine="compiled")
    assert caught.value.setting == "engine"
    assert caught.value.problem == (
        "compiled is not installed here: pip install 'napkin-net[fast]'"
    )


def test_engines_that_need_an_extra_are_there_with_it() -> None:
    assert EXTRAS["compiled"] == "fast"
    assert ("compiled" in ENGINES) == is_installed()


def test_nothing_of_numba_is_imported_before_an_engine_is_built() -> None:
    code = "import sys, core.run, core.settings; print('numba' in sys.modules)"
    assert python("-c", code).stdout == "False\n"


def test_a_folder_belongs_to_one_source() -> None:
    folder = folder_within(Path("kept"))
    assert folder.parent == Path("kept")
    assert folder == folder_within(Path("kept"))


def test_a_new_installation_of_the_same_source_has_a_folder_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # numba would compile for it, in a program that has not announced that.
    folders = set[Path]()
    for name, time in (("first", 1.0), ("second", 1.0), ("second", 2.0)):
        source = tmp_path / name / "__init__.py"
        source.parent.mkdir(exist_ok=True)
        source.touch()
        os.utime(source, (time, time))
        monkeypatch.setattr("core.engines.compiled.__file__", str(source))
        folders.add(folder_within(Path("kept")))
    assert len(folders) == 3


def test_who_would_compile_the_same_at_the_same_time_waits(tmp_path: Path) -> None:
    at_work, done, entered = Event(), Event(), Event()

    def enter(event: Event) -> None:
        with _alone(tmp_path / "compiled"):
            event.set()
            if event is at_work:
                assert done.wait(60)
                assert not entered.is_set()

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(enter, at_work)
        assert at_work.wait(60)
        second = threads.submit(enter, entered)
        done.set()
        first.result()
        second.result()
    # Nobody waits for what is complete; nor where nothing can be written.
    with _alone(tmp_path / "compiled"):
        (tmp_path / "compiled" / "complete").touch()
        with _alone(tmp_path / "compiled"), _alone(Path("/dev/null/nowhere")):
            pass


@needs_numba
def test_loading_twice_does_nothing() -> None:
    load()
    assert is_loaded()
    load(Path("/nowhere"))


@needs_numba
def test_a_kept_engine_is_loaded_by_another_process_that_writes_nothing_and_says_nothing(
    tmp_path: Path,
) -> None:
    """Here the folder is the one that these tests use: compiling once more takes 20 seconds."""
    load()
    from numba import config

    from core.engines.compiled import kernel

    kept = Path(kernel.advance.stats.cache_path)  # type: ignore[attr-defined]
    assert kept.is_dir()
    names = sorted(path.name for path in kept.iterdir())
    assert any(name.endswith(".nbc") for name in names)
    folder = kept.parent.parent
    assert folder_within(folder) == kept.parent
    assert str(kept.parent) != config.CACHE_DIR
    done = python("-m", "core.engines.compiled", str(folder))
    assert (done.stdout, done.stderr) == ("", "")
    assert sorted(path.name for path in kept.iterdir()) == names
    assert is_kept(folder)


@needs_numba
def test_where_nothing_can_be_kept_it_is_compiled_nevertheless() -> None:
    code = (
        "from core.engines.compiled.compiling import entry\n"
        "namespace = {'entry': entry}\n"
        "exec(\"@entry('float64(float64)')\\ndef twice(x):\\n    return 2.0 * x\", namespace)\n"
        "print(namespace['twice'](2.5))"
    )
    done = python("-c", code)
    assert (done.stdout, done.stderr) == ("5.0\n", "")
