"""The verification: every difference between two tables of numbers is found and named."""

import numpy as np
import pytest
from helpers.two_symbol_notation import TABLE, notation_of

from bpkit.course.declared_symbols import course_notation
from bpkit.equations.parser import ConsistencyError, FormulaError
from bpkit.equations.verification import verify


def changed(row, column, value):
    """Return the table with one entry changed."""
    table = TABLE.astype(type(value))
    table[row, column] = value
    return table


@pytest.mark.parametrize("sign", ["=", ":=", r"\approx", r"\le"])
@pytest.mark.parametrize("row", [0, 1])
@pytest.mark.parametrize("column", [0, 1, 2])
def test_one_entry_that_is_off_is_enough(sign, row, column):
    """Wherever it is, and whatever the relation; the entry is named."""
    more = changed(row, column, TABLE[row, column] + 0.25)
    assert verify(f"A {sign} B", notation_of(TABLE, TABLE)).dims == "r × c"
    with pytest.raises(AssertionError, match=rf"the sides differ: .* at \({row + 1}, {column + 1}"):
        verify(f"A {sign} B", notation_of(more, TABLE))


def test_the_entry_that_is_off_most_is_the_one_named():
    """It is the largest difference of either sign that counts."""
    wrong = TABLE + np.array([[0.1, 0.0, -0.4], [0.2, -0.1, 0.3]])
    for left, right in ((wrong, TABLE), (TABLE, wrong)):
        with pytest.raises(AssertionError, match=r"2\.6.* at \(1, 3\)"):
            verify("A = B", notation_of(left, right))


def test_a_bound_holds_for_what_is_below_it_everywhere():
    """However far below, and not above it."""
    assert verify(r"A \le B", notation_of(TABLE - 5, TABLE)).cases == 1
    assert verify(r"A \le B", notation_of(TABLE - np.arange(6).reshape(2, 3), TABLE)).cases == 1
    with pytest.raises(AssertionError, match="differ"):
        verify(r"A \le B", notation_of(TABLE, TABLE - 5))


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_sides_may_differ_by_rounding_alone(scale):
    """Relative to the largest entry of the larger side, for either order of the sides."""
    table = scale * np.array([[1e-6, 1.0]])
    for sign, off in (("=", 1e-9), (r"\le", 1e-9), (r"\approx", 1e-6)):
        near, far = table + scale * 0.9 * off, table + scale * 1.1 * off
        assert verify(f"A {sign} B", notation_of(near, table)).cases
        with pytest.raises(AssertionError):
            verify(f"A {sign} B", notation_of(far, table))
        if sign != r"\le":
            assert verify(f"A {sign} B", notation_of(table, near)).cases
            with pytest.raises(AssertionError):
                verify(f"A {sign} B", notation_of(table, far))


def test_a_side_of_zeros_is_told_from_any_other():
    """Nothing is near to it, and it is near to itself."""
    assert verify("A = B", notation_of(0 * TABLE, 0 * TABLE)).cases
    for left, right in ((TABLE, 0 * TABLE), (0 * TABLE, TABLE)):
        with pytest.raises(AssertionError, match="differ"):
            verify("A = B", notation_of(left, right))


@pytest.mark.parametrize("hole", [np.nan, np.inf, -np.inf])
def test_one_entry_that_is_not_finite_is_refused(hole):
    """On either side, and on both."""
    holed = changed(1, 1, hole)
    for left, right in ((holed, TABLE), (TABLE, holed), (holed, holed)):
        with pytest.raises(AssertionError, match="a side is not finite"):
            verify("A = B", notation_of(left, right))


def test_complex_numbers_have_no_order_on_either_side():
    """They can be equal, in both parts."""
    tilted = changed(0, 1, -2 + 1j)
    for left, right in ((tilted, TABLE), (TABLE, tilted)):
        with pytest.raises(ConsistencyError, match="no order"):
            verify(r"A \le B", notation_of(left, right))
        with pytest.raises(AssertionError, match="differ"):
            verify("A = B", notation_of(left, right))
    assert verify("A = B", notation_of(tilted, tilted)).cases


SQUARE = np.array([[1.0, 2.0, -3.0], [5.0, -7.0, 11.0], [0.5, 0.25, -2.0]])


@pytest.mark.parametrize("off", [0, 1e-7])
def test_what_is_the_opposite_or_the_transpose_is_called_so(off):
    """And what is nearly so is not."""
    square = {"sizes": ("r", "r")}
    said = {
        "they have opposite signs": notation_of(-SQUARE * (1 + off), SQUARE, **square),
        "one is the other transposed": notation_of(SQUARE.T * (1 + off), SQUARE, **square),
    }
    for words, given in said.items():
        with pytest.raises(AssertionError, match="the sides differ: ") as caught:
            verify("A = B", given)
        assert (words in str(caught.value)) == (off == 0)
    with pytest.raises(AssertionError, match="opposite"):
        verify("A = B", notation_of(-TABLE, TABLE))


