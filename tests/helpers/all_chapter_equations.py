"""Formulas for the tests: those on the pages, and the notation on another network."""

import re
from functools import cache

import numpy as np

from bpkit.course.chapter_equations import check_calls, equations
from bpkit.course.declared_symbols import notation_on
from bpkit.equations.parser import FormulaError
from bpkit.equations.symbol_declarations import Notation
from bpkit.equations.verification import verify
from bpkit.network import random_network

PAGES = equations()
CALLS = {call.label: call for call in check_calls()}
EXACT = {label: PAGES[label] for label in PAGES if CALLS[label].name == "check"}
PRINTED = {label: PAGES[label] for label in PAGES if CALLS[label].name == "refute"}

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
