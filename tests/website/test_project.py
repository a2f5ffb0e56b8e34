"""The project's folders and its table of contents."""

from tools.project import CHAPTERS, ROOT, toc_pages


def test_the_table_of_contents_names_every_chapter_once_in_order():
    """The landing page comes first; each other page is a file of chapters/."""
    first, *others = toc_pages()
    assert first == "index"
    assert len(others) == len(set(others)) > 10
    assert all(any(ROOT.glob(f"{name}.*")) for name in others)
    assert others.index("chapters/network") < others.index("chapters/delta-recursion")
    assert CHAPTERS == ROOT / "chapters"


def test_the_ending_of_a_notebook_is_left_out(tmp_path):
    """A page is called the same whether its source is a notebook or not."""
    toc = "root: index\nchapters:\n- file: chapters/a.ipynb\n- file: chapters/b\n"
    (tmp_path / "_toc.yml").write_text(toc, encoding="utf-8")
    assert toc_pages(tmp_path) == ["index", "chapters/a", "chapters/b"]
