"""The reference: in the documentation of `bpkit`, an equation's label becomes a link to it."""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

from bpkit.course.pages import equations

BEFORE = 400  # the documentation is still as it was written; numpydoc takes it apart at 500


def link_equations(
    _app: Sphinx, _what: str, _name: str, _object: object, _options: Any, lines: list[str]
) -> None:
    """Turn each label between double backticks into the equation's number, which is a link."""
    known = equations()

    def link(match: re.Match[str]) -> str:
        return f":eq:`{match[1]}`" if match[1] in known else match[0]

    lines[:] = [re.sub(r"``([\w-]+)``", link, line) for line in lines]


def setup(app: Sphinx) -> dict[str, bool]:
    """Let Sphinx call the function above for each docstring."""
    app.connect("autodoc-process-docstring", link_equations, priority=BEFORE)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
