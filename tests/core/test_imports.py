"""core stands alone: numpy and the standard library, and no screen."""

import subprocess
import sys
from pathlib import Path

import core

ROOT = Path(core.__file__).parent.parent

# Compiled parts of numpy bring in modules that no file belongs to: those have no spec.
PROGRAM = """
import sys
before = set(sys.modules)
import core
new = {name: module for name, module in sys.modules.items() if name not in before}
files = [name for name, module in new.items() if getattr(module, "__spec__", None)]
packages = {name.partition(".")[0] for name in files}
print(*sorted(packages - set(sys.stdlib_module_names)))
"""


def test_importing_core_loads_numpy_and_nothing_else() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    assert not {"textual", "rich", "tui"} & set(loaded)
    assert loaded == ["core", "numpy"]


def test_its_public_names_are_there() -> None:
    assert sorted(core.__all__) == sorted(set(core.__all__))
    assert all(hasattr(core, name) for name in core.__all__)


def test_importing_core_leaves_files_and_explanations_alone() -> None:
    program = "import core, sys; print(*sorted(name for name in sys.modules if 'core.' in name))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    assert "core.run.trainer" in loaded
    assert [name for name in loaded if name.startswith(("core.files", "core.explain"))] == []
