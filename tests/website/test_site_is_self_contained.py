"""The site: it builds with warnings as errors, and its pages load nothing from any other host."""

import re
from functools import cache

import pytest
from bs4 import BeautifulSoup

from bpkit.course.chapter_equations import equations
from bpkit.course.reference_tables import implementations
from tools.project import toc_pages
from tools.website.optimize_assets import JOINED_SHEET

FOLLOWED = {"canonical", "next", "prev", "index", "search", "author", "license"}  # not loaded
HOST = re.compile(r"(?:https?:)?//\w")
HOST_IN_CODE = re.compile(r"['\"(](?:https?:)?//\w")
IN_STYLE = re.compile(r"(?:url\(|@import)\s*['\"]?((?:https?:)?//\w[^'\")\s]*)")


@cache
def parse(page):
    """Return the elements of a page; each page is read several times, and parsed once."""
    return BeautifulSoup(page, "html.parser")


def texts(site, pattern):
    """Return the texts of the site's files of one kind, by their names."""
    return {str(file): file.read_text(encoding="utf-8") for file in site.rglob(pattern)}


def loaded_from_elsewhere(page):
    """List what a page makes the browser load, or its scripts name, on another host."""
    soup = parse(page)
    loaded = [link["href"] for link in soup.find_all("link") if not FOLLOWED & set(link["rel"])]
    for key in ("src", "srcset", "data", "poster"):
        loaded += [tag[key] for tag in soup.select(f"[{key}]")]
    code = [tag.get_text() for tag in soup.find_all(["script", "style"])]
    return [*filter(HOST.match, loaded), *filter(HOST_IN_CODE.search, code)]


def test_every_chapter_is_a_page(site):
    """The build took every page that _toc.yml names."""
    assert [name for name in toc_pages() if not (site / f"{name}.html").is_file()] == []


def test_no_page_loads_anything_from_another_host(site):
    """Scripts, styles, fonts and images come from the site; other hosts are only linked to."""
    found = {name: loaded_from_elsewhere(page) for name, page in texts(site, "*.html").items()}
    assert {name: hosts for name, hosts in found.items() if hosts} == {}


def test_no_style_sheet_loads_anything_from_another_host(site):
    """No font or image of a style sheet has another host's address."""
    found = {name: IN_STYLE.findall(sheet) for name, sheet in texts(site, "*.css").items()}
    assert {name: hosts for name, hosts in found.items() if hosts} == {}


def formulas(site):
    """Return the formulas of all pages, as the elements that Sphinx writes them into."""
    pages = texts(site, "*.html").values()
    return [tag for page in pages for tag in parse(page).select(".math")]


def test_every_formula_is_set_and_none_is_left_to_a_script(site):
    """Each holds one formula that is set; no page holds TeX between signs, or loads MathJax."""
    found = formulas(site)
    assert len(found) > 500
    assert [str(tag) for tag in found if len(tag.select("mjx-container > mjx-math")) != 1] == []
    raw = re.compile(r"\\[(\[]|\\begin\{|<script[^>]*mathjax|mjx-merror")
    articles = {name: page[page.find("<article") :] for name, page in texts(site, "*.html").items()}
    assert {name for name, page in articles.items() if raw.search(page)} == set()


def test_every_formula_is_there_for_screen_readers(site):
    """Each carries MathML, and what is drawn is hidden from them."""
    for tag in formulas(site):
        assert tag.select("mjx-assistive-mml > math > *")
        assert tag.select_one("mjx-math")["aria-hidden"] == "true"


def test_the_formulas_fonts_are_files_of_the_site(site):
    """The one style sheet that the pages name loads nothing but fonts, which are there."""
    static = site / "_static"
    named = re.findall(r'url\("([^"]+)"', (static / JOINED_SHEET).read_text(encoding="utf-8"))
    fonts = [name for name in named if not name.startswith("data:")]
    assert fonts
    assert [name for name in fonts if not (static / name).is_file()] == []
    assert f"_static/{JOINED_SHEET}?v=" in (site / "index.html").read_text(encoding="utf-8")


def links(site, page):
    """Return the addresses that a page of the chapters links to, seen from there."""
    text = (site / "chapters" / page).read_text(encoding="utf-8")
    return [link["href"] for link in parse(text).select("article a[href]")]


def test_functions_and_the_equations_that_they_compute_are_linked_both_ways(site):
    """The reference leads to each equation on its page, the ledger to each function."""
    code = {label: names for label, names in implementations().items() if label in equations()}
    where = {
        label: f"{found.page}.html#equation-{label.lower()}" for label, found in equations().items()
    }
    ledger, reference = links(site, "ledger.html"), links(site, "reference.html")
    for label, names in code.items():
        assert reference.count(where[label]) == len(names)
        assert {f"reference.html#bpkit.{name}" for name in names} <= set(ledger)
    assert {link for link in reference if "#equation-" in link} == {where[label] for label in code}


@pytest.mark.parametrize(
    "page",
    [
        '<script src="https://cdn.example/a.js"></script>',
        '<link rel="stylesheet" href="//cdn.example/a.css">',
        '<link rel="preconnect" href="https://fonts.example">',
        '<img src="http://img.example/a.png">',
        '<script>load("https://cdn.example/a.js")</script>',
        "<style>@import url(https://fonts.example/a.css)</style>",
    ],
)
def test_a_page_that_loads_from_elsewhere_is_caught(page):
    """The check sees each way in which a page can call another host."""
    assert loaded_from_elsewhere(page)
