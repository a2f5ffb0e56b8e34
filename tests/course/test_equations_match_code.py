"""Code and page: each function of bpkit computes the equation that its documentation names."""

import inspect
import re
from types import FunctionType

import numpy as np
import pytest
from helpers.all_chapter_equations import (
    EXACT,
    PAGES,
    layers,
    of_sound_formulas,
    of_the_whole_book,
    other_notation,
)
from helpers.example_problems import Problem, fast_gradients

import bpkit
from bpkit.equations.evaluation import Evaluator
from bpkit.equations.parser import parse
from bpkit.equations.symbol_declarations import Notation
from bpkit.equations.verification import infer_indices

GIVEN = [other_notation(seed=21), other_notation(seed=22, sizes=(2, 5, 3, 1), samples=6)]


def problem(given: Notation) -> Problem:
    """Return the network and the batch on which a notation gives values to its symbols."""
    known = given.model("", np.zeros(()))
    W = {l: known[f"W_{l}"] for l in (1, 2, 3)}
    network = bpkit.Network(W, {l: known[f"b_{l}"] for l in W})
    return Problem(network, known["h_0"], known["y"])


def on_the_page(label: str, given: Notation, l: int, i: int) -> np.ndarray:
    """Return the value of the last side of an equation for layer l and sample i."""
    (chain,) = parse(PAGES[label].text).find_data("chain")
    sides = chain.children[::2]
    at = dict.fromkeys(layers(label), l)
    known = given.model("", np.zeros(()))
    ranges = infer_indices(sides, given, at).ranges
    return Evaluator(given, at, ranges, known=known, sample=i).value(sides[-1]).array


def numbers(given: Notation, i: int) -> np.ndarray:
    """Return the numbers that the page calls z."""
    return given.model("", np.zeros(()))["z"][[i]]


def one(p: Problem, i: int) -> Problem:
    """Return the problem with sample i alone."""
    return Problem(p.network, p.X[[i]], p.y[[i]])


# An equation and a function that names it: what the function computes, from which the value on
# the page follows, for the course c, its problem p, layer l and sample i.
BINDINGS = {
    ("sigmoid", "sigmoid"): lambda c, p, l, i: bpkit.sigmoid(numbers(c, i)),
    ("sigmoid-derivative", "sigmoid_prime"): lambda c, p, l, i: bpkit.sigmoid_prime(numbers(c, i)),
    ("softplus", "softplus"): lambda c, p, l, i: bpkit.softplus(numbers(c, i)),
    ("preactivation", "forward"): lambda c, p, l, i: bpkit.forward(*p[:2]).z[l][i][:, None],
    ("activation", "forward"): lambda c, p, l, i: bpkit.forward(*p[:2]).h[l][i][:, None],
    ("log-likelihood", "log_likelihood"): lambda c, p, l, i: likelihood(p)[i],
    ("stable-log-likelihood", "log_likelihood"): lambda c, p, l, i: likelihood(p)[i],
    ("loss", "loss"): lambda c, p, l, i: bpkit.loss(*p),
    ("base-case", "output_delta"): lambda c, p, l, i: residual(p)[i],
    ("stable-base-case", "output_delta"): lambda c, p, l, i: residual(p)[i],
    ("base-case", "deltas"): lambda c, p, l, i: bpkit.deltas(*p)[3][i],
    ("batch-recursion", "deltas"): lambda c, p, l, i: bpkit.deltas(*p)[l],
    ("batch-recursion", "backpropagation"): lambda c, p, l, i: rows(p, l),
    ("batch-gradient-W", "backpropagation"): lambda c, p, l, i: bpkit.backpropagation(*p).W[l],
    ("batch-gradient-b", "backpropagation"): lambda c, p, l, i: bpkit.backpropagation(*p).b[l][
        :, None
    ],
    ("loss", "loss_and_gradients"): lambda c, p, l, i: bpkit.loss_and_gradients(*p).loss,
    ("batch-recursion", "loss_and_gradients"): lambda c, p, l, i: rows(p, l, fast_gradients),
    ("batch-gradient-W", "loss_and_gradients"): lambda c, p, l, i: fast_gradients(*p).W[l],
    ("batch-gradient-b", "loss_and_gradients"): lambda c, p, l, i: fast_gradients(*p).b[l][:, None],
    ("batch-gradient-W", "sum_parts"): lambda c, p, l, i: one_by_one(p).W[l],
    ("simplified", "chain_product"): lambda c, p, l, i: -bpkit.chain_product(*one(p, i)).W[1].T,
    ("summed", "chain_product"): lambda c, p, l, i: bpkit.chain_product(*p).W[1].T,
    ("gradient-W", "chain_product"): lambda c, p, l, i: bpkit.chain_product(*p).W[l].T,
    ("node-sum", "node_sums"): lambda c, p, l, i: bpkit.node_sums(*p).W[1].T,
    ("gradient-layout", "to_parameter_shape"): lambda c, p, l, i: bpkit.to_parameter_shape(
        bpkit.complex_step(*p, of="L", wrt=f"W_{l}")
    ),
    ("complex-step", "complex_step"): lambda c, p, l, i: bpkit.complex_step(
        *p, of="L", wrt="W_3", step=1e-5
    )[0, 1],
    ("central-difference", "central_difference"): lambda c, p, l, i: bpkit.central_difference(
        *p, of="L", wrt="W_3", step=1e-5
    )[0, 1],
}


def likelihood(p: Problem) -> np.ndarray:
    """Return the log-likelihood of each sample."""
    return bpkit.log_likelihood(bpkit.forward(*p[:2]).z[3][:, 0], p.y)


def residual(p: Problem) -> np.ndarray:
    """Return the last delta of each sample."""
    return bpkit.output_delta(bpkit.forward(*p[:2]).z[3][:, 0], p.y)


def rows(p: Problem, l: int, derivation=bpkit.backpropagation) -> np.ndarray:
    """Return the deltas of layer l from the gradients of b, one sample at a time."""
    return np.array([-derivation(*one(p, i)).b[l] for i in range(len(p.y))])


def one_by_one(p: Problem) -> bpkit.Gradients:
    """Return the gradients of all samples, added up from those of one at a time."""
    parts = (bpkit.loss_and_gradients(*one(p, i)) for i in range(len(p.y)))
    return bpkit.sum_parts(parts).gradients


@pytest.mark.parametrize("given", GIVEN, ids=["one network", "another"])
@pytest.mark.parametrize(("label", "name"), of_sound_formulas(BINDINGS))
def test_a_function_computes_the_equation_that_it_names(label, name, given):
    """For every layer that the page tries and every sample."""
    p = problem(given)
    for l in layers(label).get("l", (0,)):
        for i in range(len(p.y)):
            page = on_the_page(label, given, l, i)
            computed = np.reshape(BINDINGS[label, name](given, p, l, i), page.shape)
            bpkit.compare(computed, page, tolerance=1e-8 if "central" in label else 1e-12)


@pytest.mark.parametrize(
    ("label", "other"),
    of_sound_formulas(
        [
            ("sigmoid", ("softplus", "softplus")),
            ("activation", ("preactivation", "forward")),
            ("base-case", ("log-likelihood", "log_likelihood")),
            ("log-likelihood", ("loss", "loss")),
        ]
    ),
)
def test_the_comparison_refuses_another_functions_value(label, other):
    """Equations of one shape are distinguished by their numbers."""
    given = GIVEN[0]
    page = on_the_page(label, given, 1, 0)
    with pytest.raises(AssertionError, match="differs most"):
        bpkit.compare(np.reshape(BINDINGS[other](given, problem(given), 1, 0), page.shape), page)


# Which labels the functions name

FUNCTIONS = {name: f for name, f in vars(bpkit).items() if isinstance(f, FunctionType)}
WITHOUT = {"random_network", "numerical_gradients", "compare", "compare_gradients"}
# These compute nothing that a chapter displays.
WITHOUT |= {"load_breast_cancer", "make_moons", "train_test_split", "standardize"}
WITHOUT |= {"gradient_step", "gradient_descent", "predictions_correct"}


def labels_named(function: FunctionType) -> list[str]:
    """Return the labels that the notes of a function name, or raise if they name none."""
    notes = inspect.getdoc(function).partition("\nNotes\n-----\n")[2]
    labels = re.findall(r"``([\w-]+)``", notes)
    if unknown := set(labels) - set(EXACT):
        raise AssertionError(f"{function.__name__} names {unknown}, which no chapter checks")
    if not labels:
        raise AssertionError(f"{function.__name__} names no equation")
    return labels


@of_the_whole_book
def test_every_label_that_a_function_names_is_bound():
    """No pair of a function and a label is left without a comparison, and none is made up."""
    named = FUNCTIONS.keys() - WITHOUT
    pairs = {(label, name) for name in named for label in labels_named(FUNCTIONS[name])}
    assert pairs == set(BINDINGS)


@pytest.mark.parametrize("name", sorted(WITHOUT))
def test_functions_that_compute_no_equation_name_none(name):
    """So that the list of exceptions stays true."""
    with pytest.raises(AssertionError, match="names no equation"):
        labels_named(FUNCTIONS[name])


def test_a_label_that_no_chapter_checks_is_refused():
    """A typo in a docstring, or a formula that was shown as printed."""

    def gradient() -> None:
        """Return nothing.

        Notes
        -----
        Equation ``node-sum-printed``.
        """

    with pytest.raises(AssertionError, match=r"gradient names .*which no chapter checks"):
        labels_named(gradient)
