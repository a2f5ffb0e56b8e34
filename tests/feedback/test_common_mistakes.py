"""Mistakes: each entry of the catalogue is what a program with that mistake computes."""

import numpy as np
import pytest
from helpers.example_problems import problem

import bpkit
from bpkit.feedback import diagnose_function
from bpkit.feedback.common_mistakes import MISTAKES, Steps, mistakes, quantities

PROGRAM = """
def gradients(network, X, y):
    W, b, last = network.W, network.b, network.depth
    z, h, y = {}, {0: X}, y[:, None]
    for l in network.layers:
        z[l] = h[l - 1] @ W[l] + b[l]
        h[l] = sigmoid(z[l])
    delta = {last: y - h[last]}
    for l in range(last - 1, 0, -1):
        delta[l] = (delta[l + 1] @ W[l + 1].T) * h[l] * (1 - h[l])
    G = {l: -(h[l - 1].T @ delta[l]) for l in network.layers}
    g = {l: -delta[l].sum(axis=0) for l in network.layers}
    return G, g
"""
SLOPE, BACK, START = "h[l] * (1 - h[l])", "(delta[l + 1] @ W[l + 1].T)", "y - h[last]"
EACH = [
    ("h[l - 1].T @ delta[l]", "h[l - 1][{0}].T @ delta[l][{0}]"),
    ("delta[l].s", "delta[l][{0}].s"),
]
WITH_SLOPE = {  # what stands where h[l] * (1 - h[l]) belongs
    "σ' is missing": "1",
    "σ' is that of the next layer": "h[min(l + 1, last)] * (1 - h[min(l + 1, last)])",
    "h stands where σ' belongs": "h[l]",
    "1 - h stands where σ' belongs": "(1 - h[l])",
    "σ' is there twice": "(h[l] * (1 - h[l])) ** 2",
    "σ' is taken at h, which is σ(z) already,": "sigmoid(h[l]) * (1 - sigmoid(h[l]))",
    "z (1 - z) stands where σ' belongs": "z[l] * (1 - z[l])",
    "the slope of tanh stands where σ' belongs": "(1 - h[l] ** 2)",
    "σ' is that of another sample": "np.roll(h[l] * (1 - h[l]), 1, axis=0)",
}
CHANGES = {
    "the bias is missing in the forward pass": [(" + b[l]", "")],
    "the bias is subtracted in the forward pass": [("+ b[l]", "- b[l]")],
    "the exponential has the wrong sign before it in σ": [
        ("sigmoid(z[l])", "1 / (1 - np.exp(-z[l]))")
    ],
    "the exponential has the wrong sign before it in σ(z) and in σ(-z)": [
        ("sigmoid(z[l])", "wrong(z[l])"),
        (START, "y * wrong(-z[last]) - (1 - y) * wrong(z[last])"),
        (SLOPE, "wrong(z[l]) * wrong(-z[l])"),
    ],
    "σ(-z) stands where σ(z) belongs": [("sigmoid(z[l])", "sigmoid(-z[l])")],
    "only the last sample counts": [(old, new.format("-1:")) for old, new in EACH],
    "only the last path from node to node counts": [
        *((old, new.format("-1:")) for old, new in EACH),
        (BACK, "(delta[l + 1][:, -1:] @ W[l + 1].T[-1:])"),
    ],
    "only the first sample counts": [(old, new.format(":1")) for old, new in EACH],
    "the last sample is left out": [(old, new.format(":-1")) for old, new in EACH],
    "the first sample is left out": [(old, new.format("1:")) for old, new in EACH],
    "σ' of the output is there once too often": [
        (START, "(y - h[last]) * h[last] * (1 - h[last])")
    ],
    "the derivative by f stands where that by the last z belongs": [
        (START, "y / h[last] - (1 - y) / (1 - h[last])")
    ],
    "of the error of the output only the sign is left": [(START, "np.sign(y - h[last])")],
    "the error of the output is taken as 1": [(START, "np.ones((len(y), 1))")],
    "the label is missing in the error of the output": [(START, "-h[last]")],
    "the second half of the error, that of label 0, is missing": [(START, "y * (1 - h[last])")],
    "the first half of the error, that of label 1, is missing": [(START, "(y - 1) * h[last]")],
    "the labels are exchanged": [(START, "(1 - y) - h[last]")],
    "the answer 0 or 1 stands where f belongs": [(START, "y - (h[last] > 1 / 2)")],
    "the last z stands where f belongs in the error of the output": [(START, "y - z[last]")],
    "σ' is taken one layer too late": [
        (BACK, "((delta[l + 1] * h[l + 1] * (1 - h[l + 1])) @ W[l + 1].T)"),
        (" * " + SLOPE, ""),
    ],
    "the delta of the next layer is missing, as if it were 1": [(BACK, "W[l + 1].sum(axis=1)")],
    "each step back divides by N once more": [(BACK, "(delta[l + 1] @ W[l + 1].T) / len(y)")],
    "W_{l+1} is not transposed on the way back where it is square": [
        (BACK, "(delta[l + 1] @ (W[l + 1] if len(W[l + 1]) == W[l + 1].shape[1] else W[l + 1].T))")
    ],
    "the weights are missing on the way back": [(BACK, "delta[l + 1].sum(axis=1)[:, None]")],
    "are its indices exchanged?": [
        (BACK, "(delta[l + 1] @ W[l + 1].ravel('F').reshape(W[l + 1].shape).T)")
    ],
    "h_l stands where h_{l-1} belongs in the gradient by W_l": [("h[l - 1].T", "h[l].T")],
    "z_{l-1} stands where h_{l-1} belongs in the gradient by W_l": [
        ("h[l - 1].T", "(z | {0: X})[l - 1].T")
    ],
    "h_{l-1} is missing in the gradient by W_l": [("h[l - 1].T", "np.ones(h[l - 1].shape).T")],
    "delta_{l+1} stands where delta_l belongs": [
        ("h[l - 1].T @ delta[l]", "h[l - 1].T @ next_to(delta, l, last)"),
        ("-delta[l].sum", "-next_to(delta, l, last).sum"),
    ],
    **{f"{said} in every hidden layer": [(SLOPE, new)] for said, new in WITH_SLOPE.items()},
    **{
        f"{said} in layer {l}": [(SLOPE, f"({new} if l == {l} else {SLOPE})")]
        for said, new in WITH_SLOPE.items()
        for l in (1, 2)
    },
}

