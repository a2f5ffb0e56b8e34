"""Running a page, and mistakes in it: nothing a reader does leaves the page in a bad state."""

import re

import pytest
from page_problems import PROBLEMS, page_problems, watch
from run_in_page import (
    edit,
    need_run_buttons,
    open_chapter,
    outputs,
    press,
    run_bar_button,
    run_page,
    wait_for,
)


@pytest.fixture
def chapter(page, address, site):
    """Open the shortest chapter with cells, on a site with Python in it."""
    need_run_buttons(site)
    open_chapter(page, address, "about")
    return page


@pytest.fixture(scope="module")
def ready(browser, address, site):
    """Open the chapter once for all tests that want Python to be there."""
    need_run_buttons(site)
    context = browser.new_context()
    opened = context.new_page()
    PROBLEMS[opened] = watch(context)
    opened.on("dialog", lambda dialog: dialog.accept())  # an edit may be forgotten
    open_chapter(opened, address, "about")
    yield opened
    context.close()


@pytest.fixture
def started(ready):
    """Return the chapter after its whole run, and fail at the end if anything went wrong."""
    if run_bar_button(ready, "Start over").is_visible():
        run_bar_button(ready, "Start over").click()
    assert run_page(ready).startswith("All 11 cells ran")
    yield ready
    assert page_problems(ready) == []


def area(page, nth):
    """Return the place below a cell where its outputs are; the chapters have text between cells."""
    return page.get_by_label(f"Run cell {nth}", exact=True).locator("xpath=../..")


def test_before_a_run_nothing_of_python_is_loaded(chapter):
    """Nothing is loaded and no cell has buttons until the reader wants to run."""
    assert chapter.locator(".run-tools").count() == 0
    loaded = chapter.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert not [name for name in loaded if "pyodide" in name or name.endswith(".ipynb")]


def test_the_first_page_tells_of_the_buttons(page, address, site):
    """Where the site has them, and in their own words."""
    need_run_buttons(site)
    page.goto(f"{address}index.html")
    assert page.get_by_text("Run this page", exact=True).is_visible()
    assert page.get_by_text("Open as a notebook", exact=True).is_visible()


def test_an_edited_cell_with_an_error_shows_it_below_and_can_be_undone(started):
    """The error's name and message appear below the cell; Undo and Run bring the page back."""
    edit(started, 9, "1 / 0")
    press(started, "Run cell 9")
    assert "ZeroDivisionError" in wait_for(started, "Cell 9 failed")
    assert "ZeroDivisionError: division by zero" in area(started, 9).inner_text()
    press(started, "Undo edit of cell 9")
    press(started, "Run cell 9")
    assert wait_for(started, "Cell 9 ran") == "Cell 9 ran: as on the page."


def test_an_edited_cell_shows_what_the_reader_wrote(started):
    """Printed text, HTML, a formula and a figure are shown for a cell of the reader's."""
    edit(started, 9, "print('own words')\ndisplay(Shown())\ndisplay(Shown())")
    edit(started, 3, HTML)
    press(started, "Run cell 3")
    wait_for(started, "Cell 3 ran")
    press(started, "Run cell 9")
    wait_for(started, "Cell 9 ran: your version")
    assert area(started, 9).locator("pre", has_text="own words").count() == 1
    assert area(started, 9).locator("b", has_text="bold").count() == 2


HTML = """
class Shown:
    def _repr_html_(self):
        return "<b>bold</b>"
"""


def test_markdown_that_is_new_is_shown_as_text(started):
    """A note by its plain words; the words of an object that has no others by its Markdown."""
    code = "class F:\n    def _repr_markdown_(self):\n        return 'so *it* is'\nF()"
    edit(started, 9, code)
    press(started, "Run cell 9")
    wait_for(started, "Cell 9 ran")
    assert area(started, 9).locator("pre").last.inner_text() == "so *it* is"


