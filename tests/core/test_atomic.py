"""Writing a file whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from core.atomic import replacing


def test_the_new_file_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
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
