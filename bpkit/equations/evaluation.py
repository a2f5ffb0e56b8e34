"""The evaluation: the value of a part of a formula, with the names of its dimensions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from inspect import signature
from typing import Any

import numpy as np
from lark import Token, Tree

from bpkit._validation import Array
from bpkit.equations.parser import ConsistencyError, Index, NotationError, Symbol
from bpkit.equations.symbol_declarations import Course, Known, Quantity

Node = Any
"""A tree, or a leaf of it: a `Symbol`, a token, or None where something optional is missing."""

STEP = 1e-20  # of the complex step


@dataclass(frozen=True)
class Value:
    """An array and the names of its dimensions."""

    array: Array
    dims: tuple[str, ...]

    def __str__(self) -> str:
        return "a number" if self.is_number else " × ".join(self.dims)

    @property
    def is_number(self) -> bool:
        """Whether it is 1 × 1 by name, and not only by size."""
        return self.dims == ("1", "1")


ONES = Value(np.ones((1, 1)), ("?", "?"))
"""A bold 1 before its neighbour has said in which shape it is meant."""


def number(value: complex) -> Value:
    """Return a number as a value."""
    return Value(np.array([[value]]), ("1", "1"))


@dataclass(frozen=True)
class Case:
    """One way to give a number to every letter that a formula leaves free.

    Attributes
    ----------
    course : Course
    known : mapping
        What the course's model knows.
    layers, nodes : mapping from letter to int
        What the letters mean; layers are counted from 1 and nodes from 0.
    ranges : mapping from letter to str
        The dimension along which each letter for a node counts.
    sample : int or None
        Which sample is meant, from 0.
    transposes : dict
        For each place of a transpose, whether ever anything but a number stood there.
    derivatives : dict
        Those already taken.
    """

    course: Course
    known: Known
    layers: Mapping[str, int] = field(default_factory=dict)
    nodes: Mapping[str, int] = field(default_factory=dict)
    ranges: Mapping[str, str] = field(default_factory=dict)
    sample: int | None = None
    transposes: dict[int, bool] = field(default_factory=dict)
    derivatives: dict[object, Array] = field(default_factory=dict)

    def value(self, node: Node) -> Value:
        """Return the value of a part of a formula."""
        if isinstance(node, Token):
            return number(float(node))
        if isinstance(node, Symbol):
            value = self.symbol(node)
            return self.transposed(value, node.at) if node.transposed else value
        found: Value = getattr(self, f"_{node.data}")(node, *node.children)
        return found

    # Symbols

    def symbol(self, symbol: Symbol) -> Value:
        """Return the value of a symbol, or of the entry that its indices pick out."""
        quantity = self.course.quantity(symbol)
        return picked(self.whole(symbol, quantity), self.places(symbol, quantity))

    def whole(self, symbol: Symbol, quantity: Quantity) -> Value:
        """Return the value of a symbol before any entry is picked out."""
        if symbol.primed:
            raise NotationError(f"{symbol.name} has no prime", at=symbol.at)
        if symbol.upper and not (symbol.upper == self.course.sample and quantity.each_sample):
            raise NotationError(f"{symbol.name} has no superscript {symbol.upper}", at=symbol.at)
        if quantity.each_sample and self.sample is None:
            raise ConsistencyError(f"nothing says which sample {symbol.name} is of", at=symbol.at)
        if symbol.first and symbol.first.letter == self.course.sample and symbol.first.number:
            raise ConsistencyError(f"no sample stands beside another: {symbol.first}", at=symbol.at)
        dims = dims_of(self.course, symbol, quantity, self.layers, self.ranges)
        if quantity.first == "node" and symbol.first is not None:
            place = self.place(symbol.first, dims[0], symbol.at)
            return Value(np.eye(self.course.sizes[dims[0]])[:, [place]], dims)
        layer = layer_of(self.course, symbol, quantity, self.layers)
        value = Value(quantity.value(self.known, layer, self.sample or 0), dims)
        if value.array.shape != tuple(self.course.sizes[dim] for dim in dims):
            raise ConsistencyError(f"{symbol.name} is declared {value}; got {value.array.shape}")
        return value

    def places(self, symbol: Symbol, quantity: Quantity) -> dict[int, int]:
        """Return the position, from 0, along each axis in which the indices pick out an entry."""
        axes = axes_of(self.course, symbol, quantity, self.layers, self.ranges)
        return {axis: self.place(index, dim, symbol.at) for axis, (index, dim) in axes.items()}

    def place(self, index: Index, dim: str, at: int) -> int:
        """Return the position, from 0, that an index means along a dimension."""
        if index.letter and index.letter not in self.nodes:
            raise ConsistencyError(f"nothing says what {index.letter} stands for", at=at)
        place = self.nodes.get(index.letter, -1) + index.number
        if not 0 <= place < self.course.sizes[dim]:
            raise ConsistencyError(f"{index} lies outside 1, ..., {dim}", at=at)
        return place

    # The rules of the notation

    def _ones(self, node: Node, *signs: Node) -> Value:
        return ONES

    def _group(self, node: Node, *children: Node) -> Value:
        inside = without_signs(children)
        if len(inside) > 1:
            raise NotationError("only a function takes a list in brackets", at=node.meta.start_pos)
        return self.value(inside[0])

    def _same(self, node: Node, side: Node) -> Value:
        return self.value(side)

    def _negative(self, node: Node, side: Node) -> Value:
        value = self.value(side)
        return replace(value, array=-value.array)

    def _add(self, node: Node, left: Node, right: Node) -> Value:
        one, other = fitted(node, "+", self.value(left), self.value(right))
        return Value(one.array + other.array, one.dims)

    def _subtract(self, node: Node, left: Node, right: Node) -> Value:
        one, other = fitted(node, "-", self.value(left), self.value(right))
        return Value(one.array - other.array, one.dims)

    def _hadamard(self, node: Node, left: Node, sign: Node, right: Node) -> Value:
        one, other = fitted(node, "⊙", self.value(left), self.value(right))
        return Value(one.array * other.array, one.dims)

    def _product(self, node: Node, *children: Node) -> Value:
        result, *others = self.factors(without_signs(children))
        for other in others:
            result = times(node, result, other)
        return result

    def factors(self, units: list[Node]) -> Iterator[Value]:
        """Give the values of the factors, each function together with its argument."""
        rest = list(units)
        while rest:
            yield self.factor(rest)

    def factor(self, rest: list[Node]) -> Value:
        """Take the next factor off the list, with its argument, and return its value."""
        unit = rest.pop(0)
        name = function_name(unit, self.course)
        following = rest[0] if rest else None
        if name and (is_group(following) or not self.course.has(unit)):
            if following is None:
                raise NotationError(f"{name} needs an argument", at=unit.at)
            if is_group(following):
                return self.applied(
                    name, unit, [self.value(part) for part in without_signs(rest.pop(0).children)]
                )
            return self.applied(name, unit, [self.factor(rest)])
        value = self.value(unit)
        if names_argument(unit, following, self.course):
            self.value(rest.pop(0))
        return value

    def applied(self, name: str, function: Symbol, inside: list[Value]) -> Value:
        """Return a function of what stands in the bracket, or of the factor, behind it."""
        dims = inside[0].dims
        takes = 1 if name == r"\diag" else arguments(self.course.functions[name])
        if len(inside) != takes:
            raise NotationError(f"{name} takes {takes} in brackets", at=function.at)
        if any(value is ONES or value.dims != dims for value in inside):
            given = ", ".join(map(str, inside))
            raise ConsistencyError(f"{name} of {given} does not conform", at=function.at)
        if name == r"\diag":
            if dims[1:] != ("1",) or dims[0] == "1":
                raise ConsistencyError(f"diag takes a column; got {inside[0]}", at=function.at)
            result = Value(np.diagflat(inside[0].array), (dims[0], dims[0]))
        else:
            arrays = (value.array for value in inside)
            try:
                result = Value(np.asarray(self.course.functions[name](*arrays)), dims)
            except (TypeError, ValueError) as error:
                raise ConsistencyError(f"{name}: {error}", at=function.at) from None
        return self.transposed(result, function.at) if function.transposed else result

    def _over(self, node: Node, above: Node, below: Node) -> Value:
        one, other = self.value(above), self.value(below)
        if one is ONES or not other.is_number:
            raise ConsistencyError(f"{one} over {other} does not conform", at=node.meta.start_pos)
        return Value(one.array / other.array, one.dims)

    def _fraction(self, node: Node, sign: Token, above: Node, below: Node) -> Value:
        return self._over(node, above, below)

    def _exponential(self, node: Node, sign: Token, exponent: Node) -> Value:
        value = self.value(exponent)
        return Value(np.exp(value.array), value.dims)

    def _absolute(self, node: Node, left: Token, inside: Node, right: Token) -> Value:
        value = self.value(inside)
        return Value(np.abs(value.array), value.dims)

    def _transpose(self, node: Node, inside: Node, sign: Token) -> Value:
        return self.transposed(self.value(inside), sign.start_pos or 0)

    def transposed(self, value: Value, at: int) -> Value:
        """Return the transposed value, and remember whether there was anything to transpose."""
        if value is ONES or len(value.dims) != 2:
            raise ConsistencyError(f"{value} has no transpose here", at=at)
        self.transposes[at] = self.transposes.get(at, False) or not value.is_number
        return Value(value.array.T, value.dims[::-1])

    def _summed(self, node: Node, before: Node, head: Node, body: Node) -> Value:
        letter, start, _ = summation(head)
        of_samples = letter == self.course.sample
        if not of_samples and letter not in self.ranges:
            raise ConsistencyError(f"nothing says what {letter} counts", at=head.meta.start_pos)
        size = self.course.sizes[self.course.samples if of_samples else self.ranges[letter]]
        if not 1 <= start <= size:
            raise ConsistencyError(
                f"the sum over {letter} starts outside 1, ..., {size}", at=head.meta.start_pos
            )
        terms = [
            replace(self, sample=k)
            if of_samples
            else replace(self, nodes={**self.nodes, letter: k})
            for k in range(start - 1, size)
        ]
        values = [term.value(body) for term in terms]
        total = Value(np.sum([value.array for value in values], axis=0), values[0].dims)
        return total if before is None else times(node, self.value(before), total)

    # Derivatives

    def _derivative(self, node: Node, *children: Node) -> Value:
        above, below = (child for child in children if isinstance(child, Symbol))
        upper, lower = self.course.quantity(above), self.course.quantity(below)
        if above.transposed or below.transposed or not lower.key:
            raise NotationError(f"no derivative is declared by {below.name}", at=below.at)
        if lower.each_sample and not upper.each_sample:
            raise ConsistencyError(
                f"{above.name} is of all samples, {below.name} of one", at=below.at
            )
        whole, base = self.whole(above, upper), self.whole(below, lower)
        if whole.dims[1] != "1":
            raise ConsistencyError(f"{above.name} is no column; got {whole}", at=above.at)
        entries = self.places(below, lower) or dict(enumerate(lower.entry or ()))
        if len(entries) not in (0, sum(dim != "1" for dim in base.dims), 2):
            raise NotationError(f"{below.name} needs all its indices, or none", at=below.at)
        places = self.places(above, upper)
        if entries:
            unit = (entries.get(0, 0), entries.get(1, 0))
            return picked(Value(self.slope(above, below, unit), whole.dims), places)
        return self.arranged(above, below, whole, base, places)

    def arranged(
        self, above: Symbol, below: Symbol, whole: Value, base: Value, places: dict[int, int]
    ) -> Value:
        """Return a derivative by every entry of a column or a matrix, in the course's layout."""
        rows, columns = base.array.shape
        slopes = np.array(
            [[self.slope(above, below, (r, c))[:, 0] for r in range(rows)] for c in range(columns)]
        )
        table = np.moveaxis(slopes, -1, 0)
        dims: tuple[str, ...] = (whole.dims[0], base.dims[1], base.dims[0])
        if 0 in places:
            table, dims = table[[places[0]]], ("1", *dims[1:])
        if dims[1] == "1":
            table, dims = table[:, 0], (dims[0], dims[2])
        elif dims[0] == "1":
            table, dims = table[0], dims[1:]
        if self.course.layout == "denominator":
            table, dims = table.T, dims[::-1]
        return Value(table, dims)

    def slope(self, above: Symbol, below: Symbol, entry: tuple[int, int]) -> Array:
        """Return the derivative of a column by one entry of another symbol."""
        upper, lower = self.course.quantity(above), self.course.quantity(below)
        layers = (
            layer_of(self.course, s, q, self.layers) for s, q in ((above, upper), (below, lower))
        )
        layer, base = layers
        name = (upper.name, upper.first, layer, lower.name, base, entry, self.sample)
        if name not in self.derivatives:
            key, dims = (
                lower.key.format(l=base),
                (self.course.dimension(size, base) for size in lower.step_shape or lower.shape),
            )
            step = np.zeros([self.course.sizes[dim] for dim in dims], dtype=complex)
            step[entry] = 1j * STEP
            stepped = self.course.model(key, step)
            try:
                value = upper.value(stepped, layer, self.sample or 0)
            except KeyError:
                problem = f"no derivative of {above.name} is declared"
                raise NotationError(problem, at=above.at) from None
            self.derivatives[name] = value.imag / STEP
        return self.derivatives[name]


