"""The notation: every usual way of writing a formula is read, and means the same."""

import re

import pytest
from helpers.all_chapter_equations import EXACT, PAGES, PRINTED, layers, other_notation

from bpkit.course.declared_symbols import course_notation
from bpkit.equations.parser import FormulaError, parse
from bpkit.equations.verification import verify

TRANSPOSES = [
    r"^\top",
    r"^T",
    r"^{T}",
    r"^{\top}",
    r"^\mathsf T",
    r"^{\mathsf T}",
    r"^{\mathsf{T}}",
    r"^{\mathrm T}",
]
BRACKETS = [
    ("(", ")"),
    ("[", "]"),
    (r"\left(", r"\right)"),
    (r"\left[", r"\right]"),
    (r"\bigl(", r"\bigr)"),
    (r"\Bigl(", r"\Bigr)"),
    (r"\biggl[", r"\biggr]"),
]
DIAGONAL = r"\frac{\partial h_2}{\partial z_2} = %s(h_2 \odot (\mathbf{1} - h_2))"
BOTH = {"l": (1, 2)}
ALL = {"l": (1, 2, 3)}


@pytest.mark.parametrize("sign", TRANSPOSES)
@pytest.mark.parametrize(
    "text", [r"W_l%s h_{l-1} + b_l", r"W%s_l h_{l-1} + b_l", r"(W_l)%s h_{l-1} + b_l"]
)
def test_a_transpose_may_be_written_in_each_usual_way(sign, text):
    """With any T, and before the index, after it, or after a bracket."""
    assert verify("z_l = " + text % sign, course_notation(), **ALL).cases == 21


@pytest.mark.parametrize("quarter", [r"\frac14", r"\tfrac 1 4", r"\dfrac{1}4", r"\frac1{4}", "1/4"])
def test_a_fraction_may_be_written_in_each_usual_way(quarter):
    """Large or small, with braces or without."""
    assert verify(r"h_{l,m} (1 - h_{l,m}) \le " + quarter, course_notation(), **BOTH).cases == 49


@pytest.mark.parametrize(("left", "right"), BRACKETS)
def test_a_bracket_may_have_any_size(left, right):
    """Round or square, around a side or a factor."""
    assert verify(rf"f - y_i f = f {left} 1 - y_i {right}", course_notation()).cases == 7


@pytest.mark.parametrize(("left", "right"), BRACKETS[::2])
def test_an_argument_may_be_in_brackets_of_any_size(left, right):
    """The same for the bracket of a function."""
    assert verify(rf"h_2 = \sigma{left} z_2 {right}", course_notation()).cases == 7


@pytest.mark.parametrize("bold", [r"\mathbf{%s}", r"\boldsymbol{%s}", r"\bm{%s}", r"\bm %s", "%s"])
def test_a_symbol_may_be_bold_or_plain(bold):
    """The type face is no part of the name."""
    z, W, h, b = (bold % letter for letter in "zWhb")
    assert verify(rf"{z}_l = {W}_l^\top {h}_{{l-1}} + {b}_l", course_notation(), **ALL).cases == 21


@pytest.mark.parametrize(
    "diag", [r"\operatorname{diag}", r"\mathrm{diag}", r"\diag", r"\text{diag}"]
)
@pytest.mark.parametrize("space", ["", " ", r"\!", r"\,"])
def test_diag_may_be_written_in_each_usual_way(diag, space):
    """As an operator, upright, or as a macro, with a space or without."""
    assert verify(DIAGONAL % (diag + space), course_notation()).dims == "n_2 × n_2"


@pytest.mark.parametrize(
    "text",
    [
        r"L = -\sum_i L_i",
        r"L = -\sum_{i} L_i",
        r"L = -\sum_{i=1}^N L_i",
        r"L = -\sum_{i = 1}^{N} \, L_i.",
        r"L := - \sum_i y_i \log f - \sum_i (1 - y_i) \log (1 - f)",
        r"L = -\sum_i (y_i \log f(x_i) + (1 - y_i) \log(1 - f(x_i))),",
        r"L \approx -\sum_i L_i;",
        r"\begin{aligned} L &= -\sum_i L_i \end{aligned}",
        r"\begin{aligned} L &= -\sum_i L_i, \end{aligned}",
        r"\begin{aligned} L ={} & -\sum_i \\ & L_i \end{aligned}.",
        "\\begin{aligned}\nL = \\\\\n= -\\sum_i L_i\n\\end{aligned}",
    ],
)
def test_the_loss_may_be_written_in_each_usual_way(text):
    """Sums with limits or without, log with brackets or without, and any layout of lines."""
    assert verify(text, course_notation()).cases == 1


@pytest.mark.parametrize(
    "text",
    [
        r"\delta_l^i = \delta_{l+1}^i \cdot W^T_{l+1} \cdot \mathrm{diag}(\sigma'(z_l))",
        r"\delta^i_l = \delta^i_{l+1} W_{l+1}^T \times \\ & \times \diag(\sigma'(z_l))",
        r"\delta_l^i=\delta_{l+1}^iW_{l+1}^T\diag(\sigma'(z_l))",
        r"\delta_{l}^{i} = \delta_{l+1}^{i} \; W_{l+1}^{\mathsf{T}} \: \partial h_l / \partial z_l",
        r"\partial L_i / \partial z_l = \delta_l^i",
    ],
)
def test_the_recursion_may_be_written_in_each_usual_way(text):
    """With or without signs of multiplication, a quotient with a bar or a slash."""
    assert verify(text, course_notation(), **BOTH).cases == 14


