"""Exercises: a gradient that is off by a factor is told by which."""

import pytest

from bpkit import backpropagation
from bpkit.feedback import diagnose_function
from bpkit.feedback.diagnosis import RIGHT


@pytest.mark.parametrize(
    ("factor", "told"),
    [(1, RIGHT), (2, "2 times too large"), (-0.5, "right up to the sign; 2 times too small")],
)
def test_a_factor_of_2_is_told_in_all_gradients(factor, told):
    """A square that was differentiated, or a mean of two."""

    def scaled(network, X, y):
        W, b = backpropagation(network, X, y)
        return {l: factor * W[l] for l in W}, {l: factor * b[l] for l in b}

    assert diagnose_function(scaled).removeprefix("G_1, g_1, G_2, g_2, G_3, g_3: ") == told
