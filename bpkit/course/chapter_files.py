"""The files of the chapters, their texts and data: in the wheel, or in a checkout."""

from __future__ import annotations

import json
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any


def chapter_folder() -> tuple[Traversable, Traversable]:
    """Return the folder of the chapters and the file of their order, in the wheel or a checkout."""
    installed = files("bpkit").joinpath("chapters")
    if installed.is_dir():
        return installed, installed.joinpath("_toc.yml")
    checkout = Path(__file__).parents[2]
    return checkout / "chapters", checkout / "_toc.yml"


def chapters() -> dict[str, str]:
    """Return the text of each chapter that is there by its name, in the order of the book."""
    folder, contents = chapter_folder()
    lines = contents.read_text(encoding="utf-8").splitlines()
    names = [Path(line).stem for line in lines if line.strip().startswith("- file: chapters/")]
    files = {name: folder.joinpath(f"{name}.md") for name in names}
    return {
        name: file.read_text(encoding="utf-8") for name, file in files.items() if file.is_file()
    }


def chapter_data(name: str) -> Any:
    """Return the data of a chapter.

    Parameters
    ----------
    name : str
        The name of a JSON file: one beside the notebook, or else one that the course has.

    Returns
    -------
    dict or list
        What the file contains.

    Raises
    ------
    ValueError
        When there is no such file; the message lists those of the course.
    """
    folder = chapter_folder()[0]
    for file in (Path(name), folder.joinpath(name)):
        if file.is_file():
            return json.loads(file.read_text(encoding="utf-8"))
    known = sorted(file.name for file in folder.iterdir() if file.name.endswith(".json"))
    raise ValueError(f"name must be one of {', '.join(known)}; got {name!r}")
