"""Array comparison: how an array differs from the wanted one is said, whatever it is."""

import numpy as np
import pytest
from helpers.example_problems import problem

import bpkit
from bpkit.feedback import diagnose_array
from bpkit.feedback.array_comparison import (
    STUB,
    as_answer,
    common_factor_or_offset,
    describe_difference,
    simple_relation,
)
from bpkit.feedback.common_mistakes import BackpropVariant, run_variant
from bpkit.feedback.diagnosis import CORRECT

NETWORK, X, Y = problem(3)  # 4 inputs; layers of 3, 2 and 1 nodes; 7 samples
KNOWN = run_variant(BackpropVariant(), NETWORK, X, Y)
BROADCAST = ": was a row vector added to a column vector?"
ANSWERS = [
    (None, STUB),
    (..., STUB),
    ("W", "it must be an array of real numbers; got str"),
    ([[1, 2], [3]], "its rows have different lengths"),
    (KNOWN["G_2"] + 0j, "it must be an array of real numbers; got ndarray"),
    (np.full((3, 2), np.nan), "not all of its entries are finite"),
    (np.zeros((3, 2)), "all of its entries are 0"),
    (KNOWN["G_2"][:2], "its shape must be (3, 2); got (2, 2)"),
    (KNOWN["G_2"].ravel(), "correct up to its shape, which is (6,) and not (3, 2)"),
    (
        -7 * KNOWN["G_2"].T,
        "correct up to a transpose and the sign; too large by a factor of 7, which is N",
    ),
    (KNOWN["G_2"] / 7, "too small by a factor of 7, which is N: mean or sum?"),
    (2 * KNOWN["G_2"], "too large by a factor of 2, which is n_2: summed once per node?"),
    (3 * KNOWN["G_2"], "correct up to a factor of 3"),
    (KNOWN["G_2"] + 1, "every entry is 1 too large"),
    (KNOWN["G_2"] - 0.5, "every entry is 0.5 too small"),
    (KNOWN["G_2"] ** 2, "none of its entries is correct"),
    (KNOWN["G_2"] + np.eye(3, 2), "wrong in 2 of its 6 entries, the first at (0, 0)"),
    (KNOWN["G_2"].sum(axis=1), "summed over the nodes of layer 2"),
    (
        KNOWN["h_1"][:, :, None] * KNOWN["delta_2"][:, None],
        "not summed over the samples; apart from",
    ),
    (NETWORK.W[2], "none of its entries is correct"),
]


def test_a_row_vector_added_to_a_column_vector_is_recognized():
    """Labels of shape (N,) less outputs of shape (N, 1) are N numbers for each of N."""
    f = KNOWN["h_3"]
    told = diagnose_array(Y - f, "delta_3", NETWORK, X, Y)
    assert told == f"its shape must be (7, 1); got (7, 7){BROADCAST}"
    assert "row" not in diagnose_array(np.ones((5, 5)), "delta_3", NETWORK, X, Y)
    assert "row" not in diagnose_array(np.ones((7, 7)), "delta_2", NETWORK, X, Y)


@pytest.mark.parametrize(("answer", "told"), ANSWERS)
def test_a_wrong_answer_is_diagnosed(answer, told):
    """For the gradient with respect to W_2, whose correct value is never printed."""
    assert told in diagnose_array(answer, "G_2", NETWORK, X, Y)


@pytest.mark.parametrize("of", [*KNOWN])
def test_a_quantity_is_correct_and_a_slightly_wrong_one_is_not(of):
    """One entry off by a millionth of the largest is enough."""
    assert diagnose_array(KNOWN[of], of, NETWORK, X, Y) == CORRECT
    wrong = np.array(KNOWN[of])
    wrong.flat[-1] += 1e-6 * np.abs(wrong).max()
    assert diagnose_array(wrong, of, NETWORK, X, Y) != CORRECT


A = np.array([[0.0, 2, -1], [3, 1, 4]])
FACTORS = {1.0: "", 7.0: "too large by a factor of 7"}
RELATIONS = [
    (A, A, ""),
    (-A, A, "correct up to the sign"),
    (A.T, A, "correct up to a transpose"),
    (A[:, :2].T, A[:, :2], "correct up to a transpose"),
    (np.stack([A, 2 * A]), np.stack([A.T, 2 * A.T]), "correct up to a transpose"),
    (7 * A, A, "too large by a factor of 7"),
    (-7 * A.T, A, "correct up to a transpose and the sign; too large by a factor of 7"),
    (A[None], A, "correct up to its shape, which is (1, 2, 3) and not (2, 3)"),
    (A[0], A[0], ""),
    (2 * A, A, "too large by a factor of 2"),
    (A.T / -2, A, "correct up to a transpose and the sign; too small by a factor of 2"),
    (2 * 7 * A, A, "too large by a factor of 2; too large by a factor of 7"),
    (3 * A, A, None),
    (A[:, :2], A, None),
    (A + 1e-8, A, None),
    (A * (1 + 1e-8), A, None),
    (1e6 * A + 1e-4, 1e6 * A, ""),
    (1e-6 * A + 1e-12, 1e-6 * A, None),
    (0 * A, 0 * A, ""),
    (A, 0 * A, None),
    (1e200 * A, 1e200 * A, ""),
    (np.array([2.0]), np.array([2.0, 2]), None),
    ("no array", A, None),
]


