"""The download menu of a chapter: it offers the notebook and the text that it was made from."""

from pathlib import Path
from types import SimpleNamespace
from zipfile import ZipFile

import nbformat
import pytest
from bs4 import BeautifulSoup

from tools import execute_notebooks
from tools.student_notebooks import chapter_notebooks, student_notebook
from tools.website.markdown_download import add_markdown_download


@pytest.mark.parametrize(
    "source", execute_notebooks.readable_chapters(), ids=lambda source: source.stem
)
def test_a_chapter_offers_its_notebook_and_its_text(source, site):
    """The notebook as any Jupyter shows it, and the text as it is in chapters/."""
    html = (site / "chapters" / f"{source.stem}.html").read_text(encoding="utf-8")
    page = BeautifulSoup(html, "html.parser")
    links = page.select(".dropdown-download-buttons a[href]")
    found = [(site / "chapters" / link["href"]).resolve() for link in links]
    assert [path.name for path in found] == [f"{source.stem}.ipynb", f"{source.stem}.md"]
    assert nbformat.read(found[0], 4) == student_notebook(source.stem)
    assert found[1].read_bytes() == source.read_bytes()


def test_the_landing_page_offers_all_notebooks(site):
    """In a zip file, with the package and what to install."""
    page = BeautifulSoup((site / "index.html").read_text(encoding="utf-8"), "html.parser")
    (link,) = page.select('a[href$=".zip"]')
    with ZipFile(site / link["href"]) as archive:
        names = {Path(name).name for name in archive.namelist()}
    assert {f"{page}.ipynb" for page in chapter_notebooks()} < names
    assert {"requirements.txt", "README.md"} < names


def test_a_theme_without_a_download_menu_is_refused(tmp_path):
    """The page is named, since its text would not be offered."""
    (tmp_path / "a.md").write_text("text")
    env = SimpleNamespace(doc2path=lambda page: str(tmp_path / f"{page}.ipynb"))
    app = SimpleNamespace(env=env, outdir=tmp_path)
    with pytest.raises(ValueError, match="a: the theme must give one download menu; found 0"):
        add_markdown_download(app, "a", "page.html", {"header_buttons": []}, object())
    assert Path(tmp_path, "_sources", "a.md").read_text() == "text"
