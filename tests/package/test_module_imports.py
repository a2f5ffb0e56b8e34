"""Imports: the reader serves any book, and each part of bpkit loads only what it needs."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "bpkit"
MODULES = sorted(PACKAGE.rglob("*.py"))
LEFT_OUT = {
    "bpkit": ["bpkit.course", "bpkit.equations", "lark", "matplotlib"],
    "bpkit.equations": ["bpkit.course", "matplotlib"],
    "bpkit.course": ["bpkit.course.figures", "matplotlib"],
}


@pytest.mark.parametrize("part", LEFT_OUT)
def test_a_part_loads_only_what_it_needs(part):
    """In a process of its own, which also says that the part itself is loaded."""
    program = f"import sys, {part}; print(*sys.modules)"
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout
    assert part in printed.split()
    assert not {*LEFT_OUT[part]} & {*printed.split()}


def imported(text):
    """Return what a module imports from bpkit, each name with its module."""
    names = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return [name for name in names if name.split(".")[0] == "bpkit"]


def from_the_root(text):
    """Return what a module imports from the root of bpkit and is not a module itself."""
    modules = {f"bpkit.{path.stem}" for path in PACKAGE.iterdir()}
    names = [name for name in imported(text) if name.count(".") < 2]
    return [name for name in names if name not in modules]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_imports_the_root(path):
    """Each imports the module that defines a name, so that none needs all of them."""
    assert from_the_root(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("line", ["import bpkit", "from bpkit import loss", "import bpkit as b"])
def test_an_import_of_the_root_is_found(line):
    """However it is written; the import of a module is not one."""
    assert from_the_root(f"from bpkit import network\n{line}\n") == [
        "bpkit.loss" if "loss" in line else "bpkit"
    ]


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("equations/*.py")), ids=lambda path: path.stem)
def test_the_reader_imports_nothing_else_of_the_package(path):
    """Another book can use it as it is."""
    names = imported(path.read_text(encoding="utf-8"))
    assert [name for name in names if not name.startswith("bpkit.equations.")] == []
