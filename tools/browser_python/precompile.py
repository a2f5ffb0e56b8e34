"""Compile the Python files of an archive, so that a reader's browser need not.

`bytecode.js` runs this in Pyodide, whose version of Python is the one that will read the bytecode.
"""

import io
import py_compile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

SITE_PACKAGES = "/lib/python3.12/site-packages"  # where Pyodide unpacks wheels
UNCHECKED = py_compile.PycInvalidationMode.UNCHECKED_HASH  # the source, if any, is not looked at


def bytecode(source: bytes, name: str) -> bytes:
    """Return the content of the .pyc file of a module that tracebacks know by a name."""
    with tempfile.TemporaryDirectory() as folder:
        file, target = Path(folder, "source.py"), Path(folder, "target.pyc")
        file.write_bytes(source)
        py_compile.compile(file, target, dfile=name, doraise=True, invalidation_mode=UNCHECKED)
        return target.read_bytes()


def members(
    archive: zipfile.ZipFile, place: str, keep_sources: bool
) -> Iterator[tuple[str, bytes]]:
    """Give the names and contents of an archive in which each module is compiled."""
    for name in archive.namelist():
        content = archive.read(name)
        path = PurePosixPath(name)
        if path.suffix != ".py":
            yield name, content
            continue
        try:
            compiled = bytecode(content, f"{place}/{name}")
        except py_compile.PyCompileError:  # a template, or a test of what is refused
            yield name, content
            continue
        if keep_sources:
            yield name, content
            path = path.parent / "__pycache__" / path.with_suffix(".cpython-312.py").name
        yield f"{path}c", compiled


def compile_archive(file: str, place: str = SITE_PACKAGES, keep_sources: bool = False) -> None:
    """Replace the modules of an archive by their bytecode, or add it; all else stays as it is."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(file) as archive,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target,
    ):
        for name, content in members(archive, place, keep_sources):
            target.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    Path(file).write_bytes(result.getvalue())
