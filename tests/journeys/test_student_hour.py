"""A student's first hour: their own notebooks, and those of hosted services, run to the end."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from conftest import environment, find_pythons, plain_environment, run
from tools.first_cell import MARK, first_cell
from tools.student_notebooks import chapter_notebooks

PROGRAMS = "Scripts" if sys.platform == "win32" else "bin"
MIB = 2**20


@pytest.fixture(scope="module", params=find_pythons().items(), ids=lambda item: item[0])
def copy(project, tmp_path_factory, request):
    """Return the folder that `make copy` gives to a student, for each Python."""
    folder = tmp_path_factory.mktemp("student") / "my notebooks"
    said = run("make", f"PYTHON={request.param[1]}", "copy", f"TO={folder}", cwd=project)
    assert said.endswith("jupyter lab\n")
    return folder


def execute(python: Path, notebook: Path) -> subprocess.CompletedProcess[str]:
    """Run a notebook, as the student's Jupyter does, and write it back with what it printed."""
    command = [python, "-m", "jupyter", "nbconvert", "--execute", "--inplace", "--log-level=WARN"]
    env = plain_environment(PATH=f"{python.parent}{os.pathsep}{os.environ['PATH']}")
    return subprocess.run(
        [*command, notebook.name], cwd=notebook.parent, env=env, capture_output=True, text=True
    )


def printed(notebook: Path) -> list[str]:
    """Return the text that each cell prints."""
    cells = nbformat.read(notebook, 4).cells
    return ["".join(o.get("text", "") for o in cell.get("outputs", [])) for cell in cells]


def test_each_notebook_runs_alone_in_an_empty_folder(copy, tmp_path):
    """With the student's Python and nothing else, and prints what is stored in it."""
    python = copy / ".venv" / PROGRAMS / "python"
    for page in chapter_notebooks():
        alone = tmp_path / page / f"{page}.ipynb"
        alone.parent.mkdir()
        shutil.copy(copy / alone.name, alone)
        done = execute(python, alone)
        assert done.returncode == 0, f"{page}: {done.stderr}"
        assert printed(alone) == printed(copy / alone.name)


def test_what_a_student_installs_is_small(copy):
    """A third of what the authors need."""
    size = sum(file.stat().st_size for file in (copy / ".venv").rglob("*") if file.is_file())
    assert size < 450 * MIB, f"{size / MIB:.0f} MiB"


def test_a_second_copy_leaves_the_first_alone(project, copy):
    """Nothing in it is written again."""
    done = subprocess.run(
        ["make", "copy", f"TO={copy}"], cwd=project, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "has notebooks already, and what you wrote in them stays" in done.stdout


@pytest.fixture(scope="module")
def notebooks(project, tmp_path_factory):
    """Return the folder that the zip file of the site has, without a Python of its own."""
    folder = tmp_path_factory.mktemp("zip") / "notebooks"
    run(sys.executable, "-m", "tools.student_notebooks", folder, cwd=project)
    return folder


def test_the_zip_file_of_the_site_can_be_installed(notebooks, tmp_path):
    """What it says to type, in its folder, in a new environment."""
    programs = environment(
        tmp_path / "env", sys.executable, "-r", "requirements.txt", cwd=notebooks
    )
    done = execute(programs / "python", notebooks / "delta-recursion.ipynb")
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """Return a Python that runs notebooks and has nothing of the course."""
    folder = tmp_path_factory.mktemp("bare")
    programs = environment(
        folder / "env", sys.executable, "nbconvert", "ipykernel", "matplotlib", cwd=folder
    )
    return programs / "python"


def test_without_the_package_a_notebook_stops_and_says_what_to_type(notebooks, bare, tmp_path):
    """At its first cell; also where the other program of that name is installed."""
    notebook = Path(shutil.copy(notebooks / "network.ipynb", tmp_path))
    said = "in its folder type: pip install -r requirements.txt (`pip install bpkit` installs"
    assert said in execute(bare, notebook).stderr.strip().splitlines()[-1]
    (tmp_path / "bpkit.py").write_text("", encoding="utf-8")
    assert said in execute(bare, notebook).stderr.strip().splitlines()[-1]


def test_a_notebook_on_colab_installs_the_package_itself(project, bare, tmp_path):
    """In an environment without it, from the repository that the cell names."""
    repository = shutil.copytree(project, tmp_path / "repository")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    run("git", "init", "--quiet", cwd=repository)
    run("git", "add", "--all", cwd=repository)
    run(*git, "commit", "--quiet", "-m", "all", cwd=repository)
    notebook = nbformat.read(repository / "chapters" / "network.ipynb", 4)
    cell = next(cell for cell in notebook.cells if cell.source.startswith(MARK))
    colab = "import sys; sys.modules['google.colab'] = sys\n"
    cell.source = colab + first_cell(f"git+{repository.as_uri()}", "here", "this")
    nbformat.write(notebook, tmp_path / "network.ipynb")
    done = execute(bare, tmp_path / "network.ipynb")
    assert done.returncode == 0, done.stderr


def test_binders_environment_runs_the_chapters(project, tmp_path):
    """Its small requirements suffice for the notebooks of the repository."""
    programs = environment(
        tmp_path / "env", sys.executable, "-r", ".binder/requirements.txt", cwd=project
    )
    chapters = shutil.copytree(project / "chapters", tmp_path / "chapters")
    for page in ("network", "cost"):
        done = execute(programs / "python", chapters / f"{page}.ipynb")
        assert done.returncode == 0, done.stderr


def test_answers_are_kept_and_taken_along(project, tmp_path):
    """`make notebooks` refuses a notebook with a filled-in function; a copy has the answer."""
    course = shutil.copytree(project, tmp_path / "course")
    notebook = course / "chapters" / "network.ipynb"
    stub, answer = "def output(network, X): ...", r"def output(network, X):\n    return 1"
    text = notebook.read_text(encoding="utf-8")
    assert stub in text
    notebook.write_text(text.replace(stub, answer), encoding="utf-8")
    tool = [sys.executable, "-m", "tools.execute_notebooks", "network"]
    done = subprocess.run(tool, cwd=course, capture_output=True, text=True)
    assert "not overwritten:\n  network.ipynb: output\n" in done.stderr
    run(sys.executable, "-m", "tools.student_notebooks", "mine", cwd=course)
    for kept in (notebook, course / "mine" / "network.ipynb"):
        sources = [cell.source for cell in nbformat.read(kept, 4).cells]
        assert any("def output(network, X):\n    return 1" in source for source in sources)
