"""The interactive network: inserted above its still figure, with its scripts copied to the site."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from tools.project import CHAPTERS
from tools.replace_in_foreign_text import replace_once
from tools.website.template_helpers import add_to_head, path_to_root

SOURCE = Path(__file__).parent
HTML = SOURCE / "explorer.html"
INITIAL_VALUES = CHAPTERS / "explorer.json"  # the page's own cell reads them, too
FIGURE = "fig-explorer"
HEAD = """
<script type="module" src="{root}explorer/view.js"></script>"""


def explorer_html() -> str:
    """Return the explorer as HTML, still empty, with the values that it starts with."""
    values = json.dumps(json.loads(INITIAL_VALUES.read_text(encoding="utf-8")))
    html = HTML.read_text(encoding="utf-8")
    return replace_once(html, "{initial values}", values, file=HTML.name)


def figure_section(doctree: nodes.document) -> nodes.section | None:
    """Return the section with the still figure, if the page has one."""
    for figure in doctree.findall(nodes.figure):
        if FIGURE in figure["ids"]:
            node: nodes.Node | None = figure
            while node is not None and not isinstance(node, nodes.section):
                node = node.parent
            return node
    return None


def insert_explorer(app: Sphinx, doctree: nodes.document, _page: str) -> None:
    """Insert the explorer below the first paragraph of its section."""
    section = figure_section(doctree)
    if section is not None and app.builder.format == "html":
        first = next(section.findall(nodes.paragraph))
        section.insert(section.index(first) + 1, nodes.raw("", explorer_html(), format="html"))


def add_script(
    _app: Sphinx, page: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Let the page of the explorer, and no other, load its script."""
    if doctree and figure_section(doctree) is not None:
        add_to_head(context, HEAD.format(root=path_to_root(page)))


def copy_scripts(app: Sphinx, error: Exception | None) -> None:
    """Copy the scripts into a folder of the site, from which no other page loads."""
    if not error and app.builder.format == "html":
        folder = Path(app.outdir, "explorer")
        folder.mkdir(exist_ok=True)
        for script in SOURCE.glob("*.js"):
            shutil.copy(script, folder)
