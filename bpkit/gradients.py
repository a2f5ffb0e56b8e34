"""The gradients: three derivations of the same derivative of the loss.

`chain_product` multiplies the factors of the chain rule, one sample at a time (section 3.1).
`node_sums` sums over the nodes instead of multiplying matrices (section 3.1, in sums).
`backpropagation` reuses what the next layer has computed, for a whole batch (section 3.2).
"""

from __future__ import annotations

from itertools import product
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from bpkit._validation import (
    Array,
    as_labels,
    as_numbers,
    ignore_float_errors,
    require_finite,
    require_shape,
)
from bpkit.network import ForwardPass, Network, forward, sigmoid, sigmoid_prime


class Gradients(NamedTuple):
    """The gradient of the loss, each part in the shape of its parameter.

    Attributes
    ----------
    W : dict from layer l to array, shape (n_{l-1}, n_l)
    b : dict from layer l to array, shape (n_l,)
    """

    W: dict[int, Array]
    b: dict[int, Array]


@ignore_float_errors
def chain_product(network: Network, X: ArrayLike, y: ArrayLike) -> Gradients:
    """Return the gradient as one product of Jacobians per sample and layer, summed.

    Parameters
    ----------
    network : Network
        Its weights and biases, any depth.
    X : array_like, shape (N, D)
        One sample per row.
    y : array_like, shape (N,)
        The labels, in [0, 1].

    Returns
    -------
    Gradients
        In the dtype of the network.

    Raises
    ------
    TypeError, ValueError
        When the batch does not fit the network, or a number overflows.

    Notes
    -----
    Equations ``simplified``, ``summed`` and ``gradient-W``, for every layer.
    """
    (z, h), y = _evaluate(network, X, y)
    W, last = network.W, network.depth
    dL_dW = {l: np.zeros(W[l].T.shape, network.dtype) for l in network.layers}
    dL_db = {l: np.zeros(W[l].shape[1], network.dtype) for l in network.layers}
    residual = output_delta(z[last][:, 0], y)
    for i in range(len(y)):
        for l in network.layers:
            row = residual[i : i + 1]
            for s in range(last - 1, l - 1, -1):
                row = row @ W[s + 1].T @ np.diag(sigmoid_prime(z[s][i]))
            dL_dW[l] -= np.outer(row, h[l - 1][i])
            dL_db[l] -= row
    return finite_gradients({l: to_parameter_shape(dL_dW[l]) for l in network.layers}, dL_db)


@ignore_float_errors
def node_sums(network: Network, X: ArrayLike, y: ArrayLike) -> Gradients:
    """Return the gradient as a sum over samples and over the paths from node to node.

    Parameters
    ----------
    network : Network
        Its weights and biases, any depth.
    X : array_like, shape (N, D)
        One sample per row.
    y : array_like, shape (N,)
        The labels, in [0, 1].

    Returns
    -------
    Gradients
        In the dtype of the network.

    Raises
    ------
    TypeError, ValueError
        When the batch does not fit the network, or a number overflows.

    Notes
    -----
    Equation ``node-sum``, for every layer.
    A path has one node in each of the layers l, ..., Λ, so the number of paths is the product of
    their sizes: good for reading, too slow for use.
    """
    (z, h), y = _evaluate(network, X, y)
    W, last = network.W, network.depth
    dL_dW = {l: np.zeros(W[l].T.shape, network.dtype) for l in network.layers}
    dL_db = {l: np.zeros(W[l].shape[1], network.dtype) for l in network.layers}
    residual = output_delta(z[last][:, 0], y)
    prime = {s: sigmoid_prime(z[s]) for s in network.layers}
    for i in range(len(y)):
        for l in network.layers:
            for path in product(*(range(network.sizes[s]) for s in range(l, last + 1))):
                node = dict(enumerate(path, start=l))
                term = residual[i] * prod(
                    W[s + 1][node[s], node[s + 1]] * prime[s][i, node[s]] for s in range(l, last)
                )
                dL_dW[l][node[l]] -= term * h[l - 1][i]
                dL_db[l][node[l]] -= term
    return finite_gradients({l: to_parameter_shape(dL_dW[l]) for l in network.layers}, dL_db)


