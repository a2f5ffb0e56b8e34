"""Foreign notation: what other texts write is refused with what to write instead."""

import pytest

from bpkit.course.declared_symbols import course_notation
from bpkit.equations.foreign_notation import INSTEAD, foreign_parts
from bpkit.equations.parser import NotationError
from bpkit.equations.verification import verify

# A formula with § where the caret is to be, and a part of what to write instead.
FOREIGN = {
    r"f = §\|W\|_2^2": r"\lVert \mathbf{W} \rVert^2",
    r"f = §\left\| W \right\|_F": r"\lVert \mathbf{W} \rVert",
    r"f = §\Vert W \Vert": r"\lVert \mathbf{W} \rVert",
    r"f = §|z|": r"\lvert z \rvert",
    r"f = §\left| z \right|": r"\lvert z \rvert",
    r"f = §\text{tr}(W_1)": r"\sum_{k=1}^{n_1} A_{kk}",
    r"f = §\operatorname{tr} W_1": r"\sum_{k=1}^{n_1} A_{kk}",
    r"\mathbf{G}_1 = §\nabla_W L": r"\frac{\partial L}{\partial \mathbf{W}_l}",
    r"\mathbf{G}_1 = §\nabla_{\mathbf{W}_1} L": r"\frac{\partial L}{\partial \mathbf{W}_l}",
    r"§\frac{dL}{dW} = G_1": r"with \partial",
    r"§\frac{\mathrm{d}L}{\mathrm{d}W} = G_1": r"with \partial",
    r"f = \frac{§\partial^2 L}{\partial w^2}": "only first derivatives",
    r"f = §\mathbf{1}_{y = 1}": r"\mathbf{1} without an index",
    r"f = §\mathbb{1}[y = 1]": r"\mathbf{1} without an index",
    r"f §\equiv h_3": "write = or :=",
    r"f §\propto h_3": "write the factor",
    r"f §\sim h_3": "write the factor",
    r"f §\ge 0": r"exchange the sides and write \le",
    r"f §\geq 0": r"exchange the sides and write \le",
    r"f §> 0": r"exchange the sides and write \le",
    r"f §< 1": r"write \le",
    r"f §\neq 0": r"with = or \le",
    r"f §\to h_3": r"\leftarrow",
    r"§\hat y = f": "write a letter without an accent",
    r"§\hat{y} = f": "write a letter without an accent",
    r"\mathbf{§\tilde{h}}_1 = f": "write a letter without an accent",
    r"f = §\max_k h_k": r"write \max(a, b)",
    r"f = §\min(f, f)": r"write \max(a, b)",
    r"f = §\exp(z)": "write e^{z}",
    r"f = §\operatorname{exp}(z)": "write e^{z}",
    r"f = §\ln f": r"write \log(z)",
    r"f = §\sqrt{f}": "the square of both sides",
    r"f = §\prod_{l=1}^3 f": "write the factors",
    r"L = §\mathbb{E}[L_i]": "write a finite sum",
    r"f = §\int f": "write a finite sum",
    r"f = h_1 §* h_1": r"\odot",
    r"f = h_1 §\circ h_1": r"\odot",
    r"f = h_1 §\otimes h_1": "outer product",
    r"f = §\langle h_1, h_1 \rangle": "inner product",
    r"f = W_1§^{-1}": "no inverse is read",
    r"f = \begin§{pmatrix} 1 \end{pmatrix}": "write each entry as a formula",
    r"f = h_1 + §\cdots + h_3": "write a sum with limits",
    r"f = \underbrace{f}_{output}": "write the formula alone",
    r"f = §0.5 f": r"\frac{1}{2}",
    r"f = §\sum\limits_k h_k": r"\sum_{k=1}^{n_1}",
    r"y_i §\in \{0, 1\}": r"write bounds with \le",
    r"y_i §\in [0, 1]": r"write bounds with \le",
    r"f = z^§3": "only squares are read",
    r"f = z^{§3}": "only squares are read",
    r"h_3§' = f": "only functions have a prime",
    r"f §\overset{!}{=} h_3": "write = or :=",
    r"f = §{z}": "write parentheses",
    r"f = §\mathbb{R}": "write a shape",
}


@pytest.mark.parametrize("marked", FOREIGN)
def test_foreign_notation_is_refused_with_what_to_write(marked):
    """The sign is named, the caret is under it."""
    text = marked.replace("§", "")
    with pytest.raises(NotationError, match=r"^cannot read ") as caught:
        verify(text, course_notation())
    assert FOREIGN[marked] in caught.value.reason
    if "§" in marked:
        assert caught.value.at == marked.index("§")


@pytest.mark.parametrize(
    "text",
    [
        r"\mathbf{W}_1 = (\mathbf{W}_1^{T})^T",
        r"f \cdot f = f \times f",
        "f := h_3",
        r"f = \max(f, 0)",
        r"\sigma'(z) = \sigma(z) (1 - \sigma(z))",
        r"\lVert \mathbf{h}_1 \rVert^2 = \mathbf{h}_1^\top \mathbf{h}_1",
    ],
)
def test_what_is_read_here_is_not_foreign(text):
    """The usual signs of a transpose, a product, a definition."""
    assert foreign_parts(text) == []
    assert verify(text, course_notation()).cases


def test_a_prime_on_a_symbol_says_how_to_write_a_derivative():
    """After the symbol's name."""
    with pytest.raises(NotationError, match=r"h has no prime; write a derivative as \\frac"):
        verify("h'_2 = h_2", course_notation())


def test_each_row_of_the_table_is_tried():
    """No pattern is there that refuses nothing."""
    tried = {part.advice for marked in FOREIGN for part in foreign_parts(marked.replace("§", ""))}
    assert [a for a in INSTEAD.values() if not any(a in said for said in tried)] == []
