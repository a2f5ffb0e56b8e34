"""Open as a notebook: the notebook application on the site opens each chapter and runs one."""

from urllib.parse import parse_qs, urlsplit

import pytest
from page_problems import page_problems
from run_in_page import PATIENCE, need_run_buttons

from tools.execute_notebooks import executable_chapters, read_chapter
from tools.project import CHAPTERS

# The application says so of its own menus, and of references to other chapters.
OWN_WARNINGS = (
    "console: Menu entry for command",
    "console: Cross reference target was not found",
    "console: Legacy syntax used for link target",
)
NAMES = [source.stem for source in executable_chapters()]
CELLS = sum(cell.cell_type == "code" for cell in read_chapter(CHAPTERS / "network.md").cells)


@pytest.fixture
def lite(page, address, site):
    """Return a function that opens a chapter as a notebook by the chapter's own link."""
    need_run_buttons(site)
    page.set_default_timeout(PATIENCE)

    def open_notebook(name):
        page.goto(f"{address}chapters/{name}.html")
        page.get_by_role("link", name="Open as a notebook").click()
        page.locator(".jp-CodeCell").last.wait_for()
        return page

    yield open_notebook
    problems = page_problems(page)
    assert [problem for problem in problems if not problem.startswith(OWN_WARNINGS)] == []


@pytest.mark.parametrize("name", NAMES)
def test_each_chapter_opens_as_a_notebook(name, lite):
    """The link leads to that chapter, its cells and its stored outputs are there."""
    notebook = lite(name)
    assert parse_qs(urlsplit(notebook.url).query)["path"] == [f"chapters/{name}.ipynb"]
    notebook.locator(".jp-CodeCell .jp-OutputArea-child").first.wait_for()


def test_a_chapter_runs_to_its_end_in_the_notebook(lite):
    """All cells run up to the last, and each figure is redrawn."""
    notebook = lite("network")
    before = figures(notebook)
    notebook.get_by_role("menuitem", name="Run", exact=True).click()
    notebook.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    notebook.wait_for_function(FINISHED, arg=f"[{CELLS}]")
    after = figures(notebook)
    assert len(before) == len(after) == 3
    assert not set(before) & set(after)


def figures(notebook):
    """Return the addresses of the figures in the outputs, all of which contain their data."""
    images = notebook.locator(".jp-RenderedImage img")
    images.first.wait_for(state="attached")
    return images.evaluate_all("(images) => images.map((image) => image.src)")


FINISHED = """(last) => {
  const cells = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")];
  return cells.length && cells.at(-1).textContent.includes(last);
}"""
