"""A notation of two symbols, A and B, whose values are two tables of numbers."""

import numpy as np

from bpkit.equations import Notation, SymbolDeclaration

SAMPLES = 4
TABLE = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]])


def notation_of(left, right, sizes=("r", "c")):
    """Return the notation in which A is the table `left` and B is `right`."""
    left, right = np.asarray(left), np.asarray(right)
    return Notation(
        symbols=(
            SymbolDeclaration("A", sizes, lambda known, l, i: left),
            SymbolDeclaration("B", sizes, lambda known, l, i: right),
        ),
        functions={},
        sizes={"N": SAMPLES, "1": 1, **dict(zip(sizes, left.shape, strict=True))},
        layer_dims=("1",),
        model=lambda key, step: {},
    )
