"""Squares, norms, sums over layers and over the first few, shapes and updates: read, or refused."""

import pytest

from bpkit.course.declared_symbols import course_notation
from bpkit.course.equation_verdicts import sentence
from bpkit.equations.parser import ConsistencyError, FormulaError, NotationError
from bpkit.equations.verification import compares_values, verify

ALL, BOTH = {"l": (1, 2, 3)}, {"l": (1, 2)}

RIGHT = {
    "z^2 = z z": {},
    r"z^{2} = z \cdot z": {},
    "(y_i - f)^2 = y_i^2 - 2 y_i f + f^2": {},
    "[y_i - f]^2 = (f - y_i)^{2}": {},
    "h_{l,k}^2 = h_{l,k} h_{l,k}": BOTH,
    r"\sigma(z)^2 = \sigma(z) \sigma(z)": {},
    r"y_i f(\mathbf{x}_i)^2 = y_i f f": {},
    r"\log f^2 = 2 \log f": {},
    r"\frac{z^2}{2} = \frac{1}{2} z z": {},
    "-z^2 = -(z z)": {},
    r"\lvert z \rvert^2 = z^2": {},
    r"\lVert \mathbf{h}_1 \rVert^2 = \mathbf{h}_1^\top \mathbf{h}_1": {},
    r"\lVert \mathbf{h}_1 \rVert \lVert \mathbf{h}_1 \rVert = \sum_{k=1}^{n_1} h_{1,k}^2": {},
    r"\lVert \mathbf{h}_1 \rVert_2 = \left\lVert \mathbf{h}_1 \right\rVert": {},
    r"\lVert \mathbf{W}_l \rVert^2 = \sum_{k=1}^{n_{l-1}} \sum_{m=1}^{n_l} W_{l,km}^2": BOTH,
    r"\lVert \mathbf{W}_l \rVert_F = \lVert \mathbf{W}_l^\top \rVert_{F}": ALL,
    r"\sum_{l=1}^{3} \lVert \mathbf{W}_l \rVert^2 = \lVert W_1 \rVert^2 + \lVert W_2 \rVert^2"
    r" + \lVert W_3 \rVert^2": {},
    r"\sum_{l=2}^3 \lVert \mathbf{W}_{l-1} \rVert = \lVert W_1 \rVert + \lVert W_2 \rVert": {},
    r"2 \sum_{l=1}^{3} \lVert b_l \rVert^2 = \sum_{l=1}^{3} \sum_{k=1}^{n_l} 2 b_{l,k}^2": {},
    r"\sum_{k=1}^{3} h_{1,k} = h_{1,1} + h_{1,2} + h_{1,3}": {},
    r"\sum_{k=2}^3 h_{1,k} = h_{1,2} + h_{1,3}": {},
    r"\sum_{i=1}^{2} L_i = \sum_{i=1}^{1} L_i + \sum_{i=2}^{2} L_i": {},
}

SHAPES = {
    r"\mathbf{x} \in \mathbb{R}^{D}": {},
    r"\mathbf{x}_i \in \mathbb{R}^D": {},
    r"y_i \in \mathbb{R}": {},
    r"z \in \mathbb R^1": {},
    r"\mathbf{W}_l \in \mathbb{R}^{n_{l-1} \times n_l}": ALL,
    r"\mathbf{W}_1 \in \mathbb{R}^{D \times n_1}": {},
    r"\delta_l^i \in \mathbb{R}^{1 \times n_l}": ALL,
    r"\mathbf{H}_l \in \mathbb{R}^{N \times n_l}": ALL,
    r"\frac{\partial L}{\partial \mathbf{W}_l} \in \mathbb{R}^{n_l \times n_{l-1}}": ALL,
    r"\mathbf{W}_l \leftarrow \mathbf{W}_l - \eta \mathbf{G}_l": ALL,
    r"\mathbf{W}_l \gets (1 - \eta) \mathbf{W}_l - \eta \mathbf{G}_l": ALL,
    r"\mathbf{W}_l \leftarrow \mathbf{W}_l + \eta \mathbf{h}_{l-1} \delta_l^i": ALL,
    r"W_{l,km} \leftarrow W_{l,km} - \eta G_{l,km}": BOTH,
}

WRONG = {
    "z^2 = 2 z": "the sides differ",
    r"\sigma(z)^2 = \sigma(z^2)": "the sides differ",
    r"-z^2 = (-z)^2": "they have opposite signs",
    r"\lVert \mathbf{h}_1 \rVert = \mathbf{h}_1^\top \mathbf{h}_1": "the sides differ",
    r"\lVert \mathbf{W}_1 \rVert^2 = \lVert \mathbf{W}_1 \rVert": "the sides differ",
    r"\sum_{l=1}^{3} \lVert \mathbf{W}_l \rVert = \sum_{l=1}^{2} \lVert \mathbf{W}_l \rVert":
        "the sides differ",
    r"\sum_{k=1}^{3} h_{1,k} = h_{1,1} + h_{1,2}": "the sides differ",
    r"\mathrm{i} \in \mathbb{R}": "is complex",
}  # fmt: skip

