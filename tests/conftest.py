"""What several tests share: the same random cases, a chapter made on the fly, the built site."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from bpkit.course.chapter_problems import pairing_problems
from tools import execute_notebooks

ROOT = Path(__file__).parents[1]

settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")

CHAPTER = """\
---
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# A chapter

```{code-cell}
:tags: [hide-input]

import matplotlib.pyplot as plt
import numpy as np

print(np.arange(3) / 4)
```

```{code-cell}
plt.plot(np.linspace(0, 1, 50) ** 2)
plt.ylim(0, 1)
plt.show()
```

```{code-cell}
print("before")
display({"loss": 0.25})
print("after")
```

```{code-cell}
:tags: [raises-exception]

raise ValueError("4 rows against 3")
```
"""


@pytest.fixture(scope="session")
def chapter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a chapter's .md; its executed .ipynb is in the same folder."""
    source = tmp_path_factory.mktemp("book") / "chapter.md"
    source.write_text(CHAPTER, encoding="utf-8", newline="\n")
    execute_notebooks.execute_chapter(source, source.parent)
    return source


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Build the book as `make book` does, but elsewhere, and return the folder of its pages."""
    if pairing_problems():
        pytest.skip("a formula has a problem, which tests/course/test_chapter_problems.py names")
    folder = tmp_path_factory.mktemp("site")
    program = Path(sys.executable).with_name("jupyter-book")
    command = [program, "build", ".", "-W", "-n", "--keep-going", "--path-output", folder]
    build = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert build.returncode == 0, build.stdout + build.stderr
    return folder / "_build" / "html"
