"""Building the book: again if anything that it is made from has changed, and only then."""

import os

import pytest

from tools import build_book
from tools.project import ROOT

FILES = ("_config.yml", "references.bib", "index.md", "_static/a.css", "bpkit/a.py", "tools/b/a.js")


@pytest.fixture
def book(tmp_path, monkeypatch):
    """Return a function that builds a small project, and says how often pages were written."""
    monkeypatch.delenv(build_book.MODE, raising=False)
    toc = "root: index\nchapters:\n- file: chapters/a.ipynb\n"
    for name in (*FILES, "chapters/a.ipynb", "chapters/a.md", "_toc.yml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(toc if name == "_toc.yml" else name, encoding="utf-8")
    site = tmp_path / "_build" / "html"
    builds = []

    def write_pages(root, site):
        builds.append(root)
        site.mkdir(parents=True, exist_ok=True)
        (site / "objects.inv").touch()
        return build.exit_code

    def build():
        build_book.main(tmp_path, site)
        return len(builds)

    build.exit_code = 0
    build.root, build.site = tmp_path, site
    monkeypatch.setattr(build_book, "run_jupyter_book", write_pages)
    return build


def test_a_second_build_with_nothing_changed_writes_no_page(book, capsys):
    """It says so; a new date of a file is no change, and neither are caches."""
    assert book() == 1
    os.utime(book.root / "index.md")
    cache = book.root / "tools" / "__pycache__"
    cache.mkdir()
    (cache / "a.pyc").touch()
    (book.root / "chapters" / ".ipynb_checkpoints").mkdir()
    (book.root / "chapters" / ".ipynb_checkpoints" / "a.ipynb").touch()
    assert book() == 1
    assert "Nothing has changed" in capsys.readouterr().out


@pytest.mark.parametrize("name", [*FILES, "chapters/a.ipynb", "chapters/a.md"])
def test_a_changed_input_builds_again(name, book):
    """A chapter, a style, a script, a module or a setting."""
    assert book() == 1
    (book.root / name).write_text("changed", encoding="utf-8")
    assert book() == 2
    assert book() == 2


def test_a_new_input_and_a_deleted_one_build_again(book):
    """In whatever folder."""
    assert book() == 1
    (book.root / "_static" / "new.css").touch()
    assert book() == 2
    (book.root / "_static" / "new.css").unlink()
    assert book() == 3


def test_the_site_to_run_in_the_browser_is_another(book, monkeypatch):
    """Its pages have buttons, and those of the book have none."""
    assert book() == 1
    monkeypatch.setenv(build_book.MODE, "1")
    assert book() == 2
    assert book() == 2


def test_a_build_that_failed_is_repeated(book):
    """It fails again, with the exit code of Jupyter Book."""
    book.exit_code = 3
    for _ in range(2):
        with pytest.raises(SystemExit, match=r"^3$"):
            book()
    book.exit_code = 0
    assert book() == 3
    assert book() == 3


def test_pages_written_by_another_build_are_written_again(book):
    """Whoever runs Jupyter Book themselves may have asked for other pages."""
    assert book() == 1
    os.utime(book.site / "objects.inv", (2e9, 2e9))
    assert book() == 2


def test_a_deleted_site_is_built_again(book):
    """Although its inputs are recorded elsewhere."""
    assert book() == 1
    (book.site / "objects.inv").unlink()
    assert book() == 2


def test_the_inputs_of_this_course_are_found():
    """Each kind of them: a chapter, its data, a page, a style, a tool's script, the package."""
    found = set(build_book.input_hashes(ROOT))
    for name in (
        "chapters/network.ipynb", "chapters/explorer.json", "index.md", "_static/course.css",
        "tools/browser_python/run/cell.js", "bpkit/network.py", "_config.yml", "_toc.yml",
        "constraints.txt",
    ):  # fmt: skip
        assert name in found
    assert not [name for name in found if "__pycache__" in name or name.endswith(".pyc")]
