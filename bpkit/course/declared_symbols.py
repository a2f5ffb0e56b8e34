"""The notation of this course: what each symbol means, and where its value comes from.

A new symbol is a row of `DECLARED_SYMBOLS`, and nothing else: the table on the page, the tests and
the fuzz are made from the rows. The tests evaluate `python`, the symbol in the reader's code, and
require the declared value.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np

from bpkit._validation import Array
from bpkit.cross_entropy import log_likelihood, loss, softplus
from bpkit.equations.symbol_declarations import Known, Notation, Size, SymbolDeclaration
from bpkit.gradient_checking import quantities
from bpkit.gradients import backpropagation, deltas
from bpkit.network import Network, forward, random_network, sigmoid, sigmoid_prime

LAST = 3  # the number of the last layer, as in the notes
CONSTANT = "1"  # the key of the number 1, which has no derivative
SCALAR, ROW, COLUMN = ("1", "1"), ("1", 0), (0, "1")


def _symbol(
    name: str,
    latex: str,
    shape: tuple[Size, Size],
    source: str | complex | Callable[[Known, int], Array],
    meaning: str,
    python: str,
    *,
    wrt: bool = False,
    per_sample: bool = False,
    **more: Any,
) -> SymbolDeclaration:
    """Declare a symbol.

    Its `source` is its key in the model, a constant, or a function of the model's values and the
    layer; `wrt` allows derivatives with respect to a key.
    """
    axes = [1 if size == "1" else -1 for size in shape]  # of a vector or a scalar
    key = source if isinstance(source, str) else ""
    entry = more.get("entry", ())

    def value(known: Known, layer: int, sample: int) -> Array:
        if callable(source):
            stored = source(known, layer)
        else:
            stored = known[key.format(l=layer)] if key else known[CONSTANT] * source
        array = stored[sample] if per_sample else stored[entry]
        return np.reshape(array, axes) if 1 in axes else array

    more.setdefault("model_key", key if wrt else "")
    return SymbolDeclaration(
        name, shape, value, latex, meaning, python, per_sample=per_sample, **more
    )


_of_sample = partial(_symbol, index_kind="sample", per_sample=True)
_of_layer = partial(_symbol, index_kind="layer")
_of_layer_and_sample = partial(_of_layer, per_sample=True)

DECLARED_SYMBOLS = (
    _of_sample("x", r"\mathbf{x}_i", ("D", "1"), "h_0", "input of sample $i$", "X[i]", wrt=True),
    _of_sample("y", "y_i", SCALAR, "y", "label of sample $i$, in $[0, 1]$", "y[i]"),
    _of_layer("W", r"\mathbf{W}_l", (-1, 0), "W_{l}", "weights of layer $l$", "W[l]", wrt=True),
    _of_layer("b", r"\mathbf{b}_l", COLUMN, "b_{l}", "biases of layer $l$", "b[l]", wrt=True),
    _of_layer_and_sample("z", r"\mathbf{z}_l", COLUMN, "z_{l}",
                         "pre-activations of layer $l$", "z[l][i]", wrt=True),
    _of_layer_and_sample("h", r"\mathbf{h}_l", COLUMN, "h_{l}",
                         r"activations of layer $l$; $\mathbf{h}_0$ is the input", "h[l][i]",
                         wrt=True, from_input=True),
    _symbol("f", r"f(\mathbf{x}_i)", SCALAR, "h_3", "output, the same as $h_3$", "h[3][i, 0]",
            per_sample=True, layer=LAST, model_key="h_{l}", argument="x"),
    _of_sample("L", "L_i", SCALAR, "L_i", "log-likelihood of sample $i$",
               "log_likelihood(z[3][:, 0], y)[i]"),
    _symbol("L", "L", SCALAR, "L", r"loss, $-\sum_i L_i$", "loss(network, X, y)"),
    _of_layer_and_sample(r"\delta", r"\delta_l^i", ROW, "delta_{l}",
                         r"$\partial L_i / \partial \mathbf{z}_l$", "delta[l][i]"),
    _of_layer("G", r"\mathbf{G}_l", (-1, 0), "G_{l}",
              r"gradient with respect to $\mathbf{W}_l$", "gradients.W[l]"),
    _of_layer("g", r"\mathbf{g}_l", COLUMN, "g_{l}",
              r"gradient with respect to $\mathbf{b}_l$", "gradients.b[l]"),
    _of_layer("H", r"\mathbf{H}_l", ("N", 0), "h_{l}",
              r"$\mathbf{h}_l$ of all samples, one per row", "h[l]", from_input=True),
    _of_layer(r"\Delta", r"\boldsymbol{\Delta}_l", ("N", 0), "delta_{l}",
              r"$\delta_l$ of all samples, one per row", "delta[l]"),
    _symbol("e", r"\mathbf{e}_m", ("m", "1"), "", "column $m$ of the identity", "np.eye(n)[m]",
            index_kind="node"),
    _symbol("a", r"\mathbf{a}", ("1", "n_1"), "a", "any row vector of length $n_1$", "a",
            per_sample=True, sample_word="row vector tried"),
    _symbol("z", "z", SCALAR, "z", "any scalar", "z", per_sample=True, sample_word="scalar tried"),
    _symbol(r"\eta", r"\eta", SCALAR, 0.1, "learning rate", "learning_rate"),
    _symbol("w", "w", SCALAR, "W_{l}", "one weight, $W_{3,2}$", "W[3][1, 0]",
            wrt=True, layer=LAST, entry=(1, 0), entry_of=(-1, 0)),
    _symbol(r"\varepsilon", r"\varepsilon", SCALAR, 1e-5, "a small step", "step"),
    _symbol(r"\i", r"\mathrm{i}", SCALAR, 1j, "the imaginary unit", "1j"),
)  # fmt: skip

FUNCTIONS: dict[str, Callable[..., Array]] = {
    r"\sigma": sigmoid,
    r"\sigma'": sigmoid_prime,
    r"\log": np.log,
    r"\max": np.maximum,
    r"\Im": np.imag,
    "s": softplus,
}


@cache
def course_notation() -> Notation:
    """Return the notation on a random network and batch whose sizes are all different."""
    rng = np.random.default_rng(seed=3)
    network = random_network((5, 4, 3, 1), rng)
    X, y = rng.normal(size=(7, 5)), rng.uniform(size=7)
    return notation_on(network, X, y, a=rng.normal(size=(7, 4)), z=4 * rng.normal(size=7))


def notation_on(network: Network, X: Array, y: Array, a: Array, z: Array) -> Notation:
    """Return the notation on a network of three layers and a batch.

    Parameters
    ----------
    network : Network
        Of three layers.
    X, y : array, shapes (N, D) and (N,)
        One sample per row, and the labels, in [0, 1].
    a, z : array, shapes (N, n_1) and (N,)
        Values for "any row vector" and for "any scalar".

    Returns
    -------
    Notation
        Its values come from `bpkit`, its derivatives from steps in `bpkit.gradient_checking`.

    Raises
    ------
    ValueError
        When the network has more or fewer layers.
    """
    if network.depth != LAST:
        raise ValueError(f"network must have {LAST} layers; got {network.depth}")
    known = _known(network, X, y) | {"a": a, "z": z, CONSTANT: np.array(1.0)}

    def model(key: str, step: Array) -> Known:
        if not key:
            return known
        return quantities(network, X, y, key, step if key.startswith("W") else step[:, 0])

    def loss_at(w: Array) -> Array:
        step = np.zeros(network.W[LAST].shape)
        step[1, 0] = 1
        steps = (w - network.W[LAST][1, 0]).ravel()
        return np.reshape([model(f"W_{LAST}", k * step)["L"] for k in steps], w.shape)

    layer_dims = ("D", *(f"n_{l}" for l in network.layers[:-1]), "1")
    return Notation(
        symbols=DECLARED_SYMBOLS,
        functions=FUNCTIONS | {"L": loss_at},
        sizes={"N": len(X), **dict(zip(layer_dims, network.sizes, strict=True))},
        layer_dims=layer_dims,
        model=model,
        any_limit=frozenset({"H"}),
        file="bpkit/course/declared_symbols.py",
    )


def _known(network: Network, X: Array, y: Array) -> dict[str, Array]:
    """Return the values that `bpkit` computes, by key."""
    z, h = forward(network, X)
    G, g = backpropagation(network, X, y)
    layered = {"W": network.W, "b": network.b, "z": z, "h": h, "G": G, "g": g}
    layered["delta"] = deltas(network, X, y)
    known = {f"{name}_{l}": values[l] for name, values in layered.items() for l in values}
    known["y"], known["L"] = y, np.asarray(loss(network, X, y))
    known["L_i"] = log_likelihood(z[network.depth][:, 0], y)
    return known
