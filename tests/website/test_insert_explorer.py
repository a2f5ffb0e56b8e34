"""The interactive network: where it is inserted, what it starts with, and how large it is."""

import json
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.utils import new_document

from tools import print_pdf as pdf
from tools.project import ROOT
from tools.website.explorer.insert_explorer import (
    FIGURE,
    INITIAL_VALUES,
    SOURCE,
    add_script,
    explorer_html,
    insert_explorer,
)

MAXIMUM = 30_000  # bytes of all its scripts and rules
APP = SimpleNamespace(builder=SimpleNamespace(format="html"))


@pytest.fixture
def document():
    """Return a page with a section that holds a paragraph, and a cell with the still figure."""
    page = new_document("page")
    figure = nodes.figure(ids=[FIGURE])
    page += nodes.section("", nodes.paragraph("", "words"), nodes.container("", figure))
    return page


def test_the_explorer_is_inserted_below_the_first_paragraph_of_its_section(document):
    """With its script in the head; what follows is as it was."""
    context = {}
    insert_explorer(APP, document, "chapters/page")
    add_script(APP, "chapters/page", "page.html", context, document)
    assert [type(part) for part in document[0]] == [nodes.paragraph, nodes.raw, nodes.container]
    assert 'src="../explorer/view.js"' in context["metatags"]


def test_a_page_without_the_figure_is_left_alone():
    """It gets no explorer and loads no script."""
    page, context = new_document("page"), {}
    page += nodes.section("", nodes.paragraph("", "words"))
    insert_explorer(APP, page, "chapters/page")
    add_script(APP, "chapters/page", "page.html", context, page)
    assert (len(page[0]), context) == (1, {})


def test_the_explorer_starts_with_the_numbers_of_the_notebook():
    """Both come from one file, which the chapter's cell names."""
    picture = BeautifulSoup(explorer_html(), "html.parser").select_one(".explorer")
    assert json.loads(picture["data-start"]) == json.loads(INITIAL_VALUES.read_text("utf-8"))
    chapter = INITIAL_VALUES.with_name("delta-recursion.md").read_text(encoding="utf-8")
    assert f'chapter_data("{INITIAL_VALUES.name}")' in chapter


def test_the_explorer_is_on_one_page_with_its_scripts(site):
    """No other page loads them, and those that they import are there."""
    pages = {path.stem: path.read_text("utf-8") for path in site.rglob("*.html")}
    assert [name for name, page in pages.items() if "explorer/view.js" in page] == [
        "delta-recursion"
    ]
    names = {path.name for path in SOURCE.glob("*.js")}
    assert {path.name for path in (site / "explorer").iterdir()} == names
    assert "view.js" in names


def test_the_explorer_is_small():
    """All its scripts and its style sheet are below 30 kB as they are written."""
    files = [*SOURCE.glob("*.js"), ROOT / "_static" / "explorer.css"]
    assert len(files) == 5
    assert sum(path.stat().st_size for path in files) < MAXIMUM


def test_paper_shows_the_still_figure_alone(tmp_path):
    """The printed course has no buttons and no sliders."""
    (tmp_path / "page.html").write_text(
        f"<article class='bd-article'><h1>a</h1>{explorer_html()}<figure></figure></article>"
    )
    assert pdf.printed_article(tmp_path, "page", []).select(".explorer, script") == []
