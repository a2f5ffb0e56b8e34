"""Wrong programs: every operator, constant and statement is changed, and nothing else."""

import pytest

from tools.mutation.python_mutants import file_mutants


def mutated(text, folder):
    """Return the texts of all mutants of a module."""
    path = folder / "m.py"
    path.write_text(text, encoding="utf-8")
    return {mutant.mutated_text(folder).strip() for mutant in file_mutants(path, "m.py")}


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
    made = mutated(f"f({text})" if text[0] != "f" else f"x = {text}", tmp_path)
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
    assert mutated(text, tmp_path) == STATEMENTS[text]
