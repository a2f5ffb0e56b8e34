"""Common mistakes: ways in which a gradient goes wrong, each as backpropagation with one change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from bpkit._validation import Array
from bpkit.cross_entropy import softplus
from bpkit.network import Network, sigmoid, sigmoid_prime

Layers = Mapping[int, Array]
Derivative = Callable[[Layers, Layers, int], Array]


class BackpropVariant(NamedTuple):
    """The steps of the forward pass and of the backward pass; the defaults are correct.

    Attributes
    ----------
    bias_factor : float
        What b_l is multiplied by.
    activation : callable
        h_l from z_l.
    output_delta : callable
        delta_Λ from z_Λ, f and y, each of shape (N, 1).
    derivative : mapping from layer to callable
        The derivative of the activation function in that layer, from z, h and l; the other layers
        have the correct one.
    derivative_one_layer_late : bool
        Whether that derivative is taken in layer l + 1, not in layer l, on the way to delta_l.
    upstream : callable
        The upstream gradient that is passed back to layer l, from delta_{l+1}.
    back_weights : callable
        What the upstream gradient is multiplied by, from W and l.
    layer_input, layer_delta : callable
        The two factors of the gradient with respect to W_l: from z, h and l, and from delta and l.
    samples : slice
        The samples that are summed.
    """

    bias_factor: float = 1
    activation: Callable[[Array], Array] = sigmoid
    output_delta: Callable[[Array, Array, Array], Array] = lambda z, f, y: (
        y * sigmoid(-z) - (1 - y) * sigmoid(z)
    )
    derivative: Mapping[int, Derivative] = MappingProxyType({})
    derivative_one_layer_late: bool = False
    upstream: Callable[[Array], Array] = lambda delta: delta
    back_weights: Callable[[Layers, int], Array] = lambda W, l: W[l + 1].T
    layer_input: Derivative = lambda z, h, l: h[l - 1]
    layer_delta: Callable[[Layers, int], Array] = lambda delta, l: delta[l]
    samples: slice = slice(None)


@np.errstate(all="ignore")  # a wrong step may divide by 0
def run_variant(variant: BackpropVariant, network: Network, X: Array, y: Array) -> dict[str, Array]:
    """Return every quantity of a batch by its name on the page, as this variant computes it.

    Parameters
    ----------
    variant : BackpropVariant
        Correct or wrong steps.
    network : Network
        Its weights and biases, any depth.
    X : array, shape (N, D)
        One sample per row.
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
        z[l] = h[l - 1] @ W[l] + variant.bias_factor * b[l]
        h[l] = variant.activation(z[l])
    prime = {l: variant.activation(z[l]) * variant.activation(-z[l]) for l in z}
    prime |= {l: wrong(z, h, l) for l, wrong in variant.derivative.items()}
    delta = {last: variant.output_delta(z[last], h[last], y[:, None])}
    for l in range(last - 1, 0, -1):
        upstream, back = variant.upstream(delta[l + 1]), variant.back_weights(W, l)
        late = variant.derivative_one_layer_late
        delta[l] = (upstream * prime[l + 1]) @ back if late else (upstream @ back) * prime[l]
    found: dict[str, Array] = {}
    for l in network.layers:
        layer_input = variant.layer_input(z, h, l)[variant.samples]
        layer_delta = variant.layer_delta(delta, l)[variant.samples]
        found |= {f"z_{l}": z[l], f"h_{l}": h[l], f"delta_{l}": delta[l]}
        found |= {f"G_{l}": -(layer_input.T @ layer_delta), f"g_{l}": -layer_delta.sum(axis=0)}
    found["L_i"] = -(y * softplus(-z[last][:, 0]) + (1 - y) * softplus(z[last][:, 0]))
    return found | {"L": -found["L_i"][variant.samples].sum()}


def _minus_exp(z: Array) -> Array:
    """Return what the stable form of the sigmoid gives with a minus before its exponential."""
    return np.asarray(1 / np.abs(np.expm1(-z)))


