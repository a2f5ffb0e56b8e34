"""The figures of the chapters, in colors that work on dark pages and for the color-blind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from bpkit._extras import needs
from bpkit._validation import Array, as_numbers
from bpkit.cross_entropy import log_likelihood
from bpkit.datasets import Dataset
from bpkit.gradients import backpropagation, deltas
from bpkit.network import ForwardPass, Network, forward, sigmoid, sigmoid_prime

with needs("matplotlib", "figures", "bpkit.course.figures"):
    import matplotlib.pyplot as plt
    from matplotlib.axes import Axes
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.patches import Circle

Curves = Mapping[str, tuple[ArrayLike, ArrayLike]]
"""The x and the y of each curve, by its name in the legend."""

# Colors that Okabe and Ito chose to be distinguishable with any color vision.
BLUE, ORANGE, GREEN = "#0072b2", "#d55e00", "#009e73"
PURPLE, GRAY, LIGHT_GRAY = "#cc79a7", "#5f5f5f", "#9a9a9a"
CURVE_STYLES: Any = (  # color, marker and line
    (BLUE, "o", "-"),
    (ORANGE, "s", "--"),
    (GREEN, "^", ":"),
    (PURPLE, "D", "-."),
    (GRAY, "v", (0, (6, 2, 1, 2, 1, 2))),
)
SIGN_CMAP = LinearSegmentedColormap.from_list("sign", [ORANGE, "white", BLUE])
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


@contextmanager
def course_style() -> Iterator[None]:
    """Draw in the style of the course, and restore that of matplotlib afterwards."""
    with plt.rc_context(STYLE):
        yield


@course_style()
def draw_network(sizes: Sequence[int]) -> Axes:
    """Draw a network with its layers labeled as on the page.

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
    for (l, k), spot in place.items():
        for m in range(sizes[l + 1] if l + 1 < len(sizes) else 0):
            axes.plot(*zip(spot, place[l + 1, m], strict=True), color=LIGHT_GRAY, lw=1)
        color = ORANGE if l == len(sizes) - 1 else BLUE if l else GRAY
        axes.add_patch(Circle(spot, 0.3, facecolor="white", edgecolor=color, lw=2, zorder=2))
        name = f"x_{k + 1}" if l == 0 else f"h_{{{l},{k + 1}}}"
        axes.text(*spot, f"${name}$", ha="center", va="center", fontsize=10)
    bottom, last = -(max(sizes) - 1) / 2 - 0.75, len(sizes) - 1
    for l in range(len(sizes)):
        name = r"$\mathbf{x}=\mathbf{h}_0$" if l == 0 else rf"$\mathbf{{h}}_{l}$"
        axes.text(2.2 * l, bottom, name if l < last else f"$h_{l}=f$", ha="center", va="center")
    for l in range(1, len(sizes)):
        name = rf"$\mathbf{{W}}_{l},\,\mathbf{{b}}_{l}$"
        axes.text(2.2 * l - 1.1, -bottom, name, ha="center", va="center", fontsize=10)
    axes.set(xlim=(-0.6, 2.2 * last + 0.6), ylim=(bottom - 0.3, 0.3 - bottom), aspect="equal")
    axes.axis("off")
    return axes


@course_style()
def draw_forward_pass(network: Network, X: ArrayLike) -> Axes:
    """Draw the forward pass of one sample: the activation of each node, each weight as a line.

    Parameters
    ----------
    network : Network
        A line is blue where its weight is positive, and orange where it is negative.
    X : array_like, shape (1, D)
        The sample.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        When X has more than one sample.
    """
    return _draw_pass(_forward_one(network, X).h, network.W, "forward pass: activations", "->")


@course_style()
def draw_backward_pass(network: Network, X: ArrayLike, y: ArrayLike) -> Axes:
    """Draw the backward pass: the delta of each node, the gradient of each weight as a line.

    Parameters
    ----------
    network : Network
        A line is blue where the gradient is positive, and orange where it is negative.
    X, y : array_like, shapes (1, D) and (1,)
        The sample and its label.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        When X has more than one sample.
    """
    inputs = {0: np.full_like(_forward_one(network, X).h[0], np.nan)}  # they have no delta
    gradient = backpropagation(network, X, y).W
    values = inputs | deltas(network, X, y)
    return _draw_pass(values, gradient, "backward pass: deltas, gradient", "<-")


