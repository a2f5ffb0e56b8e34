"""The site opened from a folder: what works there works, and what needs a server says so."""

import pytest
from run_in_page import need_run_buttons

from tools.slides.slide_pages import DECKS
from tools.website.needs_server import CURE, SEARCH_NOTE
from tools.website.needs_server import NOTES as NEEDED

APPLICATION = ("lite/index.html", "lite/tree/index.html", "lite/notebooks/index.html")

NOTES = "() => Reveal.getCurrentSlide().querySelector('.notes p').textContent.split('\\n')[0]"
GO_TO_NOTES = """() => {
  const slide = Reveal.getSlides().find((each) => each.querySelector(".notes p"));
  const { h, v } = Reveal.getIndices(slide);
  Reveal.slide(h, v);
}"""


@pytest.fixture
def open_file(page, site):
    """Return a function that opens a page of the site as a file."""

    def open_page(name):
        path, _, query = name.partition("?")
        page.goto(f"{(site / path).as_uri()}{'?' if query else ''}{query}")
        page.wait_for_load_state("networkidle")
        return page

    return open_page


def test_the_buttons_that_run_a_page_say_what_they_need(open_file, site):
    """No grey button is left."""
    need_run_buttons(site)
    bar = open_file("chapters/network.html").locator(".run-bar")
    assert bar.inner_text() == NEEDED[".run-bar"]
    assert bar.locator("button").count() == 0


def test_the_explorer_says_what_it_needs(open_file):
    """Where the text says that it can be dragged."""
    explorer = open_file("chapters/delta-recursion.html").locator(".explorer")
    assert explorer.inner_text() == NEEDED[".explorer"]


@pytest.mark.parametrize("name", APPLICATION)
def test_the_notebook_application_says_what_it_needs(name, open_file, site):
    """A sentence instead of a blank page, and no error."""
    need_run_buttons(site)
    page = open_file(name)
    assert page.locator("body").inner_text() == f"This page needs a web server: {CURE}"


def test_the_search_finds_pages_and_says_why_there_are_no_excerpts(open_file):
    """Each page that is found is linked; from a server the sentence is not to be seen."""
    page = open_file("search.html?q=softplus")
    page.locator("#search-results .search li a[href*='chapters/network']").first.wait_for()
    assert page.locator("#search-note").inner_text() == SEARCH_NOTE


def test_the_search_has_excerpts_from_a_server(page, address):
    """And no word about any."""
    page.goto(f"{address}search.html?q=softplus")
    page.locator("#search-results .context").first.wait_for()
    assert not page.locator("#search-note").is_visible()


def test_a_reference_shows_its_equation(open_file):
    """The script is no module."""
    page = open_file("chapters/delta-recursion.html")
    page.locator("[data-preview='equation-start']").first.focus()
    assert page.get_by_role("tooltip").is_visible()


def test_code_can_be_copied(open_file):
    """The button next to a cell puts its code on the clipboard."""
    page = open_file("chapters/network.html")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    cell = page.locator(".cell_input").first
    cell.hover()
    cell.locator("button.copybtn").click()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied.strip() == cell.locator("pre").inner_text().strip()


@pytest.mark.parametrize("name", DECKS)
def test_the_slides_go_on_and_have_their_notes(name, open_file):
    """By the keys that the first slide names."""
    page = open_file(f"slides/{name}.html")
    page.keyboard.press("Space")
    assert page.evaluate("() => Reveal.getIndices().v + Reveal.getIndices().h") == 1
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    page.evaluate(GO_TO_NOTES)
    opened.value.get_by_text(page.evaluate(NOTES)).wait_for()
    opened.value.close()
