"""Test runs that start at once: a process with all that tests import of others, forked for each.

It imports nothing of the program itself, so that each fork reads the program's files anew.
"""

import importlib
import os
import resource
import select
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PRELOADED = (
    "numpy", "pytest", "pytest_asyncio", "hypothesis", "hypothesis.stateful", "jsonschema", "pyte",
    "textual.app", "textual.pilot", "textual.drivers.headless_driver", "textual.widgets",
    "textual.command", "rich.segment", "platformdirs", "unittest.mock",
)  # fmt: skip
"""What tests and the program import of others."""

COPIED = ("core", "tui", "tests", "benchmarks", "docs")
LONGEST = 1_200.0
"""Seconds that a test may take while nothing is changed."""
MOST_MEMORY = 8 << 30
"""Bytes that a run may take: a mutant may allocate without end."""


class Listener:
    """A pytest plugin that a fork runs with; it says where it is."""

    def __init__(self) -> None:
        self.say: Callable[[str], None] = print

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.say(f"start {nodeid}")


@dataclass(frozen=True)
class Ended:
    """What became of a run of tests."""

    code: int | None
    """pytest's exit code; None when a test took too long."""
    test: str
    """The test that it was in at the end: with -x, the one that failed."""
    seconds: float


def preload() -> None:
    """Import what all tests need."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # a fork has no threads of its parent's
    for name in PRELOADED:
        importlib.import_module(name)


def copied(root: Path, folder: Path, tests: str) -> Path:
    """Copy the tree, so that nothing is ever changed in the one that people work in.

    What the tests import is compiled, and so are they: no run has to do that again.
    """
    copy = folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(parents=True)
    for name in COPIED:
        shutil.copytree(root / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in root.iterdir():
        if path.is_file() and (path.suffix in (".md", ".toml") or path.name == "LICENSE"):
            shutil.copy2(path, copy / path.name)
    run(copy, ["--collect-only", tests], Listener(), LONGEST, keeps_bytecode=True)
    return copy


def run(
    copy: Path,
    arguments: Sequence[str],
    listener: Listener,
    patience: float,
    *,
    keeps_bytecode: bool,
) -> Ended:
    """Run pytest on the copy in a fork; end it when a test takes longer than one has patience."""
    mine, its = os.pipe()
    began = time.monotonic()
    child = os.fork()
    if not child:
        _work(copy, arguments, listener, its, keeps_bytecode=keeps_bytecode)
    os.close(its)
    test, rest, code, has_died = "", b"", None, False
    while code is None and select.select([mine], [], [], patience)[0]:
        if not (data := os.read(mine, 65536)):
            _, status = os.waitpid(child, 0)
            has_died, code = True, os.waitstatus_to_exitcode(status)
            break
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            word, _, said = line.decode().partition(" ")
            if word == "start":
                test = said
            else:
                code = int(said)
    os.close(mine)
    with suppress(ProcessLookupError):  # it may be gone, and all that it started
        os.killpg(child, signal.SIGKILL)
    if not has_died:
        os.waitpid(child, 0)
    shutil.rmtree(_temporary(copy), ignore_errors=True)
    code = None if code == -signal.SIGXCPU else code
    return Ended(code, test, time.monotonic() - began)


def _temporary(copy: Path) -> Path:
    return copy.parent / "temporary"


def _work(
    copy: Path, arguments: Sequence[str], listener: Listener, pipe: int, *, keeps_bytecode: bool
) -> None:
    """Run pytest in the fork, which ends here."""
    os.setpgid(0, 0)
    try:
        output = os.open(copy.parent / "output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        os.chdir(copy)
        os.environ["PYTHONPATH"] = str(copy)  # tests may start the program
        sys.path[:] = [str(copy), *(each for each in sys.path if each not in ("", os.getcwd()))]
        sys.dont_write_bytecode = not keeps_bytecode
        listener.say = lambda said: _write(pipe, said)
        import pytest

        options = ["-q", "-p", "no:cacheprovider", "-p", "no:faulthandler"]
        options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # imported before
        options += ["-p", "no:xdist", "-o", "addopts=", "-m", "not nightly"]
        options += ["--rootdir", str(copy), "--basetemp", str(_temporary(copy))]
        code = int(pytest.main([*options, *arguments], [listener]))
        _write(pipe, f"end {code}")
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def _write(pipe: int, said: str) -> None:
    os.write(pipe, f"{said}\n".encode())
