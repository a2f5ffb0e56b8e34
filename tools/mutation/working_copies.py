"""Working copies of a project, in which one file after another is changed and tested."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory
from threading import Lock
from time import monotonic
from typing import Any, NamedTuple, Protocol

import pytest

from tools.mutation.choose_tests import Stage, plan_tests

JOBS = 2
PATIENCE = 10  # seconds that a test file may take beyond five times what it needs unchanged
NOT_COPIED = shutil.ignore_patterns(".*", "_build", "__pycache__", "node_modules")
# Each copy remembers in its cache which test failed last, and runs that one first.
OPTIONS = ["-x", "-q", "--failed-first", "-W", "ignore::pytest.PytestAssertRewriteWarning"]

# A server process imports what all tests need, but nothing of the project, and forks for each test
# file; where the system cannot fork, each test file imports everything again.
PROCESSES: Any = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
IMPORTED = [
    "pytest", "numpy", "lark", "hypothesis", "nbval.plugin", "jupytext", "nbclient", "mpmath",
    "PIL.Image", "matplotlib.pyplot",
]  # fmt: skip
PROCESSES.set_forkserver_preload(IMPORTED)


class Mutant(Protocol):
    """A change of one file."""

    @property
    def name(self) -> str:
        """What to call it."""

    @property
    def file(self) -> str:
        """The file that it changes."""

    def mutated_text(self, project: Path) -> str:
        """Return the file's text with the change."""


class Outcome(NamedTuple):
    """What happened to a mutant.

    Attributes
    ----------
    killed_by : str
        The stage whose tests failed; "time" if they did not end in time; "" if nothing did.
    failed_file : str
        The test file that failed, "" if none did.
    """

    killed_by: str
    failed_file: str = ""


class WorkingCopies:
    """Copies of a project, one for each job, and an unchanged one that times the tests."""

    def __init__(
        self, project: Path, stages: Sequence[Stage], equivalent: Container[str], folder: Path
    ) -> None:
        self.project, self.stages, self.equivalent = project, stages, equivalent
        self.unchanged = folder / "unchanged" / project.name
        shutil.copytree(project, self.unchanged, ignore=NOT_COPIED)
        self.copies: Queue[Path] = Queue()
        for number in range(JOBS):
            copy = folder / str(number) / project.name
            shutil.copytree(self.unchanged, copy)
            self.copies.put(copy)
        self.limits: dict[str, float] = {}
        self.timing = Lock()
        self.last_kill: dict[tuple[str, str], float] = {}

    def test(self, mutant: Mutant) -> Outcome:
        """Run the stages until a test file fails; in each, the file that killed last is first."""
        plan = plan_tests(
            self.project, self.stages, mutant.file, first_only=mutant.name in self.equivalent
        )
        with self.changed(mutant) as copy:
            for stage, files in plan.items():
                for file in sorted(files, key=lambda f: -self.last_kill.get((mutant.file, f), 0)):
                    code = run(file, copy, self.limit(file))
                    # 0 is passed, 1 failed, 2 could not be collected, below 0 ended by the system
                    if code is not None and code > 2:
                        sys.exit(
                            f"pytest exited with code {code} on {file}; "
                            f"expected 0, 1 or 2 (mutant {mutant.name})"
                        )
                    if code != 0:
                        self.last_kill[mutant.file, file] = monotonic()
                        return Outcome("time" if code is None else stage, file)
        return Outcome("")

    def limit(self, file: str) -> float:
        """Return the seconds that a test file may take; it has to pass without any change."""
        if file not in self.limits:
            with self.timing:
                if file not in self.limits:
                    self.limits[file] = PATIENCE + 5 * self.seconds(file)
        return self.limits[file]

    def seconds(self, file: str) -> float:
        """Return how long a test file takes in the unchanged copy; exit if it fails there."""
        start = monotonic()
        if run(file, self.unchanged, limit=None) != 0:
            output = (self.unchanged / "output.txt").read_text(encoding="utf-8")
            sys.exit(f"The tests fail without any change:\n{output}")
        return monotonic() - start

    @contextmanager
    def changed(self, mutant: Mutant) -> Iterator[Path]:
        """Take a copy, change it, and restore it."""
        copy = self.copies.get()
        file = copy / mutant.file
        before = file.read_bytes()
        try:
            file.write_text(mutant.mutated_text(copy), encoding="utf-8", newline="\n")
            yield copy
        finally:
            file.write_bytes(before)
            self.copies.put(copy)


@contextmanager
def working_copies(
    project: Path, stages: Sequence[Stage], equivalent: Container[str] = ()
) -> Iterator[WorkingCopies]:
    """Make the copies, and delete them in the end."""
    with TemporaryDirectory() as folder:
        yield WorkingCopies(project, stages, equivalent, Path(folder))


def run(file: str, copy: Path, limit: float | None) -> int | None:
    """Return the exit code of a test file, or None if it does not end in time."""
    process = PROCESSES.Process(target=run_here, args=(file, str(copy)))
    process.start()
    process.join(limit)
    if process.exitcode is None:
        process.kill()
        process.join()
        return None
    return int(process.exitcode)


def run_here(file: str, copy: str) -> None:
    """Run a test file of a copy in this process, its output in a file of the copy."""
    os.chdir(copy)
    sys.path.insert(0, copy)
    # The notebooks' kernels import from the copy, too; a compiled file would outlive its source.
    os.environ |= {"PYTHONPATH": copy, "PYTHONDONTWRITEBYTECODE": "1"}
    sys.dont_write_bytecode = True
    output = os.open("output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os._exit(pytest.main([*OPTIONS, file]))
