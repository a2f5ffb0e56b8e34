"""The frames: a figure of many frames, which a reader can also see one after the other."""

from __future__ import annotations

from bs4 import BeautifulSoup

TEXT = "Show the frames one after the other"


def offer(page: BeautifulSoup) -> None:
    """Put a box to tick above the figure of each cell with the tag `frames`.

    The rest is done by the style sheet: a figure of four frames by three, drawn by
    `bpkit.course.figures.draw_decision_boundaries`, is moved behind a window of one frame.
    """
    for cell in page.select(".cell.tag_frames"):
        label = page.new_tag("label", attrs={"class": "frames"})
        label.append(page.new_tag("input", attrs={"type": "checkbox"}))
        label.append(f" {TEXT}")
        cell.select_one(".cell_output").insert_before(label)
