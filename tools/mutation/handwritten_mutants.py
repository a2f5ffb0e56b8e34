"""Handwritten mutants: known mistakes in formulas and programs, from handwritten_mutants.toml."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.replace_in_foreign_text import replace_once

Table = Mapping[str, Any]


@dataclass(frozen=True)
class HandwrittenMutant:
    """A text of a file and what replaces it; `why` says what the mistake does."""

    name: str
    file: str
    old: str
    new: str
    why: str

    def mutated_text(self, project: Path) -> str:
        """Return the file's text with the change; raise ValueError unless `old` is in it once."""
        text = (project / self.file).read_text(encoding="utf-8")
        return replace_once(text, self.old, self.new, file=f"{self.name}: {self.file}")


def read_table(project: Path, name: str) -> Table:
    """Return a .toml file of tools/mutation, empty if there is none."""
    path = project / "tools" / "mutation" / name
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def handwritten_mutants(project: Path) -> dict[str, list[HandwrittenMutant]]:
    """Return the wrong programs of the .toml file by kind; exit if one of them is stale."""
    table = read_table(project, "handwritten_mutants.toml")
    found = {
        kind: [HandwrittenMutant(**row) for row in table.get(key, [])]
        for kind, key in (("by hand", "mutant"), ("museum", "museum"))
    }
    try:
        for mutant in (*found["by hand"], *found["museum"]):
            mutant.mutated_text(project)
    except ValueError as error:
        sys.exit(str(error))
    return found
