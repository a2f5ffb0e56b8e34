"""Formulas for the tests: those on the pages, and the notation on another network.

A formula with a problem, such as a missing verdict, is left out here;
`tests/course/test_chapter_problems.py` names it.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
import pytest

from bpkit.course.chapter_equations import equations
from bpkit.course.chapter_problems import chapter_problems, sound_verdicts
from bpkit.course.declared_symbols import notation_on
from bpkit.equations.parser import FormulaError
from bpkit.equations.symbol_declarations import Notation
from bpkit.equations.verification import compares_values, verify
from bpkit.network import random_network

PROBLEMS = chapter_problems()
SOUND = sound_verdicts(PROBLEMS)
PAGES = {label: shown for label, (shown, _) in SOUND.items()}
CALLS = {label: call for label, (_, call) in SOUND.items()}
LABELS = equations().keys() | {label for problem in PROBLEMS for label in problem.labels}
CHECKED = {label: PAGES[label] for label in PAGES if CALLS[label].name == "check"}
EXACT = {label: shown for label, shown in CHECKED.items() if compares_values(shown.text)}
PRINTED = {label: PAGES[label] for label in PAGES if CALLS[label].name == "refute"}

of_the_whole_book = pytest.mark.skipif(
    bool(PROBLEMS),
    reason="a formula has a problem, which tests/course/test_chapter_problems.py names",
)
"""The mark of a test that needs every formula of the chapters."""


def of_sound_formulas(rows: Iterable[Any]) -> list[Any]:
    """Return the rows whose label, their first part, is that of a formula without a problem.

    Without any problem, all rows are returned, so that a label which does not exist is noticed.
    """
    return [row for row in rows if not PROBLEMS or _label(row) in PAGES]


def _label(row: Any) -> str:
    """Return the label in a row of a table: a tuple, or a mapping."""
    return row["label"] if isinstance(row, dict) else row[0]


# The signs of the notation, as a reader sees them: an index in braces is several.
TOKEN = re.compile(
    r"\\(?:begin|end)\{aligned\}|\\(?:operatorname|mathrm)\{[a-zA-Z]+\}"
    r"|\\[a-zA-Z]+|\\\\|\\.|\d+|:=|\S"
)


@cache
def other_notation(
    seed: int = 11, sizes: tuple[int, ...] = (6, 3, 5, 1), samples: int = 4
) -> Notation:
    """Return the notation of the course on another network, with other sizes, all different."""
    rng = np.random.default_rng(seed)
    network = random_network(sizes, rng)
    X, y = rng.normal(size=(samples, sizes[0])), rng.uniform(size=samples)
    a, z = rng.normal(size=(samples, sizes[1])), 3 * rng.normal(size=samples)
    return notation_on(network, X, y, a=a, z=z)


def layers(label: str) -> dict[str, tuple[int, ...]]:
    """Return the layers for which a page checks or refutes an equation."""
    return CALLS[label].layers


def accepted(text: str, course: Notation, **layers: tuple[int, ...]) -> bool:
    """Whether a formula holds; anything but a value or a proper refusal is let through."""
    try:
        verify(text, course, **layers)
    except (FormulaError, AssertionError):
        return False
    return True
