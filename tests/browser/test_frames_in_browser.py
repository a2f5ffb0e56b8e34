"""The animation of a figure: frame after frame for those who ask, and still for all others."""

from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

FIGURE = ".tag_frames img"
RUNNING = f"document.querySelector('{FIGURE}').getAnimations()"


@pytest.fixture
def chapter(page, address):
    """Open the chapter at its box."""
    page.goto(f"{address}chapters/training.html")
    page.locator(FIGURE).scroll_into_view_if_needed()
    page.locator(FIGURE).evaluate("image => image.decode()")
    return page


def checkbox(page):
    """Return the checkbox."""
    return page.get_by_label("Show the frames one after the other")


def shown(page):
    """Return what the figure looks like, in grey levels."""
    with Image.open(BytesIO(page.locator(FIGURE).screenshot())) as picture:
        return np.asarray(picture.convert("L"), dtype=float)


def test_the_keyboard_starts_the_frames_and_brings_the_whole_back(chapter):
    """The last one stays, and a second press shows them all again."""
    whole = shown(chapter)
    assert chapter.evaluate(f"{RUNNING}.length") == 0
    checkbox(chapter).focus()
    chapter.keyboard.press("Space")
    length = chapter.evaluate(f"{RUNNING}[0].effect.getComputedTiming().endTime")
    assert length < 5000  # or else WCAG 2.2.2 asks for a way to pause
    frames = []
    for k in range(12):
        at = (k + 0.5) * length / 12
        chapter.evaluate(f"at => {{ {RUNNING}[0].pause(); {RUNNING}[0].currentTime = at }}", at)
        frames.append(shown(chapter))
    window = chapter.locator(FIGURE).bounding_box()
    assert (window["width"], window["height"]) == (300, 300)
    assert all(np.abs(a - b).max() > 100 for a, b in pairwise(frames))
    chapter.evaluate(f"{RUNNING}[0].finish()")
    assert np.array_equal(shown(chapter), frames[-1])
    chapter.keyboard.press("Space")
    assert np.array_equal(shown(chapter), whole)


@pytest.mark.parametrize("media", [{"reduced_motion": "reduce"}, {"media": "print"}])
def test_nothing_moves_in_print_or_for_those_who_want_no_motion(media, chapter):
    """The box is away, and the figure whole even if it was ticked before."""
    whole = chapter.locator(FIGURE).bounding_box()["width"]
    checkbox(chapter).check()
    chapter.emulate_media(**media)
    assert not checkbox(chapter).is_visible()
    assert chapter.evaluate(f"{RUNNING}.length") == 0
    assert chapter.locator(FIGURE).bounding_box()["width"] > 300
    assert whole > 300
