"""Independent gradients: those of scikit-learn and PyTorch."""

import numpy as np
import pytest
from helpers.example_problems import SIZES, Problem, fast_gradients, problem
from sklearn.neural_network import MLPClassifier

import bpkit


def breast_cancer() -> Problem:
    """Return the real data with a random network of three layers."""
    data = bpkit.load_breast_cancer()
    network = bpkit.random_network((30, 6, 4, 1), np.random.default_rng(0))
    return Problem(network, bpkit.standardize(data.X), data.y)


PROBLEMS = pytest.mark.parametrize(
    "given",
    [
        *(pytest.param(problem(depth), id=f"depth {depth}") for depth in SIZES),
        pytest.param(breast_cancer(), id="breast cancer"),
    ],
)


def scikit_learn(network: bpkit.Network, X: np.ndarray, y: np.ndarray) -> bpkit.Gradients:
    """Return the gradient from scikit-learn's own backpropagation.

    It is private, because users only fit; the version is pinned. Its loss is the mean over the
    samples, and no weight decay (alpha) may be added.
    """
    model = MLPClassifier(activation="logistic", alpha=0)
    model.coefs_ = [network.W[l].copy() for l in network.layers]
    model.intercepts_ = [network.b[l].copy() for l in network.layers]
    model.n_layers_, model.out_activation_ = network.depth + 1, "logistic"
    W, b = ([None] * network.depth for _ in range(2))
    activations, deltas = [X] + [None] * network.depth, [None] * network.depth
    model._backprop(X, y[:, None], None, activations, deltas, W, b)
    return bpkit.Gradients(*({l: part[l - 1] * len(X) for l in network.layers} for part in (W, b)))


@PROBLEMS
def test_scikit_learn_computes_the_same_gradient(given):
    """Every weight and bias, in the same layout, to 1e-10 of the largest entry."""
    expected = scikit_learn(*given)
    bpkit.compare_gradients(bpkit.backpropagation(*given), expected, tolerance=1e-10)
    bpkit.compare_gradients(fast_gradients(*given), expected, tolerance=1e-10)


@PROBLEMS
def test_pytorch_computes_the_same_gradient_and_loss(given):
    """Automatic differentiation of the loss as PyTorch defines it, from the logits."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install .[oracles]")
    network, X, y = given
    W, b = (
        {l: torch.tensor(a, requires_grad=True) for l, a in part.items()}
        for part in (network.W, network.b)
    )
    h = torch.tensor(X)
    for l in network.layers:
        z = h @ W[l] + b[l]
        h = torch.sigmoid(z)
    loss = torch.nn.functional.binary_cross_entropy_with_logits(
        z[:, 0], torch.tensor(y), reduction="sum"
    )
    loss.backward()
    expected = bpkit.Gradients(*({l: a.grad.numpy() for l, a in part.items()} for part in (W, b)))
    bpkit.compare_gradients(bpkit.backpropagation(*given), expected, tolerance=1e-10)
    bpkit.compare_gradients(fast_gradients(*given), expected, tolerance=1e-10)
    assert np.isclose(bpkit.loss(*given), loss.item(), rtol=1e-13)
