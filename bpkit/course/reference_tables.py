"""The tables: every equation of the book with its verdict, and every symbol with its meaning."""

from __future__ import annotations

import inspect
import re

from bpkit import cross_entropy, fast_gradients, gradient_checking, gradients, network
from bpkit.course import chapter_equations, chapter_files
from bpkit.course.declared_symbols import course_notation
from bpkit.course.equation_verdicts import MarkdownText, failure, sentence
from bpkit.equations.parser import ConsistencyError, NotationError
from bpkit.equations.symbol_declarations import Size
from bpkit.equations.verification import verify


def implementations() -> dict[str, list[str]]:
    """Map each equation label to the functions of bpkit whose docstrings name it."""
    found: dict[str, list[str]] = {}
    modules = cross_entropy, fast_gradients, gradient_checking, gradients, network
    members = {name: member for module in modules for name, member in vars(module).items()}
    for name in sorted(name for name in members if inspect.isfunction(members[name])):
        for label in re.findall(r"``([\w-]+)``", inspect.getdoc(members[name]) or ""):
            found.setdefault(label, []).append(name)
    return found


def ledger() -> MarkdownText:
    """Return every equation of the book with its verdict and its function."""
    asked, code = {call.label: call for call in chapter_equations.check_calls()}, implementations()
    shown = [found for found in chapter_equations.equations().values() if found.label in asked]
    entries = []
    for chapter in chapter_files.chapters():
        here = [found for found in shown if found.page == chapter]
        entries += [f"**{{doc}}`{chapter}`**"] if here else []
        entries += [_entry(found, asked[found.label], code.get(found.label, [])) for found in here]
    return MarkdownText("\n\n".join(entries))


def _entry(
    found: chapter_equations.Equation, call: chapter_equations.CheckCall, functions: list[str]
) -> str:
    """Return one entry of the ledger, a definition list of Markdown."""
    if call.name == "refute":
        remarks = [failure(found, **call.layers)]
    else:
        verdict = verify(found.text, course_notation(), **call.layers)
        sides = verdict.dims.replace("×", r"\times").replace(", ", "$, $")
        shape = "sides: scalars" if sides == "a scalar" else f"sides ${sides}$"
        remarks = [sentence(verdict), shape.replace("$a scalar$", "a scalar")]
    if functions:
        remarks.append("in code " + ", ".join(f"{{py:func}}`~bpkit.{name}`" for name in functions))
    return f"{{eq}}`{found.label}` {_inline(found)}\n: {'; '.join(remarks)}"


def _inline(found: chapter_equations.Equation) -> str:
    """Return a formula on one line."""
    text = re.sub(r"(\\times|=)\s*\\\\\s*&?\s*\1", r"\1", found.text)
    text = re.sub(r"\\(begin|end)\{aligned\}|\{\}|&|\\\\", " ", text)
    return f"${' '.join(text.split())}$"


def inline_ledger() -> MarkdownText:
    """Return how many equalities in sentences hold, and which were not evaluated.

    Raises
    ------
    AssertionError
        When one that can be read does not hold.
    """
    reasons: dict[str, list[str]] = {}
    held = 0
    for found in {(f.page, f.text): f for f in chapter_equations.inline_equations()}.values():
        reason = unread(found)
        held += not reason
        if reason and found.text not in reasons.setdefault(reason, []):
            reasons[reason].append(found.text)
    rows = [f"- {reason}: ${'$, $'.join(texts)}$" for reason, texts in reasons.items()]
    summary = f"{held} equalities were evaluated, and all of them hold. These were not evaluated:\n"
    return MarkdownText("\n".join([summary, *rows]))


def unread(found: chapter_equations.Equation) -> str:
    """Return why an equality in a sentence was not evaluated, "" if it holds, or raise."""
    if re.fullmatch(r"[^=]*[^=:]=\s*[-\d./]+", found.text):
        return "definitions of a value"
    problem = ""
    for layers in ({}, {"l": (1, 2, 3)}, {"l": (1, 2)}):
        try:
            verify(found.text, course_notation(), **layers)
        except NotationError:
            return "formulas outside the notation"
        except ConsistencyError as error:
            problem = problem or str(error)
        except AssertionError as error:
            raise AssertionError(f"{found.page}, ${found.text}$: {error}") from None
        else:
            return ""
    raise AssertionError(f"{found.page}, ${found.text}$: {problem}")


def symbol_table() -> MarkdownText:
    """Return the table of the symbols that the course declares."""
    rows = ["| symbol | meaning | shape | in Python |", "|---|---|---|---|"]
    for symbol in course_notation().symbols:
        dims = r" \times ".join(_size_in_latex(size) for size in symbol.shape)
        shape = "scalar" if symbol.shape == ("1", "1") else f"${dims}$"
        rows.append(f"| ${symbol.latex}$ | {symbol.meaning} | {shape} | `{symbol.python}` |")
    return MarkdownText("\n".join(rows))


def _size_in_latex(size: Size) -> str:
    """Return a dimension as the page writes it."""
    if isinstance(size, int):
        return f"n_{{l{size:+d}}}" if size else "n_l"
    return "n" if size == "m" else size
