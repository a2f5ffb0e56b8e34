"""The slides: all formulas of the chapter, what is too tall scrolls, notes for the speaker."""

import re

import pytest
from accessibility_checks import barriers
from bs4 import BeautifulSoup
from open_pages import THEMES, WIDTHS
from page_problems import page_problems

from tools.slides.slide_pages import DECKS

# Parts of the slide in view that are cut off, or hide beneath the edge of a box of their own.
CUT_OFF = """() => [...Reveal.getCurrentSlide().querySelectorAll("*")].filter((part) => {
  if (!part.checkVisibility() || part.closest("mjx-assistive-mml")) return false;
  const slide = Reveal.getCurrentSlide();
  const scrolls = slide.tabIndex === 0 && getComputedStyle(slide).overflowY === "auto";
  const { right, bottom } = part.getBoundingClientRect();
  const hides = getComputedStyle(part).overflowX !== "visible" && !part.closest("mjx-math");
  const hidden = hides && part.scrollWidth > part.clientWidth + 1;
  return right > innerWidth || (bottom > innerHeight - 14 && !scrolls) || hidden;
}).map((part) => part.outerHTML.slice(0, 100))"""
SCROLLED = "() => Reveal.getCurrentSlide().scrollTop"
TALL = '<div style="height: 900px">tall</div>'
NOTES = "() => document.querySelector('.speaker-controls-notes .value').innerHTML"


def open_deck(page, address, name, theme="light", width=1280):
    """Open the slides of a chapter."""
    page.set_viewport_size({"width": width, "height": 720})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.goto(f"{address}slides/{name}.html")
    page.wait_for_load_state("networkidle")
    if width >= 700:
        page.wait_for_function("() => Reveal.isReady()")


def article(site, folder, name):
    """Return a page of the site, parsed."""
    text = (site / folder / f"{name}.html").read_text(encoding="utf-8")
    return BeautifulSoup(text, "html.parser")


@pytest.mark.parametrize("name", DECKS)
@pytest.mark.parametrize("theme", THEMES)
def test_every_slide_fits_its_screen_or_scrolls(name, theme, page, address):
    """From the first slide to the last, by the space bar, nothing is cut off."""
    open_deck(page, address, name, theme)
    cut_off, seen = {}, 0
    while True:
        seen += 1
        if found := page.evaluate(CUT_OFF):
            cut_off[seen] = found
        if page.evaluate("() => Reveal.isLastSlide()"):
            break
        page.keyboard.press("Space")
    assert cut_off == {}
    assert seen == page.evaluate("() => Reveal.getTotalSlides()") > 20


def test_a_slide_that_is_cut_off_is_noticed(page, address):
    """What reaches beyond the screen is named, to the right, and below if it does not scroll."""
    open_deck(page, address, DECKS[0])
    page.evaluate("(box) => Reveal.getCurrentSlide().insertAdjacentHTML('beforeend', box)", TALL)
    assert page.evaluate(CUT_OFF) == [TALL]
    page.evaluate("() => Reveal.getCurrentSlide().tabIndex = 0")
    assert page.evaluate(CUT_OFF) == []
    page.evaluate("() => Reveal.getCurrentSlide().lastChild.style.width = '3000px'")
    assert page.evaluate(CUT_OFF) == [TALL.replace("900px", "900px; width: 3000px;")]


def test_the_arrows_scroll_a_tall_slide_and_then_go_on(page, address):
    """Down to its end and on to the next slide, and up to its beginning and back."""
    open_deck(page, address, DECKS[0])
    tall = "(box) => Reveal.getSlide(2, 1).insertAdjacentHTML('beforeend', box)"
    page.evaluate(tall, TALL)
    page.evaluate("() => Reveal.slide(2, 1)")
    page.keyboard.press("ArrowDown")
    page.wait_for_function(f"() => ({SCROLLED})() > 0")
    assert page.evaluate("() => Reveal.getIndices().v") == 1
    page.evaluate("() => Reveal.getCurrentSlide().scrollTo(0, 9999)")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("() => Reveal.getIndices().v") == 2
    page.evaluate("() => Reveal.slide(2, 1)")
    page.evaluate("() => Reveal.getCurrentSlide().scrollTo(0, 0)")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("() => Reveal.getIndices().v") == 0


