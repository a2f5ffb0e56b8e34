"""Compile the Python modules of the site's packages, so that a reader's browser need not.

`run_compile_in_pyodide.js` runs this in Pyodide, whose Python will read the bytecode.
"""

import io
import py_compile
import site
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

UNCHECKED = py_compile.PycInvalidationMode.UNCHECKED_HASH  # the source, if any, is not looked at


def bytecode(source: bytes, path: str) -> bytes:
    """Return the content of the .pyc file of a module that tracebacks find at `path`."""
    with tempfile.TemporaryDirectory() as folder:
        file, target = Path(folder, "source.py"), Path(folder, "target.pyc")
        file.write_bytes(source)
        py_compile.compile(str(file), str(target), path, doraise=True, invalidation_mode=UNCHECKED)
        return target.read_bytes()


def compiled_members(
    archive: zipfile.ZipFile, unpacked_to: str, keep_sources: bool
) -> Iterator[tuple[str, bytes]]:
    """Yield the names and contents of an archive, with bytecode instead of the modules."""
    for name in archive.namelist():
        content = archive.read(name)
        path = PurePosixPath(name)
        if path.suffix != ".py":
            yield name, content
            continue
        try:
            compiled = bytecode(content, f"{unpacked_to}/{name}")
        except py_compile.PyCompileError:  # a template, or a test of a syntax error
            yield name, content
            continue
        if keep_sources:
            yield name, content
            cached = f"{path.stem}.{sys.implementation.cache_tag}.pyc"
            yield str(path.parent / "__pycache__" / cached), compiled
        else:
            yield f"{name}c", compiled


def compile_archive(file: Path, unpacked_to: str, keep_sources: bool = False) -> None:
    """Replace the modules of an archive by their bytecode, or add it and keep the sources."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(file) as archive,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target,
    ):
        for name, content in compiled_members(archive, unpacked_to, keep_sources):
            target.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    file.write_bytes(result.getvalue())


def compile_all(folder: str) -> None:
    """Compile the wheels of a folder and the standard library.

    Tracebacks show the paths at which Python unpacks them.
    """
    for wheel in Path(folder).glob("*.whl"):
        # keep the source of bpkit, which a reader may want to see
        compile_archive(wheel, site.getsitepackages()[0], wheel.name.startswith("bpkit_course-"))
    (library,) = (path for path in sys.path if path.endswith(".zip"))
    compile_archive(Path(folder, "python_stdlib.zip"), library)
