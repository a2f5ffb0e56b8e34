"""The figures: what the chapters draw, in colours that survive dark pages and colour blindness."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Circle
from numpy.typing import ArrayLike

from bpkit._validation import Array, as_numbers
from bpkit.cross_entropy import log_likelihood
from bpkit.datasets import Dataset
from bpkit.gradients import backpropagation, deltas
from bpkit.network import Network, forward, sigmoid, sigmoid_prime

P = ParamSpec("P")
R = TypeVar("R")

# Three of the colours that Okabe and Ito chose to be told apart with any colour vision.
BLUE, ORANGE, GREEN = "#0072b2", "#d55e00", "#009e73"
PURPLE, GREY = "#cc79a7", "#5f5f5f"
LOOKS: Any = (  # colour, marker and line of the curves of a diagram
    (BLUE, "o", "-"),
    (ORANGE, "s", "--"),
    (GREEN, "^", ":"),
    (PURPLE, "D", "-."),
    (GREY, "v", (0, (6, 2, 1, 2, 1, 2))),
)
SIGNS = LinearSegmentedColormap.from_list("signs", [ORANGE, "white", BLUE])
STYLE: Any = {  # matplotlib types the keys one by one
    "figure.figsize": (5.6, 3.2),
    "figure.dpi": 144,
    "figure.constrained_layout.use": True,
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e3e3e3",
    "lines.linewidth": 2,
    "legend.frameon": False,
}


def styled(draw: Callable[P, R]) -> Callable[P, R]:
    """Return `draw`, drawing in the style of the course and leaving matplotlib's as it was."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> R:
        with plt.rc_context(STYLE):
            return draw(*args, **kwargs)

    return drawn


@styled
def draw_network(sizes: Sequence[int]) -> Axes:
    """Draw a network with its layers labelled as the page labels them.

    Parameters
    ----------
    sizes : sequence of int
        The number of inputs and of the nodes of each layer: (D, n_1, ..., 1).

    Returns
    -------
    Axes
    """
    _, axes = plt.subplots(figsize=(5.6, 3.6))
    place = {(l, k): (2.2 * l, (n - 1) / 2 - k) for l, n in enumerate(sizes) for k in range(n)}
    for (l, k), (right, up) in place.items():
        for m in range(sizes[l + 1] if l + 1 < len(sizes) else 0):
            axes.plot(*zip((right, up), place[l + 1, m], strict=True), color="#9a9a9a", lw=1)
        colour = ORANGE if l == len(sizes) - 1 else BLUE if l else "#5f5f5f"
        axes.add_patch(
            Circle((right, up), 0.3, facecolor="white", edgecolor=colour, lw=2, zorder=2)
        )
        name = f"x_{k + 1}" if l == 0 else f"h_{{{l},{k + 1}}}"
        axes.text(right, up, f"${name}$", ha="center", va="center", fontsize=10)
    bottom = -(max(sizes) - 1) / 2 - 0.75
    last = len(sizes) - 1
    for l in range(len(sizes)):
        name = r"$\mathbf{x}=\mathbf{h}_0$" if l == 0 else rf"$\mathbf{{h}}_{l}$"
        axes.text(2.2 * l, bottom, name if l < last else f"$h_{l}=f$", ha="center", va="center")
    for l in range(1, len(sizes)):
        name = rf"$\mathbf{{W}}_{l},\,\mathbf{{b}}_{l}$"
        axes.text(2.2 * l - 1.1, -bottom, name, ha="center", va="center", fontsize=10)
    axes.set(xlim=(-0.6, 2.2 * last + 0.6), ylim=(bottom - 0.3, 0.3 - bottom), aspect="equal")
    axes.axis("off")
    return axes


@styled
def draw_forward_pass(network: Network, X: ArrayLike) -> Axes:
    """Draw one sample on its way forward: the activation of each node, each weight as a line.

    Parameters
    ----------
    network : Network
        A line is blue where its weight is positive and orange where it is negative.
    X : array_like, shape (1, D)
        The sample.

    Returns
    -------
    Axes
    """
    return _draw_pass(forward(network, X).h, network.W, "forward: activations", "->")


@styled
def draw_backward_pass(network: Network, X: ArrayLike, y: ArrayLike) -> Axes:
    """Draw the way back: the delta of each node, the gradient by each weight as a line.

    Parameters
    ----------
    network : Network
        The network.
    X : array_like, shape (1, D)
        The sample.
    y : array_like, shape (1,)
        Its label.

    Returns
    -------
    Axes
    """
    inputs = {0: np.full_like(forward(network, X).h[0], np.nan)}  # they have no delta
    gradient = backpropagation(network, X, y).W
    return _draw_pass({**inputs, **deltas(network, X, y)}, gradient, "back: deltas, gradient", "<-")


