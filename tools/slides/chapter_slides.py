"""The slides of a chapter: which blocks of its page each shows, and what the speaker says.

Each formula and each cell has a slide below the heading of its section, with the sentence before
it; the other sentences are notes for the speaker.
"""

from __future__ import annotations

from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag

LEFT_OUT = ("Exercises", "Write it yourself", "Test yourself")  # sections for the page alone


@dataclass(frozen=True)
class Slide:
    """What a slide shows, its heading first, and the paragraphs of the speaker's notes."""

    shown: list[Tag]
    notes: list[Tag]


def has_class(block: Tag, name: str) -> bool:
    """Return whether a block has a class."""
    return name in block.get_attribute_list("class")


def is_shown(block: Tag) -> bool:
    """Return whether a block has a slide: a formula, a list, or a cell that is open."""
    if has_class(block, "cell"):
        imports = block.get_text().lstrip().startswith(("import ", "from "))
        return not imports and not has_class(block, "tag_hide-cell")
    return has_class(block, "math") or block.name in ("ul", "ol")


def kept_together(blocks: list[Tag]) -> list[list[Tag]]:
    """Group each formula with its verdict and the cell right below; other blocks stay alone."""
    groups: list[list[Tag]] = []
    for block in blocks:
        above = groups[-1][-1] if groups else block
        is_below = has_class(above, "math") or has_class(above, "tag_verdict")
        if is_below and has_class(block, "cell") and is_shown(block):
            groups[-1].append(block)
        else:
            groups.append([block])
    return groups


def split_last_sentence(paragraphs: list[Tag]) -> tuple[list[Tag], list[Tag]]:
    """Split paragraphs, one sentence per line, into the last sentence and all before it."""
    if not paragraphs:
        return [], []
    *before, last = paragraphs[-1].decode_contents().strip().split("\n")
    rest = [paragraph(" ".join(before))] if before else []
    return [paragraph(last)], [*paragraphs[:-1], *rest]


def paragraph(html: str) -> Tag:
    """Return a paragraph, its first letter capitalized."""
    return BeautifulSoup(f"<p>{html[:1].upper()}{html[1:]}</p>", "html.parser").select("p")[0]


def section_slides(section: Tag) -> list[Slide]:
    """Return the slides of a section, without those of the sections in it."""
    heading, *blocks = section.select(":scope > :not(section)")
    slides: list[Slide] = []
    notes: list[Tag] = []
    for group in kept_together(blocks):
        if group[0].name == "p":
            notes.append(group[0])
        elif is_shown(group[0]):
            sentence, notes = split_last_sentence(notes)
            slides.append(Slide([heading, *sentence, *group], notes))
            notes = []
    slides = slides or [Slide([heading], [])]
    slides[-1].notes.extend(notes)
    return slides


def chapter_slides(chapter: Tag) -> list[list[Slide]]:
    """Return the slides of a chapter in stacks: its beginning, then section by section."""
    stacks = [section_slides(chapter)]
    for section in chapter.select(":scope > section"):
        if section.select("h2")[0].get_text() not in LEFT_OUT:
            parts = [section, *section.select("section")]
            stacks.append([slide for part in parts for slide in section_slides(part)])
    return stacks
