"""Other networks: what the pages check holds there too, and what they refute fails there."""

import re
from dataclasses import replace

import numpy as np
import pytest
from helpers.all_chapter_equations import (
    EXACT,
    PAGES,
    PRINTED,
    layers,
    of_sound_formulas,
    other_notation,
)

import bpkit
from bpkit.course import chapter_files, check, refute
from bpkit.course.declared_symbols import DECLARED_SYMBOLS, FUNCTIONS, course_notation
from bpkit.course.equation_verdicts import failure
from bpkit.equations.parser import ConsistencyError
from bpkit.equations.symbol_declarations import Notation, SymbolDeclaration
from bpkit.equations.verification import verify

NETWORKS = {
    "wide": other_notation(seed=1, sizes=(2, 6, 5, 1), samples=3),
    "narrow": other_notation(seed=2, sizes=(7, 3, 2, 1), samples=6),
    "of one layer's width": other_notation(seed=3, sizes=(3, 2, 6, 1), samples=8),
}


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("label", EXACT)
def test_an_exact_equation_holds_on_every_network(label, network):
    """With other weights, other samples and other sizes."""
    assert verify(PAGES[label].text, NETWORKS[network], **layers(label)).cases


def without_values(reason: str) -> str:
    """Return a reason without the two numbers that differ, and where they do."""
    return re.sub(r" for [^:]*: \S+ against \S+( at \(.*\))?$|: \S+ against \S+ at .*$", "", reason)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("label", PRINTED)
def test_a_printed_equation_fails_alike_on_every_network(label, network):
    """For the reason that its page shows."""
    with pytest.raises((AssertionError, ConsistencyError)) as caught:
        verify(PAGES[label].text, NETWORKS[network], **layers(label))
    reason = str(caught.value).split("\n")[0]
    shown = failure(PAGES[label], **layers(label)).translate({36: None}).replace(r"\times", "×")
    assert without_values(reason) in without_values(shown)


@pytest.mark.parametrize("label", EXACT)
def test_check_says_for_what_an_equation_holds_and_refute_raises(label):
    """Each verb refuses what the other is for."""
    assert str(check(label, **layers(label))).startswith("holds")
    with pytest.raises(AssertionError, match=f"{PAGES[label].page}, {label}: the equation holds"):
        refute(label, **layers(label))


@pytest.mark.parametrize("label", PRINTED)
def test_refute_says_how_an_equation_fails_and_check_raises(label):
    """Each verb refuses what the other is for."""
    assert str(refute(label, **layers(label))).startswith("fails as printed: ")
    with pytest.raises((AssertionError, ConsistencyError), match=f"{PAGES[label].page}, {label}: "):
        check(label, **layers(label))


# A label, what is changed in its formula, and what the message says
EDITS = [
    ("layout", "W_{2,kj}", "W_{2,jk}", "the index j ranges over n_2 and over n_1"),
    ("gradient-layout", r"\right)^\top", r"\right)", "D × n_1 against n_1 × D"),
    ("preactivation", "+", "-", "the sides differ for l = 1, i = 1"),
    ("activation", r"\sigma", r"\log", "not finite"),
    ("loss", "-", "", "they have opposite signs"),
    ("loss", "i=1", "i=2", "the sides differ"),
    ("softplus", r"-\lvert", r"\lvert", "the sides differ for i = 1"),
    ("dh2-dz2", r"\odot", r"", "n_2 × 1 times n_2 × 1"),
    ("dz2-dh1", r"^\top", "", "n_2 × n_1 against n_1 × n_2"),
    ("node-sum", "W_{2,ml}", "W_{2,lm}", "the index l ranges over n_2 and over n_1"),
    ("delta-recursion", "l+1", "l", "the shapes in 1 × n_1 times n_2 × n_1 are incompatible"),
    ("delta-index", r"\sum_{k=1}", r"\sum_{k=2}", "the sides differ"),
    ("batch-gradient-W", "l-1", "l", "× n_1"),
    ("slope-bound", "{4}", "{5}", "the sides differ"),
    ("complex-step", r"{\varepsilon}", r"{2 \varepsilon}", "the sides differ"),
]


