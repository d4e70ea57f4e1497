"""Saving and opening: whole or not at all, and every reason in one line."""

import errno
import json
import os
import resource
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import core
from core.errors import SessionError
from core.files.session import session_of
from tests.core.sessions import RUNS, bytes_of
from tui.files.session_files import FileProblem, open_run, open_session, save_session, shown

ROOT = Path(core.__file__).parent.parent
RUN = RUNS["changed"]()
IMAGE = (0.1, 0.2, 0.3, 0.4)
SESSION = session_of(RUN, IMAGE)

# Killed at every line of the code that writes, once in each of many children; between them the
# file is read. What is printed is which content it had each time.
KILLED = """
import json, os, signal, sys
from core.atomic import replacing_bytes

path = sys.argv[1]
old, new = b"old" * 60_000, b"new" * 70_000

def write(content):
    with replacing_bytes(path) as file:
        for start in range(0, len(content), 50_000):
            file.write(content[start : start + 50_000])

def killed_at(number):
    seen = 0
    def trace(frame, event, argument):
        nonlocal seen
        if frame.f_code.co_filename.endswith(("core/atomic.py", "<string>")):
            seen += event == "line"
            if seen == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return trace
        return None
    sys.settrace(trace)
    write(new)
    sys.settrace(None)
    os._exit(0)

found, number, status = [], 0, 1
while status:
    number += 1
    write(old)
    child = os.fork()
    if child == 0:
        killed_at(number)
    status = os.waitpid(child, 0)[1]
    with open(path, "rb") as file:
        content = file.read()
    for name in os.listdir("."):
        if name.startswith(".napkin-net-"):
            os.unlink(name)
    found.append("old" if content == old else "new" if content == new else "broken")
print(json.dumps(found))
"""


def test_killed_at_any_instant_the_old_file_or_the_new_one_is_there(tmp_path: Path) -> None:
    path = tmp_path / "a.napkin"
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(path)],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert len(found) > 40
    first_new = found.index("new")
    assert set(found[:first_new]) == {"old"}
    assert set(found[first_new:]) == {"new"}
    assert 0 < first_new < len(found) - 2


def test_what_a_killed_program_has_left_goes_once_it_is_old(tmp_path: Path) -> None:
    old, young, other = (tmp_path / name for name in (".napkin-net-1-a", ".napkin-net-2-b", ".x"))
    for each in (old, young, other):
        each.write_bytes(b"half")
    for each in (old, other):
        os.utime(each, (0, 0))
    path = tmp_path / "a.napkin"
    save_session(str(path), SESSION)
    assert sorted(tmp_path.iterdir()) == sorted([young, other, path])


def test_what_another_program_is_writing_is_not_swept_away(tmp_path: Path) -> None:
    import fcntl

    written = tmp_path / ".napkin-net-1-ab"
    with written.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        os.utime(written, (0, 0))
        save_session(str(tmp_path / "a.napkin"), SESSION)
        assert written.exists()


def problem(do: Callable[[], object]) -> str:
    with pytest.raises(FileProblem) as found:
        do()
    line = str(found.value)
    assert line.isprintable()
    assert len(line) < 600
    return line


def test_what_was_saved_is_opened(tmp_path: Path) -> None:
    path = str(tmp_path / "a.napkin")
    save_session(path, SESSION)
    opened = open_session(path)
    assert opened.image == IMAGE
    assert bytes_of(opened.trainer(), IMAGE) == Path(path).read_bytes()


def test_wrong_files_are_named_with_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "session.json"
    whole = json.loads(bytes_of(RUN))
    whole["run"]["journal"][3]["change"]["index"] = 99
    path.write_text(json.dumps(whole))
    line = problem(lambda: open_session(str(path)))
    assert line == "session.json: run.journal[3].change: parameter must be 0 to 18 (got 99)"


def test_what_cannot_be_opened_gets_its_reason(tmp_path: Path) -> None:
    pipe, folder, loop = tmp_path / "pipe", tmp_path / "folder", tmp_path / "loop"
    os.mkfifo(pipe)
    folder.mkdir()
    loop.symlink_to(loop)
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(2**30)  # with a hole: it takes no room
    said = {
        str(tmp_path / "missing"): "there is no such file or folder",
        str(pipe): "it is not a regular file",
        str(folder): "it is a folder",
        str(loop): "its symbolic links lead nowhere",
        str(large): "it is larger than 256 MiB",
        "/dev/zero": "it is not a regular file",
        str(tmp_path / ("n" * 300)): "the name is too long",
        f"{large}/below": "there is a file where a folder should be",
        "zero\0byte": "a file cannot have this name",
        "": "there is no such file or folder",
    }
    for path, words in said.items():
        assert problem(lambda path=path: open_session(path)).endswith(words)  # type: ignore[misc]