@ignore_float_errors
def backpropagation(network: Network, X: ArrayLike, y: ArrayLike) -> Gradients:
    """Return the gradient by the delta recursion, for the whole batch at once.

    Parameters
    ----------
    network : Network
        Its weights and biases, any depth.
    X : array_like, shape (N, D)
        One sample per row.
    y : array_like, shape (N,)
        The labels, in [0, 1].

    Returns
    -------
    Gradients
        In the dtype of the network.

    Raises
    ------
    TypeError, ValueError
        When the batch does not fit the network, or a number overflows.

    Notes
    -----
    Equations ``batch-gradient-W`` and ``batch-gradient-b``, from ``batch-recursion``.
    """
    (z, h), y = _evaluate(network, X, y)
    delta = _recursion(network, z, y)
    return finite_gradients(
        W={l: -(h[l - 1].T @ delta[l]) for l in network.layers},
        b={l: -delta[l].sum(axis=0) for l in network.layers},
    )


@ignore_float_errors
def deltas(network: Network, X: ArrayLike, y: ArrayLike) -> dict[int, Array]:
    """Return the derivative of each log-likelihood L_i with respect to every pre-activation.

    Parameters
    ----------
    network : Network
        Its weights and biases, any depth.
    X : array_like, shape (N, D)
        One sample per row.
    y : array_like, shape (N,)
        The labels, in [0, 1].

    Returns
    -------
    dict from layer l to array, shape (N, n_l)
        Row i is the row vector δ_l of sample i; in the dtype of the network.

    Raises
    ------
    TypeError, ValueError
        When the batch does not fit the network, or a number overflows.

    Notes
    -----
    Equation ``batch-recursion``, starting from ``base-case``.
    """
    (z, _), y = _evaluate(network, X, y)
    delta = _recursion(network, z, y)
    return {l: require_finite(f"delta[{l}]", delta[l]) for l in network.layers}


@ignore_float_errors
def output_delta(z: ArrayLike, y: ArrayLike) -> Array:
    """Return y - sigmoid(z), without the cancellation of the subtraction.

    Parameters
    ----------
    z : array_like of float64 or float32, shape (N,)
        The last pre-activation of each sample.
    y : array_like, shape (N,)
        The labels, in [0, 1].

    Returns
    -------
    array, shape (N,)
        float32 if `z` is float32, float64 otherwise.

    Raises
    ------
    TypeError, ValueError
        When `z` does not hold finite numbers, or `y` does not hold N labels in [0, 1].

    Notes
    -----
    Equation ``base-case`` in the stable form ``stable-base-case``.
    """
    z = as_numbers("z", z)
    require_shape("z", z, ("N",))
    y = as_labels(y, len(z), z.dtype)
    return np.asarray(y * sigmoid(-z) - (1 - y) * sigmoid(z))


def to_parameter_shape(derivative: ArrayLike) -> Array:
    """Return a derivative of L in numerator layout as a gradient in the parameter's own shape.

    Parameters
    ----------
    derivative : array_like, shape (n_l, n_{l-1}) or (n_l,)
        The derivative of a scalar with respect to W_l or b_l.

    Returns
    -------
    array, shape (n_{l-1}, n_l) or (n_l,)

    Raises
    ------
    TypeError, ValueError
        When `derivative` does not hold finite numbers, or has another number of axes.

    Notes
    -----
    Equation ``gradient-layout``.
    """
    array = as_numbers("derivative", derivative)
    if array.ndim not in (1, 2):
        raise ValueError(
            f"derivative must have 2 axes (of a W_l) or 1 (of a b_l); got {array.shape}"
        )
    return array.T


def _evaluate(network: Network, X: ArrayLike, y: ArrayLike) -> tuple[ForwardPass, Array]:
    """Return the forward pass and the labels, as arrays of the network's dtype."""
    result = forward(network, X)
    return result, as_labels(y, len(result.h[0]), network.dtype)


def _recursion(network: Network, z: dict[int, Array], y: Array) -> dict[int, Array]:
    """Return delta of each layer, from the last to the first: the recursion of section 3.2."""
    W, last = network.W, network.depth
    delta = {last: output_delta(z[last][:, 0], y)[:, None]}
    for l in range(last - 1, 0, -1):
        delta[l] = (delta[l + 1] @ W[l + 1].T) * sigmoid_prime(z[l])
    return delta


def finite_gradients(W: dict[int, Array], b: dict[int, Array]) -> Gradients:
    """Return the gradients, or raise where a sum has overflowed."""
    for l in W:
        require_finite(f"the gradient with respect to W[{l}]", W[l])
        require_finite(f"the gradient with respect to b[{l}]", b[l])
    return Gradients(W, b)
