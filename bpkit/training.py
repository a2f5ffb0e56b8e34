"""Training: a network goes down the slope of its loss, step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice, repeat

import numpy as np
from numpy.typing import ArrayLike

from bpkit._validation import Array, as_floats, ignore_float_errors
from bpkit.cross_entropy import as_labels
from bpkit.gradients import Gradients, backpropagation
from bpkit.network import Network, forward, require_generator, require_network


@ignore_float_errors
def gradient_step(network: Network, gradients: Gradients, learning_rate: float) -> Network:
    """Return the network one step down the slope: each parameter less the rate times its gradient.

    Parameters
    ----------
    network : Network
        Where the step starts; it stays as it is.
    gradients : Gradients
        The gradient of the loss there.
    learning_rate : float
        How far to go for each unit of the gradient.

    Returns
    -------
    Network
        In the dtype of `network`.

    Raises
    ------
    TypeError, ValueError
        When `gradients` are not those of such a network, `learning_rate` is not a positive number, or the
        step leaves the finite numbers.
    """
    require_network(network)
    eta = _positive("learning_rate", learning_rate)
    if not isinstance(gradients, Gradients):
        raise TypeError(f"gradients must be bpkit.Gradients; got {type(gradients).__name__}")
    parts: list[dict[int, Array]] = []
    for name, here, slope in zip("Wb", (network.W, network.b), gradients, strict=True):
        if set(slope) != set(here):
            raise ValueError(f"gradients.{name} must have layers {set(here)}; got {set(slope)}")
        G = {l: as_floats(f"gradients.{name}[{l}]", slope[l], here[l].shape) for l in here}
        parts.append({l: (here[l] - eta * G[l]).astype(network.dtype) for l in here})
    return Network(*parts)


def gradient_descent(
    network: Network,
    X: ArrayLike,
    y: ArrayLike,
    *,
    learning_rate: float,
    steps: int,
    gradients: Callable[[Network, Array, Array], Gradients] = backpropagation,
    batch: int | None = None,
    rng: np.random.Generator | None = None,
) -> Iterator[Network]:
    """Go down the slope of the loss and show the network before the first step and after each.

    Parameters
    ----------
    network : Network
        Where the descent starts; it stays as it is.
    X : array_like, shape (N, D)
        One sample a row.
    y : array_like, shape (N,)
        The labels, in [0, 1].
    learning_rate : float
        How far a step goes for each unit of the gradient. The gradient is a sum over the samples
        of the step, so that a rate for their mean has to be divided by their number.
    steps : int
        How many steps to take.
    gradients : callable
        `backpropagation`, or another function of a network, inputs and labels: right or wrong.
    batch : int or None
        How many samples a step looks at; None stands for all of them. The samples are shuffled and
        dealt out, the last batch perhaps being smaller; then they are shuffled again.
    rng : numpy.random.Generator or None
        Where the order of the samples comes from; needed with `batch` alone.

    Returns
    -------
    iterator of Network
        `steps` + 1 of them, the first being the one given, each computed when it is asked for.

    Raises
    ------
    TypeError, ValueError
        When the samples do not fit the network, `learning_rate` is not positive, or a number of steps or
        samples makes no sense; and on the way, when a step leaves the finite numbers.
    """
    require_network(network)
    X = as_floats("X", X, ("N", network.sizes[0]), network.dtype)
    y = as_labels(y, len(X), network.dtype)
    eta = _positive("learning_rate", learning_rate)
    if not isinstance(steps, int) or steps < 0:
        raise ValueError(f"steps must be a whole number of at least 0; got {steps!r}")
    if not callable(gradients):
        raise TypeError(f"gradients must be a function; got {type(gradients).__name__}")
    if batch is None:
        return _steps(network, X, y, eta, gradients, repeat(slice(None), steps))
    if not isinstance(batch, int) or not 0 < batch <= len(X):
        raise ValueError(f"batch must be a whole number from 1 to {len(X)}; got {batch!r}")
    if rng is None:
        raise TypeError("rng must be given with batch, such as numpy.random.default_rng(seed=1)")
    require_generator(rng)
    return _steps(network, X, y, eta, gradients, islice(_minibatches(len(X), batch, rng), steps))


def predictions_correct(network: Network, X: ArrayLike, y: ArrayLike) -> Array:
    """Return for each sample whether the network answers it with its label.

    Parameters
    ----------
    network : Network
        Its weights and biases, any depth.
    X : array_like, shape (N, D)
        One sample a row.
    y : array_like, shape (N,)
        The labels, 0 or 1.

    Returns
    -------
    array of bool, shape (N,)
        The answer is 1 where the output is above 1/2, and 0 elsewhere. The sum of the result is
        the number of right answers, its mean the accuracy.

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
    gradients: Callable[[Network, Array, Array], Gradients],
    batches: Iterator[slice] | Iterator[Array],
) -> Iterator[Network]:
    """Give the network, then the network after a step on each batch of rows."""
    yield network
    for rows in batches:
        network = gradient_step(network, gradients(network, X[rows], y[rows]), learning_rate)
        yield network


def _minibatches(samples: int, size: int, rng: np.random.Generator) -> Iterator[Array]:
    """Give the numbers of so many rows at once, without end, all rows before one comes again."""
    while True:
        order = rng.permutation(samples)
        for first in range(0, samples, size):
            yield order[first : first + size]


def _positive(name: str, value: float) -> float:
    """Return a positive number, or raise."""
    number = float(as_floats(name, value, ()))
    if number <= 0:
        raise ValueError(f"{name} must be positive; got {number}")
    return number
