"""Tokens and syntax of expressions: from a text to a tree. Paths into documents are refused; questions are named as ${id}."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

MOST_SIGNS = 5_000
MOST_DEPTH = 40


class BadExpression(Exception):
    """An expression that can't be used. The message is a clause that says why, to be put behind the place."""


@dataclass(frozen=True)
class Literal:
    """A number or a text."""

    value: float | str


@dataclass(frozen=True)
class Ref:
    """`${name}`: the answer to another question, or the rounds of a repeat inside count()."""

    name: str


@dataclass(frozen=True)
class Own:
    """`.`: the answer to the question that the expression belongs to."""


@dataclass(frozen=True)
class Round:
    """`..`: the round of the repeat around the question; only inside position()."""


@dataclass(frozen=True)
class Column:
    """A bare name: a column of the choices, in a choice filter only."""

    name: str


@dataclass(frozen=True)
class Call:
    """A function with its arguments."""

    name: str
    args: tuple[Tree, ...]


@dataclass(frozen=True)
class Infix:
    """Two operands with an operator between them."""

    op: str
    first: Tree
    second: Tree


@dataclass(frozen=True)
class Minus:
    """A minus sign before an operand."""

    operand: Tree


Tree = Literal | Ref | Own | Round | Column | Call | Infix | Minus

LEVEL = {"or": 1, "and": 2, "=": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "div": 6, "mod": 6}
_WORDS = ("or", "and", "div", "mod")
_NAME = r"[^\W\d][\w.-]*"
_TOKEN = re.compile(
    rf"\s*(?:(?P<ref>\$\{{[^}}]*\}})|(?P<number>\d+(?:\.\d*)?|\.\d+)|(?P<text>'[^']*'|\"[^\"]*\")|(?P<dots>\.\.)|(?P<own>\.)"
    rf"|(?P<name>{_NAME}(?::{_NAME})?)|(?P<op>!=|<=|>=|[=<>+*-])|(?P<sign>[(),]))"
)
_REF = re.compile(rf"\$\{{\s*({_NAME})\s*\}}")
_PATH = re.compile(r"[/@\[\]|]|::")


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


def _tokens(source: str) -> Iterator[_Token]:
    place, end, before = 0, len(source.rstrip()), ""
    while place < end:
        found = _TOKEN.match(source, place)
        if found is None:
            rest = source[place:].lstrip()
            if rest[0] in "'\"":
                raise BadExpression(f"has a quotation mark at sign {end - len(rest.rstrip()) + 1} that is never closed")
            if _PATH.match(rest):
                raise BadExpression(f"holds a path ({rest[:12]!r}); name the question as ${{name}} instead")
            raise BadExpression(f"has {rest[0]!r} where it can't stand, at sign {source.index(rest[0], place) + 1}")
        kind, text = found.lastgroup or "", found.group(found.lastgroup or 0)
        operand_before = before in ("ref", "number", "text", "own", "dots", "name", ")")
        if kind == "name" and text in _WORDS and operand_before:
            kind = "op"
        before = text if kind == "sign" else kind
        yield _Token(kind, text, found.end() - len(text) + 1)
        place = found.end()


class _Reader:
    def __init__(self, source: str) -> None:
        self.tokens = [*_tokens(source), _Token("end", "", len(source) + 1)]
        self.place = 0
        self.depth = 0

    @property
    def now(self) -> _Token:
        return self.tokens[self.place]

    def take(self) -> _Token:
        """The token that comes now, and step to the next."""
        self.place += 1
        return self.tokens[self.place - 1]

    def expect(self, text: str) -> None:
        """Step over a sign that must come now."""
        if self.now.text != text or self.now.kind == "text":
            raise self.unexpected(f", where {text!r} is missing")
        self.take()

    def unexpected(self, why: str = "") -> BadExpression:
        """The refusal of the token that comes now."""
        if self.now.kind == "end":
            return BadExpression(f"ends too early{why}")
        return BadExpression(f"has {self.now.text!r} where it can't stand, at sign {self.now.at}{why}")

    def expression(self, level: int = 1) -> Tree:
        """Precedence climbing: operators of one level lean to the first operand."""
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise BadExpression("is nested too deeply")
        first = self.operand()
        while self.now.kind == "op" and LEVEL[self.now.text] >= level:
            op = self.take().text
            first = Infix(op, first, self.expression(LEVEL[op] + 1))
        self.depth -= 1
        return first

    def operand(self) -> Tree:
        """One operand: a leaf, brackets, a call, a minus sign before another."""
        token = self.now
        if token.kind == "op" and token.text == "-":
            self.take()
            return Minus(self.expression(7))
        if token.text == "(" and token.kind == "sign":
            self.take()
            inner = self.expression()
            self.expect(")")
            return inner
        if token.kind not in ("ref", "number", "text", "own", "dots", "name"):
            raise self.unexpected()
        self.take()
        return self.call(token.text) if token.kind == "name" and self.now.text == "(" else _leaf(token)

    def call(self, name: str) -> Call:
        """The arguments of a function whose name was read."""
        self.take()
        args: list[Tree] = []
        while self.now.text != ")" or self.now.kind == "text":
            if args:
                self.expect(",")
            args.append(self.expression())
        self.take()
        return Call(name, tuple(args))


def _leaf(token: _Token) -> Tree:
    if token.kind == "number":
        return Literal(float(token.text))
    if token.kind == "text":
        return Literal(token.text[1:-1])
    if token.kind == "own":
        return Own()
    if token.kind == "dots":
        return Round()
    if token.kind == "name":
        return Column(token.text)
    found = _REF.fullmatch(token.text)
    if found is None:
        raise BadExpression(f"has {token.text!r}; write ${{name}} with the name of a question")
    return Ref(found[1])


@lru_cache(maxsize=4096)
def parse(source: str) -> Tree:
    """The tree of an expression. Raises BadExpression with the sign where it goes wrong."""
    if len(source) > MOST_SIGNS:
        raise BadExpression(f"has more than {MOST_SIGNS} signs")
    reader = _Reader(source)
    tree = reader.expression()
    if reader.now.kind != "end":
        raise reader.unexpected()
    return tree


def inside(tree: Tree) -> Iterator[Tree]:
    """The tree and every tree inside it."""
    yield tree
    parts: tuple[Tree, ...] = ()
    if isinstance(tree, Call):
        parts = tree.args
    elif isinstance(tree, Infix):
        parts = (tree.first, tree.second)
    elif isinstance(tree, Minus):
        parts = (tree.operand,)
    for part in parts:
        yield from inside(part)


def names(source: str) -> frozenset[str]:
    """The ids of questions and groups that an expression names; none for an empty one. Raises BadExpression."""
    return frozenset(tree.name for tree in inside(parse(source)) if isinstance(tree, Ref)) if source else frozenset()
