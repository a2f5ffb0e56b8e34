"""What the theme lacks for readers with a keyboard, a screen reader or a locked-down browser."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

from bs4 import BeautifulSoup
from bs4.element import Script
from PIL import Image

# Each may be wider than a phone: the arrow keys scroll it for a reader without a mouse. A formula's
# width is known when it is rendered, so that render_math.py marks the wide ones.
SCROLLABLE = ".highlight pre, .output pre, .pst-scrollable-table-container, .cell_output dt"

# The theme decides between light and dark only when its scripts have loaded, and the page would
# change its colors and borders then.
SET_THEME = """{
    const { dataset } = document.documentElement;
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    if (dataset.mode === "auto") dataset.theme = dark ? "dark" : "light";
  }
"""

# Where storage is blocked or full, a browser throws an error that would end the theme's scripts.
STORAGE = """{
    const { setItem } = Storage.prototype;
    Storage.prototype.setItem = function (...item) {
      try {
        setItem.apply(this, item);
      } catch {}
    };
    try {
      void window.localStorage;
    } catch {
      const value = { getItem: () => null, setItem() {}, removeItem() {} };
      Object.defineProperty(window, "localStorage", { value });
    }
  }
"""


def set_theme_early(page: BeautifulSoup) -> None:
    """Let a page be light or dark from the start, also where nothing can be stored."""
    scripts = [s for s in page.select("head script:not([src])") if "dataset.mode" in s.get_text()]
    if len(scripts) != 1:
        raise ValueError(
            "one script in a page's head must set dataset.mode, the choice between light and dark; "
            f"the theme has {len(scripts)}"
        )
    script = scripts[0].get_text()
    if SET_THEME not in script:
        scripts[0].string = Script(STORAGE + script + SET_THEME)


def make_accessible(page: BeautifulSoup) -> None:
    """Give every part of a page a name, a role and a way to reach it."""
    for part in page.select(SCROLLABLE):
        if not part.find(tabindex=True):  # it scrolls as a whole
            part["tabindex"] = "0"
    for button in page.select("[onclick]"):
        if button["onclick"] != "window.print()":  # the policy lets no other run either
            raise ValueError(f"the theme's onclick must be window.print(); got {button}")
        button["data-action"] = "print"
        del button["onclick"]
    for part in page.select(".search-button-field, details.hide > summary"):
        del part["aria-label"]  # its text is its name
    for part in page.select(".answer > summary > p:only-child"):
        part.unwrap()  # Markdown's paragraph, which a summary may not hold
    for part in page.select(".citation-list, .citation"):
        del part["role"]  # ARIA has deprecated these roles
    for sidebar in page.select("#pst-primary-sidebar"):
        sidebar["role"] = "region"
        sidebar["aria-label"] = "Course"


def image_size(path: Path) -> tuple[float, float]:
    """Return the width and height of an image file."""
    if path.suffix == ".svg":
        _, _, width, height = ElementTree.parse(path).getroot().attrib["viewBox"].split()
        return float(width), float(height)
    with Image.open(path) as image:
        return image.size


def set_image_sizes(page: BeautifulSoup, folder: Path) -> None:
    """Write each image's size, so that nothing moves when it loads; all but the first are lazy."""
    sources = [(tag, urlsplit(str(tag["src"]))) for tag in page.select("article img[src]")]
    for number, (tag, source) in enumerate(each for each in sources if not each[1].scheme):
        width, height = image_size(folder / source.path)
        tag["width"], tag["height"] = str(round(width)), str(round(height))
        if number:
            tag["loading"] = "lazy"
