"""The edits that make the theme accessible: early colors, parts that the keyboard scrolls."""

import pytest
from bs4 import BeautifulSoup

from tools.website.accessibility import SET_THEME, make_accessible, set_theme_early
from tools.website.content_security_policy import policy


def parse(html):
    """Parse a page."""
    return BeautifulSoup(html, "html.parser")


def test_a_page_is_light_or_dark_before_its_scripts_are_there():
    """What settles it joins the script that reads the choice, once, and the policy knows it."""
    page = parse("<head><script>dataset.mode</script><script>another()</script></head>")
    without = policy(page)
    for _ in range(2):
        set_theme_early(page)
    assert str(page).count(SET_THEME) == 1
    assert page.script.get_text().index("window.localStorage") < str(page).index("dataset.mode")
    assert policy(page) != without


def test_wide_parts_can_be_scrolled_from_the_keyboard():
    """Code, outputs and tables can have the focus, so that the arrow keys move them."""
    table = '<div class="pst-scrollable-table-container"></div>'
    page = parse(f'<div class="highlight"><pre></pre></div>{table}<div class="math"></div>')
    make_accessible(page)
    assert [tag.name for tag in page.select("[tabindex]")] == ["pre", "div"]
    assert not page.select(".math[tabindex]")


@pytest.mark.parametrize("scripts", ["", "<script>dataset.mode</script>" * 2])
def test_a_theme_that_chooses_its_colors_elsewhere_is_refused(scripts):
    """The edit needs the one script that reads the choice."""
    with pytest.raises(ValueError, match=r"one script .* must set dataset\.mode"):
        set_theme_early(parse(f"<head>{scripts}</head>"))


def test_a_print_button_keeps_its_action_and_no_other_handler_is_lost():
    """The policy allows no handler in the HTML; one that this project does not know is refused."""
    page = parse('<button onclick="window.print()">Print</button>')
    make_accessible(page)
    assert page.button.attrs == {"data-action": "print"}
    with pytest.raises(ValueError, match=r"onclick must be window\.print\(\); got <button"):
        make_accessible(parse('<button onclick="share()">Share</button>'))
