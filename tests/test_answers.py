"""Answers: what an array is off by is told, whatever a reader hands in."""

import numpy as np
import pytest
from problems import problem

from bpkit import feedback
from bpkit.answers import STUB
from bpkit.mistakes import Steps, quantities

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
    (KNOWN["G_2"] + np.eye(3, 2), "2 of its 6 numbers are wrong, the first at (0, 0)"),
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
    told = feedback(Y - f, "delta_3", NETWORK, X, Y)
    assert told == "its shape is (7, 7), and (7, 1) is asked for: has a row met a column?"
    assert "row" not in feedback(np.ones((5, 5)), "delta_3", NETWORK, X, Y)
    assert "row" not in feedback(np.ones((7, 7)), "delta_2", NETWORK, X, Y)


@pytest.mark.parametrize(("answer", "told"), ANSWERS)
def test_an_answer_is_told_what_is_wrong_with_it(answer, told):
    """For the gradient by W_2, whose right form is never printed."""
    assert told in feedback(answer, "G_2", NETWORK, X, Y)
