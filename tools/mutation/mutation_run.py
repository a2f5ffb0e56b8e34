"""Break the course on purpose, one small change at a time, and list what no check notices."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tomllib
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from tqdm import tqdm

from tools.mutation import python_mutants as code_mutants
from tools.mutation import run_tests as trial

ROOT = Path(__file__).parents[2]
Table = Mapping[str, Any]


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


class Result(NamedTuple):
    """What came of a mutant: what killed it, or "" if nothing did."""

    kind: str
    name: str
    killer: str


# What there is to try


def read(project: Path, name: str) -> Table:
    """Return a table of the project's tools, empty if there is none."""
    path = project / "tools" / "mutation" / name
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def formulas(table: Table) -> dict[str, list[Any]]:
    """Return the wrong formulas by kind: those made from the chapters, those of the museum."""
    if not table.get("formulas"):
        return {}
    from tools.mutation import formula_mutants  # which reads the chapters

    named = [formula_mutants.by_hand(row) for row in table.get("formula", [])]
    return {"formulas": formula_mutants.mutants(), "museum": named}


def programs(project: Path, table: Table) -> dict[str, list[trial.Change]]:
    """Return the wrong programs by kind: those made from the package, those chosen by hand."""
    made = code_mutants.mutants(project, table["package"]) if "package" in table else []
    rows = {kind: table.get(kind, []) for kind in ("mutant", "museum")}
    by_hand = {kind: [Mutant(**row) for row in found] for kind, found in rows.items()}
    for mutant in (*by_hand["mutant"], *by_hand["museum"]):
        mutant.changed(project)
    return {"by hand": [*by_hand["mutant"]], "museum": [*by_hand["museum"]], "operators": [*made]}


def chosen(
    found: Mapping[str, list[Any]], words: Sequence[str], every: int = 1
) -> list[tuple[str, Any]]:
    """Return the mutants, each with its kind, whose kind or name holds one of the words, or all.

    Of those, every second, third and so on may be enough.
    """
    pairs = [(kind, mutant) for kind, mutants in found.items() for mutant in mutants]
    if words:
        pairs = [pair for pair in pairs if any(w in f"{pair[0]}: {pair[1].name}" for w in words)]
    return pairs[::every]


# What came of it


class Memory:
    """The results of earlier runs, each good while the files that it depends on are the same."""

    def __init__(
        self, project: Path, stages: Sequence[trial.Stage], explained: Container[str] = ()
    ) -> None:
        self.project = project
        self.steps = partial(trial.steps, project, stages, explained=explained)
        self.path = project / ".mutants" / "results.jsonl"
        self.path.parent.mkdir(exist_ok=True)
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        self.known = {row["name"]: row for row in map(json.loads, lines)}

    def digest(self, mutant: trial.Change, witness: str) -> str:
        """Return the hash of the changed file and of the test file that failed, or of all run."""
        every = [file for _, files in self.steps(mutant) for file in files]
        tests = [witness] if witness else every
        contents = [(self.project / file).read_bytes() for file in tests]
        text = mutant.changed(self.project).encode()
        return hashlib.sha256(b"\0".join([text, *contents])).hexdigest()

    def recall(self, mutant: trial.Change) -> str | None:
        """Return what killed a mutant before, None if that is not known or no longer sure."""
        row = self.known.get(mutant.name)
        if row is None or not (self.project / row["witness"]).exists():
            return None
        sure = row["digest"] == self.digest(mutant, row["witness"])
        return str(row["killer"]) if sure else None

    def keep(self, mutant: trial.Change, found: trial.Verdict) -> None:
        """Write down a result at once, so that a run that is stopped can go on later."""
        digest = self.digest(mutant, found.witness)
        row = {"name": mutant.name, **found._asdict(), "digest": digest}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def try_programs(
    project: Path,
    stages: Sequence[trial.Stage],
    mutants: Sequence[tuple[str, trial.Change]],
    explained: Container[str] = (),
) -> Iterator[Result]:
    """Give the result of each program: the remembered ones first, then the others as they end."""
    memory = Memory(project, stages, explained)
    recalled = [(kind, mutant, memory.recall(mutant)) for kind, mutant in mutants]
    yield from (Result(kind, m.name, killer) for kind, m, killer in recalled if killer is not None)
    new = [(kind, mutant) for kind, mutant, killer in recalled if killer is None]
    if not new:
        return
    with trial.trials(project, stages, explained) as trials, ThreadPoolExecutor(trial.JOBS) as pool:
        trials.prepare([mutant for _, mutant in new])
        runs = {pool.submit(trials.verdict, mutant): (kind, mutant) for kind, mutant in new}
        for run in as_completed(runs):
            kind, mutant = runs[run]
            memory.keep(mutant, run.result())
            yield Result(kind, mutant.name, run.result().killer)


