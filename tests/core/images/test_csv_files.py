"""A person's own images as CSV: whatever is in the file, it is taken whole or refused in words."""

import io
import math
import os
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import TableError
from core.images.csv_files import LONGEST_LINE, TOLD, read_table, rows_of, write_table
from core.images.images import Batch
from core.images.own_data import OwnData
from core.images.tasks import TASKS
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from core.settings.images import images_of

PLAIN = "p0,p1,p2,p3,label\n0.1,0.2,0.3,0.4,1\n0.5,0.6,0.7,0.8,0\n"
IMAGES = [[0.1, 0.2, 0.3, 0.4], [0.5, 0.6, 0.7, 0.8]]


def written(folder: Path, content: str | bytes) -> str:
    path = folder / "mine.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def taken(
    folder: Path, content: str | bytes, task: str | None = None, scale: float = 1.0
) -> OwnData:
    return read_table(written(folder, content), TASKS[task] if task else None, scale=scale)


def refused(
    folder: Path, content: str | bytes, task: str | None = None, scale: float = 1.0
) -> TableError:
    with pytest.raises(TableError) as error:
        taken(folder, content, task, scale)
    return error.value


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        PLAIN.encode("utf-8-sig"),
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.replace("\n", "\n\n\r\n,,,,\n"),
        PLAIN.rstrip("\n"),
        PLAIN.split("\n", 1)[1],
        PLAIN.replace("0.2", '"0.2"').replace("p0", '"p0"'),
        PLAIN.replace(",", ", "),
        PLAIN.replace("p0,p1", " P0 ,P1"),
        PLAIN.replace("0.1", "+1e-1").replace("0.5", ".5"),
        "label,p3,p2,p1,p0\n1,0.4,0.3,0.2,0.1\n0,0.8,0.7,0.6,0.5\n",
    ],
    ids=[
        "plain", "BOM", "CRLF", "CR", "empty lines", "no last newline", "no header", "quoted",
        "spaces", "capitals", "other ways to write a number", "another order",
    ],
)  # fmt: skip
def test_a_table_may_be_written_in_many_ways(tmp_path: Path, content: str | bytes) -> None:
    data = taken(tmp_path, content)
    assert data.batch.images.tolist() == IMAGES
    assert data.batch.targets.tolist() == [1.0, 0.0]
    assert data.batch.images.dtype == np.float64
    assert (data.name, data.labelled, data.is_yes_no) == ("mine.csv", True, True)


def test_grey_values_up_to_255_are_scaled(tmp_path: Path) -> None:
    data = taken(tmp_path, "0,51,102,255,7\n", scale=255.0)
    assert data.batch.images.tolist() == [[0.0, 0.2, 0.4, 1.0]]
    assert data.batch.targets.tolist() == [7.0]
    assert data.scale == 255.0


def test_a_number_may_have_a_decimal_comma_where_no_separator_is_meant(tmp_path: Path) -> None:
    data = taken(tmp_path, '"0,25","0,5",1,0,"−0,5"\n０．５,1e-3,0,1,"1,5e3"\n')
    assert data.batch.images.tolist() == [[0.25, 0.5, 1.0, 0.0], [0.5, 0.001, 0.0, 1.0]]
    assert data.batch.targets.tolist() == [-0.5, 1500.0]
    (wrong,) = refused(tmp_path, '0,0,0,1,"1,000"\n').rows
    assert wrong.problem == "label must be 1000 or 1.000 (got '1,000')"
    assert "line 1 has 9" in refused(tmp_path, "0,25,0,5,1,0,0,1,1\n").problem


def test_a_label_may_be_yes_or_no(tmp_path: Path) -> None:
    data = taken(
        tmp_path, " Label,P3,p2,P1,p0\nYes,1,0,0,0\nno,0,1,0,0\nTRUE,0,0,1,0\n false,0,0,0,1\n"
    )
    assert data.batch.targets.tolist() == [1.0, 0.0, 1.0, 0.0]
    assert data.batch.images.tolist() == np.eye(4)[::-1].tolist()
    assert data.is_yes_no
    (wrong,) = refused(tmp_path, "yes,0,0,0,1\n").rows
    assert wrong.problem == "p0 must be a number (got 'yes')"


def test_a_pixel_that_rounding_has_left_beyond_black_is_black(tmp_path: Path) -> None:
    data = taken(tmp_path, "1.0000000000000002,-1e-17,0.5,0,1\n")
    assert data.batch.images.tolist() == [[1.0, 0.0, 0.5, 0.0]]
    assert taken(tmp_path, "255.00000000000003,0,0,0,1\n", scale=255.0).batch.images.max() == 1.0
    assert refused(tmp_path, "1.00001,0,0,0,1\n").wrong == 1


