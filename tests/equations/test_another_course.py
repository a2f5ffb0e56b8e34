"""Another book: its notation is declared here, and the reader reads it without a change.

Weights are stored as out × in, one sample per column; nodes are tanh except in the last layer,
which is linear and has two nodes; the loss is squared, derivatives are in denominator layout, and
n counts the samples.
"""

from collections.abc import Callable

import numpy as np
import pytest

from bpkit._validation import Array
from bpkit.equations.parser import ConsistencyError, FormulaError
from bpkit.equations.symbol_declarations import Known, Notation, SymbolDeclaration
from bpkit.equations.verification import verify

WIDTHS = {"d_0": 5, "d_1": 4, "d_2": 3, "d_3": 2}
SAMPLES = 7
LAYERS = (1, 2, 3)
RNG = np.random.default_rng(seed=8)
SIZES = list(WIDTHS.values())
GIVEN = {f"V_{l}": RNG.normal(size=(SIZES[l], SIZES[l - 1])) / 2 for l in LAYERS}
GIVEN |= {f"c_{l}": RNG.normal(size=(SIZES[l], 1)) for l in LAYERS}
GIVEN |= {"a_0": RNG.normal(size=(SIZES[0], SAMPLES)), "t": RNG.normal(size=(SIZES[3], SAMPLES))}


def model(key: str, step: Array) -> Known:
    """Return every value of the other course, after a step in one of them."""

    def known(name: str, value: Array) -> Array:
        values[name] = value + step if name == key else value
        return values[name]

    values: dict[str, Array] = {}
    a = known("a_0", GIVEN["a_0"])
    for l in LAYERS:
        V, c = known(f"V_{l}", GIVEN[f"V_{l}"]), known(f"c_{l}", GIVEN[f"c_{l}"])
        s = known(f"s_{l}", V @ a + c)
        a = known(f"a_{l}", np.tanh(s) if l < 3 else s)
    values["t"] = GIVEN["t"]
    values["E_n"] = ((a - GIVEN["t"]) ** 2).sum(axis=0) / 2
    values["E"] = values["E_n"].sum()
    if not key:  # the errors, node by node and from the outputs back
        values["error_3"] = a - GIVEN["t"]
        for l in (2, 1):
            back = GIVEN[f"V_{l + 1}"].T @ values[f"error_{l + 1}"]
            values[f"error_{l}"] = back / np.cosh(values[f"s_{l}"]) ** 2
    return values


def column(key: str) -> Callable[[Known, int, int], Array]:
    """Return what reads the column vector of one sample."""
    return lambda known, l, n: known[key.format(l=l)][:, [n]]


def whole(key: str) -> Callable[[Known, int, int], Array]:
    """Return what reads a matrix or a scalar as it is."""
    return lambda known, l, n: np.atleast_2d(known[key.format(l=l)])


def layered(name: str, shape: tuple, value: Callable, **more) -> SymbolDeclaration:
    """Return a symbol that each layer has."""
    return SymbolDeclaration(name, shape, value, index_kind="layer", **more)


COURSE = Notation(
    symbols=(
        layered("V", (0, -1), whole("V_{l}"), model_key="V_{l}"),
        layered("c", (0, "1"), whole("c_{l}"), model_key="c_{l}"),
        layered("s", (0, "1"), column("s_{l}"), model_key="s_{l}", per_sample=True),
        layered(
            "a", (0, "1"), column("a_{l}"), model_key="a_{l}", per_sample=True, from_input=True
        ),
        layered(r"\epsilon", (0, "1"), column("error_{l}"), per_sample=True),
        layered("A", (0, "M"), whole("a_{l}"), from_input=True),
        layered("R", (0, "M"), whole("error_{l}")),
        SymbolDeclaration("t", ("d_3", "1"), column("t"), index_kind="sample", per_sample=True),
        SymbolDeclaration("T", ("d_3", "M"), whole("t")),
        SymbolDeclaration(
            "E",
            ("1", "1"),
            lambda known, l, n: np.reshape(known["E_n"][n], (1, 1)),
            index_kind="sample",
            per_sample=True,
        ),
        SymbolDeclaration("E", ("1", "1"), whole("E")),
    ),
    functions={
        r"\tanh": np.tanh,
        r"\tanh'": lambda s: 1 / np.cosh(s) ** 2,
    },
    sizes={"M": SAMPLES, "1": 1, **WIDTHS},
    layer_dims=tuple(WIDTHS),
    model=model,
    sample_index="n",
    sample_dim="M",
    width_letter="d",
    layout="denominator",
)
ALL, BOTH = {"l": LAYERS}, {"l": (1, 2)}

