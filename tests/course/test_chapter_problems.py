"""The problems of the chapters: each mistake of an author is named once, with what to write."""

import re

import pytest
from helpers.all_chapter_equations import PROBLEMS

from bpkit.course import chapter_equations, chapter_files
from bpkit.course.chapter_problems import chapter_problems, sound_verdicts

CELL = "```{{code-cell}} ipython3\n---\ntags: [remove-input, verdict]\n---\n{}\n```\n"


def shown(text, label="", code=""):
    """Return a displayed formula with its label and the cell below it."""
    below = f"\n{CELL.format(code)}" if code else ""
    return f"$$\n{text}\n$$" + (f" ({label})" if label else "") + f"\n{below}\n"


SOUND = shown("L = -\\sum_i L_i", "loss", 'check("loss")')
OUTPUT = shown("f = h_3", "output", 'check("output")')


@pytest.mark.parametrize("page", chapter_files.chapters())
def test_a_chapter_has_no_problem(page):
    """Each formula has a label and its verdict, which it deserves; each message says what to do."""
    found = "\n".join(str(problem) for problem in PROBLEMS if problem.page == page)
    assert not found, found


# A mistake on the second of two pages, its line, and a part of the one message about it
MISTAKES = {
    "no verdict": (
        shown("h_l = \\sigma(z_l)", "new"),
        1,
        "formula (new) has no verdict; write right below it\n\n```{code-cell} ipython3\n---\n"
        "jupyter:\n  source_hidden: true\ntags: [remove-input, verdict]\n---\n"
        'check("new", l=(1, 2, 3))\n```',
    ),
    "no verdict, and the next cell is another": (
        shown("f = h_3", "new", "print(1)"),
        1,
        'formula (new) has no verdict; write right below it\n\n```{code-cell} ipython3',
    ),
    "a typo in the verdict": (
        shown("f = h_3", "new", 'check("typo")'),
        9,
        'check("typo") is below the formula (new); write check("new")',
    ),
    "a typo in the label": (
        shown("f = h_3", "typo", 'check("new")'),
        9,
        'check("new") is below the formula (typo); write check("typo")',
    ),
    "the verdict of another formula": (
        shown("f = h_3", "new", 'check("loss")'),
        9,
        'check("loss") is below the formula (new); write check("new")',
    ),
    "no such label": (
        OUTPUT + CELL.format('check("typo")'),
        16,
        'check("typo"): no formula has the label (typo); on this page are output',
    ),
    "a label used twice": (
        OUTPUT + shown("f = h_3", "loss", 'check("loss")'),
        12,
        "the label (loss) is used already, in one, line 1; choose another",
    ),
    "a label used twice on a page": (
        OUTPUT + OUTPUT,
        12,
        "the label (output) is used already, in two, line 1; choose another",
    ),
    "no label": (
        shown("f = h_3"),
        1,
        "the formula f = h_3 has no label; end it with $$ (label)",
    ),
    "no label, but a verdict": (
        shown("f = h_3", "", 'check("new")'),
        1,
        "the formula f = h_3 has no label; end it with $$ (new)",
    ),
    "no layers": (
        shown("h_l = \\sigma(z_l)", "new", 'check("new")'),
        1,
        "nothing says which layer l is; pass its layers, as in l=(1, 2, 3)",
    ),
    "layers without parentheses": (
        shown("h_l = \\sigma(z_l)", "new", 'check("new", l=1)'),
        1,
        "the layers of l must be whole numbers, as in l=(1, 2, 3); got 1",
    ),
    "layers of a formula without layers": (
        shown("f = h_3", "new", 'check("new", l=(1, 2))'),
        1,
        "l is given, but does not occur in the formula",
    ),
    "layers as a name": (
        shown("h_l = \\sigma(z_l)", "new", 'check("new", l=layers)'),
        9,
        "check('new', l=layers) must have a label and plain layers; write "
        'check("new", l=(1, 2, 3))',
    ),
    "layers without their letter": (
        shown("h_l = \\sigma(z_l)", "new", 'check("new", (1, 2, 3))'),
        9,
        "check('new', (1, 2, 3)) must have a label and plain layers; write "
        'check("new", l=(1, 2, 3))',
    ),
    "an undeclared symbol": (
        shown("f = q", "new", 'check("new")'),
        1,
        "to declare it, add a line to bpkit/course/declared_symbols.py\n  f = q\n      ^",
    ),
    "a token that cannot be read": (
        shown("f = h_3 %", "new", 'check("new")'),
        1,
        "cannot read this formula",
    ),
    "a false formula": (
        shown("f = 2 h_3", "new", 'check("new")'),
        1,
        'check("new") under the formula (new): the sides differ',
    ),
    "a true formula that is refuted": (
        shown("f = h_3", "new", 'refute("new")'),
        1,
        'it cannot be refuted; use check("new")',
    ),
    "a verdict on another page": (
        OUTPUT + CELL.format('check("loss")'),
        16,
        "the formula (loss), in one, line 1, has its verdict right below it; delete this one",
    ),
    "a verdict further below": (
        shown("f = h_3", "new") + "A sentence.\n\n" + CELL.format('check("new")'),
        11,
        'check("new"): this is the verdict of (new), in two, line 1; move the cell right below it',
    ),
    "a verdict given twice": (
        OUTPUT + CELL.format('check("output")'),
        16,
        "the formula (output), in two, line 1, has its verdict right below it; delete this one",
    ),
    "a verdict given twice in one cell": (
        shown("f = h_3", "new", 'check("new")\ncheck("new")'),
        10,
        "the formula (new), in two, line 1, has its verdict right below it; delete this one",
    ),
    "a cell that is not Python": (
        shown("f = h_3", "new", 'check("new"'),
        9,
        "the cell is not Python ('(' was never closed); write check(\"new\")",
    ),
    "a cell elsewhere that is not Python": (
        OUTPUT + CELL.format('check("output))'),
        16,
        "the cell is not Python (unterminated string literal",
    ),
    "a verdict whose cell shows its code": (
        "$$\nf = h_3\n$$ (new)\n\n```{code-cell} ipython3\ncheck(\"new\")\n```\n",
        6,
        "the cell has no tags; write\n\n```{code-cell} ipython3",
    ),
    "a false formula in a sentence": (
        "Words.\n\nThe output is $f = 2 h_3$.\n",
        3,
        "$f = 2 h_3$: the sides differ",
    ),
}  # fmt: skip


