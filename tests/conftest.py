"""No test touches the home of whoever runs it."""

import contextlib
import gc
import importlib
import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings

# Every run tries the same examples, however slow the machine is; `--hypothesis-profile=nightly`
# tries others, and more of them.
settings.register_profile(
    "always",
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "nightly", settings.get_profile("always"), max_examples=250, derandomize=False
)
settings.load_profile("always")


def pytest_configure() -> None:
    """Look for garbage less often: as usual, that would take a tenth of all the time."""
    gc.set_threshold(100_000, 20, 20)


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Run tests side by side, unless told otherwise or pytest-xdist is left out.

    Among the options of pyproject.toml it would be an error without pytest-xdist.
    """
    is_worker = hasattr(config, "workerinput")
    if not is_worker and config.getoption("numprocesses", default=0) is None:
        config.option.numprocesses = "auto"


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Have each of several processes import another part of all tests first.

    Each needs all of them, and to compile them takes pytest seconds: so none has to compile what
    another one has compiled already.
    """
    config = session.config
    worker: dict[str, object] | None = getattr(config, "workerinput", None)
    if worker is None or config.args != config.getini("testpaths"):
        return
    top = Path(__file__).parent
    files = sorted(top.rglob("test_*.py"))
    first = len(files) * int(str(worker["workerid"])[2:]) // int(str(worker["workercount"]))
    for file in files[first:] + files[:first]:
        with contextlib.suppress(pytest.skip.Exception):  # collecting it says so again
            importlib.import_module(".".join(file.relative_to(top.parent).with_suffix("").parts))


@pytest.fixture(scope="session", autouse=True)
def _folders_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep autosaves and remembered settings in folders that are thrown away."""
    home = tmp_path_factory.mktemp("home")
    names = {"XDG_STATE_HOME": "state", "XDG_CONFIG_HOME": "config", "XDG_CACHE_HOME": "cache"}
    folders = {name: str(home / folder) for name, folder in names.items()}
    with patch.dict(os.environ, {"HOME": str(home), **folders}):
        yield home
