"""Previews: a page has a copy of each equation it refers to, to be shown next to the reference."""

from __future__ import annotations

import os
from collections.abc import Mapping
from copy import copy
from pathlib import PurePath
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

ID = "preview-"  # begins the id of a template, before the id of its equation
SHOWS_EQUATION = "dt"  # an entry of the ledger shows its equation anyway


def site_equations(pages: Mapping[PurePath, BeautifulSoup]) -> dict[tuple[str, str], Tag]:
    """Return the displayed equations of the site, by page and id."""
    return {
        (path.as_posix(), str(tag["id"])): tag
        for path, page in pages.items()
        for tag in page.select('div.math[id^="equation-"]')
    }


def link_target(link: str, page: PurePath) -> tuple[str, str]:
    """Return the path and the id that a link on a page leads to."""
    parts = urlsplit(link)
    path = os.path.normpath(page.parent / parts.path) if parts.path else page
    return PurePath(path).as_posix(), parts.fragment


def embed_previews(
    page: BeautifulSoup, path: PurePath, equations: Mapping[tuple[str, str], Tag]
) -> None:
    """Put into a page, unseen, the equations of other pages that its links lead to."""
    for old in page.select(f'template[id^="{ID}"]'):
        old.decompose()
    for link in page.select('article a[href*="#equation-"]:not(.headerlink)'):
        target, name = link_target(str(link["href"]), path)
        if (target, name) not in equations or link.find_parent(SHOWS_EQUATION):
            continue
        link["data-preview"] = name
        if target != path.as_posix() and not page.find(id=ID + name):
            template = page.new_tag("template", id=ID + name)
            equation = copy(equations[target, name])
            del equation["id"]
            for headerlink in equation.select(".headerlink"):
                headerlink.decompose()
            template.append(equation)
            page.select("body")[0].append(template)
