"""The chapters: their equations, as the site's parser finds them, each with its verdict below."""

import re
from pathlib import Path

import jupytext
import pytest
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from bpkit.course import chapter_equations
from bpkit.course.chapter_files import chapters

ROOT = Path(__file__).parents[2]
CHAPTERS = chapters()
PARSER = MarkdownIt("commonmark").use(dollarmath_plugin, allow_labels=True, double_inline=True)


def body(page: str) -> str:
    """Return the text of a page without the settings at its top."""
    return re.sub(r"\A---\n.*?\n---\n", "", CHAPTERS[page], flags=re.DOTALL)


@pytest.mark.parametrize("page", CHAPTERS)
def test_displays_are_those_that_the_parser_of_the_site_finds(page):
    """The same formulas with the same labels, in the same order."""
    expected = [
        (token.info or None, token.content.strip())
        for token in PARSER.parse(body(page))
        if token.type in ("math_block", "math_block_label")
    ]
    found = [
        (match["label"], match["text"])
        for match in chapter_equations.DISPLAY.finditer(CHAPTERS[page])
    ]
    assert found == expected


@pytest.mark.parametrize("page", CHAPTERS)
def test_inline_formulas_are_those_that_the_parser_of_the_site_finds(page):
    """In the prose, without the cells and the displays."""
    prose = chapter_equations.CELL.sub("", chapter_equations.DISPLAY.sub("", body(page)))
    tokens = [child for token in PARSER.parse(prose) for child in token.children or []]
    expected = [token.content for token in tokens if token.type == "math_inline"]
    assert [match[1] for match in chapter_equations.INLINE.finditer(prose)] == expected


@pytest.mark.parametrize("page", CHAPTERS)
def test_cells_are_those_that_jupytext_makes(page):
    """Whatever options are at their top."""
    notebook = jupytext.reads(CHAPTERS[page], fmt="md:myst")
    expected = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert [
        match[1].rstrip("\n") for match in chapter_equations.CELL.finditer(CHAPTERS[page])
    ] == expected


def test_the_book_has_all_chapters_in_order():
    """Those of the table of contents, and every equation under its page."""
    toc = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    assert list(CHAPTERS) == re.findall(r"chapters/([\w-]+)", toc)
    found = [equation.page for equation in chapter_equations.equations().values()]
    assert found == sorted(found, key=list(CHAPTERS).index)
    assert len(found) > 50


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("$$\nf = f\n$$\n", "two: the equation f = f has no label; end it with $$ (label)"),
        (
            "$$\nf = f\n$$ (a)\n",
            "the label a is used in one and again in two; labels must be unique",
        ),
    ],
)
def test_an_equation_without_a_label_of_its_own_is_refused(monkeypatch, text, problem):
    """No label, or one that another equation has."""
    monkeypatch.setattr(
        chapter_equations, "chapters", lambda: {"one": "$$\nf = h_3\n$$ (a)\n", "two": text}
    )
    with pytest.raises(ValueError, match=re.escape(problem)):
        chapter_equations.equations()


# Each equation with its verdict


def without_verdict(text: str) -> list[str]:
    """Return the labels of the equations of a page that no cell right below checks or refutes."""
    below = r'\n\n```\{code-cell\} ipython3\n---\n(?:.+\n)+?---\n(check|refute)\("([\w-]+)"'
    found = {match.start(): match["label"] for match in chapter_equations.DISPLAY.finditer(text)}
    answered = {
        match["label"]
        for match in chapter_equations.DISPLAY.finditer(text)
        if (cell := re.match(below, text[match.end() :])) and cell[2] == match["label"]
    }
    return [label for label in found.values() if label not in answered]


@pytest.mark.parametrize("page", CHAPTERS)
def test_every_equation_has_its_verdict_right_below(page):
    """A cell that checks or refutes that very equation."""
    assert without_verdict(CHAPTERS[page]) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('check("activation"', 'check("preactivation"'),
        ('check("activation"', 'print("activation"'),
        ("$$ (activation)\n", "$$ (activation)\n\nA sentence in between.\n"),
    ],
)
def test_an_equation_without_its_verdict_is_noticed(old, new):
    """Where the cell is for another equation, does not check, or is further below."""
    assert without_verdict(CHAPTERS["network"].replace(old, new)) == ["activation"]


def test_each_equation_is_asked_for_once():
    """The cells contain one call for each label, and no others."""
    assert [call.label for call in chapter_equations.check_calls()] == list(
        chapter_equations.equations()
    )
