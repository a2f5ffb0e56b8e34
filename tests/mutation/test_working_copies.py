"""Working copies: a change is tested in a copy, and what proves nothing is not counted."""

import pytest

from tools.mutation.choose_tests import Stage
from tools.mutation.handwritten_mutants import handwritten_mutants
from tools.mutation.working_copies import Outcome, working_copies

PASSES = "def test_nothing():\n    pass\n"
FAILS = "def test_double():\n    from package.core import double\n\n    assert double(1) == 2\n"
STAGES = [Stage("own", ["test_{module}.py"]), Stage("others", ["test_*.py"])]


def outcomes(project, *changes):
    """Return what kills each change of the package, in order."""
    project.write_mutants(*changes)
    with working_copies(project.folder, STAGES) as copies:
        return [copies.test(m) for m in handwritten_mutants(project.folder)["by hand"]]


def test_a_mutant_is_killed_by_the_first_stage_that_fails(project):
    """Its outcome names the stage and the test file."""
    project.write("test_other.py", FAILS)
    killed, survived = outcomes(project, ("2 * x", "5 * x"), ("3 * x", "5 * x"))
    assert killed == Outcome("own", "test_core.py")
    assert survived == Outcome("")
    project.write("test_core.py", PASSES)
    (killed,) = outcomes(project, ("2 * x", "5 * x"))
    assert killed == Outcome("others", "test_other.py")


def test_the_file_that_killed_last_is_run_first(project):
    """Within a stage, whatever the order of its files."""
    project.write("test_core.py", PASSES)
    project.write("test_z.py", FAILS)
    changes = (("2 * x", "5 * x"), ("double(x)", "double(y)"))
    with working_copies(project.folder, STAGES) as copies:
        project.write_mutants(*changes)
        first, second = handwritten_mutants(project.folder)["by hand"]
        assert copies.test(first) == Outcome("others", "test_z.py")
        for copy in (copies.copies.get(), copies.copies.get()):
            (copy / "test_a.py").write_text(FAILS, encoding="utf-8")
            copies.copies.put(copy)
        project.write("test_a.py", FAILS)
        assert copies.test(second) == Outcome("others", "test_z.py")


def test_an_equivalent_mutant_is_tested_by_the_first_stage_alone(project):
    """A reason says why no test will notice it."""
    project.write("test_core.py", PASSES)
    project.write("test_other.py", FAILS)
    project.write_mutants(("2 * x", "5 * x"))
    (mutant,) = handwritten_mutants(project.folder)["by hand"]
    with working_copies(project.folder, STAGES, {mutant.name}) as copies:
        assert copies.test(mutant) == Outcome("")


def test_the_project_itself_is_left_alone(project):
    """Mutants are made in copies, which are restored."""
    path = project.folder / "package" / "core.py"
    before = path.read_bytes()
    outcomes(project, ("2 * x", "5 * x"))
    assert path.read_bytes() == before
    with working_copies(project.folder, STAGES) as copies:
        (mutant,) = handwritten_mutants(project.folder)["by hand"]
        copies.test(mutant)
        for copy in (copies.copies.get(), copies.copies.get(), copies.unchanged):
            assert (copy / "package" / "core.py").read_bytes() == before


def test_tests_that_fail_without_a_change_are_an_error(project):
    """Where nothing passes to begin with, no mutant can be said to be killed."""
    project.write("test_core.py", FAILS.replace("2", "3"))
    with pytest.raises(SystemExit, match="fail without any change"):
        outcomes(project, ("return 2 * x", "return 3 * x"))


def test_a_run_that_does_not_end_by_itself_is_an_error(project):
    """A change that ends the test program proves nothing about the tests."""
    message = r"code 3 on test_core\.py; expected 0, 1 or 2 \(mutant return 2 \* x\)"
    with pytest.raises(SystemExit, match=message):
        outcomes(project, ("return 2 * x", "return __import__('os')._exit(3)"))
