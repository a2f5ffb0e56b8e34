"""The Python of a page that runs: what it sends, and what it refuses to edit."""

import importlib.util
import sys
import types
from pathlib import Path

import pytest

from tools.browser_python import compile_packages


@pytest.fixture
def session(monkeypatch):
    """Import the session with a stand-in for Pyodide's own function, which runs a cell."""
    code = types.ModuleType("pyodide.code")
    code.eval_code = lambda source, names, filename: exec(compile(source, filename, "exec"), names)
    monkeypatch.setitem(sys.modules, "pyodide", types.ModuleType("pyodide"))
    monkeypatch.setitem(sys.modules, "pyodide.code", code)
    monkeypatch.delitem(sys.modules, "matplotlib.pyplot", raising=False)  # and other tests' figures
    path = Path(compile_packages.__file__).with_name("run") / "python_session.py"
    spec = importlib.util.spec_from_file_location("python_session", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_matplotlibs_list_of_fonts_gets_the_expected_version(session, tmp_path):
    """Nothing else in the list changes."""
    fonts = tmp_path / "fontlist.json"
    fonts.write_text('{"_version": 390, "ttflist": []}', encoding="utf-8")
    session.correct_font_list(fonts)
    assert fonts.read_text(encoding="utf-8") == '{"_version": 330, "ttflist": []}'


@pytest.mark.parametrize("version", [330, 391])
def test_a_list_of_fonts_of_another_version_is_refused(session, tmp_path, version):
    """Another Pyodide must not be slow without a word: the message names the file."""
    fonts = tmp_path / "fontlist.json"
    fonts.write_text(f'{{"_version": {version}}}', encoding="utf-8")
    message = r'fontlist\.json must contain "_version": 390 exactly once; found 0 times'
    with pytest.raises(ValueError, match=message):
        session.correct_font_list(fonts)


def test_printed_text_comes_before_the_error_that_follows_it(session):
    """The traceback starts in the cell, and sys.stdout is the usual one afterwards."""
    sent, usual = [], sys.stdout
    session.run_cell("print(1)\nprint(2)\n1 / 0", "<cell 1>", sent.append)
    *printed, error = sent
    assert "".join(output["text"] for output in printed) == "1\n2\n"
    assert (error["ename"], error["evalue"]) == ("ZeroDivisionError", "division by zero")
    assert '"<cell 1>", line 3' in error["traceback"][1]
    assert sys.stdout is usual


def test_a_value_is_sent_in_all_its_forms(session):
    """Its text, and each form that a method of it returns; bytes in base64."""

    class Shown:
        def __repr__(self):
            return "text"

        def _repr_html_(self):
            return "<b>text</b>"

        def _repr_png_(self):
            return b"png"

    bundle = {"text/plain": "text", "text/html": "<b>text</b>", "image/png": "cG5n\n"}
    assert session.mime_bundle(Shown()) == bundle


def test_magics_are_left_out_of_cells_that_are_not_python(session):
    """A line of Python that starts with a percent sign stays."""
    assert session.without_magics("%matplotlib inline\nx = 1") == "pass\nx = 1"
    assert session.without_magics("x = (7\n% 4)") == "x = (7\n% 4)"