# What needs no case


def is_sign(node: Node) -> bool:
    """Whether a child of a rule is a sign, such as a bracket, and not a part with a value."""
    return node is None or (
        isinstance(node, Token) and node.type not in ("NUMBER", "DIGIT", "ONE_DIGIT")
    )


def without_signs(children: tuple[Node, ...] | list[Node]) -> list[Node]:
    """Return the children that have a value."""
    return [child for child in children if not is_sign(child)]


def is_group(node: Node) -> bool:
    """Whether a part of a formula is something in brackets."""
    return isinstance(node, Tree) and node.data == "group"


def summation(head: Node) -> tuple[str, int, Node]:
    """Return the letter of a sum, where it starts, and its upper limit or None."""
    letter, *rest = [child for child in head.children if not isinstance(child, Token)]
    numbers = [int(child) for child in head.children if getattr(child, "type", "") == "NUMBER"]
    limits = [child for child in rest if child is not None]
    return str(letter), numbers[0] if numbers else 1, limits[0] if limits else None


def function_name(node: Node, course: Course) -> str:
    """Return the name of a function if `node` is one, and "" if it is not."""
    if not isinstance(node, Symbol) or node.first or node.upper:
        return ""
    name = node.name + "'" * node.primed
    return name if name in course.functions or name == r"\diag" else ""


