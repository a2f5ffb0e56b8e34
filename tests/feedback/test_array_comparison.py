"""Answers: what an array is off by is told, whatever a reader hands in."""

import numpy as np
import pytest
from helpers.example_problems import problem

import bpkit
from bpkit.feedback import diagnose_array
from bpkit.feedback.array_comparison import STUB, as_answer, regular, relation, symptom
from bpkit.feedback.common_mistakes import Steps, quantities
from bpkit.feedback.diagnosis import RIGHT

NETWORK, X, Y = problem(3)  # 4 inputs; layers of 3, 2 and 1 nodes; 7 samples
KNOWN = quantities(Steps(), NETWORK, X, Y)
ANSWERS = [
    (None, STUB),
    (..., STUB),
    ("W", "it must be an array of real numbers; it is str"),
    ([[1, 2], [3]], "its rows have different lengths"),
    (KNOWN["G_2"] + 0j, "it must be an array of real numbers; it is ndarray"),
    (np.full((3, 2), np.nan), "not all of its entries are finite"),
    (np.zeros((3, 2)), "all of its entries are 0"),
    (KNOWN["G_2"][:2], "its shape is (2, 2), and (3, 2) is asked for"),
    (KNOWN["G_2"].ravel(), "right up to its shape, which is (6,) and not (3, 2)"),
    (-7 * KNOWN["G_2"].T, "right up to a transpose and the sign; 7 times too large, which is N"),
    (KNOWN["G_2"] / 7, "7 times too small, which is N: mean or sum?"),
    (2 * KNOWN["G_2"], "2 times too large, which is n_2: added once for each node?"),
    (3 * KNOWN["G_2"], "right up to a factor of 3"),
    (KNOWN["G_2"] + 1, "1 too large everywhere"),
    (KNOWN["G_2"] - 0.5, "0.5 too small everywhere"),
    (KNOWN["G_2"] ** 2, "none of its numbers is right"),
    (KNOWN["G_2"] + np.eye(3, 2), "wrong in 2 of its 6 numbers, the first at (0, 0)"),
    (KNOWN["G_2"].sum(axis=1), "added over the nodes of layer 2"),
    (
        KNOWN["h_1"][:, :, None] * KNOWN["delta_2"][:, None],
        "not added over the samples; apart from",
    ),
    (NETWORK.W[2], "none of its numbers is right"),
]


def test_a_row_that_met_a_column_is_told():
    """Labels of shape (N,) less outputs of shape (N, 1) are N numbers for each of N."""
    f = KNOWN["h_3"]
    told = diagnose_array(Y - f, "delta_3", NETWORK, X, Y)
    assert told == "its shape is (7, 7), and (7, 1) is asked for: has a row met a column?"
    assert "row" not in diagnose_array(np.ones((5, 5)), "delta_3", NETWORK, X, Y)
    assert "row" not in diagnose_array(np.ones((7, 7)), "delta_2", NETWORK, X, Y)


@pytest.mark.parametrize(("answer", "told"), ANSWERS)
def test_an_answer_is_told_what_is_wrong_with_it(answer, told):
    """For the gradient by W_2, whose right form is never printed."""
    assert told in diagnose_array(answer, "G_2", NETWORK, X, Y)


@pytest.mark.parametrize("of", [*KNOWN])
def test_a_quantity_is_right_and_a_slightly_wrong_one_is_not(of):
    """One entry off by a millionth of the largest is enough."""
    assert diagnose_array(KNOWN[of], of, NETWORK, X, Y) == RIGHT
    wrong = np.array(KNOWN[of])
    wrong.flat[-1] += 1e-6 * np.abs(wrong).max()
    assert diagnose_array(wrong, of, NETWORK, X, Y) != RIGHT


