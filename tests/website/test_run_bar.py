"""The buttons that run a page: what is written into the pages, and only when it is asked for."""

from types import SimpleNamespace

import nbformat
import pytest
from docutils import nodes
from docutils.utils import new_document

from tools.project import CHAPTERS
from tools.student_notebooks import chapter_notebooks, student_notebook
from tools.website import run_bar


@pytest.fixture
def document():
    """Return a page with a title and a cell, the third of its notebook."""
    page = new_document("page")
    section = nodes.section("", nodes.title("", "Title"), nodes.container(cell_index=2))
    page += section
    return page


def sphinx(run_in_browser):
    """Return what the functions ask of Sphinx, with the buttons or without them."""
    config = SimpleNamespace(run_in_browser=run_in_browser)
    return SimpleNamespace(config=config, builder=SimpleNamespace(format="html"), tags=set())


def test_a_page_with_cells_gets_its_buttons_below_the_title(document):
    """The cell has its index in the notebook, and the bar names the page's own notebook."""
    run_bar.add_buttons(sphinx(True), document, "chapters/loss")
    _, bar, cell = document[0]
    assert cell["ids"] == ["cell-2"]
    assert 'data-notebook="../_sources/chapters/loss.ipynb"' in bar.astext()
    assert "../lite/notebooks/index.html?path=chapters/loss.ipynb" in bar.astext()


def test_a_page_with_cells_loads_the_script_from_the_folder_run(document):
    """Its address leads from the page to the folder that `make site` adds."""
    context = {}
    run_bar.add_script(sphinx(True), "chapters/loss", "page.html", context, document)
    assert 'src="../run/run_page.js"' in context["metatags"]


def test_a_book_without_python_in_it_has_no_buttons(document):
    """`make book` shows no button and loads no script."""
    context = {}
    run_bar.add_buttons(sphinx(False), document, "chapters/loss")
    run_bar.add_script(sphinx(False), "chapters/loss", "page.html", context, document)
    assert (len(document[0]), context) == (2, {})


def test_a_page_without_cells_loads_no_script():
    """The bibliography is a page as any other."""
    context = {}
    page = new_document("page")
    run_bar.add_script(sphinx(True), "chapters/bibliography", "page.html", context, page)
    assert context == {}


@pytest.mark.parametrize("wanted", [True, False])
def test_text_about_the_buttons_appears_only_with_them(wanted):
    """The first page describes its buttons where they are."""
    app = sphinx(wanted)
    run_bar.add_tag(app)
    assert app.tags == ({"run_in_browser"} if wanted else set())


@pytest.mark.parametrize(("address", "shown"), [("", {}), ("https://host.example/a/b", {"x": "y"})])
def test_links_to_hosted_notebooks_wait_for_the_repositorys_address(address, shown):
    """Binder and Colab are offered once `_config.yml` says where the repository is."""
    options = {"repository_url": address, "launch_buttons": {"x": "y"}}
    run_bar.hide_launch_links(None, SimpleNamespace(html_theme_options=options))
    assert options["launch_buttons"] == shown


@pytest.mark.parametrize("name", chapter_notebooks())
def test_the_cells_of_a_page_are_found_in_the_notebook_that_it_offers(name):
    """By their ids, which have the index in the repository's notebook; captions are added there."""
    offered = student_notebook(name).cells
    cells = nbformat.read(CHAPTERS / f"{name}.ipynb", as_version=4).cells
    expected = [f"cell-{n}" for n, cell in enumerate(cells) if cell.cell_type == "code"]
    assert [cell.id for cell in offered if cell.cell_type == "code"] == expected