def arguments(function: Callable[..., Array]) -> int:
    """Return how many arguments a function takes."""
    return function.nin if isinstance(function, np.ufunc) else len(signature(function).parameters)


def names_argument(unit: Node, following: Node, course: Course) -> bool:
    """Whether a bracket only names the argument of the symbol before it, as in f(x)."""
    if not (isinstance(unit, Symbol) and is_group(following)):
        return False
    inside = without_signs(following.children)
    while len(inside) == 1 and isinstance(inside[0], Tree) and inside[0].data == "product":
        inside = without_signs(inside[0].children)
    argument = course.quantity(unit).argument
    if len(inside) != 1 or not isinstance(inside[0], Symbol) or inside[0].name != argument:
        return False
    index = inside[0].first or Index(course.sample, 0)
    return index.letter == course.sample and not (inside[0].nodes or inside[0].transposed)


def layer_of(course: Course, symbol: Symbol, quantity: Quantity, layers: Mapping[str, int]) -> int:
    """Return the layer of a symbol."""
    if quantity.first != "layer" or symbol.first is None:
        return quantity.layer
    index = symbol.first
    if index.letter and index.letter not in layers:
        raise ConsistencyError(f"nothing says which layer {index.letter} is", at=symbol.at)
    layer = layers.get(index.letter, 0) + index.number
    lowest = 0 if quantity.from_input else 1
    if not lowest <= layer <= course.depth:
        raise ConsistencyError(
            f"{symbol.name} has the layers {lowest}, ..., {course.depth}; got {layer}", at=symbol.at
        )
    return layer


