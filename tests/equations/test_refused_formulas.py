"""Refusals: what cannot be read, is inconsistent or is wrong, with the place marked."""

import numpy as np
import pytest
from helpers.all_chapter_equations import EXACT, PAGES, TOKEN, accepted, layers, other_notation

from bpkit.course.declared_symbols import course_notation
from bpkit.equations.parser import ConsistencyError, NotationError
from bpkit.equations.verification import verify

# A formula with § where the caret is to be, and a part of the reason.
NOTATION = {
    r"h_§21 = h_2": "one digit {",
    r"x_i2 §= 2 x_i": "accepted here: /",
    r"§W_1_1 = W_1": "one subscript",
    r"§z_2^i^i = z_2": "one superscript",
    r"§\mathbf{W_1^\top}^\top = W_1": "one superscript",
    r"§\delta_1^i^\top = z_1": "transpose a group in parentheses",
    r"h_{2,§} = h_2": "a number a symbol",
    r"f = h_{2,1§,1}": "a number a symbol }",
    r"f = h_2§'": "cannot read",
    r"f = §h'_2": "h has no prime",
    r"z_2^i = §W_2^i z_2^i": "W has no superscript i",
    r"§q = f": "q is not declared; declared are x y W",
    r"f = §\unknown": r"\unknown is not declared",
    r"f = §\leftarrow": r"\leftarrow is not declared",
    r"f = f §\leftarrow f": "accepted here",
    r"f \leftarrow f §= f": "accepted here",
    r"f = §\log": "needs an argument",
    r"f = §\max(z)": r"arguments of \max must be 2; got 1",
    r"f = §\sigma(z, z)": r"arguments of \sigma must be 1; got 2",
    r"f = §(z, z)": "only a function takes a list of arguments in parentheses",
    r"f = \left§\{ f \right\}": "accepted here: ( [",
    r"f = \left( f §\bigr)": r"accepted here: + , - \right",
    r"f = (f §= f": "accepted here: ) + , -",
    r"f = (f§": "accepted here: ) + , -",
    r"f = f§)": "a period or a semicolon the end",
    r"f = f. §f": "accepted here: the end",
    r"\begin{aligned} f = f§": r"\end{aligned} a period or a semicolon",
    r"\begin§{align} f = f \end{align}": "cannot read {align}; write each entry as a formula",
    r"§= f": "a symbol e^{",
    r"f =§": "a symbol e^{",
    r"f = §= f": "a symbol e^{",
    r"f§": r"accepted here: + - := = \approx \le \leftarrow",
    r"f §< 1": "cannot read",
    r"f \lequal 1§": "accepted here: /",
    r"f = §$f$": "cannot read",
    r"f = f^§3": "write the product; of the powers, only squares are read",
    r"f = f^{§13}": "write the product; of the powers, only squares are read",
    r"L = -\sum§^N_{i=1} L_i": "accepted here: _",
    r"L = -§\sum_{i=1}^Q L_i": "goes up to N, D, n_1, n_2, 1; got Q",
    r"L = -§\sum_{i=1}^{N_1} L_i": "at most a layer",
    r"h_1 = §\sum_{m=1}^{n_{1,2}} h_{1,m} e_m": "at most a layer",
    r"y_i = \frac{\partial f}{\partial §y_i}": "no derivative with respect to y is declared",
    r"L = \frac{\partial §G_3}{\partial W_3}": "no derivative of G is declared",
    r"1 = §1234567890": "a symbol e^{",
    "§" + 2000 * "(" + "f" + 2000 * ")" + "= f": "too long",
}
CONSISTENCY = {
    r"§h_4 = f": "h has the layers 0, ..., 3; got 4",
    r"§z_0 = f": "z has the layers 1, ..., 3; got 0",
    r"§z_l = z_2": "l is free on one side only",
    r"f = §h_{1,m}": "m is free on one side only",
    r"f = \sum_{m=1}^{n_1} §h_{1,k} h_{1,m}": "k is free on one side only",
    r"L = §L_i": "i is free on one side only",
    r"f = §h_{2,9}": "9 is outside 1, ..., n_2",
    r"f = §h_{2,0}": "0 is outside 1, ..., n_2",
    r"f = §W_{1,2}": "W is D × n_1 and has 1 indices",
    r"L = -§\sum_{i=1}^N f \sum_{i=1}^N L_i": "i has two meanings; rename the index of the sum",
    r"f = h_{1,m} §\sum_m h_{1,m}": "m has two meanings; rename the index of the sum",
    r"L = §\sum_{m=1}^{n_1} L": "nothing in the sum depends on m",
    r"L = -§\sum_{i=0}^N L_i": "must start in 1, ..., 7; got 0",
    r"L = -§\sum_{i=8}^N L_i": "must start in 1, ..., 7; got 8",
    r"L = -§\sum_{i=1}^{n_1} L_i": "i counts the samples up to N; got n_1",
    r"f = \sum_{m=1}^{n_2} §h_{1,m}": "the index m ranges over n_2 and over n_1",
    r"f = \sum_{m} h_{1,m} §h_{2,m}": "the index m ranges over n_1 and over n_2",
    r"§\sum_{k=1}^{n_m} x_k h_{1,m} = h_{1,m}": "nothing says which layer m is; pass its layers",
    r"L = §\sum_l b_l": "the index l has no range",
    r"§e_2 = e_2": "the length of e_2 is not determined; use the index of a node",
    r"§h_2 = h_1": "n_2 × 1 against n_1 × 1",
    r"§W_1 = W_1^\top": "D × n_1 against n_1 × D",
    r"z_2 = §W_2 h_1 + b_2": "the shapes in n_1 × n_2 times n_1 × 1 are incompatible",
    r"z_2 = §W_2^\top h_1 + b_1": "the shapes in n_2 × 1 + n_1 × 1 are incompatible",
    r"z_2 = §h_2 - 1": "the shapes in n_2 × 1 - a scalar are incompatible",
    r"z_2 = §h_2 \odot f": "the shapes in n_2 × 1 ⊙ a scalar are incompatible",
    r"h_2 = §\operatorname{diag}(f)": "diag takes a column vector; got a scalar",
    r"h_2 = §\operatorname{diag}(h_2^\top)": "diag takes a column vector; got 1 × n_2",
    r"h_2 = §\sigma(\mathbf{1})": "are incompatible",
    r"f = §h_3^\top": "a scalar needs no transpose",
    r"f = (f)§^\top": "a scalar needs no transpose",
    r"h_2 = \mathbf{1}§^\top": "has no transpose here",
    r"h_2 = §f \mathbf{1}": "the shape of the bold 1 is not determined",
    r"h_2 = §f / h_2": "the shapes in a scalar over n_2 × 1 are incompatible",
    r"h_2 = §\frac{f}{h_2}": "the shapes in a scalar over n_2 × 1 are incompatible",
    r"h_2 = \frac{\partial L}{\partial §z_2}": "L is a sum over all samples, z belongs to one",
    r"h_2 = \frac{\partial §H_2}{\partial W_2}": "H is not a column vector; got N × n_2",
    r"§\mathrm{i} \le 1": "complex numbers have no order",
    r"f = §\sigma'(\mathrm{i})": "must hold real numbers",
}
WRONG = {
    r"L = f": "4.75 against 0.543",
    r"h_2 = -h_2": "they have opposite signs",
    r"f = 1 / 0": "not finite",
    r"e^{999} = 1": "not finite",
    r"f \le 0": "0.543 against 0",
    r"f \approx 1.": "0.543 against 1",
    r"h_2 = \sigma(h_2)": "at (1, 1)",
    r"f = \sigma(z_3) = z_3": "differ for i = 1",
    r"\delta_3^i = f(x_i) - y_i": "they have opposite signs",
}


