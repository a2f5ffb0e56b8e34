"""The wheel: the package, installed, checks the equations of the chapters that it carries."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bpkit.course import chapter_equations

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Return the folder with the unpacked wheel of the project."""
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "project"
    ignored = shutil.ignore_patterns(".*", "_build", "__pycache__", "*.ipynb")
    shutil.copytree(ROOT, copy, ignore=ignored)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=copy, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    shutil.unpack_archive(wheel, folder / "unpacked", "zip")
    return folder / "unpacked"


def run(installed, program):
    """Return what a program prints that knows the package from the wheel alone."""
    outcome = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"import bpkit; print(bpkit.__file__); {program}"],
        cwd=installed.parent,
        env=os.environ | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    where, *printed = outcome.stdout.splitlines() or [outcome.stderr]
    assert Path(where).is_relative_to(installed), outcome.stderr
    return "\n".join(printed) + outcome.stderr


def test_check_works_from_the_wheel(installed):
    """It carries the chapters, their order and the notation."""
    asked = "from bpkit.course import check; print(check('start'))"
    assert run(installed, asked).startswith("holds")
    every = "from bpkit.course import chapter_equations; print(*chapter_equations.equations())"
    assert run(installed, every).split() == list(chapter_equations.equations())


def test_the_questions_are_asked_from_the_wheel(installed):
    """It carries those of every chapter."""
    asked = "from bpkit.course import ask; print(repr(ask('cost')).splitlines()[-1])"
    assert run(installed, asked) == "Correct answers: 1 C, 2 A, 3 D, 4 B, 5 A."


def test_check_refuses_from_the_wheel(installed):
    """What it reads are the chapters that the wheel carries."""
    chapter = installed / "bpkit" / "chapters" / "gradient-evaluation.md"
    text = chapter.read_text(encoding="utf-8")
    chapter.write_text(text.replace("= -\\sum", "= \\sum"), encoding="utf-8")
    said = run(installed, "from bpkit.course import check; check('start')")
    chapter.write_text(text, encoding="utf-8")
    assert "gradient-evaluation, start: the sides differ: they have opposite signs" in said
