"""References: each one of a page leads to a page, an equation or a figure that is there."""

import re

import pytest
from helpers.all_chapter_equations import LABELS

from bpkit.course.chapter_equations import line_at
from tools.project import ROOT, toc_pages

FILES = {name: (ROOT / name).with_suffix(".md") for name in toc_pages()}
PAGES = {name: file.read_text("utf-8") for name, file in FILES.items() if file.is_file()}
QUESTIONS = {
    f"chapters/questions/{file.name}": file.read_text(encoding="utf-8")
    for file in sorted((ROOT / "chapters" / "questions").glob("*.toml"))
}
TEXTS = {f"{name}.md": text for name, text in PAGES.items()} | QUESTIONS
NAMES = {name.rpartition("/")[2] for name in PAGES}
ROLE = re.compile(r"\{(doc|eq)\}`(?:[^<`]*<)?([^>`]+)>?`")
LINK = re.compile(r"^:link: (\S+)$|^```\{button-ref\} (\S+)$", re.MULTILINE)


def broken_references(file: str, text: str, names=NAMES, labels=LABELS) -> list[str]:
    """Return the references of a file that lead nowhere, each with its line."""
    found = []
    for match in ROLE.finditer(text):
        known = names if match[1] == "doc" else labels
        if match[2].rpartition("/")[2] not in known:
            what = "page of _toc.yml" if match[1] == "doc" else "displayed formula"
            found.append((match.start(), f"{match[0]} leads to no {what}"))
    for match in LINK.finditer(text):
        target = match[1] or match[2]
        if target.rpartition("/")[2] not in names:
            found.append((match.start(), f"{target} is no page of _toc.yml"))
    return [
        f"{file}, line {line_at(text, at)}: {problem}; remove it or name another"
        for at, problem in sorted(found)
    ]


@pytest.mark.parametrize("file", TEXTS)
def test_every_reference_leads_somewhere(file):
    """To another page by its name, to a formula by its label."""
    found = "\n".join(broken_references(file, TEXTS[file]))
    assert not found, found


def test_every_page_of_the_contents_is_there():
    """Otherwise it is to be written, or its line deleted."""
    missing = [f"{name}.md" for name in FILES.keys() - PAGES]
    assert not missing, f"_toc.yml names {', '.join(missing)}; write it, or delete the line"


def test_each_page_with_questions_is_in_the_book():
    """A chapter that was removed leaves none."""
    named = {file.rpartition("/")[2].removesuffix(".toml") for file in QUESTIONS}
    assert not named - NAMES, f"questions of no page; delete {sorted(named - NAMES)} or name a page"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("one\n\nsee {doc}`museum`", "line 3: {doc}`museum` leads to no page of _toc.yml"),
        ("{doc}`the mistakes <museum>`", "line 1: {doc}`the mistakes <museum>` leads to no page"),
        ("by {eq}`loss` and {eq}`los`", "line 1: {eq}`los` leads to no displayed formula"),
        (":link: chapters/museum", "line 1: chapters/museum is no page of _toc.yml"),
        ("```{button-ref} chapters/museum", "line 1: chapters/museum is no page"),
    ],
)
def test_a_reference_to_nothing_is_named_with_its_line(text, problem):
    """And nothing else is."""
    (found,) = broken_references("page.md", text, names={"cost"}, labels={"loss"})
    assert problem in found


def test_a_reference_to_what_is_there_is_accepted():
    """By its name, with a text of its own, or from another folder."""
    text = "{doc}`cost`, {doc}`next <cost>`, {doc}`chapters/cost`, {eq}`loss`\n:link: chapters/cost"
    assert broken_references("page.md", text, names={"cost"}, labels={"loss"}) == []
