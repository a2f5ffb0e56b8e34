"""The ledger: what came of every equation of the book, and the table of its symbols."""

from __future__ import annotations

import inspect
import re

import bpkit
from bpkit.course.declared_symbols import course
from bpkit.course.pages import Call, Equation, calls, chapters, equations, inline
from bpkit.course.verdicts import Note, failure, sentence
from bpkit.equations.parser import ConsistencyError, NotationError
from bpkit.equations.symbol_declarations import Size
from bpkit.equations.verification import verify


def implementations() -> dict[str, list[str]]:
    """Return, for each label that a public docstring of bpkit names, the functions that do."""
    found: dict[str, list[str]] = {}
    for name in bpkit.__all__:
        for label in re.findall(r"``([\w-]+)``", inspect.getdoc(getattr(bpkit, name)) or ""):
            found.setdefault(label, []).append(name)
    return found


def ledger() -> Note:
    """Return every equation of the book with its verdict and its function."""
    asked, code = {call.label: call for call in calls()}, implementations()
    entries = []
    for page in chapters():
        here = [found for found in equations().values() if found.page == page]
        entries += [f"**{{doc}}`{page}`**"] if here else []
        entries += [_entry(found, asked[found.label], code.get(found.label, [])) for found in here]
    return Note("\n\n".join(entries))


def _entry(found: Equation, call: Call, functions: list[str]) -> str:
    """Return one entry of the ledger, a definition list of Markdown."""
    if call.name == "refute":
        said = [failure(found, **call.layers)]
    else:
        verdict = verify(found.text, course(), **call.layers)
        sides = verdict.dims.replace("×", r"\times").replace(", ", "$, $")
        said = [sentence(verdict), "sides: numbers" if sides == "a number" else f"sides ${sides}$"]
        said[1] = said[1].replace("$a number$", "a number")
    if functions:
        said.append("in code " + ", ".join(f"{{py:func}}`~bpkit.{name}`" for name in functions))
    return f"{{eq}}`{found.label}` {_inline(found)}\n: {'; '.join(said)}"


def _inline(found: Equation) -> str:
    """Return a formula in one line, for a table."""
    text = re.sub(r"(\\times|=)\s*\\\\\s*&?\s*\1", r"\1", found.text)
    text = re.sub(r"\\(begin|end)\{aligned\}|\{\}|&|\\\\", " ", text)
    return f"${' '.join(text.split())}$"


def inline_ledger() -> Note:
    """Return how many equalities in sentences hold, and which were not read.

    Raises
    ------
    AssertionError
        When one that can be read does not hold.
    """
    reasons: dict[str, list[str]] = {}
    held = 0
    for found in dict.fromkeys(inline()):
        reason = unread(found)
        held += not reason
        if reason and found.text not in reasons.setdefault(reason, []):
            reasons[reason].append(found.text)
    rows = [
        f"- {reason}: {', '.join(f'${text}$' for text in reasons[reason])}" for reason in reasons
    ]
    return Note("\n".join([f"{held} equalities were read, and hold. Not read were", "", *rows]))


def unread(found: Equation) -> str:
    """Return why an equality in a sentence was not read, "" if it holds, or raise."""
    if re.fullmatch(r"[^=]*[^=:]=\s*[-\d./]+", found.text):
        return "those that set a value"
    problem = ""
    for layers in ({}, {"l": (1, 2, 3)}, {"l": (1, 2)}):
        try:
            verify(found.text, course(), **layers)
        except NotationError:
            return "those outside the notation"
        except ConsistencyError as error:
            problem = problem or str(error)
        except AssertionError as error:
            raise AssertionError(f"{found.page}, ${found.text}$: {error}") from None
        else:
            return ""
    raise AssertionError(f"{found.page}, ${found.text}$: {problem}")


def symbol_table() -> Note:
    """Return the table of symbols, from what the course declares."""
    rows = ["| symbol | meaning | shape | in Python |", "|---|---|---|---|"]
    for quantity in course().quantities:
        if quantity.meaning:
            dims = r" \times ".join(_size_in_latex(size) for size in quantity.shape)
            shape = "number" if quantity.shape == ("1", "1") else f"${dims}$"
            rows.append(
                f"| ${quantity.latex}$ | {quantity.meaning} | {shape} | `{quantity.python}` |"
            )
    return Note("\n".join(rows))


def _size_in_latex(size: Size) -> str:
    """Return a dimension as the page writes it."""
    if isinstance(size, int):
        return f"n_{{l{size:+d}}}" if size else "n_l"
    return "n" if size == "m" else size
