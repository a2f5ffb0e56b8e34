"""Previews of equations: which of them a page carries."""

from pathlib import Path

from bs4 import BeautifulSoup

from tools.website.equation_previews import embed_previews, site_equations


def parse(html):
    """Parse a page."""
    return BeautifulSoup(html, "html.parser")


def test_a_preview_is_embedded_once_and_only_for_other_pages():
    """A page carries the equations of other pages that it refers to; those of its own it has."""
    other = parse('<div class="math" id="equation-a">x</div>')
    link = '<article><a href="b.html#equation-a">1</a>'
    page = parse(f"<html><body>{link}{link}</article></body></html>")
    equations = site_equations({Path("b.html"): other})
    embed_previews(page, Path("a.html"), equations)
    assert len(page.select("template#preview-equation-a div.math")) == 1
    embed_previews(other, Path("b.html"), equations)
    assert not other.select("template")
