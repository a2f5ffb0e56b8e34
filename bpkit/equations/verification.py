"""The verification: every side of a formula is evaluated for all free indices and compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np
from lark import Tree

from bpkit.equations.evaluation import Evaluator, Indexing, NamedArray, Node, fill_ones, same_shape
from bpkit.equations.foreign_notation import foreign_parts
from bpkit.equations.parser import (
    ConsistencyError,
    FormulaError,
    Index,
    NotationError,
    Summation,
    Symbol,
    parse,
)
from bpkit.equations.symbol_declarations import Array, Notation, SymbolDeclaration

SHAPES_ONLY = ("IN", "UPDATE")
"""The relations of which only the shapes of the sides are compared."""

TOLERANCE = {"EQUAL": 1e-9, "DEFINED": 1e-9, "ABOUT": 1e-6, "AT_MOST": 1e-9}
"""The largest difference allowed between two sides, relative to the largest entry."""


class Verdict(NamedTuple):
    """What a formula was verified for.

    Attributes
    ----------
    cases : int
        How many combinations of layers, nodes and samples were tried.
    scope : str
        The indices and their values, in words; "" for none.
    dims : str
        The shape of the first side in words; several are separated by commas.
    values : bool
        Whether the values of the sides were compared, and not only their shapes.
    """

    cases: int
    scope: str
    dims: str
    values: bool = True


@np.errstate(all="ignore")
def verify(text: str, notation: Notation, **layers: Sequence[int]) -> Verdict:
    """Evaluate every side of a formula in every case, and raise unless the relations hold.

    Parameters
    ----------
    text : str
        LaTeX, without the dollar signs.
    notation : Notation
        The meaning of its symbols.
    **layers : sequence of int
        For each index of a layer, which layers to try.

    Returns
    -------
    Verdict

    Raises
    ------
    NotationError
        When the formula cannot be read or a symbol is not declared.
    ConsistencyError
        When shapes or indices do not match.
    AssertionError
        When two sides differ.
    """
    try:
        tree = parse(text)
        _refuse_foreign(tree, text, notation)
        return _verify(tree, notation, layers)
    except FormulaError as error:
        raise type(error)(error.reason, text, error.at) from None
    except RecursionError:
        raise NotationError("the formula is too long", text) from None


def _refuse_foreign(tree: Node, text: str, notation: Notation) -> None:
    """Raise if a symbol that is not declared belongs to a notation of other texts."""
    for symbol in symbols(tree):
        for part in [] if notation.knows(symbol) else foreign_parts(text):
            if part.start <= symbol.at < part.end:
                raise NotationError(part.advice, at=part.start)


def _verify(tree: Node, notation: Notation, layers: Mapping[str, Sequence[int]]) -> Verdict:
    """Verify the formula of a tree."""
    for letter, numbers in layers.items():
        if not (isinstance(numbers, Sequence) and all(isinstance(l, int) for l in numbers)):
            problem = f"the layers of {letter} must be whole numbers, as in {letter}=(1, 2, 3)"
            raise ConsistencyError(f"{problem}; got {numbers!r}")
    chain = next(tree.find_data("chain"))
    sides, relations = chain.children[::2], chain.children[1::2]
    free = _common_free_indices(sides, relations, notation) - {notation.sample_index}
    if "UPDATE" in relations:
        _require_update(*sides)
    sides = [write_out_layers(side, notation) for side in sides]
    per_sample = {s.sample_word for side in sides for s in _per_sample(side, notation)}
    samples = list(range(notation.sizes[notation.sample_dim])) if per_sample else [None]
    base = Evaluator(notation, known=notation.model("", np.zeros(())))
    nodes: list[str] = []
    dims: dict[str, None] = {}
    cases = 0
    for numbers in product(*layers.values()):
        indexing = infer_indices(sides, notation, dict(zip(layers, numbers, strict=True)))
        nodes = _free_nodes(free, indexing)
        positions = product(*(range(notation.sizes[indexing.ranges[k]]) for k in nodes))
        indexed = replace(base, layers=indexing.layers, ranges=indexing.ranges)
        for sample, position in product(samples, positions):
            at = dict(zip(nodes, position, strict=True))
            evaluator = replace(indexed, nodes=at, sample=sample)
            values = [evaluator.value(side) for side in sides]
            for (left, right), relation in zip(pairwise(values), relations, strict=True):
                _compare(left, right, relation, _where(evaluator))
            dims[str(values[0])] = None
            cases += 1
    for place, useful in base.transposes.items():
        if not useful:
            raise ConsistencyError("a scalar needs no transpose", at=place)
    if not cases:
        raise ConsistencyError("there is no case to try")
    scope = _scope(layers, nodes, per_sample)
    return Verdict(cases, scope, ", ".join(dims), values=relations[0] not in SHAPES_ONLY)


def _compare(left: NamedArray, right: NamedArray, relation: str, where: str) -> None:
    """Raise unless the relation holds between two sides."""
    left, right = fill_ones(left, right)
    if not same_shape(left, right):
        raise ConsistencyError(f"the shapes of the sides are incompatible: {left} against {right}")
    if not (np.isfinite(left.array).all() and np.isfinite(right.array).all()):
        raise AssertionError(f"a side is not finite{where}")
    if relation == "IN" and np.iscomplexobj(left.array):
        raise AssertionError("the left side is complex")
    if relation in SHAPES_ONLY:
        return
    difference = left.array - right.array
    if relation != "AT_MOST":
        difference = np.abs(difference)
    elif np.iscomplexobj(difference):
        raise ConsistencyError("complex numbers have no order")
    scale = np.abs([left.array, right.array]).max()
    if difference.max() > TOLERANCE[relation] * scale:
        raise AssertionError(f"the sides differ{where}: {_difference(left.array, right.array)}")


def _difference(left: Array, right: Array) -> str:
    """Return in words how two arrays of one shape differ."""
    if np.allclose(left, -right, rtol=1e-9, atol=0):
        return "they have opposite signs"
    if left.shape == left.T.shape and np.allclose(left, right.T, rtol=1e-9, atol=0):
        return "one is the other transposed"
    index = np.unravel_index(np.abs(left - right).argmax(), left.shape)
    entry = f" at {tuple(int(k) + 1 for k in index)}" if left.size > 1 else ""
    return f"{left[index]:.3g} against {right[index]:.3g}{entry}"


def _where(evaluator: Evaluator) -> str:
    """Return the values of the free indices of an evaluation in words."""
    indices = {**evaluator.layers, **{k: node + 1 for k, node in evaluator.nodes.items()}}
    if evaluator.sample is not None:
        indices[evaluator.notation.sample_index] = evaluator.sample + 1
    return " for " + ", ".join(f"{k} = {v}" for k, v in indices.items()) if indices else ""


def _scope(layers: Mapping[str, Sequence[int]], nodes: Sequence[str], per_sample: set[str]) -> str:
    """Return in words for which indices a formula was verified."""
    parts = [f"${letter} = {', '.join(map(str, numbers))}$" for letter, numbers in layers.items()]
    if nodes or per_sample:
        *others, last = [f"${letter}$" for letter in nodes] + sorted(per_sample)
        parts.append("every " + (f"{', '.join(others)} and {last}" if others else last))
    return " and ".join(parts)


def compares_values(text: str) -> bool:
    """Whether a formula states an equality or a bound, and not shapes alone."""
    (chain,) = parse(text).find_data("chain")
    return chain.children[1] not in SHAPES_ONLY


def _require_update(left: Node, right: Node) -> None:
    """Raise unless an update gives one symbol a new value that is made from its old one."""
    inside = left
    while isinstance(inside, Tree) and len(inside.children) == 1:
        inside = inside.children[0]
    if not isinstance(inside, Symbol):
        raise NotationError(r"the left side of \leftarrow must be a symbol", at=left.meta.start_pos)
    if not any(replace(symbol, at=inside.at) == inside for symbol in symbols(right)):
        problem = rf"the new {inside.name} must be made from the old one; write := for a definition"
        raise NotationError(problem, at=inside.at)


# A sum over layers is written out, because the shapes differ from layer to layer


def write_out_layers(node: Node, notation: Notation) -> Node:
    """Return a part of a formula with every sum over layers as the sum of its terms."""
    if not isinstance(node, Tree):
        return node
    parts = [write_out_layers(child, notation) for child in node.children]
    tree = Tree(node.data, parts, node.meta)
    if node.data != "summed" or not _is_layer(parts[1].letter, parts[2], notation):
        return tree
    before, head, body = parts
    if head.last is None or head.last < head.start:
        problem = f"the index {head.letter} has no range; a sum over layers ends with a number"
        raise ConsistencyError(rf"{problem}, as in \sum_{{{head.letter}=1}}^{{3}}", at=head.at)
    terms = [_with_layer(body, head.letter, l) for l in range(head.start, head.last + 1)]
    total = reduce(lambda left, right: Tree("add", [left, right], node.meta), terms)
    return Tree("product", [before, total], node.meta) if before else total


def _is_layer(letter: str, body: Node, notation: Notation) -> bool:
    """Whether a letter is the index of a layer in what is summed."""
    limits = (head.limit for head in _sums(body))
    if any(limit and limit.first and limit.first.letter == letter for limit in limits):
        return True
    indexed = (s for s in symbols(body) if s.first and s.first.letter == letter)
    return any(
        notation.declares(s) and notation.declaration(s).index_kind == "layer" for s in indexed
    )


def _with_layer(node: Node, letter: str, layer: int) -> Node:
    """Return a term of a sum over layers; the indices of its own sums get names of their own."""
    own = {head.letter for head in _sums(node)}

    def index(found: Index) -> Index:
        if found.letter == letter:
            return Index("", layer + found.number)
        return Index(f"{found.letter}_{layer}", found.number) if found.letter in own else found

    def renamed(part: Node) -> Node:
        if isinstance(part, Symbol):
            first = part.first and index(part.first)
            return replace(part, first=first, nodes=tuple(map(index, part.nodes)))
        if isinstance(part, Summation):
            limit = part.limit and renamed(part.limit)
            return replace(part, letter=f"{part.letter}_{layer}", limit=limit)
        return (
            Tree(part.data, [*map(renamed, part.children)], part.meta)
            if isinstance(part, Tree)
            else part
        )

    return renamed(node)


# Free indices and what they range over


def symbols(node: Node) -> Iterator[Symbol]:
    """Yield every symbol of a part of a formula, except in the limits of sums."""
    if isinstance(node, Symbol):
        yield node
    elif isinstance(node, Tree):
        for child in node.children:
            yield from symbols(child)


def _sums(node: Node) -> Iterator[Summation]:
    """Return the head of every sum in a part of a formula."""
    return (tree.children[1] for tree in node.find_data("summed"))


def free_indices(node: Node, notation: Notation) -> set[str]:
    """Return the letters of the indices that a part of a formula leaves free; check its sums."""
    if isinstance(node, Symbol):
        return node.letters
    if not isinstance(node, Tree):
        return set()
    parts: list[Node] = node.children
    if node.data != "summed":
        return set().union(*(free_indices(part, notation) for part in parts))
    before, head, body = parts
    letter, inside = head.letter, free_indices(body, notation)
    if letter not in inside and not (
        letter == notation.sample_index and any(_per_sample(body, notation))
    ):
        raise ConsistencyError(f"nothing in the sum depends on {letter}", at=head.at)
    outside = free_indices(before, notation)
    if letter in outside or letter in {inner.letter for inner in _sums(body)}:
        raise ConsistencyError(
            f"{letter} has two meanings; rename the index of the sum", at=head.at
        )
    return outside | (inside - {letter}) | (head.limit.letters if head.limit else set())


def _per_sample(node: Node, notation: Notation) -> Iterator[SymbolDeclaration]:
    """Yield what depends on a sample that no sum inside a part of a formula runs over."""
    if isinstance(node, Symbol) and notation.declares(node):
        declared = notation.declaration(node)
        yield from [declared] if declared.per_sample else []
    elif isinstance(node, Tree):
        parts: list[Node] = node.children
        over_samples = node.data == "summed" and parts[1].letter == notation.sample_index
        for part in parts[:1] if over_samples else parts:
            yield from _per_sample(part, notation)


def _common_free_indices(
    sides: Sequence[Node], relations: Sequence[str], notation: Notation
) -> set[str]:
    """Return the letters that are free on every side, or raise if the sides do not agree."""
    free = [free_indices(side, notation) for side in sides]
    for (left, right), relation in zip(pairwise(free), relations, strict=True):
        odd = right - left if relation in ("AT_MOST", "IN") else left ^ right
        odd -= {notation.sample_index} if relation == "UPDATE" else set()
        if odd:
            places = [s.at for side in sides for s in symbols(side) if s.letters & odd]
            problem = f"{', '.join(sorted(odd))} is free on one side only"
            raise ConsistencyError(problem, at=min(places, default=0))
    if both := {head.letter for side in sides for head in _sums(side)} & free[0]:
        raise ConsistencyError(f"{', '.join(sorted(both))} is both summed over and free")
    return free[0]


def infer_indices(sides: Sequence[Node], notation: Notation, layers: Mapping[str, int]) -> Indexing:
    """Return what the indices mean and range over, or raise if one has two ranges."""
    ranges: dict[str, str] = {}
    indexing = Indexing(notation, layers, ranges)

    def assign(letter: str, dim: str, at: int) -> None:
        if ranges.setdefault(letter, dim) != dim:
            problem = f"the index {letter} ranges over {ranges[letter]} and over {dim}"
            raise ConsistencyError(problem, at=at)

    for head in (head for side in sides for head in _sums(side)):
        dim = _limit(head, indexing)
        if dim is None:
            continue
        if head.letter != notation.sample_index:
            assign(head.letter, dim, head.at)
        elif dim != notation.sample_dim:
            problem = f"{head.letter} counts the samples up to {notation.sample_dim}; got {dim}"
            raise ConsistencyError(problem, at=head.at)
    for symbol in (s for side in sides for s in symbols(side) if notation.declares(s)):
        for index, dim in indexing.node_axes(symbol).values():
            if index.letter:
                assign(index.letter, dim, symbol.at)
    return indexing


def _limit(head: Summation, indexing: Indexing) -> str | None:
    """Return the dimension that an upper limit names, or None if it fits any dimension."""
    name = indexing.size_name(head.limit, head.at) if head.limit else None
    return None if name in indexing.notation.any_limit else name


def _free_nodes(free: set[str], indexing: Indexing) -> list[str]:
    """Return the free indices of nodes, or raise if one of them is an index of a layer, too."""
    layers, ranges = set(indexing.layers), set(indexing.ranges)
    if both := layers & ranges:
        raise ConsistencyError(f"{', '.join(sorted(both))} is an index of a layer and of a node")
    if unused := layers - free:
        raise ConsistencyError(
            f"{', '.join(sorted(unused))} is given, but does not occur in the formula"
        )
    return sorted(free & ranges)
