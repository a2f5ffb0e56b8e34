"""Properties of every network and batch, tested on random ones."""

import numpy as np
from helpers.example_problems import Problem, fast_gradients
from hypothesis import given, settings
from hypothesis import strategies as st

import bpkit

SEEDS = st.integers(0, 2**32 - 1)


@st.composite
def problems(draw: st.DrawFn, deepest: int = 4) -> Problem:
    """Draw a problem whose batch, inputs and layers have pairwise distinct sizes."""
    sizes = st.lists(st.integers(2, 6), min_size=2, max_size=deepest + 1, unique=True)
    samples, *nodes = draw(sizes)
    rng = np.random.default_rng(draw(SEEDS))
    network = bpkit.random_network((*nodes, 1), rng)
    return Problem(network, rng.normal(size=(samples, nodes[0])), rng.random(samples))


def combine(function, *gradients):
    """Return the gradient whose arrays are `function` of those of `gradients`."""
    parts = (
        {l: function(*(part[l] for part in parts)) for l in parts[0]}
        for parts in zip(*gradients, strict=True)
    )
    return bpkit.Gradients(*parts)


def compare(actual, expected):
    """Raise unless two gradients agree to rounding."""
    bpkit.compare_gradients(actual, expected, tolerance=1e-11)


@given(problems())
def test_the_derivations_agree(problem):
    """Matrix products, sums over nodes, the recursion and the fast gradients are equal."""
    recursion = bpkit.backpropagation(*problem)
    compare(bpkit.chain_product(*problem), recursion)
    compare(bpkit.node_sums(*problem), recursion)
    compare(fast_gradients(*problem), recursion)


@given(problems())
@settings(max_examples=30)
def test_the_recursion_is_the_complex_step(problem):
    """A derivative that uses no derivation."""
    compare(bpkit.backpropagation(*problem), bpkit.numerical_gradients(*problem))


@given(problems(), st.data())
def test_gradient_and_loss_are_sums_over_the_samples(problem, data):
    """The results of two batches add up to those of all samples."""
    network, X, y = problem
    k = data.draw(st.integers(1, len(X) - 1))
    parts = (X[:k], y[:k]), (X[k:], y[k:])
    total = combine(np.add, *(bpkit.backpropagation(network, *part) for part in parts))
    compare(total, bpkit.backpropagation(*problem))
    assert np.isclose(sum(bpkit.loss(network, *part) for part in parts), bpkit.loss(*problem))


@given(problems(), SEEDS)
def test_the_order_of_the_samples_does_not_matter(problem, seed):
    """A shuffled batch has the same gradient, and shuffled deltas."""
    network, X, y = problem
    order = np.random.default_rng(seed).permutation(len(X))
    compare(bpkit.backpropagation(network, X[order], y[order]), bpkit.backpropagation(*problem))
    for l, delta in bpkit.deltas(network, X[order], y[order]).items():
        bpkit.compare(delta, bpkit.deltas(*problem)[l][order])


@given(problems(), SEEDS, st.data())
def test_permuting_hidden_nodes_permutes_their_gradients(problem, seed, data):
    """The loss is unchanged."""
    network, X, y = problem
    l = data.draw(st.integers(0, network.depth - 1))
    order = np.random.default_rng(seed).permutation(network.sizes[l])

    def reordered(W, b):
        W, b = dict(W), dict(b)
        W[l + 1] = W[l + 1][order]
        if l > 0:
            W[l], b[l] = W[l][:, order], b[l][order]
        return W, b

    other = bpkit.Network(*reordered(network.W, network.b)), X[:, order] if l == 0 else X, y
    assert np.isclose(bpkit.loss(*other), bpkit.loss(*problem))
    expected = bpkit.Gradients(*reordered(*bpkit.backpropagation(*problem)))
    compare(bpkit.backpropagation(*other), expected)


@given(problems(), st.floats(0.1, 0.9))
def test_a_scaled_residual_scales_every_delta(problem, factor):
    """Labels closer to the outputs scale y - f, and all deltas with it."""
    network, X, y = problem
    f = bpkit.forward(network, X).h[network.depth][:, 0]
    nearer = bpkit.deltas(network, X, f + factor * (y - f))
    for l, delta in bpkit.deltas(*problem).items():
        bpkit.compare(nearer[l], factor * delta)


@given(problems())
def test_a_repeated_sample_counts_twice(problem):
    """A batch followed by itself has twice the gradient and twice the loss."""
    network, X, y = problem
    twice = network, np.tile(X, (2, 1)), np.tile(y, 2)
    single = bpkit.backpropagation(*problem)
    compare(bpkit.backpropagation(*twice), combine(np.add, single, single))
    assert np.isclose(bpkit.loss(*twice), 2 * bpkit.loss(*problem))


@given(problems())
def test_a_batch_is_its_rows(problem):
    """No sample affects another: a row of the batch is the result of its sample."""
    network, X, y = problem
    z, h = bpkit.forward(network, X)
    delta = bpkit.deltas(*problem)
    for i in range(len(X)):
        row = bpkit.forward(network, X[i : i + 1])
        for l in network.layers:
            bpkit.compare(row.z[l][0], z[l][i])
            bpkit.compare(row.h[l][0], h[l][i])
            bpkit.compare(bpkit.deltas(network, X[i : i + 1], y[i : i + 1])[l][0], delta[l][i])


@given(problems())
def test_the_other_class_is_the_network_with_its_last_layer_negated(problem):
    """Labels 1 - y give the same loss, and the same gradient but for the last layer's sign."""
    network, X, y = problem
    last = network.depth

    def negated(W, b):
        return {**W, last: -W[last]}, {**b, last: -b[last]}

    other = bpkit.Network(*negated(network.W, network.b)), X, 1 - y
    assert np.isclose(bpkit.loss(*other), bpkit.loss(*problem))
    expected = bpkit.Gradients(*negated(*bpkit.backpropagation(*problem)))
    compare(bpkit.backpropagation(*other), expected)


@given(problems(), st.floats(0, 1))
def test_the_gradient_is_linear_in_the_labels(problem, share):
    """A label between 0 and 1 interpolates the gradients of 0 and 1."""
    network, X, _ = problem
    y = np.full(len(X), share)
    zero, one = (bpkit.backpropagation(network, X, np.full(len(X), label)) for label in (0, 1))
    mixed = combine(lambda a, b: (1 - share) * a + share * b, zero, one)
    scale = combine(lambda a, b: abs(a) + abs(b), zero, one)
    off = combine(lambda a, b: abs(a - b), bpkit.backpropagation(network, X, y), mixed)
    for part, size in zip(off, scale, strict=True):
        assert all((part[l] <= 1e-13 * size[l].max()).all() for l in part)


@given(st.floats(-800, 800))
def test_sigmoid_and_softplus_have_the_symmetries_of_their_definitions(z):
    """sigmoid(z) + sigmoid(-z) = 1, sigmoid' is even, and softplus(z) - softplus(-z) = z."""
    assert np.isclose(bpkit.sigmoid(z) + bpkit.sigmoid(-z), 1, rtol=1e-15)
    assert bpkit.sigmoid_prime(z) == bpkit.sigmoid_prime(-z)
    assert np.isclose(bpkit.softplus(z) - bpkit.softplus(-z), z, rtol=1e-15, atol=1e-15)
