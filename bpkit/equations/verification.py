"""The claim: what a formula asserts, tried in every case that its letters leave open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np
from lark import Tree

from bpkit._validation import Array
from bpkit.equations.evaluation import Case, Node, Value, axes_of, conform, like, summation
from bpkit.equations.parser import ConsistencyError, FormulaError, NotationError, Symbol, parse
from bpkit.equations.symbol_declarations import Course, Quantity

TOLERANCE = {"EQUAL": 1e-9, "DEFINED": 1e-9, "ABOUT": 1e-6, "AT_MOST": 1e-9}
"""How far two sides may lie apart, relative to the largest entry."""


class Verdict(NamedTuple):
    """What came of trying a formula.

    Attributes
    ----------
    cases : int
        In how many cases it was tried.
    scope : str
        For which letters.
    dims : str
        The dimensions of its sides, in the last case.
    """

    cases: int
    scope: str
    dims: str


@np.errstate(all="ignore")
def verify(text: str, course: Course, **layers: Sequence[int]) -> Verdict:
    """Evaluate every side of a formula in every case, and raise unless the relations hold.

    Parameters
    ----------
    text : str
        LaTeX, without the dollar signs.
    course : Course
        The meaning of its symbols.
    **layers : sequence of int
        For each letter that stands for a layer, which layers to try.

    Returns
    -------
    Verdict

    Raises
    ------
    NotationError
        When the formula is not in the notation or a symbol is not declared.
    ConsistencyError
        When shapes or indices do not fit.
    AssertionError
        When two sides differ.
    """
    try:
        return _hold(parse(text), course, layers)
    except FormulaError as error:
        raise type(error)(error.reason, text, error.at) from None
    except RecursionError:
        raise NotationError("a formula on a page is not so long", text) from None


def _hold(tree: Node, course: Course, layers: Mapping[str, Sequence[int]]) -> Verdict:
    """Try the formula that a tree holds."""
    chain = next(tree.find_data("chain"))
    sides, signs = chain.children[::2], [sign.children[0].type for sign in chain.children[1::2]]
    free = _free_letters(sides, signs, course) - {course.sample}
    every = {quantity.every for side in sides for quantity in _of_one_sample(side, course)}
    samples = list(range(course.sizes[course.samples])) if every else [None]
    memory = Case(course, course.model("", np.zeros(())))
    nodes: list[str] = []
    dims: dict[str, None] = {}
    cases = 0
    for chosen in product(*layers.values()):
        at = dict(zip(layers, chosen, strict=True))
        ranges = node_ranges(sides, course, at)
        nodes = _nodes(free, at, ranges)
        places = product(*(range(course.sizes[ranges[letter]]) for letter in nodes))
        for sample, place in product(samples, places):
            found = dict(zip(nodes, place, strict=True))
            case = replace(memory, layers=at, nodes=found, ranges=ranges, sample=sample)
            values = [case.value(side) for side in sides]
            for (left, right), sign in zip(pairwise(values), signs, strict=True):
                _compare(left, right, sign, _where(case))
            dims[str(values[0])] = None
            cases += 1
    for spot, useful in memory.transposes.items():
        if not useful:
            raise ConsistencyError("a number needs no transpose", at=spot)
    if not cases:
        raise ConsistencyError("there is no case to try")
    return Verdict(cases, _scope(layers, nodes, every), ", ".join(dims))


def _compare(left: Value, right: Value, sign: str, where: str) -> None:
    """Raise unless two sides stand in the relation between them."""
    left, right = like(left, right), like(right, left)
    if not conform(left, right):
        raise ConsistencyError(f"the sides do not conform: {left} against {right}")
    if not (np.isfinite(left.array).all() and np.isfinite(right.array).all()):
        raise AssertionError(f"a side is not finite{where}")
    if sign == "AT_MOST":
        if np.iscomplexobj(left.array) or np.iscomplexobj(right.array):
            raise ConsistencyError("complex numbers have no order")
        off = left.array - right.array
    else:
        off = np.abs(left.array - right.array)
    scale = np.abs([left.array, right.array]).max()
    if off.max() > TOLERANCE[sign] * scale:
        raise AssertionError(f"the sides differ{where}: {_difference(left.array, right.array)}")


def _difference(left: Array, right: Array) -> str:
    """Say how two arrays of one shape differ."""
    left, right = np.asarray(left), np.asarray(right)
    if np.allclose(left, -right, rtol=1e-9, atol=0):
        return "they have opposite signs"
    if left.shape == left.T.shape and np.allclose(left, right.T, rtol=1e-9, atol=0):
        return "one is the other transposed"
    index = np.unravel_index(np.abs(left - right).argmax(), left.shape)
    entry = f" at {tuple(int(k) + 1 for k in index)}" if left.size > 1 else ""
    return f"{left[index]:.3g} against {right[index]:.3g}{entry}"


def _where(case: Case) -> str:
    """Say for which values of its letters a case was tried."""
    letters = {**case.layers, **{letter: place + 1 for letter, place in case.nodes.items()}}
    if case.sample is not None:
        letters[case.course.sample] = case.sample + 1
    return " for " + ", ".join(f"{k} = {v}" for k, v in letters.items()) if letters else ""


def _scope(layers: Mapping[str, Sequence[int]], nodes: Sequence[str], every: set[str]) -> str:
    """Say for which letters a formula was tried."""
    parts = [f"${letter} = {', '.join(map(str, numbers))}$" for letter, numbers in layers.items()]
    if nodes or every:
        *others, last = [f"${letter}$" for letter in nodes] + sorted(every)
        parts.append("every " + (f"{', '.join(others)} and {last}" if others else last))
    return " and ".join(parts)


# Letters and what they range over


def symbols(node: Node) -> Iterator[Symbol]:
    """Give every symbol that has a value, those in the limits of sums left out."""
    if isinstance(node, Symbol):
        yield node
    elif isinstance(node, Tree) and node.data != "sum":
        for child in node.children:
            yield from symbols(child)


def sums(node: Node) -> Iterator[Node]:
    """Give every sum with its head and body."""
    yield from node.find_data("summed")


def letters(node: Node, course: Course) -> set[str]:
    """Return the letters that a part of a formula leaves free, and check its sums."""
    if isinstance(node, Symbol):
        return node.letters
    if not isinstance(node, Tree):
        return set()
    if node.data != "summed":
        return set().union(*(letters(child, course) for child in node.children))
    before, head, body = node.children
    letter, _, limit = summation(head)
    used = letters(body, course)
    inside = letter in used or (letter == course.sample and any(_of_one_sample(body, course)))
    if not inside:
        raise ConsistencyError(f"nothing in the sum depends on {letter}", at=head.meta.start_pos)
    if letter in letters(before, course) or letter in _bound(body):
        raise ConsistencyError(f"{letter} has two meanings", at=head.meta.start_pos)
    return (
        letters(before, course)
        | (used - {letter})
        | (limit.letters if isinstance(limit, Symbol) else set())
    )


def _bound(node: Node) -> set[str]:
    """Return the letters that sums inside a part of a formula run over."""
    return {summation(each.children[1])[0] for each in sums(node)}


def _of_one_sample(node: Node, course: Course) -> Iterator[Quantity]:
    """Give the quantities that depend on a sample over which no sum inside `node` runs."""
    if isinstance(node, Symbol):
        if course.has(node) and course.quantity(node).each_sample:
            yield course.quantity(node)
    elif isinstance(node, Tree) and node.data == "summed":
        before, head, body = node.children
        yield from _of_one_sample(before, course)
        if summation(head)[0] != course.sample:
            yield from _of_one_sample(body, course)
    elif isinstance(node, Tree):
        for child in node.children:
            yield from _of_one_sample(child, course)


def _free_letters(sides: Sequence[Node], signs: Sequence[str], course: Course) -> set[str]:
    """Return the letters that are free on every side, or raise if the sides do not agree."""
    free = [letters(side, course) for side in sides]
    for (left, right), sign in zip(pairwise(free), signs, strict=True):
        odd = right - left if sign == "AT_MOST" else left ^ right
        if odd:
            spots = [s.at for side in sides for s in symbols(side) if s.letters & odd]
            problem = f"{', '.join(sorted(odd))} stands free on one side only"
            raise ConsistencyError(problem, at=min(spots, default=0))
    bound = set().union(*(_bound(side) for side in sides))
    if bound & free[0]:
        raise ConsistencyError(
            f"{', '.join(sorted(bound & free[0]))} is summed over and stands free"
        )
    return free[0]


def node_ranges(sides: Sequence[Node], course: Course, layers: Mapping[str, int]) -> dict[str, str]:
    """Return along which dimension each letter for a node counts, or raise if it is not one."""
    ranges: dict[str, str] = {}

    def learn(letter: str, dim: str, at: int) -> None:
        if ranges.setdefault(letter, dim) != dim:
            raise ConsistencyError(
                f"{letter} counts {ranges[letter]} and stands where {dim} are counted", at=at
            )

    for side in sides:
        for each in sums(side):
            head = each.children[1]
            letter, _, limit = summation(head)
            dim = _limit(limit, course, layers, head.meta.start_pos)
            if letter == course.sample and dim not in (None, course.samples):
                raise ConsistencyError(
                    f"{letter} counts the samples up to {course.samples}; got {dim}",
                    at=head.meta.start_pos,
                )
            if letter != course.sample and dim is not None:
                learn(letter, dim, head.meta.start_pos)
    for symbol in (s for side in sides for s in symbols(side) if course.has(s)):
        quantity = course.quantity(symbol)
        for index, dim in axes_of(course, symbol, quantity, layers, ranges).values():
            if index.letter:
                learn(index.letter, dim, symbol.at)
    return ranges


def _limit(limit: Node, course: Course, layers: Mapping[str, int], at: int) -> str | None:
    """Return the dimension that an upper limit names, or None if it leaves that open."""
    if limit is None:
        return None
    named = limit if isinstance(limit, Symbol) else Symbol(str(limit), at)
    name, layer = named.name, named.first
    if layer and named == Symbol(course.width, named.at, first=layer):
        if layer.letter not in {"", *layers}:
            raise ConsistencyError(f"nothing says which layer {layer.letter} is", at=at)
        name = course.dimension(layers.get(layer.letter, 0) + layer.number, 0)
    elif named != Symbol(name, named.at):
        raise NotationError("a limit has at most a layer as its index", at=at)
    if name in course.wild:
        return None
    if name not in course.sizes:
        raise NotationError(f"a sum goes up to {', '.join(course.sizes)}; got {name}", at=at)
    return name


def _nodes(free: set[str], layers: Mapping[str, int], ranges: Mapping[str, str]) -> list[str]:
    """Return the free letters that count nodes, or raise if a letter counts layers, too."""
    if both := set(layers) & set(ranges):
        raise ConsistencyError(f"{', '.join(sorted(both))}: say once what it counts")
    if idle := set(layers) - free:
        raise ConsistencyError(f"{', '.join(sorted(idle))} is given and does not occur")
    return sorted(free & set(ranges))
