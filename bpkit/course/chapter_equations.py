"""The equations of the chapters: those displayed, by label, and the cells that check them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from bpkit.course import chapter_files

DISPLAY = re.compile(
    r"^\$\$\n(?P<text>.*?)\n\$\$(?: \((?P<label>[\w-]+)\))?$", re.MULTILINE | re.DOTALL
)
INLINE = re.compile(r"(?<![\\$`\w])\$(?=[^\s$])([^$\n]+?)(?<=[^\s\\])\$(?![\d$])")
CELL = re.compile(
    r"^```\{code-cell\}[^\n]*\n(?:---\n.*?\n---\n|(?::[^\n]*\n)*)\n?(.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


class Equation(NamedTuple):
    """A displayed equation.

    Attributes
    ----------
    label, text : str
        Its label, and its LaTeX without the dollar signs.
    page : str
        The chapter that shows it.
    line : int
        The line of the chapter in which it begins, counted from 1; 0 if that does not matter.
    """

    label: str
    text: str
    page: str
    line: int = 0


class CheckCall(NamedTuple):
    """A call of `check` or `refute` in a cell.

    Attributes
    ----------
    name, label : str
        Which of the two, and of which equation.
    layers : dict
        The layers that it tries, by index.
    """

    name: str
    label: str
    layers: dict[str, tuple[int, ...]]

    def __str__(self) -> str:
        layers = "".join(f", {letter}={numbers}" for letter, numbers in self.layers.items())
        return f'{self.name}("{self.label}"{layers})'


def displayed(page: str, text: str, match: re.Match[str]) -> Equation:
    """Return the displayed equation that a match is; the label of one that has none is ""."""
    return Equation(match["label"] or "", match["text"], page, line_at(text, match.start()))


def line_at(text: str, place: int) -> int:
    """Return the line, counted from 1, of a place in a text."""
    return text.count("\n", 0, place) + 1


def equations() -> dict[str, Equation]:
    """Return every displayed equation by its label, in the order of the book.

    An equation without a label, or with one that is taken, is left out;
    `bpkit.course.chapter_problems` names it.
    """
    found: dict[str, Equation] = {}
    for page, text in chapter_files.chapters().items():
        for match in DISPLAY.finditer(text):
            if match["label"]:
                found.setdefault(match["label"], displayed(page, text, match))
    return found


def equation(label: str) -> Equation:
    """Return the equation with a label, or raise a ValueError that lists the labels."""
    found = equations()
    if label not in found:
        raise ValueError(f"label must be one of {', '.join(found)}; got {label!r}")
    return found[label]


def inline_equations() -> Iterator[Equation]:
    """Yield the formulas in the sentences of the chapters that state an equality or a shape."""
    for page, text in chapter_files.chapters().items():
        prose = DISPLAY.sub(_blank, CELL.sub(_blank, text))
        for match in INLINE.finditer(prose):
            if re.search(r"(?<!\w)=|\\(leq?|in)(?![a-zA-Z])", match[1]):
                yield Equation("", match[1], page, line_at(prose, match.start()))


def _blank(match: re.Match[str]) -> str:
    """Return as many empty lines as a match has."""
    return "\n" * match[0].count("\n")


def check_calls() -> Iterator[CheckCall]:
    """Yield every call of `check` and `refute` that the cells of the chapters spell out."""
    for text in chapter_files.chapters().values():
        for cell in CELL.finditer(text):
            yield from calls_in(cell[1])


def calls_in(code: str) -> list[CheckCall]:
    """Return the calls of a cell that name a label and plain layers; none if it is not Python."""
    if "check(" not in code and "refute(" not in code:
        return []
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return []
    found = (read_call(node) for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [call for call in found if call]


def read_call(node: ast.Call) -> CheckCall | None:
    """Return the call of `check` or `refute` that a part of a cell is, or None."""
    match node:
        case ast.Call(
            func=ast.Name(id="check" | "refute" as name), args=[ast.Constant(value=str(label))]
        ):
            try:
                layers = {k.arg or "": ast.literal_eval(k.value) for k in node.keywords}
            except ValueError:
                return None
            return CheckCall(name, label, layers)
    return None
