"""Print the course: one PDF, which Chromium makes from the pages of the built site."""

from __future__ import annotations

import argparse
import logging
import posixpath
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

ROOT = Path(__file__).parents[1]
NAME = "backpropagation.pdf"
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "chrome", "msedge"]
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
    "--no-pdf-header-footer", "--generate-pdf-document-outline",
]  # fmt: skip
# What serves no reader of paper: buttons, links to a heading from itself, previews, scripts.
LEFT_OUT = ".headerlink, .copybtn, button, script, template, details.hide > summary, .course-slides"
# Where the pages link to the PDF.
PLACES = ".bd-footer-content .footer-item:first-child, #read-it-or-run-it, #slides-and-pdf"
CUTS = [("normal", "normal"), ("normal", "italic"), ("bold", "normal"), ("bold", "italic")]
# The letters, from matplotlib's folder, so that the pages break alike on every machine.
LETTERS = {
    "STIXGeneral": ["STIXGeneral", "STIXGeneralItalic", "STIXGeneralBol", "STIXGeneralBolIta"],
    "DejaVu Sans Mono": [
        f"DejaVuSansMono{cut}" for cut in ("", "-Oblique", "-Bold", "-BoldOblique")
    ],
}


def chromium() -> str | None:
    """Return where a browser of Chromium's family is, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def pages() -> list[str]:
    """Return the names of the pages in the order of the course, the landing page first."""
    toc = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    return re.findall(r"(?:root|file): ([\w/-]+)", toc)


def anchor(name: str, fragment: str = "") -> str:
    """Return the id, in the document, of a page or of a place on it."""
    return f"{name}:{fragment}" if fragment else name


def target(link: str, name: str) -> str:
    """Return where a link on a page leads in the document; other sites stay where they are."""
    parts = urlsplit(link)
    if parts.scheme:
        return link
    path = posixpath.normpath(posixpath.join(posixpath.dirname(name), parts.path))
    page = path.removesuffix(".html") if parts.path else name
    return "#" + anchor(page, parts.fragment) if page in pages() else path


def article(site: Path, name: str) -> Tag:
    """Return the text of a page, with ids and links that hold in the whole document."""
    html = (site / f"{name}.html").read_text(encoding="utf-8")
    text = BeautifulSoup(html, "html.parser").select_one("article.bd-article")
    for tag in text.select(LEFT_OUT):
        tag.decompose()
    for tag in text.select("[id]"):
        tag["id"] = anchor(name, tag["id"])
    for tag in text.select("a[href]"):
        tag["href"] = target(tag["href"], name)
        if not tag["href"].startswith(("#", "http")):
            tag.unwrap()  # a file of the site, such as the slides, which paper does not have
    for tag in text.select("img[src]"):
        tag["src"] = target(tag["src"], name)
        del tag["loading"]  # or it is not there yet when the document is printed
    for tag in text.select(".run-bar, .explorer"):
        tag.decompose()  # paper has no buttons
    answers_last(text)
    for tag in text.select("details"):
        tag.name = "div"  # which cannot be closed: on paper, solutions are shown
    text["id"] = anchor(name)
    return text


def answers_last(text: Tag) -> None:
    """Move what is said of each answer behind the last question, as paper folds nothing."""
    for quiz in text.select(".questions"):
        said = ["<p><strong>Answers</strong></p>"]
        for number, question in enumerate(quiz.select(".question"), start=1):
            for answer in question.select(".answer"):
                letter = answer.select_one("summary strong").get_text()
                reason = "".join(str(part.extract()) for part in answer.select("summary ~ *"))
                said.append(f"<div><strong>{number} {letter}</strong> {reason}</div>")
        quiz.append(BeautifulSoup(f'<div class="said">{"".join(said)}</div>', "html.parser"))


def cover(index: Tag) -> str:
    """Return the title page: the title, what the course is, and where it comes from."""
    title, lead = index.select_one("h1"), index.select_one("h1 ~ p, .lead p")
    origin = index.find(id=anchor("index", "where-it-comes-from"))
    return f'<article class="bd-article cover">{title}{lead}{origin}</article>'


def contents(chapters: list[Tag]) -> str:
    """Return the chapters and their sections, as links."""

    def entries() -> Iterator[str]:
        for chapter in chapters:
            sections = chapter.select("section > section:has(> h2)")
            inner = "".join(link(part["id"], part.h2) for part in sections)
            yield link(chapter["id"], chapter.h1, f"<ul>{inner}</ul>")

    def link(place: str, heading: Tag, inner: str = "") -> str:
        return f'<li><a href="#{place}">{heading.get_text()}</a>{inner}</li>'

    inside = f"<h1>Contents</h1><ul>{''.join(entries())}</ul>"
    return f'<article class="bd-article contents">{inside}</article>'


def letters() -> str:
    """Return the style sheet that names the files of the letters."""
    folder = Path(str(files("matplotlib"))) / "mpl-data" / "fonts" / "ttf"
    cuts = [f"font-style: {slant}; font-weight: {weight};" for weight, slant in CUTS]
    return "".join(
        f'@font-face {{ font-family: "{family}"; {cut} src: url("{path.as_uri()}") }}'
        for family, names in LETTERS.items()
        for cut, path in zip(cuts, [folder / f"{name}.ttf" for name in names], strict=True)
    )


def document(site: Path) -> str:
    """Return the whole course as one page of HTML, for the root of the site."""
    first, *rest = pages()
    index = BeautifulSoup((site / f"{first}.html").read_text(encoding="utf-8"), "html.parser")
    sheets = "".join(str(link) for link in index.select("link[rel=stylesheet]"))
    chapters = [article(site, name) for name in rest]
    body = [cover(article(site, first)), contents(chapters), *map(str, chapters)]
    return (
        '<!DOCTYPE html><html lang="en" data-theme="light" data-mode="light"><head>'
        f'<meta charset="utf-8"><title>{index.h1.get_text().rstrip("#")}</title>{sheets}'
        f'<style>{letters()}</style></head><body class="course">{"".join(body)}</body></html>'
    )


def print_document(browser: str, site: Path, pdf: Path) -> None:
    """Print the course into a file; the page it is printed from is there no longer than that."""
    page, html = site / "print.html", document(site)
    page.write_text(html, encoding="utf-8", newline="\n")
    try:
        with TemporaryDirectory() as profile:
            options = [f"--user-data-dir={profile}", f"--print-to-pdf={pdf}"]
            command = [browser, *FLAGS, *options, page.as_uri()]
            subprocess.run(command, check=True, capture_output=True, timeout=600)
    finally:
        page.unlink()
    headings = BeautifulSoup(html, "html.parser").select("h1, h2, h3, h4, h5, h6")
    name_outline(pdf, [heading.get_text() for heading in headings])


def name_outline(pdf: Path, titles: list[str]) -> None:
    """Give each entry of a PDF's outline its heading; Chromium doubles one that opens a page."""
    logging.getLogger("pypdf").setLevel("ERROR")  # it remarks on how Chromium counts objects
    writer = PdfWriter(clone_from=pdf)
    for entry, title in zip(outline(writer.root_object["/Outlines"]), titles, strict=True):
        entry[NameObject("/Title")] = TextStringObject(title)
    writer.write(pdf)


