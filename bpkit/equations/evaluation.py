"""The evaluation: the value of each part of a formula, an array with named dimensions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from inspect import signature
from typing import Any

import numpy as np
from lark import Token, Tree

from bpkit.equations.parser import ConsistencyError, Index, NotationError, Symbol
from bpkit.equations.symbol_declarations import Array, Known, Notation

Node = Any
"""A tree, or a leaf of it: a `Symbol`, a `Summation`, a token, or None for an optional part."""

STEP = 1e-20  # of the complex step
NUMBERS = ("NUMBER", "DIGIT", "ONE_DIGIT")
UNARY = {"negative": np.negative, "exponential": np.exp, "absolute": np.abs}
ELEMENTWISE = {"add": ("+", np.add), "subtract": ("-", np.subtract), "hadamard": ("⊙", np.multiply)}


@dataclass(frozen=True)
class NamedArray:
    """An array and the names of its dimensions."""

    array: Array
    dims: tuple[str, ...]

    def __str__(self) -> str:
        return "a scalar" if self.is_scalar else " × ".join(self.dims)

    @property
    def is_scalar(self) -> bool:
        """Whether it is 1 × 1 by name, and not only by size."""
        return self.dims == ("1", "1")


ONES = NamedArray(np.ones((1, 1)), ("?", "?"))
"""A bold 1 before its neighbor has determined its shape."""


def scalar(value: complex) -> NamedArray:
    """Return a number as a named array."""
    return NamedArray(np.array([[value]]), ("1", "1"))


@dataclass(frozen=True)
class Indexing:
    """What the indices of a formula mean, from which the shape of each symbol follows.

    Attributes
    ----------
    notation : Notation
    layers : mapping from letter to int
        The layer that a letter means, counted from 1.
    ranges : mapping from letter to str
        The dimension along which the index of a node runs.
    """

    notation: Notation
    layers: Mapping[str, int] = field(default_factory=dict)
    ranges: Mapping[str, str] = field(default_factory=dict)

    def layer_number(self, index: Index, at: int) -> int:
        """Return the layer that an index means."""
        if index.letter and index.letter not in self.layers:
            problem = f"nothing says which layer {index.letter} is; pass its layers, as in "
            every = tuple(range(1, self.notation.depth + 1))
            raise ConsistencyError(f"{problem}{index.letter}={every}", at=at)
        return self.layers.get(index.letter, 0) + index.number

    def layer(self, symbol: Symbol) -> int:
        """Return the layer of a symbol."""
        declared, depth = self.notation.declaration(symbol), self.notation.depth
        if declared.index_kind != "layer" or symbol.first is None:
            return declared.layer
        layer, lowest = self.layer_number(symbol.first, symbol.at), 0 if declared.from_input else 1
        if not lowest <= layer <= depth:
            problem = f"{symbol.name} has the layers {lowest}, ..., {depth}; got {layer}"
            raise ConsistencyError(problem, at=symbol.at)
        return layer

    def dims(self, symbol: Symbol) -> tuple[str, str]:
        """Return the names of the dimensions of a symbol before an entry is selected."""
        declared = self.notation.declaration(symbol)
        if declared.index_kind == "node" and symbol.first is not None:
            if symbol.first.letter not in self.ranges:
                problem = f"the length of {symbol.name}_{symbol.first} is not determined"
                raise ConsistencyError(f"{problem}; use the index of a node", at=symbol.at)
            return self.ranges[symbol.first.letter], "1"
        layer = self.layer(symbol)
        rows, columns = (self.notation.dimension(size, layer) for size in declared.shape)
        return rows, columns

    def size_name(self, size: Symbol | Token | str, at: int) -> str:
        """Return the dimension that a sum goes up to, or that an array of real numbers has."""
        notation = self.notation
        name = size.name if isinstance(size, Symbol) else str(size)
        if isinstance(size, Symbol) and size.first:
            if size != Symbol(notation.width_letter, size.at, first=size.first):
                raise NotationError("a dimension has at most a layer as its index", at=at)
            return notation.dimension(self.layer_number(size.first, at), 0)
        if isinstance(size, Symbol) and size != Symbol(name, size.at):
            raise NotationError("a dimension has at most a layer as its index", at=at)
        if name not in notation.sizes.keys() | notation.any_limit:
            known = ", ".join(notation.sizes)
            raise NotationError(f"a sum, or an array, goes up to {known}; got {name}", at=at)
        return name

    def node_axes(self, symbol: Symbol) -> dict[int, tuple[Index, str]]:
        """Return, for each axis in which an entry is selected, the index and the dimension."""
        declared, nodes = self.notation.declaration(symbol), symbol.nodes
        first = symbol.first if declared.index_kind in ("", "sample") else None
        if first and first.letter != self.notation.sample_index:
            nodes = (first, *nodes)
        if not nodes:
            return {}
        dims = self.dims(symbol)
        axes = [axis for axis in (0, 1) if declared.shape[axis] != "1"]
        if len(axes) > len(nodes):  # a matrix with a single row or column needs one index
            axes = [axis for axis in axes if dims[axis] != "1"]
        if len(axes) != len(nodes):
            problem = f"{symbol.name} is {' × '.join(dims)} and has {len(nodes)} indices"
            raise ConsistencyError(problem, at=symbol.at)
        return {axis: (index, dims[axis]) for axis, index in zip(axes, nodes, strict=True)}


@dataclass(frozen=True)
class Evaluator(Indexing):
    """Evaluates a formula for one value of each of its free indices.

    Attributes
    ----------
    known : mapping from key to array
        The values of the notation's model.
    nodes : mapping from letter to int
        The node that a letter means, counted from 0.
    sample : int or None
        The sample that is meant, counted from 0.
    transposes : dict from place to bool
        For each transpose of the formula, whether it ever applied to anything but a scalar.
    derivatives : dict
        The cache of derivatives already computed. All copies that `dataclasses.replace` makes
        share this dict and `transposes`.
    """

    known: Known = field(default_factory=dict)
    nodes: Mapping[str, int] = field(default_factory=dict)
    sample: int | None = None
    transposes: dict[int, bool] = field(default_factory=dict)
    derivatives: dict[object, Array] = field(default_factory=dict)

    def value(self, node: Node) -> NamedArray:
        """Return the value of a part of a formula."""
        if isinstance(node, Token):
            return scalar(float(node))
        if isinstance(node, Symbol):
            value = select(self.whole(node), self.positions(node))
            return self.transposed(value, node.at) if node.transposed else value
        if node.data in UNARY:
            value = self.value(*operands(node.children))
            return replace(value, array=UNARY[node.data](value.array))
        if node.data in ELEMENTWISE:
            sign, combine = ELEMENTWISE[node.data]
            left, right = fill_ones(*map(self.value, operands(node.children)))
            require(same_shape(left, right), f"{left} {sign} {right}", node.meta.start_pos)
            return NamedArray(combine(left.array, right.array), left.dims)
        found: NamedArray = getattr(self, f"_{node.data}")(node, *operands(node.children))
        return found

    # Symbols

    def whole(self, symbol: Symbol) -> NamedArray:
        """Return the value of a symbol before an entry is selected."""
        notation, declared = self.notation, self.notation.declaration(symbol)
        if symbol.primed:
            problem = rf"write a derivative as \frac{{\partial {symbol.name}}}{{\partial ...}}"
            raise NotationError(f"{symbol.name} has no prime; {problem}", at=symbol.at)
        if symbol.upper and not (symbol.upper == notation.sample_index and declared.per_sample):
            raise NotationError(f"{symbol.name} has no superscript {symbol.upper}", at=symbol.at)
        if declared.per_sample and self.sample is None:
            problem = f"the sample of {symbol.name} is not determined; give the evaluator a sample"
            raise ConsistencyError(problem, at=symbol.at)
        if symbol.first and symbol.first.letter == notation.sample_index and symbol.first.number:
            problem = f"the index of a sample takes no shift: {symbol.first}"
            raise ConsistencyError(problem, at=symbol.at)
        dims = self.dims(symbol)
        if declared.index_kind == "node" and symbol.first is not None:
            position = self.position(symbol.first, dims[0], symbol.at)
            return NamedArray(np.eye(notation.sizes[dims[0]])[:, [position]], dims)
        try:
            array = declared.value(self.known, self.layer(symbol), self.sample or 0)
        except KeyError as error:
            problem = f"{symbol.name} has no value: the model has no {error}"
            raise NotationError(problem, at=symbol.at) from None
        if array.shape != tuple(notation.sizes[dim] for dim in dims):
            problem = f"{symbol.name} is declared {NamedArray(array, dims)}; got {array.shape}"
            raise ConsistencyError(problem)
        return NamedArray(array, dims)

    def positions(self, symbol: Symbol) -> dict[int, int]:
        """Return the position, from 0, along each axis in which the indices select an entry."""
        axes = self.node_axes(symbol).items()
        return {axis: self.position(index, dim, symbol.at) for axis, (index, dim) in axes}

    def position(self, index: Index, dim: str, at: int) -> int:
        """Return the position, from 0, that an index means along a dimension."""
        if index.letter and index.letter not in self.nodes:
            problem = f"the index {index.letter} has no range: nothing uses it as that of a node"
            raise ConsistencyError(problem, at=at)
        position = self.nodes.get(index.letter, -1) + index.number
        if not 0 <= position < self.notation.sizes[dim]:
            raise ConsistencyError(f"{index} is outside 1, ..., {dim}", at=at)
        return position

    # The rules of the grammar

    def _ones(self, node: Node) -> NamedArray:
        return ONES

    def _reals(self, node: Node, *sizes: Symbol | Token | str) -> NamedArray:
        at = node.meta.start_pos
        signs = [child for child in node.children if getattr(child, "type", "") == "TIMES"]
        if len(sizes) > 2 or any(not sign.startswith(r"\times") for sign in signs):
            problem = r"an array has one dimension, or two with \times between them"
            raise NotationError(f"{problem}; got {len(sizes)} with {', '.join(signs)}", at=at)
        names = [self.size_name(size, getattr(size, "at", at)) for size in sizes]
        rows, columns = (*names, "1", "1")[:2]
        return NamedArray(
            np.zeros([self.notation.sizes[d] for d in (rows, columns)]), (rows, columns)
        )

    def _norm(self, node: Node, inside: Node) -> NamedArray:
        value, name, at = self.value(inside), node.children[-1], node.meta.start_pos
        require(len(value.dims) == 2 and value is not ONES, f"the norm of {value}", at)
        if name and "2" in name and "1" not in value.dims:
            problem = (
                r"the 2-norm of a matrix is not read; write \lVert ... \rVert_F for the root of "
            )
            raise NotationError(f"{problem}the sum of its squares", at=at)
        return scalar(float(np.linalg.norm(value.array)))

    def _squared(self, node: Node, inside: Node) -> NamedArray:
        if isinstance(inside, Symbol):
            if inside.upper or inside.transposed:
                problem = "a symbol has one superscript; square a group, as in (h^i)^2"
                raise NotationError(problem, at=inside.at)
            if function_name(inside, self.notation) and not self.notation.declares(inside):
                problem = f"{inside.name} needs an argument; write {inside.name}(z)^2"
                raise NotationError(problem, at=inside.at)
        return square(self.value(inside), node.meta.start_pos)

    def _group(self, node: Node, inside: Node, *more: Node) -> NamedArray:
        if more:
            raise NotationError(
                "only a function takes a list of arguments in parentheses", at=node.meta.start_pos
            )
        return self.value(inside)

    def _same(self, node: Node, inside: Node) -> NamedArray:
        return self.value(inside)

    def _product(self, node: Node, *units: Node) -> NamedArray:
        rest, values = list(units), []
        while rest:
            values.append(self.factor(rest))
        return reduce(lambda left, right: multiply(left, right, node.meta.start_pos), values)

    def factor(self, units: list[Node]) -> NamedArray:
        """Remove the next factor from the list, with its argument, and return its value."""
        unit = units.pop(0)
        name = function_name(unit, self.notation)
        following = units[0] if units else None
        group = squared_group(following)
        if group and (name or names_argument(unit, group, self.notation)):
            units.pop(0)
            return square(self.factor([unit, group]), group.meta.start_pos)
        if name and (is_group(following) or not self.notation.declares(unit)):
            if following is None:
                raise NotationError(f"{name} needs an argument", at=unit.at)
            if is_group(following):
                arguments = [self.value(part) for part in operands(units.pop(0).children)]
                return self.applied(name, unit, arguments)
            return self.applied(name, unit, [self.factor(units)])
        value = self.value(unit)
        if names_argument(unit, following, self.notation):
            self.value(units.pop(0))
        return value

    def applied(self, name: str, function: Symbol, arguments: list[NamedArray]) -> NamedArray:
        """Return the value of a function for the arguments that follow it."""
        dims, functions = arguments[0].dims, self.notation.functions
        takes = 1 if name == r"\diag" else argument_count(functions[name])
        if len(arguments) != takes:
            problem = f"the number of arguments of {name} must be {takes}; got {len(arguments)}"
            raise NotationError(problem, at=function.at)
        alike = all(value is not ONES and value.dims == dims for value in arguments)
        require(alike, f"{name} of {', '.join(map(str, arguments))}", function.at)
        if name == r"\diag":
            if dims[1:] != ("1",) or dims[0] == "1":
                problem = f"diag takes a column vector; got {arguments[0]}"
                raise ConsistencyError(problem, at=function.at)
            result = NamedArray(np.diagflat(arguments[0].array), (dims[0], dims[0]))
        else:
            try:
                array = np.asarray(functions[name](*(value.array for value in arguments)))
            except (TypeError, ValueError) as error:
                raise ConsistencyError(f"{name}: {error}", at=function.at) from None
            result = NamedArray(array, dims)
        return self.transposed(result, function.at) if function.transposed else result

    def _over(self, node: Node, above: Node, below: Node) -> NamedArray:
        one, other = self.value(above), self.value(below)
        divisible = one is not ONES and other.is_scalar
        require(divisible, f"{one} over {other}", node.meta.start_pos)
        return NamedArray(one.array / other.array, one.dims)

    _fraction = _over

    def _transpose(self, node: Node, inside: Node) -> NamedArray:
        return self.transposed(self.value(inside), node.children[-1].start_pos)

    def transposed(self, value: NamedArray, at: int) -> NamedArray:
        """Return the transposed value, and record whether it differs from the value."""
        if value is ONES or len(value.dims) != 2:
            raise ConsistencyError(f"{value} has no transpose here", at=at)
        self.transposes[at] = self.transposes.get(at, False) or not value.is_scalar
        return NamedArray(value.array.T, value.dims[::-1])

    def _summed(self, node: Node, *parts: Node) -> NamedArray:
        *before, head, body = parts
        notation, over_samples = self.notation, head.letter == self.notation.sample_index
        if not over_samples and head.letter not in self.ranges:
            problem = f"the index {head.letter} has no range: nothing uses it as that of a node"
            raise ConsistencyError(problem, at=head.at)
        dim = notation.sample_dim if over_samples else self.ranges[head.letter]
        size = notation.sizes[dim]
        last = size if head.last is None else head.last
        if not 1 <= head.start <= size:
            problem = f"the sum over {head.letter} must start in 1, ..., {size}; got {head.start}"
            raise ConsistencyError(problem, at=head.at)
        if head.last is not None and not head.start <= last < size:
            problem = f"the sum over {head.letter} must end with {dim}, or with a number below it"
            raise ConsistencyError(f"{problem}, which is {size} here; got {last}", at=head.at)
        values = [
            replace(self, sample=k).value(body)
            if over_samples
            else replace(self, nodes={**self.nodes, head.letter: k}).value(body)
            for k in range(head.start - 1, last)
        ]
        total = NamedArray(np.sum([value.array for value in values], axis=0), values[0].dims)
        return multiply(self.value(before[0]), total, node.meta.start_pos) if before else total

    # Derivatives

    def _derivative(self, node: Node, above: Symbol, below: Symbol) -> NamedArray:
        upper, lower = self.notation.declaration(above), self.notation.declaration(below)
        if above.transposed or below.transposed or not lower.model_key:
            problem = f"no derivative with respect to {below.name} is declared"
            raise NotationError(problem, at=below.at)
        if lower.per_sample and not upper.per_sample:
            problem = f"{above.name} is a sum over all samples, {below.name} belongs to one sample"
            raise ConsistencyError(problem, at=below.at)
        numerator, denominator = self.whole(above), self.whole(below)
        if numerator.dims[1] != "1":
            problem = f"{above.name} is not a column vector; got {numerator}"
            raise ConsistencyError(problem, at=above.at)
        selected = self.positions(below) or dict(enumerate(lower.entry or ()))
        if len(selected) not in (0, sum(dim != "1" for dim in denominator.dims), 2):
            raise NotationError(f"{below.name} needs all its indices, or none", at=below.at)
        positions = self.positions(above)
        if selected:
            entry = selected.get(0, 0), selected.get(1, 0)
            column = self.derivative_by_entry(above, below, entry)
            return select(NamedArray(column, numerator.dims), positions)
        rows, columns = map(range, denominator.array.shape)
        by_entry = [
            [self.derivative_by_entry(above, below, (r, c))[:, 0] for r in rows] for c in columns
        ]
        array: Array = np.moveaxis(np.array(by_entry), -1, 0)
        dims = numerator.dims[0], *denominator.dims[::-1]
        if 0 in positions:
            array, dims = array[[positions[0]]], ("1", *dims[1:])
        return arrange(NamedArray(array, dims), self.notation.layout)

    def derivative_by_entry(self, above: Symbol, below: Symbol, entry: tuple[int, int]) -> Array:
        """Return the derivative of a column vector with respect to one entry of a symbol."""
        notation, layer, layer_below = self.notation, self.layer(above), self.layer(below)
        upper, lower = notation.declaration(above), notation.declaration(below)
        key = upper.name, upper.index_kind, layer, lower.name, layer_below, entry, self.sample
        if key not in self.derivatives:
            shape = lower.entry_of or lower.shape
            sizes = [notation.sizes[notation.dimension(size, layer_below)] for size in shape]
            step = np.zeros(sizes, dtype=complex)
            step[entry] = 1j * STEP
            stepped = notation.model(lower.model_key.format(l=layer_below), step)
            try:
                value = upper.value(stepped, layer, self.sample or 0)
            except KeyError:
                problem = f"no derivative of {above.name} is declared"
                raise NotationError(problem, at=above.at) from None
            self.derivatives[key] = value.imag / STEP
        return self.derivatives[key]


# Parts of a formula


def operands(children: Sequence[Node]) -> list[Node]:
    """Return the children of a rule that have a value, or are the head of a sum; no operators."""
    parts = (child for child in children if child is not None)
    return [part for part in parts if not isinstance(part, Token) or part.type in NUMBERS]


def is_group(node: Node) -> bool:
    """Whether a part of a formula is in parentheses or brackets."""
    return isinstance(node, Tree) and node.data == "group"


def squared_group(node: Node) -> Node:
    """Return the group of which a part of a formula is the square, or None."""
    is_square = isinstance(node, Tree) and node.data == "squared"
    return node.children[0] if is_square and is_group(node.children[0]) else None


def function_name(node: Node, notation: Notation) -> str:
    """Return the name of a function if `node` is one, and "" if it is not."""
    if not isinstance(node, Symbol) or node.first or node.upper:
        return ""
    name = node.name + "'" * node.primed
    return name if name in notation.functions or name == r"\diag" else ""


def argument_count(function: Callable[..., Array]) -> int:
    """Return how many arguments a function takes."""
    return function.nin if isinstance(function, np.ufunc) else len(signature(function).parameters)


def names_argument(unit: Node, following: Node, notation: Notation) -> bool:
    """Whether a group only names the argument of the symbol before it, as in f(x)."""
    if not (isinstance(unit, Symbol) and is_group(following)):
        return False
    inside = operands(following.children)
    while len(inside) == 1 and isinstance(inside[0], Tree) and inside[0].data == "product":
        inside = operands(inside[0].children)
    argument = notation.declaration(unit).argument
    if len(inside) != 1 or not isinstance(inside[0], Symbol) or inside[0].name != argument:
        return False
    index = inside[0].first or Index(notation.sample_index, 0)
    return index.letter == notation.sample_index and not (inside[0].nodes or inside[0].transposed)


# Arrays with named dimensions


def select(whole: NamedArray, positions: Mapping[int, int]) -> NamedArray:
    """Return the entry at the positions, or the whole if there are none."""
    return scalar(whole.array[positions.get(0, 0), positions.get(1, 0)]) if positions else whole


def arrange(derivative: NamedArray, layout: str) -> NamedArray:
    """Return a derivative in numerator layout without a leading axis of length 1, in a layout."""
    array, dims = derivative.array, derivative.dims
    if "1" in dims[:2]:
        axis = 1 if dims[1] == "1" else 0
        array, dims = array.take(0, axis), dims[:axis] + dims[axis + 1 :]
    return NamedArray(array.T, dims[::-1]) if layout == "denominator" else NamedArray(array, dims)


def fill_ones(left: NamedArray, right: NamedArray) -> tuple[NamedArray, NamedArray]:
    """Return both values, a bold 1 as ones in the shape of the other."""
    if left is ONES:
        left = NamedArray(np.ones(right.array.shape), right.dims)
    if right is ONES:
        right = NamedArray(np.ones(left.array.shape), left.dims)
    return left, right


def same_shape(left: NamedArray, right: NamedArray) -> bool:
    """Whether two values have dimensions of the same names, which are known."""
    return left.dims == right.dims and "?" not in left.dims


def require(compatible: bool, operation: str, at: int) -> None:
    """Raise a ConsistencyError unless the shapes in an operation are compatible."""
    if not compatible:
        raise ConsistencyError(f"the shapes in {operation} are incompatible", at=at)


def square(value: NamedArray, at: int) -> NamedArray:
    """Return the square of a scalar."""
    if not value.is_scalar:
        problem = r"write \lVert a \rVert^2 for the sum of squares, a \odot a for the squares"
        raise ConsistencyError(f"only a scalar has a square; got {value}; {problem}", at=at)
    return replace(value, array=value.array**2)


def multiply(left: NamedArray, right: NamedArray, at: int) -> NamedArray:
    """Return the product of two values, each a scalar or a matrix."""
    if right is ONES and len(left.dims) == 2 and not left.is_scalar:
        right = NamedArray(np.ones((left.array.shape[1], 1)), (left.dims[1], "1"))
    if left is ONES or right is ONES:
        problem = "the shape of the bold 1 is not determined; write it next to a matrix or vector"
        raise ConsistencyError(problem, at=at)
    if left.is_scalar:
        return NamedArray(left.array.item() * right.array, right.dims)
    if right.is_scalar:
        return NamedArray(left.array * right.array.item(), left.dims)
    require(len(left.dims) == 2 and left.dims[1] == right.dims[0], f"{left} times {right}", at)
    array, dims = np.tensordot(left.array, right.array, axes=1), left.dims[:1] + right.dims[1:]
    if len(dims) == 3 and dims[0] == "1":
        return NamedArray(array[0], dims[1:])
    return NamedArray(array, dims)
