"""Titles: where more diagrams stand side by side, they are smaller."""

import matplotlib.pyplot as plt
import pytest

from bpkit.course import figures


@pytest.mark.parametrize(("columns", "size"), [(1, 11), (2, 11), (3, 8.5), (4, 8.5)])
def test_the_titles_of_narrow_diagrams_are_small(columns, size):
    """From three in a row on."""
    curves = {"it": ([0, 1], [1.0, 0.5])}
    panels = figures.draw_training_curves(dict.fromkeys("abcd", curves), columns)
    assert {axes.title.get_fontsize() for axes in panels} == {size}
    plt.close("all")
