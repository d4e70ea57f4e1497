"""Files that are no sessions: each is answered in one line, within bounds, and nothing runs."""

import json
import math
import tracemalloc
from collections.abc import Callable, Iterator

import pytest

from core.errors import SessionError
from core.files.json_text import MOST_BYTES, MOST_VALUES
from core.files.reading import read_session
from core.run.changes import SetParameter
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from tests.core.broken import corpus
from tests.core.sessions import RUNS, bytes_of, changed, text_of, trained

FILES = 162
BOUND = 200 * 2**20


def answer(data: bytes) -> str | None:
    """Return the line that a file is answered with; None if it opens, and then it can be used."""
    try:
        session = read_session(data)
        trainer = session.trainer()
    except SessionError as error:
        return str(error)
    trainer.run.ensure_evaluated()
    trainer.run.run_for(math.inf, max_steps=3)
    trainer.snapshot(session.image)
    trainer.run.go_to(trainer.run.moment_at(trainer.run.last_step // 2))
    assert bytes_of(trainer)
    return None


@pytest.fixture
def peak() -> Iterator[Callable[[], int]]:
    """Yield a function that returns the peak memory since its last call."""

    def most() -> int:
        tracemalloc.start()
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        return found

    yield most
    tracemalloc.stop()


def test_broken_files_are_answered_in_words_and_in_bounds(peak: Callable[[], int]) -> None:
    answered = 0
    # Made before: measuring memory takes as long again, and only their reading is measured.
    for name, data in list(corpus(FILES, seed=4)):
        peak()
        line = answer(data)
        assert peak() < BOUND, name
        if line is not None:
            answered += 1
            assert line.isprintable(), name
            assert 5 < len(line) < 300, name
    assert answered >= 125


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\xff\xfe{}", "byte 0: is not valid UTF-8"),
        (b'{"format": "\xe4"}', "byte 12: is not valid UTF-8"),
        (b"PK\x03\x04", "line 1: not valid JSON at column 1: expecting value"),
        (b"[]", "is not a session: \"format\" must be 'napkin-net session'"),
        (b"NaN", "NaN is not a number in JSON"),
        (b'{"format": "napkin-net"}', 'is not a session: "format" must be'),
        (b'{"format": "napkin-net session"}', "version: must be a whole number (got null)"),
        (
            b'{"format": "napkin-net session", "version": 2, "news": 1}',
            "version: must be 1, the version that this napkin-net reads (got 2)",
        ),
        (b'{"format": "napkin-net session", "version": true}', "version: must be a whole number"),
        (b'{"format": "napkin-net session", "version": 1}', "image is missing"),
        (b'{"a": 1, "a": 2}', "has the key 'a' twice"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"format": "napkin', "line 1: ends too early: the file is incomplete"),
        (b"[1," * (MOST_VALUES // 2 + 1), "has more than 500,000 values"),
        (
            b"napkin-net session" + "\N{SNOWMAN}".encode() * 2_000_000,
            "is not ASCII, and larger than 4 MiB",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_session_at_all(data: bytes, line: str) -> None:
    assert (answer(data) or "").startswith(line)


CHANGED: list[tuple[str, object, str]] = [
    ("image.2", 1.5, "image: must be 4 numbers from 0 to 1"),
    ("image", [1, 1, 1], "image: must be 4 numbers from 0 to 1"),
    (
        "run.settings.learning_rate",
        0,
        "run.settings.learning_rate: must be a number above 0 (got 0)",
    ),
    ("run.settings.learning_rate", "0.1", "run.settings.learning_rate: must be a number above 0"),
    ("run.settings.task", "hue", "run.settings.task: must be "),
    ("run.settings.hidden", [2, 0], "run.settings.hidden: must be layers of at least 1 neuron"),
    ("run.settings.hidden", [9_000, 9_000], "run.settings.hidden: makes 81,"),
    ("run.settings.hidden", [1] * 10_001, "run.settings.hidden: must be at most 10,000 layers"),
    ("run.settings.hidden", [3, 3], "run.here.parameters: must be 31 numbers (got 19)"),
    ("run.settings.images", 3, "run.settings.batch_size: must be 1 to 3, the number"),
    ("run.settings.batch_size", "7", "run.settings.batch_size: must be 1 to 1,000,000 (got '7')"),
    (
        "run.settings.batch_size",
        False,
        "run.settings.batch_size: must be 1 to 1,000,000 (got false)",
    ),
    ("run.settings.images", 10**9, "run.settings.images: must be 1 to 1,000,000"),
    ("run.journal.1.step", 4, "run.journal[1].step: must be 5 to 10 (got 4)"),
    ("run.journal.1.step", 11, "run.journal[1].step: must be 5 to 10 (got 11)"),
    (
        "run.journal.1.change.kind",
        "SetWorld",
        "run.journal[1].change.kind: must be SetSettings or SetParameter",
    ),
    (
        "run.journal.1.change.values",
        [["engine", "abacus"]],
        "run.journal[1].change: engine must be matrix",
    ),
    (
        "run.journal.1.change.values",
        [["hidden", [4]]],
        "run.journal[1].change: hidden",
    ),
    ("run.journal.1.change.values", [["world", 1]], "run.journal[1].change: world"),
    ("run.journal.3.change.index", 19, "run.journal[3].change: parameter must be 0 to 18 (got 19)"),
    (
        "run.journal.0.change.values",
        [["learning_rate", True]],
        "run.journal[0].change: learning_rate must be a number above 0 (got yes)",
    ),
    ("run.here.moment", [10], "run.here.moment: must have 2 values (got 1)"),
    ("run.here.moment.0", 12, "run.here.moment[0]: is after the end of the curve"),
    ("run.here.moment.0", 7, "run.here.moment: must be a step from 8 to 10 (got 7)"),
    ("run.here.moment.1", 7, "run.here.moment: must be after at most 6 changes (got 7)"),
    ("run.here.moment.0", -1, "run.here.moment: must be a step from 8 to 10 (got -1)"),
    ("run.here.parameters.0", "nan", "run.here.parameters: must be finite numbers"),
    ("run.here.previous", [0.5], "run.here.previous: must be 19 numbers (got 1)"),
    ("run.here.progress.images", -1, "run.here.progress: must be counts of at least 0"),
    ("run.here.progress.best", None, "run.here.progress.best: must be a number (got null)"),
    ("run.tests", {"steps": [3, 2], "losses": [0.5, 0.5]}, "run.tests.steps: must be steps of the"),
    (
        "run.tests",
        {"steps": [3, 11], "losses": [0.5, 0.5]},
        "run.tests.steps: must be steps of the",
    ),
    (
        "run.tests",
        {"steps": [3], "losses": []},
        "run.tests: must be at most 4,096 steps and as many",
    ),
    ("run.first_loss", "nan", "run.first_loss: must be finite"),
    ("run.carried", 1, "run.carried: must be the number of edited images"),
    ("run.carried", -1, "run.carried: must be the number of edited images"),
    ("run.here.state.slots", [0.5], "run.here.state: must have 3 × 19 numbers in slots"),
    ("run.here.state.slots.1.2", -1e-300, "run.here.state.slots: must be means of squares, at"),
    (
        "run.here.state.before",
        0.5,
        "run.here.state: must have 3 × 19 numbers in slots, none in before",
    ),
    ("run.here.parameters", 0.5, "run.here.parameters: must be 19 numbers"),
    ("run.here.state.slots", 0.5, "run.here.state: must have 3 × 19 numbers in slots"),
    ("run.here.state.count", -1, "run.here.state.count: must be a count of at least 0"),
    ("run.here.state.count", [1], "run.here.state.count: must be a count of at least 0"),
    (
        "run.journal.3.change",
        {"kind": "RemoveImage", "index": 20},
        "run.journal[3].change: image must be 0 to 19 (got 20)",
    ),
    (
        "run.journal.3.change",
        {"kind": "AddImage", "image": [0, 0, 2, 0], "label": 1},
        "run.journal[3].change: image must be four pixels from 0 to 1",
    ),
    ("run.outcome", "tired", "run.outcome: must be diverged or "),
    ("run.outcome", "diverged", "run.diverged_at: does not match the outcome and the moment"),
    ("run.diverged_at", 3, "run.diverged_at: does not match the outcome and the moment"),
    ("run.losses.width", 3, "run.losses: cannot have 11 points in buckets of 3"),
    ("run.losses.length", 10**15, "run.losses: cannot have 1,000,000,000,000,000 points"),
    ("run.losses.length", 12, "run.losses.minimum: must be 12 numbers, one per bucket"),
    ("run.losses.minimum.4", 1e9, "run.losses.maximum[4]: does not match the others"),
    ("run.losses.last.4", "inf", "run.losses.last[4]: does not match the others"),
    ("run.losses.nonfinite.2", 2, "run.losses.nonfinite[2]: does not match the others"),
    ("run.losses.total.1", "inf", "run.losses.total[1]: does not match the others"),
    ("run.losses.passed.0", 11, "run.losses.passed: must be steps of the curve, in order"),
    ("run.checkpoints", [{"moment": [0, 0]}], "run.checkpoints[0].moment: must be later than"),
    ("run.checkpoints", [{"moment": [2, 0]}], "run.checkpoints[0]: parameters is missing"),
    ("run.checkpoints", [1], "run.checkpoints[0].moment: must be a list"),
    ("run.surprise", 1, "run: has an unknown key: 'surprise'"),
    (
        "data",
        {"name": "x", "labelled": True, "scale": 1, "rows": []},
        "data.rows: must be rows of 4 pixels and a label",
    ),
    (
        "data",
        {"name": "x", "labelled": True, "scale": 1, "rows": [[0, 0, 0, 2, 1]]},
        "data.rows[0]: must have pixels from 0 to 1",
    ),
    (
        "data",
        {"name": "x", "labelled": True, "scale": 1, "rows": [[0, 0, 0, 1, 1], [1]]},
        "data.rows[1]: must have as many numbers",
    ),
    (
        "data",
        {"name": "x", "labelled": True, "scale": 1, "rows": [[0, 0, 0, 1, 1]]},
        "run.settings.images: must be the number of images in the data",
    ),
    (
        "data",
        {"name": "x", "labelled": True, "scale": 3, "rows": [[0, 0, 0, 1, 1]]},
        "data.scale: must be 1 or 255 (got 3)",
    ),
    (
        "other",
        {"started_again": 1, "run": {}},
        "other.started_again: must be true or false (got 1)",
    ),
    ("other", {"started_again": True, "run": {}}, "other.run: settings is missing"),
]


@pytest.mark.parametrize(("place", "value", "line"), CHANGED, ids=lambda value: str(value)[:60])
def test_what_is_wrong_is_named_with_its_place(place: str, value: object, line: str) -> None:
    whole = json.loads(bytes_of(changed()))
    inside = whole
    *path, last = place.split(".")
    for key in path:
        inside = inside[int(key) if key.isdigit() else key]
    inside[int(last) if last.isdigit() else last] = value
    assert (answer(text_of(whole)) or "opened").startswith(line)


@pytest.mark.parametrize(
    ("numbers", "line"),
    [
        ({"shape": [19], "float64": "AAAA"}, "run.here.parameters.shape: does not match"),
        ({"shape": [19], "float64": "A" * 200}, "run.here.parameters: holds 150 bytes"),
        ({"shape": [19], "float64": "é" * 200}, "run.here.parameters.float64: is not valid base64"),
        ({"shape": [10**9, 10**9], "float64": ""}, "run.here.parameters.shape: does not match"),
        ({"shape": [-1], "float64": ""}, "run.here.parameters.shape: does not match"),
        ({"shape": [0], "float64": ""}, "run.here.parameters: must be 19 numbers (got 0)"),
        ({"shape": [19], "int64": ""}, "run.here.parameters: float64 is missing"),
        ({"shape": [19], "float64": 5}, "run.here.parameters.float64: must be base64 (got 5)"),
    ],
    ids=str,
)
def test_an_arrays_bytes_are_counted(numbers: object, line: str) -> None:
    whole = json.loads(bytes_of(changed()))
    whole["run"]["here"]["parameters"] = numbers
    assert (answer(text_of(whole)) or "opened").startswith(line)


HUGE: dict[str, tuple[bytes, bytes, bytes]] = {
    "nested": (b"", b"[", b""),
    "objects": (b"", b'{"a":', b""),
    "values": (b'["napkin-net session",', b"0,", b"0]"),
    "text": (b'"napkin-net session', b"aaaa", b""),
    "a key": (b'{"format": "napkin-net session", "version": 1, "', b"kkkk", b'": 0}'),
    "blanks": (b'"napkin-net session"', b"    ", b"x"),
    "base64": (
        b'{"format": "napkin-net session", "version": 1, "image": [0, 0, 0, 0], "run": 0, '
        b'"other": 0, "data": {"name": "", "labelled": true, "scale": 1, '
        b'"rows": {"shape": [1, 5], "float64": "',
        b"AAAA",
        b'"}}}',
    ),
}
"""How a large file begins, what it is full of, and how it ends."""


@pytest.mark.parametrize("name", HUGE)
def test_large_files_take_memory_in_proportion(name: str, peak: Callable[[], int]) -> None:
    size = 2**24
    first, piece, last = HUGE[name]
    peak()
    data = first + piece * (size // len(piece)) + last
    assert answer(data) is not None
    assert peak() < 4 * size + 2**20


def test_a_large_file_that_cannot_be_a_session_is_not_read(peak: Callable[[], int]) -> None:
    for data in (b" " * 2**24 + b"x", b'"' + b"\\u0000" * 2**21 + b'"', b"[" * 2**21):
        peak()
        line = answer(data) or ""
        assert line.startswith("is not a session")
        assert peak() < 2**16


def test_a_file_beyond_the_bound_is_not_read() -> None:
    assert answer(bytes(MOST_BYTES + 1)) == "is larger than 256 MiB"


def test_as_many_values_as_there_may_be_take_bounded_memory(peak: Callable[[], int]) -> None:
    for piece in (b'{"a":1},', b"[],", b"1e999,"):
        data = b"[" + piece * (MOST_VALUES // 3 - 1) + b"0]"
        peak()
        assert answer(data) is not None
        assert peak() < BOUND


def test_the_longest_journal_is_read_to_its_end() -> None:
    run = trained(TrainingConfig(images=2), 1)
    run.apply(SetParameter(0, 0.5))
    whole = json.loads(bytes_of(run))
    (entry,) = whole["run"]["journal"]
    whole["run"]["journal"] = [entry] * 10_000
    whole["run"]["here"]["moment"] = [1, 10_000]
    assert len(read_session(text_of(whole)).run.journal) == 10_000
    wrong = {"step": 1, "change": {"kind": "SetSettings", "values": [["learning_rate", -1]]}}
    whole["run"]["journal"][-1] = wrong
    assert (answer(text_of(whole)) or "").startswith(
        "run.journal[9999].change: learning_rate must be"
    )
    whole["run"]["journal"].append(entry)
    assert (answer(text_of(whole)) or "").startswith(
        "run.journal: must have at most 10,000 changes"
    )


def test_a_setting_that_is_none_cannot_do_anything_to_a_terminal() -> None:
    whole = json.loads(bytes_of(RUNS["changed"]()))
    whole["run"]["journal"][0]["change"]["values"] = [["\x1b[2J\x1b]0;owned\x07", 1]]
    line = "run.journal[0].change: \\x1b[2J\\x1b]0;owned\\x07 is not a setting of a run"
    assert answer(text_of(whole)) == line


def test_the_name_of_own_images_cannot_do_anything_to_a_terminal() -> None:
    whole = json.loads(bytes_of(RUNS["with_own_data"]()))
    whole["data"]["name"] = "\x1b[2Jmine\u202e\ud800.csv"
    data = read_session(text_of(whole)).run.config.data
    assert data is not None
    assert data.name == "?[2Jmine??.csv"


def test_a_bias_that_an_earlier_version_left_open_is_as_it_was() -> None:
    # There only hidden layers brought biases along, whatever the task.
    for hidden, task, bias in (((), "xor", False), ((2,), "xor", True), ((), "darkness", None)):
        config = TrainingConfig(hidden=hidden, task=task, images=4, bias=bool(hidden))
        whole = json.loads(bytes_of(Trainer(config)))
        whole["run"]["settings"]["bias"] = None
        opened = read_session(text_of(whole)).run.config
        assert opened.bias is bias
        assert opened.architecture == config.architecture
