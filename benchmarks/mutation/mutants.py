"""The mutants of a source file: each is one small change that a test should notice.

The operators are those of the field (mutmut, cosmic-ray): comparisons moved to their boundary and
turned round, `and` and `or` exchanged, arithmetic exchanged, numbers changed by 1, True and False
exchanged, `not` and minus removed, conditions negated, returned values replaced, neighbouring
arguments exchanged, `break` and `continue` exchanged.

Left out, because no test could or should notice: annotations, decorators, docstrings, the order of
the arguments of `min`, `max` and the like, and `strict=` of `zip`.
"""

import ast
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_COMPARED: dict[type[ast.cmpop], tuple[str, tuple[str, ...]]] = {
    ast.Lt: ("<", ("<=", ">=")),
    ast.LtE: ("<=", ("<", ">")),
    ast.Gt: (">", (">=", "<=")),
    ast.GtE: (">=", (">", "<")),
    ast.Eq: ("==", ("!=",)),
    ast.NotEq: ("!=", ("==",)),
    ast.Is: ("is", ("is not",)),
    ast.IsNot: (r"is\s+not", ("is",)),
    ast.In: ("in", ("not in",)),
    ast.NotIn: (r"not\s+in", ("in",)),
}
_COMPUTED: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "*"),
    ast.Pow: ("**", "*"),
}
_SYMMETRIC = ("min", "max", "np.minimum", "np.maximum")
_NUMBERS = ("int", "float")


