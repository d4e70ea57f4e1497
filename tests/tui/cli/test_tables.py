"""Tables of commands, as plain text of any width and in Markdown."""

from dataclasses import replace

from tui.cli.tables import Table, markdown, plain

TABLE = Table(
    "Sizes",
    ("", "least", "most"),
    (("one", "1", "1,000"), ("another", "22", "3")),
    "least: the smallest of all.",
)


def test_names_are_left_aligned_and_numbers_right_aligned() -> None:
    assert plain(TABLE, None) == (
        "Sizes\n"
        "         least   most\n"
        "one          1  1,000\n"
        "another     22      3\n"
        "least: the smallest of all.\n"
    )


def test_it_just_fits() -> None:
    assert plain(TABLE, 21).split("\n")[:4] == plain(TABLE, None).split("\n")[:4]


def test_columns_that_do_not_fit_follow_below() -> None:
    assert plain(TABLE, 20) == (
        "Sizes\n"
        "         least\n"
        "one          1\n"
        "another     22\n"
        "          most\n"
        "one      1,000\n"
        "another      3\n"
        "least: the smallest\n"
        "of all.\n"
    )


def test_a_cell_that_does_not_fit_beside_the_name_of_its_row_is_below_it() -> None:
    assert plain(replace(TABLE, note=""), 13) == (
        "Sizes\n  least\none\n  1\nanother\n  22\n  most\none\n  1,000\nanother\n  3\n"
    )


def test_no_width_is_too_narrow() -> None:
    text = plain(TABLE, 1)
    assert "1,000" in text
    assert "another" in text


def test_sentences_are_wrapped_also_where_nothing_limits_a_line() -> None:
    table = Table("Words", ("",), (("one",),), "word " * 40)
    assert max(map(len, plain(table, None).split("\n"))) <= 80


def test_markdown() -> None:
    assert markdown(TABLE) == (
        "## Sizes\n"
        "\n"
        "|  | least | most |\n"
        "| :-- | --: | --: |\n"
        "| one | 1 | 1,000 |\n"
        "| another | 22 | 3 |\n"
        "\n"
        "least: the smallest of all.\n"
    )
