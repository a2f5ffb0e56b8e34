"""Diagnosis: an error in a reader's array or function is named, and nothing correct is refused."""

import re

import numpy as np
import pytest
from helpers.example_problems import fast_gradients, problem

import bpkit
from bpkit import Gradients, backpropagation
from bpkit.feedback import diagnose_array, diagnose_function
from bpkit.feedback.array_comparison import STUB
from bpkit.feedback.common_mistakes import BackpropVariant, run_variant
from bpkit.feedback.diagnosis import CORRECT

NETWORK, X, Y = problem(3)  # 4 inputs; layers of 3, 2 and 1 nodes; 7 samples
KNOWN = run_variant(BackpropVariant(), NETWORK, X, Y)


@pytest.mark.parametrize("function", [backpropagation, bpkit.chain_product, fast_gradients])
def test_a_correct_function_is_called_correct(function):
    """The package's own gradients have nothing wrong with them."""
    assert diagnose_function(function) == CORRECT


def derivative(of):
    """Return a derivative by its name, such as "dL_i/dz_2"."""
    numerator, denominator = of.split("/")
    return bpkit.complex_step(NETWORK, X, Y, of=numerator[1:], wrt=denominator[1:])


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("dL_i/dh_1", "dL_i/dz_1"),
        ("dL_i/dz_1", "dL_i/dh_1"),
        ("dh_3/dz_3", "dL_i/dz_3"),
        ("dh_2/dz_1", "dz_2/dh_1"),
    ],
)
def test_another_derivative_is_named(asked, found):
    """Where a factor of the chain is missing and the shapes agree, up to an axis of length 1."""
    told = diagnose_array(derivative(found), asked, NETWORK, X, Y)
    assert told.startswith(f"that is {found}")


def test_a_missing_factor_is_diagnosed_by_the_name_alone():
    """Where the shapes agree, there is nothing else to say."""
    found = diagnose_array(derivative("dL_i/dh_1"), "dL_i/dz_1", NETWORK, X, Y)
    assert found == "that is dL_i/dh_1"


def test_only_the_first_sample_is_diagnosed():
    """And the second one is not taken for it."""
    each = derivative("dh_2/dz_1")
    assert diagnose_array(each[0], "dh_2/dz_1", NETWORK, X, Y) == "only the first sample"
    assert "sample" not in diagnose_array(each[1], "dh_2/dz_1", NETWORK, X, Y)


def test_an_identity_matrix_is_no_derivative_with_another_name():
    """Nor is it the derivative of a quantity with respect to itself."""
    identity = np.broadcast_to(np.eye(2), (7, 2, 2))
    assert "that is" not in diagnose_array(identity, "dh_2/dz_2", NETWORK, X, Y)


DERIVATIVES = {
    "dL_i/dz_2": ("correct", lambda d: d),
    "dh_2/dz_2": (
        "only the diagonal of the matrix",
        lambda d: np.diagonal(d, 0, 1, 2),
    ),
    "dh_2/dz_1": ("correct up to a transpose", lambda d: d.swapaxes(1, 2)),
    "dh_3/dz_2": (
        "its shape must be (7, 1, 2); got (7, 1)",
        lambda d: np.diagonal(d, 0, 1, 2),
    ),
    "dz_2/dh_1": ("only the first sample", lambda d: d[0]),
    "dL_i/dh_2": ("correct up to the sign", lambda d: -d),
    "dL_i/dh_1": (
        "summed over the samples: each has its own derivative",
        lambda d: d.sum(axis=0),
    ),
    "dL/dW_2": ("correct up to a transpose", lambda d: d.T),
    "dL/db_1": ("too large by a factor of 7, which is N: mean or sum?", lambda d: 7 * d),
}


@pytest.mark.parametrize("of", DERIVATIVES)
def test_a_derivative_is_compared_in_numerator_layout(of):
    """Its transpose, its diagonal, its sum or its sign is recognized."""
    told, change = DERIVATIVES[of]
    assert diagnose_array(change(derivative(of)), of, NETWORK, X, Y) == told


FORM = 'or a derivative such as "dL/dW_1"; got '


@pytest.mark.parametrize(
    "of", [3, ["L"], "W_1", "delta_4", "L_i by z_2", "L_i/z_2", "dL_i/dz_2 ", "dL/dW_1/dW_2"]
)
def test_a_name_of_nothing_is_refused(of):
    """Of whatever kind; the message names the form of a derivative."""
    with pytest.raises(ValueError, match=f"of must be one of z_1, h_1, .*{FORM}"):
        diagnose_array(X, of, NETWORK, X, Y)


