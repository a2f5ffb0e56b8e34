"""The Makefile: what cannot work is refused at once, in a sentence that says what to type."""

import os
import re
import shutil
import subprocess
import tomllib

import pytest

from tools.project import ROOT
from tools.replace_in_foreign_text import replace_once

MAKE = shutil.which("make")
pytestmark = pytest.mark.skipif(
    MAKE is None or os.name == "nt", reason="needs make, and shell scripts as fake Pythons"
)
NEEDED = ("requirements.txt", "constraints.txt", "pyproject.toml", "requirements-site.txt")
FAKE = """#!/bin/sh
case "$*" in
  *sys.version_info*) echo {version};;
  *"-m venv"*) echo venv made by {version}; mkdir -p .venv/bin; cp "$0" .venv/bin/python; : > .venv/bin/pip;;
  *"-m pip"*) exit {pip};;
  *) echo "ran $*";;
esac
"""  # noqa: E501


@pytest.fixture
def project(tmp_path):
    """Return a folder with the Makefile, what it reads, and an empty folder of commands."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in NEEDED:
        (tmp_path / name).touch()
    (tmp_path / "commands").mkdir()
    for name in ("touch", "mkdir", "cp"):
        (tmp_path / "commands" / name).symlink_to(shutil.which(name))
    return tmp_path


def add_python(project, name, version, pip=0):
    """Put a command into the project's folder that answers as a Python of this version."""
    command = project / "commands" / name
    command.write_text(FAKE.format(version=version, pip=pip), encoding="utf-8")
    command.chmod(0o755)


def make(project, *arguments):
    """Run make with the folder of commands alone, and return its exit code and what it said."""
    environment = {"PATH": str(project / "commands")}
    command = [MAKE, "--no-print-directory", *arguments]
    run = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True)
    return run.returncode, run.stdout + run.stderr


@pytest.mark.parametrize("version", ["2.7", "3.10", "3.14"])
def test_a_wrong_python_is_named_with_the_command_that_was_typed(version, project):
    """The versions that would do, the one that was found, and a command that is there."""
    add_python(project, "python3", version)
    add_python(project, "python3.13", "3.13")
    code, said = make(project, "book")
    assert code != 0
    assert f"needs Python 3.11, 3.12 or 3.13; python3 is {version}.\n" in said
    assert "Type: make PYTHON=python3.13 book\n" in said
    assert not (project / ".venv").exists()


def test_without_any_python_it_says_where_to_get_one(project):
    """A sentence, and not only what the shell says of an unknown command."""
    code, said = make(project, "test")
    assert code != 0
    assert "there is no python3 here.\nInstall one from https://www.python.org, and type" in said
    assert "make PYTHON=python3.12 test" in said


def test_other_arguments_are_kept_in_what_to_type(project):
    """The folder of Pyodide is not asked for twice."""
    add_python(project, "python3", "3.10")
    add_python(project, "python3.11", "3.11")
    _, said = make(project, "site", "PYODIDE=.")
    assert "Type: make PYTHON=python3.11 PYODIDE=. site\n" in said


def test_a_python_once_chosen_serves_the_later_verbs(project):
    """Neither the next verb nor changed requirements ask for it again."""
    add_python(project, "python3", "3.10")
    add_python(project, "python3.12", "3.12")
    code, said = make(project, "PYTHON=python3.12", "book")
    assert (code, "venv made by 3.12" in said) == (0, True)
    os.utime(project / "requirements.txt", (2e9, 2e9))
    code, said = make(project, "book")
    assert (code, "venv made" in said) == (0, False)
    assert "-m pip install" in said


def test_a_second_environment_has_the_python_of_the_first(project):
    """Not that of python3."""
    add_python(project, "python3.12", "3.12")
    make(project, "PYTHON=python3.12", "book")
    _, said = make(project, "--dry-run", "site")
    assert ".venv/bin/python -m venv .venv/lite" in said


def test_another_python_makes_the_environment_again(project):
    """If it is asked for, and only if its version is another."""
    add_python(project, "python3.12", "3.12")
    add_python(project, "python3.13", "3.13")
    make(project, "PYTHON=python3.12", "book")
    assert "venv made" not in make(project, "PYTHON=python3.12", "book")[1]
    assert "venv made by 3.13" in make(project, "PYTHON=python3.13", "book")[1]


def test_without_a_network_it_says_so_after_pip(project):
    """Whatever pip printed, the last sentence says what to do."""
    add_python(project, "python3", "3.12", pip=1)
    code, said = make(project, "book")
    assert code != 0
    assert "could not be installed" in said
    assert "go online, and type again: make book\n" in said
    assert not (project / ".venv" / "ready").exists()


def test_a_folder_of_pyodide_that_is_not_there_is_refused_first(project):
    """Before an environment is made or a page built."""
    add_python(project, "python3", "3.12")
    code, said = make(project, "site", "PYODIDE=/nowhere")
    assert code != 0
    assert "There is no folder /nowhere. Name one that exists: make site PYODIDE=FOLDER." in said
    assert not (project / ".venv").exists()


def test_pyodide_is_fetched_before_anything_is_built(project):
    """A file that cannot be had is known at once."""
    add_python(project, "python3", "3.12")
    _, said = make(project, "--dry-run", "site")
    steps = ["fetch_pyodide", "-m venv .venv/lite", "tools.build_book"]
    assert steps == sorted(steps, key=said.index)


def test_a_folder_that_cannot_be_written_to_is_refused_first(project):
    """With the way out; the list of verbs can be read all the same."""
    add_python(project, "python3", "3.12")
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    read_only = replace_once(text, "test -w $$each", "false", file="Makefile")  # root may write
    (project / "Makefile").write_text(read_only, encoding="utf-8")
    code, said = make(project, "book")
    assert code != 0
    assert f"The folder {project} cannot be written to: copy it to one of your own" in said
    (project / "commands" / "awk").symlink_to(shutil.which("awk"))
    assert make(project, "help")[0] == 0


def test_the_last_line_of_a_build_is_what_to_type_next(project):
    """For the site that a server shows has more than its files."""
    add_python(project, "python3", "3.12")
    assert make(project, "book")[1].endswith("To read the course, type: make serve\n")


def test_a_site_that_is_not_built_is_built_before_it_is_served(project):
    """And one that is there is served as it is."""
    add_python(project, "python3", "3.12")
    _, said = make(project, "serve")
    assert said.index("ran -m tools.build_book") < said.index("ran -m tools.serve_site")
    (project / "_build" / "html").mkdir(parents=True)
    (project / "_build" / "html" / "index.html").touch()
    assert "build_book" not in make(project, "serve")[1]


def test_the_versions_are_those_of_the_package_and_of_the_workflow():
    """The Makefile, pyproject.toml and the tests on other systems agree."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    versions = re.search(r"^VERSIONS := (.*)$", makefile, re.MULTILINE)[1].split()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    least, beyond = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", project["requires-python"]).groups()
    assert versions == [f"3.{minor}" for minor in range(int(least), int(beyond))]
    workflow = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    assert re.findall(r'"(3\.\d+)"', re.search(r"python: \[.*\]", workflow)[0]) == versions
    assert f"{', '.join(versions[:-1])} or {versions[-1]}" in makefile