def test_what_cannot_be_saved_gets_its_reason_and_leaves_nothing(tmp_path: Path) -> None:
    folder, loop = tmp_path / "folder", tmp_path / "loop"
    folder.mkdir()
    loop.symlink_to(loop)
    said = {
        str(folder): "it is a folder",
        f"{folder}/": "it is a folder",
        str(tmp_path / "none" / "a.napkin"): "there is no such file or folder",
        str(tmp_path / ("n" * 300)): "the name is too long",
        "/dev/null": "it is not a regular file",
        "zero\0byte": "a file cannot have this name",
    }
    for path, words in said.items():
        line = problem(lambda path=path: save_session(path, SESSION))  # type: ignore[misc]
        assert line.endswith(words)
    assert sorted(tmp_path.iterdir()) == [folder, loop]
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "your quota on this disk is used up"),
        (errno.EROFS, "this disk is read-only"),
        (errno.EIO, "input/output error"),
    ],
)
@pytest.mark.parametrize("when", ["os.fsync", "os.replace"])
def test_a_disk_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str, when: str
) -> None:
    path = tmp_path / "a.napkin"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(when, fail)
    assert problem(lambda: save_session(str(path), SESSION)).endswith(words)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_is_full_in_the_middle_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.napkin"
    path.write_bytes(b"old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
    try:
        line = problem(lambda: save_session(str(path), SESSION))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert line.endswith("it would be larger than a file may be here")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_may_not_be_written_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.napkin"
    path.write_bytes(b"old")
    path.chmod(0o444)
    # Who runs the tests may be allowed everything.
    monkeypatch.setattr("os.access", lambda *_, **__: False)
    assert problem(lambda: save_session(str(path), SESSION)).endswith(
        "you may not read or write it"
    )
    assert path.read_bytes() == b"old"
    assert stat.S_IMODE(path.stat().st_mode) == 0o444


def test_a_link_is_followed_also_one_that_leads_to_nothing_yet(tmp_path: Path) -> None:
    there, link = tmp_path / "there" / "a.napkin", tmp_path / "link"
    there.parent.mkdir()
    link.symlink_to(there)
    save_session(str(link), SESSION)
    assert link.is_symlink()
    assert open_session(str(there)).image == IMAGE


@pytest.mark.parametrize(
    "name",
    [
        "with blanks .napkin",
        "-dash",
        "new\nline",
        "\x1b[2Jescape",
        "zürich 日本 🙂",
        "~",
        "%s{}",
        "\udcff\udcfe",
    ],
)
def test_names_of_every_kind(tmp_path: Path, name: str) -> None:
    path = f"{tmp_path}/{name}"
    save_session(path, SESSION)
    assert open_session(path).image == IMAGE
    assert os.listdir(tmp_path) == [name]
    assert shown(path).isprintable()


def test_paths_are_shown_from_here_or_from_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    assert shown(f"{tmp_path}/work/a.napkin") == "a.napkin"
    assert shown(f"{tmp_path}/other/a.napkin") == "~/other/a.napkin"
    assert shown("/elsewhere/a") == "/elsewhere/a"


def test_a_save_does_not_read_what_it_replaces(tmp_path: Path) -> None:
    path = tmp_path / "a.napkin"
    with path.open("wb") as file:
        file.truncate(2**33)
    save_session(str(path), SESSION)
    assert path.stat().st_size < 2**20


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "there is not enough memory for it"),
        (ZeroDivisionError(), "cannot be opened (ZeroDivisionError)"),
    ],
)
def test_whatever_a_file_brings_about_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    path = tmp_path / "a.napkin"
    save_session(str(path), SESSION)
    monkeypatch.setattr("core.files.session.run_of", fail)
    assert problem(lambda: open_run(str(path))).endswith(words)


def test_a_session_error_is_a_problem_with_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: bytes) -> None:
        raise SessionError("run", "is wrong")

    path = tmp_path / "a.napkin"
    path.write_bytes(b"{}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tui.files.session_files.read_session", refuse)
    assert problem(lambda: open_session(str(path))) == "a.napkin: run: is wrong"
    assert time.time() - path.stat().st_mtime < 3600