@course_style()
def draw_both_passes(network: Network, X: ArrayLike, y: ArrayLike) -> Axes:
    """Draw both passes: activations in the nodes, deltas below them, gradients as lines.

    Parameters
    ----------
    network : Network
        A line is blue where the gradient is positive, orange and dashed where it is negative.
    X, y : array_like, shapes (1, D) and (1,)
        The sample and its label.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        When X has more than one sample.
    """
    h, delta = _forward_one(network, X).h, deltas(network, X, y)
    axes = _draw_pass(h, backpropagation(network, X, y).W, "activations, deltas, gradient", "<->")
    for line in axes.lines:
        line.set_linestyle((0, (2, 0.6)) if line.get_color() == ORANGE else "-")
    spots = [circle.center for circle in axes.patches if isinstance(circle, Circle)]
    below = [d for l in sorted(delta) for d in delta[l][0]]
    for (node_x, node_y), d in zip(spots[h[0].shape[1] :], below, strict=True):
        axes.text(node_x, node_y - 0.55, rf"$\delta$ {d:.2f}", ha="center", va="center", fontsize=9)
    return axes


def _forward_one(network: Network, X: ArrayLike) -> ForwardPass:
    """Return the forward pass of one sample, or raise a ValueError if there are more."""
    result = forward(network, X)
    if len(result.h[0]) != 1:
        raise ValueError(f"X must have shape (1, D); got {result.h[0].shape}")
    return result


def _draw_pass(
    values: Mapping[int, Array], weights: Mapping[int, Array], title: str, arrow: str
) -> Axes:
    """Draw a number in each node, and lines as thick as the weights, colored by their sign."""
    _, axes = plt.subplots(figsize=(4.8, 3.6))
    widths = {l: values[l].shape[1] for l in sorted(values)}
    place = {(l, k): (1.5 * l, (n - 1) / 2 - k) for l, n in widths.items() for k in range(n)}
    for l, W in weights.items():
        for (k, m), weight in np.ndenumerate(W / np.abs(W).max()):
            ends = zip(place[l - 1, k], place[l, m], strict=True)
            axes.plot(*ends, color=BLUE if weight > 0 else ORANGE, lw=5 * abs(weight))
    for (l, k), spot in place.items():
        value = values[l][0, k]
        color = SIGN_CMAP(0.5 + 0.2 * np.clip(value, -1, 1)) if np.isfinite(value) else "white"
        axes.add_patch(Circle(spot, 0.37, facecolor=color, edgecolor=GRAY, lw=1.5, zorder=2))
        if np.isfinite(value):
            axes.text(*spot, f"{value:.2f}", ha="center", va="center", fontsize=11)
    right, bottom = 1.5 * len(weights), -(max(widths.values()) - 1) / 2 - 0.8
    arrow_style = {"arrowstyle": arrow, "color": GRAY, "lw": 2}
    axes.annotate("", (right, bottom), (0, bottom), arrowprops=arrow_style)
    axes.set(
        xlim=(-0.5, right + 0.5), ylim=(bottom - 0.1, -bottom - 0.4), aspect="equal", title=title
    )
    axes.axis("off")
    return axes


@course_style()
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


@course_style()
def draw_loss_of_one_sample(z: ArrayLike) -> Axes:
    """Draw what one sample adds to the loss, for each label.

    Parameters
    ----------
    z : array_like, shape (K,)
        The pre-activations of the output at which to draw it.

    Returns
    -------
    Axes
    """
    z = as_numbers("z", z)
    _, axes = plt.subplots()
    for y, color, line in ((1, BLUE, "-"), (0, ORANGE, "--")):
        sample_loss = -log_likelihood(z, np.full(len(z), y))
        axes.plot(z, sample_loss, color=color, linestyle=line, label=f"label $y_i={y}$")
    axes.set(xlabel="last pre-activation $z_3$", ylabel="$-L_i$ (nats)")
    axes.legend()
    return axes