def test_sums_over_the_wrong_index_are_diagnosed():
    """The samples are summed for a bias and not for a delta, the nodes for neither."""
    delta, nodes = KNOWN["delta_2"], "summed over the nodes of layer 2: each has its own entry"
    for answer, of, told in (
        (-delta, "g_2", "not summed over the samples"),
        (-delta.sum(axis=1), "g_2", "summed over the nodes instead of the samples"),
        (np.full(2, -delta.sum()), "g_2", "summed over the nodes as well as the samples"),
        (delta.sum(axis=0), "delta_2", "summed over the samples: each has its own delta"),
        (delta.sum(axis=1), "delta_2", nodes),
        (delta.sum(axis=1, keepdims=True), "delta_2", nodes),
        (delta.sum(axis=1, keepdims=True) + 0 * delta, "delta_2", nodes),
        (KNOWN["G_2"].sum(axis=1), "G_2", nodes),
        (-KNOWN["h_1"][:, :, None] * delta[:, None], "G_2", "not summed over the samples"),
        (KNOWN["delta_1"], "delta_2", "that is delta_1"),
        (KNOWN["h_2"], "z_2", "that is h_2"),
        (-KNOWN["L"], "L", "correct up to the sign"),
        (KNOWN["L"] / 7, "L", "too small by a factor of 7, which is N: mean or sum?"),
    ):
        assert diagnose_array(answer, of, NETWORK, X, Y) == told


def square_only(network, X, y):
    """Find gradients whose last step fits where it should not."""
    W, b = backpropagation(network, X, y)
    inputs, nodes = W[1].shape
    return ({**W, 1: W[1] if inputs == nodes else W[1].T}, b)


def writing(network, X, y):
    """Find the gradients, and modify the inputs."""
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
    (
        square_only,
        "same size; if the sizes differ: G_1: correct up to a transpose",
    ),
    (writing, "it modifies its inputs"),
    (
        lambda network, X, y: 1,
        "it must return two mappings, for W and for b, with the layers 1, 2, 3",
    ),
    (lambda network, X, y: ({1: X}, {}), "it must return two mappings"),
    (lambda network, X, y: 1 / 0, "it raises ZeroDivisionError: division by zero"),
    (lambda network, X, y: network.W[9], "it raises KeyError: 9; is a layer left out?"),
    (lambda network, X, y: X @ X, "is a transpose missing?"),
]


@pytest.mark.parametrize(
    ("factor", "told"),
    [
        (1, CORRECT),
        (2, "too large by a factor of 2"),
        (-0.5, "correct up to the sign; too small by a factor of 2"),
    ],
)
def test_a_common_factor_of_2_is_diagnosed_in_all_gradients(factor, told):
    """A square that was differentiated, or a mean of two."""

    def scaled(network, X, y):
        W, b = backpropagation(network, X, y)
        return {l: factor * W[l] for l in W}, {l: factor * b[l] for l in b}

    assert diagnose_function(scaled).removeprefix("G_1, g_1, G_2, g_2, G_3, g_3: ") == told


@pytest.mark.parametrize(("function", "told"), FUNCTIONS)
def test_a_wrong_function_is_diagnosed(function, told):
    """Unwritten, failing or careless ones, too."""
    assert told in diagnose_function(function)


@pytest.mark.parametrize(
    ("where", "fails"),
    [
        ("a single sample", lambda network, X: len(X) == 1),
        ("one layer", lambda network, X: network.depth == 1),
        ("two layers", lambda network, X: network.depth == 2),
        ("five layers", lambda network, X: network.depth == 5),
        ("layers of the same size", lambda network, X: len({*network.sizes}) == 2 < network.depth),
        ("600 samples", lambda network, X: len(X) > 500),
    ],
)
def test_where_a_gradient_fails_is_said(where, fails):
    """Correct for the usual network is not yet correct."""

    def sometimes(network, X, y):
        W, b = backpropagation(network, X, y)
        return Gradients(W, {l: -b[l] for l in b} if fails(network, X) else b)

    assert re.match(
        f"correct, but not for {where}: .*correct up to the sign", diagnose_function(sometimes)
    )


def loud(network, X, y):
    """Find the gradients by way of a number that overflows."""
    np.exp(np.float64(1000))
    return backpropagation(network, X, y)


def test_an_overflow_in_between_does_not_matter():
    """Neither on the way to a correct answer, nor where an answer is compared."""
    assert diagnose_function(loud) == CORRECT
    told = diagnose_array(np.full((3, 2), 1e308), "G_2", NETWORK, 1e3 * X, Y)
    assert told == "none of its entries is correct"


@pytest.mark.parametrize("layer", [1, 2])
def test_each_hidden_layer_is_tried_where_h_rounds_to_1(layer):
    """A derivative that subtracts in one of them is not exact."""
    variant = BackpropVariant(derivative={layer: lambda z, h, l: h[l] * (1 - h[l])})

    def subtracting(network, X, y):
        return (mistaken(variant) if network.depth == 3 else backpropagation)(network, X, y)

    assert "where h rounds to 1" in diagnose_function(subtracting)


