"""The Python side of "Run this page": runs a cell as a notebook would and hands over what it shows.

The worker reads this file into Pyodide. `post` is the worker's function that takes an output.
"""

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
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from pyodide.code import eval_code

MAGIC = re.compile(r"^(\s*)[%!].*$", re.MULTILINE)
KINDS = {
    "_repr_markdown_": "text/markdown",
    "_repr_html_": "text/html",
    "_repr_latex_": "text/latex",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
}
MOST_TEXT = 200_000  # characters that a cell may print; an endless loop would fill the memory
HELD_BACK = 0.1  # seconds: what is printed in this time is handed over at once

names: dict = {}  # the variables of the page


class Printer(io.TextIOBase):
    """Takes the place of sys.stdout or sys.stderr and hands over what is written."""

    def __init__(self, name, post):
        self.name, self.post, self.text, self.printed, self.sent = name, post, "", 0, 0.0

    def write(self, text):
        """Keep a text, and hand it over unless that was done a moment ago."""
        self.printed += len(text)
        if self.printed <= MOST_TEXT:
            self.text += text
        elif self.printed - len(text) <= MOST_TEXT:
            self.text += "\n… the rest of the printed text is not shown\n"
        if self.text and time.monotonic() > self.sent + HELD_BACK:
            self.flush()
        return len(text)

    def flush(self):
        """Hand over what was kept."""
        text, self.text, self.sent = self.text, "", time.monotonic()
        if text:
            self.post({"output_type": "stream", "name": self.name, "text": text})


def show(value, kind="display_data"):
    """Hand over a value in each form that it has, after what was printed before it."""
    sys.stdout.flush()
    sys.stderr.flush()
    sys.stdout.post({"output_type": kind, "data": forms(value)})


def display(*values):
    """Show values, as the function of that name does in a notebook."""
    for value in values:
        show(value)


def forms(value):
    """Return the forms of a value by their kind, text first."""
    found = {"text/plain": repr(value)}
    for method, kind in KINDS.items():
        form = getattr(value, method, None)
        content = form() if callable(form) and not isinstance(value, type) else None
        if content is not None:
            found[kind] = as_text(content)
    figures = sys.modules.get("matplotlib.figure")
    if figures and isinstance(value, figures.Figure):
        found["image/png"] = as_text(picture(value))
    return found


def as_text(content):
    """Return content as text, bytes by base64, as notebooks store it."""
    return base64.b64encode(content).decode() + "\n" if isinstance(content, bytes) else content


def picture(figure):
    """Return a figure as PNG, with the settings of IPython's inline backend."""
    file = io.BytesIO()
    colours = {"facecolor": figure.get_facecolor(), "edgecolor": figure.get_edgecolor()}
    figure.savefig(file, format="png", dpi=figure.dpi, bbox_inches="tight", **colours)
    return file.getvalue()


def show_figures(*_, **__):
    """Show the open figures and close them: what `plt.show()` does on the page."""
    from matplotlib._pylab_helpers import Gcf

    for manager in Gcf.get_all_fig_managers():
        show(manager.canvas.figure)
    Gcf.destroy_all()


def prepare():
    """Make the page's variables new, take over IPython's `display` and matplotlib's `show`."""
    names.clear()
    names.update(__name__="__main__", display=display)
    os.chdir(str(files("bpkit") / "chapters"))  # the folder of the notebooks


def connect():
    """Tie the packages that were loaded meanwhile to the page."""
    if "IPython" not in sys.modules and find_spec("IPython"):
        import IPython.display

        IPython.display.display = IPython.core.display_functions.display = display
    if "page_backend" not in sys.modules and find_spec("matplotlib"):
        backend = sys.modules["page_backend"] = types.ModuleType("page_backend")
        os.environ["MPLBACKEND"] = "module://page_backend"
        mend_fonts(Path(find_spec("matplotlib").origin).with_name("fontlist.json"))
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        backend.FigureCanvas, backend.show = FigureCanvasAgg, show_figures


def mend_fonts(path):
    """Let matplotlib take Pyodide's list of its fonts, which bears a later version's number.

    Without it, matplotlib opens a hundred fonts, for seconds, and says so.
    """
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"_version": 390', '"_version": 330', 1), encoding="utf-8")


def plain(source):
    """Return a cell's source without magics, which only IPython understands."""
    try:
        ast.parse(source)
    except SyntaxError:
        return MAGIC.sub(r"\1pass", source)
    return source


def run(source, name, post):
    """Run a cell; hand over what it prints, shows, returns, or the error that ends it."""
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Printer("stdout", post), Printer("stderr", post)
    linecache.cache[name] = len(source), None, source.splitlines(keepends=True), name
    try:
        value = eval_code(plain(source), names, filename=name)
        if value is not None:
            names["_"] = value
            show(value, "execute_result")
    except BaseException as error:
        sys.stdout.flush()
        sys.stderr.flush()
        post(described(error, name))
    finally:
        if "matplotlib.pyplot" in sys.modules:
            show_figures()
        sys.stdout.flush()
        sys.stderr.flush()
        sys.stdout, sys.stderr = streams


def described(error, name):
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