def outline(entry: DictionaryObject) -> Iterator[DictionaryObject]:
    """Give the entries below one, in the order in which they are read."""
    below = entry.get("/First")
    while below is not None:
        yield below.get_object()
        yield from outline(below.get_object())
        below = below.get_object().get("/Next")


def offer(site: Path) -> None:
    """Link every page to the PDF, in its footer, and two pages where they say how to read."""
    size = (site / NAME).stat().st_size / 1e6
    for name in pages():
        path = site / f"{name}.html"
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for old in page.select(".course-pdf"):
            old.decompose()
        for place in page.select(PLACES):
            paragraph = page.new_tag("p", attrs={"class": "course-pdf"})
            link = page.new_tag("a", href="../" * name.count("/") + NAME)
            link.string = f"The course as a PDF ({size:.1f} MB)"
            paragraph.append(link)
            place.append(paragraph)
        path.write_text(str(page), encoding="utf-8", newline="\n")


def main() -> None:
    """Print the site in the folder that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path, nargs="?", default=ROOT / "_build" / "html")
    site = parser.parse_args().site.resolve()
    browser = chromium()
    if browser is None:
        sys.exit(f"The PDF needs Chromium or Chrome: none of {', '.join(BROWSERS)} was found.")
    print_document(browser, site, site / NAME)
    offer(site)
    print(site / NAME)


if __name__ == "__main__":
    main()
