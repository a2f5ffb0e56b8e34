"""Write a notebook with the same bytes every time."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    """Write the notebook as it is committed: sorted keys, one space, line feeds."""
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
