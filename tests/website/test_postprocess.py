"""The last pass over the site: its pages are light, linked, named and sealed."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from bs4 import BeautifulSoup

from bpkit.course.pages import equation
from tools import execute_notebooks
from tools.website import accessibility as access
from tools.website import assets as trim
from tools.website import content_security_policy as policy
from tools.website import equation_previews as previews
from tools.website import page_metadata as metadata
from tools.website.postprocess import made

ROOT = Path(__file__).parents[2]
LIGHT = 1_000_000  # bytes of a chapter and all that it loads, before the fonts of formulas


@pytest.fixture(scope="session")
def soups(site):
    """Return the pages that Sphinx made, parsed, by their paths."""
    return {path: parse(path.read_text(encoding="utf-8")) for path in made(site)}


def parse(page):
    """Parse a page."""
    return BeautifulSoup(page, "html.parser")


def assets(path, page):
    """Return the files of the site that a page makes the browser load, itself among them."""
    tags = page.select("script[src], img[src], link[rel=stylesheet], link[rel=icon]")
    named = {tag.get("src") or tag["href"] for tag in tags}
    return {path} | {(path.parent / urlsplit(name).path).resolve() for name in named}


def broken(soups, site):
    """List the links of the pages that lead to no file, or to no such place in it."""
    for path, page in soups.items():
        for link in page.select("a[href]"):
            parts = urlsplit(unquote(link["href"]))
            if parts.scheme or parts.netloc or path.name == "404.html":
                continue
            file = (path.parent / parts.path).resolve() if parts.path else path
            there = soups.get(file)
            if not file.is_file() or (
                parts.fragment and there and not there.find(id=parts.fragment)
            ):
                yield f"{path.relative_to(site)}: {link['href']}"


def test_every_link_and_anchor_resolves(soups, site):
    """A link within the site leads to a file that is there, and to a place in it that is there."""
    assert [*broken(soups, site)] == []


def test_a_broken_link_and_a_lost_anchor_are_found(tmp_path):
    """A link to no file and one to no place are both listed."""
    path = tmp_path / "a.html"
    path.write_text('<a href="b.html">b</a><a href="#c">c</a><a href="#d" id="d">d</a>')
    found = broken({path: parse(path.read_text())}, tmp_path)
    assert [*found] == ["a.html: b.html", "a.html: #c"]


def test_a_chapter_is_light(soups):
    """A page and all that it loads are below a megabyte, before the fonts of formulas."""
    weights = {
        path.name: sum(file.stat().st_size for file in assets(path, page) if file.is_file())
        - sum(file.stat().st_size for file in assets(path, page) if "mathjax" in file.parts)
        for path, page in soups.items()
    }
    assert {name: weight for name, weight in weights.items() if weight >= LIGHT} == {}


def test_no_page_loads_what_it_has_no_use_for(soups):
    """The theme's icons are on no page, and the index of the search on the search page alone."""
    for path, page in soups.items():
        names = {file.name for file in assets(path, page)}
        assert not names & set(trim.UNUSED)
        assert ("searchindex.js" in names) == (path.name == "search.html")


def test_every_page_names_one_style_sheet(soups):
    """No page waits for more than one file before it can be shown."""
    for page in soups.values():
        assert len(page.select("link[rel=stylesheet]")) == 1


def test_style_sheets_are_joined_in_their_order(tmp_path):
    """The address of the one is another when that of any of the many is; done once, it is done."""
    links = "".join(
        f"<link rel=stylesheet href='../_static/{name}'>" for name in ("b.css?v=1", "a.css")
    )
    page, other = parse(links), parse(links.replace("v=1", "v=2"))
    assert trim.join_sheets(page) == trim.join_sheets(other) == ["b.css", "a.css"]
    assert str(page) != str(other)
    assert trim.join_sheets(page) == []
    (tmp_path / "_static").mkdir()
    for name in "ab":
        (tmp_path / "_static" / f"{name}.css").write_text(name)
    trim.write_sheet(tmp_path, ["b.css", "a.css"])
    assert (tmp_path / "_static" / trim.SHEET).read_text() == "b\na"


def test_every_page_declares_the_policy_that_fits_it(soups):
    """The policy comes before every script and style, and allows the page's own inline scripts."""
    for page in soups.values():
        declared = page.find("meta", attrs={"http-equiv": policy.HEADER})
        assert declared["content"] == policy.policy(page)
        assert not declared.find_previous(["script", "style", "link"])
        assert page.select("[onclick], [onload], [onerror]") == []


