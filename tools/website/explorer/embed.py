"""The picture that can be moved: put above its still figure, with its scripts beside the page."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from tools.project import CHAPTERS

SOURCE = Path(__file__).parent
START = CHAPTERS / "explorer.json"  # the numbers that the page's own cell reads, too
FIGURE = "fig-explorer"
HEAD = """
<script type="module" src="{root}tools/website/explorer/view.js"></script>"""


def markup() -> str:
    """Return the picture's parts, still empty, with the numbers that it starts with."""
    start = json.dumps(json.loads(START.read_text(encoding="utf-8")))
    return (SOURCE / "explorer.html").read_text(encoding="utf-8").replace("{start}", start)


def place(doctree: nodes.document) -> nodes.Element | None:
    """Return the section that holds the still figure, if the page has one."""
    figures = [node for node in doctree.findall(nodes.figure) if FIGURE in node["ids"]]
    node: Any = figures[0] if figures else None
    while node is not None and not isinstance(node, nodes.section):
        node = node.parent
    return node


def insert(app: Sphinx, doctree: nodes.document, _page: str) -> None:
    """Put the picture below the first paragraph of its section."""
    section = place(doctree)
    if section is not None and app.builder.format == "html":
        first = next(section.findall(nodes.paragraph))
        section.insert(section.index(first) + 1, nodes.raw("", markup(), format="html"))


def add_script(
    _app: Sphinx, page: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Let the page of the picture, and no other, load its script."""
    if doctree and place(doctree) is not None:
        head = HEAD.format(root="../" * page.count("/"))
        context["metatags"] = context.get("metatags", "") + head


def copy_scripts(app: Sphinx, error: Exception | None) -> None:
    """Put the scripts into the site, in a folder of their own, which no other page loads."""
    if not error and app.builder.format == "html":
        target = Path(app.outdir, "explorer")
        shutil.copytree(
            SOURCE,
            target,
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns("*.html", "*.py", "__pycache__"),
        )


def setup(app: Sphinx) -> dict[str, bool]:
    """Let Sphinx call the functions above at their moments."""
    app.connect("doctree-resolved", insert)
    app.connect("html-page-context", add_script)
    app.connect("build-finished", copy_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
