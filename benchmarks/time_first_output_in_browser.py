"""How long a reader waits: from opening a chapter to the first output of "Run this page".

    make site && .venv/bin/python -m benchmarks.time_first_output_in_browser

Run it on a quiet machine. Each time is measured in a new browser profile, so that nothing is
cached. There is no network delay.
"""

from __future__ import annotations

import argparse
import os
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright

from tests.browser.chromium import CHROMIUM, FLAGS
from tests.browser.site_server import serve
from tools.execute_notebooks import executable_chapters
from tools.project import BUILT

# The page's own clock: it starts when the page is opened.
RECORD_FIRST_OUTPUT = """
window.first = new Promise((resolve) => {
  addEventListener("ran", ({ detail }) => {
    if (detail.outputs.length && detail.area) resolve(performance.now());
  });
});
"""


def first_output(browser: Any, address: str) -> tuple[float, float]:
    """Open a chapter, run it, and return the seconds and megabytes to the first output."""
    context = browser.new_context()
    page = context.new_page()
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(int(answer.headers.get("content-length", 0))))
    page.add_init_script(RECORD_FIRST_OUTPUT)
    page.set_default_timeout(600_000)
    page.goto(address, wait_until="domcontentloaded")
    page.get_by_role("button", name="Run this page", exact=True).click()
    seconds = page.evaluate("() => window.first") / 1000
    context.close()
    return seconds, sum(sizes) / 1e6


def main() -> None:
    """Print the median of some runs of each chapter named, or of all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="chapter")
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    names = arguments.names or [source.stem for source in executable_chapters()]
    with serve(BUILT) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        print(f"load of this machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        for name in names:
            address = f"{site}chapters/{name}.html"
            runs = [first_output(browser, address) for _ in range(arguments.runs)]
            seconds, megabytes = (median(column) for column in zip(*runs, strict=True))
            print(f"{name:<22} {seconds:5.1f} s {megabytes:6.1f} MB")


if __name__ == "__main__":
    main()
