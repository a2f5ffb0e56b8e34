"""What the walks share: a clone of the project, and environments with what a user would have."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MINORS = ("3.11", "3.12", "3.13")
OF_MAKE = ("MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "PYTHON", "PYTHONPATH", "VIRTUAL_ENV")


def plain_environment(**more: str) -> dict[str, str]:
    """Return the environment of a terminal: nothing of the make that may run this."""
    return {name: value for name, value in os.environ.items() if name not in OF_MAKE} | more


def find_pythons() -> dict[str, str]:
    """Return a Python of each supported version that this machine has, by version."""
    found = {}
    for minor in MINORS:
        installed = sorted(Path.home().glob(f".pyenv/versions/{minor}.*/bin/python"))
        named = shutil.which(f"python{minor}")
        if f"{sys.version_info[0]}.{sys.version_info[1]}" == minor:
            found[minor] = sys.executable
        elif installed or named:
            found[minor] = str(installed[-1]) if installed else str(named)
    return found


def run(*command: str | Path, cwd: Path) -> str:
    """Return what a command prints; it must succeed."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=plain_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def environment(folder: Path, python: str, *requirements: str, cwd: Path) -> Path:
    """Make an environment, install what pip is told to, and return the folder of its programs."""
    run(python, "-m", "venv", folder, cwd=cwd)
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    pip = [programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(*pip, *requirements, cwd=cwd)
    return programs


def tracked_files() -> list[str]:
    """Return the files of the project that git knows, and that are there."""
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    return [name for name in listed.splitlines() if (ROOT / name).is_file()]


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project without anything that was made in it."""
    copy = tmp_path_factory.mktemp("clone") / "course"
    for name in tracked_files():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    return copy
