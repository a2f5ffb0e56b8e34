"""The pairs: a chapter's .md, which is edited, and its .ipynb, which is read, say the same."""

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from tools import execute_notebooks
from tools.project import CHAPTERS

TRACES = {
    "a time": re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d"),
    "a path": re.compile(r"(?<![\w.])/(?:home|root|tmp|usr|var|opt|Users)/|\b[A-Z]:\\+\w"),
    "a version of Python": re.compile(r"\b[Pp]ython ?3\.\d+|\b3\.\d+\.\d+\b|language_info"),
}


def problems(page: Path) -> Iterator[str]:
    """Say how the .ipynb of `page` is not that chapter, executed once from top to bottom."""
    text, notebook = (
        execute_notebooks.read_chapter(page),
        nbformat.read(page.with_suffix(".ipynb"), 4),
    )
    if text.metadata != notebook.metadata:
        yield "the metadata differ"
    if len(text.cells) != len(notebook.cells):
        yield f"{len(text.cells)} cells in the .md, {len(notebook.cells)} in the .ipynb"
    for cell, stored in zip(text.cells, notebook.cells, strict=False):
        yield from (
            f"{stored.id}: the {key} differs"
            for key in ("id", "cell_type", "source", "metadata")
            if cell[key] != stored[key]
        )
    yield from wrong_counts(notebook)
    yield from traces(notebook)


def wrong_counts(notebook: NotebookNode) -> Iterator[str]:
    """Say which code cells do not have the execution counts 1, 2, 3 and so on."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code, start=1):
        if cell.execution_count != count:
            yield f"{cell.id}: executed as {cell.execution_count}, not as {count}"


def traces(notebook: NotebookNode) -> Iterator[str]:
    """Say where the notebook shows on which machine, when or by which Python it was made."""
    contents = {"metadata": notebook.metadata}
    for cell in notebook.cells:
        contents[cell.id] = [cell.metadata, *map(without_images, cell.get("outputs", []))]
    for place, content in contents.items():
        found = (trace for trace, pattern in TRACES.items() if pattern.search(str(content)))
        yield from (f"{place}: {trace}" for trace in found)


def without_images(output: NotebookNode) -> dict[str, object]:
    """Return an output without its images, whose base64 text means nothing."""
    data = {mime: part for mime, part in output.get("data", {}).items() if "image" not in mime}
    return {**output, "data": data}


def problems_after_replacing(chapter: Path, folder: Path, old: str, new: str) -> list[str]:
    """Return the problems of a copy of the chapter whose .ipynb has one text changed."""
    page = folder / chapter.name
    page.write_bytes(chapter.read_bytes())
    notebook = chapter.with_suffix(".ipynb").read_text(encoding="utf-8")
    assert old in notebook
    page.with_suffix(".ipynb").write_text(notebook.replace(old, new, 1), encoding="utf-8")
    return list(problems(page))


@pytest.mark.parametrize("page", execute_notebooks.readable_chapters(), ids=lambda page: page.stem)
def test_a_chapter_and_its_notebook_agree(page):
    """Cells, tags and metadata are the same, every cell was run in order, no trace of a machine."""
    assert not list(problems(page)), (
        "`make notebooks` makes it again; it does not overwrite answers"
    )


@pytest.mark.parametrize("page", execute_notebooks.readable_chapters(), ids=lambda page: page.stem)
def test_a_notebook_has_the_bytes_that_the_command_writes(page, tmp_path):
    """Reading and writing a committed notebook gives the same bytes."""
    stored = page.with_suffix(".ipynb")
    notebook = nbformat.read(stored, as_version=4)
    execute_notebooks.remove_traces(notebook)
    execute_notebooks.write_notebook(notebook, tmp_path / "again.ipynb")
    assert (tmp_path / "again.ipynb").read_bytes() == stored.read_bytes()


@pytest.mark.parametrize(
    "page", execute_notebooks.executable_chapters(), ids=lambda page: page.stem
)
def test_the_settings_of_a_chapter_can_be_read(page):
    """Those at its top and those of its cells; tests of what the page holds leave it out if not."""
    problem = execute_notebooks.settings_problem(page)
    assert not problem, problem


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("display_name: Python 3", "display_name: [Python 3", 5),
        ("# A chapter\n", "# A chapter\n\n```{code-cell}\n---\ntags: [a\n---\n```\n", 13),
    ],
)
def test_settings_that_are_not_yaml_are_refused_with_their_line(chapter, tmp_path, old, new, line):
    """Of the page, and of a cell."""
    page = tmp_path / "page.md"
    page.write_text(chapter.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=r"chapters/page.md, near line \d+: the settings"):
        execute_notebooks.read_chapter(page)
    near = re.search(r"near line (\d+)", execute_notebooks.settings_problem(page))[1]
    assert abs(int(near) - line) <= 1


def test_no_notebook_is_without_its_text():
    """Every .ipynb among the chapters has an .md of the same name."""
    pages = {page.stem for page in execute_notebooks.executable_chapters()}
    assert pages == {notebook.stem for notebook in CHAPTERS.glob("*.ipynb")}


def test_a_notebook_just_executed_has_no_problem(chapter):
    """The command's own notebook is accepted."""
    assert not list(problems(chapter))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("np.arange(3) / 4", "np.arange(3) / 5", "source differs"),
        ('"hide-input"', '"hide-cell"', "metadata differs"),
        ('"# A chapter"', '"# The chapter"', "source differs"),
        ('"cell_type": "markdown"', '"cell_type": "raw"', "cell_type differs"),
        ('"id": "cell-1"', '"id": "cell-9"', "id differs"),
        ('"execution_count": 2', '"execution_count": null', "executed as None, not as 2"),
        ('"execution_count": 2', '"execution_count": 3', "executed as 3, not as 2"),
        ('"display_name": "Python 3"', '"display_name": "Python 3.12"', "a version of Python"),
        ("after\\n", "2026-11-23T21:32:05\\n", "a time"),
        ("after\\n", "/home/reader/course/data.csv\\n", "a path"),
        ("after\\n", "C:\\\\course\\\\data.csv\\n", "a path"),
        ("after\\n", "3.12.1\\n", "a version of Python"),
    ],
)
def test_a_slightly_wrong_pair_is_refused(chapter, tmp_path, old, new, problem):
    """One changed source, tag, count or trace of a machine is named."""
    assert any(problem in found for found in problems_after_replacing(chapter, tmp_path, old, new))


def test_a_missing_cell_is_refused(chapter, tmp_path):
    """A notebook that lacks the chapter's last cell is not its pair."""
    page = tmp_path / chapter.name
    page.write_bytes(chapter.read_bytes())
    notebook = nbformat.read(chapter.with_suffix(".ipynb"), as_version=4)
    notebook.cells.pop()
    execute_notebooks.write_notebook(notebook, page.with_suffix(".ipynb"))
    assert "5 cells in the .md, 4 in the .ipynb" in list(problems(page))
