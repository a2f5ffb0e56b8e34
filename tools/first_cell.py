"""The first cell of each chapter: it finds the package of the course, or says what to type."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from tools.project import ROOT

FENCE = "```{code-cell} ipython3\n"
TAGGED = f"{FENCE}:tags: [remove-cell]\n\n"
MARK = "# This cell looks for the package of the course, bpkit-course."
COLAB = """\
import subprocess
import sys

if "google.colab" in sys.modules:
    package = "{package}"
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", package], check=True)
"""
IMPORT = """\
try:
    import bpkit.course
except ImportError:
    raise ImportError(
        "This notebook needs the package of the course, bpkit-course. "
        "{where}: {command} "
        "(`pip install bpkit` installs another program). Then restart the kernel."
    ) from None
"""


def repository_package(root: Path = ROOT) -> str:
    """Return what pip installs the package from: the repository of _config.yml, "" if none."""
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    address = config["repository"]["url"]
    return f"bpkit-course[figures] @ git+{address}" if address else ""


def first_cell(package: str, where: str, command: str) -> str:
    """Return the cell's code.

    Parameters
    ----------
    package : str
        What pip installs on Colab, which has no copy of the course; "" for no such lines.
    where, command : str
        Where to type what if the package is missing: the end of a sentence, and the command.
    """
    colab = COLAB.format(package=package) if package else ""
    return f"{MARK}\n{colab}{IMPORT.format(where=where, command=command)}".rstrip("\n")


def chapter_cell(root: Path = ROOT) -> str:
    """Return the code of the first cell of a chapter in the repository."""
    package = repository_package(root)
    return first_cell(
        package,
        "In a terminal, in the folder of the course, type",
        "pip install -r requirements-student.txt",
    )


def with_first_cell(text: str, code: str) -> str:
    """Return a chapter's text in which the first cell has this code."""
    block = f"{TAGGED}{code}\n```\n\n"
    old = re.compile(rf"{re.escape(TAGGED + MARK)}\n.*?^```\n\n", re.MULTILINE | re.DOTALL)
    rest = old.sub("", text)
    return rest.replace(FENCE, block + FENCE, 1)