@styled
def draw_both_passes(network: Network, X: ArrayLike, y: ArrayLike) -> Axes:
    """Draw both ways at once: activations in the nodes, deltas below them, gradients as lines.

    Parameters
    ----------
    network : Network
        A line is blue where the gradient by its weight is positive, orange and broken where it is
        negative.
    X : array_like, shape (1, D)
        The sample.
    y : array_like, shape (1,)
        Its label.

    Returns
    -------
    Axes
    """
    h, delta = forward(network, X).h, deltas(network, X, y)
    axes = _draw_pass(h, backpropagation(network, X, y).W, "activations, deltas, gradient", "<->")
    for line in axes.lines:
        line.set_linestyle((0, (2, 0.6)) if line.get_color() == ORANGE else "-")
    spots = [circle.center for circle in axes.patches if isinstance(circle, Circle)]
    below = [d for l in sorted(delta) for d in delta[l][0]]
    for (right, up), d in zip(spots[h[0].shape[1] :], below, strict=True):
        place = (right, up - 0.55)
        axes.text(*place, rf"$\delta$ {d:.2f}", ha="center", va="center", fontsize=9)
    return axes


def _draw_pass(
    values: Mapping[int, Array], weights: Mapping[int, Array], title: str, arrow: str
) -> Axes:
    """Draw a number in each node, and lines as thick as the weights and coloured by their sign."""
    _, axes = plt.subplots(figsize=(4.8, 3.6))
    widths = {l: values[l].shape[1] for l in sorted(values)}
    place = {(l, k): (1.5 * l, (n - 1) / 2 - k) for l, n in widths.items() for k in range(n)}
    for l, W in weights.items():
        for (k, m), weight in np.ndenumerate(W / np.abs(W).max()):
            ends = zip(place[l - 1, k], place[l, m], strict=True)
            axes.plot(*ends, color=BLUE if weight > 0 else ORANGE, lw=5 * abs(weight))
    for (l, k), spot in place.items():
        value = values[l][0, k]
        colour = SIGNS(0.5 + 0.2 * np.clip(value, -1, 1)) if np.isfinite(value) else "white"
        axes.add_patch(Circle(spot, 0.37, facecolor=colour, edgecolor="#5f5f5f", lw=1.5, zorder=2))
        if np.isfinite(value):
            axes.text(*spot, f"{value:.2f}", ha="center", va="center", fontsize=11)
    right, bottom = 1.5 * len(weights), -(max(widths.values()) - 1) / 2 - 0.8
    look = {"arrowstyle": arrow, "color": "#5f5f5f", "lw": 2}
    axes.annotate("", (right, bottom), (0, bottom), arrowprops=look)
    axes.set(
        xlim=(-0.5, right + 0.5), ylim=(bottom - 0.1, -bottom - 0.4), aspect="equal", title=title
    )
    axes.axis("off")
    return axes


@styled
def draw_sigmoid(z: ArrayLike) -> Axes:
    """Draw the sigmoid and its derivative.

    Parameters
    ----------
    z : array_like, shape (K,)
        Where to evaluate them.

    Returns
    -------
    Axes
    """
    z = as_numbers("z", z)
    _, axes = plt.subplots()
    axes.plot(z, sigmoid(z), color=BLUE)
    axes.plot(z, sigmoid_prime(z), color=ORANGE, linestyle="--")
    axes.text(z.max(), 0.9, r"$\sigma(z)$", color=BLUE, ha="right")
    axes.text(z.max(), 0.07, r"$\sigma'(z)$", color=ORANGE, ha="right")
    axes.set(xlabel="$z$", yticks=(0, 0.25, 0.5, 0.75, 1))
    return axes


@styled
def draw_loss_of_one_sample(z: ArrayLike) -> Axes:
    """Draw what one sample adds to the loss, for each of the two labels.

    Parameters
    ----------
    z : array_like, shape (K,)
        The last pre-activations to draw it at.

    Returns
    -------
    Axes
    """
    z = as_numbers("z", z)
    _, axes = plt.subplots()
    for y, colour, line in ((1, BLUE, "-"), (0, ORANGE, "--")):
        penalty = -log_likelihood(z, np.full(len(z), y))
        axes.plot(z, penalty, color=colour, linestyle=line, label=f"label $y_i={y}$")
    axes.set(xlabel="last pre-activation $z_3$", ylabel="$-L_i$ (nats)")
    axes.legend()
    return axes


