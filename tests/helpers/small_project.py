"""A small project to try the mutation tool on: two functions, of which one is tested."""

from pathlib import Path

PACKAGE = "def double(x):\n    return 2 * x\n\n\ndef triple(x):\n    return 3 * x\n"
TEST = "from package import core\n\n\ndef test_double():\n    assert core.double(2) == 4\n"
STAGES = "[[stage]]\nname = 'own tests'\ntests = ['test_{module}*.py']\n"
ROW = """
[[mutant]]
name = '{old}'
file = 'package/core.py'
old = '{old}'
new = '''{new}'''
why = 'lies'
"""
REASON = "[[equivalent]]\nwhy = 'nobody triples'\nmutants = {names}\n"


class Project:
    """A project in a folder, with the tables of its mutants and their stages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("package/core.py", PACKAGE)
        self.write("test_core.py", TEST)
        self.write("tools/mutation/settings.toml", STAGES)

    def write(self, file: str, text: str) -> None:
        """Write a file."""
        (self.folder / file).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / file).write_text(text, encoding="utf-8")

    def write_mutants(self, *changes: tuple[str, str]) -> None:
        """Write the handwritten mutants, each a pair of an old and a new text of the package."""
        rows = [ROW.format(old=old, new=new) for old, new in changes]
        self.write("tools/mutation/handwritten_mutants.toml", "".join(rows))

    def write_reason(self, *names: str) -> None:
        """Call some mutants equivalent."""
        self.write("tools/mutation/equivalents.toml", REASON.format(names=[*names]))