def test_a_figure_of_the_readers_own_is_drawn(started):
    """A package that the page did not need is loaded when a cell imports it."""
    edit(started, 9, "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    press(started, "Run cell 9")
    wait_for(started, "Cell 9 ran")
    image = area(started, 9).locator("img")
    assert image.get_attribute("alt") == "Figure drawn by this cell"
    assert image.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 300


def test_an_endless_loop_is_stopped_and_the_page_goes_on(started):
    """Stop ends it, says that the variables are gone, and the page can be run again."""
    edit(started, 2, "while True:\n    pass")
    press(started, "Run cell 2")
    wait_for(started, "Running cell 2")
    press(started, "Stop")
    assert "variables are gone" in wait_for(started, "Stopped")
    run_bar_button(started, "Start over").click()
    assert run_page(started).startswith("All 11 cells ran: 11 as on the page")


def test_endless_printing_does_not_fill_the_page(started):
    """A loop that prints forever is cut short on the page, and can be stopped."""
    edit(started, 2, "while True:\n    print('again and again')")
    press(started, "Run cell 2")
    area(started, 2).get_by_text("the rest of the printed text is not shown").wait_for()
    press(started, "Stop")
    wait_for(started, "Stopped")
    assert len(area(started, 2).inner_text()) < 250_000


def test_a_second_run_starts_without_the_variables_of_the_first(started):
    """Running twice gives the same, and a variable of the reader is gone."""
    edit(started, 3, "left_over = 1")
    press(started, "Run cell 3")
    wait_for(started, "Cell 3 ran")
    press(started, "Undo edit of cell 3")
    assert run_page(started).startswith("All 11 cells ran: 11 as on the page")
    edit(started, 3, "left_over")
    press(started, "Run cell 3")
    assert "NameError" in wait_for(started, "Cell 3 failed")


def test_a_later_cell_first_says_what_it_may_need(chapter):
    """A cell run before those above it fails with its error and a hint."""
    press(chapter, "Run this page")
    wait_for(chapter, "Loading")
    chapter.get_by_label("Run cell 9", exact=True).wait_for()
    press(chapter, "Stop")
    press(chapter, "Run cell 9")
    assert "cells above" in wait_for(chapter, "Cell 9 failed: NameError")
    cut_off = page_problems(chapter)  # by the stop
    assert all(re.fullmatch(r"failed: .*/run/pyodide/[^/]+", problem) for problem in cut_off)


def test_starting_over_restores_the_stored_outputs(started):
    """After it the page holds exactly what it held before, edits included."""
    before = area(started, 4).locator(".cell_output").inner_html()
    edit(started, 4, "print('own words')")
    press(started, "Run cell 4")
    wait_for(started, "Cell 4 ran")
    assert area(started, 4).locator(".cell_output").inner_html() != before
    run_bar_button(started, "Start over").click()
    assert area(started, 4).locator(".cell_output").inner_html() == before
    assert started.locator("textarea").count() == 0


def test_leaving_while_python_loads_is_no_error(chapter, address):
    """Another page can be opened at any time, and be run."""
    press(chapter, "Run this page")
    wait_for(chapter, "Loading")
    chapter.goto(f"{address}chapters/ledger.html")
    page_problems(chapter)  # requests that the leaving cut off
    assert run_page(chapter).startswith("All 4 cells ran")


def test_without_webassembly_the_page_says_so(page, address, site):
    """A browser that cannot run Python gets a sentence and the way to the download."""
    need_run_buttons(site)
    page.add_init_script("delete window.WebAssembly")
    open_chapter(page, address, "about")
    press(page, "Run this page")
    assert "download the notebook" in wait_for(page, "lacks WebAssembly")


def test_a_file_that_does_not_come_is_said_and_can_be_tried_again(chapter):
    """When Python cannot be fetched the page says so; a second try succeeds."""
    chapter.route("**/python_stdlib.zip", lambda route: route.abort())
    press(chapter, "Run this page")
    wait_for(chapter, "Python cannot run here")
    page_problems(chapter)
    chapter.unroute("**/python_stdlib.zip")
    assert run_page(chapter).startswith("All 11 cells ran")


def test_python_once_loaded_runs_offline(started):
    """Without a network the page still runs, a second time, too."""
    started.context.set_offline(True)
    said = run_page(started)
    started.context.set_offline(False)
    assert said.startswith("All 11 cells ran: 11 as on the page")


def test_the_buttons_work_by_keyboard_and_shift_enter_runs(started):
    """A cell is edited and run without a mouse, and the focus is seen."""
    started.get_by_label("Edit cell 9", exact=True).focus()
    started.keyboard.press("Enter")
    started.keyboard.press("Control+A")
    started.keyboard.type("print(6 * 7)")
    started.keyboard.press("Shift+Enter")
    wait_for(started, "Cell 9 ran")
    assert outputs(started)[9] == [{"output_type": "stream", "name": "stdout", "text": "42\n"}]
    field = started.get_by_label("Code of cell 9", exact=True)
    assert field.evaluate("(field) => getComputedStyle(field).outlineStyle") == "solid"
