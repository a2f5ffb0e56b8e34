"""Exercises: what a reader hands in is told what is wrong with it, and what is right is left so."""

import re

import numpy as np
import pytest
from helpers.example_problems import fast_gradients, problem

import bpkit
from bpkit import Gradients, backpropagation
from bpkit.feedback import diagnose_array, diagnose_function
from bpkit.feedback.array_comparison import STUB
from bpkit.feedback.common_mistakes import Steps, quantities
from bpkit.feedback.diagnosis import RIGHT

NETWORK, X, Y = problem(3)  # 4 inputs; layers of 3, 2 and 1 nodes; 7 samples
KNOWN = quantities(Steps(), NETWORK, X, Y)


@pytest.mark.parametrize("function", [backpropagation, bpkit.chain_product, fast_gradients])
def test_what_is_right_is_called_right(function):
    """The package's own gradients have nothing wrong with them."""
    assert diagnose_function(function) == RIGHT


def test_another_derivative_is_called_by_its_name():
    """Who forgets a factor of the chain has the derivative by another quantity."""
    shorter = bpkit.complex_step(NETWORK, X, Y, of="L_i", wrt="h_1")
    assert diagnose_array(shorter, "L_i by z_1", NETWORK, X, Y) == "that is L_i by h_1"


DERIVATIVES = {
    "L_i by z_2": ("right", lambda d: d),
    "h_2 by z_2": (
        "these are the numbers on the diagonal of the matrix",
        lambda d: np.diagonal(d, 0, 1, 2),
    ),
    "h_2 by z_1": ("right up to a transpose", lambda d: d.swapaxes(1, 2)),
    "h_3 by z_2": (
        "its shape is (7, 1), and (7, 1, 2) is asked for",
        lambda d: np.diagonal(d, 0, 1, 2),
    ),
    "z_2 by h_1": ("this is the first sample alone", lambda d: d[0]),
    "L_i by h_2": ("right up to the sign", lambda d: -d),
    "L_i by h_1": (
        "added over the samples: each has a derivative of its own",
        lambda d: d.sum(axis=0),
    ),
    "L by W_2": ("right up to a transpose", lambda d: d.T),
    "L by b_1": ("7 times too large, which is N: mean or sum?", lambda d: 7 * d),
}


@pytest.mark.parametrize("of", DERIVATIVES)
def test_a_derivative_is_looked_at_in_numerator_layout(of):
    """Its transpose, its diagonal, its sum or its sign is told."""
    told, change = DERIVATIVES[of]
    derivative = bpkit.complex_step(NETWORK, X, Y, of=of.split(" by ")[0], wrt=of.split(" by ")[1])
    assert diagnose_array(change(derivative), of, NETWORK, X, Y) == told


@pytest.mark.parametrize("of", [3, ["L"], "W_1", "delta_4"])
def test_a_name_of_nothing_is_refused(of):
    """Of whatever kind."""
    with pytest.raises(ValueError, match="of must be one of z_1, h_1"):
        diagnose_array(X, of, NETWORK, X, Y)


def test_sums_over_the_wrong_index_are_told():
    """The samples are added in a bias and not in a delta, the nodes in neither."""
    delta, nodes = KNOWN["delta_2"], "added over the nodes of layer 2: each has an entry of its own"
    for answer, of, told in (
        (-delta, "g_2", "not added over the samples"),
        (-delta.sum(axis=1), "g_2", "added over the nodes, where the samples are to be added"),
        (np.full(2, -delta.sum()), "g_2", "added over the nodes as well as the samples"),
        (delta.sum(axis=0), "delta_2", "added over the samples: each has a delta of its own"),
        (delta.sum(axis=1), "delta_2", nodes),
        (delta.sum(axis=1, keepdims=True), "delta_2", nodes),
        (delta.sum(axis=1, keepdims=True) + 0 * delta, "delta_2", nodes),
        (KNOWN["G_2"].sum(axis=1), "G_2", nodes),
        (-KNOWN["h_1"][:, :, None] * delta[:, None], "G_2", "not added over the samples"),
        (KNOWN["delta_1"], "delta_2", "that is delta_1"),
        (KNOWN["h_2"], "z_2", "that is h_2"),
        (-KNOWN["L"], "L", "right up to the sign"),
        (KNOWN["L"] / 7, "L", "7 times too small, which is N: mean or sum?"),
    ):
        assert diagnose_array(answer, of, NETWORK, X, Y) == told


