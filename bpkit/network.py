"""The network: layers of weights and biases, and the forward pass through them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from bpkit._validation import (
    Array,
    as_array,
    as_numbers,
    ignore_float_errors,
    require_finite,
    require_generator,
    require_shape,
    whole_number,
)


@ignore_float_errors
def sigmoid(z: ArrayLike) -> Array:
    """Return 1 / (1 + exp(-z)) elementwise, without overflow for any finite z.

    Parameters
    ----------
    z : array_like of float64 or float32, any shape
        Pre-activations; complex numbers are accepted, for the complex step.

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
    Equation ``sigmoid``.
    """
    z = as_numbers("z", z, allow_complex=True)
    return np.asarray(np.exp(np.minimum(z, 0)) / (1 + np.exp(np.minimum(z, -z))))


@ignore_float_errors
def sigmoid_prime(z: ArrayLike) -> Array:
    """Return the derivative of the sigmoid, exact to rounding even where 1 - sigmoid(z) is 0.

    Parameters
    ----------
    z : array_like of float64 or float32, any shape
        Pre-activations.

    Returns
    -------
    array, shape of `z`
        float32 if `z` is float32, float64 otherwise.

    Raises
    ------
    TypeError, ValueError
        When `z` does not hold finite numbers.

    Notes
    -----
    Equation ``sigmoid-derivative``, in its last form.
    """
    z = as_numbers("z", z)
    return np.asarray(sigmoid(z) * sigmoid(-z))


@dataclass(frozen=True, eq=False)
class Network:
    """The parameters of a network, each keyed by the number of its layer.

    Parameters
    ----------
    W : mapping from layer l to array_like, shape (n_{l-1}, n_l)
        The weights; the layers are 1, 2, ... without a gap, and the last has one node.
    b : mapping from layer l to array_like, shape (n_l,)
        The biases, for the same layers.

    Attributes
    ----------
    W, b : mapping from layer to read-only array
        Copies of what was given: float32 if every array was, float64 otherwise.

    Raises
    ------
    TypeError
        When `W` or `b` is not a mapping from layer numbers to arrays of real numbers.
    ValueError
        When layers are missing, the shapes of successive layers are incompatible, or a number is
        NaN, infinite or not exact.
    """

    W: Mapping[int, Array]
    b: Mapping[int, Array]

    def __post_init__(self) -> None:
        layers = _layer_numbers(self.W, self.b)
        W = {l: as_numbers(f"W[{l}]", self.W[l]) for l in layers}
        b = {l: as_numbers(f"b[{l}]", self.b[l]) for l in layers}
        dtype = np.result_type(*W.values(), *b.values())
        inputs: int | str = "D"
        for l in layers:
            require_shape(f"W[{l}]", W[l], (inputs, 1 if l == layers[-1] else f"n_{l}"))
            inputs = W[l].shape[1]
            require_shape(f"b[{l}]", b[l], (inputs,))
            W[l], b[l] = _read_only_copy(W[l], dtype), _read_only_copy(b[l], dtype)
        object.__setattr__(self, "W", MappingProxyType(W))
        object.__setattr__(self, "b", MappingProxyType(b))

    def __reduce__(self) -> tuple[Any, ...]:
        return Network, (dict(self.W), dict(self.b))

    @property
    def depth(self) -> int:
        """The number of layers, Λ on the page."""
        return len(self.W)

    @property
    def layers(self) -> range:
        """The layer numbers 1, ..., Λ."""
        return range(1, self.depth + 1)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of inputs and of the nodes of each layer: (D, n_1, ..., 1)."""
        return (self.W[1].shape[0], *(self.W[l].shape[1] for l in self.layers))

    @property
    def dtype(self) -> np.dtype[np.floating]:
        """The dtype of all weights and biases: float64 or float32."""
        return self.W[1].dtype


class ForwardPass(NamedTuple):
    """The result of a forward pass, keyed by layer; each row is a sample.

    Attributes
    ----------
    z : dict from layer l = 1, ..., Λ to array, shape (N, n_l)
        The pre-activations.
    h : dict from layer l = 0, ..., Λ to array, shape (N, n_l)
        The activations: ``h[0]`` is the input and ``h[Λ]`` is f(x).
    """

    z: dict[int, Array]
    h: dict[int, Array]


