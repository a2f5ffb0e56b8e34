"""The slides: which part of a page goes on which of them, and what shows and seals them."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tools.slides import layout as deck
from tools.slides import make_slides as slides
from tools.website import content_security_policy as policy

FORMULA = '<div class="math" id="equation-{0}"><mjx-container>{0}</mjx-container></div>'
VERDICT = '<div class="cell tag_verdict"><div class="cell_output">holds</div></div>'
CELL = '<div class="cell"><div class="cell_input"><pre>{0}</pre></div></div>'


def made(*blocks):
    """Return the slides of a section with these blocks."""
    html = f"<section><h2>Title</h2>{''.join(blocks)}</section>"
    return [*deck.slides(BeautifulSoup(html, "html.parser").section)]


def shown(*blocks):
    """Return the text that each slide of such a section shows."""
    return [" ".join(part.get_text() for part in slide.parts) for slide in made(*blocks)]


def test_a_formula_a_verdict_and_a_cell_share_a_slide():
    """And the sentence before each; the sentences before that one are notes."""
    blocks = ["<p>First.\nsecond:</p>", FORMULA.format("a"), VERDICT, CELL.format("b")]
    (slide,) = made(*blocks)
    assert [part.get_text() for part in slide.parts] == ["Second:", "a", "holds", "b"]
    assert [note.get_text() for note in slide.notes] == ["First."]


def test_a_formula_begins_a_slide_once_a_cell_has_tried_the_one_before():
    """Two formulas that one cell tries stay together."""
    two = [FORMULA.format("a"), VERDICT, FORMULA.format("b"), VERDICT]
    assert shown(*two, CELL.format("c")) == ["a holds b holds c"]
    assert shown(FORMULA.format("a"), CELL.format("c"), FORMULA.format("b")) == ["a c", "b"]


def test_what_does_not_fit_goes_to_the_next_slide():
    """A cell of twenty lines and another of ten are on two slides."""
    long, short = "\n".join("a" * 20), "\n".join("b" * 10)
    assert len(shown(CELL.format(long), CELL.format(short))) == 2
    assert len(shown(CELL.format(short), CELL.format(short))) == 1


def test_a_cell_is_where_its_metadata_put_it():
    """On a slide of its own, or on none; so is one that the page hides."""
    cell = '<div class="cell {0}"><pre>b</pre></div>'
    assert shown(CELL.format("a"), cell.format("slide-subslide")) == ["a", "b"]
    assert shown(CELL.format("a"), cell.format("slide-skip")) == ["a"]
    assert shown(CELL.format("a"), cell.format("tag_hide-cell")) == ["a"]


@pytest.mark.parametrize("title", deck.LEFT_OUT)
def test_exercises_are_for_the_page_alone(title):
    """A section with such a title has no slides."""
    html = f"<section><h2>{title}<a>#</a></h2>{CELL.format('a')}</section>"
    assert [*deck.slides(BeautifulSoup(html, "html.parser").section)] == []


def test_links_and_ids_hold_in_the_folder_of_the_slides():
    """A link leads to the chapter, and only formulas keep their id."""
    html = '<p id="a"><a href="#b">b</a><a href="c.html#d">c</a><a href="https://e/f">e</a></p>'
    part = BeautifulSoup(slides.for_slide(BeautifulSoup(html, "html.parser").p, "x"), "html.parser")
    found = [link["href"] for link in part.select("a")]
    assert found == ["../chapters/x.html#b", "../chapters/c.html#d", "https://e/f"]
    assert not part.p.get("id")


def test_another_reveal_is_refused(monkeypatch, tmp_path):
    """A file with another hash is named, and what to do is said."""
    monkeypatch.setattr(slides, "REVEAL", tmp_path)
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "reveal.js").write_text("alert()")
    with pytest.raises(ValueError, match=r"reveal\.js is not the dist/reveal\.js.*requirements"):
        slides.checked("dist/reveal.js")


def test_the_slides_of_the_site_are_sealed(site):
    """Their policy allows the script of the speaker's window and no other that stands in a page."""
    for name in slides.DECKS:
        page = BeautifulSoup(Path(site, "slides", f"{name}.html").read_text("utf-8"), "html.parser")
        declared = page.find("meta", attrs={"http-equiv": policy.HEADER})["content"]
        assert declared == policy.policy(page, slides.speaker_view())
        assert declared.count("sha256-") == 1
        assert page.select("[onclick], [style*=expression], script:not([src])") == []
