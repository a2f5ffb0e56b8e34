"""The API reference: in the docstrings of `bpkit`, an equation's label becomes a link to it."""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

from bpkit.course.chapter_equations import equations


def link_equations(
    _app: Sphinx, _what: str, _name: str, _object: object, _options: Any, lines: list[str]
) -> None:
    """Replace each label between double backticks by the equation's number, which is a link."""
    known = equations()

    def link(match: re.Match[str]) -> str:
        return f":eq:`{match[1]}`" if match[1] in known else match[0]

    lines[:] = [re.sub(r"``([\w-]+)``", link, line) for line in lines]
