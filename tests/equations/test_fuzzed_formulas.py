"""Fuzz: whatever is typed ends in a value or a refusal, and what is accepted is true elsewhere."""

import re

import numpy as np
import pytest
from helpers.all_chapter_equations import EXACT, PAGES, TOKEN, accepted, layers, other_notation
from hypothesis import given, settings
from hypothesis import strategies as st

from bpkit.course.declared_symbols import DECLARED_SYMBOLS, course_notation
from bpkit.equations.parser import FormulaError, grammar, parse
from bpkit.equations.verification import verify

ELSEWHERE = [other_notation(), other_notation(seed=12, sizes=(3, 5, 4, 1), samples=6)]
GIVEN = st.sampled_from([{}, {"l": (1, 2)}, {"l": (1, 2, 3)}, {"l": (0, 9)}, {"q": (1,)}])

# Whole symbols and single signs, those of the pages and others.
SIGNS = sorted({sign[0] for found in PAGES.values() for sign in TOKEN.finditer(found.text)})
OTHERS = [
    r"\max",
    r"\min",
    "^2",
    "'",
    "12",
    "<",
    "%",
    "$",
    r"\{",
    r"\unknown",
    "é",
    "\n",
    "e^{",
    "0",
    r"\lVert",
    r"\rVert",
    r"\leftarrow",
    r"\in",
    r"\mathbb{R}^{n_1}",
    r"\sum_{l=1}^{2}",
    r"\sum_{k=1}^{3}",
]
SYMBOLS = sorted(
    {
        symbol
        for found in PAGES.values()
        for symbol in re.findall(
            r"\\(?:mathbf|boldsymbol)\{\\?\w+\}(?:_\{[^{}]*\}|_\w)?(?:\^\\top|\^\w)?"
            r"|(?<![{\\a-z])[a-zA-Z]_(?:\{[^{}]*\}|\w)|\\frac\{\\partial \w\}\{\\partial \w\}"
            r"|\\sum_\{\w=1\}\^\{\w\}|\\delta_\{?\w(?:\+1\})?\^i",
            found.text,
        )
    }
)
PIECE = st.sampled_from(SYMBOLS) | st.sampled_from(SIGNS) | st.sampled_from(OTHERS)


def require_true_elsewhere(text: str, layers: dict[str, tuple[int, ...]]) -> None:
    """Raise if a formula that holds on the book's network differs on another.

    There it may be without a value: a logarithm of a negative number, or an index too large.
    """
    if accepted(text, course_notation(), **layers):
        for other in ELSEWHERE:
            try:
                verify(text, other, **layers)
            except (FormulaError, AssertionError) as error:
                if "the sides differ" in str(error):
                    raise AssertionError(f"accepted, and false: {text}") from error


@settings(max_examples=500)
@given(st.lists(PIECE, max_size=12), GIVEN)
def test_soup_ends_in_a_value_or_a_refusal(pieces, layers):
    """Random pieces in a row: no other exception, no warning, and nothing false is accepted."""
    require_true_elsewhere(" ".join(pieces), layers)


@settings(max_examples=300)
@given(st.lists(PIECE, min_size=1, max_size=6), st.lists(PIECE, max_size=3), GIVEN)
def test_soup_of_two_sides_ends_in_a_value_or_a_refusal(pieces, more, layers):
    """The same row on both sides, and something added to one: many of these can be evaluated."""
    require_true_elsewhere(" ".join([*pieces, "=", *pieces, *more]), layers)


@settings(max_examples=300)
@given(st.text(max_size=30), GIVEN)
def test_any_text_ends_in_a_value_or_a_refusal(text, layers):
    """Letters of all alphabets, signs and control characters."""
    require_true_elsewhere(text, layers)


INDEX = st.sampled_from(["i", "l", "m", "k", "1", "2", "3", "0", "l+1", "l-1", "q", "2,m", "1,km"])
SYMBOL = st.builds(
    "{}_{{{}}}{}".format,
    st.sampled_from([declared.name.replace(r"\i", "f") for declared in DECLARED_SYMBOLS]),
    INDEX,
    st.sampled_from(["", "", "", "^i", r"^\top", "^2"]),
)
SUM = st.builds(
    r"\sum_{{{}={}}}^{{{}}} %s".format,
    st.sampled_from("iklm"),
    st.sampled_from("112"),
    st.sampled_from(["N", "n_1", "n_2", "D", "H", "n_{l+1}", "n_m", "1", "2", "3"]),
)
FUNCTION = st.sampled_from(
    [r"\sigma(%s)", r"\sigma'(%s)", r"\log(%s)", r"\diag(%s)", "s(%s)", "L(%s)"]
)
FRAME = FUNCTION | st.sampled_from(
    ["(%s)", r"(%s)^\top", "-%s", "e^{%s}", r"\lvert %s \rvert", "(%s)^2", r"\lVert %s \rVert"]
)
JOINED = st.sampled_from(
    ["%s %s", "%s + %s", "%s - %s", r"%s \odot %s", r"\frac{%s}{%s}", "%s / (%s)"]
)
GROWN = st.recursive(
    SYMBOL | st.sampled_from(["x_i", "f", "w", r"\mathbf{1}", "2", "0", r"\mathrm{i}"]),
    lambda inside: (
        st.builds(lambda frame, part: frame % part, FRAME | SUM, inside)
        | st.builds(lambda joined, a, b: joined % (a, b), JOINED, inside, inside)
        | st.builds(r"\frac{{\partial {}}}{{\partial {}}}".format, SYMBOL, SYMBOL)
    ),
    max_leaves=6,
)


