"""The declared symbols: for which samples each is tried, its shape, and derivatives by it."""

import numpy as np
import pytest

from bpkit.course.declared_symbols import DECLARED_SYMBOLS, course_notation, notation_on
from bpkit.equations.parser import FormulaError
from bpkit.equations.verification import verify
from bpkit.network import random_network

LAYERS = {"l": (1, 2, 3)}
ROW, COLUMN = "1 × n_1, 1 × n_2, a scalar", "n_1 × 1, n_2 × 1, a scalar"
MATRIX, BATCH = "D × n_1, n_1 × n_2, n_2 × 1", "N × n_1, N × n_2, N × 1"
LAYER = "$l = 1, 2, 3$"

# A symbol: for what it is tried, its shape, and the shape of the derivatives of L_i and of L with
# respect to it. L_i has derivatives with respect to what all samples share; L has none with respect
# to what one sample has alone.
SYMBOLS = {
    r"\mathbf{x}_i": ("every sample", "D × 1", "1 × D", ""),
    "y_i": ("every sample", "a scalar", "", ""),
    r"\mathbf{W}_l": (LAYER, MATRIX, "n_1 × D, n_2 × n_1, 1 × n_2", "n_1 × D, n_2 × n_1, 1 × n_2"),
    r"\mathbf{b}_l": (LAYER, COLUMN, ROW, ROW),
    r"\mathbf{z}_l": (f"{LAYER} and every sample", COLUMN, ROW, ""),
    r"\mathbf{h}_l": (f"{LAYER} and every sample", COLUMN, ROW, ""),
    r"f(\mathbf{x}_i)": ("every sample", "a scalar", "a scalar", ""),
    "L_i": ("every sample", "a scalar", "", ""),
    "L": ("", "a scalar", "", ""),
    r"\delta_l^i": (f"{LAYER} and every sample", ROW, "", ""),
    r"\mathbf{G}_l": (LAYER, MATRIX, "", ""),
    r"\mathbf{g}_l": (LAYER, COLUMN, "", ""),
    r"\mathbf{H}_l": (LAYER, BATCH, "", ""),
    r"\boldsymbol{\Delta}_l": (LAYER, BATCH, "", ""),
    r"\mathbf{a}": ("every row vector tried", "1 × n_1", "", ""),
    "z": ("every scalar tried", "a scalar", "", ""),
    "w": ("", "a scalar", "a scalar", "a scalar"),
    r"\varepsilon": ("", "a scalar", "", ""),
    r"\mathrm{i}": ("", "a scalar", "", ""),
}
DECLARED = {declared.latex for declared in DECLARED_SYMBOLS}


def given(latex):
    """Return the layers to try a symbol for."""
    return LAYERS if "_l" in latex else {}


def test_every_symbol_is_here():
    """Except the unit vectors, whose length depends on the rest of the formula."""
    assert set(SYMBOLS) | {r"\mathbf{e}_m"} == DECLARED


@pytest.mark.parametrize("latex", SYMBOLS)
def test_a_symbol_is_tried_for_what_it_depends_on(latex):
    """For each layer that is asked for, each sample if it has one, in its own shape."""
    verdict = verify(f"{latex} = {latex}", course_notation(), **given(latex))
    assert (verdict.scope, verdict.dims) == SYMBOLS[latex][:2]


@pytest.mark.parametrize("latex", SYMBOLS)
@pytest.mark.parametrize(("of", "place"), [("L_i", 2), ("L", 3)])
def test_derivatives_with_respect_to_a_symbol_have_its_layout(latex, of, place):
    """Numerator layout: the shape of the symbol transposed; others have no derivatives."""
    by = latex.replace(r"(\mathbf{x}_i)", "")
    derivative = rf"\frac{{\partial {of}}}{{\partial {by}}}"
    if SYMBOLS[latex][place]:
        verdict = verify(f"{derivative} = {derivative}", course_notation(), **given(latex))
        assert verdict.dims == SYMBOLS[latex][place]
    else:
        with pytest.raises(FormulaError):
            verify(f"{derivative} = {derivative}", course_notation(), **given(latex))


@pytest.mark.parametrize(("latex", "lowest"), [("h", 0), ("H", 0), ("z", 1), ("W", 1), ("b", 1)])
def test_activations_begin_with_the_input(latex, lowest):
    """Everything else begins with the first layer."""
    assert verify(f"{latex}_{lowest} = {latex}_{lowest}", course_notation()).cases
    with pytest.raises(FormulaError, match=f"has the layers {lowest}, ..., 3"):
        verify(f"{latex}_l = {latex}_l", course_notation(), l=(lowest - 1,))
    with pytest.raises(FormulaError, match=f"has the layers {lowest}, ..., 3; got 4"):
        verify(f"{latex}_4 = {latex}_4", course_notation())


def test_the_output_and_one_weight_have_the_derivatives_of_what_they_are():
    """F is the last activation, and w one entry of the last weights."""
    assert verify(
        r"\frac{\partial L_i}{\partial f} = \frac{\partial L_i}{\partial h_3}", course_notation()
    )
    assert verify(
        r"\frac{\partial L}{\partial w} = \frac{\partial L}{\partial W_{3,2}}", course_notation()
    )
    with pytest.raises(AssertionError, match="the sides differ"):
        verify(
            r"\frac{\partial L}{\partial w} = \frac{\partial L}{\partial W_{3,1}}",
            course_notation(),
        )


def test_a_network_of_another_depth_is_refused():
    """Both numbers of layers are named."""
    shallow = random_network((5, 4, 1), np.random.default_rng(0))
    with pytest.raises(ValueError, match="network must have 3 layers; got 2"):
        notation_on(shallow, np.ones((7, 5)), np.ones(7), a=np.ones((7, 4)), z=np.ones(7))
