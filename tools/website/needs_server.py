"""Parts of a page that need a server: on a page opened as a file, a note replaces them."""

from __future__ import annotations

from bs4 import BeautifulSoup
from bs4.element import Script

PARTS = ".explorer, .run-bar"  # what the modules of the site bring to life
NOTE = "This part needs a web server: run “make serve”."
# A browser refuses to load a module from a file: address, and reports an error if it is asked to.
GUARDED = """if (location.protocol !== "file:") import("{address}");
else for (const part of document.querySelectorAll("{parts}")) part.textContent = "{note}";"""


def guard_modules(page: BeautifulSoup) -> None:
    """Let a page load its modules from a server only; elsewhere, their parts show the note."""
    for tag in page.select('script[type="module"][src]'):
        if not page.select(PARTS):
            raise ValueError(f"a page with the module {tag['src']} must have a part {PARTS}")
        script = page.new_tag("script", attrs={"type": "module"})
        script.append(Script(GUARDED.format(address=tag["src"], parts=PARTS, note=NOTE)))
        tag.replace_with(script)
