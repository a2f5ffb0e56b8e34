"""Execute the chapters: make each .ipynb from its .md, the same to the byte every time."""

from __future__ import annotations

import argparse
from pathlib import Path

import jupytext
import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbval.kernel import CURRENT_ENV_KERNEL_NAME, NbvalKernelspecManager

CHAPTERS = Path(__file__).parents[1] / "chapters"


def read_text(source: Path) -> NotebookNode:
    """Return the notebook that a chapter's text describes, its cells named by their position."""
    notebook = jupytext.read(source, fmt="md:myst")
    notebook.metadata.pop("jupytext", None)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
    return notebook


def execute(notebook: NotebookNode, folder: Path) -> None:
    """Run every cell in `folder`, with the very Python that the tests use, and keep the outputs."""
    kernel = AsyncKernelManager(
        kernel_name=CURRENT_ENV_KERNEL_NAME, kernel_spec_manager=NbvalKernelspecManager()
    )
    client = NotebookClient(
        notebook,
        km=kernel,
        resources={"metadata": {"path": str(folder)}},
        timeout=120,  # seconds a cell
        record_timing=False,
        # Or each kernel warns that it talks unencrypted, which it does on this machine only.
        extra_arguments=["--log-level=ERROR"],
    )
    client.execute(cleanup_kc=True)
    tidy(notebook)


def tidy(notebook: NotebookNode) -> None:
    """Drop what differs from one machine or run to the next: versions, paths, cuts in the text."""
    notebook.metadata.pop("language_info", None)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = join_streams(cell.outputs)
            for output in cell.outputs:
                if output.output_type == "error":
                    output.traceback = [f"{output.ename}: {output.evalue}"]


def join_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join the pieces of printed text that follow each other; the kernel cuts them at random."""
    joined: list[NotebookNode] = []
    for output in outputs:
        if joined and output.output_type == "stream" and joined[-1].get("name") == output.name:
            joined[-1] = NotebookNode({**joined[-1], "text": joined[-1].text + output.text})
        else:
            joined.append(output)
    return joined


def write(notebook: NotebookNode, path: Path) -> None:
    """Write the notebook as it is committed: sorted keys, one space, line feeds."""
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")


def make(source: Path, folder: Path) -> Path:
    """Execute the chapter `source`, write its notebook into `folder` and say where it is."""
    notebook = read_text(source)
    execute(notebook, source.parent)
    target = folder / f"{source.stem}.ipynb"
    write(notebook, target)
    return target


def chapters(folder: Path = CHAPTERS) -> list[Path]:
    """List the pages of `folder` that are notebooks: those that name a kernel."""
    pages = sorted(folder.glob("*.md"))
    return [page for page in pages if "kernelspec" in read_text(page).metadata]


def main() -> None:
    """Make the chapters named on the command line, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="chapter", help="such as network; if none, all")
    parser.add_argument("--into", type=Path, default=CHAPTERS, help="the folder to write to")
    arguments = parser.parse_args()
    arguments.into.mkdir(parents=True, exist_ok=True)
    sources = [CHAPTERS / f"{name}.md" for name in arguments.names] or chapters()
    for source in sources:
        print(make(source, arguments.into))


if __name__ == "__main__":
    main()
