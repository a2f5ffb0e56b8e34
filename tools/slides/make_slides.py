"""The slides: made from the built pages of their chapters, so that they show what was tested."""

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
from docutils import nodes
from sphinx.application import Sphinx

from tools.slides.layout import KINDS, Slide, classes, spoken, stacks
from tools.website import content_security_policy as policy
from tools.website import run_buttons as live

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
LICENSE = "LICENSE"
OWN = ("slides.css", "slides.js")
# What belongs to a page alone.
PAGE_ONLY = ("loading", "data-preview", "title")


def for_slide(part: Tag, page: str) -> str:
    """Return a part as HTML whose links lead from the folder of the slides."""
    part = copy(part)
    for link in part.select(".headerlink"):
        link.decompose()
    for tag in [part, *part.find_all(True)]:
        for name in PAGE_ONLY:
            del tag[name]
        if tag.name == "pre":
            del tag["tabindex"]  # its lines break, where a formula scrolls
        if "math" not in classes(tag):
            del tag["id"]
    for link in part.select("a[href]"):
        if not urlsplit(link["href"]).scheme:
            here = f"{page}.html" if link["href"].startswith("#") else ""
            link["href"] = f"../chapters/{here}{link['href']}"
    return str(part)


def section(slide: Slide, page: str) -> str:
    """Return a slide as HTML."""
    inside = "".join(for_slide(part, page) for part in [slide.heading, *slide.parts])
    notes = "".join(for_slide(spoken(part), page) for part in slide.notes)
    return f'<section>{inside}<aside class="notes">{notes}</aside></section>\n'


def title(heading: Tag, question: Tag, page: str) -> str:
    """Return the first slide: a chapter's title and question, and which keys to press."""
    return (
        f'<section class="title">{for_slide(heading, page)}{for_slide(question, page)}'
        f'<p class="how">Slides of <a href="../chapters/{page}.html">the chapter</a>. '
        '<span class="keys">Space goes on, Esc shows them all, S opens the speaker\'s notes, '
        "? lists the keys.</span></p>"
        "</section>\n"
    )


def deck(page: BeautifulSoup, name: str, template: str) -> BeautifulSoup:
    """Return the slides of a page as a page of their own, sealed by its policy."""
    article = copy(page.select_one("article.bd-article"))
    question = article.p.extract()
    found = [[section(slide, name) for slide in stack] for stack in stacks(article)]
    found[0].insert(0, title(article.h1, question, name))
    body = "".join(f"<section>{''.join(stack)}</section>\n" for stack in found)
    heading = article.h1.get_text().rstrip("#")
    made = BeautifulSoup(template.replace("TITLE", heading).replace("SLIDES", body), "html.parser")
    policy.declare(made, speaker_view())
    return made


def speaker_view() -> str:
    """Return the script of the speaker's window, which inherits the policy of the slides."""
    html = (REVEAL / "plugin/notes/speaker-view.html").read_text(encoding="utf-8")
    return BeautifulSoup(html, "html.parser").script.get_text()


def checked(name: str) -> Path:
    """Return where a file of reveal.js is, or refuse one that is not what its makers released."""
    path = REVEAL / name
    if sha256(path.read_bytes()).hexdigest() != FILES[name]:
        raise ValueError(f"{path} is not the {name} of reveal.js 5.2.0: install requirements.txt")
    return path


def make(site: Path, pages: Mapping[Path, BeautifulSoup]) -> None:
    """Write the slides of the site, and what shows them."""
    folder = site / "slides"
    folder.mkdir(exist_ok=True)
    for source in [checked(name) for name in FILES if not name.endswith(".html")]:
        shutil.copy(source, folder)
    shutil.copy(REVEAL / LICENSE, folder / "reveal-license.txt")
    for name in OWN:
        shutil.copy(HERE / name, folder)
    template = (HERE / "slides.html").read_text(encoding="utf-8")
    for name in DECKS:
        made = deck(pages[site / "chapters" / f"{name}.html"], name, template)
        (folder / f"{name}.html").write_text(str(made), encoding="utf-8", newline="\n")


def link(pages: Mapping[Path, BeautifulSoup]) -> None:
    """List the slides in the section of the pages for teachers that is about them."""
    titles = {path.stem: page.h1.get_text().rstrip("#") for path, page in pages.items() if page.h1}
    items = [f'<li><a href="../slides/{name}.html">{titles[name]}</a></li>' for name in DECKS]
    for place in (place for page in pages.values() for place in page.select("#slides-and-pdf")):
        for old in place.select(".course-slides"):
            old.decompose()
        html = f'<ul class="course-slides">{"".join(items)}</ul>'
        place.append(BeautifulSoup(html, "html.parser"))


def mark_cells(_app: Sphinx, doctree: nodes.document, _page: str) -> None:
    """Let a cell's class say what its metadata say of its place in the slides."""
    for cell in live.code_cells(doctree):
        shown = cell["cell_metadata"].get("slideshow", {}).get("slide_type")
        if shown in KINDS:
            cell["classes"].append(f"slide-{shown}")


def offer(
    _app: Sphinx, name: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Offer its slides at the top of a chapter."""
    chapter = name.removeprefix("chapters/")
    if chapter in DECKS and doctree is not None:
        link = {
            "type": "link",
            "url": f"../slides/{chapter}.html",
            "text": "Slides",
            "tooltip": "The slides of this chapter",
            "icon": "fas fa-display",
            "label": "slides-button",
        }
        context.setdefault("header_buttons", []).insert(0, link)
