"""A checkbox above a figure of many frames, which plays them one after another."""

from __future__ import annotations

from bs4 import BeautifulSoup

LABEL = "Show the frames one after the other"


def add_checkboxes(page: BeautifulSoup) -> None:
    """Put a checkbox above the figure of each cell with the tag `frames`.

    The style sheet does the rest: a figure of four frames by three, drawn by
    `bpkit.course.figures.draw_decision_boundaries`, is moved behind a window of one frame.
    """
    for cell in page.select(".cell.tag_frames:not(:has(> label.frames))"):
        label = page.new_tag("label", attrs={"class": "frames"})
        label.append(page.new_tag("input", attrs={"type": "checkbox"}))
        label.append(f" {LABEL}")
        cell.select(".cell_output")[0].insert_before(label)
