"""Results of earlier runs, each valid as long as the files that it depends on are the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Sequence
from pathlib import Path

from tools.mutation.choose_tests import Stage, plan_tests
from tools.mutation.working_copies import Mutant, Outcome


class ResultCache:
    """The file .mutants/results.jsonl: one outcome per line, the last one of a name counts."""

    def __init__(
        self, project: Path, stages: Sequence[Stage], equivalent: Container[str] = ()
    ) -> None:
        self.project, self.stages, self.equivalent = project, stages, equivalent
        self.path = project / ".mutants" / "results.jsonl"
        self.path.parent.mkdir(exist_ok=True)
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        self.rows = {row["name"]: row for row in map(json.loads, lines)}

    def digest(self, mutant: Mutant, failed_file: str) -> str:
        """Return the hash of the changed file and of the test file that failed, or of all run."""
        files = [failed_file]
        if not failed_file:
            first_only = mutant.name in self.equivalent
            plan = plan_tests(self.project, self.stages, mutant.file, first_only)
            files = [file for part in plan.values() for file in part]
        contents = [(self.project / file).read_bytes() for file in files]
        text = mutant.mutated_text(self.project).encode()
        return hashlib.sha256(b"\0".join([text, *contents])).hexdigest()

    def get(self, mutant: Mutant) -> Outcome | None:
        """Return the outcome of an earlier run, None if there is none that is still valid."""
        row = self.rows.get(mutant.name)
        if row is None or not (self.project / row["failed_file"]).exists():
            return None
        if row["digest"] != self.digest(mutant, row["failed_file"]):
            return None
        return Outcome(row["killed_by"], row["failed_file"])

    def put(self, mutant: Mutant, outcome: Outcome) -> None:
        """Store an outcome at once, so that a run that is stopped can continue later."""
        digest = self.digest(mutant, outcome.failed_file)
        row = {"name": mutant.name, **outcome._asdict(), "digest": digest}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
