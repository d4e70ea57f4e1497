"""One mutant: the tests that run its line, and whether one of them notices."""

import math
import os
import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from benchmarks.mutation import forks
from benchmarks.mutation.lines import Covered, Test, hasten
from benchmarks.mutation.mutants import Mutant

Verdict = Literal["killed", "survived", "timed out"]

FIRST, NEXT = 20, 120
"""Tests that are tried first, then those that follow: most mutants end in the first ones."""
PATIENCE = 240.0
"""Seconds that any test may take: more than tests wait for what never comes, however busy it is."""
MOST_BESIDE = 12
"""Files of tests in a folder that are near; the whole app's are not."""
LEAST_WORK = 20
"""Seconds of processor time that any test may take …"""
MORE_WORK = 10.0
"""… and how many times as many as without the mutant, if that is more."""


@dataclass(frozen=True)
class Result:
    """What became of a mutant."""

    verdict: Verdict
    test: str
    """The test that noticed, or that never ended."""
    tests: int
    """How many tests run the line."""
    seconds: float


class _Chosen(forks.Listener):
    """Runs these tests only, in this order."""

    def __init__(self, tests: Sequence[Test]) -> None:
        super().__init__()
        self._order = {test.name: number for number, test in enumerate(tests)}
        self._usual = {test.name: test.seconds for test in tests}

    def pytest_sessionstart(self) -> None:
        hasten()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Let the system end this process if the test does not."""
        _limit(max(LEAST_WORK, MORE_WORK * self._usual[nodeid]))
        super().pytest_runtest_logstart(nodeid)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid in self._order),
            key=lambda item: self._order[item.nodeid],
        )


def try_mutant(copy: Path, mutant: Mutant, covered: Covered, most: int | None) -> Result:
    """Write a mutant into the copy, run its tests, but no more than so many, and take it out."""
    tests = _in_order(mutant, _tests_of(mutant, covered))[:most]
    seconds = 0.0
    with _written(copy, mutant):
        for part in (tests[:FIRST], tests[FIRST:NEXT], tests[NEXT:]):
            if not part:
                break
            ended = _run(copy, part)
            seconds += ended.seconds
            if ended.code is None:
                return Result("timed out", ended.test, len(tests), seconds)
            if ended.code:
                return Result("killed", ended.test or "import", len(tests), seconds)
    return Result("survived", "", len(tests), seconds)


def try_near(copy: Path, mutant: Mutant) -> Result | None:
    """Try the tests of the mutant's file, then those beside it; None if they do not notice."""
    folder, _, name = mutant.path.rpartition("/")
    stem = name.removesuffix(".py")
    near = sorted((copy / "tests" / folder).glob("test_*.py"))
    own = [path for path in near if path.stem.startswith(f"test_{stem}")]
    beside = [path for path in near if path not in own]
    seconds = 0.0
    with _written(copy, mutant):
        for paths in (own, beside if len(beside) <= MOST_BESIDE else []):
            if paths:
                files = [str(path.relative_to(copy)) for path in paths]
                ended = forks.run(copy, ["-x", *files], _Near(), PATIENCE, keeps_bytecode=False)
                seconds += ended.seconds
                if ended.code:
                    return Result("killed", ended.test or "import", 0, seconds)
                if ended.code is None:
                    return Result("timed out", ended.test, 0, seconds)
    return None


@contextmanager
def _written(copy: Path, mutant: Mutant) -> Iterator[None]:
    """Have a mutant in the copy for a while."""
    path = copy / mutant.path
    source, times = path.read_bytes(), path.stat()
    try:
        path.write_bytes(mutant.applied_to(source))
        # Compiled files are known by size and second: let it be another one.
        os.utime(path, (times.st_atime, times.st_mtime + 10_000))
        yield
    finally:
        path.write_bytes(source)
        os.utime(path, (times.st_atime, times.st_mtime))


class _Near(forks.Listener):
    """Runs all tests of some files, each for as long as any may take."""

    def pytest_sessionstart(self) -> None:
        hasten()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        _limit(LEAST_WORK)
        super().pytest_runtest_logstart(nodeid)


def _limit(seconds: float) -> None:
    """Let the system end this process when it has worked for so long from now on."""
    most = math.ceil(time.process_time() + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


def _run(copy: Path, tests: Sequence[Test]) -> forks.Ended:
    arguments = ["-x", *dict.fromkeys(test.file for test in tests)]
    return forks.run(copy, arguments, _Chosen(tests), PATIENCE, keeps_bytecode=False)


def _tests_of(mutant: Mutant, covered: Covered) -> list[Test]:
    """Find the tests that a mutant may change something for."""
    if mutant.is_run_on_import:
        return covered.of_file(mutant.path) or covered.tests
    line = range(mutant.line, mutant.line + 1)
    return covered.of_lines(mutant.path, line) or covered.of_lines(mutant.path, mutant.lines)


def _in_order(mutant: Mutant, tests: Sequence[Test]) -> list[Test]:
    """Put first the tests of the file itself, then quick ones."""
    folder, _, name = mutant.path.rpartition("/")
    own = f"tests/{folder}/test_{name}"
    near = f"tests/{folder}/"
    return sorted(
        tests, key=lambda test: (test.file != own, not test.file.startswith(near), test.seconds)
    )
