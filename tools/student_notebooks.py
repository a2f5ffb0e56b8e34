"""Student notebooks: the chapters as any Jupyter shows them, in a folder with all they need."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import make_archive
from tempfile import TemporaryDirectory

import nbformat
from nbformat import NotebookNode
from pybtex.database import BibliographyData, Entry, parse_file

from bpkit.course.chapter_equations import equations
from tools.build_wheel import build_wheel
from tools.first_cell import MARK, first_cell, repository_package
from tools.project import CHAPTERS, ROOT, toc_pages
from tools.write_notebook import write_notebook

REQUIREMENTS = ROOT / "requirements-student.txt"
ARCHIVE = "notebooks.zip"  # of the site
WHERE = "Get notebooks.zip from the front page of the course, unpack it, and in its folder type"
INSTALL = "pip install -r requirements.txt"
START = {  # by whether the folder has a Python of its own
    True: """\
In this folder, type

    {programs}/jupyter lab
""",
    False: f"""\
In this folder, type

    {INSTALL}
    jupyter lab

The first line needs Python 3.11, 3.12 or 3.13 and some 400 MB.
To keep it apart from other Python programs, make an environment first (`python -m venv`).
""",
}
WELCOME = """\
# Backpropagation, derived and checked: your notebooks

These notebooks are yours: write in them what you like.
{start}
Begin with `{first}`, and run its cells from the top (Shift and Enter).
"""

ADMONITION = re.compile(
    r"^(?P<fence>:{3,})\{admonition\} (?P<title>[^\n]*)\n(?P<options>(?::\w+:[^\n]*\n)*)"
    r"(?P<body>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
ROLE = re.compile(
    r"\{(?P<role>\w+)\}`(?:(?P<text>[^<`]+?) *<(?P<target>[^>`]+)>|(?P<plain>[^`]+))`"
)
NUMBERED = re.compile(
    r"^\$\$\n(?P<formula>.*?)\n\$\$ \((?P<label>[\w-]+)\)$", re.MULTILINE | re.DOTALL
)
UNREAD = re.compile(
    r"^(?::{3,}|`{3,})\{[\w-]+\}.*$|\{[\w:-]+\}`[^`\n]*`|^\([\w-]+\)=$", re.MULTILINE
)


class References:
    """What the references of a page say without an extension: words, numbers and links."""

    def __init__(self, page: str) -> None:
        self.page = page
        self.equations = equations()
        self.numbers = {label: number for number, label in enumerate(self.equations, start=1)}
        self.bibliography: BibliographyData = parse_file(ROOT / "references.bib")

    def replace(self, role: re.Match[str]) -> str:
        """Return what a reference says."""
        writers: dict[str, Callable[[str, str], str]] = {
            "term": lambda text, _: text,
            "doc": self.chapter,
            "eq": self.number,
            "cite": self.sources,
        }
        if role["role"] not in writers:
            raise ValueError(
                f"{self.page}: role must be one of {', '.join(writers)}; got {role[0]}"
            )
        text, target = role["text"] or "", role["target"] or role["plain"]
        return writers[role["role"]](text or (target if role["role"] == "term" else ""), target)

    def chapter(self, text: str, name: str) -> str:
        """Return a link to a chapter's notebook, or its title if it has none."""
        if not (CHAPTERS / f"{name}.md").exists():
            raise ValueError(f"{self.page}: {{doc}}`{name}` leads to no page")
        text = text or title(name)
        return f"[{text}]({name}.ipynb)" if (CHAPTERS / f"{name}.ipynb").exists() else text

    def number(self, _: str, label: str) -> str:
        """Return an equation's number, a link if it is of another chapter."""
        if label not in self.equations:
            raise ValueError(f"{self.page}: {{eq}}`{label}` leads to no displayed formula")
        page = self.equations[label].page
        number = f"({self.numbers[label]})"
        return number if page == self.page else f"[{number}]({page}.ipynb)"

    def sources(self, _: str, keys: str) -> str:
        """Return the authors and years of publications, in brackets."""
        found = (source(self.bibliography.entries[key.strip()]) for key in keys.split(","))
        return f"({'; '.join(found)})"

    def formula(self, match: re.Match[str]) -> str:
        """Return a displayed formula with its number, or as it is where it may have none."""
        return f"$$\n{match['formula']}\n\\tag{{{self.numbers[match['label']]}}}\n$$"


def title(name: str) -> str:
    """Return the title of a chapter."""
    (found,) = re.findall(r"^# (.*)$", (CHAPTERS / f"{name}.md").read_text("utf-8"), re.MULTILINE)[
        :1
    ]
    return str(found)


