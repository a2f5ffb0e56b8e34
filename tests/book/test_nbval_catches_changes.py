"""Strict nbval: code that no longer gives its stored outputs is caught, however close they are."""

import subprocess
import sys
from xml.etree import ElementTree

import nbformat
import pytest

from tools import execute_notebooks
from tools.project import ROOT

PLOT = "plt.plot({} * np.linspace(0, 1, 50) ** 2)\nplt.ylim(0, 1.1)\nplt.show()"
RAISE = "raise {}('{} rows against 3')"
SHOW = "{}\ndisplay({{'loss': 0.25}})\n{}"

# What a cell ran when its outputs were stored, what it says now, and what has to be reported.
CHANGES = {
    "a number": ("print(0.25)", "print(0.26)", "The stdout stored is\n0.25\n"),
    "a result": ("{'loss': 0.25}", "{'loss': 0.26}", "The execute_result text/plain stored is"),
    "a curve": (PLOT.format(1.00), PLOT.format(1.01), "The image differs by"),
    "a size": (PLOT.format(1), "plt.figure(figsize=(4, 3))\n" + PLOT.format(1), "The image stored"),
    "a figure": (PLOT.format(1), "plt.close()", "those made now are []"),
    "a lost output": ("print(1)", "pass", "stored are ['stdout'], those made now are []"),
    "a new output": ("pass", "print(1)", "stored are [], those made now are ['stdout']"),
    "order": (SHOW.format("print(1)", ""), SHOW.format("", "print(1)"), "those made now are"),
    "place": (
        SHOW.format("print('a\\nb')", ""),
        SHOW.format("print('a')", "print('b')"),
        "made now",
    ),
    "type": ("1 + 1", "display(1 + 1)", "['display_data text/plain']"),
    "message": (RAISE.format("ValueError", 4), RAISE.format("ValueError", 5), "ValueError: 5 rows"),
    "exception": (RAISE.format("ValueError", 4), RAISE.format("TypeError", 4), "TypeError: 4 rows"),
    "no exception": (RAISE.format("ValueError", 4), "pass", "those made now are []"),
    "a failure": ("print(1)", "print(undefined)", "Cell execution caused an exception"),
    "skip": ("print(1)", "# NBVAL_SKIP\nprint(2)", "its metadata give no `reason`"),
    "ignore": ("print(1)", "# NBVAL_IGNORE_OUTPUT\nprint(2)", "its metadata give no `reason`"),
}


def make_notebook(sources):
    """Return a notebook of these cells; those that raise are tagged as expected to."""
    cells = [nbformat.v4.new_code_cell("import matplotlib.pyplot as plt\nimport numpy as np")]
    for source in sources:
        tags = ["raises-exception"] if source.startswith("raise") else []
        cells.append(nbformat.v4.new_code_cell(source, metadata={"tags": tags}))
    return nbformat.v4.new_notebook(cells=cells)


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """Run a notebook and its changed copy; return what is reported on each cell, '' if nothing."""
    folder = tmp_path_factory.mktemp("changes")
    then, now, _ = zip(*CHANGES.values(), strict=True)
    book = make_notebook([*then, "print(1)", "print(1)", "print(1)"])
    execute_notebooks.execute(book, folder)
    execute_notebooks.write_notebook(book, folder / "unchanged.ipynb")
    for cell, source in zip(book.cells[1:], now, strict=False):
        cell.source = source
    book.cells[-3].update(execution_count=None, outputs=[])
    book.cells[-2].metadata = {"tags": ["nbval-skip"]}
    book.cells[-1].metadata = {"tags": ["nbval-ignore-output"], "reason": "it differs each time"}
    book.cells[-1].outputs[0].text = "2"
    execute_notebooks.write_notebook(book, folder / "changed.ipynb")
    return pytest_reports(folder)


def pytest_reports(folder):
    """Run pytest on a folder's notebooks with this project's conftest.py and configuration."""
    report = folder / "report.xml"
    options = ["-c", "pyproject.toml", "-p", "conftest", "--rootdir", folder, "--junit-xml", report]
    subprocess.run(
        [sys.executable, "-m", "pytest", *options, folder], cwd=ROOT, capture_output=True
    )
    return {
        (case.get("classname").removesuffix(".ipynb"), case.get("name")): case.findtext(
            "failure", ""
        )
        for case in ElementTree.parse(report).iter("testcase")
    }


def test_an_unchanged_notebook_passes(reports):
    """Running the same code again gives no report, figures and expected errors included."""
    unchanged = [report for (book, _), report in reports.items() if book == "unchanged"]
    assert unchanged == [""] * (len(CHANGES) + 4)


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_output_is_caught(reports, change):
    """The report names the notebook and the cell and says what differs."""
    cell = f"Cell {list(CHANGES).index(change) + 1}"
    report = reports["changed", cell]
    assert f"changed.ipynb, {cell}: " in report
    assert CHANGES[change][2] in report


def test_a_cell_never_executed_is_refused(reports):
    """A cell that stores nothing to compare does not pass for one that was compared."""
    assert "was never executed" in reports["changed", f"Cell {len(CHANGES) + 1}"]


def test_a_skip_by_tag_needs_a_reason_too(reports):
    """A tag alone does not exempt a cell."""
    assert "give no `reason`" in reports["changed", f"Cell {len(CHANGES) + 2}"]


def test_a_skip_with_a_reason_is_granted(reports):
    """A cell whose metadata say why it is not compared is only run."""
    assert reports["changed", f"Cell {len(CHANGES) + 3}"] == ""
