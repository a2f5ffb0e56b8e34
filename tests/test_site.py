"""The site: it builds with warnings as errors, and its pages load nothing from any other host."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[1]
FOLLOWED = {"canonical", "next", "prev", "index", "search", "author", "license"}  # not loaded
HOST = re.compile(r"(?:https?:)?//\w")
HOST_IN_CODE = re.compile(r"['\"(](?:https?:)?//\w")
IN_STYLE = re.compile(r"(?:url\(|@import)\s*['\"]?((?:https?:)?//\w[^'\")\s]*)")


def texts(site, pattern):
    """Return the texts of the site's files of one kind, by their names."""
    return {str(file): file.read_text(encoding="utf-8") for file in site.rglob(pattern)}


def loaded_from_elsewhere(page):
    """List what a page makes the browser load, or its scripts name, on another host."""
    soup = BeautifulSoup(page, "html.parser")
    loaded = [link["href"] for link in soup.find_all("link") if not FOLLOWED & set(link["rel"])]
    for key in ("src", "srcset", "data", "poster"):
        loaded += [tag[key] for tag in soup.select(f"[{key}]")]
    code = [tag.get_text() for tag in soup.find_all(["script", "style"])]
    return [*filter(HOST.match, loaded), *filter(HOST_IN_CODE.search, code)]


def test_every_chapter_is_a_page(site):
    """The build took every page that _toc.yml names."""
    names = re.findall(r"(?:root|file): ([\w/-]+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
    assert [name for name in names if not (site / f"{name}.html").is_file()] == []


def test_no_page_loads_anything_from_another_host(site):
    """Scripts, styles, fonts and images come from the site; other hosts are only linked to."""
    found = {name: loaded_from_elsewhere(page) for name, page in texts(site, "*.html").items()}
    assert {name: hosts for name, hosts in found.items() if hosts} == {}


def test_no_style_sheet_loads_anything_from_another_host(site):
    """No font or image of a style sheet has another host's address."""
    found = {name: IN_STYLE.findall(sheet) for name, sheet in texts(site, "*.css").items()}
    assert {name: hosts for name, hosts in found.items() if hosts} == {}


def test_the_formulas_are_set_by_a_script_of_the_site(site):
    """A page with formulas loads MathJax, from a file that the site has."""
    page = site / "chapters" / "notation.html"
    scripts = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").select("script[src]")
    mathjax = [tag["src"] for tag in scripts if "mathjax" in tag["src"]]
    assert [(page.parent / path.split("?")[0]).is_file() for path in mathjax] == [True]


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
