"""What a page says about itself to search engines, social networks and returning readers."""

# While the site has no address, sphinxext-opengraph writes a wrong og:url and sphinx-sitemap warns.

from __future__ import annotations

import subprocess
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from tools.website.template_helpers import add_to_head

LENGTH = 160  # characters of a description that a search engine shows
UNTITLED = {"genindex": "Index", "search": "Search"}  # pages that Sphinx gives no title


def page_url(site_url: str, page: str) -> str:
    """Return a page's URL, "" while that of the site is not set."""
    return urljoin(site_url.rstrip("/") + "/", f"{page}.html") if site_url else ""


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


def meta_tags(title: str, course: str, text: str, url: str) -> str:
    """Return a page's description and its Open Graph tags; those with a URL only if it is known."""
    properties = {
        "og:type": "article",
        "og:site_name": course,
        "og:title": title,
        "og:description": text,
    }
    if url:
        image = urljoin(url, "../_static/card.png" if "/chapters/" in url else "_static/card.png")
        properties |= {"og:url": url, "og:image": image, "og:image:alt": f"{course}: the recursion"}
    lines = [
        f'<meta property="{name}" content="{escape(value)}" />'
        for name, value in properties.items()
    ]
    return "\n".join([f'<meta name="description" content="{escape(text)}" />', *lines, ""])


def last_commit_date(source: Path) -> str:
    """Return the day of the last commit that changed a page, "" where git knows of none."""
    command = ["git", "log", "-1", "--format=%cs", "--", source.name]
    try:
        run = subprocess.run(command, cwd=source.parent, capture_output=True, text=True)
    except FileNotFoundError:
        return ""
    return run.stdout.strip()


def add_metadata(
    app: Sphinx, page: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give a page its description, its tags for social networks and the date of its last change."""
    title = context.get("title") or UNTITLED.get(page, page)
    course = app.config.html_title
    text = description(doctree) if doctree else f"{title}, a page of the course {course}."
    url = page_url(app.config.html_baseurl, page)
    add_to_head(context, meta_tags(title, course, text, url))
    if doctree is not None:
        context["last_updated"] = last_commit_date(Path(app.env.doc2path(page)))


def write_sitemap(site: Path, site_url: str, env: BuildEnvironment) -> None:
    """Write sitemap.xml: the URL of every page and the day of its last change."""
    urls = ElementTree.Element("urlset", xmlns="http://www.sitemaps.org/schemas/sitemap/0.9")
    for page in sorted(env.found_docs):
        url = ElementTree.SubElement(urls, "url")
        ElementTree.SubElement(url, "loc").text = page_url(site_url, page)
        if day := last_commit_date(Path(env.doc2path(page))):
            ElementTree.SubElement(url, "lastmod").text = day
    ElementTree.ElementTree(urls).write(
        site / "sitemap.xml", encoding="utf-8", xml_declaration=True
    )
