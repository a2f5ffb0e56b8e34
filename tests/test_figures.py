"""The figures: each has a caption and, for those who cannot see it, a text of its own."""

import nbformat
import pytest

from tools import notebooks


def described(cell):
    """Whether a cell's metadata hold a caption, a name and an alternative text of some length."""
    mystnb = cell.metadata.get("mystnb", {})
    figure, image = mystnb.get("figure", {}), mystnb.get("image", {})
    return bool(figure.get("caption") and figure.get("name") and len(image.get("alt", "")) > 80)


def drawn(cell):
    """Whether a code cell shows an image."""
    return any("image/png" in output.get("data", {}) for output in cell.get("outputs", []))


@pytest.mark.parametrize("page", notebooks.chapters(), ids=lambda page: page.stem)
def test_every_figure_is_described(page):
    """A reader who cannot see a figure is told what it shows."""
    cells = nbformat.read(page.with_suffix(".ipynb"), 4).cells
    assert [cell.id for cell in cells if drawn(cell) and not described(cell)] == []


def test_a_figure_without_a_description_is_found(chapter):
    """The sample chapter draws a curve and says nothing about it."""
    cells = nbformat.read(chapter.with_suffix(".ipynb"), 4).cells
    assert [described(cell) for cell in cells if drawn(cell)] == [False]
