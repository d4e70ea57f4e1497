"""Modules that another process runs."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tui.worker import run_module


async def test_what_a_module_prints_is_returned() -> None:
    assert (await run_module("platform", "--terse")).strip()
    lines: list[bytes] = []
    with pytest.raises(OSError, match=r"json\.tool ended with"):
        await run_module("json.tool", "no such file", on_line=lines.append)
    assert any(b"no such file" in line for line in lines)
    with pytest.raises(OSError, match=r"core\.no_such_module ended with 1"):
        await run_module("core.no_such_module")


async def test_it_finds_modules_where_this_process_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere.py").write_text("import core\nprint('found')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert await run_module("elsewhere") == b"found\n"
    monkeypatch.delenv("PYTHONPATH")
    with pytest.raises(OSError, match="elsewhere ended with 1"):
        await run_module("elsewhere")


@pytest.fixture(name="processes")
def _processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[asyncio.subprocess.Process]:
    """Let there be a module that says it has begun, and goes on for ever; note what is started."""
    (tmp_path / "endless.py").write_text(
        "import sys, threading\nprint('begun', file=sys.stderr, flush=True)\n"
        "threading.Event().wait()\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    processes: list[asyncio.subprocess.Process] = []
    start: Callable[..., Awaitable[asyncio.subprocess.Process]] = asyncio.create_subprocess_exec

    async def noted(*words: str, **named: object) -> asyncio.subprocess.Process:
        processes.append(await start(*words, **named))
        return processes[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    return processes


async def test_a_process_ends_by_itself_once_its_standard_input_is_closed(
    processes: list[asyncio.subprocess.Process],
) -> None:
    """As the system does it when this process is killed."""

    def close(line: bytes) -> None:
        assert line == b"begun\n"
        (process,) = processes
        assert process.stdin is not None
        process.stdin.close()

    with pytest.raises(OSError, match="endless ended with 1"):
        await run_module("endless", on_line=close)


async def test_an_error_of_who_is_told_of_a_line_ends_the_process_and_is_raised(
    processes: list[asyncio.subprocess.Process],
) -> None:
    def fail(line: bytes) -> None:
        raise ValueError(line)

    with pytest.raises(ValueError, match="begun"):
        await run_module("endless", on_line=fail)
    (process,) = processes
    assert process.returncode is not None
    assert process.returncode < 0


async def test_a_process_ends_with_who_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = asyncio.Event()
    processes: list[asyncio.subprocess.Process] = []
    start = asyncio.create_subprocess_exec

    async def noted(*words: str, **named: object) -> asyncio.subprocess.Process:
        sleep = "import time; time.sleep(600)"
        process = await start(sys.executable, "-c", sleep, stdout=asyncio.subprocess.PIPE)
        processes.append(process)
        begun.set()
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    task = asyncio.create_task(run_module("core.rates"))
    await begun.wait()
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (process,) = processes
    assert await process.wait() < 0
