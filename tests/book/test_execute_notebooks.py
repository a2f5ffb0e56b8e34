"""Executing the notebooks: the same bytes every time, and no trace of the machine in them."""

import sys

import nbformat
import pytest

from tools import execute_notebooks


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