@styled
def draw_deltas(delta: Mapping[int, Array]) -> Array:
    """Draw the deltas of every layer as a heat map: a row a sample, a column a node.

    Parameters
    ----------
    delta : mapping from layer l to array, shape (N, n_l)
        As `bpkit.deltas` returns it.

    Returns
    -------
    array of Axes, shape (Λ,)
    """
    widths = [delta[l].shape[1] for l in sorted(delta)]
    figure = plt.figure(figsize=(5.6, 3.2))
    row = figure.subplots(1, len(delta), width_ratios=widths, squeeze=False, sharey=True)[0]
    limit = max(np.abs(delta[l]).max() for l in delta)
    for axes, l in zip(row, sorted(delta), strict=True):
        axes.imshow(delta[l], cmap=SIGNS, vmin=-2 * limit, vmax=2 * limit, aspect="auto")
        for (i, m), value in np.ndenumerate(delta[l]):
            axes.text(m, i, f"{value:.3f}", ha="center", va="center", fontsize=9)
        nodes, samples = range(delta[l].shape[1]), range(len(delta[l]))
        axes.set(title=rf"$\Delta_{l}$", xlabel="node", xticks=nodes, yticks=samples)
        axes.set(xticklabels=[m + 1 for m in nodes], yticklabels=[i + 1 for i in samples])
        axes.grid(visible=False)
    row[0].set(ylabel="sample $i$")
    return np.asarray(row)


@styled
def draw_largest_deltas(sizes: Mapping[int, float], bound: Mapping[int, float]) -> Axes:
    """Draw how large delta is in each layer, beside the bound that the sigmoid sets.

    Parameters
    ----------
    sizes : mapping from layer to float
        The largest entry of the deltas of that layer.
    bound : mapping from layer to float
        What it cannot exceed.

    Returns
    -------
    Axes
    """
    _, axes = plt.subplots()
    axes.semilogy(list(bound), list(bound.values()), color=ORANGE, linestyle="--", label="bound")
    axes.semilogy(list(sizes), list(sizes.values()), color=BLUE, marker="o", label="measured")
    axes.set(xlabel="layer $l$", ylabel=r"largest $|\delta_l|$", xticks=list(sizes))
    axes.legend()
    return axes


@styled
def draw_derivative_errors(
    steps: ArrayLike,
    errors: Mapping[str, ArrayLike],
    xlabel: str = "size of the step",
    xscale: str = "log",
) -> Axes:
    """Draw the error of each numerical derivative against the size of its step.

    Parameters
    ----------
    steps : array_like, shape (K,)
        The sizes of the steps, or what else the errors depend on.
    errors : mapping from the name of a method to array_like, shape (K,)
        Their errors, all positive.
    xlabel : str
        What `steps` are.
    xscale : str
        "log" or "linear".

    Returns
    -------
    Axes
    """
    _, axes = plt.subplots()
    _draw_curves(axes, {name: (steps, error) for name, error in errors.items()})
    axes.set(xlabel=xlabel, ylabel="relative error", xscale=xscale)
    axes.legend()
    return axes


