"""Change formulas and programs, one small mistake at a time, and list what no check notices."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Container, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from tqdm import tqdm

from tools.mutation.choose_tests import Stage
from tools.mutation.handwritten_mutants import Table, handwritten_mutants, read_table
from tools.mutation.python_mutants import python_mutants
from tools.mutation.report import Result, problems, report
from tools.mutation.result_cache import ResultCache
from tools.mutation.working_copies import JOBS, Mutant, working_copies
from tools.project import ROOT


def wrong_formulas(project: Path, settings: Table) -> dict[str, list[Any]]:
    """Return the wrong formulas by kind: those made from the chapters, those of the museum."""
    if not settings.get("formulas"):
        return {}
    from tools.mutation import formula_mutants  # which reads the chapters

    rows = read_table(project, "handwritten_mutants.toml").get("formula", [])
    formulas = formula_mutants.displayed_formulas()
    try:
        museum = [formula_mutants.handwritten_formula_mutant(row, formulas) for row in rows]
    except ValueError as error:
        sys.exit(str(error))
    mutants = [m for formula in formulas.values() for m in formula_mutants.formula_mutants(formula)]
    return {"formulas": mutants, "museum": museum}


def wrong_programs(project: Path, settings: Table) -> dict[str, list[Any]]:
    """Return the wrong programs by kind: handwritten, published, and one per operator."""
    package = settings.get("package")
    operators = python_mutants(project, package) if package else []
    return {**handwritten_mutants(project), "operators": operators}


def select(
    mutants: Mapping[str, Sequence[Any]], words: Sequence[str], every: int = 1
) -> list[tuple[str, Any]]:
    """Return every `every`-th mutant whose kind or name contains a word; no words select all."""
    pairs = [(kind, mutant) for kind, group in mutants.items() for mutant in group]
    if words:
        pairs = [pair for pair in pairs if any(w in f"{pair[0]}: {pair[1].name}" for w in words)]
    return pairs[::every]


def equivalent_mutants(project: Path) -> dict[str, str]:
    """Return the reason for each mutant that changes nothing that a check could notice."""
    rows = read_table(project, "equivalents.toml").get("equivalent", [])
    return {name: row["why"] for row in rows for name in row["mutants"]}


def run_programs(
    project: Path,
    stages: Sequence[Stage],
    mutants: Sequence[tuple[str, Mutant]],
    equivalent: Container[str] = (),
) -> Iterator[Result]:
    """Give the result of each program: those in the cache first, then the others as they end."""
    cache = ResultCache(project, stages, equivalent)
    new = []
    for kind, mutant in mutants:
        if known := cache.get(mutant):
            yield Result(kind, mutant.name, known.killed_by)
        else:
            new.append((kind, mutant))
    if not new:
        return
    with (
        working_copies(project, stages, equivalent) as copies,
        ThreadPoolExecutor(JOBS) as pool,
    ):
        runs = {pool.submit(copies.test, mutant): (kind, mutant) for kind, mutant in new}
        for run in as_completed(runs):
            kind, mutant = runs[run]
            cache.put(mutant, run.result())
            yield Result(kind, mutant.name, run.result().killed_by)


def main(arguments: Sequence[str] | None = None) -> None:
    """Test the mutants whose kinds or names contain one of the given words, or all."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutation", description=__doc__)
    parser.add_argument("words", nargs="*", help="only mutants whose names contain one of these")
    parser.add_argument("--every", type=int, default=1, help="only every K-th of them")
    parser.add_argument("--project", type=Path, default=ROOT, help="the folder to copy")
    given = parser.parse_args(arguments)
    if given.every < 1:
        parser.error(f"--every must be at least 1; got {given.every}")
    settings = read_table(given.project, "settings.toml")
    equivalent = equivalent_mutants(given.project)
    stages = [Stage(**row) for row in settings["stage"]]
    formulas = wrong_formulas(given.project, settings)
    programs = wrong_programs(given.project, settings)
    some_formulas = select(formulas, given.words, given.every)
    some_programs = select(programs, given.words, given.every)
    if given.words and not (some_formulas or some_programs):
        sys.exit(f"No mutant has a name that contains {' or '.join(given.words)}.")
    results = [
        Result(kind, mutant.name, mutant.killed_by())
        for kind, mutant in tqdm(some_formulas, "formulas", disable=not some_formulas)
    ]
    tested = run_programs(given.project, stages, some_programs, equivalent)
    results += tqdm(tested, "programs", len(some_programs), smoothing=0, disable=not some_programs)
    numbers = json.dumps(report(results, equivalent), indent=1)
    print(numbers)
    names = {m.name for found in (formulas, programs) for group in found.values() for m in group}
    wrong = list(problems(results, [*equivalent], names))
    print(*wrong, sep="\n")
    if "report" in settings and not (given.words or given.every > 1 or wrong):
        path = given.project / settings["report"]
        path.write_text(numbers + "\n", encoding="utf-8", newline="\n")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
