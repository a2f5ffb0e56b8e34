"""The first cell of each chapter finds the package of the course, or says what to type."""

import subprocess
import sys

import pytest
from packaging.requirements import Requirement

from tools.execute_notebooks import read_chapter, readable_chapters
from tools.first_cell import FENCE, chapter_cell, first_cell, repository_package, with_first_cell

HERE = first_cell("", "In this folder, type", "pip install -r requirements.txt")


@pytest.mark.parametrize("page", readable_chapters(), ids=lambda page: page.stem)
def test_every_chapter_begins_with_it(page):
    """It is the first of the cells with code."""
    first = next(cell for cell in read_chapter(page).cells if cell.cell_type == "code")
    assert first.source == chapter_cell(), "`make notebooks` writes it"
    assert first.metadata["tags"] == ["remove-cell"]


def run(code, folder):
    """Return what a program prints as an error that knows the modules of a folder alone."""
    command = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        f"import sys; sys.path.append({str(folder)!r})\n{code}",
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


def test_without_the_package_it_says_what_to_type(tmp_path):
    """Once, as the last line of the error, without another error before it."""
    said = run(HERE, tmp_path)
    assert "In this folder, type: pip install -r requirements.txt (" in said.splitlines()[-1]
    assert said.count("Error") == 1


def test_the_other_program_of_that_name_is_told_apart(tmp_path):
    """It can be imported as `bpkit`, but has no course."""
    (tmp_path / "bpkit.py").write_text("", encoding="utf-8")
    assert "`pip install bpkit` installs another program" in run(HERE, tmp_path).splitlines()[-1]


def test_with_the_package_it_says_nothing(tmp_path):
    """Whatever else the package may need."""
    (tmp_path / "bpkit" / "course").mkdir(parents=True)
    assert run(HERE, tmp_path) == ""


def test_on_colab_alone_it_installs_the_package(tmp_path):
    """From the repository, by the Python that runs the notebook."""
    (tmp_path / "bpkit" / "course").mkdir(parents=True)
    code = first_cell("bpkit-course @ git+https://example.org/course", "here", "this")
    watched = "import subprocess; subprocess.run = lambda *a, **k: print(a, file=sys.stderr)\n"
    assert run(watched + code, tmp_path) == ""
    said = run(f"{watched}sys.modules['google.colab'] = sys\n{code}", tmp_path)
    assert "'pip', 'install', '--quiet', 'bpkit-course @ git+https://example.org/course'" in said


def test_the_repository_is_that_of_the_configuration(tmp_path):
    """While its address is empty, Colab is not offered and the cell has no line for it."""
    config = tmp_path / "_config.yml"
    config.write_text("repository: {url: ''}", encoding="utf-8")
    assert repository_package(tmp_path) == ""
    config.write_text("repository: {url: 'https://example.org/c'}", encoding="utf-8")
    assert repository_package(tmp_path) == "bpkit-course[figures] @ git+https://example.org/c"
    assert Requirement(repository_package(tmp_path)).name == "bpkit-course"


def test_an_older_cell_is_replaced():
    """A chapter never has two of them; one without any gets it before its first cell."""
    text = f"# A chapter\n\n{FENCE}print(1)\n```\n\n{FENCE}print(2)\n```\n"
    once = with_first_cell(text, HERE)
    assert once.index("bpkit.course") < once.index("print(1)")
    assert with_first_cell(with_first_cell(text, chapter_cell()), HERE) == once
