"""Break the package on purpose, one small change at a time, and list those that no test notices."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
LEFT_OUT = shutil.ignore_patterns(".*", "_build", "__pycache__")
VERDICTS = {0: "SURVIVED", 1: "killed"}  # pytest's exit codes: all passed, some failed


@dataclass(frozen=True)
class Mutant:
    """One change of one file, which some test has to notice; `why` says what it would do."""

    name: str
    file: str
    old: str
    new: str
    why: str

    def changed(self, project: Path) -> str:
        """Return the file's text with the change; refuse one whose place is gone or repeated."""
        text = (project / self.file).read_text(encoding="utf-8")
        if (count := text.count(self.old)) != 1:
            sys.exit(f"{self.name}: {self.old!r} stands {count} times in {self.file}, not once")
        return text.replace(self.old, self.new)


def verdict(command: Sequence[str], project: Path, mutant: Mutant | None = None) -> str:
    """Run `command` on a copy of `project`, changed by `mutant`, and say how it ended."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / project.name
        shutil.copytree(project, copy, ignore=LEFT_OUT)
        if mutant:
            (copy / mutant.file).write_text(mutant.changed(copy), encoding="utf-8", newline="\n")
        # PYTHONPATH comes before the installed package, in the notebooks' kernels as well.
        environment = {**os.environ, "PYTHONPATH": str(copy)}
        program = [sys.executable, "-m", *command]
        run = subprocess.run(program, cwd=copy, env=environment, capture_output=True, text=True)
    if run.returncode not in VERDICTS or (mutant is None and run.returncode):
        what = f"with {mutant.name!r}" if mutant else "without any change"
        sys.exit(f"The tests did not run {what}:\n{run.stdout}{run.stderr}")
    return VERDICTS[run.returncode]


def survivors(command: Sequence[str], project: Path, mutants: Sequence[Mutant]) -> list[Mutant]:
    """Try the mutants, two at a time, report each as it ends, and return those that survived."""
    for mutant in mutants:
        mutant.changed(project)
    verdict(command, project)
    found = []
    with ThreadPoolExecutor(2) as pool:
        runs = {pool.submit(verdict, command, project, mutant): mutant for mutant in mutants}
        for number, run in enumerate(as_completed(runs), start=1):
            print(f"[{number}/{len(mutants)}] {run.result()}: {runs[run].name}", flush=True)
            if run.result() == "SURVIVED":
                found.append(runs[run])
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Try the mutants of tools/mutants.toml whose names hold one of the given words, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="try only mutants whose names hold one of these")
    parser.add_argument("--project", type=Path, default=ROOT, help="the folder to take a copy of")
    given = parser.parse_args(arguments)
    table = tomllib.loads((given.project / "tools" / "mutants.toml").read_text(encoding="utf-8"))
    mutants = [
        mutant
        for mutant in (Mutant(**row) for row in table["mutant"])
        if not given.words or any(word in mutant.name for word in given.words)
    ]
    found = survivors(table["command"], given.project, mutants)
    for mutant in found:
        print(f"Not noticed: {mutant.name} in {mutant.file}, which {mutant.why}")
    print(f"{len(mutants) - len(found)} killed, {len(found)} survived")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
