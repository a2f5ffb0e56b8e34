"""Compiled packages for the reader's browser: what is imported is what was written."""

import importlib
import sys
import zipfile

import pytest

from tools.browser_python.compile_packages import compile_all, compile_archive

SOURCES = {
    "ours/__init__.py": "from ours.part import two\n",
    "ours/part.py": "def two():\n    return 2\n",
    "ours/template.py": "{% not Python %}\n",
    "ours/data.txt": "text\n",
}


@pytest.fixture
def archive(tmp_path):
    """Return an archive of a small package."""
    return zip_file(tmp_path / "ours.whl")


def zip_file(file):
    """Write the small package into an archive and return it."""
    with zipfile.ZipFile(file, "w") as target:
        for name, text in SOURCES.items():
            target.writestr(name, text)
    return file


def names(archive):
    """Return the names in an archive."""
    with zipfile.ZipFile(archive) as target:
        return target.namelist()


def test_a_compiled_archive_is_imported_without_its_sources(archive, monkeypatch):
    """Tracebacks name the file by the path where Pyodide unpacks it."""
    compile_archive(archive, "/packages")
    monkeypatch.syspath_prepend(archive)
    ours = importlib.import_module("ours")
    monkeypatch.delitem(sys.modules, "ours")
    monkeypatch.delitem(sys.modules, "ours.part")
    assert ours.two() == 2
    assert ours.two.__code__.co_filename == "/packages/ours/part.py"


def test_only_modules_are_compiled_and_nothing_is_lost(archive):
    """A template that ends in .py but is not Python stays, like any other file."""
    compile_archive(archive, "/packages")
    assert names(archive) == [
        "ours/__init__.pyc",
        "ours/part.pyc",
        "ours/template.py",
        "ours/data.txt",
    ]


def test_kept_sources_have_their_bytecode_where_python_looks_for_it(archive):
    """The name of the bytecode contains the version of the Python that compiled it."""
    compile_archive(archive, "/packages", keep_sources=True)
    tag = sys.implementation.cache_tag
    assert names(archive)[:2] == ["ours/__init__.py", f"ours/__pycache__/__init__.{tag}.pyc"]


def test_of_all_packages_bpkit_alone_keeps_its_sources(tmp_path):
    """A reader may want to see them; the standard library is compiled, too."""
    files = [
        zip_file(tmp_path / name)
        for name in ("bpkit_course-0.1.0-py3-none-any.whl", "ours.whl", "python_stdlib.zip")
    ]
    compile_all(str(tmp_path))
    assert ["ours/part.py" in names(file) for file in files] == [True, False, False]


def test_the_same_archive_is_compiled_to_the_same_bytes(archive):
    """No time of day enters the archive, so that its hash is the same each time."""
    copy = archive.with_name("copy.whl")
    copy.write_bytes(archive.read_bytes())
    compile_archive(archive, "/packages")
    compile_archive(copy, "/packages")
    assert archive.read_bytes() == copy.read_bytes()
