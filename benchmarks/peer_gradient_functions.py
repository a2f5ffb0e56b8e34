"""The peers: other libraries that compute the same loss and gradients.

Each function takes a network and a batch, prepares what its library needs, and returns a function
without arguments: one call is one evaluation, and returns the loss and its gradients with respect
to the weights and to the biases, layer by layer. A library that is missing raises an ImportError.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

import bpkit
from bpkit.network import Network

Array = NDArray[np.floating[Any]]
Result = tuple[Any, Any, Any]
Call = Callable[[], Result]


def kernel(network: Network, X: Array, y: Array, threads: int = 1) -> Call:
    """Return a call of this package: loss and gradients in one pass."""

    def call() -> Result:
        loss, (W, b) = bpkit.loss_and_gradients(network, X, y, threads=threads)
        return loss, [*W.values()], [*b.values()]

    return call


def recursion(network: Network, X: Array, y: Array) -> Call:
    """Return a call of this package as on the page: the recursion in matrix form, and the loss."""

    def call() -> Result:
        W, b = bpkit.backpropagation(network, X, y)
        return bpkit.loss(network, X, y), [*W.values()], [*b.values()]

    return call


def plain_numpy(network: Network, X: Array, y: Array) -> Call:
    """Return NumPy code written by hand: no checks, no blocks, new memory for each result."""
    W, b = [*network.W.values()], [*network.b.values()]

    def call() -> Result:
        h = [X]
        for W_l, b_l in zip(W, b, strict=True):
            z = h[-1] @ W_l + b_l
            h.append(1 / (1 + np.exp(-z)))
        z = z[:, 0]
        loss = np.sum(np.log1p(np.exp(-np.abs(z))) + np.maximum(z, 0) - y * z)
        delta = h.pop() - y[:, None]
        dW, db = [], []
        for W_l in reversed(W):
            dW.append(h[-1].T @ delta)
            db.append(delta.sum(axis=0))
            h_l = h.pop()
            if h:
                delta = (delta @ W_l.T) * h_l * (1 - h_l)
        return loss, dW[::-1], db[::-1]

    return call


def products(network: Network, X: Array, y: Array, sigmoids: bool = False) -> Call:
    """Return the lower bound: the matrix products alone, into existing arrays."""
    W = [*network.W.values()]
    z = [np.ones((len(X), W_l.shape[1]), X.dtype) for W_l in W]
    h = [X, *(np.ones_like(z_l) for z_l in z)]
    delta = [np.ones_like(z_l) for z_l in z]
    dW = [np.empty_like(W_l) for W_l in W]

    def call() -> Result:
        for l, W_l in enumerate(W):
            np.matmul(h[l], W_l, out=z[l])
            if sigmoids:
                np.negative(z[l], out=z[l])
                np.exp(z[l], out=z[l])
                np.add(z[l], 1, out=z[l])
                np.reciprocal(z[l], out=h[l + 1])
        for l in reversed(range(len(W))):
            np.matmul(h[l].T, delta[l], out=dW[l])
            if l:
                np.matmul(delta[l], W[l].T, out=delta[l - 1])
        return None, None, None

    return call


def products_and_sigmoids(network: Network, X: Array, y: Array) -> Call:
    """Return the lower bound with the sigmoids of the forward pass."""
    return products(network, X, y, sigmoids=True)


def scikit_learn(network: Network, X: Array, y: Array) -> Call:
    """Return scikit-learn's own backpropagation, which is private; its loss is the mean."""
    from sklearn.neural_network import MLPClassifier

    depth, N, column = network.depth, len(X), y[:, None]
    model = MLPClassifier(activation="logistic", alpha=0)
    model.coefs_, model.intercepts_ = [*network.W.values()], [*network.b.values()]
    model.n_layers_, model.out_activation_ = depth + 1, "logistic"
    W = [np.empty_like(W_l) for W_l in model.coefs_]
    b = [np.empty_like(b_l) for b_l in model.intercepts_]

    def call() -> Result:
        activations, deltas = [X] + [None] * depth, [None] * depth
        loss, *_ = model._backprop(X, column, None, activations, deltas, W, b)
        return loss * N, [W_l * N for W_l in W], [b_l * N for b_l in b]

    return call


def pytorch(network: Network, X: Array, y: Array, compiled: bool = False) -> Call:
    """Return PyTorch's automatic differentiation of the loss from the logits."""
    import torch

    W, b = (
        [torch.tensor(a, requires_grad=True) for a in part.values()]
        for part in (network.W, network.b)
    )
    inputs, labels = torch.tensor(X), torch.tensor(y)
    cross_entropy = torch.nn.functional.binary_cross_entropy_with_logits

    def loss_of(W: list[Any], b: list[Any]) -> Any:
        h = inputs
        for W_l, b_l in zip(W, b, strict=True):
            z = h @ W_l + b_l
            h = torch.sigmoid(z)
        return cross_entropy(z[:, 0], labels, reduction="sum")

    program = torch.compile(loss_of) if compiled else loss_of

    def call() -> Result:
        loss = program(W, b)
        found = torch.autograd.grad(loss, [*W, *b])
        return loss.detach(), found[: len(W)], found[len(W) :]

    return call


def pytorch_compiled(network: Network, X: Array, y: Array) -> Call:
    """Return the same through torch.compile."""
    return pytorch(network, X, y, compiled=True)


def jax(network: Network, X: Array, y: Array) -> Call:
    """Return a compiled function of JAX: value and gradient with respect to the parameters."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    inputs, labels = jnp.asarray(X), jnp.asarray(y)
    parameters = [(jnp.asarray(network.W[l]), jnp.asarray(network.b[l])) for l in network.layers]

    def loss_of(parameters: Any, inputs: Any, labels: Any) -> Any:
        h = inputs
        for W_l, b_l in parameters:
            z = h @ W_l + b_l
            h = jax.nn.sigmoid(z)
        z = z[:, 0]
        return jnp.sum(jnp.log1p(jnp.exp(-jnp.abs(z))) + jnp.maximum(z, 0) - labels * z)

    program = jax.jit(jax.value_and_grad(loss_of))

    def call() -> Result:
        loss, found = jax.block_until_ready(program(parameters, inputs, labels))
        return loss, [W_l for W_l, _ in found], [b_l for _, b_l in found]

    return call


def autograd(network: Network, X: Array, y: Array) -> Call:
    """Return autograd's derivative, from a tape that records the operations of NumPy."""
    import autograd.numpy as anp
    from autograd import value_and_grad

    parameters = [(network.W[l], network.b[l]) for l in network.layers]

    def loss_of(parameters: Any) -> Any:
        h = X
        for W_l, b_l in parameters:
            z = anp.dot(h, W_l) + b_l
            h = 1 / (1 + anp.exp(-z))
        z = z[:, 0]
        return anp.sum(anp.log1p(anp.exp(-anp.abs(z))) + anp.maximum(z, 0) - y * z)

    program = value_and_grad(loss_of)

    def call() -> Result:
        loss, found = program(parameters)
        return loss, [W_l for W_l, _ in found], [b_l for _, b_l in found]

    return call


PEERS: dict[str, Callable[..., Call]] = {
    "kernel": kernel,
    "products": products,
    "products and sigmoids": products_and_sigmoids,
    "plain NumPy": plain_numpy,
    "recursion": recursion,
    "scikit-learn": scikit_learn,
    "PyTorch": pytorch,
    "PyTorch compiled": pytorch_compiled,
    "JAX": jax,
    "autograd": autograd,
}
