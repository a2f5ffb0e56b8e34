"""The files of Pyodide, Python for the reader's browser: fetched once, each checked by its hash."""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterable
from http.client import HTTPException
from pathlib import Path
from typing import Any

from tools.project import ROOT

Source = Callable[[str], bytes]  # returns the file of a name, or raises OSError

CACHE = ROOT / ".pyodide"
LOCK = "pyodide-lock.json"

# Pyodide 0.27.7 as its makers released it: their lock and their core.
# The lock gives the hash of each package's file in turn.
DISTRIBUTION = "https://cdn.jsdelivr.net/pyodide/v0.27.7/full/"
CORE = {
    LOCK: "9c45b916001a750f4102fc287494f3eab215909c7535c626a20db80fd6333e2c",
    "pyodide.js": "b4cb23a53aba19c221659b9fb40a2f18281d685691dc06647fb0afd0681baf98",
    "pyodide.asm.js": "6b4c90de5b7172873f04f21884d0e9d2274e305fe32116558fe3e4fbe3618d51",
    "pyodide.asm.wasm": "a50dd1843f805a0b7c45b61037ee0d7b26dfe85efe0e18ef95a34ad24e401f5f",
    "python_stdlib.zip": "16611534726e5d8ac2bd8f926410b2dcb8d6f49aa24913463533b457a2115c16",
}
# The packages to take from the lock; each brings its dependencies.
PACKAGES = (
    "matplotlib",  # the figures; it brings numpy
    "ipython",  # the display functions, and the kernel of the notebook application
    "jedi",  # completes names in that application
    "micropip",  # installs that kernel
    "sqlite3",  # the history that the kernel keeps
    "ssl",  # which the kernel loads too
)
# Packages that Pyodide does not release: wheels of pure Python, from the Python Package Index.
WHEELS = {
    "lark-1.3.1-py3-none-any.whl": (
        "c629b661023a014c37da873b4ff58a817398d12635d3bbb2c5a03be7fe5d1e12"
    ),
    "comm-0.2.3-py3-none-any.whl": (
        "c615d91d75f7f04f095b30d1c1711babd43bdc6419c1be9886a85f2f4e489417"
    ),
}


class FileUnavailableError(Exception):
    """No source has a file with the right hash; the message says what to do."""


def folder_source(folder: Path) -> Source:
    """Return a source that reads the files of a folder."""
    return lambda name: (folder / name).read_bytes()


def web_source(address: str) -> Source:
    """Return a source that downloads the files below a web address."""

    def download(name: str) -> bytes:
        try:
            with urllib.request.urlopen(address + name, timeout=30) as response:
                content: bytes = response.read()
                return content
        except HTTPException as error:  # the connection broke
            raise OSError(str(error)) from error

    return download


def pip_download(wheel: str) -> bytes:
    """Return a wheel of the Python Package Index, named by its file."""
    requirement = "==".join(wheel.split("-")[:2])
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
        run = subprocess.run([*pip, requirement], capture_output=True, text=True, check=False)
        if run.returncode:
            raise OSError(run.stderr.strip().splitlines()[-1])
        return Path(folder, wheel).read_bytes()


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 hash of a file's content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def with_dependencies(packages: dict[str, Any], names: Iterable[str]) -> list[str]:
    """Return the packages of these names and all their dependencies, each once, sorted."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name not in found:
            found.add(name)
            waiting += packages[name]["depends"]
    return sorted(found)


def fetch_file(name: str, sha256: str, sources: dict[str, Source], cache: Path) -> Path:
    """Return a file of the cache, taken from the first source that has it with this hash.

    Raises
    ------
    FileUnavailableError
        If no source has it. The message says what each source answered.
    """
    target = cache / name
    if target.is_file() and sha256_of(target.read_bytes()) == sha256:
        return target
    answers = ""
    for source, read in sources.items():
        try:
            content = read(name)
        except OSError as error:
            answers += f"  {source}: {error}\n"
            continue
        if (found := sha256_of(content)) == sha256:
            target.write_bytes(content)
            return target
        answers += f"  {source}: refused, its sha256 is {found}\n"
    raise FileUnavailableError(
        f"Cannot get {name} with the sha256 {sha256}.\n{answers}"
        "Go online, or put the files into a folder and pass it: make site PYODIDE=FOLDER"
    )


def fetch_distribution(sources: dict[str, Source], cache: Path = CACHE) -> list[Path]:
    """Return the files of Pyodide that the site serves, after putting them into the cache."""
    core = [fetch_file(name, sha256, sources, cache) for name, sha256 in CORE.items()]
    packages = json.loads((cache / LOCK).read_text(encoding="utf-8"))["packages"]
    wanted = [packages[name] for name in with_dependencies(packages, PACKAGES)]
    return core + [fetch_file(p["file_name"], p["sha256"], sources, cache) for p in wanted]


def fetch_wheels(sources: dict[str, Source], cache: Path = CACHE) -> list[Path]:
    """Return the wheels that Pyodide does not release, after putting them into the cache."""
    return [fetch_file(name, sha256, sources, cache) for name, sha256 in WHEELS.items()]


def main() -> None:
    """Fetch what the cache lacks, from the folder of the command line first, then the internet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="a folder with the files, asked first")
    folder = parser.parse_args().folder
    if folder and not folder.is_dir():
        sys.exit(f"There is no folder {folder}. Name one that exists: make site PYODIDE=FOLDER")
    local = {str(folder): folder_source(folder)} if folder else {}
    CACHE.mkdir(exist_ok=True)
    try:
        files = fetch_distribution({**local, DISTRIBUTION: web_source(DISTRIBUTION)})
        files += fetch_wheels({**local, "the Python Package Index": pip_download})
    except FileUnavailableError as error:
        sys.exit(str(error))
    size = sum(file.stat().st_size for file in files) / 1e6
    print(f"{len(files)} files of Pyodide, {size:.0f} MB, each with the right hash, in {CACHE}")


if __name__ == "__main__":
    main()
