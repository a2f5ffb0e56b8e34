"""Executing the notebooks: the same bytes every time, and no trace of the machine in them."""

import sys

import nbformat
import pytest

from tools import execute_notebooks
from tools.project import CHAPTERS


def test_a_second_run_makes_the_same_bytes(chapter, tmp_path):
    """A notebook executed again is the same as the first, its figure included."""
    again = execute_notebooks.execute_chapter(chapter, tmp_path)
    assert again.read_bytes() == chapter.with_suffix(".ipynb").read_bytes()


def test_an_expected_error_is_kept_without_its_traceback(chapter):
    """A cell that is to fail stores the error's name and message, and no paths."""
    last = nbformat.read(chapter.with_suffix(".ipynb"), as_version=4).cells[-1]
    assert last.outputs[0].traceback == ["ValueError: 4 rows against 3"]


def test_printed_text_is_joined_only_with_its_neighbor():
    """The kernel's cuts in a text are undone; an output in between keeps its position."""
    a, b = (nbformat.v4.new_output("stream", name="stdout", text=text) for text in "ab")
    shown = nbformat.v4.new_output("display_data", data={"text/plain": "x"})
    joined = execute_notebooks.join_streams([a, b, shown, b])
    assert [part.get("text") for part in joined] == ["ab", None, "b"]


def test_a_page_without_a_kernel_is_not_executed(chapter):
    """The bibliography, for example, has no cells."""
    (chapter.parent / "plain.md").write_text("# No cells\n", encoding="utf-8")
    assert execute_notebooks.executable_chapters(chapter.parent) == [chapter]


def test_an_unknown_chapter_is_refused_by_the_names_of_all(monkeypatch, capsys):
    """The usage is printed, and no notebook is executed."""
    monkeypatch.setattr(sys, "argv", ["execute_notebooks", "network", "netwrk"])
    monkeypatch.delattr(execute_notebooks, "execute_chapter")
    with pytest.raises(SystemExit):
        execute_notebooks.main()
    message = capsys.readouterr().err
    assert "chapter must be one of about, " in message
    assert message.endswith("; got 'netwrk'\n")


def test_a_notebook_with_answers_is_not_overwritten(tmp_path):
    """The message names the notebook and the functions that were filled in."""
    notebook = nbformat.read(CHAPTERS / "network.ipynb", 4)
    for cell in notebook.cells:
        cell.source = cell.source.replace(
            "def output(network, X): ...", "def output(network, X):\n    return 1"
        )
    nbformat.write(notebook, tmp_path / "network.ipynb")
    with pytest.raises(
        SystemExit, match=r"not overwritten:\n  network\.ipynb: output\n.*make copy TO=FOLDER"
    ):
        execute_notebooks.refuse_answers([CHAPTERS / "network.md"], tmp_path)


def test_a_notebook_without_answers_is_overwritten(tmp_path):
    """Whether it is there or not."""
    execute_notebooks.refuse_answers([CHAPTERS / "network.md"], tmp_path)
    execute_notebooks.refuse_answers([CHAPTERS / "network.md"], CHAPTERS)
