"""The map of the code in CONTRIBUTING.md is that of the faces."""

import ast

import pytest

from tests.code_map import (
    BEGIN,
    END,
    PAGE,
    ROOT,
    code_map,
    first_sentence,
    listed,
    path_of,
    with_map,
)


def test_the_map_in_contributing_is_as_the_faces_are() -> None:
    page = PAGE.read_text("utf-8")
    assert page == with_map(page), "python -m tests.code_map"


def test_every_package_is_on_the_map_once() -> None:
    text = code_map()
    for top in ("core", "tui"):
        for face in (ROOT / top).glob("*/**/__init__.py"):
            assert text.count(f"- `{face.parent.relative_to(ROOT).as_posix()}/`:") == 1, face


def test_an_entry_has_the_first_sentence_and_the_names_of_a_face() -> None:
    assert first_sentence("A run: its\nsteps. `Trainer` has it.\n\nMore.") == "A run: its steps."
    assert listed(ast.parse('__all__ = ["A", "b"]')) == ["A", "b"]
    assert path_of("core.arrays") == ROOT / "core" / "arrays.py"
    assert path_of("core.run") == ROOT / "core" / "run" / "__init__.py"


def test_the_map_replaces_the_one_before_and_nothing_else() -> None:
    page = f"above\n{BEGIN}\nold\n{END}below\n"
    assert with_map(page) == f"above\n{BEGIN}\n{code_map()}\n{END}below\n"
    with pytest.raises(ValueError, match="no place"):
        with_map("above\n")