@settings(max_examples=1000)
@given(GROWN, GROWN, st.booleans(), GIVEN)
def test_a_grown_formula_ends_in_a_value_or_a_refusal(left, right, alike, layers):
    """Formulas by the rules of the notation, about quantities that need not fit."""
    require_true_elsewhere(f"{left} = {left if alike else right}", layers)


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a displayed formula with one to three of its signs changed, and its label."""
    label = draw(st.sampled_from(sorted(PAGES)))
    signs = [sign[0] for sign in TOKEN.finditer(PAGES[label].text)]
    for _ in range(draw(st.integers(1, 3))):
        at, other = (draw(st.integers(0, len(signs) - 1)) for _ in range(2))
        piece = draw(PIECE)
        change = draw(st.sampled_from(["drop", "add", "replace", "exchange", "repeat"]))
        if change == "exchange":
            signs[at], signs[other] = signs[other], signs[at]
        else:
            new = {"drop": [], "add": [piece, signs[at]], "replace": [piece]}
            signs[at : at + 1] = new.get(change, 2 * [signs[at]])
        signs = signs or ["f"]
    return label, " ".join(signs)


@settings(max_examples=1500)
@given(mutations())
def test_a_changed_formula_is_refused_or_true(mutation):
    """Up to three signs of a displayed formula dropped, added, replaced, exchanged or repeated."""
    label, text = mutation
    require_true_elsewhere(text, layers(label))


@settings(max_examples=60)
@given(st.sampled_from(sorted(EXACT)), st.sampled_from([" ", "  ", "\n", "\t "]))
def test_room_between_the_signs_says_nothing(label, space):
    """Signs set apart read as the formula itself."""
    text = space.join(sign[0] for sign in TOKEN.finditer(PAGES[label].text))
    assert verify(text, course_notation(), **layers(label)) == verify(
        PAGES[label].text, course_notation(), **layers(label)
    )


@pytest.mark.parametrize(
    "text",
    [
        300 * "(" + "f" + 300 * ")" + " = f",
        "f" + 3000 * " + f" + " = f",
        "f = " + 500 * r"\frac{1}{" + "f" + 500 * "}",
        "f = " + 200 * "e^{" + "f" + 200 * "}",
        "f = " + 99 * "9",
        "f = " + "9" * 9 + 40 * (" " + r"\cdot (999999999)"),
        r"f = \log(0 f) \log(1 - 1)",
        r"f = \frac{f - f}{f - f}",
    ],
)
def test_extremes_end_in_a_refusal(text):
    """Depth, length, huge numbers, poles and 0 / 0."""
    assert not accepted(text, course_notation())


@settings(max_examples=300)
@given(st.lists(st.sampled_from(SIGNS), max_size=10))
def test_the_lexer_keeps_every_sign(signs):
    """What a formula is read from is the whole of it: the tokens and the room between them."""
    text = " ".join(signs)
    try:
        parse(text)
    except FormulaError:
        return
    rest = list(text)
    for token in grammar().lex(text):
        rest[token.start_pos : token.end_pos] = [" "] * len(token)
    assert not re.sub(r"\s|&|\\\\|\{\}|\\[,!;: ]", "", "".join(rest))


def test_a_formula_that_is_true_by_chance_is_caught_elsewhere():
    """The second networks decide: here a size of the first is taken for a number."""
    sizes = course_notation().sizes
    text = rf"\sum_{{m=1}}^{{n_1}} (h_{{1,m}} + 1 - h_{{1,m}}) = {sizes['n_1']}"
    assert accepted(text, course_notation())
    with pytest.raises(AssertionError, match="accepted, and false"):
        require_true_elsewhere(text, {})
    assert np.unique(list(sizes.values())).size == len(sizes)