def dims_of(
    course: Course,
    symbol: Symbol,
    quantity: Quantity,
    layers: Mapping[str, int],
    ranges: Mapping[str, str],
) -> tuple[str, str]:
    """Return the names of the dimensions of a symbol before any entry is picked out."""
    if quantity.first == "node" and symbol.first is not None:
        if symbol.first.letter not in ranges:
            raise ConsistencyError(
                f"nothing says how long {symbol.name}_{symbol.first} is", at=symbol.at
            )
        return ranges[symbol.first.letter], "1"
    layer = layer_of(course, symbol, quantity, layers)
    rows, columns = (course.dimension(size, layer) for size in quantity.shape)
    return rows, columns


def axes_of(
    course: Course,
    symbol: Symbol,
    quantity: Quantity,
    layers: Mapping[str, int],
    ranges: Mapping[str, str],
) -> dict[int, tuple[Index, str]]:
    """Return, for each axis in which an entry is picked out, the index and the dimension."""
    nodes = symbol.nodes
    if symbol.first and quantity.first in ("", "sample") and symbol.first.letter != course.sample:
        nodes = (symbol.first, *nodes)
    if not nodes:
        return {}
    dims = dims_of(course, symbol, quantity, layers, ranges)
    axes = [axis for axis in (0, 1) if quantity.shape[axis] != "1"]
    if len(axes) > len(nodes):  # a matrix with a single row or column needs one index
        axes = [axis for axis in axes if dims[axis] != "1"]
    if len(axes) != len(nodes):
        raise ConsistencyError(
            f"{symbol.name} is {' × '.join(dims)} and has {len(nodes)} indices", at=symbol.at
        )
    return {axis: (index, dims[axis]) for axis, index in zip(axes, nodes, strict=True)}


