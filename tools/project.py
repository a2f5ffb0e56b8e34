"""The project's folders, and the pages of the course in their order."""

from __future__ import annotations

from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
CHAPTERS = ROOT / "chapters"
BUILT = ROOT / "_build" / "html"


def toc_pages(root: Path = ROOT) -> list[str]:
    """Return the pages that `_toc.yml` names, in order, without file extensions."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    parts = toc.get("parts", [toc])
    files = [entry["file"] for part in parts for entry in part["chapters"]]
    return [toc["root"], *(file.removesuffix(".ipynb") for file in files)]
