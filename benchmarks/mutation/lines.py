"""Which tests run which lines: measured once for each file of tests, and again when it changes."""

import functools
import hashlib
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import TypedDict

import pytest
from hypothesis import Phase, settings

from benchmarks.mutation import forks


class _Measured(TypedDict):
    """One test, as it is kept in a file."""

    test: str
    passed: bool
    seconds: float
    lines: dict[str, list[int]]


class _Kept(TypedDict):
    """The measured tests of one file of tests."""

    digest: str
    tests: list[_Measured]


@dataclass(frozen=True)
class Test:
    """A test that passes."""

    name: str
    seconds: float
    """Processor time that it takes, which depends less on how busy the machine is."""

    @property
    def file(self) -> str:
        """The file that it is in."""
        return self.name.partition("::")[0]


class Covered:
    """Which tests run which lines of the program."""

    def __init__(self, measured: Sequence[_Measured]) -> None:
        self.tests = [Test(each["test"], each["seconds"]) for each in measured if each["passed"]]
        self.broken = [each["test"] for each in measured if not each["passed"]]
        """Tests that fail without any mutant: they prove nothing."""
        self._by_line: dict[tuple[str, int], list[Test]] = {}
        self._by_file: dict[str, list[Test]] = {}
        tests = iter(self.tests)
        for each in measured:
            if not each["passed"]:
                continue
            test = next(tests)
            for path, lines in each["lines"].items():
                self._by_file.setdefault(path, []).append(test)
                for line in lines:
                    self._by_line.setdefault((path, line), []).append(test)

    def of_lines(self, path: str, lines: range) -> list[Test]:
        """Return the tests that run one of some lines."""
        found = {test.name: test for line in lines for test in self._by_line.get((path, line), ())}
        return list(found.values())

    def of_file(self, path: str) -> list[Test]:
        """Return the tests that run anything of a file."""
        return self._by_file.get(path, [])


class _Meter(forks.Listener):
    """Notes for each test which lines it is the one to run."""

    def __init__(self, copy: Path) -> None:
        super().__init__()
        self._top = f"{copy}/"
        self._paths: dict[CodeType, str] = {}
        self._lines: dict[str, set[int]] = {}
        self._began = 0.0
        self._outcomes: dict[str, set[str]] = {}
        self.measured: list[_Measured] = []

    def pytest_sessionstart(self) -> None:
        """Begin to listen, before any of the program is imported."""
        hasten()
        if sys.version_info < (3, 12):
            raise SystemExit("mutation testing needs Python 3.12 or later")
        else:
            tool, line = sys.monitoring.COVERAGE_ID, sys.monitoring.events.LINE
            sys.monitoring.use_tool_id(tool, "napkin-net mutation")
            sys.monitoring.register_callback(tool, line, self._ran)
            sys.monitoring.set_events(tool, line)

    def _ran(self, code: CodeType, line: int) -> object:
        """Note a line; it is not told again within this test."""
        if code.co_filename.startswith(self._top):
            path = code.co_filename[len(self._top) :]
            if not path.startswith("tests"):
                self._lines.setdefault(path, set()).add(line)
        if sys.version_info >= (3, 12):
            return sys.monitoring.DISABLE
        return None

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        super().pytest_runtest_logstart(nodeid)
        _forget_what_was_computed()
        self._lines = {}
        if sys.version_info >= (3, 12):
            sys.monitoring.restart_events()
        self._began = time.process_time()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._outcomes.setdefault(report.nodeid, set()).add(report.outcome)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        seconds = time.process_time() - self._began
        lines = {path: sorted(found) for path, found in self._lines.items()}
        outcomes = self._outcomes.pop(nodeid)
        if "skipped" not in outcomes:
            self.measured.append(
                {
                    "test": nodeid,
                    "passed": "failed" not in outcomes,
                    "seconds": seconds,
                    "lines": lines,
                }
            )

    def pytest_unconfigure(self) -> None:
        kept = json.dumps(self.measured)
        (Path(self._top).parent / "measured.json").write_text(kept, "utf-8")


def hasten() -> None:
    """Let hypothesis stop at the first example that fails, without looking for the smallest."""
    settings.register_profile(
        "mutation",
        settings.default,
        phases=[Phase.explicit, Phase.generate],
        database=None,
        report_multiple_bugs=False,
    )
    settings.load_profile("mutation")


def _forget_what_was_computed() -> None:
    """Empty all caches, so that each test computes what it needs itself."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] not in ("core", "tui") or module is None:
            continue
        for value in list(vars(module).values()):
            if isinstance(value, functools._lru_cache_wrapper):
                value.cache_clear()


def covered(copy: Path, top: str, folder: Path) -> Covered:
    """Measure what the tests of `core` or `tui` run; take what is known from an earlier time."""
    program = _digest(sorted(path for part in ("core", "tui") for path in _python(copy / part)))
    helpers = [path for path in _python(copy / "tests") if not path.name.startswith("test_")]
    base = program + _digest(sorted(helpers))
    measured: list[_Measured] = []
    files = [path for path in _python(copy / "tests" / top) if path.name.startswith("test_")]
    for path in sorted(files):
        name = str(path.relative_to(copy))
        place = folder / "lines" / f"{name.replace('/', '.')}.json"
        digest = base + _digest([path])
        if (kept := _kept(place)) is None or kept["digest"] != digest:
            kept = {"digest": digest, "tests": _measure(copy, name)}
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(json.dumps(kept), "utf-8")
            print(f"{name}: {len(kept['tests'])} tests", flush=True)
        measured += kept["tests"]
    return Covered(measured)


def _measure(copy: Path, name: str) -> list[_Measured]:
    place = copy.parent / "measured.json"
    place.unlink(missing_ok=True)
    ended = forks.run(copy, [name], _Meter(copy), forks.LONGEST, keeps_bytecode=True)
    if ended.code not in (0, 1) or not place.exists():
        output = (copy.parent / "output.txt").read_text("utf-8", "replace")
        raise SystemExit(f"{name} cannot be measured (in {ended.test}):\n{output[-3000:]}")
    found: list[_Measured] = json.loads(place.read_text("utf-8"))
    return found


def _kept(place: Path) -> _Kept | None:
    if not place.exists():
        return None
    kept: _Kept = json.loads(place.read_text("utf-8"))
    return kept


def _python(folder: Path) -> Iterator[Path]:
    return folder.rglob("*.py")


def _digest(paths: Sequence[Path]) -> str:
    content = hashlib.sha256()
    for path in paths:
        content.update(path.read_bytes())
    return content.hexdigest()
