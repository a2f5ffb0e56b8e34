"""The command: it lists the changes that no check notices, and fails if there is one."""

import json

import pytest
from helpers.small_project import STAGES, TEST

from tools.mutation import __main__ as command
from tools.mutation import working_copies
from tools.mutation.working_copies import Outcome, WorkingCopies


def run(project, *words):
    """Run the command on a project and return its exit code."""
    with pytest.raises(SystemExit) as end:
        command.main([*words, "--project", str(project.folder)])
    return end.value.code


def test_a_survivor_is_listed_and_fails_the_run(project, capsys):
    """The mutant of the tested function is killed, that of the untested one is not."""
    project.write_mutants(("2 * x", "2 + x + 1"), ("3 * x", "4 * x"))
    assert run(project) == 1
    printed = capsys.readouterr().out
    assert '"killed": {\n   "own tests": 1\n' in printed
    assert "Not noticed: 3 * x\n" in printed


def test_a_survivor_with_a_reason_passes_and_is_counted(project):
    """It is called equivalent in the report, which a full run without a problem writes."""
    project.write("tools/mutation/settings.toml", "report = 'report.json'\n" + STAGES)
    project.write_mutants(("2 * x", "5 * x"), ("3 * x", "4 * x"))
    project.write_reason("3 * x")
    assert run(project, "2 * x") == 0
    assert not (project.folder / "report.json").exists()
    assert run(project) == 0
    report = json.loads((project.folder / "report.json").read_text(encoding="utf-8"))
    numbers = {"total": 2, "killed": {"own tests": 1}, "equivalent": 1, "survived": 0}
    assert report == {"by hand": numbers}


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("2 * x", "equivalent, but killed by own tests: 2 * x"),
        ("7 * x", "there is no such mutant: 7 * x"),
    ],
)
def test_a_reason_that_explains_nothing_fails_the_run(project, name, problem, capsys):
    """What is called equivalent has to exist, and to survive."""
    project.write_mutants(("2 * x", "5 * x"))
    project.write_reason(name)
    assert run(project) == 1
    assert problem in capsys.readouterr().out


def test_a_word_that_no_name_contains_fails_the_run(project):
    """A typo does not look like a run without a survivor."""
    project.write_mutants(("2 * x", "5 * x"))
    assert run(project, "nosuchword") == "No mutant has a name that contains nosuchword."


def test_a_known_result_is_not_computed_again(project, monkeypatch):
    """A second run uses the cache, until a test changes."""
    project.write_mutants(("2 * x", "5 * x"))
    assert run(project) == 0
    tested = []
    outcome = Outcome("own tests", "test_core.py")
    monkeypatch.setattr(
        WorkingCopies, "test", lambda self, mutant: tested.append(mutant) or outcome
    )
    assert (run(project), tested) == (0, [])
    project.write("test_core.py", TEST.replace("(2) == 4", "(3) == 6"))
    assert (run(project), len(tested)) == (0, 1)


def test_a_change_that_does_not_end_is_killed_by_the_clock(project, monkeypatch, capsys):
    """An endless loop is noticed, after a multiple of the time that the tests need."""
    monkeypatch.setattr(working_copies, "PATIENCE", 1)
    project.write_mutants(("return 2 * x", "\n    while True: pass"))
    assert run(project) == 0
    assert '"time": 1' in capsys.readouterr().out


def test_every_second_of_the_selected_mutants(project):
    """A sample of those whose kind or name contains one of the words."""
    project.write_mutants(("2 * x", "5 * x"), ("3 * x", "4 * x"), ("double", "triple"))
    found = command.wrong_programs(project.folder, {})
    assert [m.name for _, m in command.select(found, ["2 *", "3 *"])] == ["2 * x", "3 * x"]
    assert [m.name for _, m in command.select(found, ["by hand"], 2)] == ["2 * x", "double"]


def test_a_sample_of_every_zeroth_mutant_is_refused(project, capsys):
    """The usage is printed."""
    assert run(project, "--every", "0") == 2
    assert "--every must be at least 1; got 0" in capsys.readouterr().err


def test_every_stage_names_a_test_file():
    """A moved folder of tests leaves no stage empty, and no row without a file."""
    settings = command.read_table(command.ROOT, "settings.toml")
    for row in settings["stage"]:
        changed = [
            path.relative_to(command.ROOT).as_posix()
            for path in (command.ROOT / settings["package"]).rglob("*.py")
        ]
        stage = command.Stage(**row)
        assert any(stage.test_files(command.ROOT, file) for file in changed), row


def test_every_module_with_operators_has_tests_of_its_own():
    """The first stage is never one that other modules share."""
    settings = command.read_table(command.ROOT, "settings.toml")
    stages = [command.Stage(**row) for row in settings["stage"] if row["name"] == "own tests"]
    for mutant in command.python_mutants(command.ROOT, settings["package"]):
        assert any(stage.test_files(command.ROOT, mutant.file) for stage in stages), mutant.file
