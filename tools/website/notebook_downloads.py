"""What a student downloads from the site: the notebook of each chapter, and all in a zip file."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx

from tools.student_notebooks import chapter_notebooks, student_notebook, write_archive
from tools.write_notebook import write_notebook


def write_downloads(app: Sphinx, exception: Exception | None) -> None:
    """Replace the notebooks of the built site by those for students, and add the zip file."""
    if exception or app.builder.name != "html":
        return
    site = Path(app.outdir)
    for page in chapter_notebooks():
        write_notebook(student_notebook(page), site / "_sources" / "chapters" / f"{page}.ipynb")
    write_archive(site)
