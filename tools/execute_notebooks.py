"""Execute the chapters: make each .ipynb from its .md, with the same bytes every time."""

from __future__ import annotations

import argparse
import ast
import re
import sys
from contextlib import suppress
from pathlib import Path

import jupytext
import nbformat
import yaml
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbval.kernel import CURRENT_ENV_KERNEL_NAME, NbvalKernelspecManager

from tools.first_cell import chapter_cell, with_first_cell
from tools.project import CHAPTERS
from tools.write_notebook import write_notebook

SETTINGS = re.compile(r"(?:\A|^```\{code-cell\}[^\n]*\n)---\n(.*?)^---$", re.MULTILINE | re.DOTALL)
KERNEL = re.compile(r"---\n(?:(?!---\n).*\n)*kernelspec:\n")
KEEP_ANSWERS = """\
To keep them, type `make copy TO=FOLDER` with a new folder: it takes them along; work there.
To delete them here, type `git checkout -- chapters/*.ipynb`."""


def settings_problem(source: Path) -> str:
    """Say where the settings of a chapter, or of one of its cells, are not YAML; "" if they are."""
    text = source.read_text(encoding="utf-8")
    for match in SETTINGS.finditer(text):
        try:
            yaml.safe_load(match[1])
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = text.count("\n", 0, match.start(1)) + 1 + (mark.line if mark else 0)
            said = getattr(error, "problem", None) or "they cannot be read"
            place = f"chapters/{source.name}, near line {line}"
            return f"{place}: the settings between the lines --- are not YAML: {said}"
    return ""


def read_chapter(source: Path) -> NotebookNode:
    """Return the notebook that a chapter's text describes, each cell's id its number.

    Raises
    ------
    ValueError
        When the settings of the chapter or of a cell cannot be read; the message says where.
    """
    if problem := settings_problem(source):
        raise ValueError(problem)
    notebook: NotebookNode = jupytext.read(source, fmt="md:myst")
    notebook.metadata.pop("jupytext", None)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
    return notebook


def execute(notebook: NotebookNode, folder: Path) -> None:
    """Run every cell in `folder`, with the Python that runs this, and store the outputs."""
    kernel = AsyncKernelManager(
        kernel_name=CURRENT_ENV_KERNEL_NAME, kernel_spec_manager=NbvalKernelspecManager()
    )
    client = NotebookClient(
        notebook,
        km=kernel,
        resources={"metadata": {"path": str(folder)}},
        timeout=120,  # seconds per cell
        record_timing=False,
        # Or each kernel warns that its messages are not encrypted; they stay on this machine.
        extra_arguments=["--log-level=ERROR"],
    )
    client.execute(cleanup_kc=True)
    remove_traces(notebook)


def remove_traces(notebook: NotebookNode) -> None:
    """Remove what differs between machines or runs: versions, paths, cuts in the printed text."""
    notebook.metadata.pop("language_info", None)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = join_streams(cell.outputs)
            for output in cell.outputs:
                if output.output_type == "error":
                    output.traceback = [f"{output.ename}: {output.evalue}"]


def join_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join consecutive pieces of printed text, which the kernel cuts at random."""
    joined: list[NotebookNode] = []
    for output in outputs:
        if joined and output.output_type == "stream" and joined[-1].get("name") == output.name:
            joined[-1] = NotebookNode({**joined[-1], "text": joined[-1].text + output.text})
        else:
            joined.append(output)
    return joined


def execute_chapter(source: Path, folder: Path) -> Path:
    """Execute a chapter's .md, write its notebook into `folder` and return the file."""
    notebook = read_chapter(source)
    execute(notebook, source.parent)
    target = folder / f"{source.stem}.ipynb"
    write_notebook(notebook, target)
    return target


def executable_chapters(folder: Path = CHAPTERS) -> list[Path]:
    """Return the .md files of `folder` that have cells to execute: those that name a kernel."""
    pages = {page: page.read_text(encoding="utf-8") for page in sorted(folder.glob("*.md"))}
    return [page for page, text in pages.items() if KERNEL.match(text)]


def readable_chapters(folder: Path = CHAPTERS) -> list[Path]:
    """Return those of them whose settings can be read."""
    return [page for page in executable_chapters(folder) if not settings_problem(page)]


def update_first_cell(source: Path) -> None:
    """Write into a chapter's .md the cell that all chapters begin with."""
    text = source.read_text(encoding="utf-8")
    source.write_text(with_first_cell(text, chapter_cell()), encoding="utf-8", newline="\n")


def answered_stubs(source: Path, notebook: Path) -> list[str]:
    """Return the functions that a chapter leaves to its reader and its notebook has filled in."""
    if not notebook.exists():
        return []
    left = functions(read_chapter(source))
    there = functions(nbformat.read(notebook, as_version=4))
    return [
        name for name, body in left.items() if body == "..." and there.get(name, "...") != "..."
    ]


def refuse_answers(sources: list[Path], folder: Path) -> None:
    """Exit if a notebook that would be overwritten in `folder` has answers of a reader."""
    there = [
        f"  {source.stem}.ipynb: {', '.join(found)}"
        for source in sources
        if (found := answered_stubs(source, folder / f"{source.stem}.ipynb"))
    ]
    if there:
        sys.exit("\n".join(["Notebooks with answers are not overwritten:", *there, KEEP_ANSWERS]))


def functions(notebook: NotebookNode) -> dict[str, str]:
    """Return the body of each function that the cells define; a cell that is no Python has none."""
    found: dict[str, str] = {}
    for cell in notebook.cells:
        with suppress(SyntaxError):
            lines = ast.parse(cell.source).body if cell.cell_type == "code" else []
            functions = [line for line in lines if isinstance(line, ast.FunctionDef)]
            found |= {
                function.name: "\n".join(map(ast.unparse, function.body)) for function in functions
            }
    return found


def main() -> None:
    """Execute the chapters named on the command line, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="chapter", help="such as network; if none, all")
    parser.add_argument("--into", type=Path, default=CHAPTERS, help="the folder to write to")
    arguments = parser.parse_args()
    arguments.into.mkdir(parents=True, exist_ok=True)
    chapters = {source.stem: source for source in executable_chapters()}
    for name in arguments.names:
        if name not in chapters:
            parser.error(f"chapter must be one of {', '.join(chapters)}; got {name!r}")
    sources = [chapters[name] for name in arguments.names or chapters]
    if problems := [*filter(None, map(settings_problem, sources))]:
        sys.exit("\n".join(problems))
    refuse_answers(sources, arguments.into)
    for source in sources:
        update_first_cell(source)
        print(execute_chapter(source, arguments.into))


if __name__ == "__main__":
    main()
