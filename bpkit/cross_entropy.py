"""The loss: the binary cross-entropy of the network's outputs and the labels."""

from __future__ import annotations

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
from bpkit.network import Network, forward


@ignore_float_errors
def softplus(z: ArrayLike) -> Array:
    """Return log(1 + exp(z)) elementwise, without overflow for any finite z.

    Parameters
    ----------
    z : array_like of float64 or float32, any shape
        Complex numbers are accepted, for the complex step.

    Returns
    -------
    array, shape of `z`
        float32 if `z` is float32, complex128 if it is complex, float64 otherwise.

    Raises
    ------
    TypeError, ValueError
        When `z` does not hold finite numbers.

    Notes
    -----
    Equation ``softplus``, in its last form.
    """
    z = as_numbers("z", z, allow_complex=True)
    return np.asarray(np.maximum(z, 0) + np.log1p(np.exp(np.minimum(z, -z))))


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
    array, shape (N,)
        At most 0; 0 where the network predicts the label with probability 1. float32 if `z` is
        float32, complex128 if it is complex, float64 otherwise.

    Raises
    ------
    TypeError, ValueError
        When `z` does not hold finite numbers, or `y` does not hold N labels in [0, 1].

    Notes
    -----
    Equation ``log-likelihood`` in the stable form ``stable-log-likelihood``.
    """
    z = as_numbers("z", z, allow_complex=True)
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
        One sample per row.
    y : array_like, shape (N,)
        The labels, in [0, 1].

    Returns
    -------
    numpy.float64 or numpy.float32, as the network
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
