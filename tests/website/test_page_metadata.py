"""The metadata of a page: its description, and its address once the site has one."""

from types import SimpleNamespace

from docutils import nodes
from docutils.utils import new_document

from tools.website import page_metadata as metadata


def test_a_site_with_an_address_names_it():
    """With its address set, a page names itself and the card, which is otherwise left out."""
    url = metadata.page_url("https://course.example/book", "chapters/network")
    assert url == "https://course.example/book/chapters/network.html"
    tags = metadata.meta_tags("a title", "a course", "a text", url)
    assert 'content="https://course.example/book/_static/card.png"' in tags
    assert "og:image" not in metadata.meta_tags("a title", "a course", "a text", "")


def test_a_description_ends_at_a_word(tmp_path):
    """It has the first sentences of the page, and at most as many characters as are shown."""
    page = new_document("page")
    page += nodes.paragraph("", "word " * 100)
    text = metadata.description(page)
    assert text.endswith("word …")
    assert len(text) <= metadata.LENGTH + 2


def test_the_sitemap_names_every_page(tmp_path):
    """By its address; a page that git does not know has no day."""
    env = SimpleNamespace(found_docs={"b", "a"}, doc2path=lambda page: tmp_path / page)
    metadata.write_sitemap(tmp_path, "https://course.example", env)
    text = (tmp_path / "sitemap.xml").read_text(encoding="utf-8")
    assert text.count("<url>") == 2
    assert "<loc>https://course.example/a.html</loc>" in text
