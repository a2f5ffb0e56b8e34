"""The network: layers of weights and biases, and the forward pass through them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from bpkit._validation import Array, as_floats, as_numbers, ignore_float_errors, require_finite


@ignore_float_errors
def sigmoid(z: ArrayLike) -> Array:
    """Return 1 / (1 + exp(-z)) entry by entry, without overflow for any finite z.

    Parameters
    ----------
    z : array_like of float64 or float32, any shape
        Pre-activations; complex numbers are accepted, for the complex step.

    Returns
    -------
    array, shape and dtype of `z` (integers give float64)

    Raises
    ------
    TypeError, ValueError
        When `z` does not hold finite numbers.

    Notes
    -----
    Equation ``sigmoid``.
    """
    z = as_numbers("z", z, complex_too=True)
    positive = z.real >= 0
    e = np.exp(np.where(positive, -z, z))
    return np.asarray(np.where(positive, 1, e) / (1 + e))


@ignore_float_errors
def sigmoid_prime(z: ArrayLike) -> Array:
    """Return the derivative of the sigmoid, exact to rounding even where 1 - sigmoid(z) is 0.

    Parameters
    ----------
    z : array_like of float64 or float32, any shape
        Pre-activations.

    Returns
    -------
    array, shape and dtype of `z` (integers give float64)

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
        When layers are missing or do not chain, or a number is NaN, infinite or not exact.
    """

    W: Mapping[int, Array]
    b: Mapping[int, Array]

    def __post_init__(self) -> None:
        layers = _layer_numbers(self.W, self.b)
        dtype = _common_dtype(self.W, self.b)
        W: dict[int, Array] = {}
        b: dict[int, Array] = {}
        nodes: int | str = "D"
        for l in layers:
            width = 1 if l == layers[-1] else f"n_{l}"
            W[l] = _frozen(as_floats(f"W[{l}]", self.W[l], (nodes, width), dtype))
            nodes = W[l].shape[1]
            b[l] = _frozen(as_floats(f"b[{l}]", self.b[l], (nodes,), dtype))
        object.__setattr__(self, "W", MappingProxyType(W))
        object.__setattr__(self, "b", MappingProxyType(b))

    def __reduce__(self) -> tuple[Any, ...]:
        return Network, (dict(self.W), dict(self.b))

    @property
    def depth(self) -> int:
        """The number of the last layer, Λ on the page."""
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


class Forward(NamedTuple):
    """What a forward pass computes, keyed by layer; a row is a sample.

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
def forward(network: Network, X: ArrayLike) -> Forward:
    """Send a batch of inputs through all layers.

    Parameters
    ----------
    network : Network
        Its weights and biases, any depth.
    X : array_like, shape (N, D)
        One sample a row, in the dtype of the network or exact in it.

    Returns
    -------
    Forward
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
    h = {0: as_floats("X", X, ("N", network.sizes[0]), network.dtype)}
    for l in network.layers:
        z[l] = h[l - 1] @ network.W[l] + network.b[l]
        h[l] = sigmoid(require_finite(f"z[{l}] = h[{l - 1}] @ W[{l}] + b[{l}]", z[l]))
    return Forward(z, h)


@ignore_float_errors
def random_network(
    sizes: Sequence[int], rng: np.random.Generator, dtype: DTypeLike = np.float64
) -> Network:
    """Draw a network whose pre-activations are of the order of its inputs.

    Parameters
    ----------
    sizes : sequence of int
        The number of inputs and of the nodes of each layer: (D, n_1, ..., 1).
    rng : numpy.random.Generator
        Where the random numbers come from.
    dtype : float64 or float32
        The dtype of the weights and biases.

    Returns
    -------
    Network
        Weights and biases of layer l are normal with standard deviation 1 / sqrt(n_{l-1}).

    Raises
    ------
    TypeError, ValueError
        When `rng` is not a generator, or `sizes` or `dtype` fit no network.
    """
    require_generator(rng)
    n = as_floats("sizes", sizes, ("Λ + 1",)).astype(int)
    if len(n) < 2 or n.min() < 1 or n[-1] != 1 or (n != sizes).any():
        raise ValueError(f"sizes must be whole numbers (D, n_1, ..., 1); got {tuple(sizes)}")
    if dtype not in (np.float64, np.float32):
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


def require_generator(rng: np.random.Generator) -> None:
    """Raise a TypeError unless `rng` is a `numpy.random.Generator`."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator; got {type(rng).__name__}")


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


def _common_dtype(W: Mapping[int, Array], b: Mapping[int, Array]) -> np.dtype[np.floating]:
    """Return float32 if every array is float32, and float64 otherwise."""
    arrays = [as_numbers(f"W[{l}]", W[l]) for l in W] + [as_numbers(f"b[{l}]", b[l]) for l in b]
    return np.result_type(*arrays)


def _frozen(array: Array) -> Array:
    """Return a copy that cannot be written to."""
    copy = array.copy()
    copy.flags.writeable = False
    return copy
