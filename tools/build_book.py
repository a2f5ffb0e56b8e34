"""Build the pages of the site with Jupyter Book, unless what they are made from is unchanged."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from tools.project import BUILT, ROOT, toc_pages

FOLDERS = ("_static", "bpkit", "chapters", "tools")
FILES = (
    *("_config.yml", "_toc.yml", "references.bib", "requirements.txt", "constraints.txt"),
    *("requirements-student.txt", "pyproject.toml", "README.md", "LICENSE"),  # for students
)
MODE = "RUN_IN_BROWSER"  # set by `make site`; it changes every page
OPTIONS = ("-W", "-n", "--keep-going", "--all")  # all pages: Sphinx does not know of our tools
Hashes = dict[str, str]  # of the inputs, by their paths from the project's folder


def input_files(root: Path) -> Iterator[Path]:
    """Find the files that the pages are made from; hidden files and caches are left out."""
    pages = {f"{page}.md" for page in toc_pages(root)}
    yield from filter(Path.is_file, (root / name for name in {*FILES, *pages}))
    for folder in FOLDERS:
        for path in root.joinpath(folder).rglob("*"):
            names = path.relative_to(root).parts
            if path.is_file() and not any(name.startswith((".", "__pycache__")) for name in names):
                yield path


def input_hashes(root: Path) -> Hashes:
    """Return the hash of each input, and whether the pages get buttons that run them."""
    hashes = {
        path.relative_to(root).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in input_files(root)
    }
    return {**hashes, MODE: os.environ.get(MODE, "")}


def recorded_hashes(record: Path, site: Path) -> Hashes | None:
    """Return the hashes of the last build, or None if it failed or another has followed it."""
    last_written = site / "objects.inv"  # by every build, at its end
    if not (record.is_file() and last_written.is_file()):
        return None
    if record.stat().st_mtime_ns < last_written.stat().st_mtime_ns:
        return None
    hashes: Hashes = json.loads(record.read_text(encoding="utf-8"))
    return hashes


def run_jupyter_book(root: Path, site: Path) -> int:
    """Build all pages into an empty folder, and return the exit code."""
    shutil.rmtree(site, ignore_errors=True)
    program = Path(sys.executable).with_name("jupyter-book")
    return subprocess.run([program, "build", root, *OPTIONS], cwd=root, check=False).returncode


def main(root: Path = ROOT, site: Path = BUILT) -> None:
    """Build the site unless nothing has changed since it was built without a warning."""
    record = site.with_name("inputs.json")
    hashes = input_hashes(root)
    if recorded_hashes(record, site) == hashes:
        print(f"Nothing has changed since the site in {site} was built.")
        return
    record.unlink(missing_ok=True)
    if code := run_jupyter_book(root, site):
        sys.exit(code)
    record.write_text(json.dumps(hashes), encoding="utf-8")


if __name__ == "__main__":
    main()
