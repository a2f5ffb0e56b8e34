"""The Python of a page that runs: executes a cell as a notebook would and sends its outputs.

The worker loads this file into Pyodide. `send` is the worker's function that takes an output, a
dictionary as notebooks store it.
"""

from __future__ import annotations

import ast
import base64
import io
import linecache
import os
import re
import sys
import time
import traceback
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

from pyodide.code import eval_code

Send = Callable[[dict[str, Any]], None]

MAGIC = re.compile(r"^(\s*)[%!].*$", re.MULTILINE)
MIME_TYPES = {
    "_repr_markdown_": "text/markdown",
    "_repr_html_": "text/html",
    "_repr_latex_": "text/latex",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
}
MAX_CHARACTERS = 200_000  # that a cell may print; an endless loop would fill the memory
SEND_INTERVAL = 0.1  # seconds; what is printed in between is sent in one piece
# Pyodide's list of matplotlib's fonts has the version of a later matplotlib.
LISTED_FONTS, EXPECTED_FONTS = '"_version": 390', '"_version": 330'

variables: dict[str, Any] = {}  # of the page


class OutputStream(io.TextIOBase):
    """Replaces sys.stdout or sys.stderr and sends what is written."""

    def __init__(self, name: str, send: Send) -> None:
        self.name, self.send, self.unsent = name, send, ""
        self.characters, self.last_sent = 0, 0.0

    def write(self, text: str) -> int:
        """Keep a text, and send it unless something was sent a moment ago."""
        before, self.characters = self.characters, self.characters + len(text)
        if self.characters <= MAX_CHARACTERS:
            self.unsent += text
        elif before <= MAX_CHARACTERS:
            self.unsent += "\n… the rest of the printed text is not shown\n"
        if self.unsent and time.monotonic() > self.last_sent + SEND_INTERVAL:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Send what was kept."""
        text, self.unsent, self.last_sent = self.unsent, "", time.monotonic()
        if text:
            self.send({"output_type": "stream", "name": self.name, "text": text})


@contextmanager
def output_streams(send: Send) -> Iterator[None]:
    """Send what is printed in between, to the last character."""
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = OutputStream("stdout", send), OutputStream("stderr", send)
    try:
        yield
    finally:
        flush_streams()
        sys.stdout, sys.stderr = streams


def flush_streams() -> None:
    """Send what was printed so far, so that what follows comes after it."""
    sys.stdout.flush()
    sys.stderr.flush()


def send_value(value: object, output_type: str = "display_data") -> None:
    """Send a value in each of its forms, after what was printed before it."""
    flush_streams()
    stream = cast(OutputStream, sys.stdout)
    stream.send({"output_type": output_type, "data": mime_bundle(value)})


def display(*values: object) -> None:
    """Show values, as the function of that name does in a notebook."""
    for value in values:
        send_value(value)


def mime_bundle(value: object) -> dict[str, str]:
    """Return the forms of a value by their MIME type, text first."""
    bundle = {"text/plain": repr(value)}
    for method, mime_type in MIME_TYPES.items():
        represent = None if isinstance(value, type) else getattr(value, method, None)
        content = represent() if callable(represent) else None
        if content is not None:
            bundle[mime_type] = encode(content)
    if is_figure(value):
        bundle["image/png"] = encode(figure_png(value))
    return bundle


def encode(content: str | bytes) -> str:
    """Return content as notebooks store it: bytes in base64."""
    return base64.b64encode(content).decode() + "\n" if isinstance(content, bytes) else content


def is_figure(value: object) -> bool:
    """Whether a value is a figure of matplotlib, which is imported only if a cell does so."""
    module = sys.modules.get("matplotlib.figure")
    return module is not None and isinstance(value, module.Figure)


def figure_png(figure: Any) -> bytes:
    """Return a figure as PNG, with the settings of IPython's inline backend."""
    file = io.BytesIO()
    colors = {"facecolor": figure.get_facecolor(), "edgecolor": figure.get_edgecolor()}
    figure.savefig(file, format="png", dpi=figure.dpi, bbox_inches="tight", **colors)
    return file.getvalue()


def send_figures(*_: object, **__: object) -> None:
    """Send the open figures and close them: what `plt.show()` does on the page."""
    from matplotlib._pylab_helpers import Gcf

    for manager in Gcf.get_all_fig_managers():
        send_value(manager.canvas.figure)
    Gcf.destroy_all()


def reset_variables() -> None:
    """Delete the page's variables, and go to the folder of the notebooks."""
    variables.clear()
    variables.update(__name__="__main__", display=display)
    os.chdir(str(files("bpkit") / "chapters"))


def connect_packages() -> None:
    """Let IPython and matplotlib, once they are loaded, show things on the page."""
    if "IPython" not in sys.modules and find_spec("IPython"):
        connect_ipython()
    if "page_backend" not in sys.modules and (matplotlib := find_spec("matplotlib")):
        correct_font_list(Path(str(matplotlib.origin)).with_name("fontlist.json"))
        connect_matplotlib()


def connect_ipython() -> None:
    """Replace IPython's `display` by that of the page."""
    for name in ("IPython.display", "IPython.core.display_functions"):
        module: Any = import_module(name)
        module.display = display


def connect_matplotlib() -> None:
    """Make a backend of matplotlib that sends the figures, and choose it."""
    backend: Any = types.ModuleType("page_backend")
    sys.modules["page_backend"] = backend
    os.environ["MPLBACKEND"] = "module://page_backend"  # which the import of matplotlib reads
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    backend.FigureCanvas, backend.show = FigureCanvasAgg, send_figures


def correct_font_list(path: Path) -> None:
    """Write the version into the list of fonts that Pyodide's matplotlib expects there.

    Without it, matplotlib opens a hundred fonts, for seconds, and says so.
    """
    text = path.read_text(encoding="utf-8")
    count = text.count(LISTED_FONTS)
    if count != 1:
        raise ValueError(f"{path} must contain {LISTED_FONTS} exactly once; found {count} times")
    path.write_text(text.replace(LISTED_FONTS, EXPECTED_FONTS), encoding="utf-8")


def without_magics(source: str) -> str:
    """Return a cell's source without magics, which only IPython understands."""
    try:
        ast.parse(source)
    except SyntaxError:
        return MAGIC.sub(r"\1pass", source)
    return source


def run_cell(source: str, name: str, send: Send) -> None:
    """Run a cell and send what it prints, shows and returns, or the error that ends it."""
    linecache.cache[name] = len(source), None, source.splitlines(keepends=True), name
    with output_streams(send):
        try:
            evaluate(source, name)
        except BaseException as error:
            flush_streams()
            send(error_output(error, name))
        finally:
            if "matplotlib.pyplot" in sys.modules:
                send_figures()


def evaluate(source: str, name: str) -> None:
    """Evaluate a cell and send the value of its last line, if it has one."""
    value = eval_code(without_magics(source), variables, filename=name)
    if value is not None:
        variables["_"] = value
        send_value(value, "execute_result")


def error_output(error: BaseException, name: str) -> dict[str, Any]:
    """Return an error as notebooks store it, its traceback from the cell on."""
    trace = traceback.TracebackException.from_exception(error)
    while trace.stack and trace.stack[0].filename != name:
        trace.stack.pop(0)
    return {
        "output_type": "error",
        "ename": type(error).__name__,
        "evalue": str(error),
        "traceback": list(trace.format()),
    }
