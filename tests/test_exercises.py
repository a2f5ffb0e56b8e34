"""Exercises: every known mistake is called by its name, and nothing wrong is called right."""

import re
import tomllib
import warnings
from pathlib import Path

import numpy as np
import pytest
from changed import gradient
from problems import kernel, problem

import bpkit
from bpkit import Gradients, backpropagation, diagnose, feedback
from bpkit.answers import STUB
from bpkit.exercises import RIGHT
from bpkit.mistakes import Steps, quantities
from tools import code_mutants
from tools.mutants import Mutant

PROJECT = Path(__file__).parents[1]
TABLE = tomllib.loads((PROJECT / "tools" / "mutants.toml").read_text(encoding="utf-8"))
MUTANTS = {row["name"]: Mutant(**row) for row in TABLE["mutant"] + TABLE["museum"]}
NETWORK, X, Y = problem(3)  # 4 inputs; layers of 3, 2 and 1 nodes; 7 samples
KNOWN = quantities(Steps(), NETWORK, X, Y)

# What is said of each mutant that makes a gradient wrong, and the function that it is seen in.
BACK, CHAIN, NODES, KERNEL = (
    "backpropagation",
    "chain_product",
    "node_sums",
    "loss_and_gradients",
)
CAUSES = {
    "base case: sign": (BACK, "right up to the sign"),
    "base case: naive difference": (BACK, "for rounding: where f rounds to 1"),
    "base case: factors not cancelled": (BACK, "σ' of the output is there once too often"),
    "base case: upstream of ones": (BACK, "only the sign is left"),
    "recursion: slope of the next layer": (BACK, "σ' is taken one layer too late"),
    "recursion: slope lost": (BACK, "σ' is missing in every hidden layer"),
    "recursion: slope from the rounded h": (BACK, "for rounding: where h rounds to 1"),
    "recursion: first layer skipped": (BACK, "KeyError, 1; is a layer left out"),
    "recursion: mean of the deltas": (BACK, "divides by N once more: mean or sum"),
    "backpropagation: sign of W": (BACK, "G_1, G_2, G_3: right up to the sign"),
    "backpropagation: sign of b": (BACK, "g_1, g_2, g_3: right up to the sign"),
    "backpropagation: outer product transposed": (BACK, "right up to a transpose"),
    "backpropagation: activation of the wrong layer": (BACK, "h_l stands where h_{l-1} belongs"),
    "backpropagation: mean over the samples": (BACK, "7 times too small, which is N: mean or sum"),
    "backpropagation: sum over the nodes": (BACK, "added over the nodes, where the samples"),
    "backpropagation: last sample forgotten": (BACK, "the last sample is left out"),
    "backpropagation: a factor of 1.0005": (BACK, "right up to a factor of 1.0005"),
    "chain product: assigned, not added": (CHAIN, "only the last sample counts: is each one writ"),
    "chain product: bias assigned, not added": (CHAIN, "g_3: only the last sample counts"),
    "chain product: sign": (CHAIN, "right up to the sign"),
    "chain product: slope of another sample": (CHAIN, "σ' is that of another sample"),
    "chain product: one factor too few": (CHAIN, "is a step back missing"),
    "node sums: sum over the free index": (NODES, "added over the nodes of layer 1"),
    "node sums: indices of W swapped": (NODES, "are its indices exchanged"),
    "node sums: bias assigned, not added": (NODES, "only the last path from node to node counts"),
    "node sums: slope of the next layer": (NODES, "σ' is taken one layer too late"),
    "as parameter: not transposed": (CHAIN, "right up to a transpose"),
    "sigmoid: sign inside": (BACK, "the exponential has the wrong sign before it"),
    "sigmoid: tanh form": (BACK, "for rounding: where h rounds to 1"),
    "sigmoid: other tail": (BACK, "σ(-z) stands where σ(z) belongs"),
    "sigmoid prime: 1 - sigmoid": (BACK, "for rounding: where h rounds to 1"),
    "sigmoid prime: of h": (BACK, "σ' is taken at h, which is σ(z) already"),
    "forward: bias lost": (BACK, "the bias is missing in the forward pass"),
    "forward: bias subtracted": (BACK, "the bias is subtracted in the forward pass"),
    "kernel: base case by subtraction": (KERNEL, "for rounding: where f rounds to 1"),
    "kernel: label forgotten": (KERNEL, "that of label 0, is missing"),
    "kernel: slope by subtraction": (KERNEL, "for rounding: where h rounds to 1"),
    "kernel: slope lost": (KERNEL, "σ' is missing in every hidden layer"),
    "kernel: activation for slope": (KERNEL, "h stands where σ' belongs"),
    "kernel: bias of the mean": (KERNEL, "g_1, g_2, g_3: 7 times too small, which is N"),
    "kernel: rows beyond the last block": (KERNEL, "not for 600 samples"),
    "museum 10: assigned, not added": (NODES, "is each one written over the one before"),
    "museum 13: slope taken as 1": (BACK, "σ' is missing in every hidden layer"),
    "museum 14: outer product transposed": (CHAIN, "is a transpose missing"),
    "museum 17: as many times as there are nodes": (BACK, "4 times too large, which is n_1"),
    "museum 18: upstream of ones": (BACK, "the delta of the next layer is missing"),
    "museum 20: layout swapped": (CHAIN, "right up to a transpose"),
    "museum 25: sign inside the sigmoid": (BACK, "the exponential has the wrong sign before it"),
}
FILES = {f"bpkit/{name}.py" for name in ("arrays", "network", "loss", "gradients", "kernel")}
OTHERS = [m for m in MUTANTS.values() if m.file in FILES and m.name not in CAUSES]
OPERATORS = [*code_mutants.of_file(PROJECT / "bpkit" / "gradients.py", "bpkit/gradients.py")]


def is_right(function):
    """Whether a function finds the gradients of networks of all depths, by the complex step."""
    for depth in range(1, 6):
        given = problem(depth)
        try:
            bpkit.compare_gradients(function(*given), bpkit.numerical_gradients(*given))
        except Exception:
            return False
    return True


@pytest.mark.parametrize("name", CAUSES)
def test_a_known_mistake_is_called_by_its_name(name):
    """Each mutant of the gradients is named: more than the nine in ten that were asked for."""
    mutant, (function, cause) = MUTANTS[name], CAUSES[name]
    told = diagnose(gradient(mutant.file, mutant.changed(PROJECT), function))
    assert told != RIGHT
    assert cause in told


@pytest.mark.parametrize("mutant", OTHERS, ids=lambda mutant: mutant.name)
def test_a_mutant_that_changes_no_gradient_is_called_right(mutant):
    """What they change is a refusal, the loss, or a thing that these functions do not use."""
    found = gradient(mutant.file, mutant.changed(PROJECT), BACK)
    assert diagnose(found) == RIGHT
    assert is_right(found)


@pytest.mark.parametrize("function", [BACK, CHAIN, NODES])
def test_nothing_wrong_is_called_right(function, monkeypatch):
    """Of all changed operators, what is called right is so by the complex step, too."""
    # What is wrong need not be named here, which is the slow part.
    monkeypatch.setattr("bpkit.exercises.mistakes", lambda depth: ())
    monkeypatch.setattr("bpkit.exercises._candidates", lambda *_: ())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # such as a division by 0, which the change brings in
        for mutant in OPERATORS:
            where = mutant.name.split(": ")[1]
            if where in (function, "output_delta", "as_parameter", "_evaluate", "_recursion"):
                found = gradient(mutant.file, mutant.changed(PROJECT), function)
                assert diagnose(found) != RIGHT or is_right(found), mutant.name


@pytest.mark.parametrize("function", [backpropagation, bpkit.chain_product, kernel])
def test_what_is_right_is_called_right(function):
    """The package's own gradients have nothing wrong with them."""
    assert diagnose(function) == RIGHT


def test_another_derivative_is_called_by_its_name():
    """Who forgets a factor of the chain has the derivative by another quantity."""
    shorter = bpkit.complex_step(NETWORK, X, Y, of="L_i", by="h_1")
    assert feedback(shorter, "L_i by z_1", NETWORK, X, Y) == "that is L_i by h_1"


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
    derivative = bpkit.complex_step(NETWORK, X, Y, of=of.split(" by ")[0], by=of.split(" by ")[1])
    assert feedback(change(derivative), of, NETWORK, X, Y) == told


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
        assert feedback(answer, of, NETWORK, X, Y) == told


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
    assert told in diagnose(function)


@pytest.mark.parametrize(
    ("where", "fails"),
    [
        ("a single sample", lambda network, X: len(X) == 1),
        ("one layer", lambda network, X: network.depth == 1),
        ("two layers", lambda network, X: network.depth == 2),
        ("five layers", lambda network, X: network.depth == 5),
        ("600 samples", lambda network, X: len(X) > 500),
    ],
)
def test_where_a_gradient_fails_is_told(where, fails):
    """Right for the usual network is not yet right."""

    def sometimes(network, X, y):
        W, b = backpropagation(network, X, y)
        return Gradients(W, {l: -b[l] for l in b} if fails(network, X) else b)

    assert re.match(f"right, but not for {where}: .*right up to the sign", diagnose(sometimes))


def loud(network, X, y):
    """Find the gradients by way of a number that overflows."""
    np.exp(np.float64(1000))
    return backpropagation(network, X, y)


def test_what_overflows_is_no_matter():
    """Neither on the way to a right answer, nor where an answer is compared."""
    assert diagnose(loud) == RIGHT
    told = feedback(np.full((3, 2), 1e308), "G_2", NETWORK, 1e3 * X, Y)
    assert told == "none of its numbers is right"


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
    assert diagnose(mistaken(late)) == sure
    upward = late._replace(start=lambda z, f, y: f - y)
    assert diagnose(mistaken(upward)) == f"{sure}; apart from that, right up to the sign"
    told = diagnose(mistaken(late, -1))
    also = "right up to the sign"
    assert told == f"G_1, G_2: {sure}; g_1, g_2: {sure}; apart from that, {also}; g_3: {also}"


def test_what_else_is_to_be_said_of_a_mistake_is_said():
    """A factor as well as a wrong step, also after a mistake that these sizes do not allow."""
    slope = Steps(slope={1: lambda z, h, l: h[l]})
    h_for_slope = quantities(slope, NETWORK, X, Y)["delta_1"]
    told = feedback(-h_for_slope, "delta_1", NETWORK, X, Y)
    assert told == "h stands where σ' belongs in layer 1; apart from that, right up to the sign"
    late = quantities(Steps(late=True), NETWORK, X, Y)["G_1"]
    told = feedback(7 * late, "G_1", NETWORK, X, Y)
    assert told.endswith("too late; apart from that, 7 times too large, which is N: mean or sum?")
    assert (
        feedback(late[1:], "G_1", NETWORK, X, Y) == "its shape is (3, 3), and (4, 3) is asked for"
    )


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_labels_of_0_and_1_are_tried(label):
    """A gradient may be right for those between them alone."""

    def between(network, X, y):
        return (uphill if (y == label).any() else backpropagation)(network, X, y)

    assert diagnose(between) == "G_1, g_1, G_2, g_2, G_3, g_3: right up to the sign"


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
NONE = "G_1, g_1, G_2, g_2, G_3, g_3: none of its numbers is right"
HALF = "G_1, G_2, G_3: none of its numbers is right; g_1, g_2, g_3: right up to the sign"
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
    ],
)
def test_what_squares_have_to_say_is_added_only_if_it_explains(usual, square, told):
    """Not where the cause is known already, nor where it stays unknown."""

    def either(network, X, y):
        return (square if len({*network.sizes[:-1]}) == 1 else usual)(network, X, y)

    assert diagnose(either) == told


def test_what_returns_no_mappings_is_told_only_that():
    """Whatever it does for squares."""
    told = "it must return two mappings, by W and by b, with the layers 1, 2, 3"
    assert diagnose(lambda n, X, y: uphill(n, X, y) if n.sizes[0] == n.sizes[1] else 1) == told
