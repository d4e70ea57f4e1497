"""Reads what a person may read, and finds the words that the glossary says to avoid.

`python -m tests.tui.words.wording` lists them, file by file; with paths, only in those files.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import core
from tui.words.glossary import GLOSSARY

ROOT = Path(core.__file__).parent.parent

STYLE = (
    (r"\b(?:says?|said)\b", "show, output, print: nothing speaks"),
    (r"\b(?:tells?|told)\b", "show, print: nothing speaks"),
    (r"\bstands?\b|\bstood\b", "is, lies: nothing stands"),
    (r"(?:\boptions?|--[\w-]+|\bparameter|\bsetting|^|,) ?takes\b", "must be, needs"),
    (r"\bfrom here on\b", "from now on"),
    (r"(?<!there )\b(?:is|are) no (?!longer\b|more\b)(?=\w)", "is not"),
    (r"\d %", "percent without a space"),
    (r"\b(?:steps?|images?|times|%|\d) (?:a|to a) (?:second|step|run|weight)\b", "per"),
    (r"\bright (?:\d|answers?\b)|\banswers? (?:are|is) right\b", "accuracy, correct"),
    (r"\b(?:serve[sd]?|serving)\b", "follow, help"),
    (r"\bbut for\b", "a number: at most …"),
    (r"\bnearly always\b", "a number"),
    (r"\bgrayscale\b|\bgray\b|\bcolors?\b|\binitializ", "British spelling"),
)
"""Patterns of the style sheet, each with what to write."""

PUBLIC = {
    "essay": "a preset and a form of export, named in options and in sessions",
    "truth": "a field of `train --json`",
}
"""Names in files, JSON and options, which stay; alone in a string, or in backticks on a page."""

ALLOWED = (
    "No weighted sum can tell",  # that it cannot decide: plain English, about no pane
    "from an essay on napkin math",  # where the default network comes from, the one time
    "(essay: plain loops",  # the form of export, in the help of its command
    "called `essay`",  # the preset
)
"""Sentences that may hold an avoided word, each with its reason."""

CODE = (
    "stencil", "twin", "twins", "stray", "strays", "truth", "truths", "bill", "bills", "looks",
    "witness", "pull", "pulls", "wrongly", "by heart", "made inputs", "first weights", "cut short",
    "good end", "turns round", "turned round", "way we came", "looked at", "looking at",
    "slow motion", "taken back", "learnt", "essay", "essays", "besides", "timid", "hurled", "taste",
    "wishes", "surveyor", "examiner", "walk", "walks", "ready made", "twins at", "alike",
)  # fmt: skip
"""Coinages that no name in the code may hold."""
_COINED = re.compile(rf"\b(?:{'|'.join(CODE)})\b")

PAGES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "benchmarks/README.md")
"""Pages besides those of docs/."""
SCHEMA = "docs/session.schema.json"


@dataclass(frozen=True)
class Hit:
    """An avoided word, and where it was found."""

    path: str
    line: int
    word: str
    instead: str
    text: str

    def __str__(self) -> str:
        """Write it as one line."""
        return f"{self.path}:{self.line}: “{self.word}” → {self.instead} | {self.text}"


@dataclass(frozen=True)
class Text:
    """A sentence that a person may read, and where it is."""

    path: str
    line: int
    words: str


@cache
def rules() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return a pattern for each word to avoid, with what to write instead."""
    found = [
        (re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])", re.IGNORECASE), term.name)
        for term in GLOSSARY
        for word in sorted(term.avoid, key=len, reverse=True)
    ]
    found += [(re.compile(pattern, re.IGNORECASE), instead) for pattern, instead in STYLE]
    return tuple(found)


@cache
def any_rule() -> re.Pattern[str]:
    """Return one pattern for all words to avoid: most texts hold none, and are read once."""
    words = "|".join(re.escape(word) for term in GLOSSARY for word in term.avoid)
    style = "|".join(pattern for pattern, _ in STYLE)
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])|{style}", re.IGNORECASE)


def avoided(words: str) -> list[tuple[str, str]]:
    """Return the avoided words of a text, each with what to write instead."""
    plain = " ".join(words.replace("’", "'").split())
    if words in PUBLIC or not any_rule().search(plain):
        return []
    return [(match.group(), instead) for rule, instead in rules() for match in rule.finditer(plain)]


def hits(texts: Iterator[Text]) -> list[Hit]:
    """Return what is wrong with texts."""
    return [
        Hit(text.path, text.line, word, instead, " ".join(text.words.split())[:110])
        for text in texts
        if not any(sentence in text.words for sentence in ALLOWED)
        for word, instead in avoided(text.words)
    ]


def sources(*tops: str) -> list[Path]:
    """Return the files of code under folders."""
    return sorted(path for top in tops for path in (ROOT / top).rglob("*.py"))


