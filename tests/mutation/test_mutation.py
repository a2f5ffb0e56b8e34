"""The runner of mutants: it tells noticed changes from unnoticed ones, and counts no others."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tools.mutation import mutation_run as mutants
from tools.mutation import python_mutants as code_mutants
from tools.mutation import run_tests as trial

PACKAGE = "def double(x):\n    return 2 * x\n\n\ndef triple(x):\n    return 3 * x\n"
TEST = "from package import core\n\n\ndef test_double():\n    assert core.double(2) == 4\n"
HEAD = "[[stage]]\nname = 'own tests'\ntests = ['test_{module}.py']\n"
ROW = """
[[mutant]]
name = '{old}'
file = 'package/core.py'
old = '{old}'
new = '''{new}'''
why = 'lies'
"""
SAME = "[[equivalent]]\nwhy = 'nobody triples'\nmutants = {names}\n"


@pytest.fixture
def project(tmp_path):
    """Make a project of two functions of which one is tested, without a table of mutants yet."""
    for folder in ("package", "tools"):
        (tmp_path / folder).mkdir()
    write(tmp_path, "package/core.py", PACKAGE)
    write(tmp_path, "test_core.py", TEST)
    return tmp_path


def write(project, file, text):
    """Write a file of the project."""
    (project / file).write_text(text, encoding="utf-8")


def tabulate(project, *changes, head=""):
    """Write the table of mutants, each a pair of an old and a new text of the package."""
    rows = [ROW.format(old=old, new=new) for old, new in changes]
    write(project, "tools/mutation/by_hand.toml", "".join([head, HEAD, *rows]))


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
    assert '"killed": {\n   "own tests": 1\n' in printed
    assert "Not noticed: 3 * x\n" in printed


def test_a_survivor_with_a_reason_passes_and_is_counted(project):
    """It is called equivalent in the report, which a run without a complaint writes."""
    tabulate(project, ("2 * x", "5 * x"), ("3 * x", "4 * x"), head="report = 'report.json'\n")
    write(project, "tools/mutation/equivalents.toml", SAME.format(names=["3 * x"]))
    assert run(project) == 0
    report = json.loads((project / "report.json").read_text(encoding="utf-8"))
    numbers = {"total": 2, "killed": {"own tests": 1}, "equivalent": 1, "survived": 0}
    assert report == {"by hand": numbers}


@pytest.mark.parametrize(
    ("name", "complaint"),
    [("2 * x", "equivalent, and killed by own tests: 2 * x"), ("7 * x", "and not there: 7 * x")],
)
def test_a_reason_that_explains_nothing_fails_the_run(project, name, complaint, capsys):
    """What is called equivalent has to be there, and to survive."""
    tabulate(project, ("2 * x", "5 * x"))
    write(project, "tools/mutation/equivalents.toml", SAME.format(names=[name]))
    assert run(project) == 1
    assert complaint in capsys.readouterr().out


def test_what_is_known_is_not_tried_again(project, monkeypatch):
    """A second run remembers; a changed test makes it forget."""
    tabulate(project, ("2 * x", "5 * x"))
    assert run(project) == 0
    tried = []
    verdict = trial.Verdict("it", "test_core.py")
    monkeypatch.setattr(
        trial.Trials, "verdict", lambda self, mutant: tried.append(mutant) or verdict
    )
    assert (run(project), tried) == (0, [])
    write(project, "test_core.py", TEST.replace("(2) == 4", "(3) == 6"))
    assert (run(project), len(tried)) == (0, 1)


def test_a_verdict_depends_on_the_test_that_failed_alone(project):
    """It is written down, and another test file makes no difference to it."""
    tabulate(project, ("2 * x", "5 * x"))
    assert run(project) == 0
    stages = [trial.Stage("own tests", ["test_core*.py"])]
    (mutant,) = mutants.programs(project, mutants.read(project, "by_hand.toml"))["by hand"]
    write(project, "test_core_more.py", "def test_nothing():\n    pass\n")
    memory = mutants.Memory(project, stages)
    assert memory.known[mutant.name]["witness"] == "test_core.py"
    assert memory.recall(mutant) == "own tests"
    write(project, "test_core.py", TEST.replace("(2) == 4", "(3) == 6"))
    assert memory.recall(mutant) is None


def test_what_survives_depends_on_all_tests(project):
    """A new test may be the one that notices it."""
    tabulate(project, ("3 * x", "5 * x"))
    assert run(project) == 1
    stages = [trial.Stage("own tests", ["test_core*.py"])]
    (mutant,) = mutants.programs(project, mutants.read(project, "by_hand.toml"))["by hand"]
    assert mutants.Memory(project, stages).recall(mutant) == ""
    write(project, "test_core_more.py", "def test_nothing():\n    pass\n")
    assert mutants.Memory(project, stages).recall(mutant) is None


def test_a_file_is_run_in_the_first_stage_that_has_it(project):
    """No test is run twice for one mutant."""
    write(project, "test_other.py", "def test_nothing():\n    pass\n")
    tabulate(project, ("2 * x", "5 * x"))
    stages = [trial.Stage("own", ["test_core.py"]), trial.Stage("all", ["test_*.py"])]
    (mutant,) = mutants.programs(project, mutants.read(project, "by_hand.toml"))["by hand"]
    with trial.trials(project, stages) as trials:
        steps = trials.steps(mutant)
    assert steps == [("own", ("test_core.py",)), ("all", ("test_other.py",))]


def test_the_tests_of_the_changed_file_come_first(project):
    """Before those of the other files of its folder."""
    for name in ("test_sub_a.py", "test_sub_b.py"):
        write(project, name, "def test_nothing():\n    pass\n")
    stage = trial.Stage("own", ["test_{module}_{part}.py", "test_{module}*.py"])
    assert stage.files(project, "package/sub/b.py") == ("test_sub_b.py", "test_sub_a.py")


def test_an_explained_mutant_is_put_through_its_own_tests_alone(project):
    """A reason says why no test will notice it."""
    tabulate(project, ("3 * x", "4 * x"))
    stages = [trial.Stage("own", ["test_core.py"]), trial.Stage("all", ["test_*.py"])]
    write(project, "test_other.py", "def test_nothing():\n    pass\n")
    (mutant,) = mutants.programs(project, mutants.read(project, "by_hand.toml"))["by hand"]
    assert trial.steps(project, stages, mutant, {mutant.name}) == [("own", ("test_core.py",))]


def test_a_change_that_does_not_end_is_killed_by_the_clock(project, monkeypatch, capsys):
    """What loops is noticed, after a multiple of the time that the tests need."""
    monkeypatch.setattr(trial, "PATIENCE", 1)
    tabulate(project, ("return 2 * x", "\n    while True: pass"))
    assert run(project) == 0
    assert '"time": 1' in capsys.readouterr().out


def test_the_project_itself_is_left_alone(project):
    """Mutants are made in copies: the files are as they were."""
    tabulate(project, ("2 * x", "5 * x"))
    assert run(project) == 0
    assert (project / "package" / "core.py").read_text(encoding="utf-8") == PACKAGE


@pytest.mark.parametrize(("old", "count"), [("7 * x", 0), ("return", 2)])
def test_a_change_without_its_one_place_is_an_error(project, old, count):
    """A mutant that has gone stale is not counted as killed."""
    tabulate(project, (old, "5 * x"))
    assert f"{old!r} stands {count} times" in run(project)


def test_tests_that_fail_without_a_change_are_an_error(project):
    """Where nothing passes to begin with, no mutant can be said to be killed."""
    tabulate(project, ("return 2 * x", "return 5 * x"))
    write(project, "test_core.py", TEST.replace("4", "5"))
    assert "fail without any change" in run(project)


def test_a_run_that_does_not_end_by_itself_is_an_error(project):
    """A change that ends the test program proves nothing about the tests."""
    tabulate(project, ("return 2 * x", "return __import__('os')._exit(3)"))
    assert run(project) == "return 2 * x ends the tests with 3"


CHANGES = {
    "a + b": {"a - b", "a", "b"},
    "a @ b": {"a * b", "b @ a", "a", "b"},
    "a.T": {"a"},
    "a < b": {"a <= b", "a > b"},
    "a and b": {"a or b", "a", "b"},
    "not a": {"a"},
    "a[1:]": {"a[2:]"},
    "True": {"False"},
    "f(a, b)": {"f(b, a)"},
    "f(a=b)": {"f()"},
    "b if a else c": {"b", "c"},
    "[a for a in b if c]": {"[a for a in b if not c]", "[a for a in b]"},
    "f'{a + 1}'": set(),
    "'text'": set(),
}


@pytest.mark.parametrize("text", CHANGES)
def test_every_operator_has_its_mutants(text, tmp_path):
    """An expression is changed in these ways and no others."""
    write(tmp_path, "m.py", f"f({text})" if text[0] != "f" else f"x = {text}")
    made = {m.changed(tmp_path).strip() for m in code_mutants.of_file(tmp_path / "m.py", "m.py")}
    frame = "f({})" if text[0] != "f" else "x = {}"
    assert made - {"pass"} == {frame.format(new) for new in CHANGES[text]}


STATEMENTS = {
    "x += a": {"x -= a", "x = a"},
    "f(a)": {"pass"},
    "if a:\n    raise b": {"if not a:\n    raise b", "if False:\n    raise b"},
    "for a in b:\n    continue": {"for a in b:\n    break"},
    "def f():\n    return a": {"def f():\n    return None"},
    "@d\ndef f():\n    pass": {"def f():\n    pass"},
    "@cache\ndef f():\n    pass": set(),
    "def f(a: b + c) -> d:\n    'Text.'": set(),
    "__all__ = ['a', 1]": set(),
}


@pytest.mark.parametrize("text", STATEMENTS)
def test_every_statement_has_its_mutants(text, tmp_path):
    """A statement is changed in these ways and no others."""
    write(tmp_path, "m.py", text)
    made = {m.changed(tmp_path).strip() for m in code_mutants.of_file(tmp_path / "m.py", "m.py")}
    assert made == STATEMENTS[text]


def test_a_wrong_derivation_fails_the_tests_of_its_module():
    """The errors made by hand in the derivations, and the published ones, are noticed at once."""
    table = mutants.read(mutants.ROOT, "by_hand.toml")
    words = ["museum", "base case", "recursion", "backpropagation", "chain product", "node sums"]
    words += ["kernel"]
    wrong = [m for _, m in mutants.chosen(mutants.programs(mutants.ROOT, table), words)]
    wrong = [m for m in wrong if isinstance(m, mutants.Mutant)]
    with trial.trials(mutants.ROOT, [trial.Stage(**table["stage"][0])]) as trials:
        trials.prepare(wrong)
        with ThreadPoolExecutor(trial.JOBS) as pool:
            verdicts = list(pool.map(trials.verdict, wrong))
    survivors = [m.name for m, found in zip(wrong, verdicts, strict=True) if not found.killer]
    assert not survivors
    assert len(wrong) > 30