@pytest.fixture
def problems(monkeypatch):
    """Return a function that finds the problems of two pages, the second of them as given."""

    def found(text):
        pages = {"one": SOUND, "two": text}
        monkeypatch.setattr(chapter_files, "chapters", lambda: pages)
        return chapter_problems()

    return found


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_once_with_its_page_its_line_and_what_to_write(problems, mistake):
    """And nothing else is found wrong for the same reason."""
    text, line, message = MISTAKES[mistake]
    (problem,) = problems(text)
    assert str(problem).startswith(f"chapters/two.md, line {line}: ")
    assert message in str(problem)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_other_formulas_can_still_be_tested(problems, mistake):
    """A formula with a problem is left out; one on another page, whose label is named, too."""
    (problem,) = problems(MISTAKES[mistake][0])
    sound = sound_verdicts([problem]).keys()
    assert sound <= {"loss", "output"}
    assert ("loss" in sound) == ("loss" not in problem.labels)
    assert not sound & set(problem.labels)


def test_sound_pages_have_no_problem(problems):
    """Nor have cells that do something else, or that call `check` for whatever is asked."""
    more = "def page(label):\n    check(label, l=layers)\n\n\nnumerical_check(1)"
    assert problems(OUTPUT + CELL.format(more)) == []
    assert set(sound_verdicts([])) == {"loss", "output"}


def test_the_chapters_have_one_verdict_for_each_equation():
    """What is found are all the equations and all the calls that the pages hold."""
    if not PROBLEMS:
        labels = list(chapter_equations.equations())
        assert list(sound_verdicts([])) == labels
        assert [call.label for call in chapter_equations.check_calls()] == labels
        assert len(labels) == sum(
            len(re.findall(r"^\$\$ \(", text, re.MULTILINE))
            for text in chapter_files.chapters().values()
        )
