"""Parts of a page that need a server: on a page opened as a file, a note says so in their place."""

from __future__ import annotations

import json

from bs4 import BeautifulSoup
from bs4.element import Script

PARTS = {".run-bar": "Running the page", ".explorer": "Moving the network"}  # what modules do
CURE = "type “make serve” and open the page at the address that it prints."
NOTES = {part: f"{purpose} needs a web server: {CURE}" for part, purpose in PARTS.items()}
# A browser refuses to load a module from a file: address, and reports an error if it is asked to.
GUARDED = """if (location.protocol !== "file:") import("{address}");
else for (const [part, note] of Object.entries({notes}))
  for (const found of document.querySelectorAll(part)) found.textContent = note;"""

SEARCH_NOTE = f"The search finds pages, but their excerpts need a web server: {CURE}"
# The excerpts are fetched from the pages, which a browser refuses from a file: address as well.
SEARCH_SCRIPT = """if (location.protocol === "file:") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  document.getElementById("search-note").hidden = false;
}"""

# Put at the start of a page that needs a server as a whole: it turns all else into text, unseen.
WHOLE_PAGE_SCRIPT = f"""<script>if (location.protocol === "file:") document.write(
  "<meta charset=utf-8><title>Needs a web server</title>" +
  "<p>This page needs a web server: {CURE}</p><plaintext hidden>");</script>"""


def guard_modules(page: BeautifulSoup) -> None:
    """Let a page load its modules from a server only; elsewhere, their parts show the note."""
    for tag in page.select('script[type="module"][src]'):
        if not page.select(", ".join(PARTS)):
            raise ValueError(f"{tag['src']} needs one of the parts {', '.join(PARTS)} on its page")
        script = page.new_tag("script", attrs={"type": "module"})
        script.append(Script(GUARDED.format(address=tag["src"], notes=json.dumps(NOTES))))
        tag.decompose()
        (page.body or page).append(script)  # after all scripts that are no modules


def guard_search(page: BeautifulSoup) -> None:
    """Let the search page do without excerpts where it cannot fetch them, and say why."""
    for results in page.select("#search-results"):
        if page.find(id="search-note"):
            return  # an earlier build did it
        note = page.new_tag("p", attrs={"id": "search-note", "hidden": ""})
        note.append(SEARCH_NOTE)
        script = page.new_tag("script")
        script.append(Script(SEARCH_SCRIPT))
        results.insert_before(note)
        results.insert_after(script)
