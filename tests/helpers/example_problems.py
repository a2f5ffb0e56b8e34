"""Problems for the tests: networks with batches, of every depth from 1 to 6.

Batch, inputs and layers have pairwise distinct sizes, so that nothing transposed fits by accident.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from bpkit import Gradients, Network, loss_and_gradients, random_network

SAMPLES = 7
SIZES = {
    1: (3, 1),
    2: (4, 3, 1),
    3: (4, 3, 2, 1),
    4: (5, 4, 2, 3, 1),
    5: (6, 3, 5, 2, 4, 1),
    6: (8, 5, 3, 6, 2, 4, 1),
}


class Problem(NamedTuple):
    """A network and a batch: the arguments of everything that computes a loss or a gradient."""

    network: Network
    X: NDArray
    y: NDArray


def problem(depth: int = 3, dtype: DTypeLike = np.float64) -> Problem:
    """Return the problem of this depth; its labels are 0, 1, and numbers between them."""
    rng = np.random.default_rng(depth)
    network = random_network(SIZES[depth], rng, dtype)
    X = rng.normal(size=(SAMPLES, network.sizes[0])).astype(dtype)
    y = np.append([0, 1], rng.random(SAMPLES - 2)).astype(dtype)
    return Problem(network, X, y)


def fast_gradients(network: Network, X: NDArray, y: NDArray) -> Gradients:
    """Return the gradients of `loss_and_gradients`, without the loss."""
    return loss_and_gradients(network, X, y).gradients
