"""The pages for everybody: no barrier that axe-core finds, all within reach of the keyboard."""

from itertools import product

import pytest
from accessibility_checks import barriers, walk
from open_pages import PAGES, THEMES, open_page, resize
from run_in_page import edit, need_run_buttons, open_chapter, press, run_page, wait_for

INSERT = "(html) => document.querySelector('article').insertAdjacentHTML('afterbegin', html)"
BARRIERS = "<img src='_static/logo.svg'><p style='color: #eee; background: #fff'>pale</p>"
TRAPS = """<a href="#" id="a" style="outline: none !important">unmarked</a>
<div inert><a href="#" id="b">shut</a></div>"""


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_barrier(name, page, address):
    """Names, roles, contrast and order are right, on phones and desks, by day and night."""
    open_page(page, address, name)
    found = {}
    for width, theme in product((390, 1280), THEMES):
        resize(page, width, theme)
        found[width, theme] = barriers(page)
    assert {case: parts for case, parts in found.items() if parts} == {}


def test_axe_finds_no_barrier_after_a_run(page, address, site):
    """Nor among new outputs, an open text field and an error."""
    need_run_buttons(site)
    open_chapter(page, address, "network")
    assert run_page(page).startswith("All ")
    edit(page, 2, "1 / 0")
    press(page, "Run cell 2")
    wait_for(page, "Cell 2 failed")
    for width, theme in product((390, 1280), THEMES):
        resize(page, width, theme)
        assert barriers(page) == []


def test_axe_finds_a_barrier_where_there_is_one(page, address):
    """A picture without a text and a pale word are both reported."""
    open_page(page, address, "index")
    page.evaluate(INSERT, BARRIERS)
    assert {found.split(":")[0] for found in barriers(page)} == {"image-alt", "color-contrast"}


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_the_keyboard_reaches_everything(name, width, page, address):
    """Each link, button and wide formula gets the focus in turn, in the window, and shows it."""
    open_page(page, address, name, width)
    assert walk(page) == ([], [])


def test_a_part_out_of_reach_is_noticed(page, address):
    """A link whose focus is invisible and one that leaves the focus at once are both found."""
    open_page(page, address, "index")
    page.evaluate(INSERT, TRAPS)
    unseen, missed = walk(page)
    assert (['id="a"' in part for part in unseen], ['id="b"' in part for part in missed]) == (
        [True],
        [True],
    )


def test_nothing_moves_for_those_who_ask(page, address):
    """Where less motion is wished for, no part of a page has a transition or an animation."""
    open_page(page, address, "chapters/network")
    moving = """() => [...document.querySelectorAll("*")].filter((part) => {
      const style = getComputedStyle(part);
      return style.animationName !== "none" || parseFloat(style.transitionDuration) > 0;
    }).map((part) => part.outerHTML.slice(0, 80))"""
    assert page.evaluate(moving) == []
