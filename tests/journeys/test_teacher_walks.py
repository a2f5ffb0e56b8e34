"""A teacher's changes: each row of the table in chapters/teachers.md, done on a copy."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, tracked_files

EXECUTE = (sys.executable, "-m", "tools.execute_notebooks")
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
BOOK = (Path(sys.executable).with_name("jupyter-book"), "build", ".", "-W", "-n", "--keep-going")
NOTEBOOKS = [
    f"tests/book/test_{name}.py"
    for name in ("notebook_pairs", "exercise_solutions", "first_cell", "student_notebooks")
]
CHAPTER = """\
# Momentum

A step may keep a part of the one before.

```{code-cell} ipython3
from bpkit.course import check
```

The new weights are the old ones minus a multiple of the gradient of {doc}`delta-recursion`.

$$
\\mathbf{W}_l \\leftarrow \\mathbf{W}_l - \\eta \\mathbf{G}_l
$$ (momentum-step)

CELL(check("momentum-step", l=(1, 2, 3)))

The {term}`rate` says how far; how long an array is, a norm says.

$$
\\lVert \\mathbf{h}_l \\rVert^2 = \\mathbf{h}_l^\\top \\mathbf{h}_l
$$ (momentum-length)

CELL(check("momentum-length", l=(1, 2, 3)))
"""
SOLUTIONS = "::::{grid-item-card} Solutions\n"
CARD = """\
::::{grid-item-card} Momentum
:link: chapters/momentum
:link-type: doc
A step that remembers the one before.
::::