def picked(whole: Value, places: dict[int, int]) -> Value:
    """Return the entry at the places, or the whole if there are none."""
    return number(whole.array[places.get(0, 0), places.get(1, 0)]) if places else whole


def like(value: Value, other: Value) -> Value:
    """Return the value, or ones in the shape of the other if it is a bold 1."""
    return Value(np.ones(other.array.shape), other.dims) if value is ONES else value


def conform(left: Value, right: Value) -> bool:
    """Whether two values have dimensions of the same names, which are known."""
    return left.dims == right.dims and "?" not in left.dims


def fitted(node: Node, sign: str, left: Value, right: Value) -> tuple[Value, Value]:
    """Return both values, ones in the shape of the other, or raise unless the shapes agree."""
    left, right = like(left, right), like(right, left)
    if not conform(left, right):
        raise ConsistencyError(f"{left} {sign} {right} does not conform", at=node.meta.start_pos)
    return left, right


def times(node: Node, left: Value, right: Value) -> Value:
    """Return the product of two values, each a number or a matrix."""
    if right is ONES and len(left.dims) == 2 and not left.is_number:
        right = Value(np.ones((left.array.shape[1], 1)), (left.dims[1], "1"))
    if left is ONES or right is ONES:
        raise ConsistencyError("nothing says how many ones are meant", at=node.meta.start_pos)
    if left.is_number:
        return Value(left.array.item() * right.array, right.dims)
    if right.is_number:
        return Value(left.array * right.array.item(), left.dims)
    if len(left.dims) != 2 or left.dims[1] != right.dims[0]:
        raise ConsistencyError(f"{left} times {right} does not conform", at=node.meta.start_pos)
    array, dims = np.tensordot(left.array, right.array, axes=1), left.dims[:1] + right.dims[1:]
    return Value(array[0], dims[1:]) if len(dims) == 3 and dims[0] == "1" else Value(array, dims)
