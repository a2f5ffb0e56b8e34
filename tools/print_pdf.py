"""Print the course: one PDF, which Chromium makes from the pages of the built site."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Collection
from importlib.resources import files
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pikepdf
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import sync_playwright

from tools.project import BUILT, toc_pages
from tools.website.template_helpers import path_to_root

NAME = "backpropagation.pdf"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
# What paper does not need: buttons, links of a heading to itself, previews, scripts.
LEFT_OUT = (
    ".headerlink, .copybtn, .run-bar, .explorer, .course-slides, .course-pdf, "
    "button, script, template, details.hide > summary"
)
# Where the pages link to the PDF.
PLACES = ".bd-footer-content .footer-item:first-child, #read-it-or-run-it, #slides-and-pdf"
# The fonts, from matplotlib's folder, so that the pages break alike on every machine.
STYLES = ("", "font-style: italic;", "font-weight: bold;", "font-style: italic; font-weight: bold;")
FONTS = {
    "STIXGeneral": ("", "Italic", "Bol", "BolIta"),
    "DejaVuSansMono": ("", "-Oblique", "-Bold", "-BoldOblique"),
}

# Chromium prints with other fonts, some too wide for the page, those that it has not loaded yet.
LOAD_FONTS = "Promise.all([...document.fonts].map(font => font.load()))"


def find_browser() -> str | None:
    """Return where a browser of Chromium's family is, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def printed_article(site: Path, name: str, pages: Collection[str]) -> Tag:
    """Return the text of a page for the document, in which an id is its address on the site.

    Links to the other `pages` of the document stay within it.
    """
    here = f"{name}.html"
    html = (site / here).read_text(encoding="utf-8")
    article = BeautifulSoup(html, "html.parser").select("article.bd-article")[0]
    for tag in article.select(LEFT_OUT):
        tag.extract()
    for tag in article.select("[id]"):
        tag["id"] = f"{here}#{tag['id']}"
    for link in article.select("a[href]"):
        target = urljoin(here, str(link["href"]))
        if urlsplit(target).path.removesuffix(".html") in pages:
            link["href"] = f"#{target}"
        elif not target.startswith("http"):
            link.unwrap()  # a file of the site, such as the slides, which paper does not have
    for image in article.select("img[src]"):
        image["src"] = urljoin(here, str(image["src"]))
        del image["loading"]  # or it is not there yet when the document is printed
    move_answers_last(article)
    for tag in article.select("details"):
        tag.name = "div"  # which cannot be closed: on paper, solutions are shown
    article["id"] = here
    return article


def move_answers_last(article: Tag) -> None:
    """Move the explanation of each answer to the end of the quiz: paper has nothing to unfold."""
    for quiz in article.select(".questions"):
        said = ["<p><strong>Answers</strong></p>"]
        for number, question in enumerate(quiz.select(".question"), start=1):
            for answer in question.select(".answer"):
                letter = answer.select("summary strong")[0].get_text()
                reason = "".join(str(part.extract()) for part in answer.select("summary ~ *"))
                said.append(f"<div><strong>{number} {letter}</strong> {reason}</div>")
        quiz.append(BeautifulSoup(f'<div class="said">{"".join(said)}</div>', "html.parser"))


def cover(index: Tag) -> str:
    """Return the title page: the title, what the course is, and where it comes from."""
    title, lead = index.select("h1")[0], index.select("h1 ~ p, .lead p")[0]
    origin = index.select('[id$="#where-it-comes-from"]')[0]
    return f'<article class="bd-article cover">{title}{lead}{origin}</article>'


def contents(chapters: list[Tag]) -> str:
    """Return the chapters and their sections, as links."""
    entries = ""
    for chapter in chapters:
        sections = "".join(map(entry, chapter.select("section > section:has(> h2)")))
        entries += entry(chapter, f"<ul>{sections}</ul>")
    return f'<article class="bd-article contents"><h1>Contents</h1><ul>{entries}</ul></article>'


def entry(part: Tag, inside: str = "") -> str:
    """Return an entry of the contents: the first heading of a part, which links to it."""
    heading = part.select("h1, h2")[0].get_text()
    return f'<li><a href="#{part["id"]}">{heading}</a>{inside}</li>'


def font_faces() -> str:
    """Return the style sheet that names the files of the fonts."""
    folder = Path(str(files("matplotlib"))) / "mpl-data" / "fonts" / "ttf"
    return "".join(
        f"@font-face {{ font-family: {family}; {style}"
        f' src: url("{(folder / f"{family}{ending}.ttf").as_uri()}") }}'
        for family, endings in FONTS.items()
        for style, ending in zip(STYLES, endings, strict=True)
    )


def document(site: Path) -> str:
    """Return the whole course as one page of HTML, for the root of the site."""
    pages = toc_pages()
    first, *rest = pages
    index = BeautifulSoup((site / f"{first}.html").read_text(encoding="utf-8"), "html.parser")
    title = index.select("h1")[0].get_text().rstrip("#")
    sheets = "".join(map(str, index.select("link[rel=stylesheet]")))
    chapters = [printed_article(site, name, pages) for name in rest]
    parts = [cover(printed_article(site, first, pages)), contents(chapters), *map(str, chapters)]
    return (
        '<!DOCTYPE html><html lang="en" data-theme="light" data-mode="light"><head>'
        f'<meta charset="utf-8"><title>{title}</title>{sheets}'
        f'<style>{font_faces()}</style></head><body class="course">{"".join(parts)}</body></html>'
    )


def print_document(browser: str, site: Path, pdf: Path) -> None:
    """Print the course into a file; the page it is printed from is deleted afterwards."""
    page = site / "print.html"
    page.write_text(document(site), encoding="utf-8", newline="\n")
    try:
        with sync_playwright() as playwright:
            opened = playwright.chromium.launch(executable_path=browser).new_page()
            opened.emulate_media(media="print")
            opened.goto(page.as_uri())
            opened.evaluate(LOAD_FONTS)
            opened.pdf(
                path=pdf,
                print_background=True,
                prefer_css_page_size=True,
                outline=True,
                tagged=True,
            )
        with pikepdf.open(pdf, allow_overwriting_input=True) as printed:
            printed.save(object_stream_mode=pikepdf.ObjectStreamMode.generate)  # half the size
    finally:
        page.unlink()


def link_from_pages(site: Path) -> None:
    """Link every page to the PDF, in its footer, and two pages where they say how to read."""
    size = (site / NAME).stat().st_size / 1e6
    for name in toc_pages():
        path = site / f"{name}.html"
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for old in page.select(".course-pdf"):
            old.decompose()
        text = f"The course as a PDF ({size:.1f} MB)"
        link = f'<p class="course-pdf"><a href="{path_to_root(name)}{NAME}">{text}</a></p>'
        for place in page.select(PLACES):
            place.append(BeautifulSoup(link, "html.parser"))
        path.write_text(str(page), encoding="utf-8", newline="\n")


def main() -> None:
    """Print the site in the folder that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path, nargs="?", default=BUILT)
    site = parser.parse_args().site.resolve()
    browser = find_browser()
    if browser is None:
        sys.exit(f"The PDF needs Chromium or Chrome: none of {', '.join(BROWSERS)} was found.")
    print_document(browser, site, site / NAME)
    link_from_pages(site)
    print(site / NAME)


if __name__ == "__main__":
    main()