@pytest.mark.parametrize(
    ("refusal", "marked", "reason"),
    [(NotationError, *row) for row in NOTATION.items()]
    + [(ConsistencyError, *row) for row in CONSISTENCY.items()],
)
def test_a_formula_is_refused_at_the_place(refusal, marked, reason):
    """The right kind of error, the reason, and the caret under the place."""
    with pytest.raises(refusal) as caught:
        verify(marked.replace("§", ""), course_notation())
    assert type(caught.value) is refusal
    assert reason in caught.value.reason
    assert caught.value.at == marked.index("§")
    assert str(caught.value).endswith("\n  " + " " * marked.index("§") + "^")


@pytest.mark.parametrize("text", WRONG)
def test_a_false_formula_is_refused(text):
    """It is read and consistent, and its sides differ: the message says how."""
    with pytest.raises(AssertionError, match=r"sides? (differ|is not)") as caught:
        verify(text, course_notation())
    assert WRONG[text] in str(caught.value)


def test_the_caret_is_under_the_right_line():
    """In a formula of several lines, that line alone is shown."""
    with pytest.raises(NotationError) as caught:
        verify("\\begin{aligned}\nf &= h_3 \\\\\n&= q\n\\end{aligned}", course_notation())
    assert str(caught.value).split("\n")[1:] == ["  &= q", "     ^"]