@course_style()
def draw_deltas(delta: Mapping[int, Array]) -> Array:
    """Draw the deltas of every layer as a heat map, one sample per row, one node per column.

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
        axes.imshow(delta[l], cmap=SIGN_CMAP, vmin=-2 * limit, vmax=2 * limit, aspect="auto")
        for (i, m), value in np.ndenumerate(delta[l]):
            axes.text(m, i, f"{value:.3f}", ha="center", va="center", fontsize=9)
        nodes, samples = range(delta[l].shape[1]), range(len(delta[l]))
        axes.set(title=rf"$\Delta_{l}$", xlabel="node", xticks=nodes, yticks=samples)
        axes.set(xticklabels=[m + 1 for m in nodes], yticklabels=[i + 1 for i in samples])
        axes.grid(visible=False)
    row[0].set(ylabel="sample $i$")
    return np.asarray(row)


@course_style()
def draw_largest_deltas(largest: Mapping[int, float], bound: Mapping[int, float]) -> Axes:
    """Draw the largest delta of each layer, and the bound that the sigmoid sets.

    Parameters
    ----------
    largest, bound : mapping from layer to float
        The largest absolute delta of a layer, and its upper bound.

    Returns
    -------
    Axes
    """
    _, axes = plt.subplots()
    axes.semilogy(list(bound), list(bound.values()), color=ORANGE, linestyle="--", label="bound")
    axes.semilogy(list(largest), list(largest.values()), color=BLUE, marker="o", label="measured")
    axes.set(xlabel="layer $l$", ylabel=r"largest $|\delta_l|$", xticks=list(largest))
    axes.legend()
    return axes


@course_style()
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
        The sizes of the steps, or another quantity that the errors depend on.
    errors : mapping from the name of a method to array_like, shape (K,)
        Their errors, all positive.
    xlabel, xscale : str
        The label of the horizontal axis, and its scale: "log" or "linear".

    Returns
    -------
    Axes
    """
    _, axes = plt.subplots()
    _draw_curves(axes, {name: (steps, error) for name, error in errors.items()})
    axes.set(xlabel=xlabel, ylabel="relative error", xscale=xscale)
    axes.legend()
    return axes


