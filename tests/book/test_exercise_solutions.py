"""The solutions: each stub of the chapters has one there, checked by the chapter's own line."""

import ast

import nbformat
import pytest

from tools.execute_notebooks import read_chapter, readable_chapters
from tools.project import CHAPTERS

WRONG_ON_PURPOSE = {"saboteur", "squares_only"}  # they are to fool a check
STUB = "nothing to check yet: replace the dots with your own code, and return what it computes"
PAGES = [
    page for page in readable_chapters() if "\n## Write it yourself\n" in page.read_text("utf-8")
]


def cells(page):
    """Return the code cells of a page that are Python, as syntax trees."""
    codes = [cell.source for cell in read_chapter(page).cells if cell.cell_type == "code"]
    return [tree for code in codes if (tree := as_tree(code))]


def as_tree(code):
    """Return the syntax tree of a cell, or None if it is not Python, which other tests notice."""
    try:
        return ast.parse(code)
    except SyntaxError:
        return None


def is_function(line):
    """Whether a line of a cell defines a function."""
    return isinstance(line, ast.FunctionDef)


def is_stub(line):
    """Whether it defines one with dots instead of its lines."""
    return is_function(line) and ast.unparse(line.body) == "..."


def stubs(page):
    """Return the functions that a page leaves to its reader, and the line that checks each."""
    return [
        (function, cell.body[-1])
        for cell in cells(page)
        for function in cell.body
        if is_stub(function)
    ]


SOLUTIONS = CHAPTERS / "solutions.md"
SOLVED = [(f, cell.body) for cell in cells(SOLUTIONS) for f in cell.body if is_function(f)]
STUBS = {f.name: (f, check) for page in PAGES for f, check in stubs(page)}


@pytest.mark.parametrize("name", STUBS)
def test_a_stub_has_a_solution_that_is_checked_as_the_stub_is(name):
    """A function of the same name and arguments, and the same line below it."""
    stub, check = STUBS[name]
    ((solution, lines),) = [(f, lines) for f, lines in SOLVED if f.name == name]
    assert ast.dump(solution.args) == ast.dump(stub.args)
    assert not is_stub(solution)
    assert ast.unparse(check) in [ast.unparse(line) for line in lines]


def test_every_solution_is_judged_right():
    """As often as there are stubs, but for those that are meant to be wrong."""
    notebook = nbformat.read(SOLUTIONS.with_suffix(".ipynb"), as_version=4)
    printed = [o.text for cell in notebook.cells for o in cell.get("outputs", [])]
    assert printed.count("correct\n") == len(STUBS.keys() - WRONG_ON_PURPOSE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_stub_fails_with_a_friendly_message(page):
    """The page shows the message instead of an error."""
    shown = page.with_suffix(".ipynb").read_text(encoding="utf-8").count(STUB)
    assert shown == len(stubs(page)) > 0


def test_the_two_derivations_have_five_exercises_at_least():
    """As many functions to write, in addition to the questions that are answered on the page."""
    for name in ("gradient-evaluation", "delta-recursion"):
        assert len(stubs(CHAPTERS / f"{name}.md")) >= 5
