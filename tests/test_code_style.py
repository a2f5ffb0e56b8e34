"""Style, formatting and types: the tools' own verdicts, so that one command checks everything."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


# A page shows 84 columns of a cell without scrolling.
CELLS = "ruff format --check --isolated --line-length 84 chapters"


@pytest.mark.parametrize("command", ["ruff check", "ruff format --check", CELLS, "mypy"])
def test_the_code_satisfies(command):
    """The tool, as configured in pyproject.toml, finds nothing."""
    run = subprocess.run(
        [sys.executable, "-m", *command.split()], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr
