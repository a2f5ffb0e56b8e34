"""Causes: each known mistake in a gradient is named, and no wrong gradient is called correct."""

import warnings
from functools import cache
from pathlib import Path

import pytest
from helpers.example_problems import problem
from helpers.mutated_package import gradient

import bpkit
from bpkit.feedback import diagnose_function
from bpkit.feedback.diagnosis import CORRECT
from tools.mutation.handwritten_mutants import handwritten_mutants
from tools.mutation.python_mutants import file_mutants

PROJECT = Path(__file__).parents[2]
MUTANTS = {m.name: m for group in handwritten_mutants(PROJECT).values() for m in group}

# What is said of each mutant that makes a gradient wrong, and the function that it is seen in.
BACK, CHAIN, NODES, FAST = (
    "backpropagation",
    "chain_product",
    "node_sums",
    "loss_and_gradients",
)
CAUSES = {
    "base case: sign": (BACK, "correct up to the sign"),
    "base case: naive difference": (BACK, "except for rounding: where f rounds to 1"),
    "base case: factors not cancelled": (BACK, "σ' of the output appears once too often"),
    "base case: upstream of ones": (BACK, "only the sign of the output error is kept"),
    "recursion: derivative of the next layer": (BACK, "σ' is taken one layer too late"),
    "recursion: derivative missing": (BACK, "σ' is missing in every hidden layer"),
    "recursion: derivative from the rounded h": (BACK, "except for rounding: where h rounds to 1"),
    "recursion: first layer skipped": (BACK, "KeyError: 1; is a layer left out"),
    "recursion: mean of the deltas": (BACK, "divides by N again: mean or sum"),
    "backpropagation: sign of W": (BACK, "G_1, G_2, G_3: correct up to the sign"),
    "backpropagation: sign of b": (BACK, "g_1, g_2, g_3: correct up to the sign"),
    "backpropagation: outer product transposed": (BACK, "correct up to a transpose"),
    "backpropagation: activation of the wrong layer": (BACK, "h_l is used instead of h_{l-1}"),
    "backpropagation: mean over the samples": (
        BACK,
        "too small by a factor of 7, which is N: mean or sum",
    ),
    "backpropagation: sum over the nodes": (BACK, "summed over the nodes instead of the samples"),
    "backpropagation: last sample forgotten": (BACK, "the last sample is left out"),
    "backpropagation: a factor of 1.0005": (BACK, "correct up to a factor of 1.0005"),
    "chain product: assigned, not added": (
        CHAIN,
        "only the last sample counts: does each one over",
    ),
    "chain product: bias assigned, not added": (CHAIN, "g_3: only the last sample counts"),
    "chain product: sign": (CHAIN, "correct up to the sign"),
    "chain product: derivative of another sample": (CHAIN, "σ' of another sample is used"),
    "chain product: one factor too few": (CHAIN, "is a step of the recursion missing"),
    "node sums: sum over the free index": (NODES, "summed over the nodes of layer 1"),
    "node sums: indices of W swapped": (NODES, "are its indices swapped"),
    "node sums: bias assigned, not added": (NODES, "only the last path from node to node counts"),
    "node sums: derivative of the next layer": (NODES, "σ' is taken one layer too late"),
    "as parameter: not transposed": (CHAIN, "correct up to a transpose"),
    "sigmoid: sign inside": (BACK, "the exponential is subtracted from 1, not added"),
    "sigmoid: tanh form": (BACK, "except for rounding: where h rounds to 1"),
    "sigmoid: other tail": (BACK, "σ(-z) is used instead of σ(z)"),
    "sigmoid prime: 1 - sigmoid": (BACK, "except for rounding: where h rounds to 1"),
    "sigmoid prime: of h": (BACK, "σ' is evaluated at h, which is σ(z) already"),
    "forward: bias lost": (BACK, "the bias is missing in the forward pass"),
    "forward: bias subtracted": (BACK, "the bias is subtracted in the forward pass"),
    "fast gradients: base case by subtraction": (FAST, "except for rounding: where f rounds to 1"),
    "fast gradients: label forgotten": (FAST, "that of label 0, is missing"),
    "fast gradients: derivative by subtraction": (FAST, "except for rounding: where h rounds to 1"),
    "fast gradients: derivative missing": (FAST, "σ' is missing in every hidden layer"),
    "fast gradients: activation for derivative": (FAST, "h is used instead of σ'"),
    "fast gradients: bias of the mean": (
        FAST,
        "g_1, g_2, g_3: too small by a factor of 7, which is N",
    ),
    "fast gradients: rows beyond the last block": (FAST, "not for 600 samples"),
    "museum 10: assigned, not added": (NODES, "does each one overwrite the one before"),
    "museum 13: derivative taken as 1": (BACK, "σ' is missing in every hidden layer"),
    "museum 14: outer product transposed": (CHAIN, "is a transpose missing"),
    "museum 17: as many times as there are nodes": (
        BACK,
        "too large by a factor of 4, which is n_1",
    ),
    "museum 18: upstream of ones": (BACK, "the delta of the next layer is missing"),
    "museum 20: layout swapped": (CHAIN, "correct up to a transpose"),
    "museum 25: sign inside the sigmoid": (BACK, "the exponential is subtracted from 1, not added"),
}
OPERATORS = [*file_mutants(PROJECT / "bpkit" / "gradients.py", "bpkit/gradients.py")]


def is_correct(function):
    """Whether a function finds the gradients of networks of all depths, by the complex step."""
    try:
        for depth in range(1, 6):
            bpkit.compare_gradients(function(*problem(depth)), numerical_gradients(depth))
    except Exception:
        return False
    return True


@cache
def numerical_gradients(depth):
    """Return the gradients of the problem of this depth, by the complex step."""
    return bpkit.numerical_gradients(*problem(depth))


def test_every_known_mistake_has_a_cause():
    """By its name in tools/mutation/handwritten_mutants.toml."""
    assert CAUSES.keys() == MUTANTS.keys()


@pytest.mark.parametrize("name", CAUSES)
def test_a_known_mistake_is_named(name):
    """Each mutant of the gradients is named: more than the nine in ten that were asked for."""
    mutant, (function, cause) = MUTANTS[name], CAUSES[name]
    told = diagnose_function(gradient(mutant.file, mutant.mutated_text(PROJECT), function))
    assert told != CORRECT
    assert cause in told


@pytest.mark.parametrize("function", [BACK, CHAIN, NODES])
def test_a_gradient_is_called_correct_if_the_complex_step_says_so(function, monkeypatch):
    """For every changed operator, up to rounding where a node saturates."""
    # What is wrong need not be named here, which is the slow part.
    monkeypatch.setattr("bpkit.feedback.diagnosis.mistakes", lambda depth: ())
    monkeypatch.setattr("bpkit.feedback.diagnosis._candidates", lambda *_: ())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # such as a division by 0, which the change brings in
        for mutant in OPERATORS:
            where = mutant.name.split(": ")[1]
            if where in (function, "output_delta", "to_parameter_shape", "_evaluate", "_recursion"):
                found = gradient(mutant.file, mutant.mutated_text(PROJECT), function)
                told = diagnose_function(found)
                assert (told == CORRECT or "except for rounding" in told) == is_correct(found), (
                    mutant.name
                )
