"""The download menu of a chapter: it offers the notebook and the text that it was made from."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from tools import execute_notebooks
from tools.website.text_download import add_text_download


@pytest.mark.parametrize(
    "source", execute_notebooks.executable_chapters(), ids=lambda source: source.stem
)
def test_a_chapter_offers_its_notebook_and_its_text(source, site):
    """Both as they stand in chapters/, outputs and all."""
    html = (site / "chapters" / f"{source.stem}.html").read_text(encoding="utf-8")
    page = BeautifulSoup(html, "html.parser")
    links = page.select(".dropdown-download-buttons a[href]")
    found = [(site / "chapters" / link["href"]).resolve() for link in links]
    assert [path.name for path in found] == [f"{source.stem}.ipynb", f"{source.stem}.md"]
    for path in found:
        assert path.read_bytes() == source.with_suffix(path.suffix).read_bytes()


def test_a_theme_without_a_download_menu_is_refused(tmp_path):
    """The page is named, since its text would not be offered."""
    (tmp_path / "a.md").write_text("text")
    env = SimpleNamespace(doc2path=lambda page: str(tmp_path / f"{page}.ipynb"))
    app = SimpleNamespace(env=env, outdir=tmp_path)
    with pytest.raises(ValueError, match="a: the theme must give one download menu; found 0"):
        add_text_download(app, "a", "page.html", {"header_buttons": []}, object())
    assert Path(tmp_path, "_sources", "a.md").read_text() == "text"