"""
VERDICT = """\
```{code-cell} ipython3
---
jupyter:
  source_hidden: true
tags: [remove-input, verdict]
---
%s
```"""


class Copy:
    """A copy of the project, which a script edits as a teacher would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in tracked_files():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())

    def read(self, file: str) -> str:
        """Return the text of a file."""
        return (self.folder / file).read_text(encoding="utf-8")

    def write(self, file: str, text: str) -> None:
        """Write a file."""
        (self.folder / file).write_text(text, encoding="utf-8", newline="\n")

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace a text, wherever it is in a file."""
        assert old in self.read(file), f"{file} has no {old!r}"
        self.write(file, self.read(file).replace(old, new))

    def cut(self, file: str, pattern: str) -> None:
        """Delete the one part of a file that a pattern matches."""
        text, count = re.subn(pattern, "", self.read(file), flags=re.MULTILINE | re.DOTALL)
        assert count == 1, f"{file}: {pattern} occurs {count} times"
        self.write(file, text)

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command in the copy, whose modules are those that it imports."""
        env = os.environ | {"PYTHONPATH": str(self.folder)}
        return subprocess.run(
            command,
            cwd=self.folder,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def require(self, *command: str | Path) -> None:
        """Run a command, which must succeed."""
        done = self.run(*command)
        assert done.returncode == 0, done.stdout[-6000:]

    def failures(self, *tests: str) -> str:
        """Return what pytest says of tests, of which some must fail and none must break off."""
        done = self.run(*PYTEST, *tests)
        assert done.returncode == 1, done.stdout[-6000:]
        return done.stdout

    def require_tests(self, *tests: str) -> None:
        """Run tests, which must pass."""
        self.require(*PYTEST, *tests)


@pytest.fixture
def copy(tmp_path):
    """Return a copy of the project of one's own."""
    return Copy(tmp_path / "course")


def test_every_walk_is_a_row_of_the_table():
    """The teachers' table and these walks name the same changes."""
    rows = (ROOT / "chapters" / "teachers.md").read_text(encoding="utf-8")
    for change in (
        "add a chapter",
        "remove a chapter",
        "add a symbol",
        "use another activation",
        "teach in another language",
    ):
        assert f"| **{change}** |" in rows


def test_a_chapter_is_added(copy):
    """Its file, its line, its card; two commands; and its first mistake is named."""
    head = copy.read("chapters/notation.md").split("\n# ")[0]
    body = re.sub(r"CELL\((.*)\)", lambda cell: VERDICT % cell[1], CHAPTER)
    copy.write("chapters/momentum.md", f"{head}\n{body}")
    copy.edit("_toc.yml", "training.ipynb\n", "training.ipynb\n  - file: chapters/momentum.ipynb\n")
    copy.edit("index.md", SOLUTIONS, CARD + SOLUTIONS)
    copy.require(*EXECUTE, "momentum", "ledger")
    assert "the shapes agree for $l = 1, 2, 3$" in copy.read("chapters/momentum.ipynb")
    assert "{eq}`momentum-length`" in copy.read("chapters/ledger.ipynb")
    copy.require_tests("tests/course", *NOTEBOOKS)
    copy.require_tests("tests/mutation/test_wrong_formulas_are_refused.py", "-k", "momentum")
    copy.edit("chapters/momentum.md", 'check("momentum-length"', 'check("momentum-lenght"')
    said = copy.failures("tests/course")
    assert 'write check("momentum-length", l=(1, 2, 3))' in said
    assert re.search(r"(?<!\d)1 failed", said)


def test_a_chapter_is_removed(copy):
    """Its files and lines; what refers to it is named by page and line, until nothing does."""
    for file in ("museum.md", "museum.ipynb", "questions/museum.toml"):
        (copy.folder / "chapters" / file).unlink()
    copy.edit("_toc.yml", "  - file: chapters/museum.ipynb\n", "")
    copy.cut("index.md", r"^::::\{grid-item-card\} A museum.*?^::::\n\n")
    copy.cut("chapters/solutions.md", r"^## A museum of mistakes\n.*?(?=^## )")
    said = copy.failures("tests/course/test_references.py")
    named = re.findall(r"(chapters/[\w-]+\.md), line (\d+): \{doc\}`museum` leads to no page", said)
    assert len(set(named)) > 5
    for file, line in set(named):
        lines = copy.read(file).split("\n")
        lines[int(line) - 1] = lines[int(line) - 1].replace("{doc}`museum`", "a collection")
        copy.write(file, "\n".join(lines))
    copy.require_tests("tests/course/test_references.py")
    pages = {Path(file).stem for file, _ in named} | {"solutions", "ledger"}
    copy.require(*EXECUTE, *sorted(pages))
    copy.require_tests("tests/course", *NOTEBOOKS)


def test_a_symbol_is_added(copy):
    """One row, and the formula that uses it; a wrong row is refused."""
    row = (
        r'    _of_layer(r"\Theta", r"\boldsymbol{\Theta}_l", (0, -1), '
        r'lambda known, l: known[f"W_{l}"].T, "weights, one row per node", "W[l].T"),' + "\n"
    )
    last = '    _symbol("w", "w", SCALAR,'
    formula = r"\mathbf{z}_l = \boldsymbol{\Theta}_l \mathbf{h}_{l-1} + \mathbf{b}_l"
    verdict = VERDICT % 'check("theta", l=(1, 2, 3))'
    where = "## Recall\n"
    shown = f"$$\n{formula}\n$$ (theta)\n\n{verdict}\n\n"
    copy.edit("chapters/network.md", where, shown + where)
    said = copy.failures("tests/course/test_chapter_problems.py")
    assert r"\Theta is not declared" in said
    assert "to declare it, add a line to bpkit/course/declared_symbols.py" in said
    copy.edit("bpkit/course/declared_symbols.py", last, row + last)
    copy.require(*EXECUTE, "notation", "network", "ledger")
    assert "weights, one row per node" in copy.read("chapters/notation.ipynb")
    copy.require_tests("tests/course", "tests/book/test_notebook_pairs.py")
    copy.edit("bpkit/course/declared_symbols.py", '"W[l].T"', '"W[l]"')
    said = copy.failures("tests/course/test_equations_on_other_networks.py")
    assert r"\boldsymbol{\Theta}_l" in said


def test_another_activation_is_used(copy):
    """Four functions; the derivations are checked without a formula, and the formulas are named."""
    hidden = "(sigmoid if l == network.depth else np.tanh)("
    copy.edit("bpkit/network.py", "h[l] = sigmoid(", f"h[l] = {hidden}")
    copy.edit("bpkit/gradient_checking.py", "sigmoid(z))", f"{hidden}z))")
    derivations = r'pytest tests/package/test_gradients.py -k "step or difference"'
    assert derivations in copy.read("chapters/teachers.md")
    old = copy.failures("tests/package/test_gradients.py", "-k", "step or difference")
    assert "differs most" in old  # the derivative is still that of the sigmoid
    copy.edit("bpkit/gradients.py", "sigmoid_prime(z", "_tanh_prime(z")
    copy.edit("bpkit/gradients.py", ", sigmoid, sigmoid_prime\n", ", sigmoid\n")
    copy.edit(
        "bpkit/gradients.py",
        "\n\nclass Gradients(",
        "\n\ndef _tanh_prime(z: Array) -> Array:\n    return np.asarray(1 - np.tanh(z) ** 2)\n\n\n"
        "class Gradients(",
    )
    copy.edit(
        "bpkit/fast_gradients.py",
        "            np.exp(e[l], out=e[l])\n",
        "            if l < self.network.depth:\n"
        "                h[l] = np.tanh(-e[l])\n                continue\n"
        "            np.exp(e[l], out=e[l])\n",
    )
    copy.edit(
        "bpkit/fast_gradients.py",
        "                e[l - 1] *= h[l - 1]  # 1 - h\n                h[l - 1] *= e[l - 1]\n",
        "                h[l - 1] = 1 - h[l - 1] ** 2\n",
    )
    copy.require_tests("tests/package/test_gradients.py", "-k", "step or difference")
    said = copy.failures("tests/course/test_chapter_problems.py")
    assert re.search(
        r"chapters/network.md, line \d+: check\(\"activation\".*the sides differ", said
    )
    assert "under the formula (delta-recursion)" in said
    assert "under the formula (preactivation)" not in said
    copy.edit(
        "bpkit/course/declared_symbols.py",
        r'    r"\log": np.log,',
        '    r"\\log": np.log,\n    r"\\tanh": np.tanh,',
    )
    copy.edit(
        "chapters/network.md",
        "\\mathbf{h}_l = \\sigma(\\mathbf{z}_l)\n$$ (activation)",
        "\\mathbf{h}_l = \\tanh(\\mathbf{z}_l)\n$$ (activation)",
    )
    copy.edit(
        "chapters/network.md", 'check("activation", l=(1, 2, 3))', 'check("activation", l=(1, 2))'
    )
    assert "(activation)" not in copy.failures("tests/course/test_chapter_problems.py")


def test_the_course_is_taught_in_another_language(copy):
    """The language of the site, a translated page; the tests and the build are the same."""
    copy.edit("_config.yml", "  config:\n", "  config:\n    language: de\n")
    copy.edit("chapters/ledger.md", "# The ledger\n", "# Das Verzeichnis\n")
    copy.edit("bpkit/course/equation_verdicts.py", 'f"holds{scope}"', 'f"gilt{scope}"')
    copy.require(*EXECUTE, "ledger")
    assert "gilt for" in copy.read("chapters/ledger.ipynb")
    copy.require_tests("tests/course/test_references.py", "tests/course/test_chapter_problems.py")
    copy.require(*BOOK)
    page = copy.read("_build/html/chapters/ledger.html")
    assert 'lang="de"' in page
    assert "Suche" in page
    assert "Das Verzeichnis" in page