@ignore_float_errors
def forward(network: Network, X: ArrayLike) -> ForwardPass:
    """Return the pre-activations and activations of every layer for a batch of inputs.

    Parameters
    ----------
    network : Network
        Its weights and biases, any depth.
    X : array_like, shape (N, D)
        One sample per row, in the dtype of the network or exact in it.

    Returns
    -------
    ForwardPass
        ``z`` and ``h`` of every layer, in the dtype of the network.

    Raises
    ------
    TypeError, ValueError
        When `X` is not a batch for this network, or a pre-activation overflows.

    Notes
    -----
    Equations ``preactivation`` and ``activation``, for all samples at once.
    """
    require_network(network)
    z: dict[int, Array] = {}
    h = {0: as_array("X", X, ("N", network.sizes[0]), network.dtype)}
    for l in network.layers:
        z[l] = h[l - 1] @ network.W[l] + network.b[l]
        h[l] = sigmoid(require_finite(f"z[{l}] = h[{l - 1}] @ W[{l}] + b[{l}]", z[l]))
    return ForwardPass(z, h)


@ignore_float_errors
def random_network(
    sizes: Sequence[int], rng: np.random.Generator, dtype: DTypeLike = np.float64
) -> Network:
    """Draw a network with normally distributed weights and biases.

    Parameters
    ----------
    sizes : sequence of int
        The number of inputs and of the nodes of each layer: (D, n_1, ..., 1).
    rng : numpy.random.Generator
        The source of the random numbers.
    dtype : float64 or float32
        The dtype of the weights and biases.

    Returns
    -------
    Network
        Those of layer l have mean 0 and standard deviation 1 / sqrt(n_{l-1}).

    Raises
    ------
    TypeError, ValueError
        When `rng` is not a generator, or `sizes` or `dtype` fit no network.
    """
    require_generator(rng)
    n = _layer_sizes(sizes)
    if np.dtype(dtype) not in (np.float64, np.float32):
        raise TypeError(f"dtype must be numpy.float64 or numpy.float32; got {dtype!r}")
    shapes = dict(enumerate(pairwise(n), start=1))
    return Network(
        W={l: (rng.normal(size=(m, n)) / np.sqrt(m)).astype(dtype) for l, (m, n) in shapes.items()},
        b={l: (rng.normal(size=n) / np.sqrt(m)).astype(dtype) for l, (m, n) in shapes.items()},
    )


def require_network(network: Network) -> None:
    """Raise a TypeError unless `network` is a `Network`."""
    if not isinstance(network, Network):
        raise TypeError(f"network must be a bpkit.Network; got {type(network).__name__}")


def _layer_sizes(sizes: Sequence[int]) -> tuple[int, ...]:
    """Return (D, n_1, ..., 1) as integers, or raise a ValueError."""
    try:
        n = tuple(whole_number("each size", size, at_least=1) for size in sizes)
        if len(n) >= 2 and n[-1] == 1:
            return n
    except (TypeError, ValueError):
        pass
    raise ValueError(
        f"sizes must be at least two positive integers (D, n_1, ..., 1), the last 1; got {sizes!r}"
    )


def _layer_numbers(W: Mapping[int, Array], b: Mapping[int, Array]) -> range:
    """Return the layers 1, ..., Λ, or raise unless both mappings have exactly these keys."""
    for name, layered in (("W", W), ("b", b)):
        if not isinstance(layered, Mapping):
            raise TypeError(
                f"{name} must map layer numbers to arrays, such as {{1: {name}_1, 2: {name}_2}}; "
                f"got {type(layered).__name__}"
            )
        layers = range(1, len(layered) + 1)
        if not layered or set(layered) != set(layers):
            raise ValueError(
                f"{name} must have the layers 1, 2, ... without a gap; got {list(layered)}"
            )
    if len(W) != len(b):
        raise ValueError(f"W and b must have the same layers; got {len(W)} and {len(b)} layers")
    return layers


def _read_only_copy(array: Array, dtype: np.dtype[Any]) -> Array:
    """Return a copy that cannot be written to."""
    copy = array.astype(dtype)
    copy.flags.writeable = False
    return copy
