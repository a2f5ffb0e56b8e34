"""Make nbval strict: running a notebook gives its stored outputs, in order and to the pixel."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Generator, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import nbval.plugin
import numpy as np
import pytest
from nbformat import NotebookNode
from numpy.typing import NDArray
from PIL import Image

from tools.execute_notebooks import join_streams

TOLERANCE = 2.0  # gray levels of 255, root mean square: more than rounding, less than a moved curve

# nbval joins all that a cell prints into one output, which hides the order of the outputs.
nbval.plugin.coalesce_streams = join_streams


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[Any], list[Any]]:
    """Replace nbval's notebooks with strict ones."""
    collected = yield
    return [
        StrictNotebook.from_parent(parent, path=file_path)
        if isinstance(file, nbval.plugin.IPyNbFile)
        else file
        for file in collected
    ]


class StrictNotebook(nbval.plugin.IPyNbFile):
    """A notebook whose cells are compared strictly."""

    def collect(self) -> Iterator[StrictCell]:
        """Turn each of nbval's cells into a strict one."""
        for cell in super().collect():
            parts = {key: getattr(cell, key) for key in ("name", "cell_num", "cell", "options")}
            yield StrictCell.from_parent(self, **parts)


class StrictCell(nbval.plugin.IPyNbCell):
    """A cell that was executed, is skipped only for a reason, and gives its stored outputs."""

    def runtest(self) -> None:
        """Refuse cells that nbval would accept, then run this one."""
        if self.cell.execution_count is None:
            self.raise_cell_error("was never executed; `make notebooks` executes it")
        skipped = self.options["skip"] or not self.options["check"]
        if skipped and not self.cell.metadata.get("reason"):
            self.raise_cell_error("is not compared, and its metadata give no `reason`")
        super().runtest()

    def compare_outputs(self, test: list[Any], ref: list[Any], skip_compare: Any = None) -> bool:
        """Whether the outputs are those stored; keep the differences for the report."""
        self.comparison_traceback = list(
            output_differences(list(kinds_and_contents(ref)), list(kinds_and_contents(test)))
        )
        return not self.comparison_traceback

    def raise_cell_error(self, message: str, *args: Any, **kwargs: Any) -> None:
        """Name the notebook, too, in nbval's message."""
        super().raise_cell_error(f"{self.path.name}, {self.name}: {message}", *args, **kwargs)


def kinds_and_contents(outputs: list[NotebookNode]) -> Iterator[tuple[str, Any]]:
    """Yield what the outputs show, in order, as pairs of kind and content."""
    for output in outputs:
        if output.output_type == "stream":
            yield output.name, output.text
        elif output.output_type == "error":
            yield "error", f"{output.ename}: {output.evalue}"
        else:
            kind = output.output_type
            yield from ((f"{kind} {mime}", output.data[mime]) for mime in sorted(output.data))


def output_differences(stored: list[tuple[str, Any]], now: list[tuple[str, Any]]) -> Iterator[str]:
    """Describe how outputs now differ from those stored: in kind, order or content."""
    kinds, kinds_now = [kind for kind, _ in stored], [kind for kind, _ in now]
    if kinds != kinds_now:
        yield f"The outputs stored are {kinds}, those made now are {kinds_now}."
        return
    for (kind, before), (_, after) in zip(stored, now, strict=True):
        if kind.endswith(("image/png", "image/jpeg")):
            yield from image_differences(before, after)
        elif before != after:
            yield f"The {kind} stored is\n{before}\nand the one made now is\n{after}"


def image_differences(stored: str, now: str) -> Iterator[str]:
    """Describe how two images in base64 differ in size, or by more than the tolerance."""
    before, after = pixels(stored), pixels(now)
    if before.shape != after.shape:
        yield f"The image stored is {before.shape[1::-1]} pixels, now it is {after.shape[1::-1]}."
    elif (distance := np.sqrt(((before - after) ** 2).mean(axis=(0, 1)).max())) > TOLERANCE:
        yield f"The image differs by {distance:.1f} gray levels; up to {TOLERANCE} are allowed."


def pixels(image: str) -> NDArray[np.float64]:
    """Decode an image to numbers: height, width, and red, green, blue and opacity."""
    with Image.open(BytesIO(b64decode(image))) as picture:
        return np.asarray(picture.convert("RGBA"), dtype=float)
