"""Diagnosis: what is wrong with a reader's array or gradient function."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from bpkit._validation import Array, as_array, as_labels, ignore_float_errors, require_finite
from bpkit.feedback.array_comparison import (
    STUB,
    as_answer,
    common_factor_or_offset,
    describe_difference,
    simple_relation,
)
from bpkit.feedback.common_mistakes import BackpropVariant, mistakes, run_variant
from bpkit.gradient_checking import complex_step
from bpkit.network import Network, random_network, require_network

CORRECT = "correct"

Gradient = Callable[[Network, Array, Array], Any]
Values = tuple[str, dict[str, Array]]  # a mistake, "" for none, and the values that it produces


class Problem(NamedTuple):
    """A network and a batch, in float64."""

    network: Network
    X: Array
    y: Array


@ignore_float_errors
def diagnose_array(answer: Any, of: str, network: Network, X: ArrayLike, y: ArrayLike) -> str:
    """Return "correct", or what is wrong with an array.

    Parameters
    ----------
    answer : object
        What a reader has computed, of any shape and dtype; anything else is diagnosed, too.
    of : str
        What was asked for, by its name on the page: "z_l", "h_l", "delta_l", "G_l" or "g_l" of a
        layer l, "L_i", "L"; or a derivative in numerator layout, such as "dL_i/dz_2".
    network : Network
        Its weights and biases, any depth.
    X : array_like, shape (N, D)
        One sample per row.
    y : array_like, shape (N,)
        The labels, in [0, 1].

    Returns
    -------
    str
        "correct", or what is wrong: a sign, a factor, a transpose, a wrong step.

    Raises
    ------
    TypeError, ValueError
        When the batch does not fit the network, or `of` names nothing in it.
    """
    require_network(network)
    X = as_array("X", X, ("N", network.sizes[0]), np.float64)
    problem = Problem(network, X, as_labels(y, len(X), np.float64))
    return _explain(answer, of, problem, [*_mistaken_values(problem)])[0]


@ignore_float_errors
def diagnose_function(gradient: Gradient) -> str:
    """Return "correct" if a function finds the gradients of any network, or what is wrong.

    It is tried on a network of three layers whose sizes are all different, then on others of one
    to five layers, on a single sample, on many, and on nodes whose activation rounds to 1.

    Parameters
    ----------
    gradient : callable
        Takes a network, X and y, and returns the gradients with respect to W and b, as
        `backpropagation` does: two mappings from layers to arrays, in the shapes of the parameters.

    Returns
    -------
    str
        "correct", or which gradient is wrong, where, and how.

    Raises
    ------
    TypeError
        When `gradient` is not callable.
    """
    if not callable(gradient):
        raise TypeError(f"gradient must be a function; got {type(gradient).__name__}")
    rng = np.random.default_rng(6)
    problem = _random_problem((5, 4, 3, 1), 7, rng)
    message, explained = _run(gradient, problem)
    if message == CORRECT:
        return _on_other_problems(gradient, problem, rng)
    if message != STUB:
        square, square_explained = _run(gradient, _random_problem((3, 3, 3, 1), 3, rng))
        if square == CORRECT:
            return f"correct only if all layers have the same size; if the sizes differ: {message}"
        if square_explained and not explained:
            return f"{message}; where all layers have the same size, {square}"
    return message


def _on_other_problems(gradient: Gradient, problem: Problem, rng: np.random.Generator) -> str:
    """Return where a gradient fails that is correct for the usual network, or "correct"."""
    for where, other in (
        ("a single sample", _random_problem((5, 4, 3, 1), 1, rng)),
        ("one layer", _random_problem((5, 1), 7, rng)),
        ("two layers", _random_problem((5, 4, 1), 7, rng)),
        ("five layers", _random_problem((6, 5, 3, 4, 2, 1), 8, rng)),
        ("layers of the same size", _random_problem((3, 3, 3, 1), 7, rng)),
        ("600 samples", _random_problem((64, 3, 2, 1), 600, rng)),
    ):
        message, _ = _run(gradient, other)
        if message != CORRECT:
            return f"correct, but not for {where}: {message}"
    for l, value, term in ((1, "h", "σ'"), (2, "h", "σ'"), (3, "f", "the output error y - f")):
        if _run(gradient, _saturated(problem, l))[0] != CORRECT:
            return (
                f"correct except for rounding: where {value} rounds to 1, 1 - {value} is 0 and all "
                f"digits are lost; which form of {term} avoids this subtraction?"
            )
    return CORRECT


def _random_problem(sizes: tuple[int, ...], N: int, rng: np.random.Generator) -> Problem:
    """Draw a network and a batch whose labels are 1, 0 and numbers between them."""
    labels = np.append([1.0, 0.0], rng.random(N))[:N]
    return Problem(random_network(sizes, rng), rng.normal(size=(N, sizes[0])), labels)


def _saturated(problem: Problem, l: int) -> Problem:
    """Return the problem with labels 1 and with one layer whose activations round to 1."""
    network, X, y = problem
    return Problem(Network(network.W, {**network.b, l: network.b[l] + 40}), X, np.ones_like(y))


def _run(gradient: Gradient, problem: Problem) -> tuple[str, bool]:
    """Return what is wrong with the gradients of a problem, and whether that explains them."""
    X, y = problem.X.copy(), problem.y.copy()
    try:
        answer = gradient(problem.network, X, y)
    except NotImplementedError:
        return STUB, False
    except Exception as error:  # whatever a reader's function may raise
        hints = (ValueError, "is a transpose missing?"), (LookupError, "is a layer left out?")
        hint = [f"; {words}" for kind, words in hints if isinstance(error, kind)]
        return f"it raises {type(error).__name__}: {str(error).strip()}{''.join(hint)}", False
    if not (np.array_equal(X, problem.X) and np.array_equal(y, problem.y)):
        return "it modifies its inputs, which the caller may still need", True
    if answer is None or answer is ...:
        return STUB, False
    try:
        parts = tuple(zip("Gg", answer, strict=True))
        answers = {f"{G}_{l}": part[l] for l in problem.network.layers for G, part in parts}
    except (TypeError, ValueError, LookupError):
        layers = ", ".join(map(str, problem.network.layers))
        return f"it must return two mappings, for W and for b, with the layers {layers}", True
    return _explain_all(answers, problem)


def _explain_all(answers: Mapping[str, Any], problem: Problem) -> tuple[str, bool]:
    """Return what is wrong with all gradients: one mistake if it explains them all, or singly."""
    arrays = {of: as_answer(answer) for of, answer in answers.items()}
    factors = {of: _named_factors(of, problem) for of in arrays}
    mistaken = []
    for mistake, values in _mistaken_values(problem):
        relations = {simple_relation(arrays[of], values[of], factors[of]) for of in arrays}
        relation = relations.pop() if len(relations) == 1 else None
        if relation is not None and mistake:
            return _join(mistake, relation), True
        if relation is not None:
            return _by_message(dict.fromkeys(answers, relation or CORRECT)), True
        mistaken.append((mistake, values))
    found = {of: _explain(answer, of, problem, mistaken) for of, answer in answers.items()}
    messages = {of: message for of, (message, _) in found.items()}
    return _by_message(messages), all(explained for _, explained in found.values())


def _join(mistake: str, relation: str) -> str:
    """Return a mistake with what else there is to say."""
    return f"{mistake}; apart from that, {relation}" if relation else mistake


def _by_message(messages: Mapping[str, str]) -> str:
    """Return the messages other than "correct", each after all the names that it is about."""
    wrong = {text: [of for of in messages if messages[of] == text] for text in messages.values()}
    wrong.pop(CORRECT, None)
    return "; ".join(f"{', '.join(names)}: {text}" for text, names in wrong.items()) or CORRECT


def _derivative_names(of: str) -> tuple[str, str] | None:
    """Return the numerator and the denominator of "dL_i/dz_2"; None of another name."""
    names = re.fullmatch(r"d(\w+)/d(\w+)", of)
    return (names[1], names[2]) if names else None


def _correct_value(of: str, problem: Problem, known: Mapping[str, Array]) -> Array:
    """Return what is asked for, or raise where nothing in the network has that name."""
    if isinstance(of, str) and (names := _derivative_names(of)):
        return complex_step(*problem, of=names[0], wrt=names[1])
    if of not in list(known):  # which accepts even what is unhashable
        raise ValueError(
            f'of must be one of {", ".join(known)}, or a derivative such as "dL/dW_1"; got {of!r}'
        )
    return require_finite(of, known[of])


def _explain(answer: Any, of: str, problem: Problem, mistaken: list[Values]) -> tuple[str, bool]:
    """Return what is wrong with an answer, and whether this names a cause, not a difference."""
    wanted = _correct_value(of, problem, mistaken[0][1])
    found = as_answer(answer)
    if isinstance(found, str):
        return found, True
    cause = _cause(found, of, problem, wanted, mistaken)
    return (cause, True) if cause else (describe_difference(found, wanted), False)


def _cause(
    found: Array, of: str, problem: Problem, wanted: Array, mistaken: list[Values]
) -> str | None:
    """Return why an array is wrong, None where that is not known."""
    factors = _named_factors(of, problem)
    relation = simple_relation(found, wanted, factors)
    if relation is not None:
        return relation or CORRECT
    causes = []
    for mistake, values in _candidates(of, wanted, problem, mistaken):
        relation = simple_relation(found, values, factors)
        if relation is not None:
            causes.append((mistake, relation))
    if causes:
        return _join(*min(causes, key=lambda cause: len(cause[1])))  # the simplest
    return common_factor_or_offset(found, wanted)


def _mistaken_values(problem: Problem) -> Iterator[Values]:
    """Yield the correct value of every quantity, then the values that each mistake produces."""
    yield "", run_variant(BackpropVariant(), *problem)
    for mistake, variant in mistakes(problem.network.depth):
        try:
            yield mistake, run_variant(variant, *problem)
        except ValueError:  # the shapes do not fit, or a number overflows: nobody can have that
            continue


def _candidates(
    of: str, wanted: Array, problem: Problem, mistaken: list[Values]
) -> Iterator[tuple[str, Array]]:
    """Yield what a reader may have computed instead of a quantity, each with what to say."""
    if _derivative_names(of):
        yield from _other_derivatives(wanted, problem)
        return
    (_, known), *wrong = mistaken
    yield from _wrong_sums(of, known)
    for mistake, values in wrong:
        yield mistake, values[of]
    for name, value in known.items():
        if name != of:
            yield f"that is {name}", value


def _wrong_sums(of: str, known: Mapping[str, Array]) -> Iterator[tuple[str, Array]]:
    """Yield the results of a sum over the wrong index, or of no sum."""
    kind, _, l = of.partition("_")
    if kind == "delta":
        yield "summed over the samples: each has its own delta", known[of].sum(axis=0)
    if kind in ("delta", "G"):
        over_nodes = known[of].sum(axis=1, keepdims=True)
        spread = np.broadcast_to(over_nodes, known[of].shape)
        for values in (over_nodes, over_nodes[:, 0], spread):
            yield f"summed over the nodes of layer {l}: each has its own entry", values
    if kind == "g":
        delta = known[f"delta_{l}"]
        yield "summed over the nodes instead of the samples", -delta.sum(axis=1)
        yield "not summed over the samples", -delta
        yield "summed over the nodes as well as the samples", np.full_like(known[of], -delta.sum())
    if kind == "G" and l != "1":
        h, delta = known[f"h_{int(l) - 1}"], known[f"delta_{l}"]
        yield "not summed over the samples", -h[:, :, None] * delta[:, None, :]


def _other_derivatives(wanted: Array, problem: Problem) -> Iterator[tuple[str, Array]]:
    """Yield what a reader may have computed instead of a derivative, each with what to say."""
    if wanted.ndim == 3 and wanted.shape[1] == wanted.shape[2]:
        yield "only the diagonal of the matrix", np.diagonal(wanted, axis1=1, axis2=2)
    yield "only the first sample", wanted[0]
    yield "summed over the samples: each has its own derivative", wanted.sum(axis=0)
    layers = problem.network.layers
    names = ["L_i", *(f"{v}_{l}" for l in layers for v in "zh")]
    for of, wrt in product(names, names[1:]):
        if of != wrt:
            yield f"that is d{of}/d{wrt}", complex_step(*problem, of=of, wrt=wrt)


def _named_factors(of: str, problem: Problem) -> dict[float, str]:
    """Return the factors by which an answer may be off, and what to say of each."""
    N, n = len(problem.X), problem.network.sizes
    named = {float(N): f"too large by a factor of {N}, which is N: mean or sum?"}
    named[1 / N] = f"too small by a factor of {N}, which is N: mean or sum?"
    layer = of.rpartition("_")[2]
    if layer.isdigit():
        nodes = n[int(layer)]
        named[float(nodes)] = (
            f"too large by a factor of {nodes}, which is n_{layer}: summed once per node?"
        )
    return {1.0: "", **named} | {1.0: ""}  # first, and never taken for another