@pytest.mark.parametrize("name", DECKS)
def test_every_formula_of_the_chapter_is_on_a_slide_with_its_verdict(name, site):
    """In the order of the chapter, each once, the verdict right below it."""
    chapter, deck = article(site, "chapters", name), article(site, "slides", name)
    formulas = [tag["id"] for tag in chapter.select("div.math[id]")]
    assert [tag["id"] for tag in deck.select("section div.math[id]")] == formulas
    assert len(deck.select("div.math + .tag_verdict")) == len(formulas) > 10


@pytest.mark.parametrize("name", DECKS)
def test_no_sentence_is_lost(name, site):
    """What a slide does not show of the sections that it is made from, the speaker's notes say."""
    chapter, deck = article(site, "chapters", name), article(site, "slides", name)
    left_out = "#exercises *, #write-it-yourself *, #test-yourself *, .admonition *, .cell *"
    left_out += ", .headerlink, .math, math"
    for page in (chapter, deck):
        for tag in page.select(left_out):
            tag.extract()
    said = re.sub(r"\W+", "", deck.get_text()).lower()
    sentences = [s for p in chapter.select("section > p") for s in p.get_text().split("\n")]
    spoken = [re.sub(r"\W+", "", sentence).lower() for sentence in sentences]
    assert len(spoken) > 30
    assert [sentence for sentence in spoken if sentence not in said] == []


def test_the_speaker_has_a_window_with_the_notes(page, address):
    """S opens it; it shows the slide's notes, formulas as MathML, and follows."""
    open_deck(page, address, DECKS[1])
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    window = opened.value
    window.wait_for_function("() => document.querySelectorAll('iframe').length === 2")
    page.evaluate("() => Reveal.slide(1)")
    window.wait_for_function(f"() => ({NOTES})().includes('Every derivative of section 3.1')")
    page.evaluate("() => Reveal.slide(3)")
    window.wait_for_function(f"() => ({NOTES})().includes('<math')")
    assert page_problems(page) == []
    window.close()


@pytest.mark.parametrize("name", DECKS)
def test_on_a_phone_the_slides_are_one_below_the_other(name, page, address):
    """They are read by scrolling, and none is wider than the screen."""
    open_deck(page, address, name, width=WIDTHS[0])
    assert page.evaluate("() => document.documentElement.scrollWidth") <= WIDTHS[0]
    assert page.locator("section section h2").last.is_visible()


def test_the_slides_print_each_on_a_new_page(page, address):
    """The address that reveal.js has for it lays them out on pages of their size."""
    open_deck(page, address, f"{DECKS[1]}")
    total = page.evaluate("() => Reveal.getTotalSlides()")
    page.goto(f"{address}slides/{DECKS[1]}.html?print-pdf")
    page.wait_for_function("() => document.querySelectorAll('.pdf-page').length > 0")
    assert page.locator(".pdf-page").count() == total


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [390, 1280])
def test_slides_have_no_barrier(width, theme, page, address):
    """Neither one at a time nor one below the other, in light and in dark."""
    open_deck(page, address, DECKS[1], theme, width)
    if width >= 700:
        page.evaluate("() => Reveal.slide(3)")
    assert barriers(page) == []


@pytest.mark.parametrize("name", DECKS)
def test_a_chapter_leads_to_its_slides_and_back(name, site):
    """By a button at its top; the first slide has the way back."""
    chapter, deck = article(site, "chapters", name), article(site, "slides", name)
    assert chapter.select_one(f'.article-header-buttons a[href="../slides/{name}.html"]')
    assert deck.select_one(f'.title a[href="../chapters/{name}.html"]')
