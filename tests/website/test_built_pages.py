"""The pages of the built site: light, linked, described, and each with a policy that fits."""

import re
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from bs4 import BeautifulSoup

from bpkit.course.chapter_equations import equation
from tools.project import CHAPTERS, ROOT
from tools.website import content_security_policy
from tools.website.optimize_assets import UNUSED_SCRIPTS
from tools.website.page_metadata import LENGTH
from tools.website.postprocess import sphinx_pages

MAXIMUM = 1_000_000  # bytes of a chapter and all that it loads, before the fonts of formulas


@pytest.fixture(scope="session")
def pages(site):
    """Return the pages that Sphinx wrote, parsed, by their paths."""
    return {path: parse(path.read_text(encoding="utf-8")) for path in sphinx_pages(site)}


def parse(page):
    """Parse a page."""
    return BeautifulSoup(page, "html.parser")


def loaded_files(path, page):
    """Return the files of the site that a page makes the browser load, itself among them."""
    tags = page.select("script[src], img[src], link[rel=stylesheet], link[rel=icon]")
    named = {tag.get("src") or tag["href"] for tag in tags}
    return {path} | {(path.parent / urlsplit(name).path).resolve() for name in named}


def broken_links(pages, site):
    """List the links of the pages that lead to no file, or to no such place in it."""
    for path, page in pages.items():
        for link in page.select("a[href]"):
            parts = urlsplit(unquote(link["href"]))
            if parts.scheme or parts.netloc or path.name == "404.html":
                continue
            file = (path.parent / parts.path).resolve() if parts.path else path
            there = pages.get(file)
            if not file.is_file() or (
                parts.fragment and there and not there.find(id=parts.fragment)
            ):
                yield f"{path.relative_to(site)}: {link['href']}"


def test_every_link_and_anchor_resolves(pages, site):
    """A link within the site leads to a file that is there, and to a place in it that is there."""
    assert [*broken_links(pages, site)] == []


def test_a_broken_link_and_a_lost_anchor_are_found(tmp_path):
    """A link to no file and one to no place are both listed."""
    path = tmp_path / "a.html"
    path.write_text('<a href="b.html">b</a><a href="#c">c</a><a href="#d" id="d">d</a>')
    found = broken_links({path: parse(path.read_text())}, tmp_path)
    assert [*found] == ["a.html: b.html", "a.html: #c"]


def test_a_chapter_is_light(pages):
    """A page and all that it loads are below a megabyte, before the fonts of formulas."""
    weights = {
        path.name: sum(file.stat().st_size for file in loaded_files(path, page) if file.is_file())
        - sum(file.stat().st_size for file in loaded_files(path, page) if "mathjax" in file.parts)
        for path, page in pages.items()
    }
    assert {name: weight for name, weight in weights.items() if weight >= MAXIMUM} == {}


def test_no_page_loads_what_it_has_no_use_for(pages):
    """The theme's icons are on no page, and the index of the search on the search page alone."""
    for path, page in pages.items():
        names = {file.name for file in loaded_files(path, page)}
        assert not names & set(UNUSED_SCRIPTS)
        assert ("searchindex.js" in names) == (path.name == "search.html")


def test_every_page_names_one_style_sheet(pages):
    """No page waits for more than one file before it can be shown."""
    for page in pages.values():
        assert len(page.select("link[rel=stylesheet]")) == 1


def test_every_page_declares_the_policy_that_fits_it(pages):
    """The policy comes before every script and style, and allows the page's own inline scripts."""
    for page in pages.values():
        declared = page.find("meta", attrs={"http-equiv": content_security_policy.HEADER})
        assert declared["content"] == content_security_policy.policy(page)
        assert not declared.find_previous(["script", "style", "link"])
        assert page.select("[onclick], [onload], [onerror]") == []


def test_every_page_says_what_it_is(pages):
    """A page has a title and a description of its own, and its figures have their sizes."""
    titles = [page.title.get_text() for page in pages.values()]
    texts = [page.find("meta", attrs={"name": "description"})["content"] for page in pages.values()]
    assert len({*titles}) == len(titles) == len({*texts})
    assert all(20 < len(text) <= LENGTH + 2 for text in texts)
    images = [tag for page in pages.values() for tag in page.select("article img")]
    assert all(tag.get("width") and tag.get("height") and tag.get("alt") for tag in images)


def test_the_landing_page_shows_what_the_chapters_show():
    """Its formula, its line of code and its message stand in the chapters, to the letter."""
    landing = (ROOT / "index.md").read_text(encoding="utf-8")
    assert f"${' '.join(equation('batch-recursion').text.split())}$" in landing
    code = re.search(r"```python\n(.*)\n```", landing)[1]
    assert code in (CHAPTERS / "delta-recursion.md").read_text(encoding="utf-8")
    message = re.search(r"```text\n(.*?)\n```", landing, re.DOTALL)[1]
    cells = nbformat.read(CHAPTERS / "about.ipynb", 4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    assert message in [output.get("evalue", "").strip() for output in outputs]