# Programs that are right, or stop, where the sizes of the layers differ.
UNLIKE = ("where it is square", "delta_{l+1} stands", "next layer in every", "layer in layer 1")


def wrong(z):
    """Return the sigmoid in its stable form, with a minus before its exponential."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 - e)


def next_to(delta, l, last):
    """Return the deltas of the next layer, one column for each node of this one if they fit."""
    return delta[min(l + 1, last)] * np.ones_like(delta[l])


def written(changes):
    """Return the program with these changes, each of which has something to change."""
    text = PROGRAM
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    named = {"np": np, "sigmoid": bpkit.sigmoid, "wrong": wrong, "next_to": next_to}
    exec(text, named)
    return named["gradients"]


@pytest.mark.filterwarnings("ignore:divide by zero")
@pytest.mark.parametrize("said", CHANGES)
def test_a_program_with_a_mistake_is_told_which(said):
    """The page's own program, with one expression changed."""
    told = diagnose_function(written(CHANGES[said]))
    if any(words in said for words in UNLIKE):
        _, _, told = told.partition(" one size")
    assert told.strip(":, ") in [entry for entry, _ in mistakes(3) if said in entry]


def test_the_program_without_a_change_is_right_but_for_rounding():
    """It is written as on the page, with 1 - h."""
    assert diagnose_function(written([])).startswith("right, but for rounding")


def test_every_mistake_of_the_catalogue_has_a_program():
    """Each is told by words that begin or end its entry."""
    entries = [said for said, _ in mistakes(3)]
    assert len(entries) == len(CHANGES)
    assert all(any(words in entry for words in CHANGES) for entry in entries)


def test_a_network_of_two_layers_has_one_hidden_layer():
    """And a mistake in it is not told a second time as one of every hidden layer."""
    entries = [said for said, _ in mistakes(2)]
    assert "σ' is missing in layer 1" in entries
    assert not [said for said in entries if "every hidden layer" in said or "layer 2" in said]


@pytest.mark.parametrize("depth", range(1, 6))
def test_the_right_steps_make_what_the_package_makes(depth):
    """Every quantity, by its name on the page."""
    network, X, y = problem(depth)
    known = quantities(Steps(), network, X, y)
    z, h = bpkit.forward(network, X)
    W, b = bpkit.backpropagation(network, X, y)
    delta = bpkit.deltas(network, X, y)
    for l in network.layers:
        for name, array in zip(("z", "h", "delta", "G", "g"), (z, h, delta, W, b), strict=True):
            bpkit.compare(known[f"{name}_{l}"], array[l])
    bpkit.compare(known["L_i"], bpkit.log_likelihood(z[depth][:, 0], y))
    bpkit.compare(known["L"], bpkit.loss(network, X, y))
    assert len(known) == 5 * depth + 2


@pytest.mark.parametrize("certain", [800, -800])
def test_a_wrong_step_may_divide_by_0(certain):
    """It says so by numbers that are not finite, without a warning."""
    network, X, y = problem(3)
    network = bpkit.Network(network.W, {**network.b, 3: network.b[3] + certain})
    steps = MISTAKES["the derivative by f stands where that by the last z belongs"]
    assert not np.isfinite(quantities(steps, network, X, y)["delta_3"]).all()