def test_a_scale_of_255_needs_a_pixel_above_1(tmp_path: Path) -> None:
    error = refused(tmp_path, "0,0.5,0.25,1,1\n", scale=255.0)
    assert error.problem == "has no pixel above 1, so black is 1 in this file: remove --scale 255"
    assert taken(tmp_path, "0,0,0,0,1\n", scale=255.0).batch.images.max() == 0.0
    assert taken(tmp_path, "0,0,0,2,1\n", scale=255.0).batch.images.max() == 2 / 255


def test_a_files_name_cannot_do_anything_to_a_terminal(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\x1b[31m\nmine\xff.csv")
    path.write_bytes(b"0,0,0,0,1\n")
    assert read_table(str(path)).name == "?[31m?mine?.csv"


def test_where_there_are_no_labels_the_task_gives_them(tmp_path: Path) -> None:
    data = taken(tmp_path, "p0,p1,p2,p3\n1,0,0,0\n1,1,0,0\n", "xor")
    assert data.batch.targets.tolist() == [1.0, 0.0]
    assert not data.labelled
    assert taken(tmp_path, "1,0,0,0\n", "darkness").batch.targets.tolist() == [0.25]
    # Labels in the file are the person's, whatever the task would say.
    assert taken(tmp_path, "1,0,0,0,0\n", "xor").batch.targets.tolist() == [0.0]
    for task in (None, "own", "own-yes-no"):
        assert "has no label column" in refused(tmp_path, "1,0,0,0\n", task).problem


def test_a_minus_0_is_a_0(tmp_path: Path) -> None:
    data = taken(tmp_path, "-0,-0.0,0,1,-0.0\n")
    numbers = [*data.batch.images[0], *data.batch.targets]
    assert [math.copysign(1.0, number) for number in numbers] == [1.0] * 5


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("0.1,0.2,0.3", "must have 5 values (got 3)"),
        ("0.1,0.2,0.3,0.4,1,2", "must have 5 values (got 6)"),
        ("0.1,,0.3,0.4,1", "p1 is missing"),
        ("0.1,0.2,0.3,0.4, ", "label is missing"),
        ("0.1,dark,0.3,0.4,1", "p1 must be a number (got 'dark')"),
        ("0.1,0_1,0.3,0.4,1", "p1 must be a number (got '0_1')"),
        ("0.1,٠.٥,0.3,0.4,1", "p1 must be a number (got '٠.٥')"),
        ("0.1,0x1,0.3,0.4,1", "p1 must be a number (got '0x1')"),
        ("0.1,0.2,nan,0.4,1", "p2 must be finite (got 'nan')"),
        ("0.1,0.2,0.3,-inf,1", "p3 must be finite (got '-inf')"),
        ("0.1,0.2,0.3,1e999,1", "p3 must be finite (got '1e999')"),
        ("1.5,0.2,0.3,0.4,1", "p0 must be from 0 to 1 (got '1.5')"),
        ("0.1,0.2,0.3,-0.01,1", "p3 must be from 0 to 1 (got '-0.01')"),
        ("0.1,0.2,0.3,0.4,NaN", "label must be finite (got 'NaN')"),
        ('0.1,"0.2"3,0.3,0.4,1', "is not valid CSV: ',' expected after '\"'"),
        ('0.1,"0.2', "is not valid CSV: unexpected end of data"),
        ("0.1,\x1b[2J,0.3,0.4,1", "p1 must be a number (got '\\x1b[2J')"),
    ],
)
def test_a_wrong_row_is_named_by_its_line(tmp_path: Path, row: str, problem: str) -> None:
    error = refused(tmp_path, f"{PLAIN}\n{row}")
    assert [(wrong.line, wrong.problem) for wrong in error.rows] == [(5, problem)]
    assert error.problem.startswith("1 row is not valid, so no row was read")


def test_a_yes_no_task_accepts_labels_0_and_1(tmp_path: Path) -> None:
    assert taken(tmp_path, "0,0,0,1,1.0\n0,0,0,1,0\n", "xor").is_yes_no
    error = refused(tmp_path, "0,0,0,1,0.5\n0,0,0,1,2\n", "xor")
    assert [wrong.problem for wrong in error.rows] == [
        "label must be 0 or 1 (got '0.5')",
        "label must be 0 or 1 (got '2')",
    ]
    assert not taken(tmp_path, "0,0,0,1,0.5\n").is_yes_no


