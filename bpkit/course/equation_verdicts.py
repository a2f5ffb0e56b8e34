"""The verdicts: what the page says under each equation of the book."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bpkit.course.chapter_equations import Equation, equation
from bpkit.course.declared_symbols import course_notation
from bpkit.equations.parser import (
    ConsistencyError,
    FormulaError,
    Index,
    NotationError,
    Symbol,
    parse,
)
from bpkit.equations.symbol_declarations import Size, SymbolDeclaration
from bpkit.equations.verification import Verdict, symbols, verify

PLAIN_SIGNS = {r"\times": "×", "$": "", "  \n": "\n"}


@dataclass(frozen=True)
class MarkdownText:
    """A text, typeset where Markdown is shown and in plain words elsewhere.

    Attributes
    ----------
    markdown : str
        With formulas between dollar signs.
    """

    markdown: str

    def __repr__(self) -> str:
        text = re.sub(r"\{[\w:]+\}`~?([^`]*)`", r"\1", self.markdown)  # a link, by its name alone
        text = re.sub(r"\\(?:mathbf|boldsymbol)\{(\\?\w+)\}", r"\1", text)
        for latex, sign in PLAIN_SIGNS.items():
            text = text.replace(latex, sign)
        text = re.sub(r"\\([A-Za-z]+)", _greek, text)
        return re.sub(r"\{(\w+)\}", r"\1", text)

    def _repr_markdown_(self) -> str:
        return self.markdown


def _greek(command: re.Match[str]) -> str:
    r"""Return the letter that a command such as \delta stands for; other commands stay."""
    name, case = command[1].removeprefix("var"), "SMALL" if command[1].islower() else "CAPITAL"
    try:
        return unicodedata.lookup(f"GREEK {case} LETTER {name.replace('ambda', 'amda')}")
    except KeyError:
        return command[0]


def check(label: str, **layers: Sequence[int]) -> MarkdownText:
    """Evaluate an equation of the book and say that it holds, or raise.

    Parameters
    ----------
    label : str
        The equation's label.
    **layers : sequence of int
        For each index of a layer, which layers to try.

    Returns
    -------
    MarkdownText
        For which indices it holds, and the shapes of its symbols.

    Raises
    ------
    AssertionError
        When the equation does not hold; the message names the page, the label and the reason.
    ValueError
        When there is no such equation, or it cannot be read, or its shapes or indices do not match.
    """
    found = equation(label)
    try:
        verdict = verify(found.text, course_notation(), **layers)
    except (AssertionError, FormulaError) as error:
        raise _located(found, error) from None
    return MarkdownText(f"{sentence(verdict)}  \n{shapes(found.text)}")


def refute(label: str, **layers: Sequence[int]) -> MarkdownText:
    """Evaluate an equation of the book and say how it fails, or raise if it holds.

    Parameters
    ----------
    label, **layers
        As in `check`.

    Returns
    -------
    MarkdownText
        Why it fails.

    Raises
    ------
    AssertionError
        When the equation holds.
    ValueError
        When there is no such equation, or it cannot be read.
    """
    return MarkdownText(failure(equation(label), **layers))


def failure(found: Equation, **layers: Sequence[int]) -> str:
    """Return how an equation fails as printed, or raise an AssertionError if it holds."""
    try:
        verify(found.text, course_notation(), **layers)
    except (ConsistencyError, AssertionError) as error:
        return f"fails as printed: {_typeset(getattr(error, 'reason', str(error)))}"
    except NotationError as error:
        raise _located(found, error) from None
    problem = f'the equation holds, so it cannot be refuted; use check("{found.label}")'
    raise _located(found, AssertionError(problem))


def _located(found: Equation, error: Exception) -> Exception:
    """Return an error with the page and the label of the equation in front of its message."""
    return type(error)(f"{found.page}, {found.label}: {error}")


def sentence(verdict: Verdict) -> str:
    """Return a verdict in words."""
    cases = f" ({verdict.cases} cases)" if verdict.cases > 1 else ""
    scope = f" for {verdict.scope}{cases}" if verdict.scope else ""
    return (
        f"holds{scope}" if verdict.values else f"the shapes agree{scope}; values are not compared"
    )


def shapes(text: str) -> str:
    """Return the shapes of the symbols of a formula in words, except those of scalars."""
    found: dict[str, str] = {}
    notation = course_notation()
    for symbol in symbols(parse(text)):
        if notation.declares(symbol) and not symbol.nodes:
            declared = notation.declaration(symbol)
            layer = symbol.first if declared.index_kind == "layer" else Index("", declared.layer)
            sizes = [_size(size, layer) for size in declared.shape]
            if sizes != ["1", "1"] and declared.index_kind != "node":
                found[_as_printed(symbol, declared)] = r" \times ".join(sizes)
    listed = ", ".join(f"${name}: {sizes}$" for name, sizes in found.items())
    return f"shapes {listed}" if listed else "all symbols are scalars"


def _size(size: Size, layer: Index | None) -> str:
    """Return a dimension, given the layer, a number or a letter, that it is relative to."""
    if isinstance(size, str) or layer is None:
        return str(size)
    shifted = Index(layer.letter, layer.number + size)
    return f"n_{{{shifted}}}" if layer.letter else course_notation().dimension(shifted.number, 0)


def _as_printed(symbol: Symbol, declared: SymbolDeclaration) -> str:
    """Return a symbol in LaTeX, with the indices that it has in the formula."""
    lower = f"_{{{symbol.first}}}" if symbol.first else ""
    upper = f"^{symbol.upper}" if symbol.upper else ""
    return declared.latex.split("_")[0] + lower + upper


def _typeset(reason: str) -> str:
    """Return a reason with its dimensions as formulas."""
    return re.sub(
        r"\b(?:n_\d|D|N|1)(?: × (?:n_\d|D|N|1))+",
        lambda match: "$" + match[0].replace("×", r"\times") + "$",
        reason,
    )
