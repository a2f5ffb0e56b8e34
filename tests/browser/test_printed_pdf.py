"""The PDF: all of the course is in it, nothing is cut off, and every link leads somewhere."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from bs4 import BeautifulSoup

from tools import print_pdf as printer
from tools.project import toc_pages

pdfplumber = pytest.importorskip("pdfplumber", reason="pdfplumber is not installed")
MM = 72 / 25.4
LEFT, RIGHT, TOP, BOTTOM = 20 * MM, 190 * MM, 20 * MM, (297 - 22) * MM  # the margins of print.css
pytestmark = pytest.mark.skipif(
    printer.find_browser() is None, reason="there is no Chromium on this machine"
)


@pytest.fixture(scope="module")
def book(site, tmp_path_factory):
    """Print the course and open it."""
    path = tmp_path_factory.mktemp("pdf") / printer.NAME
    with ThreadPoolExecutor(1) as other_thread:  # the tests' own Playwright runs in this one
        other_thread.submit(printer.print_document, printer.find_browser(), site, path).result()
    with pdfplumber.open(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def letters(book):
    """Return the letters of each page but for the page's number."""
    return [[c for c in page.chars if c["top"] < BOTTOM + 10] for page in book.pages]


def outside(chars):
    """Return those letters outside the margins, by more than rounding."""
    return [
        c["text"]
        for c in chars
        if not (c["x0"] > LEFT - 2 and c["x1"] < RIGHT + 2 and c["top"] > TOP - 8)
        or c["bottom"] > BOTTOM + 8
    ]


def is_linked(word, page):
    """Whether a word of a page is a link, as a reference is that happens to end its line."""
    middle = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return any(
        link["x0"] < middle[0] < link["x1"] and link["top"] < middle[1] < link["bottom"]
        for link in page.annots
    )


def titles(site):
    """Return the titles of the chapters as the pages have them."""
    pages = [(site / f"{name}.html").read_text(encoding="utf-8") for name in toc_pages()[1:]]
    return [BeautifulSoup(page, "html.parser").h1.get_text().rstrip("#") for page in pages]


def test_the_cover_names_the_author_of_the_notes(book):
    """As the landing page does."""
    assert "Ed Tam" in book.pages[0].extract_text()


def test_every_chapter_begins_a_page_and_is_in_the_outline(book, site):
    """Its title is the first line there."""
    first_lines = [page.extract_text().splitlines()[0] for page in book.pages]
    outline = [entry[1] for entry in book.doc.get_outlines()]
    after = iter(first_lines[first_lines.index(titles(site)[0]) :])  # behind the contents
    for title in titles(site):
        assert title in after  # and behind the chapter before
        assert title in outline


def test_the_outline_has_every_heading_once(book, site):
    """In the order of the document, as Chromium doubles one that it paints on two pages."""
    headings = BeautifulSoup(printer.document(site), "html.parser").select("h1, h2, h3, h4, h5, h6")
    outline = [entry[1] for entry in book.doc.get_outlines()]
    assert outline == [heading.get_text() for heading in headings]


def test_every_equation_has_its_number_once(book, site):
    """At the right margin, in the order of the course."""
    words = [
        word
        for page in book.pages
        for word in page.extract_words()
        if word["x1"] > RIGHT - 5 and not is_linked(word, page)
    ]
    found = [word["text"] for word in words if re.fullmatch(r"\(\d+\)", word["text"])]
    pages = [printer.printed_article(site, name, toc_pages()) for name in toc_pages()]
    numbers = [number.get_text() for page in pages for number in page.select(".eqno")]
    assert found == numbers
    assert len(numbers) > 50


def test_nothing_is_cut_off(letters):
    """No letter, of a formula or of the text, is in the margins or beyond the page."""
    assert {n: outside(chars) for n, chars in enumerate(letters, 1) if outside(chars)} == {}


def test_nothing_was_shrunk_to_fit(letters):
    """Chromium makes all pages smaller when one line is too wide: most letters have 11 points."""
    sizes = Counter(round(c["size"], 1) for page in letters for c in page)
    assert sizes.most_common(1)[0][0] == 11.0


def test_pictures_stand_inside_the_margins(book):
    """The figures of the chapters."""
    images = [image for page in book.pages for image in page.images]
    assert images
    assert all(i["x0"] > LEFT - 2 and i["x1"] < RIGHT + 2 and i["bottom"] < BOTTOM for i in images)


def test_every_link_leads_somewhere(book):
    """To a place that the document has, or to another site; never to a file."""
    links = [link["data"] for page in book.pages for link in page.annots]
    places = {f"/'{name}'" for name in book.doc.catalog["Dests"].resolve()}
    inside = [repr(link["Dest"]) for link in links if "Dest" in link]
    assert len(inside) > 200
    assert set(inside) <= places
    assert all(link["A"]["URI"].startswith(b"http") for link in links if "Dest" not in link)


def test_the_document_is_tagged_and_brings_its_fonts(book):
    """For screen readers, and for machines without these fonts."""
    assert book.doc.catalog["MarkInfo"]["Marked"] is True
    assert book.doc.catalog["Lang"] == b"en"
    for page in book.pages:
        for font in page.page_obj.resources["Font"].values():
            kind = font.resolve()
            below = kind["DescendantFonts"][0].resolve() if "DescendantFonts" in kind else kind
            embedded = "CharProcs" in below or "FontFile2" in below["FontDescriptor"].resolve()
            assert embedded, kind


def test_a_page_that_is_cut_off_is_noticed(letters):
    """The check sees a letter that leaves the page."""
    letter = letters[2][0]
    assert outside([letter]) == []
    assert outside([letter | {"x1": RIGHT + 30}]) == [letter["text"]]


def test_every_page_of_the_site_offers_the_pdf_once(tmp_path, monkeypatch):
    """However often it was made."""
    monkeypatch.setattr(printer, "toc_pages", lambda: ["index", "chapters/a"])
    (tmp_path / "chapters").mkdir()
    (tmp_path / printer.NAME).write_bytes(b"0" * 1_500_000)
    footer = '<footer class="bd-footer-content"><div class="footer-item"></div></footer>'
    for name in printer.toc_pages():
        (tmp_path / f"{name}.html").write_text(footer, encoding="utf-8")
    printer.link_from_pages(tmp_path)
    printer.link_from_pages(tmp_path)
    page = BeautifulSoup((tmp_path / "chapters" / "a.html").read_text("utf-8"), "html.parser")
    assert [(a["href"], a.get_text()) for a in page.select("a")] == [
        ("../backpropagation.pdf", "The course as a PDF (1.5 MB)")
    ]


def test_without_a_browser_it_says_which_one_it_needs(monkeypatch):
    """In one sentence, and the site stays as it is."""
    monkeypatch.setattr(printer, "find_browser", lambda: None)
    monkeypatch.setattr("sys.argv", ["print_pdf"])
    with pytest.raises(SystemExit, match=r"^The PDF needs Chromium or Chrome: .* was found\.$"):
        printer.main()