def mistaken(variant, sign=1):
    """Return a function that runs a variant and multiplies the biases' gradients by a sign."""

    def gradient(network, X, y):
        known = run_variant(variant, network, X, y)
        layers = network.layers
        return {l: known[f"G_{l}"] for l in layers}, {l: sign * known[f"g_{l}"] for l in layers}

    return gradient


def test_one_mistake_that_explains_all_gradients_is_named_once():
    """Separately where they differ in what else there is to say."""
    late, sure = BackpropVariant(derivative_one_layer_late=True), "σ' is taken one layer too late"
    assert diagnose_function(mistaken(late)) == sure
    upward = late._replace(output_delta=lambda z, f, y: f - y)
    assert diagnose_function(mistaken(upward)) == f"{sure}; apart from that, correct up to the sign"
    assert diagnose_function(mistaken(late, -1)) == MIXED


def test_a_second_mistake_is_named_after_the_first():
    """A factor as well as a wrong step, also after a mistake that these sizes do not allow."""
    variant = BackpropVariant(derivative={1: lambda z, h, l: h[l]})
    delta_1 = run_variant(variant, NETWORK, X, Y)["delta_1"]
    told = diagnose_array(-delta_1, "delta_1", NETWORK, X, Y)
    assert told == "h is used instead of σ' in layer 1; apart from that, correct up to the sign"
    late = run_variant(BackpropVariant(derivative_one_layer_late=True), NETWORK, X, Y)["G_1"]
    told = diagnose_array(7 * late, "G_1", NETWORK, X, Y)
    assert told.endswith(
        "too late; apart from that, too large by a factor of 7, which is N: mean or sum?"
    )
    assert diagnose_array(late[1:], "G_1", NETWORK, X, Y) == "its shape must be (4, 3); got (3, 3)"


def test_of_two_causes_the_simpler_one_is_named():
    """The output error without its label is minus h_3, which is not what to say."""
    told = diagnose_array(-KNOWN["h_3"], "delta_3", NETWORK, X, Y)
    assert told == "the label is missing in the output error"


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_labels_of_0_and_1_are_tried(label):
    """A gradient may be correct only for labels between them."""

    def between(network, X, y):
        return (uphill if (y == label).any() else backpropagation)(network, X, y)

    assert diagnose_function(between) == "G_1, g_1, G_2, g_2, G_3, g_3: correct up to the sign"


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
    """Find the gradients, and modify the labels."""
    found = backpropagation(network, X, y)
    y += 1
    return found


SIGN = "G_1, g_1, G_2, g_2, G_3, g_3: correct up to the sign"
MIXED = (
    "G_1, G_2: σ' is taken one layer too late; g_1, g_2: σ' is taken one layer too late; apart "
    "from that, correct up to the sign; g_3: correct up to the sign"
)
NONE = "G_1, g_1, G_2, g_2, G_3, g_3: none of its entries is correct"
HALF = "G_1, G_2, G_3: none of its entries is correct; g_1, g_2, g_3: correct up to the sign"
TEXT = "G_1, g_1, G_2, g_2, G_3, g_3: it must be an array of real numbers; got str"
MODIFIES = "it modifies its inputs, which the caller may still need"


@pytest.mark.parametrize(
    ("usual", "square", "told"),
    [
        (uphill, uphill, SIGN),
        (random, random, NONE),
        (random, uphill, f"{NONE}; where all layers have the same size, {SIGN}"),
        (half, uphill, f"{HALF}; where all layers have the same size, {SIGN}"),
        (random, unwritten, NONE),
        (random, lambda *_: None, NONE),
        (writing, uphill, MODIFIES),
        (labelled, uphill, MODIFIES),
        (mistaken(BackpropVariant(derivative_one_layer_late=True), -1), uphill, MIXED),
        (lambda n, *_: [dict.fromkeys(n.W, "W")] * 2, uphill, TEXT),
    ],
)
def test_the_diagnosis_of_square_layers_is_added_only_if_it_explains(usual, square, told):
    """Not where the cause is known already, nor where it stays unknown."""

    def either(network, X, y):
        return (square if len({*network.sizes[:-1]}) == 1 else usual)(network, X, y)

    assert diagnose_function(either) == told


def test_a_function_without_mappings_is_told_only_that():
    """Whatever it does for square layers."""
    told = "it must return two mappings, for W and for b, with the layers 1, 2, 3"
    assert (
        diagnose_function(lambda n, X, y: uphill(n, X, y) if n.sizes[0] == n.sizes[1] else 1)
        == told
    )
