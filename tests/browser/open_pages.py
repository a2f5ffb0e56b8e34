"""The pages of the site and the ways in which they are looked at."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMES = re.findall(r"(?:root|file): ([\w/-]+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
PAGES = [*NAMES, "search", "genindex"]
WIDTHS = (390, 768, 1280)  # a phone, a tablet, a desk
THEMES = ("light", "dark")
ALL_LAID_OUT = ".bd-article * { content-visibility: visible !important; }"
SETTLED = """async () => {
  const late = (part) => part.scrollWidth > part.clientWidth && part.tabIndex < 0;
  while ([...document.querySelectorAll("pre")].some(late)) await new Promise(requestAnimationFrame);
}"""


def look(page, address, name, width=1280, theme="light"):
    """Open a page of the site at a width, in a theme, and wait until it has come to rest."""
    look_again(page, width, theme)
    page.goto(f"{address}{name}.html")
    page.wait_for_load_state("networkidle")


def look_again(page, width, theme):
    """Look at the page that is open at another width, in another theme."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.evaluate(SETTLED)  # a moment after its width has changed
