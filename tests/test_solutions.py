"""The solutions: each stub of the chapters has one there, checked by the chapter's own line."""

import ast

import pytest

from tools.notebooks import CHAPTERS, chapters, read_text

STUB = "nothing to look at yet: put lines of your own in the place of the dots"
PAGES = [page for page in chapters() if "\n## Write it yourself\n" in page.read_text("utf-8")]


def cells(page):
    """Return the code cells of a page, as syntax trees."""
    codes = [cell.source for cell in read_text(page).cells if cell.cell_type == "code"]
    return [ast.parse(code) for code in codes]


def is_stub(function):
    """Whether a function has dots in the place of its lines."""
    return ast.unparse(function.body) == "..." if isinstance(function, ast.FunctionDef) else False


def stubs(page):
    """Return the functions that a page leaves to its reader, and the line that checks each."""
    return [
        (function, cell.body[-1].value.args[0])
        for cell in cells(page)
        for function in cell.body
        if is_stub(function)
    ]


SOLVED = cells(CHAPTERS / "solutions.md")
STUBS = {f.name: (f, check) for page in PAGES for f, check in stubs(page)}


@pytest.mark.parametrize("name", STUBS)
def test_a_stub_is_solved_and_the_solution_checked_as_the_stub_is(name):
    """A function of the same name and arguments, and an assertion with the same call."""
    stub, check = STUBS[name]
    (solution,) = [
        (function, cell)
        for cell in SOLVED
        for function in cell.body
        if isinstance(function, ast.FunctionDef) and function.name == name
    ]
    function, cell = solution
    assert ast.dump(function.args) == ast.dump(stub.args)
    asserted = [ast.unparse(line.test) for line in cell.body if isinstance(line, ast.Assert)]
    assert any(ast.unparse(check) in line for line in asserted)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_stub_fails_with_a_friendly_message(page):
    """The page shows it, in the place of an error."""
    shown = page.with_suffix(".ipynb").read_text(encoding="utf-8").count(STUB)
    assert shown == len(stubs(page)) > 0


def test_the_two_derivations_have_five_exercises_at_least():
    """As many functions to write, beside the questions that are answered on the page."""
    for name in ("gradient-evaluation", "delta-recursion"):
        assert len(stubs(CHAPTERS / f"{name}.md")) >= 5


def test_no_solution_is_left_over():
    """Every function of the solutions that is checked belongs to a stub."""
    checked = {
        line.test.left.args[0].func.id
        for cell in SOLVED
        for line in cell.body
        if isinstance(line, ast.Assert) and ast.unparse(line).startswith("assert feedback(")
    }
    assert checked <= set(STUBS)