DERIVATIVES: dict[str, Derivative] = {
    "σ' is missing": lambda z, h, l: np.ones_like(h[l]),
    "σ' of the next layer is used": lambda z, h, l: sigmoid_prime(z.get(l + 1, z[l])),
    "h is used instead of σ'": lambda z, h, l: h[l],
    "1 - h is used instead of σ'": lambda z, h, l: 1 - h[l],
    "σ' appears twice": lambda z, h, l: (h[l] * (1 - h[l])) ** 2,
    "σ' is evaluated at h, which is σ(z) already,": lambda z, h, l: sigmoid_prime(h[l]),
    "z (1 - z) is used instead of σ'": lambda z, h, l: z[l] * (1 - z[l]),
    "the derivative of tanh is used instead of σ'": lambda z, h, l: 1 - h[l] ** 2,
    "σ' of another sample is used": lambda z, h, l: np.roll(h[l] * (1 - h[l]), 1, axis=0),
}
MISTAKES: dict[str, BackpropVariant] = {
    "the bias is missing in the forward pass": BackpropVariant(bias_factor=0),
    "the bias is subtracted in the forward pass": BackpropVariant(bias_factor=-1),
    "in σ the exponential is subtracted from 1, not added": BackpropVariant(
        activation=lambda z: 1 / (1 - np.exp(-z)), output_delta=lambda z, f, y: y - f
    ),
    "in σ(z) and in σ(-z) the exponential is subtracted from 1, not added": BackpropVariant(
        activation=_minus_exp,
        output_delta=lambda z, f, y: y * _minus_exp(-z) - (1 - y) * _minus_exp(z),
    ),
    "σ(-z) is used instead of σ(z)": BackpropVariant(
        activation=lambda z: sigmoid(-z), output_delta=lambda z, f, y: y - f
    ),
    "only the last sample counts: does each one overwrite the one before?": BackpropVariant(
        samples=slice(-1, None)
    ),
    "only the last path from node to node counts: does each one overwrite the one before?": (
        BackpropVariant(
            samples=slice(-1, None),
            back_weights=lambda W, l: np.eye(len(W[l + 1].T))[-1:].T * W[l + 1].T,
        )
    ),
    "only the first sample counts": BackpropVariant(samples=slice(1)),
    "the last sample is left out": BackpropVariant(samples=slice(-1)),
    "the first sample is left out": BackpropVariant(samples=slice(1, None)),
    "σ' of the output appears once too often: where does it cancel?": BackpropVariant(
        output_delta=lambda z, f, y: (y - f) * f * (1 - f)
    ),
    "the derivative with respect to f is used instead of that with respect to the last z": (
        BackpropVariant(output_delta=lambda z, f, y: (y - f) / (f * (1 - f)))
    ),
    "only the sign of the output error is kept": BackpropVariant(
        output_delta=lambda z, f, y: np.sign(y - f)
    ),
    "the output error is replaced by 1": BackpropVariant(
        output_delta=lambda z, f, y: np.ones_like(f)
    ),
    "the label is missing in the output error": BackpropVariant(output_delta=lambda z, f, y: -f),
    "the second term of the output error, that of label 0, is missing": BackpropVariant(
        output_delta=lambda z, f, y: y * (1 - f)
    ),
    "the first term of the output error, that of label 1, is missing": BackpropVariant(
        output_delta=lambda z, f, y: -(1 - y) * f
    ),
    "the labels are swapped: 1 - y is used instead of y": BackpropVariant(
        output_delta=lambda z, f, y: 1 - y - f
    ),
    "the predicted class, 0 or 1, is used instead of f in the output error": BackpropVariant(
        output_delta=lambda z, f, y: y - (z > 0)
    ),
    "the last z is used instead of f in the output error": BackpropVariant(
        output_delta=lambda z, f, y: y - z
    ),
    "σ' is taken one layer too late": BackpropVariant(derivative_one_layer_late=True),
    "the delta of the next layer is missing, as if it were 1": BackpropVariant(
        upstream=np.ones_like
    ),
    "each step of the backward pass divides by N again: mean or sum?": BackpropVariant(
        upstream=lambda delta: delta / len(delta)
    ),
    "W_{l+1} is not transposed in the backward pass where it is square": BackpropVariant(
        back_weights=lambda W, l: W[l + 1] if len(W[l + 1]) == len(W[l + 1].T) else W[l + 1].T
    ),
    "the weights are missing in the backward pass": BackpropVariant(
        back_weights=lambda W, l: np.ones_like(W[l + 1].T)
    ),
    "the entries of W_{l+1} are out of order in the backward pass: are its indices swapped?": (
        BackpropVariant(back_weights=lambda W, l: W[l + 1].T.reshape(W[l + 1].shape).T)
    ),
    "h_l is used instead of h_{l-1} in the gradient with respect to W_l": BackpropVariant(
        layer_input=lambda z, h, l: h[l]
    ),
    "z_{l-1} is used instead of h_{l-1} in the gradient with respect to W_l": BackpropVariant(
        layer_input=lambda z, h, l: z.get(l - 1, h[0])
    ),
    "h_{l-1} is missing in the gradient with respect to W_l, as if it were 1": BackpropVariant(
        layer_input=lambda z, h, l: np.ones_like(h[l - 1])
    ),
    "delta_{l+1} is used instead of delta_l: is a step of the recursion missing?": BackpropVariant(
        layer_delta=lambda delta, l: np.broadcast_to(delta.get(l + 1, delta[l]), delta[l].shape)
    ),
}


def mistakes(depth: int) -> Iterator[tuple[str, BackpropVariant]]:
    """Yield each mistake in a network of so many layers: what to say, and the wrong variant."""
    yield from MISTAKES.items()
    hidden = range(1, depth)
    for message, derivative in DERIVATIVES.items():
        for l in hidden:
            yield f"{message} in layer {l}", BackpropVariant(derivative={l: derivative})
        if len(hidden) > 1:
            everywhere = dict.fromkeys(hidden, derivative)
            yield f"{message} in every hidden layer", BackpropVariant(derivative=everywhere)
