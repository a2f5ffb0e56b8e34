"""Copies of the numerical modules of bpkit in which one file is changed, for the tests."""

import ast
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from bpkit import Gradients, Network

ROOT = Path(__file__).parents[2]
MODULES = {"loss_and_gradients": "fast_gradients"}  # where a function is that is not in gradients


def gradient(file: str, text: str, name: str) -> Callable[..., Gradients]:
    """Return a function that finds gradients, from a package in which one file has another text."""
    module = MODULES.get(name, "gradients")
    modules = _load(file, text, module)
    function, network_of = getattr(modules[module], name), modules["network"].Network

    def found(network: Network, X: object, y: object) -> Gradients:
        answer = function(network_of(network.W, network.b), X, y)
        return Gradients(*(answer.gradients if hasattr(answer, "gradients") else answer))

    return found


def _load(file: str, text: str, wanted: str) -> dict[str, ModuleType]:
    """Load a module and those that it imports from bpkit, in a package named `mutated`."""
    paths = [f"bpkit/{module}.py" for module in _with_imports(wanted)]
    assert file in paths, f"{wanted} must import {file}; it needs {', '.join(paths)}"
    modules = {"mutated": ModuleType("mutated")}
    sys.modules |= modules
    try:
        for module in _with_imports(wanted):
            path = f"bpkit/{module}.py"
            source = text if path == file else (ROOT / path).read_text(encoding="utf-8")
            modules[module] = ModuleType(f"mutated.{module}")
            sys.modules[f"mutated.{module}"] = modules[module]
            exec(_renamed(source), modules[module].__dict__)
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == "mutated"]:
            del sys.modules[name]
    return modules


def _with_imports(module: str) -> list[str]:
    """Return a module and the modules of bpkit that it imports, each after those that it needs."""
    source = (ROOT / "bpkit" / f"{module}.py").read_text(encoding="utf-8")
    imports = [node.module or "" for node in ast.walk(ast.parse(source))
               if isinstance(node, ast.ImportFrom)]  # fmt: skip
    needed = [name.removeprefix("bpkit.") for name in imports if name.startswith("bpkit.")]
    found = [name for imported in needed for name in _with_imports(imported)]
    return list(dict.fromkeys([*found, module]))


def _renamed(source: str) -> str:
    """Return the source of a module with its imports from bpkit replaced, all of them."""
    renamed = re.sub(r"^from bpkit\.", "from mutated.", source, flags=re.MULTILINE)
    left = re.search(r"^\s*(from|import) bpkit.*", renamed, flags=re.MULTILINE)
    assert not left, f"imports must read `from bpkit.MODULE import NAME`; got {left[0]!r}"
    return renamed
