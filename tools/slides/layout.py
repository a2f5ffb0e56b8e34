"""The deck of a chapter: which parts of its page go on which slide, and what the speaker says.

A heading begins a slide, and so does a formula that follows a cell. All else joins the slide before
it while there is room, and a cell begins one, or is on none, if its metadata `slideshow` say so.
The last sentence before a formula or a cell is shown with it; all others are notes for the speaker.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag

# Sections that are for the page alone.
LEFT_OUT = ("Exercises", "Write it yourself", "Test yourself")
ROOM = 600  # pixels of a slide below its heading, of 720
SENTENCE = 90  # of which a sentence before a formula takes up to so many
KINDS = ("skip", "slide", "subslide")  # what a cell's `slide_type` may be


@dataclass
class Slide:
    """A slide: its heading, what it shows below, what the speaker says, and the height in use."""

    heading: Tag
    parts: list[Tag] = field(default_factory=list)
    notes: list[Tag] = field(default_factory=list)
    height: int = 0

    @property
    def tried(self) -> bool:
        """Whether a cell has tried what the slide shows."""
        return any("cell" in classes(part) and not is_verdict(part) for part in self.parts)

    def show(self, part: Tag) -> None:
        """Add a part below the others."""
        self.parts.append(part)
        self.height += height(part)


def classes(part: Tag) -> list[str]:
    """Return the classes of a part."""
    return list(part.get("class", []))


def is_verdict(part: Tag) -> bool:
    """Whether a part is the small print below a formula."""
    return "tag_verdict" in classes(part)


def lines(part: Tag) -> int:
    """Count the lines of the code or the text in a part."""
    return sum(len(pre.get_text().strip("\n").split("\n")) for pre in part.select("pre"))


def height(part: Tag) -> int:
    """Return about how many pixels a part takes; the tests measure what it takes in truth."""
    if part.select_one("img"):
        return 500
    if "math" in classes(part):
        sums = 35 * bool(part.select_one("mjx-munder, mjx-munderover"))
        rows = len(part.select("mjx-mtable mjx-mtable mjx-mtr"))
        return 30 + 85 * max(1, rows) + sums
    if is_verdict(part):
        return 42 + 22 * len(part.select("br"))
    if part.name == "div":
        return 17 * len(part.select("pre")) + 25 * lines(part)
    words = part.find_all("li") or [part]
    return sum(12 + 37 * (1 + len(spoken(word).get_text()) // 85) for word in words)


def spoken(part: Tag) -> Tag:
    """Return a copy of a text with each formula as MathML alone, which any window can show."""
    part = copy(part)
    for formula in part.select("span.math"):
        formula.replace_with(formula.select_one("mjx-assistive-mml > math"))
    return part


def paragraph(html: str) -> Tag:
    """Return a paragraph, which begins with a capital letter."""
    return BeautifulSoup(f"<p>{html[:1].upper()}{html[1:]}</p>", "html.parser").p


def lead(text: Tag | None) -> tuple[list[Tag], list[Tag]]:
    """Split a paragraph into its last sentence and those before; each stands on its own line."""
    if text is None:
        return [], []
    *before, last = text.decode_contents().strip().split("\n")
    return [paragraph(last)], [paragraph(" ".join(before))] if before else []


def kind(cell: Tag) -> str:
    """Return what a cell's metadata say of its place in the slides, or ""."""
    return next((name for name in KINDS if f"slide-{name}" in classes(cell)), "")


def is_shown(block: Tag) -> bool:
    """Whether a block of a page is shown on a slide: a formula, a list, or a cell that is open."""
    if "cell" in classes(block):
        return "tag_hide-cell" not in classes(block) and kind(block) != "skip"
    return "math" in classes(block) or block.name in ("ul", "ol")


def pieces(blocks: list[Tag]) -> Iterator[list[Tag]]:
    """Put a formula, its verdict and the cell right below them together; all else stays single."""
    piece: list[Tag] = []
    for block in blocks:
        below = piece and ("math" in classes(piece[-1]) or is_verdict(piece[-1]))
        if below and is_shown(block) and not kind(block) and fits([*piece, block], SENTENCE):
            piece.append(block)
        else:
            if piece:
                yield piece
            piece = [block]
    if piece:
        yield piece


def joins(slide: Slide, piece: list[Tag], sentence: list[Tag]) -> bool:
    """Whether a piece of the page still goes on a slide, with the sentence before it."""
    if not slide.parts:
        return True
    first = piece[0]
    if kind(first) or ("math" in classes(first) and slide.tried):
        return False
    return fits([*sentence, *piece], slide.height)


def fits(parts: list[Tag], used: int) -> bool:
    """Whether parts go on a slide of which some pixels are in use."""
    return used + sum(map(height, parts)) <= ROOM


def own(section: Tag) -> Iterator[Slide]:
    """Give the slides of a section, without those of the sections in it."""
    heading, *blocks = section.find_all(True, recursive=False)
    slide, said = Slide(heading), None
    for piece in pieces([block for block in blocks if block.name != "section"]):
        if piece[0].name == "p":
            slide.notes += [said] if said else []
            said = piece[0]
        elif is_shown(piece[0]):
            sentence, rest = lead(said)
            said = None
            if not joins(slide, piece, sentence):
                yield slide
                slide = Slide(heading)
            for part in [*sentence, *map(tidy, piece)]:
                slide.show(part)
            slide.notes += rest
    slide.notes += [said] if said else []
    if slide.parts:
        yield slide


def slides(section: Tag) -> Iterator[Slide]:
    """Give the slides of a section, and then those of the sections in it."""
    if section.find(True).get_text().rstrip("#") not in LEFT_OUT:
        yield from own(section)
        for inner in section.find_all("section", recursive=False):
            yield from slides(inner)


def tidy(block: Tag) -> Tag:
    """Return a copy of a block for a slide; a figure comes without the code that draws it."""
    block = copy(block)
    if block.select_one(".cell_output img"):
        block.select_one(".cell_input").decompose()
    return block


def stacks(article: Tag) -> Iterator[list[Slide]]:
    """Give the slides of a chapter in stacks: its beginning, then section by section."""
    yield [*own(article.section)]
    for section in article.section.find_all("section", recursive=False):
        if stack := [*slides(section)]:
            yield stack
