"""Previews: a reference to an equation carries the equation itself, to be shown beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from copy import copy
from pathlib import PurePath
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

ID = "preview-"  # begins the id of a template, before the id of its equation
SHOWN_THERE = "dt"  # an entry of the ledger shows its equation anyway


def formulas(pages: Mapping[PurePath, BeautifulSoup]) -> dict[tuple[str, str], Tag]:
    """Return the displayed equations of the site, by page and id."""
    return {
        (name.as_posix(), tag["id"]): tag
        for name, page in pages.items()
        for tag in page.select('div.math[id^="equation-"]')
    }


def target(link: str, name: PurePath) -> tuple[str, str]:
    """Return the page that a link on the page `name` leads to, and the id on it."""
    parts = urlsplit(link)
    path = os.path.normpath(name.parent / parts.path) if parts.path else name
    return PurePath(path).as_posix(), parts.fragment


def enclose(page: BeautifulSoup, name: PurePath, known: Mapping[tuple[str, str], Tag]) -> None:
    """Put into a page, unseen, the equations of other pages that its links lead to."""
    for old in page.select(f'template[id^="{ID}"]'):
        old.decompose()
    for link in page.select('article a[href*="#equation-"]:not(.headerlink)'):
        where = target(link["href"], name)
        if where not in known or link.find_parent(SHOWN_THERE):
            continue
        link["data-preview"] = where[1]
        if where[0] != name.as_posix() and not page.find(id=ID + where[1]):
            template = page.new_tag("template", id=ID + where[1])
            formula = copy(known[where])
            del formula["id"]
            for own in formula.select(".headerlink"):
                own.decompose()
            template.append(formula)
            page.body.append(template)