RIGHT = [
    (r"\mathbf{s}_l = \mathbf{V}_l \mathbf{a}_{l-1} + \mathbf{c}_l", ALL),
    (r"\mathbf{a}_l^n = \tanh(\mathbf{s}_l^n)", BOTH),
    (r"\mathbf{a}_3 = \mathbf{s}_3", {}),
    (r"E_n = \tfrac12 (\mathbf{a}_3^n - \mathbf{t}_n)^\top (\mathbf{a}_3^n - \mathbf{t}_n)", {}),
    (r"E_n = \frac12 \sum_{k=1}^{d_3} (a_{3,k}^n - t_{n,k}) (a_{3,k}^n - t_{n,k})", {}),
    (r"E = \sum_{n=1}^{M} E_n", {}),
    (r"\tanh'(\mathbf{s}_l) = \mathbf{1} - \mathbf{a}_l \odot \mathbf{a}_l", BOTH),
    (r"\epsilon_l^n := \frac{\partial E_n}{\partial \mathbf{s}_l}", ALL),
    (
        r"\epsilon_3^n = \frac{\partial E_n}{\partial \mathbf{a}_3} = \mathbf{a}_3 - \mathbf{t}_n",
        {},
    ),
    (r"\frac{\partial \mathbf{s}_{l+1}}{\partial \mathbf{a}_l} = \mathbf{V}_{l+1}^\top", BOTH),
    (
        r"\epsilon_l^n = \frac{\partial a_l}{\partial s_l} \frac{\partial s_{l+1}}{\partial a_l}"
        r"\frac{\partial E_n}{\partial s_{l+1}} = \operatorname{diag}(\tanh'(s_l)) V_{l+1}^T"
        r"\epsilon_{l+1}^n",
        BOTH,
    ),
    (
        r"\epsilon_l^n = (\mathbf{V}_{l+1}^\top \epsilon_{l+1}^n)"
        r"\odot (\mathbf{1} - \mathbf{a}_l \odot \mathbf{a}_l)",
        BOTH,
    ),
    (
        r"\epsilon_{l,j}^n = \sum_{k=1}^{d_{l+1}} V_{l+1,kj} \epsilon_{l+1,k}^n"
        r"(1 - a_{l,j} a_{l,j})",
        BOTH,
    ),
    (r"\frac{\partial E_n}{\partial \mathbf{V}_l} = \epsilon_l^n (\mathbf{a}_{l-1}^n)^\top", ALL),
    (r"\frac{\partial E}{\partial V_{l,jk}} = \sum_n \epsilon_{l,j}^n a_{l-1,k}^n", ALL),
    (r"\frac{\partial E}{\partial \mathbf{c}_l} = \sum_{n=1}^{M} \epsilon_l^n", ALL),
    (r"\mathbf{R}_3 = \mathbf{A}_3 - \mathbf{T}", {}),
    (
        r"\mathbf{R}_l = (\mathbf{V}_{l+1}^\top \mathbf{R}_{l+1})"
        r"\odot (\mathbf{1} - \mathbf{A}_l \odot \mathbf{A}_l)",
        BOTH,
    ),
    (r"\frac{\partial E}{\partial \mathbf{V}_l} = \mathbf{R}_l \mathbf{A}_{l-1}^\top", ALL),
    (r"\frac{\partial E}{\partial \mathbf{c}_l} = \mathbf{R}_l \mathbf{1}", ALL),
]

WRONG = [
    (r"\mathbf{a}_l^n = \tanh(\mathbf{s}_l^n)", ALL),  # the last layer is linear
    (r"\mathbf{s}_l = \mathbf{V}_l^\top \mathbf{a}_{l-1} + \mathbf{c}_l", ALL),
    (r"E = -\sum_{n=1}^{M} E_n", {}),
    (r"E = \sum_{n=1}^{N} E_n", {}),
    (r"\epsilon_3^n = \mathbf{t}_n - \mathbf{a}_3^n", {}),
    (r"\epsilon_l^n = \mathbf{V}_{l+1} \epsilon_{l+1}^n \odot \tanh'(\mathbf{s}_l)", BOTH),
    (r"\epsilon_l^n = (\mathbf{V}_{l+1}^\top \epsilon_{l+1}^n) \odot \mathbf{a}_l", BOTH),
    (r"\epsilon_l^n = (V_{l+1}^T \epsilon_{l+1}^n) \odot a_l \odot (\mathbf{1} - a_l)", BOTH),
    (r"\frac{\partial \mathbf{s}_{l+1}}{\partial \mathbf{a}_l} = \mathbf{V}_{l+1}", BOTH),
    (r"\frac{\partial E_n}{\partial \mathbf{s}_l} = (\epsilon_l^n)^\top", ALL),
    (r"\frac{\partial E_n}{\partial \mathbf{V}_l} = \mathbf{a}_{l-1}^n (\epsilon_l^n)^\top", ALL),
    (r"\frac{\partial E}{\partial \mathbf{V}_l} = -\mathbf{R}_l \mathbf{A}_{l-1}^\top", ALL),
    (r"\frac{\partial E}{\partial \mathbf{V}_l} = \mathbf{R}_l \mathbf{A}_l^\top", ALL),
    (r"\frac{\partial E}{\partial \mathbf{c}_l} = \epsilon_l^n", ALL),
    (r"\delta_l^i = \epsilon_l^n", ALL),  # the symbols of this course are not declared there
]


@pytest.mark.parametrize(("text", "layers"), RIGHT)
def test_the_other_courses_equations_hold(text, layers):
    """The forward pass, the base case, the recursion, and the gradients, by sample and by batch."""
    assert verify(text, COURSE, **layers).cases


@pytest.mark.parametrize(("text", "layers"), WRONG)
def test_wrong_equations_of_the_other_course_are_refused(text, layers):
    """Signs, transposes, layers, layouts, and the derivative of another function."""
    with pytest.raises((AssertionError, FormulaError)):
        verify(text, COURSE, **layers)


def test_the_other_courses_dimensions_go_by_their_names():
    """A message speaks of its letters, not of ours."""
    with pytest.raises(ConsistencyError, match="d_1 × d_0 against d_0 × d_1"):
        verify(r"\frac{\partial E}{\partial V_1} = A_0 R_1^T", COURSE)
