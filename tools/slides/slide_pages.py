"""The slides of the course, made from the built pages so that they show what was tested."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from copy import copy
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx

from tools.slides.chapter_slides import Slide, chapter_slides
from tools.website import content_security_policy

HERE = Path(__file__).parent
DECKS = ("gradient-evaluation", "delta-recursion")  # the chapters that have slides
REVEAL = Path(str(files("sphinx_revealjs"))) / "_static" / "revealjs"
# reveal.js 5.2.0 as its makers released it, by the hash of each file.
FILES = {
    "dist/reveal.js": "46538b52db48724192f59bf46f5e851a18e302777c46f4a34c32709d010d6a29",
    "dist/reveal.css": "68f915a11ebf7203c0446576b7e952ff61c5dd02134a8a226ffaf62ed42136d2",
    "plugin/notes/notes.js": "df1201d19d03241a2897d39c3d38768177df1cbd4bde06327b321cb83461ae89",
    "plugin/notes/speaker-view.html": (
        "dee46abb809215895af5a51fd388a14bb06a66e4d17ec9f66c87b7d1264e4873"
    ),
}
PAGE_ONLY = ".headerlink, .cell:has(.cell_output img) .cell_input"  # a figure is shown without code


def checked_file(name: str) -> Path:
    """Return where a file of reveal.js is, or refuse one that is not what its makers released."""
    path = REVEAL / name
    found = sha256(path.read_bytes()).hexdigest()
    if found != FILES[name]:
        raise ValueError(
            f"{path} has the SHA-256 {found}; expected {FILES[name]}, that of {name} in "
            "reveal.js 5.2.0: install requirements.txt"
        )
    return path


def speaker_script() -> str:
    """Return the script of the speaker's window, which inherits the policy of the slides."""
    html = checked_file("plugin/notes/speaker-view.html").read_text(encoding="utf-8")
    return BeautifulSoup(html, "html.parser").select("script")[0].get_text()


def adapt_to_slides(article: Tag, page: str) -> Tag:
    """Return a copy of a page's text whose links lead from the folder of the slides."""
    article = copy(article)
    for part in article.select(PAGE_ONLY):
        part.decompose()
    for image in article.select("img"):
        del image["loading"]  # or it may be missing when the slides are printed
    for link in article.select("a[href]"):
        target = str(link["href"])
        if not urlsplit(target).scheme:
            link["href"] = f"../chapters/{page if target.startswith('#') else ''}{target}"
    return article


def slide_html(slide: Slide) -> str:
    """Return a slide as HTML."""
    shown, notes = ("".join(map(str, blocks)) for blocks in (slide.shown, slide.notes))
    return f'<section class="slide">{shown}<aside class="notes">{notes}</aside></section>\n'


def make_deck(page: BeautifulSoup, name: str) -> BeautifulSoup:
    """Return the slides of a chapter as a page, with a content-security policy of its own."""
    article = adapt_to_slides(page.select("article.bd-article")[0], f"{name}.html")
    title, question = article.select("h1")[0], article.select("p")[0].extract()
    stacks = [map(slide_html, stack) for stack in chapter_slides(article.select("section")[0])]
    template = (HERE / "slides.html").read_text(encoding="utf-8")
    html = template.format(
        title=title.get_text(),
        chapter=f"../chapters/{name}.html",
        question=f"{title}{question}",
        slides="</section>\n<section>\n".join(map("".join, stacks)),
    )
    deck = BeautifulSoup(html, "html.parser")
    content_security_policy.declare(deck, speaker_script())
    return deck


def write_decks(site: Path, pages: Mapping[Path, BeautifulSoup]) -> None:
    """Write the slides of the site, and the files that show them."""
    folder = site / "slides"
    folder.mkdir(exist_ok=True)
    shown_with = [checked_file(name) for name in FILES if not name.endswith(".html")]
    for source in [*shown_with, HERE / "slides.css", HERE / "start_slides.js"]:
        shutil.copy(source, folder)
    shutil.copy(REVEAL / "LICENSE", folder / "reveal-license.txt")
    for name in DECKS:
        deck = make_deck(pages[site / "chapters" / f"{name}.html"], name)
        (folder / f"{name}.html").write_text(str(deck), encoding="utf-8", newline="\n")


def list_decks(pages: Mapping[Path, BeautifulSoup]) -> None:
    """List the slides on the page for teachers, in the section about them."""
    titles = {path.stem: page.select("h1")[0] for path, page in pages.items() if page.select("h1")}
    items = [
        f'<li><a href="../slides/{name}.html">{titles[name].get_text().rstrip("#")}</a></li>'
        for name in DECKS
    ]
    html = f'<ul class="course-slides">{"".join(items)}</ul>'
    for section in [part for page in pages.values() for part in page.select("#slides-and-pdf")]:
        for old in section.select(".course-slides"):
            old.decompose()
        section.append(BeautifulSoup(html, "html.parser"))


def add_slides_button(
    _app: Sphinx, name: str, _template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Put a button that opens its slides at the top of a chapter."""
    chapter = name.removeprefix("chapters/")
    if chapter in DECKS and doctree is not None:
        button = {
            "type": "link",
            "url": f"../slides/{chapter}.html",
            "text": "Slides",
            "tooltip": "The slides of this chapter",
            "icon": "fas fa-display",
            "label": "slides-button",
        }
        context.setdefault("header_buttons", []).insert(0, button)
