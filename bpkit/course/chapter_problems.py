"""The problems of the chapters: formulas without a label or a verdict, verdicts that fail."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from bpkit.course import chapter_equations, chapter_files
from bpkit.course.chapter_equations import CELL, DISPLAY, CheckCall, Equation, line_at, read_call
from bpkit.course.declared_symbols import course_notation
from bpkit.course.equation_verdicts import failure
from bpkit.course.reference_tables import unread
from bpkit.equations.parser import FormulaError, parse
from bpkit.equations.verification import symbols, verify

VERDICT_CELL = """
```{{code-cell}} ipython3
---
jupyter:
  source_hidden: true
tags: [remove-input, verdict]
---
{call}
```"""


class Problem(NamedTuple):
    """What is wrong with a formula or its verdict, where, and what to write.

    Attributes
    ----------
    page : str
        The chapter.
    line : int
        The line of its .md, counted from 1.
    labels : tuple of str
        The labels that the problem concerns.
    message : str
        What was found and what would be right.
    """

    page: str
    line: int
    labels: tuple[str, ...]
    message: str

    def __str__(self) -> str:
        return f"chapters/{self.page}.md, line {self.line}: {self.message}"


class Cell(NamedTuple):
    """A cell of a chapter: the line of its code, its options and its code."""

    page: str
    line: int
    options: str
    code: str


class Statement(NamedTuple):
    """A statement of a cell that calls `check` or `refute`; no call if its arguments are odd."""

    line: int
    source: str
    call: CheckCall | None


class Book(NamedTuple):
    """The chapters: each displayed equation with the cell right below it, and all other cells."""

    displays: list[tuple[Equation, Cell | None]]
    others: list[Cell]

    @property
    def verdicts(self) -> dict[str, tuple[Equation, CheckCall]]:
        """The equations whose verdict is right below them by their labels, each with it."""
        found: dict[str, tuple[Equation, CheckCall]] = {}
        for shown, cell in self.displays:
            call = next((statement.call for statement in statements(cell)), None)
            if call and call.label == shown.label:
                found.setdefault(shown.label, (shown, call))
        return found


def read_book() -> Book:
    """Return the chapters as they are now."""
    book = Book([], [])
    for page, text in chapter_files.chapters().items():
        cells = {match.start(): _cell(page, text, match) for match in CELL.finditer(text)}
        for match in DISPLAY.finditer(text):
            below = len(text) - len(text[match.end() :].lstrip())
            shown = chapter_equations.displayed(page, text, match)
            book.displays.append((shown, cells.pop(below, None)))
        book.others.extend(cells.values())
    return book


def _cell(page: str, text: str, match: re.Match[str]) -> Cell:
    """Return the cell that a match is."""
    options = text[match.start() : match.start(1)]
    return Cell(page, line_at(text, match.start(1)), options, match[1])


def statements(cell: Cell | None) -> list[Statement]:
    """Return the calls of `check` and `refute` that are statements of a cell, in order."""
    if cell is None or syntax_error(cell):
        return []
    found = []
    for node in ast.parse(cell.code).body if re.search(r"check|refute", cell.code) else []:
        match node:
            case ast.Expr(value=ast.Call(func=ast.Name(id="check" | "refute")) as value):
                call = read_call(value)
                source = str(call or ast.unparse(value))
                found.append(Statement(cell.line + node.lineno - 1, source, call))
    return found


def syntax_error(cell: Cell) -> SyntaxError | None:
    """Return what is wrong with the Python of a cell that checks or refutes, or None."""
    if re.search(r"^\s*(check|refute)\b", cell.code, re.MULTILINE):
        try:
            ast.parse(cell.code)
        except SyntaxError as error:
            return error
    return None


def chapter_problems() -> list[Problem]:
    """Return what is wrong with the formulas and verdicts of all chapters, each problem once."""
    problems = [*pairing_problems(), *failed_verdicts(), *false_sentences()]
    order = list(chapter_files.chapters())
    return sorted(problems, key=lambda problem: (order.index(problem.page), problem.line))


def sound_verdicts(problems: Iterable[Problem]) -> dict[str, tuple[Equation, CheckCall]]:
    """Return the equations that have none of the problems by their labels, with their verdicts."""
    odd = {label for problem in problems for label in problem.labels}
    return {label: pair for label, pair in read_book().verdicts.items() if label not in odd}


# An equation has one label, and one verdict right below it


def pairing_problems() -> list[Problem]:
    """Return what keeps an equation from having one label, and one verdict right below it."""
    book, known = read_book(), chapter_equations.equations()
    given = book.verdicts
    elsewhere = {s.call.label for cell in book.others for s in statements(cell) if s.call}
    problems = []
    for shown, cell in book.displays:
        below = statements(cell)
        if cell and syntax_error(cell):
            problems.append(_syntax_problem(cell, shown.label))
        elif shown != known.get(shown.label):
            problems.append(_label_problem(shown, known.get(shown.label), below))
        elif cell and below:
            problems += _cell_problems(shown, cell, below[0], given.keys())
        elif shown.label not in elsewhere:
            problem = f"the formula ({shown.label}) has no verdict; write right below it\n"
            cell_to_write = VERDICT_CELL.format(call=suggested_call(shown))
            problems.append(_at(shown, problem + cell_to_write))
        problems += [_misplaced(shown.page, more, known, given) for more in below[1:]]
    for cell in book.others:
        problems += [_misplaced(cell.page, found, known, given) for found in statements(cell)]
        if syntax_error(cell):
            problems.append(_syntax_problem(cell, *re.findall(r'\("([\w-]+)"', cell.code)))
    return problems


def _at(shown: Equation, message: str, *labels: str) -> Problem:
    """Return a problem of a displayed equation."""
    return Problem(shown.page, shown.line, (shown.label, *labels), message)


def _syntax_problem(cell: Cell, *labels: str) -> Problem:
    """Return the problem of a cell that is not Python."""
    error = syntax_error(cell) or SyntaxError()
    line = cell.line + (error.lineno or 1) - 1
    problem = f"the cell is not Python ({error.msg}); write "
    return Problem(cell.page, line, labels, f'{problem}check("{"".join(labels[:1]) or "label"}")')


def _label_problem(shown: Equation, taken: Equation | None, below: Sequence[Statement]) -> Problem:
    """Return the problem of an equation without a label of its own."""
    asked = [statement.call.label for statement in below if statement.call]
    if taken:
        where = f"in {taken.page}, line {taken.line}"
        problem = f"the label ({shown.label}) is used already, {where}; choose another"
        return _at(shown, problem, *asked)
    problem = f"the formula {' '.join(shown.text.split())[:60]} has no label; end it with "
    return _at(shown, f"{problem}$$ ({asked[0] if asked else 'label'})", *asked)


def _cell_problems(
    shown: Equation, cell: Cell, first: Statement, given: Collection[str]
) -> Iterator[Problem]:
    """Yield what is wrong with the call in the cell below a displayed equation."""
    wanted, label = suggested_call(shown), shown.label
    if first.call is None:
        problem = f"{first.source} must have a label and plain layers; write {wanted}"
        yield Problem(cell.page, first.line, (label,), problem)
    elif first.call.label != label:
        problem = f"{first.source} is below the formula ({label}); write {wanted}"
        odd = {label, first.call.label} - ({*given} - {label})
        yield Problem(cell.page, first.line, tuple(sorted(odd)), problem)
    elif "tags:" not in cell.options:
        problem = f"the cell has no tags; write\n{VERDICT_CELL.format(call=first.call)}"
        yield Problem(cell.page, first.line, (label,), problem)


def _misplaced(
    page: str,
    statement: Statement,
    known: Mapping[str, Equation],
    given: Mapping[str, tuple[Equation, CheckCall]],
) -> Problem:
    """Return the problem of a verdict that is not right below its equation."""
    if statement.call is None:
        problem = 'must have a label and plain layers, as in check("label", l=(1, 2, 3))'
        return Problem(page, statement.line, (), f"{statement.source} {problem}")
    label = statement.call.label
    if label not in known:
        here = ", ".join(name for name in known if known[name].page == page)
        problem = f"no formula has the label ({label}); on this page are {here or 'none'}"
    elif label in given:
        where = f"in {given[label][0].page}, line {given[label][0].line}"
        problem = f"the formula ({label}), {where}, has its verdict right below it; delete this one"
    else:
        where = f"in {known[label].page}, line {known[label].line}"
        problem = f"this is the verdict of ({label}), {where}; move the cell right below it"
    return Problem(page, statement.line, (label,), f"{statement.source}: {problem}")


def suggested_call(shown: Equation) -> CheckCall:
    """Return the call of `check` for an equation, with the layers that it leaves open."""
    notation, letters = course_notation(), set()
    try:
        for symbol in symbols(parse(shown.text)):
            if symbol.first and notation.declaration(symbol).index_kind == "layer":
                letters.add(symbol.first.letter)
    except FormulaError:
        letters.clear()
    every = tuple(range(1, notation.depth + 1))
    return CheckCall("check", shown.label, dict.fromkeys(sorted(letters - {""}), every))


# A verdict is given


def failed_verdicts() -> Iterator[Problem]:
    """Yield why a formula whose verdict is right below it does not get that verdict."""
    for shown, call in read_book().verdicts.values():
        try:
            if call.name == "check":
                verify(shown.text, course_notation(), **call.layers)
            else:
                failure(shown, **call.layers)
        except (AssertionError, FormulaError) as error:
            yield _at(shown, f"{call} under the formula ({shown.label}): {error}")


def false_sentences() -> Iterator[Problem]:
    """Yield the formulas in sentences that can be evaluated and are not so."""
    for shown in chapter_equations.inline_equations():
        try:
            unread(shown)
        except AssertionError as error:
            yield Problem(shown.page, shown.line, (), str(error))
