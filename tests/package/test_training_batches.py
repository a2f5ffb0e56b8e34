"""Batches: from a single sample to all of them."""

import numpy as np
from helpers.example_problems import problem

import bpkit

NETWORK, X, Y = problem(3)  # 7 samples


def first_step(batch):
    """Return the network after one step on so many samples."""
    rng = np.random.default_rng(0)
    _, network = bpkit.gradient_descent(
        NETWORK, X, Y, learning_rate=0.1, steps=1, batch=batch, rng=rng
    )
    return network


def test_a_batch_of_all_samples_is_no_batch():
    """The step is that of the whole gradient, whatever the order of the samples."""
    _, whole = bpkit.gradient_descent(NETWORK, X, Y, learning_rate=0.1, steps=1)
    for l in NETWORK.layers:
        bpkit.compare(first_step(len(X)).W[l], whole.W[l])


def test_a_batch_may_be_a_single_sample():
    """The step is that of one of the samples."""
    step = NETWORK.W[3] - first_step(1).W[3]
    each = [bpkit.backpropagation(NETWORK, X[i : i + 1], Y[i : i + 1]).W[3] for i in range(len(X))]
    assert sum(np.allclose(step, 0.1 * gradient) for gradient in each) == 1
