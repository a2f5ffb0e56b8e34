"""Stages: the tests of a changed file, its own first, none twice."""

import pytest

from tools.mutation.choose_tests import Stage, plan_tests


@pytest.fixture
def folder(project):
    """Return the folder of the project, with more test files than one."""
    for name in ("test_a.py", "test_b.py", "sub/test_c.py"):
        project.write(name, "")
    return project.folder


def test_patterns_give_the_files_in_their_order(folder):
    """The tests of the changed module come before the others."""
    stage = Stage("own", ["test_{module}*.py", "test_*.py"])
    assert stage.test_files(folder, "package/_b.py") == ["test_b.py", "test_a.py", "test_core.py"]


def test_a_file_can_be_left_out(folder):
    """By a pattern."""
    stage = Stage("own", ["**/test_*.py"], leave_out=["*_core.py", "sub/*"])
    assert stage.test_files(folder, "package/b.py") == ["test_a.py", "test_b.py"]


def test_a_row_is_for_the_files_of_its_pattern(folder):
    """The pattern names a file and its folder, and no folder below."""
    stage = Stage("own", ["test_a.py"], changed="package/[!x]*.py")
    assert stage.test_files(folder, "package/core.py") == ["test_a.py"]
    for other in ("package/x.py", "package/sub/core.py", "core.py"):
        assert not stage.test_files(folder, other)


def test_a_file_is_run_in_the_first_stage_that_has_it(folder):
    """No test file is run twice for one mutant, and rows of one name make one stage."""
    own = [Stage("own", ["test_core.py"]), Stage("own", ["test_b.py", "test_core.py"])]
    stages = [*own, Stage("none", ["test_b.py"]), Stage("all", ["test_*.py"])]
    plan = plan_tests(folder, stages, "package/core.py")
    assert plan == {"own": ["test_core.py", "test_b.py"], "all": ["test_a.py"]}


def test_the_first_stage_is_enough_for_an_equivalent_mutant(folder):
    """The first one that has a file for it."""
    stages = [Stage("other", ["test_a.py"], "x/*.py"), Stage("own", ["test_core.py"])]
    stages += [Stage("all", ["test_*.py"])]
    plan = plan_tests(folder, stages, "package/core.py", first_only=True)
    assert plan == {"own": ["test_core.py"]}