A = np.array([[0.0, 2, -1], [3, 1, 4]])
FACTORS = {1.0: "", 7.0: "7 times too large"}
RELATIONS = [
    (A, A, ""),
    (-A, A, "right up to the sign"),
    (A.T, A, "right up to a transpose"),
    (np.stack([A, 2 * A]), np.stack([A.T, 2 * A.T]), "right up to a transpose"),
    (7 * A, A, "7 times too large"),
    (-7 * A.T, A, "right up to a transpose and the sign; 7 times too large"),
    (A[None], A, "right up to its shape, which is (1, 2, 3) and not (2, 3)"),
    (A[0], A[0], ""),
    (2 * A, A, "2 times too large"),
    (A.T / -2, A, "right up to a transpose and the sign; 2 times too small"),
    (2 * 7 * A, A, "2 times too large; 7 times too large"),
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
def test_what_turns_one_array_into_the_other_is_told(found, wanted, told):
    """Nothing to say of the same one, None of one that is different."""
    assert relation(found, wanted, FACTORS) == told


REGULAR = [
    (3 * A, A, "right up to a factor of 3"),
    (-0.5 * A, A, "right up to a factor of -0.5"),
    (A + 2, A, "2 too large everywhere"),
    (A - 0.25, A, "0.25 too small everywhere"),
    (0 * A, A, "all of its entries are 0"),
    (np.zeros(1), np.ones(1), "all of its entries are 0"),
    (3 * A[0, 1:], A[0, 1:], "right up to a factor of 3"),
    (np.array([3.0]), np.array([2.0]), None),
    (A[:, :2], A, None),
    (A**2, A, None),
    (np.array([[0.0, -1, 0], [0, 2, 0]]), A, None),
]


@pytest.mark.parametrize(("found", "wanted", "told"), REGULAR)
def test_one_factor_or_one_term_is_told(found, wanted, told):
    """A single number is always another one times a factor, which says nothing."""
    assert regular(found, wanted) == told


SYMPTOMS = [
    (A + 1, "none of its numbers is right"),
    (A + np.eye(2, 3), "wrong in 2 of its 6 numbers, the first at (0, 0)"),
    (A + np.diag([0, 0, 1e-4])[1:], "wrong in 1 of its 6 numbers, the first at (1, 2)"),
    (A[:, :2], "its shape is (2, 2), and (2, 3) is asked for"),
]


def test_what_is_wrong_is_measured_by_the_largest_number():
    """A difference that is rounding beside the right one's is none."""
    large = 1e6 * A + 1e-4 + np.diag([0, 0, 1e3])[1:]
    assert symptom(large, 1e6 * A) == "wrong in 1 of its 6 numbers, the first at (1, 2)"
    small = 1e-6 * A + np.diag([0, 0, 1e-9])[1:]
    assert symptom(small, 1e-6 * A) == "wrong in 1 of its 6 numbers, the first at (1, 2)"
    assert symptom(np.array([1e10, 1.5]), np.ones(2)) == "none of its numbers is right"


def test_what_is_nearly_right_is_told_so():
    """Numbers of half the digits, and derivatives from differences, are not wrong but rough."""
    rough = "right to five digits, not to nine: is it in float32, or a finite difference?"
    half = KNOWN["delta_2"].astype(np.float32)
    moved = bpkit.Network(NETWORK.W, {**NETWORK.b, 1: NETWORK.b[1] + [1e-6, 0, 0]})
    quotient = (bpkit.loss(moved, X, Y) - bpkit.loss(NETWORK, X, Y)) / 1e-6
    first_by_bias = np.array([quotient, *KNOWN["g_1"][1:]])
    assert diagnose_array(half, "delta_2", NETWORK, X, Y) == rough
    assert diagnose_array(first_by_bias, "g_1", NETWORK, X, Y) == rough
    assert symptom(A + 0.9e-5 * A.max(), A) == rough
    assert symptom(A + 1.1e-5 * A.max(), A) == "none of its numbers is right"
    assert symptom(np.array([1e10, 1 - 1e-6]), np.array([1e10 + 1, 1])) == rough


def test_a_row_and_a_column_make_a_square():
    """Other shapes, and a single number, have another reason."""
    met = ": has a row met a column?"
    assert symptom(np.ones((2, 2)), np.array([1.0, 2])).endswith(met)
    assert not symptom(np.ones(4), np.array([1.0, 2])).endswith(met)
    assert not symptom(np.ones((1, 1)), np.array([2.0])).endswith(met)


@pytest.mark.parametrize(("found", "told"), SYMPTOMS)
def test_what_an_array_looks_like_is_told(found, told):
    """Where no cause is known."""
    assert symptom(found, A) == told


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_one_entry_that_is_not_finite_is_told(bad):
    """Among finite ones."""
    assert as_answer([1.0, bad]) == "not all of its entries are finite"


def test_whole_numbers_and_truth_values_are_numbers():
    """They become floats."""
    for numbers in ([1, 2], [True, False], np.float32([1, 2])):
        assert as_answer(numbers).dtype == np.float64
