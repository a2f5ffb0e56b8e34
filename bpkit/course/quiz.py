"""The quiz at the end of a chapter: questions, answers, and the reason for each answer."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from typing import Any, NamedTuple

from bpkit.course.chapter_files import chapter_folder

LETTERS = "ABCD"
NUMBER_WORDS = {
    "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "ten thousand": 10_000, "a million": 1_000_000,
}  # fmt: skip
# What a text takes from the question's values, as in [[activation]].
PLACEHOLDER = re.compile(r"\[\[(\w+)\]\]")
# Blank lines let the text between the tags be read as Markdown, with its formulas and links.
QUESTION = """\
<div class="question" role="group" aria-label="Question {number}">

**{number}.** {question.text}

{options}

</div>"""
OPTION = """\
<details class="answer {kind}">
<summary>

**{option.letter}** {option.text}

</summary>

**{verdict}** {option.reason}

</details>"""
# What a sentence of Markdown contains besides words: links, code and formulas.
NOT_WORDS = re.compile(r"(\{\w+\}`[^`]+`|`[^`]+`|\$[^$]+\$)")


class Option(NamedTuple):
    """An answer that a reader may choose.

    Attributes
    ----------
    letter, text, reason : str
        The letter of the answer, the answer, and why it is right or wrong; in Markdown.
    right : bool
        Whether it is the right one.
    check : str
        A Python expression that is true if the answer is right and false if not, for the tests;
        "" if the answer cannot be computed.
    """

    letter: str
    text: str
    reason: str
    right: bool
    check: str


class Question(NamedTuple):
    """A question with its answers, of which one is right.

    Attributes
    ----------
    text : str
        The question, in Markdown.
    options : tuple of Option
        Its answers, in the order of their letters.
    given : str
        Python statements that the checks of the answers need.
    values : dict from name to number or str
        The numbers of the text, and the names of its quantities, for these statements.
    """

    text: str
    options: tuple[Option, ...]
    given: str
    values: dict[str, float | str]


@dataclass(frozen=True)
class Quiz:
    """The questions of a chapter, folded in Markdown and HTML, a plain list in a terminal.

    Attributes
    ----------
    questions : tuple of Question
        In the order in which they are asked.
    """

    questions: tuple[Question, ...]

    def __repr__(self) -> str:
        asked = [_listed(*numbered) for numbered in enumerate(self.questions, start=1)]
        right = (o.letter for question in self.questions for o in question.options if o.right)
        key = ", ".join(f"{number} {letter}" for number, letter in enumerate(right, start=1))
        return "\n\n".join([*asked, f"Correct answers: {key}."])

    def _repr_markdown_(self) -> str:
        asked = [_folded(*numbered) for numbered in enumerate(self.questions, start=1)]
        return "\n\n".join(['<div class="questions">', *asked, "</div>"])

    def _repr_html_(self) -> str:
        # Jupyter's front ends treat tags in Markdown differently, but not HTML.
        blocks = self._repr_markdown_().split("\n\n")
        html = "\n".join(b if b.startswith("<") else f"<p>{_in_html(b)}</p>" for b in blocks)
        return html.replace("<summary>\n<p>", "<summary>").replace("</p>\n</summary>", "</summary>")


def ask(chapter: str) -> Quiz:
    """Return the questions of a chapter.

    Parameters
    ----------
    chapter : str
        Its name, such as ``"network"``.

    Returns
    -------
    Quiz
        Shown in a notebook, each answer unfolds to its reason.

    Raises
    ------
    ValueError
        When there are no questions for such a chapter, or they cannot be read; the message names
        the file and the question.
    """
    there = {file.name: file for file in chapter_folder()[0].joinpath("questions").iterdir()}
    if f"{chapter}.toml" not in there:
        names = ", ".join(sorted(name.removesuffix(".toml") for name in there))
        raise ValueError(f"chapter must be one of {names}; got {chapter!r}")
    place = f"chapters/questions/{chapter}.toml"
    try:
        asked = tomllib.loads(there[f"{chapter}.toml"].read_text(encoding="utf-8"))["question"]
        return Quiz(tuple(map(_question, asked)))
    except KeyError as error:
        problem = "a question needs a text and options, an option a text and a reason"
        raise ValueError(f"{place}: {problem}; there is no {error}") from None
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from None


def _question(row: dict[str, Any]) -> Question:
    """Return a question of the file; its check serves each option without one."""
    if len(row["option"]) > len(LETTERS):
        problem = f"a question must have at most {len(LETTERS)} options; got {len(row['option'])}"
        raise ValueError(problem)
    values = row.get("values", {})
    options = []
    for letter, given in zip(LETTERS, row["option"], strict=False):
        text, reason = (_filled_in(given[key], values) for key in ("text", "reason"))
        right, check = given.get("right", False), given.get("check", row.get("check", ""))
        options.append(Option(letter, text, reason, right, check))
    text, given = _filled_in(row["text"], values), row.get("given", "")
    in_python = {name: value_in_python(value) for name, value in values.items()}
    return Question(text, tuple(options), given, in_python)


def _filled_in(text: str, values: Mapping[str, float | str]) -> str:
    """Return a text with its values in their places, or raise a ValueError if one is missing."""

    def shown(match: re.Match[str]) -> str:
        if match[1] not in values:
            problem = f"values must be given for what the text takes; got none for {match[0]}"
            raise ValueError(f"{problem}, of {', '.join(values) or 'none'}")
        return value_in_text(values[match[1]])

    return PLACEHOLDER.sub(shown, text.strip())


def value_in_text(value: float | str) -> str:
    """Return a value as the reader sees it: "1/4" as a fraction, "1e-12" as a power of ten."""
    if not isinstance(value, str):
        return str(value).replace("-", "\N{MINUS SIGN}")
    fraction = re.fullmatch(r"(\d+)/(\d+)", value)
    power = re.fullmatch(r"1e(-?\d+)", value)
    if fraction:
        return rf"\frac{{{fraction[1]}}}{{{fraction[2]}}}"
    return f"10^{{{power[1]}}}" if power else value


def value_in_python(value: float | str) -> float | str:
    """Return a value for the checks: a number, or the name of a quantity such as "W_1"."""
    if not isinstance(value, str):
        return value
    if value in NUMBER_WORDS:
        return NUMBER_WORDS[value]
    if re.fullmatch(r"\d+/\d+|1e-?\d+", value):
        return float(Fraction(value))
    name = re.sub(r"\\mathbf\{(\w)\}", r"\1", value)
    return "h_0" if name == "x_i" else name


def _folded(number: int, question: Question) -> str:
    """Return a question in Markdown, each answer as the heading of its reason."""
    options = [
        OPTION.format(
            option=option,
            kind="right" if option.right else "wrong",
            verdict="Correct." if option.right else "Not quite.",
        )
        for option in question.options
    ]
    return QUESTION.format(number=number, question=question, options="\n".join(options))


def _in_html(text: str) -> str:
    """Return a paragraph of Markdown as HTML; its formulas are left to MathJax."""
    return "".join(map(_part_in_html, NOT_WORDS.split(escape(text, quote=False))))


def _part_in_html(part: str) -> str:
    """Return a link, a piece of code, a formula, or the words between them as HTML."""
    if part.startswith("{"):
        return f"<em>{part.split('`')[1]}</em>"  # a link without its target
    if part.startswith("`"):
        return f"<code>{part.strip('`')}</code>"
    if part.startswith("$"):
        return part
    strong = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", part)
    return re.sub(r"\*(.+?)\*", r"<em>\1</em>", strong)


def _listed(number: int, question: Question) -> str:
    """Return a question in plain words, with its answers by letter."""
    answers = (f"   {option.letter} {option.text}" for option in question.options)
    return "\n".join([f"{number}. {question.text}", *answers])
