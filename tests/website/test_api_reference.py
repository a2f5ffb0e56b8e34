"""The reference: it has every public name once, and turns labels into links."""

import re

import bpkit
from bpkit import course, equations, feedback
from tools.project import CHAPTERS
from tools.website.docstring_equation_links import link_equations

PAGE = CHAPTERS / "reference.md"


def documented():
    """Return the names on the page with the module that exports each."""
    found, module = [], ""
    for kind, name in re.findall(r"^\.\. (\w+):: ([\w.]+)$", PAGE.read_text("utf-8"), re.MULTILINE):
        module = name if kind == "currentmodule" else module
        found += [] if kind == "currentmodule" else [f"{module}.{name}"]
    return found


def test_the_reference_has_every_public_name_once():
    """And none that is not public."""
    public = [f"bpkit.{name}" for name in bpkit.__all__]
    for part in (equations, feedback, course):
        public += [f"{part.__name__}.{name}" for name in part.__all__]
    assert sorted(documented()) == sorted(public)


def test_names_are_listed_under_the_module_that_holds_them():
    """Each under the heading that names its module."""
    for section in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        (module,) = re.findall(r"^`(bpkit\.\w+)`", section, re.MULTILINE)
        for name in re.findall(r"^\.\. auto\w+:: (\w+)$", section, re.MULTILINE):
            home = next(
                part for part in (bpkit, equations, feedback, course) if hasattr(part, name)
            )
            assert getattr(home, name).__module__.startswith(module)


def test_a_label_becomes_a_link_and_code_stays_code():
    """What no equation is called is left alone."""
    lines = ["Equations ``summed`` and ``batch-recursion``; ``h[0]`` and ``alpha``."]
    link_equations(None, "function", "f", None, None, lines)
    assert lines == ["Equations :eq:`summed` and :eq:`batch-recursion`; ``h[0]`` and ``alpha``."]
