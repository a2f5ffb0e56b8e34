"""The card that is shown where somebody links to the course."""

import pytest
from PIL import Image

from tools.make_data import landing_page_pictures as pictures


@pytest.mark.parametrize("where", ["redrawn", "in _static"])
def test_the_card_has_the_size_that_is_asked_for(where, tmp_path):
    """Social networks want 1200 by 630 pixels."""
    drawn = pictures.draw_picture("card.png", tmp_path)
    path = drawn if where == "redrawn" else pictures.STATIC / "card.png"
    with Image.open(path) as card:
        assert card.size == (1200, 630)


def test_the_card_replaces_the_title_of_the_drawing():
    """The drawing has one; the card has the name of the course instead."""
    assert pictures.draw_backward_picture().get_title() == "backward pass: deltas, gradient"
