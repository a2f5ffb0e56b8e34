"""The cache of results: what is known stays valid while the files are the same."""

import pytest

from tools.mutation.choose_tests import Stage
from tools.mutation.handwritten_mutants import handwritten_mutants
from tools.mutation.result_cache import ResultCache
from tools.mutation.working_copies import Outcome

STAGES = [Stage("own tests", ["test_core*.py"])]
KILLED, SURVIVED = Outcome("own tests", "test_core.py"), Outcome("")


@pytest.fixture
def mutant(project):
    """Return the only mutant of the project."""
    project.write_mutants(("2 * x", "5 * x"))
    return handwritten_mutants(project.folder)["by hand"][0]


@pytest.fixture
def cached(project, mutant):
    """Return a function that stores an outcome and then reads it as the next run does."""

    def get(outcome=None):
        if outcome is not None:
            ResultCache(project.folder, STAGES).put(mutant, outcome)
        return ResultCache(project.folder, STAGES).get(mutant)

    return get


def test_nothing_is_known_at_first(cached):
    """A mutant has to be tested once."""
    assert cached() is None


@pytest.mark.parametrize("outcome", [KILLED, SURVIVED])
def test_an_outcome_is_stored(cached, outcome):
    """That of the next run is the same, whether the mutant was killed or not."""
    assert cached(outcome) == outcome
    assert cached() == outcome


def test_a_kill_depends_only_on_the_test_file_that_failed(project, cached):
    """Another test file makes no difference to it."""
    assert cached(KILLED) == KILLED
    project.write("test_core_more.py", "def test_nothing():\n    pass\n")
    assert cached() == KILLED
    project.write("test_core.py", "def test_nothing():\n    pass\n")
    assert cached() is None


def test_a_kill_by_a_test_file_that_is_gone_is_not_known(project, cached):
    """It has been renamed, and the mutant is tested again."""
    assert cached(KILLED) == KILLED
    (project.folder / "test_core.py").unlink()
    assert cached() is None


def test_a_survivor_depends_on_all_tests(project, cached):
    """A new test may be the one that notices it."""
    assert cached(SURVIVED) == SURVIVED
    project.write("test_core_more.py", "def test_nothing():\n    pass\n")
    assert cached() is None


@pytest.mark.parametrize("outcome", [KILLED, SURVIVED])
def test_an_outcome_depends_on_the_changed_file(project, cached, outcome):
    """Another line of it may make a difference."""
    assert cached(outcome) == outcome
    project.write("package/core.py", "def double(x):\n    return 2 * x\n")
    assert cached() is None
