"""Training: gradient descent on the loss of a network, with any function for the gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice, repeat

import numpy as np
from numpy.typing import ArrayLike

from bpkit._validation import (
    Array,
    as_array,
    as_labels,
    ignore_float_errors,
    positive_number,
    require_generator,
    whole_number,
)
from bpkit.fast_gradients import LossAndGradients
from bpkit.gradients import Gradients, backpropagation
from bpkit.network import Network, forward, require_network

GradientFunction = Callable[[Network, Array, Array], Gradients | LossAndGradients]


@ignore_float_errors
def gradient_step(network: Network, gradients: Gradients, learning_rate: float) -> Network:
    """Return the network after one step: each parameter minus the learning rate times its gradient.

    Parameters
    ----------
    network : Network
        The network before the step; it is not modified.
    gradients : Gradients
        The gradient of its loss.
    learning_rate : float
        The factor by which the gradient is multiplied.

    Returns
    -------
    Network
        In the dtype of `network`.

    Raises
    ------
    TypeError, ValueError
        When `gradients` do not fit the network, `learning_rate` is not a positive number, or a
        parameter overflows.
    """
    require_network(network)
    eta = positive_number("learning_rate", learning_rate)
    if not isinstance(gradients, Gradients):
        raise TypeError(f"gradients must be bpkit.Gradients; got {type(gradients).__name__}")
    parts: list[dict[int, Array]] = []
    for name, old, given in zip("Wb", (network.W, network.b), gradients, strict=True):
        if set(given) != set(old):
            raise ValueError(f"gradients.{name} must have layers {set(old)}; got {set(given)}")
        G = {l: as_array(f"gradients.{name}[{l}]", given[l], old[l].shape) for l in old}
        parts.append({l: (old[l] - eta * G[l]).astype(network.dtype) for l in old})
    return Network(*parts)


def gradient_descent(
    network: Network,
    X: ArrayLike,
    y: ArrayLike,
    *,
    learning_rate: float,
    steps: int,
    gradient_function: GradientFunction = backpropagation,
    batch_size: int | None = None,
    rng: np.random.Generator | None = None,
) -> Iterator[Network]:
    """Minimize the loss by gradient descent, yielding the network before and after each step.

    Parameters
    ----------
    network : Network
        The network to start from; it is not modified.
    X : array_like, shape (N, D)
        One sample per row.
    y : array_like, shape (N,)
        The labels, in [0, 1].
    learning_rate : float
        The factor by which the gradient is multiplied. The gradient is summed over the samples of
        a step; to follow its mean, divide the learning rate by their number.
    steps : int
        The number of steps.
    gradient_function : callable
        A function of a network, inputs and labels that returns `Gradients`, such as
        `backpropagation`, or `LossAndGradients`, such as `loss_and_gradients`.
    batch_size : int or None
        The number of samples in a minibatch; None uses all samples in every step. The samples are
        shuffled once per epoch, and the last minibatch of an epoch may be smaller.
    rng : numpy.random.Generator or None
        The source of the shuffling; required with `batch_size`, unused otherwise.

    Returns
    -------
    iterator of Network
        `steps` + 1 networks, the first being `network`; each is computed when it is requested.

    Raises
    ------
    TypeError, ValueError
        When the samples do not fit the network, `learning_rate` is not positive, or `steps` or
        `batch_size` is not an integer in its range; during iteration, when a parameter overflows.
    """
    require_network(network)
    X = as_array("X", X, ("N", network.sizes[0]), network.dtype)
    y = as_labels(y, len(X), network.dtype)
    eta = positive_number("learning_rate", learning_rate)
    steps = whole_number("steps", steps, at_least=0)
    if not callable(gradient_function):
        name = type(gradient_function).__name__
        raise TypeError(f"gradient_function must be a function; got {name}")
    if batch_size is None:
        return _steps(network, X, y, eta, gradient_function, repeat(slice(None), steps))
    size = whole_number("batch_size", batch_size, 1, len(X))
    if rng is None:
        raise TypeError(
            "rng must be given with batch_size, such as numpy.random.default_rng(seed=1)"
        )
    require_generator(rng)
    return _steps(
        network, X, y, eta, gradient_function, islice(_minibatches(len(X), size, rng), steps)
    )


def predictions_correct(network: Network, X: ArrayLike, y: ArrayLike) -> Array:
    """Return for each sample whether the network predicts its label.

    Parameters
    ----------
    network : Network
        Its weights and biases, any depth.
    X : array_like, shape (N, D)
        One sample per row.
    y : array_like, shape (N,)
        The labels, 0 or 1.

    Returns
    -------
    array of bool, shape (N,)
        The prediction is 1 where the output exceeds 1/2, and 0 elsewhere. The mean of the result
        is the accuracy.

    Raises
    ------
    TypeError, ValueError
        When the samples do not fit the network, or a label is neither 0 nor 1.
    """
    z, _ = forward(network, X)
    last = z[network.depth][:, 0]
    labels = as_labels(y, len(last), network.dtype)
    between = (labels != 0) & (labels != 1)
    if between.any():
        i = int(between.argmax())
        raise ValueError(f"y must hold labels 0 or 1; got {labels[i]!s} at index {i}")
    return np.asarray((last > 0) == (labels == 1))


def _steps(
    network: Network,
    X: Array,
    y: Array,
    learning_rate: float,
    gradient_function: GradientFunction,
    batches: Iterator[slice] | Iterator[Array],
) -> Iterator[Network]:
    """Yield the network, then the network after a step on each batch of rows."""
    yield network
    for rows in batches:
        found = gradient_function(network, X[rows], y[rows])
        if isinstance(found, LossAndGradients):
            found = found.gradients
        network = gradient_step(network, found, learning_rate)
        yield network


def _minibatches(samples: int, size: int, rng: np.random.Generator) -> Iterator[Array]:
    """Yield the row numbers of one minibatch after the other, in a new order each epoch."""
    while True:
        order = rng.permutation(samples)
        for first in range(0, samples, size):
            yield order[first : first + size]
