"""The last pass over the built site: it edits every page that Sphinx wrote, and its assets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup
from sphinx.application import Sphinx

from tools.slides import slide_pages
from tools.website import (
    accessibility,
    content_security_policy,
    equation_previews,
    needs_server,
    optimize_assets,
    page_metadata,
    play_frames_checkbox,
)


def sphinx_pages(site: Path) -> Iterator[Path]:
    """Find the pages that Sphinx wrote: each names the way to the root of the site."""
    for path in sorted(site.rglob("*.html")):
        if "data-content_root" in path.read_text(encoding="utf-8")[:1000]:
            yield path


def postprocess_site(app: Sphinx, error: Exception | None) -> None:
    """Edit the pages and their assets, once all are written."""
    if error or app.builder.name != "html":
        return
    site = Path(app.outdir)
    pages = {
        path: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in sphinx_pages(site)
    }
    equations = equation_previews.site_equations(
        {path.relative_to(site): page for path, page in pages.items()}
    )
    sheets: list[str] = []
    slide_pages.list_decks(pages)
    for path, page in pages.items():
        sheets = optimize_assets.optimize_page(page) or sheets
        accessibility.set_theme_early(page)
        accessibility.make_accessible(page)
        accessibility.set_image_sizes(page, path.parent)
        play_frames_checkbox.add_checkboxes(page)
        equation_previews.embed_previews(page, path.relative_to(site), equations)
        needs_server.guard_modules(page)
        needs_server.guard_search(page)
        content_security_policy.declare(page)
        path.write_text(str(page), encoding="utf-8", newline="\n")
    slide_pages.write_decks(site, pages)
    if sheets:  # at least one page was rebuilt, so Sphinx copied the assets again
        optimize_assets.optimize_files(site, sheets)
    if app.config.html_baseurl:
        page_metadata.write_sitemap(site, app.config.html_baseurl, app.env)
