"""Exercises: what was found instead of a derivative is told, where it is another quantity."""

import numpy as np
import pytest
from helpers.example_problems import problem

import bpkit
from bpkit.feedback import diagnose_array

BATCH = problem(3)  # 4 inputs; layers of 3, 2 and 1 nodes; 7 samples


def derivative(of: str) -> np.ndarray:
    """Return a derivative by its name."""
    numerator, _, denominator = of.partition(" by ")
    return bpkit.complex_step(*BATCH, of=numerator, wrt=denominator)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("L_i by h_1", "L_i by z_1"),
        ("L_i by z_1", "L_i by h_1"),
        ("h_3 by z_3", "L_i by z_3"),
        ("h_2 by z_1", "z_2 by h_1"),
    ],
)
def test_one_derivative_in_the_place_of_another_is_told(asked, found):
    """Where the shapes agree, up to an axis of length 1."""
    told = diagnose_array(derivative(found), asked, *BATCH)
    assert told.startswith(f"that is {found}")


def test_the_first_sample_alone_is_told():
    """And the second one is not taken for it."""
    each = derivative("h_2 by z_1")
    assert diagnose_array(each[0], "h_2 by z_1", *BATCH) == "this is the first sample alone"
    assert "sample" not in diagnose_array(each[1], "h_2 by z_1", *BATCH)


def test_what_is_right_for_a_quantity_by_itself_is_no_derivative_of_another():
    """An identity matrix is called by no name."""
    identity = np.broadcast_to(np.eye(2), (7, 2, 2))
    assert "that is" not in diagnose_array(identity, "h_2 by z_2", *BATCH)
