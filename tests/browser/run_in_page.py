"""Run a page as a reader does: press buttons, wait for messages, read the outputs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

# Milliseconds: Python loads in seconds, but not on a machine that does much else.
PATIENCE = 300_000
COLLECT = """
window.ran = {};
addEventListener("ran", ({ detail: { nth, outputs } }) => { window.ran[nth] = outputs; });
"""


def need_run_buttons(site: Path) -> None:
    """Skip the test where the site was built without Python in it."""
    if not (site / "run" / "run_page.js").is_file():
        pytest.skip("the site was built without Python in it: `make site` adds it")


def open_chapter(page: Any, address: str, name: str) -> None:
    """Open a chapter and record the outputs of its cells."""
    page.set_default_timeout(PATIENCE)
    page.add_init_script(COLLECT)
    page.goto(f"{address}chapters/{name}.html")


def press(page: Any, button: str) -> None:
    """Press a button of the page, by its exact name."""
    page.get_by_role("button", name=button, exact=True).click()


def run_bar_button(page: Any, name: str) -> Any:
    """Return a button above the chapter; the questions have one to start over as well."""
    return page.locator(".run-bar").get_by_role("button", name=name, exact=True)


def wait_for(page: Any, words: str) -> str:
    """Wait until the status of the run contains some words, and return all of it."""
    status = page.locator(".run-bar [role=status]")
    status.filter(has_text=words).wait_for()
    return status.inner_text()


def run_page(page: Any) -> str:
    """Run all cells of the page and return the last status."""
    status = page.locator(".run-bar [role=status]")
    status.evaluate("(element) => { element.textContent = ''; }")
    press(page, "Run this page")
    status.filter(has_text=re.compile("^(All|Cell .* failed|Python cannot)")).wait_for()
    return status.inner_text()


def outputs(page: Any) -> dict[int, list[dict[str, Any]]]:
    """Return the outputs of each cell in its last run, by its number among the code cells."""
    return {int(nth): found for nth, found in page.evaluate("window.ran").items()}


def edit(page: Any, nth: int, code: str) -> None:
    """Open a cell's text field and replace its code."""
    press(page, f"Edit cell {nth}")
    page.get_by_label(f"Code of cell {nth}", exact=True).fill(code)
