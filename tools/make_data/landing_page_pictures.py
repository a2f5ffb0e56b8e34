"""Draw the pictures of the landing page and the card for social networks, into _static/."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from bpkit.course.figures import draw_backward_pass, draw_forward_pass
from bpkit.network import Network
from tools.project import ROOT

STATIC = ROOT / "_static"
DARK_BLUE, LIGHT_GRAY, BLUE = "#12324a", "#f3f6f8", "#0a5c8f"  # of the logo and the pages

# The network and the sample that the chapter "The network and its loss" follows by hand.
NETWORK = Network(
    W={
        1: np.array([[1, 0, -1], [0, 1, 1], [0.5, 0, 0.5], [1, -1, 0]]),
        2: np.array([[2, -1], [0, 1], [1, 1]]),
        3: np.array([[1], [-2]]),
    },
    b={1: np.array([0, -1, 0.5]), 2: np.array([-1, 0]), 3: np.array([0.5])},
)
SAMPLE, LABEL = [[1, 0, 2, -1]], [1]


def draw_card() -> None:
    """Draw the card: the course's name and recursion on the left, the network on the right."""
    axes = draw_backward_pass(NETWORK, SAMPLE, LABEL)
    axes.set_title("")
    figure = plt.gcf()
    figure.set_layout_engine("none")
    figure.set_size_inches(12, 6.3)
    figure.set_facecolor(LIGHT_GRAY)
    axes.set_position((0.56, 0.08, 0.42, 0.84))
    figure.text(
        0.05, 0.66, "Backpropagation,\nderived and checked", size=35, weight="bold", color=DARK_BLUE
    )
    figure.text(
        0.05,
        0.42,
        r"$\mathbf{\Delta}_l=(\mathbf{\Delta}_{l+1}\mathbf{W}_{l+1}^{T})\odot\mathbf{H}_l\odot(\mathbf{1}-\mathbf{H}_l)$",
        size=27,
        color=BLUE,
    )
    figure.text(
        0.05,
        0.22,
        "Every formula on the page is read\nby a program, evaluated, and tested.",
        size=22,
        color=DARK_BLUE,
    )


def draw_forward_picture() -> Axes:
    """Draw the forward pass of the hand-made sample."""
    return draw_forward_pass(NETWORK, SAMPLE)


def draw_backward_picture() -> Axes:
    """Draw the backward pass of the hand-made sample."""
    return draw_backward_pass(NETWORK, SAMPLE, LABEL)


PICTURES: dict[str, Callable[[], object]] = {
    "forward.svg": draw_forward_picture,
    "back.svg": draw_backward_picture,
    "card.png": draw_card,
}


def draw_picture(name: str, folder: Path) -> Path:
    """Draw one of the pictures into a folder, with the same bytes every time."""
    with mpl.rc_context({"svg.hashsalt": "bpkit", "backend": "agg"}):
        PICTURES[name]()
        metadata = {"Date": None, "Creator": None} if name.endswith(".svg") else None
        plt.savefig(folder / name, metadata=metadata, dpi=100)
        plt.close("all")
    return folder / name


if __name__ == "__main__":
    for picture in PICTURES:
        print(draw_picture(picture, STATIC))
