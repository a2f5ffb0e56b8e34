"""What the theme leaves out for readers with a keyboard, a screen reader or a slow connection."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from PIL import Image

# Each may be wider than a phone: whoever has no mouse scrolls it with the arrow keys.
WIDE = ".highlight pre, .output pre, div.math, .pst-scrollable-table-container, .cell_output dt"


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
    for part in page.select(".citation-list, .citation"):
        del part["role"]  # one that has been given up
    for sidebar in page.select("#pst-primary-sidebar"):
        sidebar["role"] = "region"
        sidebar["aria-label"] = "Course"


def size_images(page: BeautifulSoup, folder: Path) -> None:
    """Write each figure's size, so that nothing moves when it comes; the later ones come lazily."""
    figures = [tag for tag in page.select("article img[src]") if not urlsplit(tag["src"]).scheme]
    for number, tag in enumerate(figures):
        path = folder / urlsplit(tag["src"]).path
        if path.suffix == ".png":
            with Image.open(path) as image:
                tag["width"], tag["height"] = (str(size) for size in image.size)
        if number:
            tag["loading"] = "lazy"