@dataclass(frozen=True)
class Mutant:
    """One small change of a source file."""

    path: str
    """The file, from the top of the tree."""
    line: int
    """The line of the change, from 1."""
    lines: range
    """The lines of the statement around it, which run together with it."""
    where: str
    """The function or class that the line is in; empty at the top of the module."""
    is_run_on_import: bool
    """Whether the line runs when the module is imported, and in no test."""
    before: str
    """The line as it is, without its indentation."""
    after: str
    """The line as the mutant has it."""
    start: int
    """The first byte that is replaced …"""
    end: int
    """… and the first one behind them."""
    text: bytes
    """What stands there instead."""

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What stays the same when lines move: file, function, and the line before and after."""
        return self.path, self.where, self.before, self.after

    @property
    def key(self) -> str:
        """A short name, for files of results."""
        return hashlib.sha256("\n".join(self.identity).encode()).hexdigest()[:16]

    def rank(self, seed: int) -> str:
        """Return the place in a sample; it depends on no other mutant."""
        return hashlib.sha256("\n".join((str(seed), *self.identity)).encode()).hexdigest()

    def applied_to(self, source: bytes) -> bytes:
        """Return the source with the change."""
        return source[: self.start] + self.text + source[self.end :]

    def is_python_in(self, root: Path) -> bool:
        """Whether the changed file can be compiled at all."""
        try:
            ast.parse(self.applied_to((root / self.path).read_bytes()))
        except SyntaxError:
            return False
        return True


def mutants_of(root: Path, path: str) -> list[Mutant]:
    """Find all mutants of a file, without those that look the same."""
    source = (root / path).read_bytes()
    return list({mutant.identity: mutant for mutant in _Finder(path, source).found()}.values())


@dataclass(frozen=True)
class _Place:
    """Where in the file the finder is."""

    where: str
    lines: range
    is_run_on_import: bool
    returns: str
    """The annotation of what the function returns."""


class _Finder:
    """Walks through a file's syntax tree."""

    def __init__(self, path: str, source: bytes) -> None:
        self._path = path
        self._source = source
        self._rows = source.split(b"\n")
        self._starts = [0]
        for row in self._rows:
            self._starts.append(self._starts[-1] + len(row) + 1)

    def found(self) -> Iterator[Mutant]:
        top = _Place("", range(1, 2), True, "")
        for node in ast.parse(self._source).body:
            yield from self._in_statement(node, top)

    def _in_statement(self, node: ast.stmt, place: _Place) -> Iterator[Mutant]:
        """Find the mutants of a statement and of all within it."""
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return  # a docstring
        inner = _Place(place.where, _header(node), place.is_run_on_import, place.returns)
        yield from self._at(node, inner)
        body = inner
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            name = f"{place.where}.{node.name}".lstrip(".")
            body = _Place(name, inner.lines, False, ast.unparse(node.returns or ast.Constant("")))
        elif isinstance(node, ast.ClassDef):
            name = f"{place.where}.{node.name}".lstrip(".")
            body = _Place(name, inner.lines, place.is_run_on_import, "")
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                yield from self._in_statement(child, body)
            elif isinstance(child, ast.ExceptHandler | ast.match_case):
                for each in ast.iter_child_nodes(child):
                    if isinstance(each, ast.stmt):
                        yield from self._in_statement(each, body)
                    elif isinstance(each, ast.expr):
                        yield from self._in_expression(each, inner)
            elif isinstance(child, ast.arguments):
                for default in (*child.defaults, *child.kw_defaults):
                    if default is not None:
                        yield from self._in_expression(default, inner)
            elif not _says_nothing(node, child):
                yield from self._in_expression(child, inner)

    def _in_expression(self, node: ast.AST, place: _Place) -> Iterator[Mutant]:
        """Find the mutants of an expression and of all within it."""
        if isinstance(node, ast.expr):
            yield from self._at(node, place)
        for child in ast.iter_child_nodes(node):
            if _is_strict_of_zip(node, child):
                continue
            if isinstance(node, ast.Lambda) and isinstance(child, ast.arguments):
                continue
            yield from self._in_expression(child, place)

    def _at(self, node: ast.AST, place: _Place) -> Iterator[Mutant]:
        """Find the mutants of one node."""
        match node:
            case ast.Compare():
                yield from self._compared(node, place)
            case ast.BoolOp():
                word, other = (b"and", b"or") if isinstance(node.op, ast.And) else (b"or", b"and")
                for left, right in zip(node.values, node.values[1:], strict=False):
                    yield from self._between(left, right, rb"\b" + word + rb"\b", other, place)
            case ast.BinOp() if type(node.op) in _COMPUTED:
                old, new = _COMPUTED[type(node.op)]
                gap = re.escape(old).encode()
                yield from self._between(node.left, node.right, gap, new.encode(), place)
            case ast.AugAssign() if type(node.op) in _COMPUTED:
                old, new = _COMPUTED[type(node.op)]
                gap = re.escape(old).encode()
                yield from self._between(node.target, node.value, gap, new.encode(), place)
            case ast.UnaryOp(op=ast.Not()):
                yield self._mutant(self._start(node), self._start(node) + 3, b"", place)
            case ast.UnaryOp(op=ast.USub()):
                yield self._mutant(self._start(node), self._start(node) + 1, b"", place)
            case ast.Constant():
                yield from self._constant(node, place)
            case ast.Call():
                yield from self._arguments(node, place)
            case ast.Return(value=ast.expr() as value):
                yield from self._returned(value, place)
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
                if not isinstance(test, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.Constant):
                    yield self._wrapped(test, b"not (%s)", place)
            case ast.Break():
                yield self._whole(node, b"continue", place)
            case ast.Continue():
                yield self._whole(node, b"break", place)

    def _compared(self, node: ast.Compare, place: _Place) -> Iterator[Mutant]:
        operands = (node.left, *node.comparators)
        for left, operator, right in zip(operands, node.ops, operands[1:], strict=False):
            old, others = _COMPARED[type(operator)]
            gap = old if old[0] in "<>=!" else rf"\b{old}\b"
            for new in others:
                yield from self._between(left, right, gap.encode(), new.encode(), place)

    def _between(
        self, left: ast.expr, right: ast.expr, old: bytes, new: bytes, place: _Place
    ) -> Iterator[Mutant]:
        """Exchange the operator that stands between two operands."""
        gap = self._source[self._end(left) : self._start(right)]
        if found := re.search(old, gap):
            first = self._end(left)
            yield self._mutant(first + found.start(), first + found.end(), new, place)

    def _constant(self, node: ast.Constant, place: _Place) -> Iterator[Mutant]:
        value = node.value
        match value:
            case bool():
                yield self._whole(node, str(not value).encode(), place)
            case 0 | 1 if isinstance(value, int):
                yield self._whole(node, str(1 - value).encode(), place)
                if value:
                    yield self._whole(node, b"2", place)
            case int():
                yield self._whole(node, str(value + 1).encode(), place)
                yield self._whole(node, str(value - 1).encode(), place)
            case float():
                yield self._whole(node, repr(2 * value if value else 1.0).encode(), place)

    def _arguments(self, node: ast.Call, place: _Place) -> Iterator[Mutant]:
        """Exchange neighbouring arguments."""
        if ast.unparse(node.func) in _SYMMETRIC:
            return
        for left, right in zip(node.args, node.args[1:], strict=False):
            if isinstance(left, ast.Starred) or isinstance(right, ast.Starred):
                continue
            if ast.unparse(left) == ast.unparse(right):
                continue
            text = self._text(right) + self._gap(left, right) + self._text(left)
            yield self._mutant(self._start(left), self._end(right), text, place)

    def _returned(self, value: ast.expr, place: _Place) -> Iterator[Mutant]:
        if place.returns == "bool":
            if not isinstance(value, ast.Compare | ast.Constant):
                yield self._wrapped(value, b"not (%s)", place)
        elif place.returns in _NUMBERS:
            if not isinstance(value, ast.Constant):
                yield self._wrapped(value, b"(%s) + 1", place)
        elif not isinstance(value, ast.Constant) or value.value is not None:
            yield self._whole(value, b"None", place)

    def _whole(self, node: ast.expr | ast.stmt, text: bytes, place: _Place) -> Mutant:
        return self._mutant(self._start(node), self._end(node), text, place)

    def _wrapped(self, node: ast.expr, form: bytes, place: _Place) -> Mutant:
        return self._whole(node, form % self._text(node), place)

    def _mutant(self, start: int, end: int, text: bytes, place: _Place) -> Mutant:
        row = self._source.count(b"\n", 0, start)
        before = self._rows[row]
        offset = start - self._starts[row]
        changed = self._source[self._starts[row] : start] + text + self._source[end:]
        after = (
            changed.split(b"\n", 1)[0]
            if end <= self._starts[row + 1]
            else changed[: offset + len(text)]
        )
        return Mutant(
            self._path,
            row + 1,
            place.lines,
            place.where,
            place.is_run_on_import,
            before.decode().strip(),
            " ".join(after.decode().split()),
            start,
            end,
            text,
        )

    def _start(self, node: ast.expr | ast.stmt) -> int:
        return self._starts[node.lineno - 1] + node.col_offset

    def _end(self, node: ast.expr | ast.stmt) -> int:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._starts[node.end_lineno - 1] + node.end_col_offset

    def _text(self, node: ast.expr) -> bytes:
        return self._source[self._start(node) : self._end(node)]

    def _gap(self, left: ast.expr, right: ast.expr) -> bytes:
        return self._source[self._end(left) : self._start(right)]


def _header(node: ast.stmt) -> range:
    """Return the lines of a statement, without those of the statements within it."""
    last = node.end_lineno or node.lineno
    body = getattr(node, "body", None)
    if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
        last = max(node.lineno, body[0].lineno - 1)
    return range(node.lineno, last + 1)


def _is_strict_of_zip(node: ast.AST, child: ast.AST) -> bool:
    match node, child:
        case ast.Call(func=ast.Name(id="zip")), ast.keyword(arg="strict"):
            return True
    return False


def _says_nothing(node: ast.stmt, child: ast.AST) -> bool:
    """Whether a part of a statement is an annotation or a decorator."""
    match node:
        case ast.AnnAssign():
            return child is node.annotation
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return child is node.returns or child in node.decorator_list
        case ast.ClassDef():
            return child in node.decorator_list
    return False
