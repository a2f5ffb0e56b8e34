"""The checkbox that animates a figure of frames: it is above such a figure, and nowhere else."""

import re

from bs4 import BeautifulSoup

from tools.project import ROOT
from tools.website.play_frames_checkbox import LABEL, add_checkboxes

CELL = '<div class="cell {}"><div class="cell_input"></div><div class="cell_output"></div></div>'


def test_a_cell_of_frames_gets_one_checkbox_with_a_label():
    """Between its code and its output; other cells stay as they are."""
    page = BeautifulSoup(CELL.format("tag_frames") + CELL.format(""), "html.parser")
    add_checkboxes(page)
    add_checkboxes(page)  # as a second build does
    (label,) = page.select("label")
    assert label.get_text().strip() == LABEL
    assert [tag["type"] for tag in label.select("input")] == ["checkbox"]
    assert label.find_next_sibling()["class"] == ["cell_output"]
    assert label.find_previous_sibling()["class"] == ["cell_input"]


def test_the_style_sheet_shows_each_frame_once_in_reading_order():
    """Twelve places, from the left to the right and from the top to the bottom, in 4.8 seconds."""
    sheet = (ROOT / "_static" / "course.css").read_text(encoding="utf-8")
    steps = sheet.partition("@keyframes frames {")[2].partition("\n}")[0]
    found = re.findall(r"([\d.]+)%.*object-position: ([\d.]+)%? ([\d.]+)%?;", steps)
    assert len(found) == 12
    for k, (when, right, down) in enumerate(found):
        wanted = (100 * k / 12, 100 * (k % 4) / 3, 100 * (k // 4) / 2)
        assert (
            max(abs(float(a) - b) for a, b in zip((when, right, down), wanted, strict=True)) < 0.01
        )
    assert "animation: frames 4.8s step-end forwards" in sheet
