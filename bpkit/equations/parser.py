"""The parser: LaTeX text read into a tree, or refused with a caret under the place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Transformer, Tree, v_args
from lark.exceptions import UnexpectedInput, VisitError
from lark.tree import Meta

from bpkit.equations.foreign_notation import foreign_at


class FormulaError(ValueError):
    """What is wrong with a formula, and where.

    Parameters
    ----------
    message : str
        What was refused and what would be right.
    text : str
        The formula.
    at : int
        Where in `text` the problem is.
    """

    def __init__(self, message: str, text: str = "", at: int = 0) -> None:
        super().__init__(message + (_pointed(text, at) if text else ""))
        self.reason, self.at = message, at


def _pointed(text: str, at: int) -> str:
    """Return the line of a text around a place, cut to 72 characters, with a caret under it."""
    start = max(text.rfind("\n", 0, at) + 1, at - 48)
    line = text[start:].split("\n", 1)[0][:72]
    return f"\n  {line}\n  {' ' * (at - start)}^"


class NotationError(FormulaError):
    """The text is not in the notation, or uses a symbol that nobody declared."""


class ConsistencyError(FormulaError):
    """The formula can be read, but its shapes or its indices do not match."""


@dataclass(frozen=True)
class Index:
    """An index: a letter, a number, or a letter plus a number, as in l + 1."""

    letter: str
    number: int

    def __str__(self) -> str:
        shift = f"{self.number:+d}" if self.number else ""
        return self.letter + shift if self.letter else str(self.number)


@dataclass(frozen=True)
class Symbol:
    """A symbol with its indices: `first` is the layer or the sample, `nodes` come after it."""

    name: str
    at: int
    primed: bool = False
    first: Index | None = None
    nodes: tuple[Index, ...] = ()
    upper: str = ""
    transposed: bool = False

    @property
    def letters(self) -> set[str]:
        """The letters among the indices."""
        indices = [self.first, *self.nodes]
        return {index.letter for index in indices if index and index.letter} | {self.upper} - {""}


@dataclass(frozen=True)
class Summation:
    """The head of a sum: its index, the first value, and the last as a number or a dimension."""

    letter: str
    at: int
    start: int = 1
    last: int | None = None
    limit: Symbol | None = None


@cache
def grammar() -> Lark:
    """Return the parser of the notation."""
    text = files("bpkit.equations").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", propagate_positions=True)


def parse(text: str) -> Tree[object]:
    """Return the tree of a formula, each symbol a `Symbol`, each head of a sum a `Summation`.

    Parameters
    ----------
    text : str
        LaTeX, without the dollar signs.

    Returns
    -------
    Tree
        Its rules are those of grammar.lark.

    Raises
    ------
    NotationError
        With a caret under the first token that cannot be read, and what would be accepted there.
    """
    try:
        return _Symbols().transform(grammar().parse(text))
    except UnexpectedInput as error:
        at = error.pos_in_stream
        if at is None or getattr(error, "token", Token("", "")).type == "$END":
            at = len(text)
        for part in foreign_at(text, at):
            raise NotationError(part.advice, text, part.start) from None
        problem = f"cannot read this formula; accepted here: {_accepted(error)}"
        raise NotationError(problem, text, at) from None
    except VisitError as error:
        if isinstance(error.orig_exc, NotationError):
            raise NotationError(error.orig_exc.reason, text, error.orig_exc.at) from None
        raise


def canonical(name: str) -> str:
    r"""Return the name of a symbol; \operatorname{diag}, \mathrm{diag}, \text{diag} are \diag."""
    return re.sub(r"^\\(operatorname|mathrm|text)\s*\{\s*(\w+)\s*\}$", r"\\\2", name)


class _Symbols(Transformer[Token, Tree[object]]):
    """Turns each symbol of the tree into a `Symbol`, each head of a sum into a `Summation`."""

    def name(self, children: list[Token]) -> str:
        return canonical(str(children[-1]))  # after the command for bold, if there is one

    def index(self, children: list[str | Token]) -> Index:
        return _index(children[0])

    def next(self, children: list[str | Token]) -> Index:
        return Index(str(children[0]), int(children[1]))

    def previous(self, children: list[str | Token]) -> Index:
        return Index(str(children[0]), -int(children[1]))

    def lower(self, children: list[Index | str | Token]) -> dict[str, Any]:
        first, *nodes = map(_index, children)
        return {"first": first, "nodes": tuple(nodes)}

    def upper(self, children: list[str]) -> dict[str, Any]:
        return {"upper": children[0]}

    def script(self, children: list[Token]) -> dict[str, Any]:
        return {"transposed": True}

    def relation(self, children: list[Token]) -> str:
        return children[0].type

    @v_args(meta=True)
    def sum(self, meta: Meta, children: list[Any]) -> Summation:
        letter, *rest = (child for child in children if not isinstance(child, Token | None))
        start = next((int(c) for c in children if isinstance(c, Token) and c.type == "NUMBER"), 1)
        limit = next(iter(rest), None)
        if isinstance(limit, int):
            return Summation(letter, meta.start_pos, start, last=limit)
        named = Symbol(limit, meta.start_pos) if isinstance(limit, str) else limit
        return Summation(letter, meta.start_pos, start, limit=named)

    def last(self, children: list[Token]) -> int:
        return int(children[0])

    @v_args(meta=True)
    def symbol(self, meta: Meta, children: list[Any]) -> Symbol:
        parts: dict[str, Any] = {"at": meta.start_pos}
        for child in filter(None, children):
            found = child if isinstance(child, dict) else {"name": child}
            if isinstance(child, Token):
                found = {"primed": True} if child.type == "PRIME" else {}
            if found.keys() & parts.keys():
                raise NotationError("a symbol has one subscript, one superscript", at=parts["at"])
            parts |= found
        if parts.keys() >= {"upper", "transposed"}:
            raise NotationError("transpose a group in parentheses, as in (a^i)^T", at=parts["at"])
        return Symbol(**parts)


def _index(child: Index | str | Token) -> Index:
    """Return an index as an `Index`, with or without braces."""
    if isinstance(child, Index):
        return child
    return Index("", int(child)) if isinstance(child, Token) else Index(child, 0)


def _accepted(error: UnexpectedInput) -> str:
    """Return the tokens that would be accepted where the parser stopped."""
    names = getattr(error, "accepts", None) or getattr(error, "allowed", None) or set()
    patterns = {terminal.name: terminal.pattern for terminal in grammar().terminals}
    tokens = {
        _TERMINAL_NAMES.get(name) or patterns[name].value if name in patterns else "the end"
        for name in names
    }
    return " ".join(sorted(tokens))


_TERMINAL_NAMES = {
    "LETTER": "a symbol", "COMMAND": "a symbol", "WORD": "a symbol", "BOLD": "a symbol",
    "NUMBER": "a number", "DIGIT": "one digit", "ONE_DIGIT": "one digit",
    "TRANSPOSED": r"^\top", "EXPONENTIAL": "e^{", "FRACTION": r"\frac", "PARTIAL": r"\partial",
    "SUM": r"\sum", "ODOT": r"\odot", "LVERT": r"\lvert", "RVERT": r"\rvert", "LEFT": r"\left",
    "RIGHT": r"\right", "BIG": r"\bigl", "BIG_END": r"\bigr", "BEGIN": r"\begin{aligned}",
    "END": r"\end{aligned}", "STOP": "a period or a semicolon", "EQUAL": "=", "DEFINED": ":=",
    "UPDATE": r"\leftarrow", "IN": r"membership \in", "REALS": r"\mathbb{R}", "SQUARED": "^2",
    "LNORM": r"\lVert", "RNORM": r"\rVert", "NORM_NAME": "_F",
    "ABOUT": r"\approx", "AT_MOST": r"\le", "TIMES": r"\times", "PRIME": "'",
}  # fmt: skip
