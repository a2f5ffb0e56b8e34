"""The symbols: what a course declares, so that its formulas can be given a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bpkit._validation import Array
from bpkit.equations.parser import ConsistencyError, NotationError, Symbol

Known = Mapping[str, Array]
"""What a model knows, by key."""

Size = str | int
"""A dimension by its name, such as "N", or counted in layers: 0 for the n_l of the symbol."""


@dataclass(frozen=True)
class Quantity:
    """A symbol that has a value.

    Attributes
    ----------
    name : str
        The symbol without its type face and its indices: "W".
    shape : pair of str or int
        Its rows and columns.
    value : callable
        An array of that shape, given what the model knows, the layer and the sample.
    latex, meaning, python : str
        For the table of symbols: as it is written, what it is, and what it is called in code.
    first : str
        What the first index is: "layer", "sample" or "node"; "" for none.
    each_sample : bool
        Whether the value depends on the sample.
    layer : int
        The layer of a symbol that has one without saying so, as f has the last.
    from_input : bool
        Whether the layers begin with 0, the input.
    key : str
        What the model calls it, with {l} for the layer; empty if nothing is derived by it.
    entry : pair of int
        Which entry of `key` is meant, where the symbol is one entry of a matrix.
    step_shape : pair of str or int
        The rows and columns of that matrix.
    argument : str
        The symbol that may stand behind it in brackets, as the x of f(x).
    every : str
        What a verdict calls the samples that it was tried for.
    """

    name: str
    shape: tuple[Size, Size]
    value: Callable[[Known, int, int], Array]
    latex: str = ""
    meaning: str = ""
    python: str = ""
    first: str = ""
    each_sample: bool = False
    layer: int = 0
    from_input: bool = False
    key: str = ""
    entry: tuple[int, int] | None = None
    step_shape: tuple[Size, Size] | None = None
    argument: str = ""
    every: str = "sample"


@dataclass(frozen=True)
class Course:
    """What a course declares: its symbols, its functions, and a model that gives them values.

    Attributes
    ----------
    quantities : tuple of Quantity
    functions : mapping from name to callable
        Functions of arrays, entry by entry; a prime belongs to the name.
    sizes : mapping from name to int
        The dimensions, all different: N, D, n_1, ... and 1.
    widths : tuple of str
        The dimension of each layer, from the input to the last.
    model : callable
        What is known after a step, in the shape on the page, was added to the quantity of a key:
        ``model(key, step)``; an empty key for no step.
    sample : str
        The letter that counts the samples.
    samples : str
        The dimension that counts the samples.
    width : str
        The letter that stands for the dimension of a layer, given its number.
    layout : str
        "numerator" or "denominator".
    wild : frozenset of str
        Upper limits of sums that fit whatever is summed, such as the H of the notes.
    """

    quantities: tuple[Quantity, ...]
    functions: Mapping[str, Callable[..., Array]]
    sizes: Mapping[str, int]
    widths: tuple[str, ...]
    model: Callable[[str, Array], Known]
    sample: str = "i"
    samples: str = "N"
    width: str = "n"
    layout: str = "numerator"
    wild: frozenset[str] = field(default=frozenset())

    @property
    def depth(self) -> int:
        """The number of the last layer."""
        return len(self.widths) - 1

    def quantity(self, symbol: Symbol) -> Quantity:
        """Return what a symbol means, or raise NotationError if it was not declared so."""
        named = [quantity for quantity in self.quantities if quantity.name == symbol.name]
        for first in self._admitted(symbol):
            for quantity in named:
                if quantity.first == first:
                    return quantity
        known = " ".join(dict.fromkeys(quantity.name for quantity in self.quantities))
        problem = "needs other indices" if named else "is not declared"
        raise NotationError(f"{symbol.name} {problem}; declared are {known}", at=symbol.at)

    def has(self, symbol: Symbol) -> bool:
        """Whether some quantity is called as the symbol is."""
        return any(quantity.name == symbol.name for quantity in self.quantities)

    def _admitted(self, symbol: Symbol) -> tuple[str, ...]:
        """Return what the first index of a symbol may be, the likeliest first."""
        if symbol.first is None:
            return ("", "sample")
        if symbol.first.letter == self.sample:
            return ("sample",)
        return ("layer", "node", "sample", "")  # the last two: an entry, as in x_k

    def dimension(self, size: Size, layer: int) -> str:
        """Return the name of a dimension, given the layer from which it is counted."""
        if isinstance(size, str):
            return size
        if not 0 <= layer + size <= self.depth:
            raise ConsistencyError(f"the layers are 0, ..., {self.depth}; got {layer + size}")
        return self.widths[layer + size]