@pytest.mark.parametrize(
    "text",
    [
        r"\mathbf{h_2} = \sigma(\mathbf{W_2^T} \mathbf{h_1} + \mathbf{b_2})",
        r"\mathbf{h}_{2}^{i} = h^i_2 = \mathbf{h_{2}^{i}}",
        r"x_i = x^i = \mathbf{x}_{i} = h_0^i",
    ],
)
def test_scripts_may_be_set_as_in_the_notes(text):
    """Bold around the index as well, and the index of the sample above or below."""
    assert verify(text, course_notation()).cases == 7


@pytest.mark.parametrize("label", PAGES)
def test_every_displayed_formula_is_in_the_notation(label):
    """Exact or as printed, it is read to its last sign."""
    assert parse(PAGES[label].text).data == "start"


# What may be typed otherwise without a change of meaning

BRACED = r"(?:[^{}]|\{[^{}]*\})*"


def with_other_letters(text: str) -> str:
    """Return a formula whose sums over nodes run over p and q."""
    for letter, other in zip(re.findall(r"\\sum_\{([klm])=1\}", text), "pq", strict=False):
        text = re.sub(
            r"_\{[^{}]*\}|_\w", lambda script, a=letter, b=other: script[0].replace(a, b), text
        )
    return text


RETYPED = {
    "without spaces": lambda text: re.sub(r" +(?![a-zA-Z])", "", text),
    "in one line": lambda text: re.sub(r"\s+", " ", text),
    "plain letters": lambda text: re.sub(r"\\(mathbf|boldsymbol)\{(\\?[a-zA-Z]+)\}", r"{}\2", text),
    "bold symbols": lambda text: text.replace(r"\mathbf{", r"\boldsymbol{"),
    "T for top": lambda text: text.replace(r"^\top", "^T"),
    "upright T": lambda text: text.replace(r"^\top", r"^{\mathsf T}"),
    "large fractions": lambda text: text.replace(r"\frac", r"\dfrac"),
    "round brackets": lambda text: re.sub(r"\\(left|right|Bigl|Bigr)\b", "", text),
    "upright diag": lambda text: text.replace("operatorname", "mathrm"),
    "another bound index": with_other_letters,
    "with a full stop": lambda text: text + ".",
    "with thin spaces": lambda text: text.replace(" + ", r" \,+\, ").replace(" = ", r" \;=\; "),
    "flat quotients": lambda text: re.sub(
        r"\\frac(\{\\partial BRACED\})(\{\\partial BRACED\})".replace("BRACED", BRACED),
        lambda quotient: f"{quotient[1][1:-1]} / {quotient[2][1:-1]}",
        text,
    ),
    "with signs of multiplication": lambda text: text.replace(r"\top \math", r"\top \cdot \math"),
    "scripts exchanged": lambda text: re.sub(r"(_\w|_\{[^{}]*\})\^(\\top|i)", r"^\2\1", text),
    "without limits": lambda text: re.sub(
        r"(\\sum_\{\w)=1\}\^\{BRACED\}".replace("BRACED", BRACED), r"\1}", text
    ),
    "commuted numbers": lambda text: re.sub(
        r"(h_(?:3|\{[l\d],[lm]\})) (\(1 - h_(?:3|\{[l\d],[lm]\})\))", r"\2 \1", text
    ),
}
NOT_HARMLESS = {
    ("sides-mixed-museum", "without limits"),  # the limit is what is wrong in it
    ("reshaped-museum", "another bound index"),  # the reason for which it fails names the index
}
VARIANTS = [
    pytest.param(label, way, id=f"{label}, {way}")
    for label, found in PAGES.items()
    for way, retype in RETYPED.items()
    if retype(found.text) != found.text and (label, way) not in NOT_HARMLESS
]


def outcome(text: str, **given: tuple[int, ...]) -> object:
    """Return the verdict on a formula, or the reason for which it is refused."""
    try:
        return verify(text, other_notation(), **given)
    except FormulaError as error:
        return error.reason
    except AssertionError as error:
        return str(error)


@pytest.mark.parametrize(("label", "way"), VARIANTS)
def test_a_harmless_change_changes_nothing(label, way):
    """A formula typed otherwise has the same verdict, or fails for the same reason."""
    text = RETYPED[way](PAGES[label].text)
    assert outcome(text, **layers(label)) == outcome(PAGES[label].text, **layers(label))


def test_each_formula_has_several_harmless_variants():
    """Each way of typing is used, each exact formula is typed in at least three."""
    labels = [parameter.values[0] for parameter in VARIANTS]
    assert {parameter.values[1] for parameter in VARIANTS} == set(RETYPED)
    assert min(labels.count(label) for label in EXACT) >= 3
    assert len(PRINTED) > 5