def test_a_policy_names_the_scripts_of_its_page_and_no_others():
    """Another script in the page is another policy; one from a file is not named."""
    page = parse("<script>one()</script><script src='two.js'></script>")
    assert policy.policy(page).count("sha256-") == 1
    assert policy.policy(page) != policy.policy(parse("<script>other()</script>"))
    assert policy.digest("") == "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"


def test_every_page_says_what_it_is(soups):
    """A page has a title and a description of its own, and its figures have their sizes."""
    titles = [page.title.get_text() for page in soups.values()]
    texts = [page.find("meta", attrs={"name": "description"})["content"] for page in soups.values()]
    assert len({*titles}) == len(titles) == len({*texts})
    assert all(20 < len(text) <= metadata.LENGTH + 2 for text in texts)
    images = [tag for page in soups.values() for tag in page.select("article img")]
    assert all(tag.get("width") and tag.get("height") and tag.get("alt") for tag in images)


def test_a_site_with_an_address_names_it(tmp_path):
    """With its address set, a page names itself and the card, which is otherwise left out."""
    where = metadata.address("https://course.example/book", "chapters/network")
    assert where == "https://course.example/book/chapters/network.html"
    tags = metadata.tags("a title", "a course", "a text", where)
    assert 'content="https://course.example/book/_static/card.png"' in tags
    assert "og:image" not in metadata.tags("a title", "a course", "a text", "")


def test_a_sheet_loses_the_rules_that_nothing_uses():
    """What may apply stays, within an @media too; what asks for an unknown class or id goes."""
    sheet = "p{a:b} .in,.out p{a:b} #out{a:b} @media print{.in:not(.out){a:b} .out{a:b}}"
    assert trim.pruned(sheet, {"in"}) == "p{a:b}.in{a:b}@media print{.in:not(.out){a:b}}"


def test_a_preview_is_enclosed_once_and_only_for_other_pages():
    """A page carries the equations of other pages that it refers to; those of its own it has."""
    other = parse('<div class="math" id="equation-a">x</div>')
    link = '<article><a href="b.html#equation-a">1</a>'
    page = parse(f"<html><body>{link}{link}</article></body></html>")
    known = previews.formulas({Path("b.html"): other})
    previews.enclose(page, Path("a.html"), known)
    assert len(page.select("template#preview-equation-a div.math")) == 1
    previews.enclose(other, Path("b.html"), known)
    assert not other.select("template")


def test_a_page_is_light_or_dark_before_its_scripts_are_there():
    """What settles it joins the script that reads the choice, once, and the policy knows it."""
    page = parse("<head><script>dataset.mode</script><script>another()</script></head>")
    without = policy.policy(page)
    for _ in range(2):
        access.settle_theme(page)
    assert str(page).count(access.SETTLE) == 1
    assert policy.policy(page) != without


def test_wide_parts_can_be_scrolled_from_the_keyboard():
    """Code, outputs and tables can have the focus, so that the arrow keys move them."""
    table = '<div class="pst-scrollable-table-container"></div>'
    page = parse(f'<div class="highlight"><pre></pre></div>{table}<div class="math"></div>')
    access.complete(page)
    assert [tag.name for tag in page.select("[tabindex]")] == ["pre", "div"]
    assert not page.select(".math[tabindex]")


@pytest.mark.parametrize(
    "source", execute_notebooks.executable_chapters(), ids=lambda source: source.stem
)
def test_a_chapter_offers_its_notebook_and_its_text(source, soups, site):
    """Both as they stand in chapters/, outputs and all."""
    page = soups[site / "chapters" / f"{source.stem}.html"]
    links = page.select(".dropdown-download-buttons a[href]")
    found = [(site / "chapters" / link["href"]).resolve() for link in links]
    assert [path.name for path in found] == [f"{source.stem}.ipynb", f"{source.stem}.md"]
    for path in found:
        assert path.read_bytes() == source.with_suffix(path.suffix).read_bytes()


def test_the_landing_page_shows_what_the_chapters_show():
    """Its formula, its line of code and its message stand in the chapters, to the letter."""
    landing = (ROOT / "index.md").read_text(encoding="utf-8")
    assert f"${' '.join(equation('batch-recursion').text.split())}$" in landing
    code = re.search(r"```python\n(.*)\n```", landing)[1]
    assert code in (ROOT / "chapters" / "delta-recursion.md").read_text(encoding="utf-8")
    message = re.search(r"```text\n(.*?)\n```", landing, re.DOTALL)[1]
    cells = nbformat.read(ROOT / "chapters" / "about.ipynb", 4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    assert message in [output.get("evalue", "").strip() for output in outputs]