@styled
def draw_time_growth(growth: Mapping[str, Mapping[str, tuple[ArrayLike, ArrayLike]]]) -> Array:
    """Draw how a cost grows, one diagram for each quantity that it grows with.

    Parameters
    ----------
    growth : mapping from a quantity to a mapping from a name to two array_like, shape (K,)
        Its values, and the cost at each of them; both are drawn relative to the first.

    Returns
    -------
    array of Axes, one for each quantity
    """
    row = plt.figure(figsize=(5.6, 3.8)).subplots(1, len(growth), squeeze=False, sharey=True)[0]
    for axes, (quantity, curves) in zip(row, growth.items(), strict=True):
        relative = {
            name: (np.divide(x, np.ravel(x)[0]), np.divide(cost, np.ravel(cost)[0]))
            for name, (x, cost) in curves.items()
        }
        _draw_curves(axes, relative)
        axes.set_xscale("log", base=2)
        axes.xaxis.set_major_formatter("×{x:.0f}")
        axes.set(xlabel=quantity)
    row[0].set(ylabel="time, relative to the first")
    row[0].figure.legend(*row[0].get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return np.asarray(row)


@styled
def draw_time_ratios(rows: Sequence[str], ratios: Mapping[str, Sequence[float]]) -> Axes:
    """Draw how many times as long each program takes, row by row, on a logarithmic scale.

    Parameters
    ----------
    rows : sequence of str, length K
        What the rows are called, from the top.
    ratios : mapping from the name of a program to a sequence of float, length K
        How many times as long it takes.

    Returns
    -------
    Axes
    """
    _, axes = plt.subplots(figsize=(5.6, 4.4))
    for (name, values), (colour, marker, _) in zip(ratios.items(), LOOKS, strict=False):
        axes.plot(values, range(len(rows)), color=colour, marker=marker, linestyle="", label=name)
    axes.axvline(1, color="#9a9a9a", lw=1)
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set(xlabel="time / time of the kernel", yticks=range(len(rows)), yticklabels=rows)
    axes.invert_yaxis()
    axes.figure.legend(loc="outside upper center", ncols=3)
    return axes


@styled
def draw_training_curves(
    panels: Mapping[str, Mapping[str, tuple[ArrayLike, ArrayLike]]],
    columns: int = 2,
    yscale: str = "linear",
) -> Array:
    """Draw what happens step by step, one diagram for each quantity or each way to descend.

    Parameters
    ----------
    panels : mapping from a title to a mapping from a name to two array_like, shape (K,)
        The numbers of the steps, and what is drawn above them; a name looks alike in every panel.
    columns : int
        How many diagrams stand side by side.
    yscale : str
        "linear", or "log", which all the diagrams then share.

    Returns
    -------
    array of Axes, one for each panel
    """
    rows = -(-len(panels) // columns)
    figure = plt.figure(figsize=(5.6, 0.9 + (1.5 if rows > 1 else 2.3) * rows))
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=yscale == "log")
    for axes, (title, curves) in zip(grid.flat, panels.items(), strict=False):
        for (name, (steps, y)), (colour, _, line) in zip(curves.items(), LOOKS, strict=False):
            axes.plot(steps, y, color=colour, linestyle=line, label=name)
        axes.set(yscale=yscale)
        axes.set_title(title, fontsize=11 if columns < 3 else 8.5)
    for axes in grid.flat[len(panels) :]:
        axes.remove()
    figure.supxlabel("step", fontsize=11)
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return np.asarray(grid.flat[: len(panels)])


@styled
def draw_decision_boundaries(
    networks: Mapping[str, Network], data: Dataset, columns: int = 4
) -> Array:
    """Draw the answers of networks all over the plane, a frame each, with the samples upon them.

    The frames are equal squares that fill the picture, from the left to the right and from the
    top to the bottom, so that a page can also show them one after the other.

    Parameters
    ----------
    networks : mapping from a title to Network
        With two inputs.
    data : Dataset
        The samples: label 0 as orange triangles, label 1 as blue circles.
    columns : int
        How many frames stand side by side.

    Returns
    -------
    array of Axes, one for each network
    """
    rows = -(-len(networks) // columns)
    size, margin = 1.5, plt.rcParams["savefig.pad_inches"]  # of a frame, in inches
    figure = plt.figure(figsize=(columns * size, rows * size), dpi=200, layout="none")
    middle, reach = data.X.mean(axis=0), 1.15 * np.ptp(data.X, axis=0).max() / 2
    x, up = (np.linspace(m - reach, m + reach, 61) for m in middle)
    plane = np.stack(np.meshgrid(x, up), axis=-1).reshape(-1, 2)
    row = []
    for k, (title, network) in enumerate(networks.items()):
        place = (k % columns * size + margin, (rows - 1 - k // columns) * size + margin)
        inside = size - 2 * margin
        share = np.array([*place, inside, inside]) / np.tile(figure.get_size_inches(), 2)
        axes = figure.add_axes(tuple(share))
        z = forward(network, plane).z[network.depth].reshape(61, 61)
        axes.contourf(x, up, sigmoid(z), levels=np.linspace(0, 1, 11), cmap=SIGNS, alpha=0.5)
        if z.min() < 0 < z.max():  # or else there is no boundary, of which matplotlib would warn
            axes.contour(x, up, z, levels=[0], colors="black", linewidths=1.2)
        for label, colour, marker in ((0, ORANGE, "^"), (1, BLUE, "o")):
            points = data.X[data.y == label].T
            axes.plot(*points, color=colour, marker=marker, linestyle="", markersize=1.8)
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        axes.text(0.03, 0.96, title, transform=axes.transAxes, va="top", fontsize=8, bbox=box)
        axes.set(xticks=(), yticks=(), xlim=x[[0, -1]], ylim=up[[0, -1]])
        axes.spines[:].set(visible=True, color="#9a9a9a", linewidth=0.5)
        row.append(axes)
    return np.asarray(row)


def _draw_curves(axes: Axes, curves: Mapping[str, tuple[ArrayLike, ArrayLike]]) -> None:
    """Draw curves on logarithmic scales, told apart by colour, marker and line."""
    for (name, (x, y)), (colour, marker, line) in zip(curves.items(), LOOKS, strict=False):
        axes.loglog(x, y, color=colour, marker=marker, linestyle=line, markersize=4, label=name)
