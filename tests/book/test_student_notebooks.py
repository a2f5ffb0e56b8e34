"""Student notebooks: any Jupyter shows them, and their folder has all that they need."""

import re
import sys

import nbformat
import pytest
from helpers.all_chapter_equations import of_the_whole_book

from tools import student_notebooks
from tools.project import ROOT
from tools.student_notebooks import References, chapter_notebooks, plain_markdown, student_notebook

LEFT_OVER = re.compile(r"^:{3}|^`{3}\{|\{\w+\}`|^\$\$ \(", re.MULTILINE)


def number(label):
    """Return the number of an equation, in the order of the book."""
    return References("network").numbers.get(label)


def texts(notebook):
    """Return the text of a notebook's cells."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


@of_the_whole_book
@pytest.mark.parametrize("page", chapter_notebooks())
def test_no_directive_is_left(page):
    """Of what plain Jupyter would show as it is written."""
    assert not [text for text in texts(student_notebook(page)) if LEFT_OVER.search(text)]


@of_the_whole_book
@pytest.mark.parametrize("page", chapter_notebooks())
def test_every_code_cell_is_that_of_the_chapter(page):
    """But for the first, which says what to type in another folder."""
    chapter = nbformat.read(ROOT / "chapters" / f"{page}.ipynb", 4)
    codes, of_student = (
        [(cell.source, cell.outputs) for cell in notebook.cells if cell.cell_type == "code"]
        for notebook in (chapter, student_notebook(page))
    )
    assert of_student[1:] == codes[1:]
    assert "pip install -r requirements.txt" in of_student[0][0]


@of_the_whole_book
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a {term}`node` and {term}`Mutants <mutant>`", "a node and Mutants"),
        ("see {doc}`cost`", "see [What a gradient costs](cost.ipynb)"),
        ("the {doc}`next chapter <network>`", "the [next chapter](network.ipynb)"),
        ("by {eq}`sigmoid`", f"by ({number('sigmoid')})"),
        ("by {eq}`layout`", f"by [({number('layout')})](notation.ipynb)"),
        ("{cite}`rumelhart1986`", "(Rumelhart et al., 1986)"),
        ("{cite}`tam,parr2018`", "(Tam; Parr and Howard, 2018)"),
        ("$$\nf = h\n$$ (sigmoid)", f"$$\nf = h\n\\tag{{{number('sigmoid')}}}\n$$"),
        ("$$\nf = h\n$$", "$$\nf = h\n$$"),
        (
            ":::{admonition} Solution\n:class: dropdown\nIt is 2.\n:::",
            "<details><summary>Solution</summary>\n\nIt is 2.\n\n</details>",
        ),
        (":::{admonition} Note\nIt is\n2.\n:::", "> **Note**\n>\n> It is\n> 2."),
    ],
)
def test_references_become_words_and_numbers(text, expected):
    """As the site shows them."""
    assert plain_markdown(text, References("network")) == expected


@pytest.mark.parametrize("text", [":::{figure} a.png\n:::", "a {kbd}`key`", "(place)=\n# Title"])
def test_a_directive_without_a_translation_is_refused(text):
    """A chapter with a new one fails the build, and nothing is shown raw."""
    with pytest.raises(ValueError, match=r"network: "):
        plain_markdown(text, References("network"))


@of_the_whole_book
def test_what_the_page_folds_is_folded():
    """The check of a solution, with its output; a verdict, whose output is shown."""
    notebook = student_notebook("network")
    folded = [
        cell.metadata.get("jupyter", {}) for cell in notebook.cells if "tags" in cell.metadata
    ]
    assert {"source_hidden": True, "outputs_hidden": True} in folded
    assert {"source_hidden": True} in folded


@of_the_whole_book
def test_an_error_of_the_first_cell_is_not_hidden():
    """It says what to install."""
    first = next(c for c in student_notebook("cost").cells if c.cell_type == "code")
    assert first.metadata["jupyter"] == {"source_hidden": True}


@of_the_whole_book
def test_a_caption_is_a_cell_below_its_figure():
    """In words that plain Jupyter shows."""
    sources = [cell.source for cell in student_notebook("network").cells]
    figure = sources.index("draw_network((4, 3, 2, 1))\nplt.show()")
    assert sources[figure + 1].startswith("The network with $D = 4$ inputs")


def test_a_folder_that_exists_is_not_touched(tmp_path, monkeypatch):
    """Somebody may have worked in it."""
    (tmp_path / "network.ipynb").write_text("mine", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["student_notebooks", str(tmp_path)])
    with pytest.raises(SystemExit, match="has notebooks already, and what you wrote in them stays"):
        student_notebooks.main()
    assert [path.name for path in tmp_path.iterdir()] == ["network.ipynb"]


@of_the_whole_book
def test_the_folder_has_the_notebooks_and_what_they_need(tmp_path):
    """The package is a wheel beside them, which the requirements name."""
    student_notebooks.write_folder(tmp_path / "copy")
    files = {path.name for path in (tmp_path / "copy").iterdir()}
    (wheel,) = [name for name in files if name.endswith(".whl")]
    assert files == {f"{p}.ipynb" for p in chapter_notebooks()} | {
        wheel,
        "README.md",
        "requirements.txt",
    }
    requirements = (tmp_path / "copy" / "requirements.txt").read_text(encoding="utf-8")
    assert f"\n./{wheel}\n" in requirements


def test_a_student_has_the_versions_that_are_tested():
    """What the student's requirements pin, the course's or the site's pin alike."""

    def pins(name):
        text = (ROOT / name).read_text(encoding="utf-8")
        return dict(re.findall(r"^([\w-]+)==(\S+)", text, re.MULTILINE))

    tested = pins("constraints.txt")
    student = pins("requirements-student.txt") | pins(".binder/requirements.txt")
    assert student.items() <= (tested | {"jupyterlab": student["jupyterlab"]}).items()
