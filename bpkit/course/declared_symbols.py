"""The declarations: what each symbol of this course means, and where its value comes from."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from bpkit._validation import Array
from bpkit.cross_entropy import log_likelihood, loss, softplus
from bpkit.equations.symbol_declarations import Course, Known, Quantity
from bpkit.gradient_checking import quantities
from bpkit.gradients import backpropagation, deltas
from bpkit.network import Network, forward, random_network, sigmoid, sigmoid_prime

Reader = Callable[[Known, int, int], Array]

LAST = 3  # the number of the last layer, as in the notes


def _column(key: str) -> Reader:
    """Return what reads a column of one sample from an array with one row a sample."""
    return lambda known, layer, sample: known[key.format(l=layer)][sample][:, np.newaxis]


def _row(key: str) -> Reader:
    """Return what reads a row of one sample from an array with one row a sample."""
    return lambda known, layer, sample: known[key.format(l=layer)][[sample]]


def _upright(key: str) -> Reader:
    """Return what reads a column from an array with one axis."""
    return lambda known, layer, sample: known[key.format(l=layer)][:, np.newaxis]


def _matrix(key: str) -> Reader:
    """Return what reads a matrix of all samples, or of none."""
    return lambda known, layer, sample: known[key.format(l=layer)]


def _number(key: str) -> Reader:
    """Return what reads a number of all samples, or of none."""
    return lambda known, layer, sample: np.reshape(known[key], (1, 1))


def _each(key: str) -> Reader:
    """Return what reads a number of one sample."""
    return lambda known, layer, sample: np.reshape(known[key][sample], (1, 1))


QUANTITIES = (
    Quantity(
        "x",
        ("D", "1"),
        _column("h_0"),
        latex=r"\mathbf{x}_i",
        meaning="input of sample $i$",
        python="X[i]",
        first="sample",
        each_sample=True,
        key="h_0",
    ),
    Quantity(
        "y",
        ("1", "1"),
        _each("y"),
        latex="y_i",
        meaning="label of sample $i$, in $[0, 1]$",
        python="y[i]",
        first="sample",
        each_sample=True,
    ),
    Quantity(
        "W",
        (-1, 0),
        _matrix("W_{l}"),
        latex=r"\mathbf{W}_l",
        meaning="weights of layer $l$",
        python="W[l]",
        first="layer",
        key="W_{l}",
    ),
    Quantity(
        "b",
        (0, "1"),
        _upright("b_{l}"),
        latex=r"\mathbf{b}_l",
        meaning="biases of layer $l$",
        python="b[l]",
        first="layer",
        key="b_{l}",
    ),
    Quantity(
        "z",
        (0, "1"),
        _column("z_{l}"),
        latex=r"\mathbf{z}_l",
        meaning="pre-activations of layer $l$",
        python="z[l][i]",
        first="layer",
        each_sample=True,
        key="z_{l}",
    ),
    Quantity(
        "h",
        (0, "1"),
        _column("h_{l}"),
        latex=r"\mathbf{h}_l",
        meaning=r"activations of layer $l$; $\mathbf{h}_0$ is the input",
        python="h[l][i]",
        first="layer",
        from_input=True,
        each_sample=True,
        key="h_{l}",
    ),
    Quantity(
        "f",
        ("1", "1"),
        _each(f"h_{LAST}"),
        latex=r"f(\mathbf{x}_i)",
        meaning="output, the same as $h_3$",
        python="h[3][i, 0]",
        each_sample=True,
        layer=LAST,
        key="h_{l}",
        argument="x",
    ),
    Quantity(
        "L",
        ("1", "1"),
        _each("L_i"),
        latex="L_i",
        meaning="log-likelihood of sample $i$",
        python="log_likelihood(z[3][:, 0], y)[i]",
        first="sample",
        each_sample=True,
    ),
    Quantity(
        "L",
        ("1", "1"),
        _number("L"),
        latex="L",
        meaning=r"loss, $-\sum_i L_i$",
        python="loss(network, X, y)",
    ),
    Quantity(
        r"\delta",
        ("1", 0),
        _row("delta_{l}"),
        latex=r"\delta_l^i",
        meaning=r"$\partial L_i / \partial \mathbf{z}_l$",
        python="delta[l][i]",
        first="layer",
        each_sample=True,
    ),
    Quantity(
        "G",
        (-1, 0),
        _matrix("G_{l}"),
        latex=r"\mathbf{G}_l",
        meaning=r"gradient by $\mathbf{W}_l$",
        python="gradients.W[l]",
        first="layer",
    ),
    Quantity(
        "g",
        (0, "1"),
        _upright("g_{l}"),
        latex=r"\mathbf{g}_l",
        meaning=r"gradient by $\mathbf{b}_l$",
        python="gradients.b[l]",
        first="layer",
    ),
    Quantity(
        "H",
        ("N", 0),
        _matrix("h_{l}"),
        latex=r"\mathbf{H}_l",
        meaning=r"$\mathbf{h}_l$ of all samples, one a row",
        python="h[l]",
        first="layer",
        from_input=True,
    ),
    Quantity(
        r"\Delta",
        ("N", 0),
        _matrix("delta_{l}"),
        latex=r"\boldsymbol{\Delta}_l",
        meaning=r"$\delta_l$ of all samples, one a row",
        python="delta[l]",
        first="layer",
    ),
    Quantity(
        "e",
        ("m", "1"),
        _number("none"),
        latex=r"\mathbf{e}_m",
        meaning="column $m$ of the identity",
        python="np.eye(n)[m]",
        first="node",
    ),
    Quantity(
        "a",
        ("1", "n_1"),
        _row("a"),
        latex=r"\mathbf{a}",
        meaning="any row of length $n_1$",
        python="a",
        each_sample=True,
        every="row tried",
    ),
    Quantity(
        "z",
        ("1", "1"),
        _each("z"),
        latex="z",
        meaning="any number",
        python="z",
        each_sample=True,
        every="number tried",
    ),
    Quantity(
        "w",
        ("1", "1"),
        _number("w"),
        latex="w",
        meaning="one weight, $W_{3,2}$",
        python="w",
        layer=LAST,
        key="W_{l}",
        entry=(1, 0),
        step_shape=(-1, 0),
    ),
    Quantity(
        r"\varepsilon",
        ("1", "1"),
        _number("step"),
        latex=r"\varepsilon",
        meaning="a small step",
        python="step",
    ),
    Quantity(
        r"\i",
        ("1", "1"),
        _number("i"),
        latex=r"\mathrm{i}",
        meaning="the imaginary unit",
        python="1j",
    ),
)

FUNCTIONS: dict[str, Callable[..., Array]] = {
    r"\sigma": sigmoid,
    r"\sigma'": sigmoid_prime,
    r"\log": np.log,
    r"\max": np.maximum,
    r"\Im": np.imag,
    "s": softplus,
}


@cache
def course() -> Course:
    """Return the course, on a random network and batch whose sizes all differ."""
    rng = np.random.default_rng(seed=3)
    network = random_network((5, 4, 3, 1), rng)
    X, y = rng.normal(size=(7, 5)), rng.uniform(size=7)
    return declared(network, X, y, a=rng.normal(size=(7, 4)), z=4 * rng.normal(size=7))


def declared(network: Network, X: Array, y: Array, a: Array, z: Array) -> Course:
    """Return the course on a network of three layers and a batch.

    Parameters
    ----------
    network : Network
        Of three layers.
    X : array, shape (N, D)
        One sample a row.
    y : array, shape (N,)
        The labels, in [0, 1].
    a : array, shape (N, n_1)
        Values for "any row".
    z : array, shape (N,)
        Values for "any number".

    Returns
    -------
    Course
        Its values come from `bpkit`, its derivatives from steps in `bpkit.gradient_checking`.
    """
    known = _known(network, X, y) | {"a": a, "z": z}
    known |= {"w": known[f"W_{LAST}"][1:2, :1], "step": np.array(1e-5), "i": np.array(1j)}

    def model(key: str, step: Array) -> Known:
        if not key:
            return known
        return quantities(network, X, y, key, step if key.startswith("W") else step[:, 0])

    def loss_at(w: Array) -> Array:
        step = np.zeros(network.W[LAST].shape)
        step[1, 0] = 1
        steps = (w - known["w"]).ravel()
        return np.reshape([model(f"W_{LAST}", k * step)["L"] for k in steps], w.shape)

    widths = ("D", *(f"n_{l}" for l in network.layers[:-1]), "1")
    return Course(
        quantities=QUANTITIES,
        functions=FUNCTIONS | {"L": loss_at},
        sizes={"N": len(X), **dict(zip(widths, network.sizes, strict=True))},
        widths=widths,
        model=model,
        wild=frozenset({"H"}),
    )


def _known(network: Network, X: Array, y: Array) -> dict[str, Array]:
    """Return the values of all quantities of `bpkit` by key."""
    z, h = forward(network, X)
    W, b = backpropagation(network, X, y)
    layered = {"W": network.W, "b": network.b, "z": z, "h": h, "G": W, "g": b}
    layered["delta"] = deltas(network, X, y)
    known = {f"{name}_{l}": values[l] for name, values in layered.items() for l in values}
    known["y"], known["L"] = y, np.asarray(loss(network, X, y))
    known["L_i"] = log_likelihood(z[network.depth][:, 0], y)
    return known
