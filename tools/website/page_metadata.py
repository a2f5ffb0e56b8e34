"""What a page says about itself to search engines, social networks and returning readers."""

from __future__ import annotations

import subprocess
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree

from docutils import nodes

LENGTH = 160  # letters of a description that a search engine shows


def address(base: str, name: str) -> str:
    """Return a page's address, "" while that of the site is not set."""
    return urljoin(base.rstrip("/") + "/", f"{name}.html") if base else ""


def description(doctree: nodes.document) -> str:
    """Return the first sentences of a page, cut at a word."""
    paragraphs = (node.astext().split() for node in doctree.findall(nodes.paragraph))
    text = ""
    for words in paragraphs:
        for word in words:
            if len(text) + len(word) >= LENGTH:
                return text + " …"
            text = f"{text} {word}".strip()
    return text


def tags(title: str, course: str, text: str, where: str) -> str:
    """Return a page's description and its Open Graph tags, which ask for full addresses."""
    named = {
        "og:type": "article",
        "og:site_name": course,
        "og:title": title,
        "og:description": text,
    }
    if where:
        image = urljoin(
            where, "../_static/card.png" if "/chapters/" in where else "_static/card.png"
        )
        named |= {"og:url": where, "og:image": image, "og:image:alt": f"{course}: the recursion"}
    lines = [f'<meta property="{key}" content="{escape(value)}" />' for key, value in named.items()]
    return "\n".join([f'<meta name="description" content="{escape(text)}" />', *lines, ""])


def last_change(source: Path) -> str:
    """Return the day of the last commit that changed a page, "" where git knows of none."""
    command = ["git", "log", "-1", "--format=%cs", "--", source.name]
    try:
        found = subprocess.run(command, cwd=source.parent, capture_output=True, text=True)
    except FileNotFoundError:
        return ""
    return found.stdout.strip()


def write_sitemap(site: Path, base: str, env: Any) -> None:
    """Write sitemap.xml: the address of every page and the day of its last change."""
    urls = ElementTree.Element("urlset", xmlns="http://www.sitemaps.org/schemas/sitemap/0.9")
    for name in sorted(env.found_docs):
        url = ElementTree.SubElement(urls, "url")
        ElementTree.SubElement(url, "loc").text = address(base, name)
        if day := last_change(Path(env.doc2path(name))):
            ElementTree.SubElement(url, "lastmod").text = day
    ElementTree.ElementTree(urls).write(
        site / "sitemap.xml", encoding="utf-8", xml_declaration=True
    )
