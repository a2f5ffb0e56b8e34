"""Stages: which test files are run for a changed file, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path, PurePath
from typing import NamedTuple


class Stage(NamedTuple):
    """A row of settings.toml: test files, in this order, for the changed files that it names.

    In a pattern, {module} is the name of the changed module without a leading underscore.
    """

    name: str
    tests: Sequence[str]
    changed: str = "*"
    leave_out: Sequence[str] = ()

    def test_files(self, project: Path, changed_file: str) -> list[str]:
        """Return the stage's test files for a changed file."""
        if not PurePath(changed_file).match(self.changed):
            return []
        module = PurePath(changed_file).stem.removeprefix("_")
        found = (sorted(project.glob(pattern.format(module=module))) for pattern in self.tests)
        files = (path.relative_to(project).as_posix() for paths in found for path in paths)
        kept = (file for file in files if not any(fnmatch(file, out) for out in self.leave_out))
        return list(dict.fromkeys(kept))


def plan_tests(
    project: Path, stages: Sequence[Stage], changed_file: str, first_only: bool = False
) -> dict[str, list[str]]:
    """Return the test files of each stage, each file in the first stage that has it.

    The first stage alone is enough for an equivalent mutant: a reason says why no test fails.
    """
    plan: dict[str, list[str]] = {}
    seen: set[str] = set()
    for stage in stages:
        files = stage.test_files(project, changed_file)
        plan.setdefault(stage.name, []).extend(file for file in files if file not in seen)
        seen.update(files)
    with_files = {name: files for name, files in plan.items() if files}
    return dict(list(with_files.items())[:1]) if first_only else with_files
