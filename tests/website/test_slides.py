"""The slides: which part of a page each shows, and what shows them and declares their policy."""

import pytest
from bs4 import BeautifulSoup

from tools.slides import chapter_slides as chapters
from tools.slides import slide_pages as slides
from tools.website import content_security_policy as policy

FORMULA = '<div class="math" id="equation-{0}"><mjx-container>{0}</mjx-container></div>'
VERDICT = '<div class="cell tag_verdict"><div class="cell_output">holds</div></div>'
CELL = '<div class="cell"><div class="cell_input"><pre>{0}</pre></div></div>'


def parsed(html):
    """Return an element."""
    return BeautifulSoup(html, "html.parser").find()


def made(*blocks):
    """Return the slides of a section with these blocks."""
    return chapters.section_slides(parsed(f"<section><h2>Title</h2>{''.join(blocks)}</section>"))


def shown(*blocks):
    """Return the text that each slide of such a section shows below its heading."""
    return [" ".join(part.get_text() for part in slide.shown[1:]) for slide in made(*blocks)]


def test_a_formula_its_verdict_and_the_cell_below_share_a_slide():
    """And the sentence before; the sentences before that one are notes."""
    blocks = ["<p>First.\nsecond:</p>", FORMULA.format("a"), VERDICT, CELL.format("b")]
    (slide,) = made(*blocks)
    assert [part.get_text() for part in slide.shown] == ["Title", "Second:", "a", "holds", "b"]
    assert [note.get_text() for note in slide.notes] == ["First."]


def test_every_other_formula_and_cell_has_a_slide_of_its_own():
    """A second cell, a second formula, and a cell that a sentence separates from a formula."""
    assert shown(FORMULA.format("a"), CELL.format("c"), FORMULA.format("b")) == ["a c", "b"]
    assert shown(FORMULA.format("a"), VERDICT, FORMULA.format("b")) == ["a holds", "b"]
    assert shown(FORMULA.format("a"), "<p>And</p>", CELL.format("b")) == ["a", "And b"]
    assert shown(CELL.format("a"), CELL.format("b")) == ["a", "b"]


def test_cells_that_are_hidden_or_import_are_for_the_page_alone():
    """No slide shows them."""
    hidden = '<div class="cell tag_hide-cell"><pre>b</pre></div>'
    assert shown(CELL.format("a"), hidden) == ["a"]
    assert shown(FORMULA.format("a"), hidden) == ["a"]
    assert shown(CELL.format("import numpy as np"), CELL.format("important")) == ["important"]
    assert shown(CELL.format("from math import pi"), CELL.format("b")) == ["b"]


def test_what_follows_the_last_slide_of_a_section_is_in_its_notes():
    """A section that shows nothing else has a slide with its heading."""
    (slide,) = made(CELL.format("a"), "<p>Last.</p>")
    assert [note.get_text() for note in slide.notes] == ["Last."]
    (slide,) = made("<p>Words alone.</p>")
    assert [part.get_text() for part in slide.shown] == ["Title"]
    assert [note.get_text() for note in slide.notes] == ["Words alone."]


@pytest.mark.parametrize("title", chapters.LEFT_OUT)
def test_exercises_are_for_the_page_alone(title):
    """A section with such a title has no slides."""
    section = f"<section><h2>{title}</h2>{CELL.format('a')}</section>"
    chapter = parsed(f"<section><h1>Chapter</h1>{section}{section.replace(title, 'B')}</section>")
    stacks = chapters.chapter_slides(chapter)
    assert [[slide.shown[0].get_text() for slide in stack] for stack in stacks] == [
        ["Chapter"],
        ["B"],
    ]


def test_links_are_right_in_the_folder_of_the_slides():
    """They lead to the chapter; a heading has no link to itself."""
    html = '<p><a href="#b">b</a><a href="c.html#d">c</a><a href="https://e/f">e</a></p>'
    html += '<h2>Title<a class="headerlink" href="#t">#</a></h2>'
    part = slides.adapt_to_slides(parsed(f"<article>{html}</article>"), "x.html")
    found = [link["href"] for link in part.select("a")]
    assert found == ["../chapters/x.html#b", "../chapters/c.html#d", "https://e/f"]


def test_a_figure_comes_without_the_code_that_draws_it():
    """And is loaded at once, to be there when the slides are printed."""
    drawn = '<div class="cell_output"><img loading="lazy"></div>'
    cells = CELL.format("plot()").replace("</pre></div>", f"</pre></div>{drawn}") + CELL.format("b")
    part = slides.adapt_to_slides(parsed(f"<article>{cells}</article>"), "x.html")
    assert part.get_text() == "b"
    assert part.select("img:not([loading])")


def test_another_reveal_is_refused(monkeypatch, tmp_path):
    """A file with another hash is named, and what to do is said."""
    monkeypatch.setattr(slides, "REVEAL", tmp_path)
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "reveal.js").write_text("alert()")
    with pytest.raises(
        ValueError, match=r"SHA-256 \w+; expected \w+, that of dist/reveal\.js.*requirements"
    ):
        slides.checked_file("dist/reveal.js")


def test_the_slides_of_the_site_have_a_policy(site):
    """It allows the script of the speaker's window and no other that is written in a page."""
    for name in slides.DECKS:
        html = (site / "slides" / f"{name}.html").read_text(encoding="utf-8")
        page = BeautifulSoup(html, "html.parser")
        declared = page.find("meta", attrs={"http-equiv": policy.HEADER})["content"]
        assert declared == policy.policy(page, slides.speaker_script())
        assert declared.count("sha256-") == 1
        assert page.select("[onclick], [style*=expression], script:not([src])") == []