def square_only(network, X, y):
    """Find gradients whose last step fits where it should not."""
    W, b = backpropagation(network, X, y)
    inputs, nodes = W[1].shape
    return ({**W, 1: W[1] if inputs == nodes else W[1].T}, b)


def writing(network, X, y):
    """Find the gradients, and spoil the batch."""
    found = backpropagation(network, X, y)
    X *= 2
    return found


def unwritten(network, X, y):
    """Raise, as a stub does."""
    raise NotImplementedError


FUNCTIONS = [
    (unwritten, STUB),
    (lambda network, X, y: None, STUB),
    (lambda network, X, y: ..., STUB),
    (square_only, "right for square layers only; where sizes differ, G_1: right up to a transpose"),
    (writing, "it writes into its inputs"),
    (
        lambda network, X, y: 1,
        "it must return two mappings, by W and by b, with the layers 1, 2, 3",
    ),
    (lambda network, X, y: ({1: X}, {}), "it must return two mappings"),
    (lambda network, X, y: 1 / 0, "it stops with ZeroDivisionError, division by zero"),
    (lambda network, X, y: network.W[9], "it stops with KeyError, 9; is a layer left out?"),
    (lambda network, X, y: X @ X, "is a transpose missing?"),
]


@pytest.mark.parametrize(("function", "told"), FUNCTIONS)
def test_a_function_is_told_what_is_wrong_with_it(function, told):
    """Unwritten, failing or careless ones are told so."""
    assert told in diagnose_function(function)


@pytest.mark.parametrize(
    ("where", "fails"),
    [
        ("a single sample", lambda network, X: len(X) == 1),
        ("one layer", lambda network, X: network.depth == 1),
        ("two layers", lambda network, X: network.depth == 2),
        ("five layers", lambda network, X: network.depth == 5),
        ("layers of one size", lambda network, X: len({*network.sizes}) == 2 < network.depth),
        ("600 samples", lambda network, X: len(X) > 500),
    ],
)
def test_where_a_gradient_fails_is_told(where, fails):
    """Right for the usual network is not yet right."""

    def sometimes(network, X, y):
        W, b = backpropagation(network, X, y)
        return Gradients(W, {l: -b[l] for l in b} if fails(network, X) else b)

    assert re.match(
        f"right, but not for {where}: .*right up to the sign", diagnose_function(sometimes)
    )


def loud(network, X, y):
    """Find the gradients by way of a number that overflows."""
    np.exp(np.float64(1000))
    return backpropagation(network, X, y)


def test_what_overflows_is_no_matter():
    """Neither on the way to a right answer, nor where an answer is compared."""
    assert diagnose_function(loud) == RIGHT
    told = diagnose_array(np.full((3, 2), 1e308), "G_2", NETWORK, 1e3 * X, Y)
    assert told == "none of its numbers is right"


@pytest.mark.parametrize("layer", [1, 2])
def test_each_hidden_layer_is_tried_where_h_rounds_to_1(layer):
    """A slope that subtracts in one of them is not right."""
    slope = Steps(slope={layer: lambda z, h, l: h[l] * (1 - h[l])})

    def subtracting(network, X, y):
        return (mistaken(slope) if network.depth == 3 else backpropagation)(network, X, y)

    assert "where h rounds to 1" in diagnose_function(subtracting)


def mistaken(steps, sign=1):
    """Return a function that takes these steps, and then turns the biases around or not."""

    def gradient(network, X, y):
        known = quantities(steps, network, X, y)
        layers = network.layers
        return {l: known[f"G_{l}"] for l in layers}, {l: sign * known[f"g_{l}"] for l in layers}

    return gradient


