"""Docstrings: every public name documents its arguments, results, errors and equation."""

import inspect
import re

import pytest
from helpers.all_chapter_equations import LABELS

import bpkit

PUBLIC = {name: getattr(bpkit, name) for name in bpkit.__all__}
FUNCTIONS = {name: f for name, f in PUBLIC.items() if inspect.isfunction(f)}
FORMULAS = [  # the functions that compute what a displayed equation says
    name
    for name, function in FUNCTIONS.items()
    if function.__module__ in ("bpkit.cross_entropy", "bpkit.gradients")
    or name in ("complex_step", "central_difference", "forward", "sigmoid", "sigmoid_prime")
]


def sections(name: str) -> dict[str, str]:
    """Return the parts of a docstring by their underlined titles, the summary as ''."""
    parts = re.split(r"^(\w+)\n-+\n", inspect.getdoc(PUBLIC[name]), flags=re.MULTILINE)
    return dict(zip(["", *parts[1::2]], parts[::2], strict=True))


def entries(section: str) -> dict[str, str]:
    """Return the types of what a section lists as 'name : type', or 'name, name : type'."""
    found = re.findall(r"^(\w[\w, ]*) : (.+)$", section, flags=re.MULTILINE)
    return {name: kind for names, kind in found for name in names.split(", ")}


@pytest.mark.parametrize("name", PUBLIC)
def test_a_docstring_opens_with_one_sentence(name):
    """On the first line, ending with a period."""
    assert re.fullmatch(r"[A-Z].*\.", inspect.getdoc(PUBLIC[name]).splitlines()[0])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_all_parameters_are_described_in_order(name):
    """No more and no fewer than the function takes, unless another function describes them."""
    section = sections(name).get("Parameters", "")
    described = re.findall(r"^(\w[\w, ]*)(?: :|$)", section, flags=re.MULTILINE)
    assert ", ".join(described) == ", ".join(inspect.signature(FUNCTIONS[name]).parameters)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_results_and_errors_are_documented(name):
    """A function that returns something has Returns, one that takes something has Raises."""
    signature, told = inspect.signature(FUNCTIONS[name]), sections(name)
    assert ("Returns" in told) == (signature.return_annotation != "None")
    assert ("Raises" in told) == bool(signature.parameters)
    assert "Error" in told.get("Raises", "Error")


@pytest.mark.parametrize("name", PUBLIC)
def test_every_array_has_a_documented_shape(name):
    """Of arguments, attributes and results."""
    told = sections(name)
    listed = entries(told.get("Parameters", "") + told.get("Attributes", ""))
    kinds = [*listed.values(), told.get("Returns", "").split("\n")[0]]
    arrays = [kind for kind in kinds if re.search(r"\barray", kind)]
    assert all(re.search("shape|layout|read-only", kind) for kind in arrays), arrays


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_cites_an_equation_that_a_chapter_shows(name):
    """Each label in the notes is that of a displayed equation."""
    labels = re.findall(r"``([\w-]+)``", sections(name)["Notes"])
    assert labels
    assert set(labels) <= LABELS, labels