@pytest.mark.parametrize("given", [{"l": ()}, {"l": (1,), "q": (1,)}, {"m": (1,)}])
def test_letters_that_nothing_is_tried_for_are_refused(given):
    """No layers at all, or layers for an index that does not occur or is one of a node."""
    with pytest.raises(ConsistencyError, match=r"no case|does not occur|of a layer and of a node"):
        verify(
            "h_{l,m} = h_{l,m}" if "l" in given else "h_{2,m} = h_{2,m}", course_notation(), **given
        )


@pytest.mark.parametrize(
    "text",
    [
        "h_1 = h_2",
        r"z_2 = W_2 h_1 + b_2",
        r"h_1 = h_1 \odot h_2",
        r"h_{1,m} = h_{1,m} + 0 h_{2,m}",
        r"f = \sum_{m=1}^{n_2} W_{3,m} h_{1,m}",
        r"\frac{\partial h_2}{\partial z_2} = \frac{\partial h_2}{\partial h_1}",
    ],
)
def test_dimensions_are_distinguished_by_name(text):
    """With as many nodes in layer 1 as in layer 2, a formula that mixes them is still refused."""
    square = other_notation(sizes=(6, 4, 4, 1))
    assert square.sizes["n_1"] == square.sizes["n_2"]
    with pytest.raises(ConsistencyError, match="n_1"):
        verify(text, square)


TRUE_WITHOUT = {"slope-bound": ["1"]}  # h (-h) is less than 1/4 too


@pytest.mark.parametrize("label", EXACT)
def test_no_sign_of_a_displayed_formula_is_superfluous(label):
    """Without any one of its signs, it is refused; only the layout of its lines may go."""
    text, found = PAGES[label].text, []
    for sign in TOKEN.finditer(text):
        rest = f"{text[: sign.start()]} {text[sign.end() :]}"
        if sign[0] not in ("&", r"\\") and accepted(rest, course_notation(), **layers(label)):
            found.append(sign[0])
    assert found == TRUE_WITHOUT.get(label, [])


def test_the_entry_that_is_off_most_is_named():
    """Rows and columns are counted from 1, as on the page."""
    known = course_notation().model("", np.zeros(()))
    row = abs(known["z_1"][0] - known["h_1"][0]).argmax() + 1
    with pytest.raises(AssertionError, match=rf"at \({row}, 1\)$"):
        verify(r"\mathbf{z}_1 = \mathbf{h}_1", course_notation())


def test_small_numbers_are_distinguished():
    """What is near 0 is neither the opposite nor the transpose of everything else near 0."""
    with pytest.raises(AssertionError, match=r"1e-10 against 2e-10$"):
        verify(r"\varepsilon \varepsilon = 2 \varepsilon \varepsilon", course_notation())
