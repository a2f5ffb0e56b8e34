"""The chapters: equations, formulas in sentences and cells, as the site's parser finds them."""

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