@pytest.mark.parametrize(("label", "old", "new", "reason"), of_sound_formulas(EDITS))
def test_an_edited_formula_is_refused_by_page_label_and_reason(
    monkeypatch, label, old, new, reason
):
    """One change in a copy of the chapter, and `check` says where and what."""
    found = PAGES[label]
    assert old in found.text
    texts = chapter_files.chapters()
    edited = found.text.replace(old, new, 1)
    texts[found.page] = texts[found.page].replace(f"\n{found.text}\n", f"\n{edited}\n", 1)
    monkeypatch.setattr(chapter_files, "chapters", lambda: texts)
    with pytest.raises((AssertionError, ConsistencyError)) as caught:
        check(label, **layers(label))
    assert str(caught.value).startswith(f"{found.page}, {label}: ")
    assert reason in str(caught.value)


def test_an_unknown_label_is_refused():
    """With a list of those there are."""
    with pytest.raises(ValueError, match=r"label must be one of layout, .*; got 'losss'"):
        check("losss")


# The declared symbols, compared with bpkit

DECLARED = {declared.latex: declared for declared in DECLARED_SYMBOLS}
# The others can have any value: a unit vector, a letter of the reader's own, "any scalar".
COMPUTED = [
    declared.latex
    for declared in DECLARED_SYMBOLS
    if not declared.python.isidentifier() and declared.index_kind != "node"
]


def in_python(declared: SymbolDeclaration, network: bpkit.Network, X, y, l: int, i: int):
    """Return the value that the code in the table of symbols has for layer l and sample i."""
    z, h = bpkit.forward(network, X)
    names = {
        **{name: getattr(bpkit, name) for name in bpkit.__all__},
        "network": network, "X": X, "y": y, "W": network.W, "b": network.b, "z": z, "h": h,
        "delta": bpkit.deltas(network, X, y),
        "gradients": bpkit.backpropagation(network, X, y),
    }  # fmt: skip
    return eval(declared.python, names | {"l": l, "i": i})


def require_declared(declared: SymbolDeclaration, given: Notation) -> None:
    """Raise an AssertionError unless a symbol has the value and shape that its code gives."""
    known = given.model("", np.zeros(()))
    W, b = ({l: known[f"{v}_{l}"] for l in (1, 2, 3)} for v in "Wb")
    network = bpkit.Network(W, {l: b[l] for l in b})
    layers = range(0 if declared.from_input else 1, 4)
    for l in layers if declared.index_kind == "layer" else [declared.layer]:
        sizes = tuple(given.sizes[given.dimension(size, l)] for size in declared.shape)
        for i in range(given.sizes["N"]):
            value = declared.value(known, l, i)
            expected = in_python(declared, network, known["h_0"], known["y"], l, i)
            assert value.shape == sizes, f"{declared.latex}: {value.shape} is not {sizes}"
            bpkit.compare(value.real, np.reshape(np.real(expected), sizes), name=declared.latex)
            bpkit.compare(value.imag, np.reshape(np.imag(expected), sizes), name=declared.latex)


@pytest.mark.parametrize("latex", COMPUTED)
@pytest.mark.parametrize("network", NETWORKS)
def test_a_declared_symbol_is_what_its_code_computes(latex, network):
    """In value and shape, for every layer and every sample."""
    require_declared(DECLARED[latex], NETWORKS[network])


def test_every_declared_symbol_is_there_once():
    """And nearly all of them are computed."""
    assert len(DECLARED) == len(DECLARED_SYMBOLS)
    assert len(COMPUTED) >= len(DECLARED) - 5


