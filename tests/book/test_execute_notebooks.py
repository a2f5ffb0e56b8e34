"""Making the notebooks: the same bytes every time, and nothing of the machine in them."""

import nbformat

from tools import execute_notebooks as notebooks


def test_a_second_run_makes_the_same_bytes(chapter, tmp_path):
    """A notebook made anew differs from the first in nothing, its figure included."""
    again = notebooks.make(chapter, tmp_path)
    assert again.read_bytes() == chapter.with_suffix(".ipynb").read_bytes()


def test_an_expected_error_is_kept_without_its_traceback(chapter):
    """A cell that is to fail stores the error's name and message, and no paths."""
    last = nbformat.read(chapter.with_suffix(".ipynb"), as_version=4).cells[-1]
    assert last.outputs[0].traceback == ["ValueError: 4 rows against 3"]


def test_printed_text_is_joined_only_with_its_neighbour():
    """The kernel's cuts in a text are undone, while what was shown in between stays there."""
    a, b = (nbformat.v4.new_output("stream", name="stdout", text=text) for text in "ab")
    shown = nbformat.v4.new_output("display_data", data={"text/plain": "x"})
    joined = notebooks.join_streams([a, b, shown, b])
    assert [part.get("text") for part in joined] == ["ab", None, "b"]


def test_a_page_without_a_kernel_is_no_chapter(chapter):
    """The bibliography, which has no cells, is not executed."""
    (chapter.parent / "plain.md").write_text("# No cells\n", encoding="utf-8")
    assert notebooks.chapters(chapter.parent) == [chapter]