def test_one_mistake_that_explains_all_gradients_is_told_once():
    """Singly where they differ in what else there is to say."""
    late, sure = Steps(late=True), "σ' is taken one layer too late"
    assert diagnose_function(mistaken(late)) == sure
    upward = late._replace(start=lambda z, f, y: f - y)
    assert diagnose_function(mistaken(upward)) == f"{sure}; apart from that, right up to the sign"
    assert diagnose_function(mistaken(late, -1)) == MIXED


def test_what_else_is_to_be_said_of_a_mistake_is_said():
    """A factor as well as a wrong step, also after a mistake that these sizes do not allow."""
    slope = Steps(slope={1: lambda z, h, l: h[l]})
    h_for_slope = quantities(slope, NETWORK, X, Y)["delta_1"]
    told = diagnose_array(-h_for_slope, "delta_1", NETWORK, X, Y)
    assert told == "h stands where σ' belongs in layer 1; apart from that, right up to the sign"
    late = quantities(Steps(late=True), NETWORK, X, Y)["G_1"]
    told = diagnose_array(7 * late, "G_1", NETWORK, X, Y)
    assert told.endswith("too late; apart from that, 7 times too large, which is N: mean or sum?")
    assert (
        diagnose_array(late[1:], "G_1", NETWORK, X, Y)
        == "its shape is (3, 3), and (4, 3) is asked for"
    )


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_labels_of_0_and_1_are_tried(label):
    """A gradient may be right for those between them alone."""

    def between(network, X, y):
        return (uphill if (y == label).any() else backpropagation)(network, X, y)

    assert diagnose_function(between) == "G_1, g_1, G_2, g_2, G_3, g_3: right up to the sign"


def uphill(network, X, y):
    """Find gradients with the wrong sign: a cause that is known."""
    W, b = backpropagation(network, X, y)
    return {l: -W[l] for l in W}, {l: -b[l] for l in b}


def random(network, X, y):
    """Find numbers that follow no rule."""
    rng = np.random.default_rng(0)
    return {l: rng.random(network.W[l].shape) for l in network.W}, network.b


def half(network, X, y):
    """Find biases with the wrong sign, and weights that follow no rule."""
    return random(network, X, y)[0], uphill(network, X, y)[1]


def labelled(network, X, y):
    """Find the gradients, and spoil the labels."""
    found = backpropagation(network, X, y)
    y += 1
    return found


SIGN = "G_1, g_1, G_2, g_2, G_3, g_3: right up to the sign"
MIXED = (
    "G_1, G_2: σ' is taken one layer too late; g_1, g_2: σ' is taken one layer too late; apart "
    "from that, right up to the sign; g_3: right up to the sign"
)
NONE = "G_1, g_1, G_2, g_2, G_3, g_3: none of its numbers is right"
HALF = "G_1, G_2, G_3: none of its numbers is right; g_1, g_2, g_3: right up to the sign"
TEXT = "G_1, g_1, G_2, g_2, G_3, g_3: it must be an array of real numbers; it is str"
SPOILS = "it writes into its inputs, which somebody else may still need"


@pytest.mark.parametrize(
    ("usual", "square", "told"),
    [
        (uphill, uphill, SIGN),
        (random, random, NONE),
        (random, uphill, f"{NONE}; where all layers have one size, {SIGN}"),
        (half, uphill, f"{HALF}; where all layers have one size, {SIGN}"),
        (random, unwritten, NONE),
        (random, lambda *_: None, NONE),
        (writing, uphill, SPOILS),
        (labelled, uphill, SPOILS),
        (mistaken(Steps(late=True), -1), uphill, MIXED),
        (lambda n, *_: [dict.fromkeys(n.W, "W")] * 2, uphill, TEXT),
    ],
)
def test_what_squares_have_to_say_is_added_only_if_it_explains(usual, square, told):
    """Not where the cause is known already, nor where it stays unknown."""

    def either(network, X, y):
        return (square if len({*network.sizes[:-1]}) == 1 else usual)(network, X, y)

    assert diagnose_function(either) == told


def test_what_returns_no_mappings_is_told_only_that():
    """Whatever it does for squares."""
    told = "it must return two mappings, by W and by b, with the layers 1, 2, 3"
    assert (
        diagnose_function(lambda n, X, y: uphill(n, X, y) if n.sizes[0] == n.sizes[1] else 1)
        == told
    )