@pytest.mark.parametrize(
    "wrong",
    [
        replace(DECLARED["L"], value=lambda known, l, i: -known["L"].reshape(1, 1)),
        replace(DECLARED[r"\delta_l^i"], value=DECLARED[r"\mathbf{z}_l"].value),
        replace(DECLARED[r"\mathbf{W}_l"], shape=(0, -1)),
        replace(DECLARED[r"\mathbf{h}_l"], value=DECLARED[r"\mathbf{z}_l"].value, from_input=False),
        replace(DECLARED["w"], value=lambda known, l, i: known["W_3"][:1]),
        replace(DECLARED[r"\mathbf{G}_l"], value=lambda known, l, i: known[f"G_{l}"] * (1 + 1e-9)),
        replace(DECLARED[r"\mathbf{G}_l"], python="-gradients.W[l]"),
        replace(DECLARED["y_i"], python="y[i - 1]"),
        replace(DECLARED[r"\mathrm{i}"], python="-1j"),
    ],
    ids=lambda declared: declared.latex,
)
def test_a_wrong_declaration_is_refused(wrong):
    """Another sign, shape, layout or entry, or a factor of 1.000000001."""
    with pytest.raises((AssertionError, ValueError)):
        require_declared(wrong, NETWORKS["wide"])


def test_declared_functions_are_what_they_are_called():
    """Each agrees with its formula at ordinary numbers, elementwise."""
    z = np.array([[-2.0, 0.5], [3.0, 1.5], [0.1, -0.7]])
    s = 1 / (1 + np.exp(-z))
    expected = {
        r"\sigma": s,
        r"\sigma'": s * (1 - s),
        r"\log": np.array([[np.nan, -0.693147181]]),
        "s": np.log(1 + np.exp(z)),
        r"\Im": 0 * z,
    }
    with np.errstate(invalid="ignore"):
        for name in expected.keys() - {r"\log"}:
            np.testing.assert_allclose(FUNCTIONS[name](z), expected[name], rtol=1e-13)
        np.testing.assert_allclose(FUNCTIONS[r"\log"](z[:1]), expected[r"\log"], rtol=1e-8)
    assert FUNCTIONS[r"\max"](z, 1 - z)[0].tolist() == [3.0, 0.5]
    assert FUNCTIONS.keys() == expected.keys() | {r"\max"}


def test_the_declared_loss_of_a_weight_is_the_loss_with_that_weight():
    """At every entry of a table of weights."""
    given = course_notation()
    known = given.model("", np.zeros(()))
    weights = np.array([[0.5, -1.0, 2.0]])
    found = given.functions["L"](weights)
    for k, weight in enumerate(weights[0]):
        W = {l: known[f"W_{l}"].copy() for l in (1, 2, 3)}
        W[3][1, 0] = weight
        network = bpkit.Network(W, {l: known[f"b_{l}"] for l in W})
        bpkit.compare(found[0, k].real, bpkit.loss(network, known["h_0"], known["y"]))


def test_names_in_the_table_of_symbols_are_python():
    """Each is an expression that a reader could type."""
    for declared in DECLARED_SYMBOLS:
        compile(declared.python, "the table", "eval")
        assert not re.search(r"[Λλδ]", declared.python)


@pytest.mark.parametrize(
    "text",
    [
        r"\mathbf{h}_2 - \mathbf{1} = -(\mathbf{1} - \mathbf{h}_2)",
        r"\mathbf{W}_1 f = f \mathbf{W}_1",
        r"\frac{\partial z_{2,k}}{\partial \mathbf{h}_1} \mathbf{h}_1 = z_{2,k} - b_{2,k}",
    ],
)
def test_what_the_chapters_leave_out_is_computed_too(text):
    """Ones after a sign, a scalar after a matrix, the derivative of one entry by all others."""
    assert verify(text, course_notation()).cases


def test_a_bound_that_is_met_holds_up_to_rounding():
    """In floating point 1/10 + 2/10 exceeds 3/10 by one ULP, a unit in the last place."""
    assert verify(r"\frac{1}{10} + \frac{2}{10} \le \frac{3}{10}", course_notation()).cases
    with pytest.raises(AssertionError, match="the sides differ"):
        verify(r"\frac{1}{10} + \frac{2}{10} \le \frac{29}{100}", course_notation())
