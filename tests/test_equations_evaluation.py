"""The evaluation: every symbol, sum and function is asked only for what it has."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from test_equations_claim import TABLE, tables

from bpkit.equations.claim import hold
from bpkit.equations.declarations import QUANTITIES, course
from bpkit.equations.evaluation import Case, Value
from bpkit.equations.formula import ConsistencyError, FormulaError, Index, Symbol, parse

REFUSED = {
    r"§h_3^k = h_3^k": "h has no superscript k",
    r"§x_{i+1} = x_{i+1}": "no sample stands beside another: i+1",
    r"§y_{i-1} = y_{i-1}": "no sample stands beside another: i-1",
    r"f = §h_{2,4}": "4 lies outside 1, ..., n_2",
    r"f = W_{2,1§,1}": "cannot read",
    r"f = §\sigma_3(z_3)": r"\sigma is not declared",
    r"z = §\max(z, \mathbf{h}_2)": r"\max of a number, n_2 × 1 does not conform",
    r"z = §\max(z, \mathbf{1})": r"\max of a number, ? × ? does not conform",
    r"\mathbf{W}_1 = §\operatorname{diag}(\mathbf{W}_1)": "diag takes a column; got D × n_1",
    r"\mathbf{h}_2 = §\mathbf{1} / f": "? × ? over a number does not conform",
    r"\mathbf{h}_2 = §\frac{\mathbf{1}}{f}": "? × ? over a number does not conform",
    r"f = \left( \frac{\partial z_1}{\partial W_1} \right)§^\top": "has no transpose here",
    r"f = \frac{\partial h_2^\top}{\partial §z_2}": "no derivative is declared by z",
    r"f = \frac{\partial h_2}{\partial §z_2^\top}": "no derivative is declared by z",
}


@pytest.mark.parametrize("marked", REFUSED)
def test_what_a_symbol_does_not_have_is_refused_at_the_spot(marked):
    """A superscript, a neighbour, an entry beyond the last."""
    with pytest.raises(FormulaError) as caught:
        hold(marked.replace("§", ""), course())
    assert REFUSED[marked] in caught.value.reason
    assert caught.value.at == marked.index("§")


def test_a_function_may_be_transposed_before_its_argument():
    """That is the transpose of its value, and of nothing else."""
    assert hold(r"\mathbf{h}_2^\top = \sigma^\top(\mathbf{z}_2)", course()).cases
    with pytest.raises(ConsistencyError, match="n_2 × 1 against 1 × n_2"):
        hold(r"\mathbf{h}_2 = \sigma^\top(\mathbf{z}_2)", course())


def test_the_last_entry_is_there():
    """One less than the first that is refused."""
    assert hold("h_{2,3} = h_{2,3}", course()).cases == 7


def test_a_symbol_of_one_sample_needs_a_sample():
    """Nothing is taken for granted where nobody says which."""
    known = course().model("", np.zeros(()))
    (chain,) = parse("f = f").find_data("chain")
    with pytest.raises(ConsistencyError, match="nothing says which sample f is of"):
        Case(course(), known).value(chain.children[0])


def test_a_value_in_another_shape_than_declared_is_refused():
    """By the name of the symbol, with both shapes."""
    wrong = tables(TABLE, TABLE.T)
    with pytest.raises(ConsistencyError, match=r"B is declared r × c; got \(3, 2\)"):
        hold("A = B", wrong)


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (Value(TABLE, ("r", "c")), "dims"),
        (Case(course(), {}), "sample"),
        (Index("l", 1), "number"),
        (Symbol("W", 0), "name"),
        (QUANTITIES[0], "name"),
        (course(), "sample"),
    ],
    ids=lambda part: type(part).__name__,
)
def test_records_stay_as_they_are(record, field):
    """None of their fields can be set again."""
    with pytest.raises(FrozenInstanceError):
        setattr(record, field, getattr(record, field))
