"""The questions: a few at the end of a chapter, with a reason for and against each answer."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Any, NamedTuple

from bpkit.equations.book import folder

__all__ = ["ask"]

LETTERS = "ABCD"
# Blank lines let what stands between the tags be read as Markdown, with its formulas and links.
QUESTION = """\
<div class="question" role="group" aria-label="Question {number}">

**{number}.** {text}

{options}

</div>"""
OPTION = """\
<details class="answer {kind}">
<summary>

**{letter}** {text}

</summary>

**{verdict}** {reason}

</details>"""


class Option(NamedTuple):
    """An answer that a reader may choose.

    Attributes
    ----------
    text, reason : str
        The answer, and what speaks for or against it; both in Markdown.
    right : bool
        Whether it is the right one.
    check : str
        A Python expression that is true if the answer is right and false if not, for the tests;
        "" if the answer is no claim that could be computed.
    """

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
    """

    text: str
    options: tuple[Option, ...]
    given: str


@dataclass(frozen=True)
class Quiz:
    """The questions of a chapter, folded in Markdown and a plain list elsewhere.

    Attributes
    ----------
    questions : tuple of Question
        In the order in which they are asked.
    """

    questions: tuple[Question, ...]

    def __repr__(self) -> str:
        asked = [_listed(*numbered) for numbered in enumerate(self.questions, start=1)]
        key = [f"{n} {_letter(found)}" for n, found in enumerate(self.questions, start=1)]
        return "\n\n".join([*asked, f"Right are {', '.join(key)}."])

    def _repr_markdown_(self) -> str:
        asked = [_folded(*numbered) for numbered in enumerate(self.questions, start=1)]
        return "\n\n".join(['<div class="questions">', *asked, "</div>"])


def ask(chapter: str) -> Quiz:
    """Return the questions of a chapter.

    Parameters
    ----------
    chapter : str
        Its name, such as ``"network"``.

    Returns
    -------
    Quiz
        Shown in a notebook, each answer unfolds to what speaks for or against it.

    Raises
    ------
    ValueError
        When there are no questions for such a chapter.
    """
    there = {file.name: file for file in folder()[0].joinpath("questions").iterdir()}
    if f"{chapter}.toml" not in there:
        names = ", ".join(sorted(name.removesuffix(".toml") for name in there))
        raise ValueError(f"chapter must be one of {names}; got {chapter!r}")
    asked = tomllib.loads(there[f"{chapter}.toml"].read_text(encoding="utf-8"))["question"]
    return Quiz(tuple(map(_question, asked)))


def _question(row: dict[str, Any]) -> Question:
    """Return a question as it stands in the file; its check serves each option without one."""
    options = (
        Option(
            text=option["text"].strip(),
            reason=option["reason"].strip(),
            right=option.get("right", False),
            check=option.get("check", row.get("check", "")),
        )
        for option in row["option"]
    )
    return Question(row["text"].strip(), tuple(options), row.get("given", ""))


def _folded(number: int, question: Question) -> str:
    """Return a question in Markdown, each answer as the heading of its own reason."""
    options = [
        OPTION.format(
            kind="right" if option.right else "wrong",
            letter=letter,
            text=option.text,
            verdict="Right." if option.right else "Not so.",
            reason=option.reason,
        )
        for letter, option in zip(LETTERS, question.options, strict=False)
    ]
    return QUESTION.format(number=number, text=question.text, options="\n".join(options))


def _listed(number: int, question: Question) -> str:
    """Return a question in plain words, with its answers by letter."""
    answers = zip(LETTERS, question.options, strict=False)
    return "\n".join([f"{number}. {question.text}", *(f"   {l} {o.text}" for l, o in answers)])


def _letter(question: Question) -> str:
    """Return the letter of the right answer."""
    return next(l for l, o in zip(LETTERS, question.options, strict=False) if o.right)
