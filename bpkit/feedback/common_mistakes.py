"""Mistakes: how a gradient goes wrong, each time as the recursion with one step replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from bpkit._validation import Array
from bpkit.cross_entropy import softplus
from bpkit.network import Network, sigmoid, sigmoid_prime

Layered = Mapping[int, Array]
Slope = Callable[[Layered, Layered, int], Array]


class Steps(NamedTuple):
    """The steps of the forward pass and of the recursion, right as they stand here.

    Attributes
    ----------
    bias : float
        How often b_l is added.
    activation : callable
        h_l from z_l.
    start : callable
        delta_Λ from z_Λ, f and y, each a column.
    slope : mapping from layer to callable
        The slope of the layer from z, h and l, where it is not that of the sigmoid.
    late : bool
        Whether the slope of layer l + 1 is taken on the way to layer l.
    carried : callable
        What goes back to layer l, from delta_{l+1}.
    back : callable
        What it is multiplied by, from W and l.
    entering, feeding : callable
        The two factors of the gradient by W_l: from z, h and l, and from delta and l.
    rows : slice
        The samples that are added.
    """

    bias: float = 1
    activation: Callable[[Array], Array] = sigmoid
    start: Callable[[Array, Array, Array], Array] = lambda z, f, y: (
        y * sigmoid(-z) - (1 - y) * sigmoid(z)
    )
    slope: Mapping[int, Slope] = MappingProxyType({})
    late: bool = False
    carried: Callable[[Array], Array] = lambda delta: delta
    back: Callable[[Layered, int], Array] = lambda W, l: W[l + 1].T
    entering: Callable[[Layered, Layered, int], Array] = lambda z, h, l: h[l - 1]
    feeding: Callable[[Layered, int], Array] = lambda delta, l: delta[l]
    rows: slice = slice(None)


@np.errstate(all="ignore")  # a wrong step may divide by 0
def quantities(steps: Steps, network: Network, X: Array, y: Array) -> dict[str, Array]:
    """Return every quantity of a batch by its name on the page, as these steps make it.

    Parameters
    ----------
    steps : Steps
        Right or wrong ones.
    network : Network
        Its weights and biases, any depth.
    X : array, shape (N, D)
        One sample a row.
    y : array, shape (N,)
        The labels, in [0, 1].

    Returns
    -------
    dict from name to array
        "z_l", "h_l" and "delta_l", shape (N, n_l); "G_l", shape (n_{l-1}, n_l); "g_l", shape
        (n_l,); for every layer l. "L_i", shape (N,), and "L", shape ().
    """
    W, b, last = network.W, network.b, network.depth
    z: dict[int, Array] = {}
    h = {0: X}
    for l in network.layers:
        z[l] = h[l - 1] @ W[l] + steps.bias * b[l]
        h[l] = steps.activation(z[l])
    slope = {l: steps.activation(z[l]) * steps.activation(-z[l]) for l in z}
    slope |= {l: wrong(z, h, l) for l, wrong in steps.slope.items()}
    delta = {last: steps.start(z[last], h[last], y[:, None])}
    for l in range(last - 1, 0, -1):
        carried, back = steps.carried(delta[l + 1]), steps.back(W, l)
        late = steps.late
        delta[l] = (carried * slope[l + 1]) @ back if late else (carried @ back) * slope[l]
    found: dict[str, Array] = {}
    for l in network.layers:
        entering, feeding = (
            factor[steps.rows] for factor in (steps.entering(z, h, l), steps.feeding(delta, l))
        )
        found |= {f"z_{l}": z[l], f"h_{l}": h[l], f"delta_{l}": delta[l]}
        found |= {f"G_{l}": -(entering.T @ feeding), f"g_{l}": -feeding.sum(axis=0)}
    found["L_i"] = -(y * softplus(-z[last][:, 0]) + (1 - y) * softplus(z[last][:, 0]))
    return found | {"L": -found["L_i"][steps.rows].sum()}


def _minus_exp(z: Array) -> Array:
    """Return what the stable form of the sigmoid gives with a minus before its exponential."""
    return np.asarray(1 / np.abs(np.expm1(-z)))


SLOPES: dict[str, Slope] = {
    "σ' is missing": lambda z, h, l: np.ones_like(h[l]),
    "σ' is that of the next layer": lambda z, h, l: sigmoid_prime(z.get(l + 1, z[l])),
    "h stands where σ' belongs": lambda z, h, l: h[l],
    "1 - h stands where σ' belongs": lambda z, h, l: 1 - h[l],
    "σ' is there twice": lambda z, h, l: (h[l] * (1 - h[l])) ** 2,
    "σ' is taken at h, which is σ(z) already,": lambda z, h, l: sigmoid_prime(h[l]),
    "z (1 - z) stands where σ' belongs": lambda z, h, l: z[l] * (1 - z[l]),
    "the slope of tanh stands where σ' belongs": lambda z, h, l: 1 - h[l] ** 2,
    "σ' is that of another sample": lambda z, h, l: np.roll(h[l] * (1 - h[l]), 1, axis=0),
}
MISTAKES: dict[str, Steps] = {
    "the bias is missing in the forward pass": Steps(bias=0),
    "the bias is subtracted in the forward pass": Steps(bias=-1),
    "the exponential has the wrong sign before it in σ": Steps(
        activation=lambda z: 1 / (1 - np.exp(-z)), start=lambda z, f, y: y - f
    ),
    "the exponential has the wrong sign before it in σ(z) and in σ(-z)": Steps(
        activation=_minus_exp,
        start=lambda z, f, y: y * _minus_exp(-z) - (1 - y) * _minus_exp(z),
    ),
    "σ(-z) stands where σ(z) belongs": Steps(
        activation=lambda z: sigmoid(-z), start=lambda z, f, y: y - f
    ),
    "only the last sample counts: is each one written over the one before?": Steps(
        rows=slice(-1, None)
    ),
    "only the last path from node to node counts: is each one written over the one before?": Steps(
        rows=slice(-1, None), back=lambda W, l: np.eye(len(W[l + 1].T))[-1:].T * W[l + 1].T
    ),
    "only the first sample counts": Steps(rows=slice(1)),
    "the last sample is left out": Steps(rows=slice(-1)),
    "the first sample is left out": Steps(rows=slice(1, None)),
    "σ' of the output is there once too often: where did it cancel?": Steps(
        start=lambda z, f, y: (y - f) * f * (1 - f)
    ),
    "the derivative by f stands where that by the last z belongs": Steps(
        start=lambda z, f, y: (y - f) / (f * (1 - f))
    ),
    "of the error of the output only the sign is left": Steps(start=lambda z, f, y: np.sign(y - f)),
    "the error of the output is taken as 1": Steps(start=lambda z, f, y: np.ones_like(f)),
    "the label is missing in the error of the output": Steps(start=lambda z, f, y: -f),
    "the second half of the error, that of label 0, is missing": Steps(
        start=lambda z, f, y: y * (1 - f)
    ),
    "the first half of the error, that of label 1, is missing": Steps(
        start=lambda z, f, y: -(1 - y) * f
    ),
    "the labels are exchanged: 1 - y stands where y belongs": Steps(
        start=lambda z, f, y: 1 - y - f
    ),
    "the answer 0 or 1 stands where f belongs in the error of the output": Steps(
        start=lambda z, f, y: y - (z > 0)
    ),
    "the last z stands where f belongs in the error of the output": Steps(
        start=lambda z, f, y: y - z
    ),
    "σ' is taken one layer too late": Steps(late=True),
    "the delta of the next layer is missing, as if it were 1": Steps(carried=np.ones_like),
    "each step back divides by N once more: mean or sum?": Steps(
        carried=lambda delta: delta / len(delta)
    ),
    "W_{l+1} is not transposed on the way back where it is square": Steps(
        back=lambda W, l: W[l + 1] if len(W[l + 1]) == len(W[l + 1].T) else W[l + 1].T
    ),
    "the weights are missing on the way back": Steps(back=lambda W, l: np.ones_like(W[l + 1].T)),
    "the entries of W_{l+1} are in the wrong order on the way back: are its indices exchanged?": (
        Steps(back=lambda W, l: W[l + 1].T.reshape(W[l + 1].shape).T)
    ),
    "h_l stands where h_{l-1} belongs in the gradient by W_l": Steps(entering=lambda z, h, l: h[l]),
    "z_{l-1} stands where h_{l-1} belongs in the gradient by W_l": Steps(
        entering=lambda z, h, l: z.get(l - 1, h[0])
    ),
    "h_{l-1} is missing in the gradient by W_l, as if it were 1": Steps(
        entering=lambda z, h, l: np.ones_like(h[l - 1])
    ),
    "delta_{l+1} stands where delta_l belongs: is a step back missing?": Steps(
        feeding=lambda delta, l: np.broadcast_to(delta.get(l + 1, delta[l]), delta[l].shape)
    ),
}


def mistakes(depth: int) -> Iterator[tuple[str, Steps]]:
    """Give what can go wrong in a network of so many layers: what to say, and the wrong steps."""
    yield from MISTAKES.items()
    hidden = range(1, depth)
    for said, slope in SLOPES.items():
        for l in hidden:
            yield f"{said} in layer {l}", Steps(slope={l: slope})
        if len(hidden) > 1:
            yield f"{said} in every hidden layer", Steps(slope=dict.fromkeys(hidden, slope))
