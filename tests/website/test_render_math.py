"""Formulas rendered at build time: what MathJax makes of them, and how Sphinx numbers them."""

import re
import subprocess
import sys

import pytest
from docutils import nodes

from tools.project import ROOT
from tools.website.render_math import MathRenderer, render_formulas

PAGE = """\
A page
======

In a sentence :math:`a < b`.

.. math:: c = \\sum_i a_i
   :label: sum

.. math::

   d &= e \\\\
     &= f

.. math::
   :nowrap:

   \\begin{equation}
   g = h
   \\end{equation}

See :eq:`sum`.
"""


def build(folder, renderer, *options, page=PAGE):
    """Build a site of one page, and return its HTML and what Sphinx said."""
    (folder / "index.rst").write_text(page, encoding="utf-8")
    setup = "from tools.website.sphinx_extension import add_math_renderer as setup"
    (folder / "conf.py").write_text(f"{setup}\nhtml_math_renderer = {renderer!r}\n")
    out = folder / renderer
    command = [sys.executable, "-m", "sphinx", "-q", *options, folder, out]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return (out / "index.html").read_text(encoding="utf-8"), run


def test_a_formula_becomes_html_with_mathml_inside():
    """For the eye and for a screen reader."""
    (result,), _ = render_formulas([(r"\frac{a}{b}", True)])
    assert result["html"].startswith('<mjx-container class="MathJax" jax="CHTML" display="true"')
    assert "<mfrac><mi>a</mi><mi>b</mi></mfrac></math>" in result["html"]


def test_the_width_grows_with_the_formula():
    """Twice as many letters, spaces between them included, are twice as wide."""
    (one, two), _ = render_formulas([("xxx", False), ("xxxxxx", False)])
    assert two["width"] == pytest.approx(2 * one["width"])


def test_the_style_sheet_has_the_signs_that_were_used():
    """And not those that were not."""
    _, css = render_formulas([("x", False)])
    assert re.findall(r"mjx-c\.mjx-c(\w+)", css) == ["1D465"]


@pytest.mark.parametrize(
    ("tex", "error"),
    [
        (r"\nosuch", r"Undefined control sequence \nosuch"),
        (r"\frac{a}", r"Missing argument for \frac"),
        ("a^b^c", "Double exponent: use braces to clarify"),
        (r"\left( a", r"Extra \left or missing \right"),
    ],
)
def test_a_formula_that_mathjax_cannot_read_is_refused(tex, error):
    """With MathJax's own words; the formulas beside it are set all the same."""
    (bad, good), _ = render_formulas([(tex, True), ("a", False)])
    assert bad == {"error": error}
    assert "html" in good


def test_a_broken_formula_fails_the_build_and_names_its_page(tmp_path):
    """As a warning, which `make book` takes for an error."""
    page = PAGE + "\nBroken: :math:`\\frac{a}`.\n"
    _, run = build(tmp_path, "typeset", "-W", "--keep-going", page=page)
    assert run.returncode == 1
    assert "index.rst:23: WARNING: Missing argument for \\frac in the formula" in run.stderr


def test_formulas_are_numbered_and_linked_as_sphinx_does(tmp_path):
    """But for the formulas themselves, the page is the one that its own renderer writes."""
    ours, run = build(tmp_path, "typeset")
    assert run.stderr == ""
    theirs, _ = build(tmp_path, "mathjax")
    body = re.compile(r'<div class="body".*?<div class="sphinxsidebar"', re.DOTALL)
    set_now = re.sub(r"<mjx-container.*?</mjx-container>", "", body.search(ours)[0])
    tex = r"\\\(.*?\\\)|\\\[.*?\\\]|\\begin\{equation\}.*?\\end\{equation\}"
    for_later = re.sub(tex, "", body.search(theirs)[0], flags=re.DOTALL)
    assert set_now.replace("\n", "") == for_later.replace("\n", "")
    assert 'href="#equation-sum"' in ours
    assert "mathjax" not in ours


def test_a_wide_formula_can_be_scrolled_by_keyboard(tmp_path):
    """A narrow one is no stop on the way through the page."""
    wide = "+".join(["x"] * 20)
    page, _ = build(tmp_path, "typeset", page=f"T\n=\n\n.. math:: {wide}\n\n.. math:: y\n")
    assert page.count("<mjx-container") == 2
    assert page.count('<mjx-container tabindex="0" role="group" aria-label="formula"') == 1


def test_a_page_that_is_built_again_alone_leaves_the_others_their_signs(tmp_path):
    """The style sheet covers all pages, not those alone that changed."""
    (tmp_path / "other.rst").write_text(":orphan:\n\nO\n=\n\n:math:`w`\n", encoding="utf-8")
    build(tmp_path, "typeset")
    build(tmp_path, "typeset", page="T\n=\n\n:math:`v`\n")
    css = (tmp_path / "typeset" / "_static" / "typeset.css").read_text(encoding="utf-8")
    assert set(re.findall(r"mjx-c\.mjx-c(\w+)", css)) == {"1D463", "1D464"}


def test_output_of_another_mathjax_is_refused():
    """A wide formula is made focusable by an edit of MathJax's HTML, which must find its place."""
    renderer = MathRenderer({("x", False): {"html": "<math>x</math>", "width": 99}})
    with pytest.raises(ValueError, match="the output of MathJax must contain '<mjx-container"):
        renderer.html(nodes.math("x", "x"))
