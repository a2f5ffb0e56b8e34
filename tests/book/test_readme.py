"""The README: what it shows is what the programs say, and what it names is there."""

import re

import pytest

from bpkit.course import chapter_files, check
from bpkit.equations import ConsistencyError
from tools.project import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_program_prints_what_its_comment_says(capsys):
    """In six lines."""
    (program,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len([line for line in program.splitlines() if line]) == 6
    exec(program, {})
    assert capsys.readouterr().out.strip() == program.rstrip().rpartition("# ")[2]


def test_the_lost_transpose_is_refused_as_shown(monkeypatch):
    """In the three lines of the message."""
    folder = chapter_files.chapters()
    damaged = folder["delta-recursion"].replace(
        r"\delta_{l+1}^i \mathbf{W}_{l+1}^\top", r"\delta_{l+1}^i \mathbf{W}_{l+1}"
    )
    monkeypatch.setattr(
        "bpkit.course.chapter_files.chapters", lambda: folder | {"delta-recursion": damaged}
    )
    with pytest.raises(ConsistencyError) as refused:
        check("delta-recursion", l=(1, 2))
    shown = "".join(f"    {line}\n" for line in str(refused.value).splitlines())
    assert shown in README


def test_every_file_and_command_it_names_is_there():
    """Links, folders, files to install from, and verbs of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    verbs = set(re.findall(r"^(\w+):", makefile, re.MULTILINE))
    assert set(re.findall(r"\bmake (\w+)", README)) <= verbs | {"lists"}
    named = re.findall(
        r"\]\(([^)#]+)\)|install -r ([\w.-]+\w)|^- `(\w[\w./]*)`", README, re.MULTILINE
    )
    files = {name for names in named for name in names if name}
    assert {"CONTRIBUTING.md", "requirements.txt", "bpkit/"} < files
    assert not [name for name in files if not (ROOT / name).exists()]


def test_every_module_of_the_package_is_named():
    """Without its folder."""
    modules = [f.stem for f in (ROOT / "bpkit").glob("[a-z]*.py")]
    folders = [f"{f.parent.name}/" for f in (ROOT / "bpkit").glob("*/__init__.py")]
    assert not [name for name in modules + folders if f"`{name}`" not in README]


def test_it_is_short():
    """Ten seconds for the beginning, under 80 lines in all."""
    assert len(README.splitlines()) < 80