def report(results: Sequence[Result], equivalent: Mapping[str, str]) -> dict[str, Any]:
    """Return how many mutants of each kind there were, and what became of them."""
    kinds = dict.fromkeys(result.kind for result in results)
    return {kind: counts([r for r in results if r.kind == kind], equivalent) for kind in kinds}


def counts(results: Sequence[Result], equivalent: Mapping[str, str]) -> dict[str, Any]:
    """Return the numbers of one kind."""
    killed = Counter(result.killer for result in results if result.killer)
    alive = [result.name for result in results if not result.killer]
    same = sum(name in equivalent for name in alive)
    return {
        "total": len(results),
        "killed": dict(sorted(killed.items())),
        "equivalent": same,
        "survived": len(alive) - same,
    }


def complaints(
    results: Sequence[Result], equivalent: Mapping[str, str], names: set[str]
) -> Iterator[str]:
    """Give what is wrong: an unexplained survivor, an explanation that explains nothing."""
    for result in results:
        if not result.killer and result.name not in equivalent:
            yield f"Not noticed: {result.name}"
        elif result.killer and result.name in equivalent:
            yield f"Called equivalent, and killed by {result.killer}: {result.name}"
    yield from (f"Called equivalent, and not there: {name}" for name in equivalent.keys() - names)


def equivalents(project: Path) -> dict[str, str]:
    """Return the reason for each mutant that is known to change nothing that matters."""
    rows = read(project, "equivalents.toml").get("equivalent", [])
    return {name: row["why"] for row in rows for name in row["mutants"]}


def main(arguments: Sequence[str] | None = None) -> None:
    """Try the mutants whose kinds or names hold one of the given words, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="try only mutants whose names hold one of these")
    parser.add_argument("--every", type=int, default=1, help="try every K-th of them alone")
    parser.add_argument("--project", type=Path, default=ROOT, help="the folder to take a copy of")
    given = parser.parse_args(arguments)
    table, same = read(given.project, "by_hand.toml"), equivalents(given.project)
    stages = [trial.Stage(**row) for row in table["stage"]]
    wrong, broken = formulas(table), programs(given.project, table)
    pages, code = (chosen(found, given.words, given.every) for found in (wrong, broken))
    results = [
        Result(kind, m.name, m.verdict()) for kind, m in tqdm(pages, "formulas", disable=not pages)
    ]
    tried = try_programs(given.project, stages, code, same)
    results += tqdm(tried, "programs", len(code), smoothing=0, disable=not code)
    numbers = report(results, same)
    print(json.dumps(numbers, indent=1))
    names = {
        mutant.name for found in (wrong, broken) for group in found.values() for mutant in group
    }
    problems = list(complaints(results, same, names))
    print(*problems, sep="\n")
    if "report" in table and not (given.words or given.every > 1 or problems):
        text = json.dumps(numbers, indent=1) + "\n"
        (given.project / table["report"]).write_text(text, encoding="utf-8", newline="\n")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