_CALL = re.compile(r"\w+\(.*\)")
"""An action of Textual's, such as `move(0, 1)`: code in a string."""


def strings_in(source: str, path: str) -> Iterator[Text]:
    """Return every string of a file that is no docstring; of an f-string, all parts as one."""
    nodes = list(ast.walk(ast.parse(source)))
    unread: set[int] = set()
    for node in nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            unread.add(id(node.value))  # a docstring, also that of an attribute
        if isinstance(node, ast.keyword) and node.arg == "avoid":
            unread |= {id(inner) for inner in ast.walk(node)}  # the glossary's own column
        if isinstance(node, ast.JoinedStr):
            unread |= {id(part) for part in node.values if isinstance(part, ast.Constant)}
        if isinstance(node, ast.Assign) and is_face_list(node.targets[0]):
            unread |= {id(inner) for inner in ast.walk(node)}
    for node in nodes:
        if id(node) in unread:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if not _CALL.fullmatch(node.value):
                yield Text(path, node.lineno, node.value)
        elif isinstance(node, ast.JoinedStr):
            parts = (
                str(part.value) if isinstance(part, ast.Constant) else "0" for part in node.values
            )
            yield Text(path, node.lineno, "".join(parts))


def is_face_list(target: ast.expr) -> bool:
    """Whether an assignment's target is the list of a face."""
    return isinstance(target, ast.Name) and target.id == "__all__"


def strings() -> Iterator[Text]:
    """Return every string in the program."""
    for path in sources("core", "tui"):
        yield from strings_in(path.read_text("utf-8"), str(path.relative_to(ROOT)))


def paragraphs_in(page: str, path: str) -> Iterator[Text]:
    """Return the paragraphs of a page, without public names in backticks and without addresses."""
    line = 1
    for paragraph in re.split(r"\n(?=\n|[-*|] |\d+\. |#)", page):
        words = re.sub(r"\]\([^)]*\)", "]", paragraph)
        for name in PUBLIC:
            words = re.sub(rf"`(?:[\w-]+[ .])*{name}`|--(?:to|preset) {name}\b", "``", words)
        yield Text(path, line + len(paragraph) - len(paragraph.lstrip("\n")), words)
        line += paragraph.count("\n") + 1


def pages() -> list[Path]:
    """Return the documents."""
    return [*(ROOT / page for page in PAGES), *sorted((ROOT / "docs").glob("*.md"))]


def described_in(schema: str, path: str) -> Iterator[Text]:
    """Return the descriptions in a JSON schema."""
    for line, text in enumerate(schema.split("\n"), start=1):
        for described in re.findall(r'"description": "([^"]*)"', text):
            yield Text(path, line, described)


def documents() -> Iterator[Text]:
    """Return the paragraphs of all documents, and what the schema of sessions describes."""
    for path in pages():
        yield from paragraphs_in(path.read_text("utf-8"), str(path.relative_to(ROOT)))
    yield from described_in((ROOT / SCHEMA).read_text("utf-8"), SCHEMA)


def names_in(source: str, path: str) -> Iterator[Text]:
    """Return every name that a file defines, once, in words: `CutShort` is `cut short`."""
    lines: dict[str, int] = {}
    for node in ast.walk(ast.parse(source)):
        for name in _names_of(node):
            lines.setdefault(name, getattr(node, "lineno", 1))
    for name, line in lines.items():
        yield Text(path, line, in_words(name))


def _names_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        yield node.attr
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name


def in_words(name: str) -> str:
    """Return the words that a name is made of, in lower case."""
    return " ".join(re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name)).lower()


def coinages(words: str) -> list[str]:
    """Return the coinages in a name that is written in words."""
    return list(dict.fromkeys(_COINED.findall(words)))


@cache
def has_coinage(name: str) -> bool:
    """Whether a name holds a coinage."""
    return bool(coinages(in_words(name)))


def name_hits(*tops: str) -> list[Hit]:
    """Return the names in the code of folders that hold a coinage, each once per file."""
    found = []
    for path in sources(*tops):
        where, source = str(path.relative_to(ROOT)), path.read_text("utf-8")
        # To parse a file takes longer than to look at all its words.
        if not any(map(has_coinage, {path.stem, *re.findall(r"\w+", source)})):
            continue
        seen = set()
        for text in (Text(where, 1, in_words(path.stem)), *names_in(source, where)):
            for word in coinages(text.words):
                if (text.words, word) not in seen:
                    seen.add((text.words, word))
                    found.append(Hit(where, text.line, word, "the glossary’s term", text.words))
    return found


def main(paths: list[str]) -> int:
    """Print every hit; with paths, those in these files."""
    found = [*hits(strings()), *hits(documents()), *name_hits("core", "tui", "tests", "benchmarks")]
    shown = [hit for hit in found if not paths or any(hit.path.startswith(path) for path in paths)]
    print(*shown, sep="\n")
    return bool(shown)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
