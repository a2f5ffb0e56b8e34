"""The buttons that run a page in the reader's browser, on a site with Python in it."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from tools.website.template_helpers import add_to_head, path_to_root

BUTTONS = """<div class="run-bar" data-notebook="{root}_sources/{page}.ipynb">
<button type="button" class="run-button" disabled>Run this page</button>
<a class="run-button" href="{root}lite/notebooks/index.html?path={page}.ipynb">
Open as a notebook</a>
</div>"""
SCRIPT = """
<script type="module" src="{root}run/run_page.js"></script>"""


def hide_launch_links(_app: Sphinx, config: Config) -> None:
    """Hide the links to hosted notebooks while `_config.yml` gives no repository."""
    if not config.html_theme_options["repository_url"]:
        config.html_theme_options["launch_buttons"] = {}


def add_tag(app: Sphinx) -> None:
    """Let the pages have text, `{only} run_in_browser`, that appears only with the buttons."""
    if app.config.run_in_browser:
        app.tags.add("run_in_browser")


def code_cells(doctree: nodes.document) -> list[nodes.Element]:
    """Return the code cells of a page, in order."""
    return [cell for cell in doctree.findall(nodes.container) if "cell_index" in cell]


def add_buttons(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put the buttons below the page's title, and name each cell by its index in the notebook."""
    cells = code_cells(doctree)
    if not app.config.run_in_browser or not cells or app.builder.format != "html":
        return
    for cell in cells:
        cell["ids"].append(f"cell-{cell['cell_index']}")
    buttons = BUTTONS.format(root=path_to_root(page), page=page)
    title = next(doctree.findall(nodes.title))
    title.parent.insert(title.parent.index(title) + 1, nodes.raw("", buttons, format="html"))


def add_script(
    app: Sphinx, page: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Let the pages that have cells load the script behind the buttons."""
    if app.config.run_in_browser and doctree and code_cells(doctree):
        add_to_head(context, SCRIPT.format(root=path_to_root(page)))
