"""The declared symbols: for which samples each is tried, its shape, and derivatives by it."""

import numpy as np
import pytest

from bpkit.course.declared_symbols import DECLARED_SYMBOLS, course_notation, notation_on
from bpkit.equations.parser import FormulaError
from bpkit.equations.verification import verify
from bpkit.network import random_network

LAYERS = (1, 2, 3)
# The unit vectors have no length of their own: it depends on the rest of the formula.
SYMBOLS = {s.latex: s for s in DECLARED_SYMBOLS if s.index_kind != "node"}


def given(declared):
    """Return the layers to try a symbol for."""
    return {"l": LAYERS} if declared.index_kind == "layer" else {}


def scope(declared):
    """Return for what a symbol is to be tried, in words."""
    parts = ["$l = 1, 2, 3$"] if given(declared) else []
    return " and ".join(parts + [f"every {declared.sample_word}"] * declared.per_sample)


def shapes(declared, transposed=False):
    """Return the shapes of a symbol in every layer, or of derivatives with respect to it."""
    sizes = declared.shape[::-1] if transposed else declared.shape
    layers = LAYERS if given(declared) else (declared.layer,)
    found = [tuple(course_notation().dimension(size, l) for size in sizes) for l in layers]
    return ", ".join("a scalar" if dims == ("1", "1") else " × ".join(dims) for dims in found)


@pytest.mark.parametrize("latex", SYMBOLS)
def test_a_symbol_is_tried_for_what_it_depends_on(latex):
    """For each layer that is asked for, each sample if it has one, in its own shape."""
    declared = SYMBOLS[latex]
    verdict = verify(f"{latex} = {latex}", course_notation(), **given(declared))
    assert (verdict.scope, verdict.dims) == (scope(declared), shapes(declared))


@pytest.mark.parametrize("latex", SYMBOLS)
@pytest.mark.parametrize("of", ["L_i", "L"])
def test_derivatives_with_respect_to_a_symbol_have_its_layout(latex, of):
    """Numerator layout: the shape of the symbol transposed; others have no derivatives.

    L_i has derivatives with respect to what all samples share; L has none with respect to what one
    sample has alone.
    """
    declared, by = SYMBOLS[latex], latex.replace(r"(\mathbf{x}_i)", "")
    derivative = rf"\frac{{\partial {of}}}{{\partial {by}}}"
    if declared.model_key and not (of == "L" and declared.per_sample):
        verdict = verify(f"{derivative} = {derivative}", course_notation(), **given(declared))
        assert verdict.dims == shapes(declared, transposed=True)
    else:
        with pytest.raises(FormulaError):
            verify(f"{derivative} = {derivative}", course_notation(), **given(declared))


def test_shapes_are_written_out_by_layer():
    """As the page names the dimensions."""
    assert shapes(SYMBOLS[r"\mathbf{W}_l"]) == "D × n_1, n_1 × n_2, n_2 × 1"
    assert shapes(SYMBOLS[r"\mathbf{b}_l"], transposed=True) == "1 × n_1, 1 × n_2, a scalar"
    assert scope(SYMBOLS[r"\delta_l^i"]) == "$l = 1, 2, 3$ and every sample"


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
