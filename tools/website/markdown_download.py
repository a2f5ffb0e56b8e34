"""The download menu of a chapter: it also has the chapter's text, a notebook without outputs."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from tools.website.template_helpers import path_to_root


def add_markdown_download(
    app: Sphinx, page: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Copy the text of a chapter into the site, and link to it below the link to the notebook."""
    source = Path(app.env.doc2path(page)) if doctree is not None else Path()
    if source.suffix != ".ipynb":
        return
    copy = Path(app.outdir, "_sources", f"{page}.md")
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source.with_suffix(".md"), copy)
    link = {
        "type": "link",
        "url": f"{path_to_root(page)}_sources/{page}.md",
        "text": ".md",
        "tooltip": "Download the text without outputs",
        "icon": "fas fa-file",
        "label": "download-text-button",
    }
    menus = [group for group in context["header_buttons"] if group["label"] == "download-buttons"]
    if len(menus) != 1:
        raise ValueError(f"{page}: the theme must give one download menu; found {len(menus)}")
    menus[0]["buttons"].insert(1, link)
