"""Wrong formulas: what is displayed is right, and every formula near it is refused."""

import pytest
from helpers.all_chapter_equations import of_sound_formulas

from tools.mutation import formula_mutants
from tools.mutation.__main__ import equivalent_mutants
from tools.mutation.handwritten_mutants import read_table
from tools.project import ROOT

TABLE = read_table(ROOT, "handwritten_mutants.toml")
EQUIVALENT = equivalent_mutants(ROOT)
DISPLAYED = formula_mutants.displayed_formulas()
MUSEUM = {row["name"]: row for row in of_sound_formulas(TABLE["formula"])}


@pytest.mark.parametrize("label", DISPLAYED)
def test_a_displayed_formula_holds(label):
    """The formula that the mutants are made from is right."""
    assert not DISPLAYED[label].killed_by()


@pytest.mark.parametrize("name", MUSEUM)
def test_a_published_error_is_refused(name):
    """An error that others have published, made in this course's formula, does not pass."""
    assert formula_mutants.handwritten_formula_mutant(MUSEUM[name], DISPLAYED).killed_by()


@pytest.mark.parametrize("label", DISPLAYED)
def test_a_formula_with_one_thing_changed_is_refused(label):
    """What passes is in tools/mutation/equivalents.toml, with the reason why it is as right."""
    near = formula_mutants.formula_mutants(DISPLAYED[label])
    passed = {m.name for m in near if not m.killed_by()}
    assert len(near) > 5
    assert passed == {name for name in EQUIVALENT if name.startswith(f"{label}: ")}


VARIANTS = {
    "a = b - c": {"a = b + c", "-a = b - c", "a = -b - c", "a = b", "a = c", "a = c - b"},
    r"\mathbf{W}_1 \mathbf{h}_2 = z": {
        r"\mathbf{h}_2 = z", r"\mathbf{W}_1  = z", r"\mathbf{h}_2 \mathbf{W}_1 = z",
        r"\mathbf{W}_1 \odot \mathbf{h}_2 = z", r"\mathbf{W}_2 \mathbf{h}_2 = z",
        r"\mathbf{W}_1^\top \mathbf{h}_2 = z", r"\mathbf{W} \mathbf{h}_2 = z",
    },
    r"a = \sum_{k=1}^N \left[ y_k + z_k \right]": {
        r"a = \left[ y_k + z_k \right]", r"a = \sum_{k=2}^N \left[ y_k + z_k \right]",
        r"a = \sum_{k=1}^N y_k + z_k", r"a = \sum_{k=1}^N \left[ y_{k-1} + z_k \right]",
    },
    "W_{1,mk} = z_m": {"W_{1,km} = z_m", "W_{1,mk} = z_k", "W_{2,mk} = z_m", "W_{1,kk} = z_m"},
    r"\sigma'(z) = \frac{1}{y}": {
        r"\sigma(z) = \frac{1}{y}", r"(z) = \frac{1}{y}", r"\sigma'(z) = \frac{y}{1}",
        r"\sigma'(-z) = \frac{1}{y}", r"\sigma'(z) = \frac{2}{y}",
    },
    r"\lVert \mathbf{W}_1 \mathbf{h}_1 \rVert^2 = z": {
        r"\lVert \mathbf{W}_1 \mathbf{h}_1 \rVert = z", r"\lVert \mathbf{W}_1 \rVert^2 = z",
        r"\lVert \mathbf{W}_1^\top \mathbf{h}_1 \rVert^2 = z",
    },
}  # fmt: skip


@pytest.mark.parametrize("text", VARIANTS)
def test_a_formula_has_its_mutants(text):
    """These are among them, and none is the formula itself."""
    found = {" ".join(mutated.split()) for _, mutated in formula_mutants.variants(text)}
    assert found >= {" ".join(mutated.split()) for mutated in VARIANTS[text]}
    assert text not in found


HARMLESS = {
    r"\sigma(z) = z": r"\sigma z = z",
    r"(\mathbf{W}_1 \mathbf{h}_1) \odot \mathbf{h}_2 = z": r"\mathbf{W}_1 \mathbf{h}_1 \odot",
    r"h_1 z_1 = z": r"z_1 h_1",
    r"\operatorname{diag}(\mathbf{h}_1) = z": r"diag}(\mathbf{h}_1)^\top",
    r"y_i = z_3": "y =",
    r"z \lVert \mathbf{W}_1 \rVert = z": r"1^\top",
    r"2 \lVert \mathbf{W}_1 \rVert = z": r"\odot",
}


@pytest.mark.parametrize("text", HARMLESS)
def test_a_formula_that_says_the_same_is_no_mutant(text):
    """Brackets that the precedence makes idle, numbers exchanged, a diagonal matrix transposed."""
    found = {" ".join(mutated.split()) for _, mutated in formula_mutants.variants(text)}
    assert found
    assert not [mutated for mutated in found if HARMLESS[text] in mutated]
