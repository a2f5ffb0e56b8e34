"""What a page's template needs from several modules: tags in its head, the path to the root."""

from __future__ import annotations

from typing import Any


def add_to_head(context: dict[str, Any], html: str) -> None:
    """Append HTML to the head of the page whose template has this context."""
    context["metatags"] = context.get("metatags", "") + html


def path_to_root(page: str) -> str:
    """Return the relative path from a page, such as chapters/cost, to the root of the site."""
    return "../" * page.count("/")
