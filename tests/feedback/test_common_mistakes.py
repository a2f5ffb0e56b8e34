"""Common mistakes: each variant of backpropagation is what a program with that mistake computes."""

import numpy as np
import pytest
from helpers.example_problems import problem

import bpkit
from bpkit.feedback import diagnose_function
from bpkit.feedback.common_mistakes import MISTAKES, BackpropVariant, mistakes, run_variant

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
PRIME, BACK, START = "h[l] * (1 - h[l])", "(delta[l + 1] @ W[l + 1].T)", "y - h[last]"
EACH = [
    ("h[l - 1].T @ delta[l]", "h[l - 1][{0}].T @ delta[l][{0}]"),
    ("delta[l].s", "delta[l][{0}].s"),
]
WITH_PRIME = {  # what replaces h[l] * (1 - h[l])
    "σ' is missing": "1",
    "σ' of the next layer is used": "h[min(l + 1, last)] * (1 - h[min(l + 1, last)])",
    "h is used instead of σ'": "h[l]",
    "1 - h is used instead of σ'": "(1 - h[l])",
    "σ' appears twice": "(h[l] * (1 - h[l])) ** 2",
    "σ' is evaluated at h, which is σ(z) already,": "sigmoid(h[l]) * (1 - sigmoid(h[l]))",
    "z (1 - z) is used instead of σ'": "z[l] * (1 - z[l])",
    "the derivative of tanh is used instead of σ'": "(1 - h[l] ** 2)",
    "σ' of another sample is used": "np.roll(h[l] * (1 - h[l]), 1, axis=0)",
}
CHANGES = {
    "the bias is missing in the forward pass": [(" + b[l]", "")],
    "the bias is subtracted in the forward pass": [("+ b[l]", "- b[l]")],
    "in σ the exponential is subtracted from 1, not added": [
        ("sigmoid(z[l])", "1 / (1 - np.exp(-z[l]))")
    ],
    "in σ(z) and in σ(-z) the exponential is subtracted from 1, not added": [
        ("sigmoid(z[l])", "wrong(z[l])"),
        (START, "y * wrong(-z[last]) - (1 - y) * wrong(z[last])"),
        (PRIME, "wrong(z[l]) * wrong(-z[l])"),
    ],
    "σ(-z) is used instead of σ(z)": [("sigmoid(z[l])", "sigmoid(-z[l])")],
    "only the last sample counts": [(old, new.format("-1:")) for old, new in EACH],
    "only the last path from node to node counts": [
        *((old, new.format("-1:")) for old, new in EACH),
        (BACK, "(delta[l + 1][:, -1:] @ W[l + 1].T[-1:])"),
    ],
    "only the first sample counts": [(old, new.format(":1")) for old, new in EACH],
    "the last sample is left out": [(old, new.format(":-1")) for old, new in EACH],
    "the first sample is left out": [(old, new.format("1:")) for old, new in EACH],
    "σ' of the output appears once too often": [(START, "(y - h[last]) * h[last] * (1 - h[last])")],
    "the derivative with respect to f is used instead of that with respect to the last z": [
        (START, "y / h[last] - (1 - y) / (1 - h[last])")
    ],
    "only the sign of the output error is kept": [(START, "np.sign(y - h[last])")],
    "the output error is replaced by 1": [(START, "np.ones((len(y), 1))")],
    "the label is missing in the output error": [(START, "-h[last]")],
    "the second term of the output error, that of label 0, is missing": [
        (START, "y * (1 - h[last])")
    ],
    "the first term of the output error, that of label 1, is missing": [
        (START, "(y - 1) * h[last]")
    ],
    "the labels are swapped": [(START, "(1 - y) - h[last]")],
    "the predicted class, 0 or 1, is used instead of f": [(START, "y - (h[last] > 1 / 2)")],
    "the last z is used instead of f in the output error": [(START, "y - z[last]")],
    "σ' is taken one layer too late": [
        (BACK, "((delta[l + 1] * h[l + 1] * (1 - h[l + 1])) @ W[l + 1].T)"),
        (" * " + PRIME, ""),
    ],
    "the delta of the next layer is missing, as if it were 1": [(BACK, "W[l + 1].sum(axis=1)")],
    "each step of the backward pass divides by N again": [
        (BACK, "(delta[l + 1] @ W[l + 1].T) / len(y)")
    ],
    "W_{l+1} is not transposed in the backward pass where it is square": [
        (BACK, "(delta[l + 1] @ (W[l + 1] if len(W[l + 1]) == W[l + 1].shape[1] else W[l + 1].T))")
    ],
    "the weights are missing in the backward pass": [(BACK, "delta[l + 1].sum(axis=1)[:, None]")],
    "are its indices swapped?": [
        (BACK, "(delta[l + 1] @ W[l + 1].ravel('F').reshape(W[l + 1].shape).T)")
    ],
    "h_l is used instead of h_{l-1} in the gradient with respect to W_l": [
        ("h[l - 1].T", "h[l].T")
    ],
    "z_{l-1} is used instead of h_{l-1} in the gradient with respect to W_l": [
        ("h[l - 1].T", "(z | {0: X})[l - 1].T")
    ],
    "h_{l-1} is missing in the gradient with respect to W_l": [
        ("h[l - 1].T", "np.ones(h[l - 1].shape).T")
    ],
    "delta_{l+1} is used instead of delta_l": [
        ("h[l - 1].T @ delta[l]", "h[l - 1].T @ next_to(delta, l, last)"),
        ("-delta[l].sum", "-next_to(delta, l, last).sum"),
    ],
    **{f"{message} in every hidden layer": [(PRIME, new)] for message, new in WITH_PRIME.items()},
    **{
        f"{message} in layer {l}": [(PRIME, f"({new} if l == {l} else {PRIME})")]
        for message, new in WITH_PRIME.items()
        for l in (1, 2)
    },
}