def test_ten_wrong_rows_are_named_and_the_others_counted(tmp_path: Path) -> None:
    error = refused(tmp_path, PLAIN + "0,0,0,0\n" * 25 + "0,0,0,0,0\n")
    assert error.problem == "25 rows are not valid, so no row was read"
    assert [wrong.line for wrong in error.rows] == list(range(4, 4 + TOLD))
    assert error.wrong == 25


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    # A quoted field may go over two lines; the row begins on the first of them.
    content = 'p0,p1,p2,p3,label\n"0.1\n",0,0,0,1\n\n0,0,0,9,1\n"0\n",0,0,9,1\n'
    assert [wrong.line for wrong in refused(tmp_path, content).rows] == [5, 6]
    crlf = content.replace("\n", "\r\n")
    assert [wrong.line for wrong in refused(tmp_path, crlf).rows] == [5, 6]


def test_values_up_to_255_get_a_hint_at_the_scale_option(tmp_path: Path) -> None:
    assert "--scale 255" in refused(tmp_path, "0,128,255,3,1\n0,128,255,3,1\n").problem
    assert "--scale" not in refused(tmp_path, "0,128,255,3,1\n0,0,300,0,1\n").problem
    # Up to 255, and only pixels that are too dark: neither what is below 0 nor a label.
    assert "--scale 255" in refused(tmp_path, "255,0,0,0,1\n1.5,0,0,0,1\n").problem
    for row in ("256,0,0,0,1\n", "-3,0,0,0,1\n"):
        assert "--scale" not in refused(tmp_path, row).problem
    assert "--scale" not in refused(tmp_path, "0,0,0,0,200\n", "xor").problem
    assert "--scale" not in refused(tmp_path, "0,300,0,0,1\n", scale=255.0).problem


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "has no rows"),
        ("\n\n\r\n", "has no rows"),
        ("p0,p1,p2,p3,label\n", "has no rows"),
        (b"\xef\xbb\xbf", "has no rows"),
        (PLAIN.encode("utf-16"), "is not UTF-8 text, at line 1"),
        (b"0,0,0,0,0\n0,0,\xff,0,0\n", "is not UTF-8 text, at line 2"),
        ("0,0,0,0,0\n0,0,\0,0,0\n", "is not text: line 2 holds a NUL byte"),
        ("0" * (2 * LONGEST_LINE), "holds no rows of numbers: line 1 is too long"),
        ("0;0;0;0;0\n", "line 1 names '0;0;0;0;0'"),
        ("a,b,c,d\n0,0,0,0\n", "line 1 names 'a'"),
        ("p0,p1,p2,p3,label,p4\n", "line 1 names 'p4'"),
        ("p0,p1,p2,label\n0,0,0,0\n", "must name each column once; line 1 names no p3"),
        ("p0,p1,p2,p2,p3\n0,0,0,0,0\n", "must name each column once; line 1 names two of p2"),
        ("0,0,0\n", "must have columns p0,p1,p2,p3 and optionally label; line 1 has 3"),
        ("0,0,0,0,0,0\n", "must have columns p0,p1,p2,p3 and optionally label; line 1 has 6"),
        ('{"p0": [0, 0]}', "must have columns p0,p1,p2,p3"),
        (Random(1).randbytes(5000), ""),
    ],
)
def test_what_is_no_table_is_refused_in_words(
    tmp_path: Path, content: str | bytes, words: str
) -> None:
    error = refused(tmp_path, content)
    assert words in error.problem
    assert error.problem.isprintable()


def test_what_cannot_be_read_is_refused_in_words(tmp_path: Path) -> None:
    def problem(path: str) -> str:
        with pytest.raises(TableError) as error:
            read_table(path)
        return error.value.problem

    assert problem(str(tmp_path)) == "cannot be read: it is a folder"
    assert problem(str(tmp_path / "none.csv")) == "cannot be read: there is no such file or folder"
    assert problem("a\0b") == "cannot be read: a file cannot have this name"
    assert problem("x" * 5000) == "cannot be read: the name is too long"
    assert "NUL byte" in problem("/dev/zero")


@pytest.mark.skipif(not os.path.exists("/proc/self/mem"), reason="only Linux has such a file")
def test_what_fails_while_it_is_read_is_refused_in_words() -> None:
    with pytest.raises(TableError, match=r"cannot be read: .*: input/output error"):
        read_table("/proc/self/mem")


def test_a_file_of_more_than_100_mib_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(100 * 2**20 + 1)  # a hole: it takes no room on the disk
    with pytest.raises(TableError, match="is too large: more than 100 MiB"):
        read_table(str(path))


def test_more_rows_than_a_run_may_have_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.images.csv_files.MAXIMUM_IMAGES", 20)
    assert len(taken(tmp_path, "0,0,0,0,0\n" * 20)) == 20
    assert refused(tmp_path, "0,0,0,0,0\n" * 21).problem == "has too many rows: more than 20"


