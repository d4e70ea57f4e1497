"""What an error says of a file: no more than fits, and nothing that a terminal would obey."""

from core.errors import SessionError


def test_a_problem_of_200_characters_is_kept_whole_and_a_longer_one_is_cut() -> None:
    assert SessionError("", "x" * 200).problem == "x" * 200
    assert SessionError("", "x" * 201).problem == "x" * 200 + "…"


def test_the_place_comes_first_if_there_is_one() -> None:
    error = SessionError("run.step", "is wrong")
    assert (error.where, error.problem, str(error)) == (
        "run.step",
        "is wrong",
        "run.step: is wrong",
    )
    assert str(SessionError("", "is wrong")) == "is wrong"


def test_what_could_move_a_cursor_is_written_out() -> None:
    assert SessionError("", "a\x1b[2Jb\n").problem == "a\\x1b[2Jb\\n"
