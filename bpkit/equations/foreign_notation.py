"""Foreign notation: what other texts write, and what to write here instead."""

from __future__ import annotations

import re
from typing import NamedTuple

FUNCTIONS = r"\\(?:(?:operatorname|mathrm|text)\s*\{\s*%s\s*\}|%s(?![a-zA-Z]))"
SIZE = r"(\\(left|right|[bB]igg?[lr]?)\s*)"
ACCENTS = "hat|widehat|tilde|widetilde|bar|overline|vec|dot|ddot"


def _named(words: str) -> str:
    r"""Return the pattern of \tr, \operatorname{tr}, \mathrm{tr} and \text{tr}."""
    return FUNCTIONS % (f"(?:{words})", f"(?:{words})")


INSTEAD = {
    rf"{SIZE}?(\\\||\\Vert(?![a-zA-Z]))":
        r"write a norm as \lVert \mathbf{W} \rVert, its square as \lVert \mathbf{W} \rVert^2",
    rf"{SIZE}?(\||\\vert(?![a-zA-Z]))":
        r"write an absolute value as \lvert z \rvert",
    _named("tr|trace|Tr"): r"write the sum, as in \sum_{k=1}^{n_1} A_{kk} of a declared A",
    r"\\nabla(?![a-zA-Z])":
        r"write \frac{\partial L}{\partial \mathbf{W}_l}, or \mathbf{G}_l for the gradient",
    r"\\[dt]?frac\s*\{\s*(d|\\mathrm\s*\{\s*d\s*\})(?![a-z])":
        r"write \frac{\partial L}{\partial \mathbf{W}_l}, with \partial for every derivative",
    r"\\partial\s*\^": "only first derivatives are read, as in \\frac{\\partial L}{\\partial w}",
    r"\\(mathbf|boldsymbol|bm)\s*\{\s*1\s*\}\s*_|\\mathbb\s*(\{\s*1\s*\}|1)|\\mathds":
        r"write \mathbf{1} without an index; it has the shape of its neighbor",
    r"\\(equiv|triangleq)(?![a-zA-Z])|\\stackrel|\\overset": "write = or :=",
    r"\\(propto|sim|simeq|cong)(?![a-zA-Z])": r"write the factor, as in \delta = 2 a, or \approx",
    r"\\(geq?|geqslant|gg)(?![a-zA-Z])|>": r"exchange the sides and write \le",
    r"\\(ll|lt)(?![a-zA-Z])|<": r"write \le",
    r"\\(neq?|not)(?![a-zA-Z])|\\notin": r"write what it is, with = or \le",
    r"\\(to|rightarrow|mapsto|Rightarrow|iff|implies|Leftarrow)(?![a-zA-Z])":
        r"write \leftarrow for an update, and two formulas for a conclusion",
    rf"\\({ACCENTS})(?![a-zA-Z])": "write a letter without an accent, such as f for the output",
    r"\\max\s*_|\\(min|arg|sup|inf)[a-z]*(?![a-zA-Z])|\\operatorname\*?\s*\{\s*arg":
        r"write \max(a, b), of two arguments of one shape; -\max(-a, -b) for the smaller",
    _named("exp"): "write e^{z}",
    _named("ln"): r"write \log(z)",
    r"\\sqrt(?![a-zA-Z])": r"write a norm, \lVert \mathbf{h} \rVert, or the square of both sides",
    r"\\prod(?![a-zA-Z])": "write the factors one after the other",
    r"\\int(?![a-zA-Z])|\\mathbb\s*(\{\s*[EP]\s*\}|[EP])": "write a finite sum",
    r"(?<!\\in)(?<!\\in )\\mathbb\s*(\{\s*[CNRZ]\s*\}|[CNRZ])":
        r"write a shape as \mathbf{x} \in \mathbb{R}^{D}",
    r"\\in\s*(\\\{|\(|\[|\\left)": r"write bounds with \le, or a shape as \in \mathbb{R}^{D}",
    r"\\(circ|ast|star)(?![a-zA-Z])|\*": r"write \odot for the elementwise product",
    r"\\otimes(?![a-zA-Z])": r"write an outer product as \mathbf{a} \mathbf{b}^\top",
    r"\\langle(?![a-zA-Z])": r"write an inner product as \mathbf{a}^\top \mathbf{b}",
    r"(?<!e)(?<!e\})\^\s*\{\s*-\s*1\s*\}": r"write a quotient as \frac{a}{b}; no inverse is read",
    r"(?<=\\begin)\s*\{(?!aligned)\w*\*?\}": r"write each entry as a formula; only aligned is read",
    r"\\([lcdv]?dots)(?![a-zA-Z])|\.\.\.": r"write a sum with limits, as in \sum_{k=1}^{n_1}",
    r"\\(under|over)brace": "write the formula alone and explain its parts in the text",
    r"\d\.\d": r"write a decimal as a fraction, as in \frac{1}{2}",
    r"\\sum\s*\\(no)?limits": r"write \sum_{k=1}^{n_1}",
}  # fmt: skip
"""What a formula cannot contain, as a regular expression, and what to write instead."""

AT_THE_PLACE = {
    r"(?<=\^2)\s*_|(?<=\^\{2\})\s*_": "write the index before the square, as in z_1^2",
    r"'": r"write a derivative as \frac{\partial h}{\partial z}; only functions have a prime",
    r"\{": "write parentheses around what belongs together",
    r"(?<=\^)\s*[013-9]|(?<=\^\{)\s*\d": "write the product; of the powers, only squares are read",
}
"""What it can contain elsewhere."""


class Foreign(NamedTuple):
    """A part of a formula that cannot be read, from `start` to `end`, and what to write instead."""

    start: int
    end: int
    advice: str


def foreign_parts(text: str) -> list[Foreign]:
    """Return the parts of a formula that are known from other texts, from left to right."""
    found = [
        Foreign(match.start(), match.end(), f"cannot read {match[0].strip()}; {advice}")
        for pattern, advice in INSTEAD.items()
        for match in re.finditer(pattern, text)
    ]
    return sorted(found, key=lambda part: (part.start, -part.end))


def foreign_at(text: str, at: int) -> list[Foreign]:
    """Return the same, and what is foreign at the place where the parser stopped."""
    here = [
        Foreign(at, match.end(), f"cannot read {match[0].strip()} here; {advice}")
        for pattern, advice in AT_THE_PLACE.items()
        if (match := re.compile(pattern).match(text, at))
    ]
    return sorted([*foreign_parts(text), *here], key=lambda part: part.start)