@pytest.mark.parametrize(("found", "wanted", "told"), RELATIONS)
def test_what_turns_one_array_into_the_other_is_said(found, wanted, told):
    """Nothing to say of the same one, None of one that is different."""
    assert simple_relation(found, wanted, FACTORS) == told


COMMON = [
    (3 * A, A, "correct up to a factor of 3"),
    (-0.5 * A, A, "correct up to a factor of -0.5"),
    (A + 2, A, "every entry is 2 too large"),
    (A - 0.25, A, "every entry is 0.25 too small"),
    (0 * A, A, "all of its entries are 0"),
    (np.zeros(1), np.ones(1), "all of its entries are 0"),
    (3 * A[0, 1:], A[0, 1:], "correct up to a factor of 3"),
    (np.array([3.0]), np.array([2.0]), None),
    (A[:, :2], A, None),
    (A**2, A, None),
    (np.array([[0.0, -1, 0], [0, 2, 0]]), A, None),
]


@pytest.mark.parametrize(("found", "wanted", "told"), COMMON)
def test_a_common_factor_or_offset_is_said(found, wanted, told):
    """A single number is always another one times a factor, which says nothing."""
    assert common_factor_or_offset(found, wanted) == told


DIFFERENCES = [
    (A + 1, "none of its entries is correct"),
    (A + np.eye(2, 3), "wrong in 2 of its 6 entries, the first at (0, 0)"),
    (A + np.diag([0, 0, 1e-4])[1:], "wrong in 1 of its 6 entries, the first at (1, 2)"),
    (A[:, :2], "its shape must be (2, 3); got (2, 2)"),
]


def test_a_difference_is_relative_to_the_largest_entry():
    """A difference that is rounding relative to it is none."""
    large = 1e6 * A + 1e-4 + np.diag([0, 0, 1e3])[1:]
    assert describe_difference(large, 1e6 * A) == "wrong in 1 of its 6 entries, the first at (1, 2)"
    small = 1e-6 * A + np.diag([0, 0, 1e-9])[1:]
    assert (
        describe_difference(small, 1e-6 * A) == "wrong in 1 of its 6 entries, the first at (1, 2)"
    )
    assert (
        describe_difference(np.array([1e10, 1.5]), np.ones(2)) == "none of its entries is correct"
    )


def test_what_is_nearly_correct_is_told_so():
    """Float32, and derivatives from differences, are not wrong but inexact."""
    rough = "correct to five digits but not to nine: is it in float32, or a finite difference?"
    half = KNOWN["delta_2"].astype(np.float32)
    moved = bpkit.Network(NETWORK.W, {**NETWORK.b, 1: NETWORK.b[1] + [1e-6, 0, 0]})
    quotient = (bpkit.loss(moved, X, Y) - bpkit.loss(NETWORK, X, Y)) / 1e-6
    first_by_bias = np.array([quotient, *KNOWN["g_1"][1:]])
    assert diagnose_array(half, "delta_2", NETWORK, X, Y) == rough
    assert diagnose_array(first_by_bias, "g_1", NETWORK, X, Y) == rough
    assert describe_difference(A + 0.9e-5 * A.max(), A) == rough
    assert describe_difference(A + 1.1e-5 * A.max(), A) == "none of its entries is correct"
    assert describe_difference(np.array([1e10, 1 - 1e-6]), np.array([1e10 + 1, 1])) == rough


def test_a_row_vector_and_a_column_vector_make_a_square():
    """Other shapes, and a single number, have another reason."""
    assert describe_difference(np.ones((2, 2)), np.array([1.0, 2])).endswith(BROADCAST)
    assert not describe_difference(np.ones(4), np.array([1.0, 2])).endswith(BROADCAST)
    assert not describe_difference(np.ones((1, 1)), np.array([2.0])).endswith(BROADCAST)


@pytest.mark.parametrize(("found", "told"), DIFFERENCES)
def test_a_difference_is_described(found, told):
    """Where no cause is known."""
    assert describe_difference(found, A) == told


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_one_entry_that_is_not_finite_is_refused(bad):
    """Among finite ones."""
    assert as_answer([1.0, bad]) == "not all of its entries are finite"


def test_whole_numbers_and_truth_values_are_numbers():
    """They become floats."""
    for numbers in ([1, 2], [True, False], np.float32([1, 2])):
        assert as_answer(numbers).dtype == np.float64