# Programs that are correct, or stop, where the sizes of the layers differ.
UNLIKE = (
    "where it is square",
    "delta_{l+1} is used",
    "next layer is used in every",
    "next layer is used in layer 1",
)


def wrong(z):
    """Return the sigmoid in its stable form, with a minus before its exponential."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 - e)


def next_to(delta, l, last):
    """Return the deltas of the next layer, one column for each node of this one if they fit."""
    return delta[min(l + 1, last)] * np.ones_like(delta[l])


def program(changes):
    """Return the program with these changes, each of which has something to change."""
    text = PROGRAM
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    named = {"np": np, "sigmoid": bpkit.sigmoid, "wrong": wrong, "next_to": next_to}
    exec(text, named)
    return named["gradients"]


@pytest.mark.filterwarnings("ignore:divide by zero")
@pytest.mark.parametrize("message", CHANGES)
def test_a_program_with_a_mistake_is_diagnosed(message):
    """The page's own program, with one expression changed."""
    found = diagnose_function(program(CHANGES[message]))
    if any(words in message for words in UNLIKE):
        _, _, found = found.partition(" same size")
    assert found.strip(":, ") in [entry for entry, _ in mistakes(3) if message in entry]


def test_the_program_without_a_change_is_correct_but_for_rounding():
    """It is written as on the page, with 1 - h."""
    assert diagnose_function(program([])).startswith("correct except for rounding")


def test_every_mistake_has_a_program():
    """Each by words of its message."""
    messages = [message for message, _ in mistakes(3)]
    assert len(messages) == len(CHANGES)
    assert all(any(words in message for words in CHANGES) for message in messages)


def test_a_network_of_two_layers_has_one_hidden_layer():
    """And a mistake in it is not found a second time as one of every hidden layer."""
    messages = [message for message, _ in mistakes(2)]
    assert "σ' is missing in layer 1" in messages
    assert not [
        message for message in messages if "every hidden layer" in message or "layer 2" in message
    ]


@pytest.mark.parametrize("depth", range(1, 6))
def test_the_correct_variant_computes_what_the_package_computes(depth):
    """Every quantity, by its name on the page."""
    network, X, y = problem(depth)
    known = run_variant(BackpropVariant(), network, X, y)
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
    """The result is not finite, and there is no warning."""
    network, X, y = problem(3)
    network = bpkit.Network(network.W, {**network.b, 3: network.b[3] + certain})
    variant = MISTAKES[
        "the derivative with respect to f is used instead of that with respect to the last z"
    ]
    assert not np.isfinite(run_variant(variant, network, X, y)["delta_3"]).all()