def test_ones_take_the_shape_of_the_other_side():
    """On either side of a relation, and all of them are 1."""
    ones = notation_of(np.ones((2, 3)), TABLE)
    assert verify(r"A = \mathbf 1", ones).dims == "r × c"
    assert verify(r"\mathbf 1 = A", ones).cases == 1
    for text in (r"B = \mathbf 1", r"\mathbf 1 = B"):
        with pytest.raises(AssertionError, match="differ"):
            verify(text, ones)
    with pytest.raises(FormulaError):
        verify(r"\mathbf 1 = \mathbf 1", ones)


def test_a_formula_without_samples_is_tried_once():
    """The number of samples makes no difference to it."""
    verdict = verify("A = B", notation_of(TABLE, TABLE))
    assert (verdict.cases, verdict.scope) == (1, "")


# Which indices a formula leaves free

EVERY = {
    r"\sum_{m=1}^{n_1} h_{1,m} = \sum_{k=1}^{n_1} h_{1,k}": ("every sample", 7),
    r"h_{1,k} \sum_{m=1}^{n_1} h_{1,m} = \sum_{m=1}^{n_1} h_{1,m} h_{1,k}": (
        "every $k$ and sample",
        28,
    ),
    r"h_{1,m} \le h_{1,m} + 1": ("every $m$ and sample", 28),
    r"b_{1,m} \le b_{1,m} + 1": ("every $m$", 4),
    r"h_{1,m} - 1 \le 1": ("every $m$ and sample", 28),
    r"\sum_{i=1}^{N} h_{1,m}^i = \sum_{i=1}^{N} h_{1,m}^i": ("every $m$", 4),
    r"\mathbf{e}_m = \mathbf{e}_m + 0 \mathbf{h}_{1} h_{1,m}": ("every $m$ and sample", 28),
}


@pytest.mark.parametrize("text", EVERY)
def test_a_formula_is_tried_for_every_value_of_its_free_indices(text):
    """Samples and nodes outside every sum; what a sum runs over is not free."""
    verdict = verify(text, course_notation())
    assert (verdict.scope, verdict.cases) == EVERY[text]


def test_a_layer_may_appear_in_a_limit_alone():
    """There it is a free index, too."""
    text = r"\sum_{m=1}^{n_l} h_{2,m} = \sum_{m=1}^{n_l} h_{2,m}"
    assert verify(text, course_notation(), l=(2,)).cases == 7
    with pytest.raises(ConsistencyError, match="the index m ranges over n_1 and over n_2"):
        verify(text, course_notation(), l=(1, 2))


OPEN = {
    r"L = §\sum_{i=1}^{N} L": "nothing in the sum depends on i",
    r"f = §\sum_{m=1}^{n_1} f": "nothing in the sum depends on m",
    r"h_{1,k} = h_{1,k} + §h_{1,m}": "m is free on one side only",
    r"f \le §h_{1,m}": "m is free on one side only",
    r"§f = \sum_{m=1}^{n_l} h_{1,m}": "l is free on one side only",
    r"§h_{1,m} = h_{1,m} + \sum_{m=1}^{n_1} h_{1,m}": "m is both summed over and free",
    r"§\mathbf{z}_l = \mathbf{z}_l": "which layer l is; pass its layers, as in l=(1, 2, 3)",
    r"§\mathbf{e}_m = \mathbf{e}_m": "the length of e_m is not determined; use the index of a node",
    r"§h_{1,i} = h_{1,i}": "the index i has no range: nothing uses it as that of a node",
    r"§h_{1,m} + \sum_{m=1}^{n_1} h_{1,m} \le 9": "m is both summed over and free",
    r"L = -§\sum_{i=1}^{n} L_i": "goes up to N, D, n_1, n_2, 1; got n",
}


@pytest.mark.parametrize("marked", OPEN)
def test_indices_without_one_meaning_are_refused_at_the_place(marked):
    """A sum of nothing, a letter on one side alone, one with two meanings, a limit without end."""
    with pytest.raises(FormulaError) as caught:
        verify(marked.replace("§", ""), course_notation())
    assert OPEN[marked] in caught.value.reason
    assert caught.value.at == marked.index("§")


def test_what_is_nearly_the_opposite_is_called_so_up_to_rounding():
    """A rounding error makes no difference to the words."""
    for words, table in {"opposite": -SQUARE, "transposed": SQUARE.T}.items():
        with pytest.raises(AssertionError, match=words):
            verify("A = B", notation_of(table * (1 + 1e-15), SQUARE, sizes=("r", "r")))
