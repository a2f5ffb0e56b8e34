"""What the theme leaves out for readers with a keyboard, a screen reader or a slow connection."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

from bs4 import BeautifulSoup
from bs4.element import Script
from PIL import Image

# Each may be wider than a phone: whoever has no mouse scrolls it with the arrow keys. A formula's
# width is known when it is set, so that `typeset` names the wide ones.
WIDE = ".highlight pre, .output pre, .pst-scrollable-table-container, .cell_output dt"

# The theme finds out whether it is dark only when its scripts are there; without its colours
# and borders, all would move again then.
SETTLE = """{
    const { dataset } = document.documentElement;
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    if (dataset.mode === "auto") dataset.theme = dark ? "dark" : "light";
  }
"""


def settle_theme(page: BeautifulSoup) -> None:
    """Let a page be light or dark from the start."""
    for script in page.select("head script:not([src])"):
        if "dataset.mode" in script.get_text() and SETTLE not in script.get_text():
            script.append(Script(SETTLE))


def complete(page: BeautifulSoup) -> None:
    """Give every part of a page a name, a role and a way to reach it."""
    for part in page.select(WIDE):
        if not part.find(tabindex=True):  # it scrolls as a whole
            part["tabindex"] = "0"
    for button in page.select("[onclick]"):
        if button["onclick"] == "window.print()":
            button["data-action"] = "print"
        del button["onclick"]
    for part in page.select(".search-button-field, details.hide > summary"):
        del part["aria-label"]  # its text is its name
    for part in page.select(".answer > summary > p:only-child"):
        part.unwrap()  # Markdown's paragraph, which a summary may not hold
    for part in page.select(".citation-list, .citation"):
        del part["role"]  # one that has been given up
    for sidebar in page.select("#pst-primary-sidebar"):
        sidebar["role"] = "region"
        sidebar["aria-label"] = "Course"


def size(path: Path) -> tuple[float, float]:
    """Return the width and height of a picture, as it says itself."""
    if path.suffix == ".svg":
        _, _, width, height = ElementTree.parse(path).getroot().attrib["viewBox"].split()
        return float(width), float(height)
    with Image.open(path) as image:
        return image.size


def size_images(page: BeautifulSoup, folder: Path) -> None:
    """Write each figure's size, so that nothing moves when it comes; the later ones come lazily."""
    figures = [tag for tag in page.select("article img[src]") if not urlsplit(tag["src"]).scheme]
    for number, tag in enumerate(figures):
        path = folder / urlsplit(tag["src"]).path
        tag["width"], tag["height"] = (str(round(number)) for number in size(path))
        if number:
            tag["loading"] = "lazy"
