"""The evaluation: every symbol, sum and function is asked only for what it has."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from helpers.two_symbol_notation import TABLE, notation_of

from bpkit.course.chapter_equations import Equation
from bpkit.course.declared_symbols import DECLARED_SYMBOLS, course_notation
from bpkit.course.equation_verdicts import MarkdownText, failure, sentence
from bpkit.course.reference_tables import unread
from bpkit.equations.evaluation import Evaluator, NamedArray
from bpkit.equations.parser import ConsistencyError, FormulaError, Index, Symbol, parse
from bpkit.equations.verification import Verdict, verify

REFUSED = {
    r"§h_3^k = h_3^k": "h has no superscript k",
    r"§x_{i+1} = x_{i+1}": "the index of a sample takes no shift: i+1",
    r"§y_{i-1} = y_{i-1}": "the index of a sample takes no shift: i-1",
    r"f = §h_{2,4}": "4 is outside 1, ..., n_2",
    r"f = W_{2,1§,1}": "cannot read",
    r"f = §\sigma_3(z_3)": r"\sigma is not declared",
    r"z = §\max(z, \mathbf{h}_2)": r"the shapes in \max of a scalar, n_2 × 1 are incompatible",
    r"z = §\max(z, \mathbf{1})": r"the shapes in \max of a scalar, ? × ? are incompatible",
    r"\mathbf{W}_1 = §\operatorname{diag}(\mathbf{W}_1)": "diag takes a column vector; got D × n_1",
    r"\mathbf{h}_2 = §\mathbf{1} / f": "the shapes in ? × ? over a scalar are incompatible",
    r"\mathbf{h}_2 = §\frac{\mathbf{1}}{f}": "the shapes in ? × ? over a scalar are incompatible",
    r"f = \left( \frac{\partial z_1}{\partial W_1} \right)§^\top": "has no transpose here",
    r"f = \frac{\partial h_2^\top}{\partial §z_2}": "no derivative with respect to z is declared",
    r"f = \frac{\partial h_2}{\partial §z_2^\top}": "no derivative with respect to z is declared",
}


@pytest.mark.parametrize("marked", REFUSED)
def test_what_a_symbol_does_not_have_is_refused_at_the_spot(marked):
    """A superscript, a shifted sample, an entry after the last."""
    with pytest.raises(FormulaError) as caught:
        verify(marked.replace("§", ""), course_notation())
    assert REFUSED[marked] in caught.value.reason
    assert caught.value.at == marked.index("§")


def test_a_function_may_be_transposed_before_its_argument():
    """That is the transpose of its value, and of nothing else."""
    assert verify(r"\mathbf{h}_2^\top = \sigma^\top(\mathbf{z}_2)", course_notation()).cases
    with pytest.raises(ConsistencyError, match="n_2 × 1 against 1 × n_2"):
        verify(r"\mathbf{h}_2 = \sigma^\top(\mathbf{z}_2)", course_notation())


def test_the_last_entry_is_there():
    """One less than the first that is refused."""
    assert verify("h_{2,3} = h_{2,3}", course_notation()).cases == 7


def test_a_symbol_of_one_sample_needs_a_sample():
    """There is no default."""
    known = course_notation().model("", np.zeros(()))
    (chain,) = parse("f = f").find_data("chain")
    with pytest.raises(ConsistencyError, match="the sample of f is not determined"):
        Evaluator(course_notation(), known=known).value(chain.children[0])


def test_a_value_in_another_shape_than_declared_is_refused():
    """By the name of the symbol, with both shapes."""
    wrong = notation_of(TABLE, TABLE.T)
    with pytest.raises(ConsistencyError, match=r"B is declared r × c; got \(3, 2\)"):
        verify("A = B", wrong)


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (NamedArray(TABLE, ("r", "c")), "dims"),
        (Evaluator(course_notation()), "sample"),
        (Index("l", 1), "number"),
        (Symbol("W", 0), "name"),
        (DECLARED_SYMBOLS[0], "name"),
        (course_notation(), "sample_index"),
        (MarkdownText("holds"), "markdown"),
    ],
    ids=lambda part: type(part).__name__,
)
def test_records_stay_as_they_are(record, field):
    """None of their fields can be set again."""
    with pytest.raises(FrozenInstanceError):
        setattr(record, field, getattr(record, field))


# A bracket after f names its argument, or is a factor

FACTORS = {
    r"f(\mathbf{x}_i) y_i = f y_i": True,
    r"f(\mathbf{x}) = f": True,
    "f(y_i) = f y_i": True,
    "f(y_i) = f": False,
    "f(x_1) = f x_1": True,
    "f(x_1) = f": False,
    "f(x_{i,1}) = f x_{i,1}": True,
    "f(x_{i,1}) = f": False,
    r"f(\mathbf{x}_i^\top) = f \mathbf{x}_i^\top": True,
    r"f(\mathbf{x}_i^\top) = f": False,
    r"f(\mathbf{x}_i, \mathbf{x}_i) = f": False,
    r"f(\mathbf{x}_{i+1}) = f": False,
}


@pytest.mark.parametrize("text", FACTORS)
def test_a_bracket_names_the_argument_only_if_it_holds_the_argument_alone(text):
    """The input of the sample; its entry, its transpose or another symbol is a factor."""
    if FACTORS[text]:
        assert verify(text, course_notation()).cases == 7
    else:
        with pytest.raises((AssertionError, FormulaError)):
            verify(text, course_notation())


MORE = {
    r"\mathbf{h}_2 = §\mathbf{1} f": "next to a matrix or vector",
    r"§W = W": "W must have a layer index; got no index",
    r"L = §\sum_{m=1}^{n_5} h_{1,m}": "the layers are 0, ..., 3; got 5",
}


@pytest.mark.parametrize("marked", MORE)
def test_what_nobody_can_count_is_refused(marked):
    """Ones of no number, a symbol without its layer, the nodes of a layer that is not there."""
    with pytest.raises(FormulaError) as caught:
        verify(marked.replace("§", ""), course_notation())
    assert MORE[marked] in caught.value.reason


# The words of a refusal

LINE = "".join(chr(ord("a") + k % 26) for k in range(200))


@pytest.mark.parametrize(
    ("text", "at", "shown"),
    [
        ("", 0, ""),
        (LINE[:30], 7, f"\n  {LINE[:30]}\n  {' ' * 7}^"),
        (LINE, 60, f"\n  {LINE[12:84]}\n  {' ' * 48}^"),
        (f"\n{LINE[:9]}\nend", 4, f"\n  {LINE[:9]}\n  {' ' * 3}^"),
    ],
)
def test_a_refusal_shows_the_line_around_the_spot(text, at, shown):
    """At most 72 characters, 48 of them before the caret; without a formula, the reason."""
    assert str(FormulaError("refused", text, at)) == f"refused{shown}"


def test_a_verdict_in_words_counts_the_cases_if_there_are_several():
    """One case needs no number, and no letters no list."""
    assert sentence(Verdict(1, "$l = 1$", "")) == "holds for $l = 1$"
    assert sentence(Verdict(2, "$l = 1, 2$", "")) == "holds for $l = 1, 2$ (2 cases)"
    assert sentence(Verdict(1, "", "")) == "holds"


def test_a_printed_equation_may_fail_by_its_numbers():
    """The sentence says for which case, and how."""
    said = failure(Equation("a", "f = -f", "page"))
    assert said == "fails as printed: the sides differ for i = 1: they have opposite signs"


Z, A = (
    r"\mathbf{W}_{l+1}^\top \sigma(",
    r"\mathbf{W}_l^\top \sigma(\mathbf{z}_{l-1}) + \mathbf{b}_l",
)
SENTENCES = {
    r"\delta_l^i = \delta_{l+1}^i \mathbf{W}_{l+1}^\top \operatorname{diag}(\sigma'(z_l))": 1,
    rf"\mathbf{{z}}_l = {A}": 0,
    rf"\mathbf{{z}}_{{l+1}} = {Z}{A}) + \mathbf{{b}}_{{l+1}}": 0,
    r"-b_{l,1} \le \frac{1}{2}": 0,
    r"-b_{l,1} \le 1": 1,
}


@pytest.mark.parametrize("text", SENTENCES)
def test_an_equality_in_a_sentence_holds_for_every_layer(text):
    """For all of them, or for all that have a next one; one layer alone does not count."""
    found = Equation("", text, "page")
    if SENTENCES[text]:
        assert unread(found) == ""
    else:
        with pytest.raises(AssertionError, match="page"):
            unread(found)


def test_an_unknown_layout_is_refused():
    """The message names both layouts."""
    problem = """layout must be "numerator" or "denominator"; got 'denom'"""
    with pytest.raises(ValueError, match=problem):
        replace(course_notation(), layout="denom")
