"""Handwritten mutants: each has its one place, and the tests notice it at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tools.mutation.choose_tests import Stage
from tools.mutation.handwritten_mutants import handwritten_mutants, read_table
from tools.mutation.working_copies import JOBS, working_copies
from tools.project import ROOT


def test_a_mutant_is_the_text_with_the_change(project):
    """The rest of the file is the same."""
    project.write_mutants(("2 * x", "5 * x"))
    (mutant,) = handwritten_mutants(project.folder)["by hand"]
    text = (project.folder / "package" / "core.py").read_text(encoding="utf-8")
    assert mutant.mutated_text(project.folder) == text.replace("2", "5")


@pytest.mark.parametrize(("old", "count"), [("7 * x", 0), ("return", 2)])
def test_a_change_without_its_one_place_is_an_error(project, old, count):
    """A mutant that has gone stale is not counted as killed."""
    project.write_mutants((old, "5 * x"))
    with pytest.raises(SystemExit, match=f"package/core.py must .* found {count} times"):
        handwritten_mutants(project.folder)


def test_a_wrong_derivation_fails_the_tests_of_its_module():
    """The known mistakes in the derivations, and the published ones, are noticed at once."""
    stages = [Stage(**row) for row in read_table(ROOT, "settings.toml")["stage"]]
    own = [stage for stage in stages if stage.name == "own tests"]
    wrong = [mutant for group in handwritten_mutants(ROOT).values() for mutant in group]
    with working_copies(ROOT, own) as copies, ThreadPoolExecutor(JOBS) as pool:
        outcomes = list(pool.map(copies.test, wrong))
    survivors = [m.name for m, found in zip(wrong, outcomes, strict=True) if not found.killed_by]
    assert not survivors
    assert len(wrong) > 30
