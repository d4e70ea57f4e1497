"""No test touches the home of whoever runs it."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest


@pytest.fixture(scope="session", autouse=True)
def _folders_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep autosaves and remembered settings in folders that are thrown away."""
    home = tmp_path_factory.mktemp("home")
    folders = {"XDG_STATE_HOME": str(home / "state"), "XDG_CONFIG_HOME": str(home / "config")}
    with patch.dict(os.environ, {"HOME": str(home), **folders}):
        yield home
