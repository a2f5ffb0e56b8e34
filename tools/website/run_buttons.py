"""The live layer of a page: buttons that run it in the browser, if the site is built so."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

BAR = """<div class="live-bar" data-notebook="{root}_sources/{page}.ipynb">
<button type="button" class="live-button" disabled>Run this page</button>
<a class="live-button" href="{root}lite/notebooks/index.html?path={page}.ipynb">
Open as a notebook</a>
</div>"""
HEAD = """
<script type="module" src="{root}tools/browser_python/runner/run_page.js"></script>"""


def show_launch_links(_app: Sphinx, config: Config) -> None:
    """Leave out the links to hosted notebooks while `_config.yml` gives no repository."""
    if not config.html_theme_options["repository_url"]:
        config.html_theme_options["launch_buttons"] = {}


def name_layer(app: Sphinx) -> None:
    """Let the pages' text have words that are only there with the live layer."""
    if app.config.live:
        app.tags.add("live")


def code_cells(doctree: nodes.document) -> list[nodes.Element]:
    """Return the code cells of a page, in order."""
    return [cell for cell in doctree.findall(nodes.container) if "cell_index" in cell]


def mark_cells(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Name each cell by its place in the notebook, and put the buttons below the page's title."""
    cells = code_cells(doctree)
    if not app.config.live or not cells or app.builder.format != "html":
        return
    for cell in cells:
        cell["ids"].append(f"cell-{cell['cell_index']}")
    bar = BAR.format(root="../" * page.count("/"), page=page)
    title = next(doctree.findall(nodes.title))
    title.parent.insert(title.parent.index(title) + 1, nodes.raw("", bar, format="html"))


def add_files(
    app: Sphinx, page: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Let the pages that have cells load the runner."""
    if app.config.live and doctree and code_cells(doctree):
        head = HEAD.format(root="../" * page.count("/"))
        context["metatags"] = context.get("metatags", "") + head
