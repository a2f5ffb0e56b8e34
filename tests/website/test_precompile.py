"""The compiler of the packages for the reader's browser: what is imported is what was written."""

import importlib
import sys
import zipfile

import pytest

from tools.browser_python.precompile import compile_archive

SOURCES = {
    "ours/__init__.py": "from ours.part import two\n",
    "ours/part.py": "def two():\n    return 2\n",
    "ours/template.py": "{% not Python %}\n",
    "ours/data.txt": "text\n",
}


@pytest.fixture
def archive(tmp_path):
    """Return an archive of a small package."""
    file = tmp_path / "ours.whl"
    with zipfile.ZipFile(file, "w") as target:
        for name, text in SOURCES.items():
            target.writestr(name, text)
    return file


def names(archive):
    """Return the names in an archive."""
    with zipfile.ZipFile(archive) as target:
        return target.namelist()


def test_a_compiled_archive_is_imported_without_its_sources(archive, monkeypatch):
    """Tracebacks name the file by the place where Pyodide has it."""
    compile_archive(str(archive), place="/there")
    monkeypatch.syspath_prepend(archive)
    ours = importlib.import_module("ours")
    monkeypatch.delitem(sys.modules, "ours")
    monkeypatch.delitem(sys.modules, "ours.part")
    assert ours.two() == 2
    assert ours.two.__code__.co_filename == "/there/ours/part.py"


def test_only_modules_are_compiled_and_nothing_is_lost(archive):
    """A template that ends in .py but is no Python stays, like any other file."""
    compile_archive(str(archive))
    assert names(archive) == [
        "ours/__init__.pyc",
        "ours/part.pyc",
        "ours/template.py",
        "ours/data.txt",
    ]


def test_sources_stay_where_a_reader_may_want_to_see_them(archive):
    """Bytecode beside its source lies where Python looks for it."""
    compile_archive(str(archive), keep_sources=True)
    assert names(archive)[:2] == ["ours/__init__.py", "ours/__pycache__/__init__.cpython-312.pyc"]


def test_the_same_archive_is_compiled_to_the_same_bytes(archive):
    """No time of day enters the archive, so that its hash is the same each time."""
    copy = archive.with_name("copy.whl")
    copy.write_bytes(archive.read_bytes())
    compile_archive(str(archive))
    compile_archive(str(copy))
    assert archive.read_bytes() == copy.read_bytes()
