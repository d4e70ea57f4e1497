"""Writing a file whole or not at all."""

import errno
import fcntl
import os
import stat
from pathlib import Path

import pytest

from core.atomic import is_same, read_whole, replacing, replacing_bytes, words_of


def test_the_new_file_replaces_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for content in ("one\n", "two\r\nand more\n"):
        with replacing(str(path)) as stream:
            stream.write(content)
        assert path.read_bytes() == content.encode()
    assert os.listdir(tmp_path) == ["a.csv"]


def test_until_all_of_it_is_written_the_old_one_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    with replacing(str(path)) as stream:
        stream.write("new")
        stream.flush()
        assert path.read_text() == "old"
    assert path.read_text() == "new"


@pytest.mark.parametrize("ending", [ValueError, KeyboardInterrupt])
def test_what_goes_wrong_leaves_the_old_one_and_nothing_else(
    tmp_path: Path, ending: type[BaseException]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")

    def fail() -> None:
        with replacing(str(path)) as stream:
            stream.write("half of the ne")
            raise ending

    with pytest.raises(ending):
        fail()
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.csv"]


def test_a_file_keeps_who_may_read_it_and_a_link_stays_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "a.csv", tmp_path / "link.csv"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    with replacing(str(link)) as stream:
        stream.write("new")
    assert link.is_symlink()
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_file_is_like_any_other_that_a_person_makes(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("")
    with replacing(str(tmp_path / "new")) as stream:
        stream.write("new")
    assert (tmp_path / "new").stat().st_mode == plain.stat().st_mode


def test_what_is_no_file_is_written_to_and_stays(tmp_path: Path) -> None:
    with replacing("/dev/null") as stream:
        stream.write("gone")
    assert not os.path.isfile("/dev/null")
    with pytest.raises(IsADirectoryError), replacing(str(tmp_path)) as stream:
        stream.write("a folder")
    nowhere = str(tmp_path / "none" / "a.csv")
    with pytest.raises(FileNotFoundError), replacing(nowhere) as stream:
        stream.write("nowhere")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("embedded null byte"), "a file cannot have this name"),
        (OSError("it is not a regular file"), "it is not a regular file"),
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full"),
        (OSError(errno.EPROTO, "Protocol error"), "the system reports EPROTO"),
        (OSError(999_999, ""), "the system reports 999999"),
    ],
)
def test_why_a_file_failed_is_said_in_words(error: OSError | ValueError, words: str) -> None:
    assert words_of(error) == words


def test_two_paths_are_the_same_if_they_lead_to_one_regular_file(tmp_path: Path) -> None:
    path, link, other = tmp_path / "a", tmp_path / "link", tmp_path / "b"
    path.write_text("")
    other.write_text("")
    link.symlink_to(path)
    assert is_same(str(path), str(link))
    assert not is_same(str(path), str(other))
    for none in (None, str(tmp_path / "gone"), "no\0name"):
        assert not is_same(str(path), none)
    assert not is_same(str(tmp_path), str(tmp_path))
    assert not is_same("no\0name", "no\0name")


def test_a_file_is_read_whole_up_to_its_bound(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    assert read_whole(str(path), 5) == b"12345"
    with pytest.raises(OSError, match="it is too large"):
        read_whole(str(path), 4)
    path.write_bytes(b" " * (2**20 + 1))
    with pytest.raises(OSError, match="it is larger than 1 MiB"):
        read_whole(str(path), 2**20)


def test_what_is_not_a_regular_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")  # nobody writes to it, and nobody waits for it
    with pytest.raises(OSError, match="it is not a regular file"):
        read_whole(str(tmp_path / "pipe"), 9)
    with pytest.raises(IsADirectoryError):
        read_whole(str(tmp_path), 9)
    with pytest.raises(FileNotFoundError):
        read_whole(str(tmp_path / "gone"), 9)


def test_only_a_regular_file_is_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with (
        pytest.raises(OSError, match="it is not a regular file"),
        replacing_bytes(str(tmp_path / "pipe")),
    ):
        pass
    assert os.listdir(tmp_path) == ["pipe"]


def test_a_file_that_may_not_be_written_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    # Whoever may do everything may write any file: so the system is asked in its stead.
    monkeypatch.setattr("os.access", lambda path, mode: mode != os.W_OK)
    with pytest.raises(PermissionError), replacing_bytes(str(path)):
        pass
    assert path.read_text() == "old"


def test_what_a_killed_program_left_is_swept_away_once_it_is_old(tmp_path: Path) -> None:
    names = {"old": 4_000.0, "young": 3_000.0, "held": 4_000.0}
    new = tmp_path / "a.csv"
    new.write_text("")
    now = new.stat().st_mtime
    for name, age in names.items():
        path = tmp_path / f".napkin-net-1-{name}"
        path.write_text("")
        os.utime(path, (now - age, now - age))
    other = tmp_path / "someone-elses"
    other.write_text("")
    os.utime(other, (now - 9_000, now - 9_000))
    with (tmp_path / ".napkin-net-1-held").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with replacing(str(new)) as stream:
            stream.write("new")
    kept = [".napkin-net-1-held", ".napkin-net-1-young", "a.csv", "someone-elses"]
    assert sorted(os.listdir(tmp_path)) == kept
