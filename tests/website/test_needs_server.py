"""Parts of a page that need a server: their modules are guarded, and the note has its place."""

import pytest
from bs4 import BeautifulSoup

from tools.website.needs_server import guard_modules, guard_search

MODULE = '<script type="module" src="../explorer/view.js"></script>'


def guarded(html):
    """Return a page whose modules are guarded."""
    page = BeautifulSoup(html, "html.parser")
    guard_modules(page)
    return page


def test_a_module_is_imported_from_a_server_only():
    """The script that stands for it asks for nothing by itself; done twice, it is done once."""
    page = guarded(f'{MODULE}<div class="explorer"></div>')
    (script,) = page.select(".explorer ~ script")  # at the end, after all scripts of the head
    assert not script.get("src")
    assert script.get_text().startswith(
        'if (location.protocol !== "file:") import("../explorer/view.js");'
    )
    assert str(guarded(str(page))) == str(page)


def test_a_page_without_modules_stays_as_it_is():
    """Other scripts load from a file as well."""
    html = '<script src="a.js"></script><script>one()</script>'
    assert str(guarded(html)) == html


def test_a_module_without_a_part_for_the_note_is_refused():
    """Or a page opened as a file would not say what is missing."""
    with pytest.raises(ValueError, match=r"view\.js needs one of the parts \.run-bar, \.explorer"):
        guarded(MODULE)


def test_the_search_does_without_excerpts_on_a_page_opened_as_a_file():
    """A note says so; done twice, it is done once, and on no page but that of the search."""
    page = BeautifulSoup('<div id="search-results"></div>', "html.parser")
    guard_search(page)
    note, results, script = page.find_all(recursive=False)
    assert (note["id"], note.has_attr("hidden")) == ("search-note", True)
    assert results["id"] == "search-results"
    assert "SHOW_SEARCH_SUMMARY = false" in script.get_text()
    once = str(page)
    guard_search(page)
    assert str(page) == once
    other = BeautifulSoup("<p>text</p>", "html.parser")
    guard_search(other)
    assert str(other) == "<p>text</p>"
