"""The loss: how badly the network's outputs explain the labels."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from bpkit._validation import (
    Array,
    as_floats,
    as_numbers,
    ignore_float_errors,
    require_finite,
    require_shape,
)
from bpkit.network import Network, forward


@ignore_float_errors
def softplus(z: ArrayLike) -> Array:
    """Return log(1 + exp(z)) entry by entry, without overflow for any finite z.

    Parameters
    ----------
    z : array_like of float64 or float32, any shape
        Complex numbers are accepted, for the complex step.

    Returns
    -------
    array, shape and dtype of `z` (integers give float64)

    Raises
    ------
    TypeError, ValueError
        When `z` does not hold finite numbers.

    Notes
    -----
    Equation ``softplus``, in its last form.
    """
    z = as_numbers("z", z, complex_too=True)
    positive = z.real >= 0
    e = np.exp(np.where(positive, -z, z))
    return np.asarray(np.where(positive, z, 0) + np.log1p(e))


@ignore_float_errors
def log_likelihood(z: ArrayLike, y: ArrayLike) -> Array:
    """Return L_i of each sample from its last pre-activation.

    Parameters
    ----------
    z : array_like of float64 or float32, shape (N,)
        The last pre-activation of each sample, before the sigmoid that makes it f(x).
    y : array_like, shape (N,)
        The labels, in [0, 1].

    Returns
    -------
    array, shape (N,), dtype of `z`
        Never positive; 0 where the output is certain and right.

    Raises
    ------
    TypeError, ValueError
        When `z` does not hold finite numbers, or `y` is not as many labels in [0, 1].

    Notes
    -----
    Equation ``log-likelihood`` in the stable form ``stable-log-likelihood``.
    """
    z = as_numbers("z", z, complex_too=True)
    require_shape("z", z, ("N",))
    y = as_labels(y, len(z), z.real.dtype)
    return np.asarray(-(y * softplus(-z) + (1 - y) * softplus(z)))


@ignore_float_errors
def loss(network: Network, X: ArrayLike, y: ArrayLike) -> np.floating:
    """Return the loss L of a batch, the negative log-likelihood of its labels.

    Parameters
    ----------
    network : Network
        Its weights and biases, any depth.
    X : array_like, shape (N, D)
        One sample a row.
    y : array_like, shape (N,)
        The labels, in [0, 1].

    Returns
    -------
    scalar of the network's dtype
        Never negative, in nats, summed over the samples.

    Raises
    ------
    TypeError, ValueError
        When the batch does not fit the network, or a sum overflows.

    Notes
    -----
    Equation ``loss``.
    """
    z, _ = forward(network, X)
    total = np.sum(-log_likelihood(z[network.depth][:, 0], y))
    return network.dtype.type(require_finite("the loss", np.asarray(total)))


def as_labels(y: ArrayLike, samples: int, dtype: np.dtype[np.floating]) -> Array:
    """Return the labels as `dtype`, shape (samples,), or raise unless all are in [0, 1]."""
    labels = as_floats("y", y, (samples,), dtype)
    outside = (labels < 0) | (labels > 1)
    if outside.any():
        i = int(outside.argmax())
        raise ValueError(f"y must hold labels in [0, 1]; got {labels[i]!s} at index {i}")
    return labels
