"""The runner of mutants: it tells noticed changes from unnoticed ones, and counts no others."""

import pytest

from tools import mutants

PACKAGE = "def double(x):\n    return 2 * x\n\n\ndef triple(x):\n    return 3 * x\n"
TEST = "import package\n\n\ndef test_double():\n    assert package.double(2) == 4\n"
ROW = """
[[mutant]]
name = '{old}'
file = 'package.py'
old = '{old}'
new = '''{new}'''
why = 'lies'
"""
COMMAND = ["pytest", "-x", "-q", "-p", "no:cacheprovider"]


@pytest.fixture
def project(tmp_path):
    """Make a project of two functions of which one is tested, without a table of mutants yet."""
    (tmp_path / "package.py").write_text(PACKAGE, encoding="utf-8")
    (tmp_path / "test_package.py").write_text(TEST, encoding="utf-8")
    (tmp_path / "tools").mkdir()
    return tmp_path


def tabulate(project, *changes):
    """Write the table of mutants, each a pair of an old and a new text of package.py."""
    rows = [ROW.format(old=old, new=new) for old, new in changes]
    table = "".join([f"command = {COMMAND}", *rows])
    (project / "tools" / "mutants.toml").write_text(table, encoding="utf-8")


def run(project):
    """Run the table of `project` and return the code that the command exits with."""
    with pytest.raises(SystemExit) as end:
        mutants.main(["--project", str(project)])
    return end.value.code


def test_a_survivor_is_listed_and_fails_the_run(project, capsys):
    """The mutant of the tested function is killed, that of the untested one is not."""
    tabulate(project, ("2 * x", "2 + x + 1"), ("3 * x", "4 * x"))
    assert run(project) == 1
    printed = capsys.readouterr().out
    assert "killed: 2 * x" in printed
    assert "Not noticed: 3 * x in package.py, which lies\n1 killed, 1 survived\n" in printed


def test_the_project_itself_is_left_alone(project):
    """Mutants are made in copies: the files are as they were."""
    tabulate(project, ("2 * x", "5 * x"))
    assert run(project) == 0
    assert (project / "package.py").read_text(encoding="utf-8") == PACKAGE


@pytest.mark.parametrize(("old", "count"), [("7 * x", 0), ("return", 2)])
def test_a_change_without_its_one_place_is_an_error(project, old, count):
    """A mutant that has gone stale is not counted as killed."""
    tabulate(project, (old, "5 * x"))
    assert f"{old!r} stands {count} times" in run(project)


def test_tests_that_fail_without_a_change_are_an_error(project):
    """Where nothing passes to begin with, no mutant can be said to be killed."""
    tabulate(project, ("return 2 * x", "return 5 * x"))
    (project / "test_package.py").write_text(TEST.replace("4", "5"), encoding="utf-8")
    assert "did not run without any change" in run(project)


def test_a_run_that_does_not_end_by_itself_is_an_error(project):
    """A change that ends the test program proves nothing about the tests."""
    tabulate(project, ("return 2 * x", "return __import__('os')._exit(3)"))
    assert "did not run with 'return 2 * x'" in run(project)