@course_style()
def draw_time_growth(growth: Mapping[str, Curves]) -> Array:
    """Draw how computing times grow, one diagram for each quantity that they grow with.

    Parameters
    ----------
    growth : mapping from a quantity to a mapping from a name to two array_like, shape (K,)
        The values of the quantity, and the times; both are drawn relative to the first.

    Returns
    -------
    array of Axes, one for each quantity
    """
    row = plt.figure(figsize=(5.6, 3.8)).subplots(1, len(growth), squeeze=False, sharey=True)[0]
    for axes, (quantity, curves) in zip(row, growth.items(), strict=True):
        relative = {
            name: (np.divide(x, np.ravel(x)[0]), np.divide(time, np.ravel(time)[0]))
            for name, (x, time) in curves.items()
        }
        _draw_curves(axes, relative)
        axes.set_xscale("log", base=2)
        axes.xaxis.set_major_formatter("×{x:.0f}")
        axes.set(xlabel=quantity)
    row[0].set(ylabel="time, relative to the first")
    row[0].figure.legend(*row[0].get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return np.asarray(row)


@course_style()
def draw_time_ratios(rows: Sequence[str], ratios: Mapping[str, Sequence[float]]) -> Axes:
    """Draw the computing time of each program, row by row, on a logarithmic scale.

    Parameters
    ----------
    rows : sequence of str, length K
        The labels of the rows, from the top.
    ratios : mapping from the name of a program to a sequence of float, length K
        Its time divided by that of the kernel.

    Returns
    -------
    Axes
    """
    _, axes = plt.subplots(figsize=(5.6, 4.4))
    for (name, values), (color, marker, _) in _with_styles(ratios):
        axes.plot(values, range(len(rows)), color=color, marker=marker, linestyle="", label=name)
    axes.axvline(1, color=LIGHT_GRAY, lw=1)
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set(xlabel="time / time of the kernel", yticks=range(len(rows)), yticklabels=rows)
    axes.invert_yaxis()
    axes.figure.legend(loc="outside upper center", ncols=3)
    return axes


@course_style()
def draw_training_curves(
    panels: Mapping[str, Curves], columns: int = 2, yscale: str = "linear"
) -> Array:
    """Draw what happens during training, one diagram for each quantity or each method.

    Parameters
    ----------
    panels : mapping from a title to a mapping from a name to two array_like, shape (K,)
        The numbers of the steps, and the values; the k-th curve has one style in all panels.
    columns : int
        The number of diagrams in a row.
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
        for (name, (steps, y)), (color, _, line) in _with_styles(curves):
            axes.plot(steps, y, color=color, linestyle=line, label=name)
        axes.set(yscale=yscale)
        axes.set_title(title, fontsize=11 if columns < 3 else 8.5)
    for axes in grid.flat[len(panels) :]:
        axes.remove()
    figure.supxlabel("step", fontsize=11)
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return np.asarray(grid.flat[: len(panels)])


@course_style()
def draw_decision_boundaries(
    networks: Mapping[str, Network], data: Dataset, columns: int = 4
) -> Array:
    """Draw the predictions of networks in the plane, one frame each, and the samples.

    The frames are equal squares that fill the picture, from left to right and from top to bottom,
    so that a page can also show them one after the other.

    Parameters
    ----------
    networks : mapping from a title to Network
        With two inputs.
    data : Dataset
        The samples: label 0 as orange triangles, label 1 as blue circles.
    columns : int
        The number of frames in a row.

    Returns
    -------
    array of Axes, one for each network
    """
    rows = -(-len(networks) // columns)
    size, margin = 1.5, plt.rcParams["savefig.pad_inches"]  # of a frame, in inches
    figure = plt.figure(figsize=(columns * size, rows * size), dpi=200, layout="none")
    middle, half_width = data.X.mean(axis=0), 1.15 * np.ptp(data.X, axis=0).max() / 2
    x, y = (np.linspace(m - half_width, m + half_width, 61) for m in middle)
    plane = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    row = []
    for k, (title, network) in enumerate(networks.items()):
        corner = (k % columns * size + margin, (rows - 1 - k // columns) * size + margin)
        inside = size - 2 * margin
        axes_rect = np.array([*corner, inside, inside]) / np.tile(figure.get_size_inches(), 2)
        axes = figure.add_axes(tuple(axes_rect))
        z = forward(network, plane).z[network.depth].reshape(61, 61)
        axes.contourf(x, y, sigmoid(z), levels=np.linspace(0, 1, 11), cmap=SIGN_CMAP, alpha=0.5)
        if z.min() < 0 < z.max():  # without a boundary matplotlib would warn
            axes.contour(x, y, z, levels=[0], colors="black", linewidths=1.2)
        for label, color, marker in ((0, ORANGE, "^"), (1, BLUE, "o")):
            points = data.X[data.y == label].T
            axes.plot(*points, color=color, marker=marker, linestyle="", markersize=1.8)
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        axes.text(0.03, 0.96, title, transform=axes.transAxes, va="top", fontsize=8, bbox=box)
        axes.set(xticks=(), yticks=(), xlim=x[[0, -1]], ylim=y[[0, -1]])
        axes.spines[:].set(visible=True, color=LIGHT_GRAY, linewidth=0.5)
        row.append(axes)
    return np.asarray(row)


def _with_styles(curves: Mapping[str, Any]) -> Iterator[tuple[tuple[str, Any], Any]]:
    """Return each curve with its style, or raise a ValueError if there are not enough styles."""
    if len(curves) > len(CURVE_STYLES):
        problem = f"a diagram must have at most {len(CURVE_STYLES)} curves; got {len(curves)}"
        raise ValueError(problem)
    return zip(curves.items(), CURVE_STYLES, strict=False)


def _draw_curves(axes: Axes, curves: Curves) -> None:
    """Draw curves on logarithmic scales, distinguished by color, marker and line."""
    for (name, (x, y)), (color, marker, line) in _with_styles(curves):
        axes.loglog(x, y, color=color, marker=marker, linestyle=line, markersize=4, label=name)
