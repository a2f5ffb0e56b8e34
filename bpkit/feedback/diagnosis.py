"""Exercises: what is wrong with a reader's gradient, said without giving the right one away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from bpkit._validation import Array, as_array, as_labels, ignore_float_errors, require_finite
from bpkit.feedback.array_comparison import STUB, as_answer, regular, relation, symptom
from bpkit.feedback.common_mistakes import Steps, mistakes, quantities
from bpkit.gradient_checking import complex_step
from bpkit.network import Network, random_network, require_network

RIGHT = "right"

Gradient = Callable[[Network, Array, Array], Any]
Made = tuple[str, dict[str, Array]]  # a mistake, "" for none, and what it makes of everything


class Problem(NamedTuple):
    """A network and a batch, in float64."""

    network: Network
    X: Array
    y: Array


@ignore_float_errors
def diagnose_array(answer: Any, of: str, network: Network, X: ArrayLike, y: ArrayLike) -> str:
    """Say whether an array is what was asked for, and if not, what is wrong with it.

    Parameters
    ----------
    answer : object
        What a reader has computed, of any shape and dtype; what is no array is told so.
    of : str
        What was asked for, by its name on the page: "z_l", "h_l", "delta_l", "G_l" or "g_l" of a
        layer l, "L_i", "L"; or a derivative in numerator layout, such as "L_i by z_2".
    network : Network
        Its weights and biases, any depth.
    X : array_like, shape (N, D)
        One sample a row.
    y : array_like, shape (N,)
        The labels, in [0, 1].

    Returns
    -------
    str
        "right", or what keeps it from being right: a sign, a factor, a transpose, a wrong step.

    Raises
    ------
    TypeError, ValueError
        When the batch does not fit the network, or `of` names nothing in it.
    """
    require_network(network)
    X = as_array("X", X, ("N", network.sizes[0]), np.float64)
    problem = Problem(network, X, as_labels(y, len(X), np.dtype(np.float64)))
    return _told(answer, of, problem, [*_made(problem)])[0]


@ignore_float_errors
def diagnose_function(gradient: Gradient) -> str:
    """Say whether a function finds the gradients of any network, and if not, what is wrong.

    It is tried on a network of three layers whose sizes all differ, then on others of one to five
    layers, on a single sample, on many, and on nodes whose activation is 1 to the last digit.

    Parameters
    ----------
    gradient : callable
        Takes a network, X and y, and returns the gradients by W and by b, as `backpropagation`
        does: two mappings from layers to arrays, in the shapes of the parameters.

    Returns
    -------
    str
        "right", or which gradient is wrong, where, and how.

    Raises
    ------
    TypeError
        When `gradient` is no function.
    """
    if not callable(gradient):
        raise TypeError(f"gradient must be a function; got {type(gradient).__name__}")
    rng = np.random.default_rng(6)
    given = _drawn((5, 4, 3, 1), 7, rng)
    told, known = _tried(gradient, given)
    if told == RIGHT:
        return _elsewhere(gradient, given, rng)
    if told != STUB:
        square, known_there = _tried(gradient, _drawn((3, 3, 3, 1), 3, rng))
        if square == RIGHT:
            return f"right for square layers only; where sizes differ, {told}"
        if known_there and not known:
            return f"{told}; where all layers have one size, {square}"
    return told


def _elsewhere(gradient: Gradient, given: Problem, rng: np.random.Generator) -> str:
    """Say where a gradient fails that is right for the usual network, if it does."""
    for where, other in (
        ("a single sample", _drawn((5, 4, 3, 1), 1, rng)),
        ("one layer", _drawn((5, 1), 7, rng)),
        ("two layers", _drawn((5, 4, 1), 7, rng)),
        ("five layers", _drawn((6, 5, 3, 4, 2, 1), 8, rng)),
        ("layers of one size", _drawn((3, 3, 3, 1), 7, rng)),
        ("600 samples", _drawn((64, 3, 2, 1), 600, rng)),
    ):
        told, _ = _tried(gradient, other)
        if told != RIGHT:
            return f"right, but not for {where}: {told}"
    for l, number, form in ((1, "h", "slope"), (2, "h", "slope"), (3, "f", "error y - f")):
        if _tried(gradient, _saturated(given, l))[0] != RIGHT:
            return (
                f"right, but for rounding: where {number} rounds to 1, 1 - {number} has no digit "
                f"left; which form of the {form} does without it?"
            )
    return RIGHT


def _drawn(sizes: tuple[int, ...], N: int, rng: np.random.Generator) -> Problem:
    """Draw a network and a batch whose labels are 1, 0 and numbers between them."""
    labels = np.append([1.0, 0.0], rng.random(N))[:N]
    return Problem(random_network(sizes, rng), rng.normal(size=(N, sizes[0])), labels)


def _saturated(given: Problem, l: int) -> Problem:
    """Return the problem with labels 1 and with one layer whose activations are 1 to rounding."""
    network, X, y = given
    return Problem(Network(network.W, {**network.b, l: network.b[l] + 40}), X, np.ones_like(y))


def _tried(gradient: Gradient, given: Problem) -> tuple[str, bool]:
    """Say what is wrong with the gradients that a function finds, and whether that is a cause."""
    X, y = given.X.copy(), given.y.copy()
    try:
        answer = gradient(given.network, X, y)
    except NotImplementedError:
        return STUB, False
    except Exception as error:  # whatever a reader's function may raise
        hints = (ValueError, "is a transpose missing?"), (LookupError, "is a layer left out?")
        hint = [f"; {words}" for kind, words in hints if isinstance(error, kind)]
        return f"it stops with {type(error).__name__}, {str(error).strip()}{''.join(hint)}", False
    if not (np.array_equal(X, given.X) and np.array_equal(y, given.y)):
        return "it writes into its inputs, which somebody else may still need", True
    if answer is None or answer is ...:
        return STUB, False
    try:
        parts = tuple(zip("Gg", answer, strict=True))
        found = {f"{G}_{l}": part[l] for l in given.network.layers for G, part in parts}
    except (TypeError, ValueError, LookupError):
        layers = ", ".join(map(str, given.network.layers))
        return f"it must return two mappings, by W and by b, with the layers {layers}", True
    return _together(found, given)


def _together(found: Mapping[str, Any], given: Problem) -> tuple[str, bool]:
    """Say what is wrong with all gradients: by one mistake if that explains them all, or singly."""
    arrays = {of: as_answer(answer) for of, answer in found.items()}
    made = []
    for said, values in _made(given):
        related = {of: relation(arrays[of], values[of], _factors(of, given)) for of in found}
        if None not in related.values() and len({*related.values()}) == 1:
            return _joined(said, related), True
        made.append((said, values))
    told = {of: _told(answer, of, given, made) for of, answer in found.items()}
    return _listed({of: said for of, (said, _) in told.items()}), all(k for _, k in told.values())


def _joined(said: str, related: Mapping[str, str | None]) -> str:
    """Return one sentence for all quantities: a mistake, and what else there is to say."""
    if not said:
        return _listed({of: relation or RIGHT for of, relation in related.items()})
    return _with(said, next(iter(related.values())))


def _with(said: str, also: str | None) -> str:
    """Return a mistake with what else there is to say."""
    return f"{said}; apart from that, {also}" if also else said


def _listed(told: Mapping[str, str]) -> str:
    """Return what there is to say of each quantity, those together of which it is the same."""
    wrong = {said: [of for of in told if told[of] == said] for said in told.values()}
    wrong.pop(RIGHT, None)
    return "; ".join(f"{', '.join(ofs)}: {said}" for said, ofs in wrong.items()) or RIGHT


def _right(of: str, problem: Problem, known: Mapping[str, Array]) -> Array:
    """Return what is asked for, or raise where nothing in the network has that name."""
    if isinstance(of, str) and " by " in of:
        numerator, _, denominator = of.partition(" by ")
        return complex_step(*problem, of=numerator, wrt=denominator)
    if of not in list(known):  # which takes even what is unhashable
        names = ", ".join(known)
        raise ValueError(f'of must be one of {names}, or a derivative as "L by W_1"; got {of!r}')
    return require_finite(of, known[of])


def _told(answer: Any, of: str, problem: Problem, made: list[Made]) -> tuple[str, bool]:
    """Say what is wrong with an answer, and whether that is its cause, not what it looks like."""
    right = _right(of, problem, made[0][1])
    found = as_answer(answer)
    if isinstance(found, str):
        return found, True
    cause = _cause(found, of, problem, right, made)
    return (cause, True) if cause else (symptom(found, right), False)


def _cause(found: Array, of: str, problem: Problem, right: Array, made: list[Made]) -> str | None:
    """Return what keeps an array from being right, None where that is not known."""
    factors = _factors(of, problem)
    related = relation(found, right, factors)
    if related is not None:
        return related or RIGHT
    tried = _candidates(of, right, problem, made)
    told = ((said, relation(found, values, factors)) for said, values in tried)
    known = [(said, also) for said, also in told if also is not None]
    if known:
        return _with(*min(known, key=lambda cause: len(cause[1])))  # the plainest
    return regular(found, right)


def _made(problem: Problem) -> Iterator[Made]:
    """Give all quantities as the right steps make them, and then as each mistake does."""
    yield "", quantities(Steps(), *problem)
    for said, steps in mistakes(problem.network.depth):
        try:
            yield said, quantities(steps, *problem)
        except ValueError:  # the shapes do not fit, or a number overflows: nobody can have that
            continue


def _candidates(
    of: str, right: Array, problem: Problem, made: list[Made]
) -> Iterator[tuple[str, Array]]:
    """Give what somebody may have computed instead of one quantity, each with what to say."""
    if " by " in of:
        yield from _derivatives(of, right, problem)
        return
    (_, known), *mistaken = made
    yield from _sums(of, known)
    for said, wrong in mistaken:
        yield said, wrong[of]
    for name, values in known.items():
        if name != of:
            yield f"that is {name}", values


def _sums(of: str, known: Mapping[str, Array]) -> Iterator[tuple[str, Array]]:
    """Give what comes of a sum over the wrong index, or of none."""
    kind, _, l = of.partition("_")
    if kind == "delta":
        yield "added over the samples: each has a delta of its own", known[of].sum(axis=0)
    if kind in ("delta", "G"):
        over_nodes = known[of].sum(axis=1, keepdims=True)
        spread = np.broadcast_to(over_nodes, known[of].shape)
        for values in (over_nodes, over_nodes[:, 0], spread):
            yield f"added over the nodes of layer {l}: each has an entry of its own", values
    if kind == "g":
        delta = known[f"delta_{l}"]
        yield "added over the nodes, where the samples are to be added", -delta.sum(axis=1)
        yield "not added over the samples", -delta
        yield "added over the nodes as well as the samples", np.full_like(known[of], -delta.sum())
    if kind == "G" and l != "1":
        h, delta = known[f"h_{int(l) - 1}"], known[f"delta_{l}"]
        yield "not added over the samples", -h[:, :, None] * delta[:, None, :]


def _derivatives(of: str, right: Array, problem: Problem) -> Iterator[tuple[str, Array]]:
    """Give what somebody may have computed instead of one derivative, each with what to say."""
    if right.ndim == 3 and right.shape[1] == right.shape[2]:
        diagonal = np.diagonal(right, axis1=1, axis2=2)
        yield "these are the numbers on the diagonal of the matrix", diagonal
    yield "this is the first sample alone", right[0]
    yield "added over the samples: each has a derivative of its own", right.sum(axis=0)
    layers = problem.network.layers
    names = ["L_i", *(f"{v}_{l}" for l in layers for v in "zh")]
    for numerator, denominator in product(names, names[1:]):
        other = f"{numerator} by {denominator}"
        if other != of and numerator != denominator:
            yield f"that is {other}", complex_step(*problem, of=numerator, wrt=denominator)


def _factors(of: str, problem: Problem) -> dict[float, str]:
    """Return the factors by which an answer may be off, and what to say of each."""
    N, n = len(problem.X), problem.network.sizes
    named = {float(N): f"{N} times too large, which is N: mean or sum?"}
    named[1 / N] = f"{N} times too small, which is N: mean or sum?"
    layer = of.rpartition("_")[2]
    if layer.isdigit() and int(layer) < len(n):
        nodes = n[int(layer)]
        named[float(nodes)] = (
            f"{nodes} times too large, which is n_{layer}: added once for each node?"
        )
    return {1.0: "", **named} | {1.0: ""}  # first, and never taken for another
