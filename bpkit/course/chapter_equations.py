"""The equations of the chapters: those displayed, by label, and the cells that check them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from bpkit.course.chapter_files import chapters

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
    """

    label: str
    text: str
    page: str


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


def equations() -> dict[str, Equation]:
    """Return every displayed equation by its label, in the order of the book.

    Raises
    ------
    ValueError
        When an equation has no label, or one that another has.
    """
    found: dict[str, Equation] = {}
    for page, text in chapters().items():
        for match in DISPLAY.finditer(text):
            label = match["label"]
            if label is None:
                problem = "has no label; end it with $$ (label)"
                raise ValueError(f"{page}: the equation {match['text'][:60]} {problem}")
            if label in found:
                problem = f"the label {label} is used in {found[label].page} and again in {page}"
                raise ValueError(f"{problem}; labels must be unique")
            found[label] = Equation(label, match["text"], page)
    return found


def equation(label: str) -> Equation:
    """Return the equation with a label, or raise a ValueError that lists the labels."""
    found = equations()
    if label not in found:
        raise ValueError(f"label must be one of {', '.join(found)}; got {label!r}")
    return found[label]


def inline_equations() -> Iterator[Equation]:
    """Yield the formulas in the sentences of the chapters that state an equality."""
    for page, text in chapters().items():
        prose = CELL.sub("", DISPLAY.sub("", text))
        for match in INLINE.finditer(prose):
            if re.search(r"(?<!\w)=|\\le(?![a-z])", match[1]):
                yield Equation("", match[1], page)


def check_calls() -> Iterator[CheckCall]:
    """Yield every call of `check` and `refute` in the cells of the chapters."""
    for text in chapters().values():
        for cell in CELL.finditer(text):
            if "check(" not in cell[1] and "refute(" not in cell[1]:
                continue
            for node in ast.walk(ast.parse(cell[1])):
                match node:
                    case ast.Call(
                        func=ast.Name(id="check" | "refute" as name),
                        args=[ast.Constant(value=str(label))],
                    ):
                        layers = {k.arg or "": ast.literal_eval(k.value) for k in node.keywords}
                        yield CheckCall(name, label, layers)
