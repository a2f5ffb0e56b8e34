"""Frames: each lies in the middle of its own square of the picture."""

import matplotlib.pyplot as plt
import numpy as np

import bpkit
from bpkit.course import figures

MARGIN = plt.rcParams["savefig.pad_inches"]  # which a picture in a notebook is cut to


def test_frames_lie_in_rows_from_the_top():
    """Five of them, two in a row, in squares of an inch and a half."""
    moons = bpkit.make_moons(8, 0.1, np.random.default_rng(0))
    network = bpkit.random_network((2, 1), np.random.default_rng(1))
    drawn = figures.draw_decision_boundaries(dict.fromkeys("abcde", network), moons, columns=2)
    size = drawn[0].figure.get_size_inches()
    boxes = [axes.get_position() for axes in drawn]
    middles = [(box.min + box.max) / 2 * size for box in boxes]
    expected = [(0.75, 3.75), (2.25, 3.75), (0.75, 2.25), (2.25, 2.25), (0.75, 0.75)]
    np.testing.assert_allclose(middles, expected)
    np.testing.assert_allclose([box.size * size for box in boxes], 1.5 - 2 * MARGIN)
    plt.close("all")
