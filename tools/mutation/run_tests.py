"""The trial: a changed copy of a project put through its own tests, stage by stage."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
from collections.abc import Container, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory
from time import monotonic
from typing import NamedTuple, Protocol

import pytest

JOBS = 2
PATIENCE = 10  # seconds that a test may take longer than five times what it needs
WITNESS = "witness.txt"
LEFT_OUT = shutil.ignore_patterns(".*", "_build", "__pycache__")
OPTIONS = ["-x", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]

# A process that has loaded what all tests need, but nothing of the project, and divides itself
# for each trial; where the system knows no such thing, each trial loads all of it anew.
PROCESSES = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
LOADED = ["pytest", "numpy", "lark", "hypothesis", "nbval.plugin", "jupytext", "nbclient", "mpmath"]
PROCESSES.set_forkserver_preload(LOADED)


class Change(Protocol):
    """What a trial needs to know of a mutant."""

    @property
    def name(self) -> str:
        """What to call it."""

    @property
    def file(self) -> str:
        """Which file it changes."""

    def changed(self, project: Path) -> str:
        """Return the file's text with the change."""


class Verdict(NamedTuple):
    """What killed a mutant: a stage, "time", or "" for nothing; and the test file that failed."""

    killer: str
    witness: str = ""


class Stage(NamedTuple):
    """A part of the tests: files by their patterns in this order.

    {module} is the changed module or package of modules, {part} the changed file of it.
    """

    name: str
    tests: list[str]
    leave_out: Sequence[str] = ()

    def files(self, project: Path, file: str) -> tuple[str, ...]:
        """Return the stage's test files for a changed file."""
        parts, part = Path(file).parts, Path(file).stem
        module = parts[min(1, len(parts) - 1)].removesuffix(".py")
        patterns = (pattern.format(module=module, part=part) for pattern in self.tests)
        found = [sorted(project.glob(pattern)) for pattern in patterns]
        tests = (path.relative_to(project).as_posix() for paths in found for path in paths)
        kept = (test for test in tests if not any(fnmatch(test, out) for out in self.leave_out))
        return tuple(dict.fromkeys(kept))


def steps(
    project: Path, stages: Sequence[Stage], mutant: Change, explained: Container[str] = ()
) -> list[tuple[str, tuple[str, ...]]]:
    """Return the stages of a mutant, each with those of its files that no earlier one has.

    The first is enough for a mutant that is explained: a reason says why none will notice it.
    """
    found: dict[str, tuple[str, ...]] = {}
    for stage in stages[:1] if mutant.name in explained else stages:
        seen = {file for files in found.values() for file in files}
        files = stage.files(project, mutant.file)
        found[stage.name] = tuple(file for file in files if file not in seen)
    return [(name, files) for name, files in found.items() if files]


class Trials:
    """Copies of a project, in which one file after the other is changed and tested."""

    def __init__(
        self, project: Path, stages: Sequence[Stage], explained: Container[str], folder: Path
    ) -> None:
        self.limits: dict[tuple[str, ...], float] = {}
        self.steps = partial(steps, project, stages, explained=explained)
        self.copies: Queue[Path] = Queue()
        for number in range(JOBS):
            copy = folder / str(number) / project.name
            shutil.copytree(project, copy, ignore=LEFT_OUT)
            self.copies.put(copy)

    def prepare(self, mutants: Sequence[Change]) -> None:
        """Run every test file without a change: it must pass, and its time counts in the limits."""
        every = dict.fromkeys(tests for mutant in mutants for _, tests in self.steps(mutant))
        files = list(dict.fromkeys(file for tests in every for file in tests))
        with ThreadPoolExecutor(JOBS) as pool:
            times = dict(zip(files, pool.map(self.time, files), strict=True))
        for tests in every:
            self.limits[tests] = PATIENCE + 5 * sum(times[file] for file in tests)

    def time(self, file: str) -> float:
        """Return the seconds that a test file takes in a copy without any change."""
        copy = self.copies.get()
        start = monotonic()
        if run([file], copy, limit=None) != 0:
            sys.exit(f"The tests fail without any change:\n{(copy / 'output.txt').read_text()}")
        self.copies.put(copy)
        return monotonic() - start

    def verdict(self, mutant: Change) -> Verdict:
        """Return the stage that kills a mutant and the test file that failed in it."""
        with self.changed(mutant) as copy:
            for stage, tests in self.steps(mutant):
                code = run(tests, copy, self.limits[tests])
                if code is None:
                    return Verdict("time")
                # 0 is passed, 1 failed, 2 could not be collected, below 0 ended by the system
                if code > 2:
                    sys.exit(f"{mutant.name} ends the tests with {code}")
                if code:
                    return Verdict(stage, (copy / WITNESS).read_text(encoding="utf-8"))
        return Verdict("")

    @contextmanager
    def changed(self, mutant: Change) -> Iterator[Path]:
        """Take a copy, change it, and put it back as it was."""
        copy = self.copies.get()
        file = copy / mutant.file
        before = file.read_bytes()
        try:
            file.write_text(mutant.changed(copy), encoding="utf-8", newline="\n")
            yield copy
        finally:
            file.write_bytes(before)
            self.copies.put(copy)


@contextmanager
def trials(
    project: Path, stages: Sequence[Stage], explained: Container[str] = ()
) -> Iterator[Trials]:
    """Make the copies, and delete them in the end."""
    with TemporaryDirectory() as folder:
        yield Trials(project, stages, explained, Path(folder))


def run(tests: Sequence[str], copy: Path, limit: float | None) -> int | None:
    """Return the code with which the tests end, or None if they do not end in time."""
    process = PROCESSES.Process(target=run_here, args=(list(tests), str(copy)))
    process.start()
    process.join(limit)
    if process.exitcode is None:
        process.kill()
        process.join()
        return None
    return process.exitcode


def run_here(tests: list[str], copy: str) -> None:
    """Run the tests of a copy in this process, their output in a file of the copy."""
    os.chdir(copy)
    sys.path.insert(0, copy)
    # The notebooks' kernels find the copy, too; a compiled file would outlive its source.
    os.environ |= {"PYTHONPATH": copy, "PYTHONDONTWRITEBYTECODE": "1"}
    sys.dont_write_bytecode = True
    output = os.open("output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os._exit(pytest.main([*OPTIONS, *tests], plugins=[Witness()]))


class Witness:
    """Writes down in which file the first test failed: what a verdict depends on."""

    def __init__(self) -> None:
        Path(WITNESS).write_text("", encoding="utf-8")

    def pytest_runtest_logreport(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        """Look at the report of a test."""
        if report.failed:
            Path(WITNESS).write_text(report.nodeid.partition("::")[0], encoding="utf-8")

    pytest_collectreport = pytest_runtest_logreport  # what cannot be loaded fails, too
