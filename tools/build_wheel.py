"""Build the wheel of the package, which also has the text and the data of the chapters."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tools.project import ROOT


def build_wheel(folder: Path) -> Path:
    """Build the wheel into a folder, with the pinned hatchling, and return its path."""
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", folder, ROOT], check=True)
    return next(folder.glob("bpkit_course-*.whl"))
