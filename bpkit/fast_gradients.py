"""The loss and its gradients in one fast pass over the samples, however many there are.

The samples are processed in blocks of rows, and the sums over the samples grow block by block. A
block is small enough that its arrays stay in the processor's cache from the forward pass to the
gradients. The first block allocates them and the others write over them, because allocating memory
takes longer than the arithmetic on it. Next to each activation h, the array e = exp(-z) is kept: it
gives 1 - h = e h without cancellation, and is later overwritten by delta. A block whose numbers
might overflow, or are not finite, is passed to `loss` and `backpropagation`, which return a result
or refuse it.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from bpkit._extras import needs
from bpkit._validation import (
    Array,
    as_array,
    as_labels,
    ignore_float_errors,
    norm_is_finite,
    require_finite,
    require_shape,
    whole_number,
)
from bpkit.cross_entropy import loss
from bpkit.gradients import Gradients, backpropagation, finite_gradients
from bpkit.network import Network, require_network

# The largest array of a block takes about a quarter of a megabyte. But a block has at least 512
# rows, because the matrix products of a few rows are slow.
BLOCK_BYTES, MIN_ROWS = 2**18, 512


class LossAndGradients(NamedTuple):
    """The loss of some samples and its gradients; `sum_parts` adds those of other samples.

    Attributes
    ----------
    loss : numpy.float64 or numpy.float32
    gradients : Gradients
    """

    loss: np.floating[Any]
    gradients: Gradients


def loss_and_gradients(
    network: Network, X: ArrayLike, y: ArrayLike, *, threads: int = 1, progress: bool = False
) -> LossAndGradients:
    """Return the loss and its gradients, computed together, one block of rows at a time.

    Parameters
    ----------
    network : Network
        Its weights and biases, any depth.
    X : array_like, shape (N, D)
        One sample per row; a numpy.memmap is read block by block and may exceed the memory.
    y : array_like, shape (N,)
        The labels, in [0, 1].
    threads : int
        The largest number of threads; each takes at least one block of rows. More than 1 needs
        the package threadpoolctl.
    progress : bool
        Whether to show a progress bar that counts the rows; it needs the package tqdm.

    Returns
    -------
    LossAndGradients
        In the dtype of the network.

    Raises
    ------
    TypeError, ValueError
        When the batch does not fit the network, a number overflows, or `threads` is below 1.
    ImportError
        When a package that `threads` or `progress` needs is not installed.

    Notes
    -----
    Equations ``loss``, ``batch-gradient-W`` and ``batch-gradient-b``, from ``batch-recursion``.
    The memory used beyond the inputs and the result is bounded, whatever N.
    """
    inputs, labels = _as_batch(network, X, y)
    threads = whole_number("threads", threads, at_least=1)
    if not progress:
        return _all_threads(network, inputs, labels, threads)
    with needs("tqdm", "progress", "progress=True"):
        from tqdm.auto import tqdm
    with tqdm(total=len(inputs), unit="row", unit_scale=True) as bar:
        return _all_threads(network, inputs, labels, threads, bar)


@ignore_float_errors
def sum_parts(parts: Iterable[LossAndGradients]) -> LossAndGradients:
    """Add the losses and gradients of disjoint sets of samples.

    Parameters
    ----------
    parts : iterable of LossAndGradients
        Of the same network. They are consumed one at a time, so a generator saves memory.

    Returns
    -------
    LossAndGradients
        New arrays, in the dtype of the parts.

    Raises
    ------
    TypeError, ValueError
        When a part is something else, there is no part, the parts are of different networks, or a
        sum overflows.

    Notes
    -----
    Equation ``batch-gradient-W``, whose matrix product is a sum over the samples.
    """
    L, total = np.zeros(()), None
    for part in parts:
        if not isinstance(part, LossAndGradients):
            raise TypeError(f"parts must hold bpkit.LossAndGradients; got {type(part).__name__}")
        L += part.loss
        if total is None:
            total = copy.deepcopy(part.gradients)
            continue
        for name, mine, other in zip("Wb", total, part.gradients, strict=True):
            ours, theirs = _shapes(mine), _shapes(other)
            if ours != theirs:
                raise ValueError(f"parts must be of one network; got {name} {ours} and {theirs}")
            for l in mine:
                mine[l] += other[l]
    if total is None:
        raise ValueError("parts must hold at least one loss with its gradients; got none")
    require_finite("the loss", L)
    return LossAndGradients(part.loss.dtype.type(L), finite_gradients(*total))


def _all_threads(
    network: Network, X: Array, y: Array, threads: int, bar: Any = None
) -> LossAndGradients:
    """Return the loss and gradients of all rows, divided among the threads."""
    rows = max(MIN_ROWS, BLOCK_BYTES // (max(network.sizes) * network.dtype.itemsize))
    threads = min(threads, math.ceil(len(X) / rows))
    if threads == 1:
        return _one_thread(network, X, y, rows, 0, bar)
    cuts = np.linspace(0, len(X), threads + 1).astype(int)
    shares = ((network, X[a:b], y[a:b], rows, a, bar) for a, b in pairwise(cuts))
    with _blas().limit(limits=1), ThreadPoolExecutor(threads) as pool:
        return sum_parts(pool.map(lambda share: _one_thread(*share), shares))


@cache
def _blas() -> Any:
    """Return the control of BLAS's threads; finding it takes longer than a small gradient."""
    with needs("threadpoolctl", "threads", "threads > 1"):
        from threadpoolctl import ThreadpoolController
    return ThreadpoolController().select(user_api="blas")


def _shapes(half: dict[int, Array]) -> str:
    """Describe the shape and dtype of each layer's array."""
    return ", ".join(f"{l}: {array.dtype}{list(array.shape)}" for l, array in half.items())


@np.errstate(all="ignore")  # overflow shows in the results
def _one_thread(
    network: Network, X: Array, y: Array, rows: int, first: int, bar: Any
) -> LossAndGradients:
    """Return the loss and gradients of `X`, `rows` rows at a time; `first` is its first row."""
    block = _Block(network, min(rows, len(X)))
    if len(X) <= rows:
        return block.sums(X, y, first, bar)
    starts = range(0, len(X), rows)
    return sum_parts(block.sums(X[a : a + rows], y[a : a + rows], first + a, bar) for a in starts)


class _Block:
    """The arrays of a block of rows, keyed by layer as on the page, and reused for every block."""

    def __init__(self, network: Network, rows: int) -> None:
        self.network, self.finite = (
            network,
            _norms_are_finite(*network.W.values(), *network.b.values()),
        )
        self.ones = np.ones(rows, network.dtype)
        self.h: dict[int, Array] = {}
        self.e: dict[int, Array] = {}
        self.dW = {l: np.empty_like(W_l) for l, W_l in network.W.items()}
        self.db = {l: np.empty_like(b_l) for l, b_l in network.b.items()}

    def sums(self, X: Array, y: Array, first: int, bar: Any) -> LossAndGradients:
        """Return the loss and gradients of some rows, by the careful functions where needed."""
        if bar:
            with bar.get_lock():
                bar.update(len(X))
        try:
            X = X if X.dtype == self.ones.dtype else as_array("X", X, X.shape, self.ones.dtype)
            y = y if y.dtype == self.ones.dtype else as_labels(y, len(X), self.ones.dtype)
            if self.finite and _norms_are_finite(X) and (y * (1 - y)).min() >= 0:
                L = self.evaluate(X, y)
                if math.isfinite(L) and _norms_are_finite(*self.dW.values(), *self.db.values()):
                    return LossAndGradients(L, Gradients(self.dW, self.db))
            gradients = backpropagation(self.network, X, y)
            return LossAndGradients(loss(self.network, X, y), gradients)
        except ValueError as error:
            error.add_note(f"Rows are counted from {first}, the first row of a block.")
            raise

    def evaluate(self, X: Array, y: Array) -> np.floating[Any]:
        """Return the loss of some rows and write its gradients: the recursion of the page."""
        W, b, dW, db = self.network.W, self.network.b, self.dW, self.db
        h, e = ({l: a[: len(X)] for l, a in part.items()} for part in (self.h, self.e))
        ones, h[0] = self.ones[: len(X)], X
        for l in self.network.layers:
            e[l] = np.dot(h[l - 1], W[l], out=e.get(l))
            np.subtract(-b[l], e[l], out=e[l])  # -z
            np.exp(e[l], out=e[l])
            h[l] = np.add(e[l], 1, out=h.get(l))
            np.reciprocal(h[l], out=h[l])
        self.h, self.e = self.h or h, self.e or e
        minus_delta, exp, f = e[l], e[l][:, 0], h[l][:, 0]
        L: np.floating[Any] = y.dot(np.log1p(exp)) + (1 - y).dot(np.log1p(1 / exp))
        minus_delta[:, 0] = ((1 - y) - y * exp) * f  # f - y
        for l in reversed(self.network.layers):
            np.dot(h[l - 1].T, minus_delta, out=dW[l])
            np.dot(ones, minus_delta, out=db[l])
            if l > 1:
                e[l - 1] *= h[l - 1]  # 1 - h
                h[l - 1] *= e[l - 1]
                minus_delta = np.dot(minus_delta, W[l].T, out=e[l - 1])
                minus_delta *= h[l - 1]
        return L


def _norms_are_finite(*arrays: Array) -> bool:
    """Whether all norms are finite: then no product of two of these arrays overflows."""
    return all(map(norm_is_finite, arrays))


def _as_batch(network: Network, X: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    """Return inputs and labels as arrays of the right shape; each block checks its numbers."""
    require_network(network)
    X, y = (np.asarray(a) if isinstance(a, np.memmap) else a for a in (X, y))
    if type(X) is not np.ndarray:
        X = as_array("X", X, ("N", len(network.W[1])), network.dtype)
    require_shape("X", X, ("N", len(network.W[1])))
    if type(y) is not np.ndarray:
        y = as_labels(y, len(X), network.dtype)
    require_shape("y", y, (len(X),))
    return X, y
