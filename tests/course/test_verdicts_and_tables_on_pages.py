"""The verdicts: each page shows what the reader says of its equations, to the letter."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from helpers.all_chapter_equations import CALLS, of_the_whole_book

from bpkit.course import chapter_equations, check, inline_ledger, ledger, refute, symbol_table
from bpkit.course.declared_symbols import course_notation
from bpkit.course.equation_verdicts import MarkdownText
from bpkit.course.reference_tables import unread
from bpkit.equations.parser import ConsistencyError, NotationError
from bpkit.equations.verification import verify

ROOT = Path(__file__).parents[2]
ASKED = {"check": check, "refute": refute}


def outputs():
    """Give the source of each cell of the notebooks that shows Markdown, and what it shows."""
    for path in sorted((ROOT / "chapters").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                if "text/markdown" in output.get("data", {}):
                    shown = {kind: "".join(text) for kind, text in output["data"].items()}
                    yield "".join(cell["source"]).strip(), shown


SHOWN = dict(outputs())
VERDICTS = {
    match[1]: shown
    for source, shown in SHOWN.items()
    if (match := re.match(r'(?:check|refute)\("([\w-]+)"', source))
}


@pytest.mark.parametrize("label", CALLS)
def test_a_verdict_is_the_one_on_the_page(label):
    """Typeset on the site, in plain words in a terminal."""
    call = CALLS[label]
    note = ASKED[call.name](label, **call.layers)
    assert shown_by(note) == VERDICTS.get(label), "`make notebooks` writes it"


def shown_by(note):
    """Return what a notebook shows of a note: typeset, and in plain words."""
    return {"text/markdown": note._repr_markdown_(), "text/plain": repr(note)}


TABLES = {
    "ledger()": ledger,
    "inline_ledger()": inline_ledger,
    "symbol_table()": symbol_table,
}


@of_the_whole_book
@pytest.mark.parametrize("source", TABLES)
def test_a_table_is_the_one_on_the_page(source):
    """The ledger, the equalities in sentences, and the symbols."""
    assert shown_by(TABLES[source]()) == SHOWN[source]


@pytest.mark.parametrize(
    ("text", "layers", "where"),
    [
        ("L = 2 L", {}, "the sides differ: "),
        ("f = 2 f", {}, "the sides differ for i = 1: "),
        ("b_{2,k} = 2 b_{2,k}", {}, "the sides differ for k = 1: "),
        ("h_{l,k} = 2 h_{l,k}", {"l": (2, 1)}, "the sides differ for l = 2, k = 1, i = 1: "),
    ],
)
def test_a_verdict_says_where_the_sides_differ(text, layers, where):
    """Layers, nodes and samples are counted from 1, as on the page."""
    with pytest.raises(AssertionError) as caught:
        verify(text, course_notation(), **layers)
    assert str(caught.value).startswith(where)


def test_a_case_that_is_not_the_first_is_named():
    """The node and the sample of the first case that fails."""
    known = course_notation().model("", np.zeros(()))
    signs = known["h_1"][:, 0] < 0.5
    with pytest.raises(AssertionError, match=rf"for i = {signs.argmin() + 1}: "):
        verify(r"h_{1,1} \le \frac{1}{2}", course_notation())
    above = known["b_2"] > known["b_2"][0]
    assert above.any()
    with pytest.raises(AssertionError, match=f"for k = {above.argmax() + 1}: "):
        verify(r"b_{2,k} \le b_{2,1}", course_notation())


def test_a_note_without_formulas_reads_the_same_everywhere():
    """Bold letters, Greek letters, braces and dollar signs go in plain words."""
    note = MarkdownText(r"shapes $\boldsymbol{\Delta}_{l+1}: n_{l} \times n_{2}$" + "  \nend")
    assert repr(note) == "shapes Δ_{l+1}: n_l × n_2\nend"
    assert repr(MarkdownText("plain")) == MarkdownText("plain")._repr_markdown_() == "plain"


SENTENCES = {
    "f = h_3": "",
    r"\mathbf{h}_l = \sigma(\mathbf{z}_l)": "",
    r"\delta_l^i = \delta_{l+1}^i \mathbf{W}_{l+1}^\top \operatorname{diag}(\mathbf{h}_l)": None,
    "n_1 = 5": "definitions of a value",
    r"\Lambda = 3": "definitions of a value",
    "j = m": "formulas outside the notation",
    r"\varepsilon = 10^{-8}": "formulas outside the notation",
    "f = 2 h_3": None,
    r"\mathbf{z}_2 = \mathbf{W}_2 \mathbf{h}_1": None,
}


@pytest.mark.parametrize("text", SENTENCES)
def test_an_equality_in_a_sentence_holds_or_is_not_read_for_a_reason(text):
    """One that is false or does not fit is an error that names the page and the formula."""
    found = chapter_equations.Equation("", text, "page")
    if SENTENCES[text] is not None:
        assert unread(found) == SENTENCES[text]
    else:
        with pytest.raises(AssertionError) as caught:
            unread(found)
        assert str(caught.value).startswith(f"page, ${text}$: ")


def test_the_reason_is_the_first_that_was_met():
    """Of an equality in a sentence that fits for no layers."""
    with pytest.raises(
        AssertionError, match="the shapes in n_1 × n_2 times n_1 × 1 are incompatible"
    ):
        unread(chapter_equations.Equation("", r"\mathbf{z}_2 = \mathbf{W}_2 \mathbf{h}_1", "page"))


@of_the_whole_book
@pytest.mark.parametrize("verb", ASKED)
def test_layers_that_an_equation_lacks_are_refused(verb):
    """By name, whichever verb asks."""
    if verb == "check":
        with pytest.raises(ConsistencyError, match="network, loss: l is given, but does not occur"):
            check("loss", l=(1, 2))
    else:
        assert "l is given" in str(refute("loss", l=(1,)))


@of_the_whole_book
def test_an_equation_that_holds_cannot_be_refuted():
    """The message names the page, the label and what to write instead."""
    problem = 'network, loss: the equation holds, so it cannot be refuted; use check("loss")'
    with pytest.raises(AssertionError, match=re.escape(problem)):
        refute("loss")


@pytest.mark.parametrize("verb", ASKED)
def test_a_formula_that_cannot_be_read_is_located(monkeypatch, verb):
    """By its page and its label, whichever verb asks."""
    unknown = chapter_equations.Equation("odd", "q = q", "page")
    monkeypatch.setattr(chapter_equations, "equations", lambda: {"odd": unknown})
    with pytest.raises(NotationError, match=r"^page, odd: q is not declared"):
        ASKED[verb]("odd")
