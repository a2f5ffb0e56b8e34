"""The site of the course: what is set before it is built, and the last pass over its pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.config import Config

from tools.slides import make_slides as slides
from tools.website import accessibility as access
from tools.website import assets as trim
from tools.website import content_security_policy as policy
from tools.website import equation_previews as previews
from tools.website import frame_player as frames
from tools.website import page_metadata as metadata

UNTITLED = {"genindex": "Index", "search": "Search"}  # pages that Sphinx gives no title
LAST = 900  # what other extensions do at the same moment comes first


def show_repository(_app: Sphinx, config: Config) -> None:
    """Show the buttons that lead to the repository if `_config.yml` gives its address."""
    options = config.html_theme_options
    options["use_repository_button"] = options["use_issues_button"] = bool(
        options["repository_url"]
    )


def place_not_found(_app: Sphinx, config: Config) -> None:
    """Let the links of 404.html start at the root of the site, wherever a wrong address pointed."""
    config.notfound_urls_prefix = urlsplit(config.html_baseurl).path.rstrip("/") + "/"


def describe(app: Sphinx, name: str, _template: str, context: dict[str, Any], doctree: Any) -> None:
    """Give a page its description, its tags for social networks and the date of its last change."""
    title, course = context.get("title") or UNTITLED.get(name, name), app.config.html_title
    text = metadata.description(doctree) if doctree else f"{title}, a page of the course {course}."
    address = metadata.address(app.config.html_baseurl, name)
    context["metatags"] = context.get("metatags", "") + metadata.tags(title, course, text, address)
    if doctree is not None:
        context["last_updated"] = metadata.last_change(Path(app.env.doc2path(name)))


def offer_text(
    app: Sphinx, name: str, _template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Offer the text of a chapter, which is its notebook without outputs, beside the notebook."""
    source = Path(app.env.doc2path(name)) if doctree is not None else Path()
    if source.suffix != ".ipynb":
        return
    copy = Path(app.outdir, "_sources", f"{name}.md")
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source.with_suffix(".md"), copy)
    link = {
        "type": "link",
        "url": f"{'../' * name.count('/')}_sources/{name}.md",
        "text": ".md",
        "tooltip": "Download the text without outputs",
        "icon": "fas fa-file",
        "label": "download-text-button",
    }
    for group in context.get("header_buttons", []):
        if group.get("label") == "download-buttons":
            group["buttons"].insert(1, link)


def made(site: Path) -> Iterator[Path]:
    """Find the pages that Sphinx made, which name the way to their root."""
    for path in sorted(site.rglob("*.html")):
        if "data-content_root" in path.read_text(encoding="utf-8")[:1000]:
            yield path


def finish(app: Sphinx, error: Exception | None) -> None:
    """Trim, complete and seal every page, once all are written."""
    if error or app.builder.name != "html":
        return
    site = Path(app.outdir)
    pages = {path: BeautifulSoup(path.read_text("utf-8"), "html.parser") for path in made(site)}
    formulas = previews.formulas({path.relative_to(site): page for path, page in pages.items()})
    sheets: list[str] = []
    slides.list_decks(pages)
    for path, page in pages.items():
        trim.drop_scripts(page)
        trim.defer_scripts(page)
        trim.load_sheets_at_once(page)
        sheets = trim.join_sheets(page) or sheets
        access.settle_theme(page)
        access.complete(page)
        access.size_images(page, path.parent)
        frames.offer(page)
        previews.enclose(page, path.relative_to(site), formulas)
        policy.declare(page)
        path.write_text(str(page), encoding="utf-8", newline="\n")
    slides.write_decks(site, pages)
    trim.prune_sheets(site)
    if sheets:
        trim.write_sheet(site, sheets)
    trim.delete_files(site)
    if app.config.html_baseurl:
        metadata.write_sitemap(site, app.config.html_baseurl, app.env)


def setup(app: Sphinx) -> dict[str, bool]:
    """Let Sphinx call the functions above at their moments."""
    app.connect("config-inited", show_repository)
    app.connect("config-inited", place_not_found)
    app.connect("html-page-context", describe, priority=LAST)
    app.connect("html-page-context", offer_text, priority=LAST)
    app.connect("build-finished", finish, priority=LAST)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
