"""The glossary: its table, its page, and what it holds every text to."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.tui.words.wording import (
    CODE,
    ROOT,
    STYLE,
    Text,
    avoided,
    coinages,
    documents,
    hits,
    in_words,
    name_hits,
    names_in,
    paragraphs_in,
    strings,
    strings_in,
)
from tui.words.glossary import GLOSSARY, Topic, page

PAGE = ROOT / "docs" / "glossary.md"


def found(words: str) -> list[str]:
    return [word for word, _ in avoided(words)]


def test_each_term_has_one_entry() -> None:
    names = [term.name.lower() for term in GLOSSARY]
    assert len(names) == len(set(names))


def test_no_word_is_avoided_for_two_terms() -> None:
    words = [word for term in GLOSSARY for word in term.avoid]
    assert len(words) == len(set(words))


def test_terms_are_listed_topic_by_topic() -> None:
    topics = list(dict.fromkeys(term.topic for term in GLOSSARY))
    assert topics == list(Topic)
    assert sorted(GLOSSARY, key=lambda term: topics.index(term.topic)) == list(GLOSSARY)


def test_the_page_is_written_from_the_table() -> None:
    assert PAGE.read_text("utf-8") == page(), "python -m tui.words.glossary > docs/glossary.md"


@pytest.mark.parametrize(
    "word",
    [
        "backpropagation", "chain rule", "initialisation", "false positive", "decision boundary",
        "finite differences", "generalisation", "regularisation", "RMSE", "epoch", "momentum",
        "batch, mini-batch", "optimizer", "learning rate", "relu", "sigmoid", "tanh", "overfitting",
        "gradient descent",
    ],
)  # fmt: skip
def test_the_terms_of_the_field_are_there(word: str) -> None:
    assert word in {term.name for term in GLOSSARY}


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("It learns these by heart.", ["by heart"]),
        ("Look at the stencils then.", ["stencils"]),
        ("413 were Wrongly Yes", ["Wrongly Yes", "Wrongly"]),
        ("the way\n  we came", ["the way we came", "we came"]),
        ("The essay’s network", ["essay"]),
        ("Only 0.3 % per step.", ["3 %"]),
        ("Only 0.3% a step.", ["% a step"]),
        ("column 4 is no JSON", ["is no "]),
        ("what each neuron says", ["says"]),
    ],
)
def test_a_sentence_with_an_avoided_word_is_found(sentence: str, words: list[str]) -> None:
    assert sorted(found(sentence)) == sorted(words)


@pytest.mark.parametrize(
    "sentence",
    [
        "It predicts 0.399 (no); the target is yes.",
        "The loss falls by only 0.3% per step.",
        "there is no previous run",
        "The wheel scrolls the essays-like page",  # a longer word is another word
        "Nothing moves any more: the step is too small for a weight's last digit.",
        "965 of 1,000 images came out too dark: smaller weights, smaller sums.",
    ],
)
def test_a_good_sentence_passes(sentence: str) -> None:
    assert found(sentence) == []


def test_every_word_to_avoid_is_found_in_a_sentence() -> None:
    for term in GLOSSARY:
        for word in term.avoid:
            assert word in found(f"Here {word}, as it was.")


def test_every_rule_of_style_has_something_to_find() -> None:
    examples = (
        "it says", "it tells", "it stands", "--hidden takes layers", "from here on", "is no JSON",
        "5 %", "steps a second", "right 332 of 700", "a step serves them", "0 but for a hair",
        "nearly always", "grayscale",
    )  # fmt: skip
    assert len(examples) == len(STYLE)
    for (_, instead), example in zip(STYLE, examples, strict=True):
        assert instead in [better for _, better in avoided(example)], example


SOURCE = '''
"""A docstring may hold a stencil."""

LABEL = "the truth"
NAME = "truth"


class Thing:
    """Nor this stencil."""

    size: int = 1
    """Nor that stencil."""


def text(loss: float) -> str:
    """Nor the stencil here."""
    return f"right {loss:.1f} %" if loss else "by " "heart"
'''


def test_strings_are_read_and_docstrings_are_not() -> None:
    texts = list(strings_in(SOURCE, "a.py"))
    assert sorted(text.words for text in texts) == [
        ".1f", "by heart", "right 0 %", "the truth", "truth",
    ]  # fmt: skip
    assert sorted({(hit.line, hit.word) for hit in hits(iter(texts))}) == [
        (4, "the truth"), (4, "truth"), (17, "0 %"), (17, "by heart"), (17, "right 0"),
    ]  # fmt: skip


def test_a_phrase_is_found_across_the_lines_of_a_page_but_a_public_name_is_not() -> None:
    text = "# Title\n\nIt was cut\nshort.\n\n`--preset essay` and `probe.truth`\n"
    assert [(hit.line, hit.word) for hit in hits(paragraphs_in(text, "a.md"))] == [(3, "cut short")]


def test_a_name_is_read_as_words() -> None:
    assert in_words("CutShort") == in_words("_cut_short") == "cut short"
    assert in_words("JSONText2") == "json text 2"
    names = "class ByHeart:\n    def looks(self, bill: int) -> None:\n        self.twins = bill\n"
    words = [text.words for text in names_in(names, "a.py")]
    assert set(words) == {
        "by heart", "looks", "self", "bill", "twins",
    }  # fmt: skip
    assert {word for text in words for word in coinages(text)} == {
        "by heart", "looks", "bill", "twins",
    }  # fmt: skip
    assert coinages("overlooks") == []


def test_coinages_are_listed_once() -> None:
    assert len(CODE) == len(set(CODE))


READ: tuple[Callable[[], Iterator[Text]], ...] = (documents, strings)
"""The texts that are held to the glossary."""


@pytest.mark.parametrize("texts", READ)
def test_texts_keep_to_the_glossary(texts: Callable[[], Iterator[Text]]) -> None:
    assert [str(hit) for hit in hits(texts())] == []


def test_names_keep_to_the_glossary() -> None:
    assert [str(hit) for hit in name_hits("core", "tui", "tests", "benchmarks")] == []


def test_all_pages_are_read() -> None:
    assert {text.path for text in documents()} >= {
        str(path.relative_to(ROOT)) for path in Path(ROOT, "docs").glob("*.md")
    }
