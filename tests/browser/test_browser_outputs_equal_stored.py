"""Every chapter, all of it run in the browser: the reader gets the outputs on the page."""

import re
from base64 import b64decode, b64encode
from io import BytesIO

import nbformat
import numpy as np
import pytest
from nbformat import NotebookNode
from PIL import Image
from run_in_page import need_run_buttons, open_chapter, outputs, run_page

from tools.execute_notebooks import executable_chapters, join_streams
from tools.project import CHAPTERS, ROOT

# Matplotlib 3.8 in the browser sets text and ticks a few pixels away from where 3.11 does.
# Shrunk by this factor, a figure drawn by both differs by up to 6 grey levels (root mean square),
# an empty one or another of the course by more than 9. What a curve's points are is for nbval.
SHRINK, TOLERANCE = 32, 8


@pytest.fixture
def strict(request):
    """Return the comparison that nbval uses in this project."""
    return request.config.pluginmanager.getplugin(str(ROOT / "conftest.py"))


def figure(data):
    """Decode a figure, as base64 text, and shrink it."""
    with Image.open(BytesIO(b64decode(data))) as picture:
        return picture.size, np.asarray(picture.convert("RGB").reduce(SHRINK), dtype=float)


def like(stored, now):
    """Say whether two figures have the same size and look alike from afar."""
    (size, before), (size_now, after) = figure(stored), figure(now)
    return size == size_now and np.sqrt(((before - after) ** 2).mean()) < TOLERANCE


def differences(strict, stored, now):
    """List the differences of outputs by nbval's rule, figures compared from afar."""
    pairs, pairs_now = list(strict.kinds_and_contents(stored)), list(strict.kinds_and_contents(now))
    for index, (before, after) in enumerate(zip(pairs, pairs_now, strict=False)):
        if before[0] == after[0] and before[0].endswith("png") and like(before[1], after[1]):
            pairs_now[index] = before
    return list(strict.output_differences(pairs, pairs_now))


@pytest.mark.parametrize("name", [source.stem for source in executable_chapters()])
def test_a_chapter_run_in_the_browser_gives_what_it_shows(name, strict, page, address, site):
    """Each cell's outputs are those stored: text exactly, figures as they look from afar."""
    need_run_buttons(site)
    open_chapter(page, address, name)
    assert run_page(page).startswith("All ")
    notebook = nbformat.read(CHAPTERS / f"{name}.ipynb", as_version=4)
    stored = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    found = sorted(outputs(page).items())
    now = [join_streams([NotebookNode(output) for output in cell]) for _, cell in found]
    pairs = zip(stored, now, strict=True)
    assert [found for pair in pairs for found in differences(strict, *pair)] == []


def figures():
    """Return the stored figures of the course, as base64 text."""
    texts = "".join(path.read_text(encoding="utf-8") for path in CHAPTERS.glob("*.ipynb"))
    return re.findall(r'"image/png": "([^"\\]+)', texts)


def blank(size):
    """Return an empty figure as base64 text."""
    file = BytesIO()
    Image.new("RGB", size, "white").save(file, "png")
    return b64encode(file.getvalue()).decode()


def test_an_empty_figure_is_not_like_any_of_the_course():
    """The comparison from afar refuses white paper of the right size."""
    assert [stored for stored in figures() if like(stored, blank(figure(stored)[0]))] == []


def test_no_figure_of_the_course_is_like_another():
    """The comparison from afar tells all the figures apart."""
    found = figures()
    assert not any(like(a, b) for n, a in enumerate(found) for b in found[:n])


def test_a_text_that_differs_is_seen(strict):
    """The comparison is nbval's for everything but figures."""
    one, other = (nbformat.v4.new_output("stream", text=text) for text in ("1.0", "1.1"))
    assert differences(strict, [one], [other])