def test_a_pipe_is_read_as_well(tmp_path: Path) -> None:
    there, here = os.pipe()
    os.write(here, PLAIN.encode())
    os.close(here)
    assert len(read_table(f"/dev/fd/{there}")) == 2
    os.close(there)


def test_progress_is_reported(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = written(tmp_path, "0,0,0,0,0\n" * 20_000)
    read_table(path, progress=lambda done, size: told.append((done, size)))
    assert len(told) > 3
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert {size for _, size in told} == {200_000}
    assert told[-1][0] <= 200_000


def batches() -> st.SearchStrategy[Batch]:
    pixel = st.floats(0.0, 1.0)
    label = st.floats(allow_nan=False, allow_infinity=False)
    rows = st.lists(st.tuples(pixel, pixel, pixel, pixel, label), min_size=1, max_size=8)

    def batch(found: list[tuple[float, float, float, float, float]]) -> Batch:
        numbers = np.array(found) + 0.0
        return Batch(np.ascontiguousarray(numbers[:, :4]), numbers[:, 4].copy())

    return rows.map(batch)


@given(batch=batches())
def test_what_is_written_is_read_as_the_same_bits(
    tmp_path_factory: pytest.TempPathFactory, batch: Batch
) -> None:
    path = tmp_path_factory.getbasetemp() / "round.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        write_table(batch, stream)
    back = read_table(str(path)).batch
    assert back.images.tobytes() == batch.images.tobytes()
    assert back.targets.tobytes() == batch.targets.tobytes()


@pytest.mark.parametrize("task", [name for name, task in TASKS.items() if not task.is_own])
def test_a_run_on_a_written_table_is_the_same_run(tmp_path: Path, task: str) -> None:
    drawn = TrainingConfig(task=task, images=60, pixels="continuous", label_noise=0.1)
    out = io.StringIO()
    write_table(images_of(drawn)[0], out)
    data = taken(tmp_path, out.getvalue(), task)
    read = TrainingConfig(task=task, images=60, data=data)
    ours, theirs = Trainer(drawn), Trainer(read)
    for trainer in (ours, theirs):
        trainer.run.run_for(math.inf, max_steps=20)
    assert (
        ours.run.here.network.parameters.tobytes() == theirs.run.here.network.parameters.tobytes()
    )
    assert ours.run.loss == theirs.run.loss


def mutated(content: bytes, random: Random) -> bytes:
    """Break a file somehow."""
    place = random.randrange(len(content))
    other = random.randrange(len(content))
    match random.randrange(7):
        case 0:
            return content[:place]
        case 1:
            return content[:place] + bytes([random.randrange(256)]) + content[place + 1 :]
        case 2:
            return content[:place] + content[other:]
        case 3:
            return content[:place] + random.choice([b'"', b",", b"\n", b"\r"]) + content[place:]
        case 4:
            return content[:place] + random.randbytes(20) + content[place:]
        case 5:
            return content.replace(b"\n", random.choice([b"", b";", b"\r\r", b"\n\n"]))
        case _:
            return content[:place] + b"9" * random.randrange(1, 400) + content[place:]


def taken_or_refused(folder: Path, content: bytes) -> OwnData | TableError:
    try:
        return taken(folder, content)
    except TableError as error:
        return error


def test_broken_files_are_taken_whole_or_refused_in_words(tmp_path: Path) -> None:
    out = io.StringIO()
    write_table(images_of(TrainingConfig(images=40, pixels="continuous"))[0], out)
    random, words = Random(0), 0
    for _ in range(300):
        content = out.getvalue().encode()
        for _ in range(random.randint(1, 3)):
            content = mutated(content, random) or b"x"
        data = taken_or_refused(tmp_path, content)
        if isinstance(data, TableError):
            words += 1
            assert data.problem.isprintable()
            assert all(row.problem.isprintable() for row in data.rows)
            assert len(data.rows) == min(data.wrong, TOLD)
        else:
            assert np.isfinite(data.batch.images).all()
            assert data.batch.images.min() >= 0
            assert data.batch.images.max() <= 1
            assert np.isfinite(data.batch.targets).all()
    assert words > 200


def test_a_stream_is_refused_once_it_is_longer_than_a_file_may_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Nobody knows beforehand how much comes out of a pipe.
    monkeypatch.setattr("core.images.csv_files.MAXIMUM_BYTES", 2**20)
    row = f"0,0,0,{1:>1017}\n"
    full = row * (2**20 // len(row))
    assert len(list(rows_of(io.StringIO(full)))) == len(row) == 1_024
    with pytest.raises(TableError, match="is too large: more than 1 MiB"):
        list(rows_of(io.StringIO(full + row)))