# A formula with § where the caret is to be, the layers, and a part of the reason.
REFUSED = {
    r"f = §\mathbf{h}_1^2": (
        {},
        r"only a scalar has a square; got n_1 × 1; write \lVert a \rVert^2",
    ),
    r"f = §(\mathbf{W}_1)^2": ({}, "only a scalar has a square; got D × n_1"),
    r"y_i = §h_3^i^2": ({}, "square a group, as in (h^i)^2"),
    r"f = §\sigma^2(z)": ({}, r"\sigma needs an argument; write \sigma(z)^2"),
    r"f = z^2§_1": ({}, "write the index before the square"),
    r"f = \frac{1}{2}§^2": ({}, "accepted here"),
    r"f = §\lVert \mathbf{W}_1 \rVert_2": ({}, r"write \lVert ... \rVert_F"),
    r"f = §\lVert \mathbf{1} \rVert": ({}, "the norm of ? × ?"),
    r"f = \lVert f§": ({}, r"accepted here: + - \rVert"),
    r"f = \sum_{l=1}^{4} \lVert §W_l \rVert": ({}, "W has the layers 1, ..., 3; got 4"),
    r"f = §\sum_{l=2}^{3} \mathbf{W}_l": ({}, "the shapes in n_1 × n_2 + n_2 × 1"),
    r"f = §\sum_{l=3}^{2} \lVert W_l \rVert": ({}, "the index l has no range"),
    r"f = §\sum_{l=1}^{n_1} \lVert W_l \rVert": ({}, "a sum over layers ends with a number"),
    r"f = §\sum_{k=1}^{4} h_{1,k}": ({}, "must end with n_1, or with a number below it"),
    r"f = §\sum_{k=3}^{2} h_{1,k}": ({}, "must end with n_1, or with a number below it"),
    r"L = -§\sum_{i=1}^{7} L_i": ({}, "must end with N, or with a number below it, which is 7"),
    r"h_l = h_l §\sum_{l=1}^{3} \lVert W_l \rVert": (ALL, "l has two meanings"),
    r"f = §\sum_{l=1}^{3} f": ({}, "nothing in the sum depends on l"),
    r"§\mathbf{W}_l \in \mathbb{R}^{n_l \times n_{l-1}}": (ALL, "D × n_1 against n_1 × D"),
    r"§\delta_l^i \in \mathbb{R}^{n_l}": (ALL, "1 × n_1 against n_1 × 1"),
    r"§\mathbf{x} \in \mathbb{R}": ({}, "D × 1 against a scalar"),
    r"\mathbf{x} \in §\mathbb{R}^5": ({}, "goes up to N, D, n_1, n_2, 1; got 5"),
    r"\mathbf{x} \in \mathbb{R}^{§Q}": ({}, "goes up to N, D, n_1, n_2, 1; got Q"),
    r"\mathbf{x} \in §\mathbb{R}^{D \times 1 \times 1}": ({}, "has one dimension, or two"),
    r"\mathbf{W}_1 \in §\mathbb{R}^{D \cdot n_1}": ({}, "has one dimension, or two"),
    r"\mathbf{x} §\in \{0, 1\}": ({}, r"write bounds with \le"),
    r"f = §\mathbb{R}": ({}, r"write a shape as \mathbf{x} \in \mathbb{R}^{D}"),
    r"\mathbf{W}_1 \leftarrow §\mathbf{W}_1 - \eta \mathbf{G}_1^\top": ({}, "incompatible"),
    r"§\mathbf{W}_l \leftarrow \mathbf{G}_l": (ALL, "must be made from the old one; write :="),
    r"§\mathbf{W}_1 \leftarrow \mathbf{W}_2 - \mathbf{W}_2": ({}, "made from the old one"),
    r"§2 \mathbf{W}_1 \leftarrow \mathbf{W}_1": ({}, r"left side of \leftarrow must be a symbol"),
    r"W_{1,11} \leftarrow W_{1,11} - §G_{1,km}": ({}, "is free on one side only"),
    r"w \leftarrow w - §\lambda": ({}, r"\lambda is not declared"),
}


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_right_holds(text):
    """In value, for every layer that is given."""
    verdict = verify(text, course_notation(), **RIGHT[text])
    assert verdict.values
    assert compares_values(text)
    assert sentence(verdict).startswith("holds")


@pytest.mark.parametrize("text", SHAPES)
def test_of_shapes_and_updates_the_verdict_says_that_only_shapes_agree(text):
    """An array is in a space, or has a new value of the shape of the old one."""
    verdict = verify(text, course_notation(), **SHAPES[text])
    assert not verdict.values
    assert not compares_values(text)
    said = sentence(verdict)
    assert said.startswith("the shapes agree")
    assert said.endswith("; values are not compared")


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_refused(text):
    """It is read, and its sides differ."""
    with pytest.raises(AssertionError, match=r"sides differ|complex") as caught:
        verify(text, course_notation())
    assert WRONG[text] in str(caught.value)


@pytest.mark.parametrize("marked", REFUSED)
def test_what_is_slightly_off_is_refused_at_the_place(marked):
    """With what would be right."""
    layers, reason = REFUSED[marked]
    with pytest.raises(FormulaError) as caught:
        verify(marked.replace("§", ""), course_notation(), **layers)
    assert isinstance(caught.value, NotationError | ConsistencyError)
    assert reason in caught.value.reason
    assert caught.value.at == marked.index("§")


@pytest.mark.parametrize("layers", [1, "12", (1.0, 2.0), None])
def test_layers_that_are_no_whole_numbers_are_refused(layers):
    """The message shows how to write them."""
    with pytest.raises(ConsistencyError, match=r"must be whole numbers, as in l=\(1, 2, 3\); got"):
        verify("h_l = h_l", course_notation(), l=layers)