def source(entry: Entry) -> str:
    """Return the authors of a publication, or its title if it names none, and its year."""
    persons = entry.persons.get("author", [])
    names = [" ".join(person.prelast_names + person.last_names) for person in persons]
    authors = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
    said = [authors or entry.fields["title"], entry.fields.get("year", "")]
    return ", ".join(filter(None, said)).replace("{", "").replace("}", "")


def fold(admonition: re.Match[str]) -> str:
    """Return a box of the page: folded if it is so on the page, else a quotation."""
    body = admonition["body"].strip()
    if "dropdown" in admonition["options"]:
        return f"<details><summary>{admonition['title']}</summary>\n\n{body}\n\n</details>"
    return "\n".join(
        f"> {line}".rstrip() for line in [f"**{admonition['title']}**", "", *body.split("\n")]
    )


def plain_markdown(text: str, references: References) -> str:
    """Return the text of a page in Markdown that needs no extension.

    Raises
    ------
    ValueError
        For a directive or role that has no translation here; the message names it.
    """
    text = ADMONITION.sub(fold, text)
    text = NUMBERED.sub(references.formula, text)
    text = ROLE.sub(references.replace, text)
    if unread := UNREAD.search(text):
        problem = f"{references.page}: a notebook for plain Jupyter cannot show {unread[0]}"
        raise ValueError(f"{problem}; tools/student_notebooks.py must translate it")
    return text


def student_notebook(page: str) -> NotebookNode:
    """Return a chapter's notebook for any Jupyter: no directive in its text, its answers folded."""
    notebook: NotebookNode = nbformat.read(CHAPTERS / f"{page}.ipynb", as_version=4)
    references, code = References(page), first_cell(repository_package(), WHERE, INSTALL)
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = plain_markdown(cell.source, references)
        cells.append(cell)
        if cell.source.startswith(MARK):
            cell.source = code
            cell.metadata["jupyter"] = {"source_hidden": True}  # what it says if it fails is shown
        elif cell.cell_type == "code":
            hide(cell)
            cells.extend(caption(cell, references))
    notebook.cells = cells
    return notebook


def hide(cell: NotebookNode) -> None:
    """Fold what the page folds or leaves out."""
    tags = cell.metadata.get("tags", [])
    folded = {"hide-cell", "remove-cell"} & {*tags}
    if folded or {"hide-input", "remove-input"} & {*tags}:
        cell.metadata["jupyter"] = {"source_hidden": True}
    if folded:
        cell.metadata.setdefault("jupyter", {})["outputs_hidden"] = True


def caption(cell: NotebookNode, references: References) -> list[NotebookNode]:
    """Return the caption of a cell's figure as a cell of its own, if it has one."""
    text = cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", "").strip()
    made = nbformat.v4.new_markdown_cell(plain_markdown(text, references), id=f"{cell.id}-caption")
    return [made] if text else []


def chapter_notebooks() -> list[str]:
    """Return the chapters that are notebooks, in the order of the book."""
    names = [page.removeprefix("chapters/") for page in toc_pages()[1:]]
    return [name for name in names if (CHAPTERS / f"{name}.ipynb").exists()]


def write_folder(folder: Path) -> None:
    """Write the notebooks, the package and what else to install into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = chapter_notebooks()
    for page in pages:
        write_notebook(student_notebook(page), folder / f"{page}.ipynb")
    wheel = build_wheel(folder)
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    lines = [f"./{wheel.name}" if line == "." else line for line in lines]
    programs = ".venv/Scripts" if sys.platform == "win32" else ".venv/bin"
    start = START[(folder / ".venv").exists()].format(programs=programs)
    welcome = WELCOME.format(start=start, first=f"{pages[0]}.ipynb")
    for name, text in (("requirements.txt", "\n".join(lines) + "\n"), ("README.md", welcome)):
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def write_archive(folder: Path) -> Path:
    """Write the same into a zip file in a folder, and return its path."""
    with TemporaryDirectory() as temporary:
        write_folder(Path(temporary) / "notebooks")
        base = folder / ARCHIVE.removesuffix(".zip")
        return Path(make_archive(str(base), "zip", temporary, "notebooks"))


def main() -> None:
    """Write the notebooks for a student into a new folder."""
    parser = argparse.ArgumentParser(prog="python -m tools.student_notebooks", description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder to make")
    folder = parser.parse_args().folder
    if [*folder.glob("*.ipynb")]:
        sys.exit(
            f"{folder} has notebooks already, and what you wrote in them stays.\n"
            "For a second copy, name another folder: make copy TO=FOLDER"
        )
    write_folder(folder)
    print(f"Your notebooks are in {folder}; its README.md says how to open them.")


if __name__ == "__main__":
    main()
