"""The notation of a book: its symbols and functions, and a model that gives them values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from bpkit.equations.parser import ConsistencyError, NotationError, Symbol

Array = NDArray[Any]
"""An array of float64, or of complex128 inside a complex step."""

Known = Mapping[str, Array]
"""The values that a model has computed, by key."""

Size = str | int
"""A dimension by its name, such as "N", or relative to the symbol's layer: 0 for its n_l."""

INDEX_KINDS = {
    "layer": "a layer index",
    "node": "a node index",
    "sample": "a sample index",
    "": "no index",
}
"""The kinds of a first index, in words."""


@dataclass(frozen=True)
class SymbolDeclaration:
    """What a symbol means: its shape, its indices, and where its value comes from.

    Attributes
    ----------
    name : str
        The symbol without its typeface and its indices: "W".
    shape : pair of str or int
        Its rows and columns.
    value : callable
        An array of that shape, given the values of the model, the layer and the sample.
    latex, meaning, python : str
        For the table of symbols: its LaTeX, what it is, and its name in code.
    index_kind : str
        What the first index is: "layer", "sample" or "node"; "" for none.
    per_sample : bool
        Whether the value depends on the sample.
    layer : int
        The layer of a symbol that carries no layer index, such as f, which belongs to the last.
    from_input : bool
        Whether the layers begin with 0, the input.
    model_key : str
        The model's key for it, with {l} for the layer; "" if nothing can be differentiated with
        respect to it.
    entry : pair of int
        Which entry of `model_key` is meant, where the symbol is one entry of a matrix.
    entry_of : pair of str or int
        The rows and columns of that matrix.
    argument : str
        The symbol that may follow it in parentheses, as the x of f(x).
    sample_word : str
        The word for a sample in "holds for every sample".
    """

    name: str
    shape: tuple[Size, Size]
    value: Callable[[Known, int, int], Array]
    latex: str = ""
    meaning: str = ""
    python: str = ""
    index_kind: str = ""
    per_sample: bool = False
    layer: int = 0
    from_input: bool = False
    model_key: str = ""
    entry: tuple[int, int] | None = None
    entry_of: tuple[Size, Size] | None = None
    argument: str = ""
    sample_word: str = "sample"


@dataclass(frozen=True)
class Notation:
    """What a book declares, so that its formulas can be evaluated.

    Attributes
    ----------
    symbols : tuple of SymbolDeclaration
    functions : mapping from name to callable
        Elementwise functions of arrays; a prime belongs to the name.
    sizes : mapping from name to int
        The dimensions, all different: N, D, n_1, ... and 1.
    layer_dims : tuple of str
        The dimension of each layer, from the input to the last.
    model : callable
        ``model(key, step)`` returns all values after `step`, which has the symbol's shape on the
        page, was added to the value of `key`. An empty key adds nothing.
    sample_index : str
        The letter that counts the samples.
    sample_dim : str
        The dimension that counts the samples.
    width_letter : str
        The letter for the dimension of a layer, as the n of n_1.
    layout : str
        "numerator" or "denominator".
    any_limit : frozenset of str
        Upper limits of sums that fit whatever is summed, such as the H of the notes.
    file : str
        Where its symbols are declared, for messages; "" if nobody needs to know.
    """

    symbols: tuple[SymbolDeclaration, ...]
    functions: Mapping[str, Callable[..., Array]]
    sizes: Mapping[str, int]
    layer_dims: tuple[str, ...]
    model: Callable[[str, Array], Known]
    sample_index: str = "i"
    sample_dim: str = "N"
    width_letter: str = "n"
    layout: str = "numerator"
    any_limit: frozenset[str] = frozenset()
    file: str = ""

    def __post_init__(self) -> None:
        if self.layout not in ("numerator", "denominator"):
            problem = f'layout must be "numerator" or "denominator"; got {self.layout!r}'
            raise ValueError(problem)

    @property
    def depth(self) -> int:
        """The number of the last layer."""
        return len(self.layer_dims) - 1

    def declaration(self, symbol: Symbol) -> SymbolDeclaration:
        """Return what a symbol means, or raise a NotationError if it was not declared so."""
        kinds = ["layer", "node", "sample", ""]  # the last two: an entry, as in x_k
        if symbol.first is None:
            kinds = ["", "sample"]
        elif symbol.first.letter == self.sample_index:
            kinds = ["sample"]
        named = [declared for declared in self.symbols if declared.name == symbol.name]
        for declared in (d for kind in kinds for d in named if d.index_kind == kind):
            return declared
        known = " ".join(dict.fromkeys(declared.name for declared in self.symbols))
        problem = f"is not declared; declared are {known}"
        problem += f"; to declare it, add a line to {self.file}" if self.file else ""
        if named:
            kinds = [INDEX_KINDS[declared.index_kind] for declared in named]
            problem = f"must have {' or '.join(kinds)}; got {symbol.first or 'no index'}"
        raise NotationError(f"{symbol.name} {problem}", at=symbol.at)

    def declares(self, symbol: Symbol) -> bool:
        """Whether a symbol of this name is declared."""
        return any(declared.name == symbol.name for declared in self.symbols)

    def knows(self, symbol: Symbol) -> bool:
        """Whether a symbol of this name, or a function that it can be, is declared."""
        is_function = symbol.name in (*self.functions, r"\diag") and not symbol.first
        return self.declares(symbol) or is_function

    def dimension(self, size: Size, layer: int) -> str:
        """Return the name of a dimension, given the layer that it is relative to."""
        if isinstance(size, str):
            return size
        if not 0 <= layer + size <= self.depth:
            raise ConsistencyError(f"the layers are 0, ..., {self.depth}; got {layer + size}")
        return self.layer_dims[layer + size]
