"""The figures: each has a caption and, for those who cannot see it, a text of its own."""

import io
import re

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from PIL import Image

import bpkit
from bpkit.course import figures
from tools import execute_notebooks
from tools.make_data import landing_page_pictures as pictures


def described(cell):
    """Whether a cell's metadata hold a caption, a name and an alternative text of some length."""
    mystnb = cell.metadata.get("mystnb", {})
    figure, image = mystnb.get("figure", {}), mystnb.get("image", {})
    return bool(figure.get("caption") and figure.get("name") and len(image.get("alt", "")) > 80)


def drawn(cell):
    """Whether a code cell shows an image."""
    return any("image/png" in output.get("data", {}) for output in cell.get("outputs", []))


@pytest.mark.parametrize("page", execute_notebooks.readable_chapters(), ids=lambda page: page.stem)
def test_every_figure_is_described(page):
    """A reader who cannot see a figure is told what it shows."""
    cells = nbformat.read(page.with_suffix(".ipynb"), 4).cells
    assert [cell.id for cell in cells if drawn(cell) and not described(cell)] == []


def test_a_figure_without_a_description_is_found(chapter):
    """The sample chapter draws a curve and says nothing about it."""
    cells = nbformat.read(chapter.with_suffix(".ipynb"), 4).cells
    assert [described(cell) for cell in cells if drawn(cell)] == [False]


# What is drawn


@pytest.fixture(autouse=True)
def closed():
    """Close what a test has drawn."""
    plt.switch_backend("agg")
    yield
    plt.close("all")


def curves(axes):
    """Return the curves of a diagram: the numbers along and across, by the name in the legend."""
    return {line.get_label(): line.get_xydata().T for line in axes.lines}


def words(axes):
    """Return the texts of a diagram and their positions."""
    return {text.get_text(): text.get_position() for text in axes.texts}


Z = np.linspace(-4, 3, 8)


def test_the_sigmoid_and_its_derivative_are_drawn():
    """In this order, each with its name at its right end."""
    axes = figures.draw_sigmoid(list(Z))
    first, second = curves(axes).values()
    np.testing.assert_array_equal(first, [Z, bpkit.sigmoid(Z)])
    np.testing.assert_array_equal(second, [Z, bpkit.sigmoid_prime(Z)])
    assert {place[0] for place in words(axes).values()} == {3.0}


def test_the_loss_of_one_sample_is_drawn_for_both_labels():
    """What a sample adds to the loss is its log-likelihood with the other sign."""
    axes = figures.draw_loss_of_one_sample(Z)
    for y in (0, 1):
        expected = -bpkit.log_likelihood(Z, np.full(8, float(y)))
        np.testing.assert_array_equal(curves(axes)[f"label $y_i={y}$"], [Z, expected])
    assert axes.get_legend() is not None


def test_the_network_is_drawn_node_by_node():
    """One circle per node, one edge per weight, a name for each node, layer and step."""
    axes = figures.draw_network((4, 3, 2, 1))
    places = [tuple(circle.center) for circle in axes.patches]
    assert len(set(places)) == 4 + 3 + 2 + 1
    assert len({right for right, _ in places}) == 4
    edges = {tuple(map(tuple, line.get_xydata())) for line in axes.lines}
    assert len(edges) == 4 * 3 + 3 * 2 + 2 * 1
    assert {end for edge in edges for end in edge} == set(places)
    named = words(axes)
    assert named["$x_1$"] == max(p for p in places if p[0] == 0)
    assert named["$h_{2,2}$"] == min(p for p in places if p[0] == named["$h_{2,1}$"][0])
    layers = [r"$\mathbf{x}=\mathbf{h}_0$", r"$\mathbf{h}_1$", r"$\mathbf{h}_2$", "$h_3=f$"]
    assert [named[name][0] for name in layers] == sorted({right for right, _ in places})
    assert all(named[name][1] < min(up for _, up in places) for name in layers)
    for l in (1, 2, 3):
        right, up = named[rf"$\mathbf{{W}}_{l},\,\mathbf{{b}}_{l}$"]
        assert named[layers[l - 1]][0] < right < named[layers[l]][0]
        assert up > max(up for _, up in places)
    assert not axes.axison
    inside = [axes.viewLim.contains(*place) for place in named.values()]
    assert all(inside)


def test_both_passes_of_a_sample_are_drawn():
    """Activations in the nodes, deltas below them, and a dashed line for a negative gradient."""
    network, X, y = (
        bpkit.random_network((4, 3, 2, 1), np.random.default_rng(7)),
        [[1, 2, -1, 0.5]],
        [1],
    )
    axes = figures.draw_both_passes(network, X, y)
    h, delta = bpkit.forward(network, X).h, bpkit.deltas(network, X, y)
    nodes = {tuple(circle.center): circle for circle in axes.patches if hasattr(circle, "center")}
    inside = [text.get_text() for text in axes.texts if text.get_position() in nodes]
    assert inside == [f"{value:.2f}" for l in range(4) for value in h[l][0]]
    below = [text for text in axes.texts if "delta" in text.get_text()]
    assert [text.get_text().split()[-1] for text in below] == [
        f"{value:.2f}" for l in (1, 2, 3) for value in delta[l][0]
    ]
    assert [text.get_position()[0] for text in below] == [spot[0] for spot in nodes][4:]
    gradient = bpkit.backpropagation(network, X, y).W
    negative = [value < 0 for l in (1, 2, 3) for value in gradient[l].ravel()]
    assert [line.get_linestyle() == "--" for line in axes.lines] == negative
    assert any(negative)
    assert not all(negative)


PICTURES = [name for name in pictures.PICTURES if name.endswith(".svg")]


@pytest.mark.parametrize("name", PICTURES)
def test_the_pictures_are_those_that_their_script_draws(name, tmp_path):
    """`python -m tools.make_data.landing_page_pictures` makes those of _static/, to the byte."""
    assert pictures.draw_picture(name, tmp_path).read_text() == (pictures.STATIC / name).read_text()


def test_the_deltas_are_drawn_layer_by_layer():
    """As an image of the numbers, which are written into it, in one scale for all layers."""
    delta = {1: np.array([[0.5, -0.25, 0.125], [-1.0, 0.0, 0.75]]), 2: np.array([[0.1], [-0.2]])}
    row = figures.draw_deltas(delta)
    assert [axes.get_title() for axes in row] == [r"$\Delta_1$", r"$\Delta_2$"]
    for axes, l in zip(row, delta, strict=True):
        (image,) = axes.images
        np.testing.assert_array_equal(image.get_array(), delta[l])
        assert image.get_clim() == (-2.0, 2.0)
        expected = {f"{value:.3f}": (m, i) for (i, m), value in np.ndenumerate(delta[l])}
        assert words(axes) == expected
        nodes = [str(m + 1) for m in range(delta[l].shape[1])]
        assert [label.get_text() for label in axes.get_xticklabels()] == nodes
    assert [label.get_text() for label in row[0].get_yticklabels()] == ["1", "2"]
    assert (row[0].get_ylabel(), row[1].get_ylabel()) == ("sample $i$", "")
    widths = [axes.get_position().width for axes in row]
    assert widths[0] > 2 * widths[1]


def test_the_largest_deltas_are_drawn_with_their_bound():
    """Both against the number of the layer, on a logarithmic scale."""
    axes = figures.draw_largest_deltas({1: 0.01, 2: 0.1}, {1: 0.02, 2: 0.25})
    assert axes.get_yscale() == "log"
    np.testing.assert_array_equal(curves(axes)["measured"], [[1, 2], [0.01, 0.1]])
    np.testing.assert_array_equal(curves(axes)["bound"], [[1, 2], [0.02, 0.25]])
    assert axes.get_xticks().tolist() == [1, 2]
    assert axes.get_legend() is not None


def test_errors_are_drawn_against_the_step():
    """Each method with a curve, a mark and a name of its own, on logarithmic scales."""
    errors = {"one": [1e-3, 1e-4], "two": [1e-5, 1e-6], "three": [1e-7, 1e-8]}
    axes = figures.draw_derivative_errors([0.1, 0.01], errors)
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    for name, error in errors.items():
        np.testing.assert_array_equal(curves(axes)[name], [[0.1, 0.01], error])
    assert len({(line.get_color(), line.get_marker()) for line in axes.lines}) == 3
    assert axes.get_legend() is not None


def test_errors_are_drawn_against_another_quantity():
    """The axis is named as asked."""
    axes = figures.draw_derivative_errors(
        [-1, 1], {"one": [1e-3, 1e-4]}, xlabel="power", xscale="linear"
    )
    assert (axes.get_xlabel(), axes.get_xscale()) == ("power", "linear")
    assert axes.get_ylabel() == "relative error"


def test_growth_is_drawn_relative_to_the_first():
    """A diagram for each quantity, a curve for each way, both on logarithmic scales."""
    slow, fast = ([4, 8, 16], [0.1, 0.8, 6.4]), ([2, 4], [3.0, 6.0])
    row = figures.draw_time_growth({"width": {"slow": slow, "fast": fast}, "depth": {"fast": fast}})
    assert [axes.get_xlabel() for axes in row] == ["width", "depth"]
    assert row[0].get_ylabel() == "time, relative to the first"
    assert all(axes.get_yscale() == axes.get_xscale() == "log" for axes in row)
    np.testing.assert_allclose(curves(row[0])["slow"], [[1, 2, 4], [1, 8, 64]])
    np.testing.assert_allclose(curves(row[1])["fast"], [[1, 2], [1, 2]])
    row[0].figure.canvas.draw()
    assert "×4" in [text.get_text() for text in row[0].get_xticklabels()]
    (legend,) = row[0].figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["slow", "fast"]


def test_ratios_are_drawn_row_by_row_from_the_top():
    """A mark for each program in each row, and a line for the kernel."""
    axes = figures.draw_time_ratios(["small", "large"], {"one": [4, 2], "two": [1.5, 1]})
    assert list(axes.lines[-1].get_xdata()) == [1, 1]
    np.testing.assert_array_equal(curves(axes)["one"], [[4, 2], [0, 1]])
    np.testing.assert_array_equal(curves(axes)["two"], [[1.5, 1], [0, 1]])
    assert [text.get_text() for text in axes.get_yticklabels()] == ["small", "large"]
    assert axes.yaxis_inverted()
    assert axes.get_xscale() == "log"
    assert "kernel" in axes.get_xlabel()
    assert {line.get_linestyle() for line in axes.lines[:2]} == {"None"}
    axes.figure.canvas.draw()
    assert "2" in [text.get_text() for text in axes.get_xticklabels()]


def test_training_curves_are_drawn_in_panels_of_one_style():
    """One diagram per title, whose curves have the same names and styles, in rows."""
    curves_of = {"right": ([0, 1], [4.0, 1.0]), "wrong": ([0, 1], [4.0, 9.0])}
    panels = figures.draw_training_curves(dict.fromkeys("abc", curves_of), yscale="log")
    assert [axes.get_title() for axes in panels] == ["a", "b", "c"]
    assert len(panels[0].figure.axes) == 3
    for axes in panels:
        assert axes.get_yscale() == "log"
        np.testing.assert_array_equal(curves(axes)["wrong"], [[0, 1], [4, 9]])
        assert len({(line.get_color(), line.get_linestyle()) for line in axes.lines}) == 2
    tops = [axes.get_position().y1 for axes in panels]
    assert tops[0] == tops[1] > tops[2]
    (legend,) = panels[0].figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["right", "wrong"]
    assert panels[0].figure.get_supxlabel() == "step"


def test_quantities_of_different_size_have_scales_of_their_own():
    """Unless the scale is logarithmic."""
    one, other = {"it": ([0, 1], [0.0, 1.0])}, {"it": ([0, 1], [0.0, 100.0])}
    left, right = figures.draw_training_curves({"one": one, "other": other})
    assert left.get_ylim()[1] < 2 < 99 < right.get_ylim()[1]


@pytest.mark.parametrize(("columns", "size"), [(1, 11), (2, 11), (3, 8.5), (4, 8.5)])
def test_the_titles_of_narrow_diagrams_are_small(columns, size):
    """From three in a row on."""
    curves = {"it": ([0, 1], [1.0, 0.5])}
    panels = figures.draw_training_curves(dict.fromkeys("abcd", curves), columns)
    assert {axes.title.get_fontsize() for axes in panels} == {size}


STEEP = bpkit.Network({1: [[5.0], [0.0]]}, {1: [-2.5]})  # undecided where x_1 is 1/2
CERTAIN = bpkit.Network({1: [[0.0], [0.0]]}, {1: [1.0]})  # never undecided


@pytest.fixture
def frames():
    """Draw five frames of the same two moons, four in a row."""
    moons = bpkit.make_moons(20, 0.1, np.random.default_rng(0))
    networks = {f"step {k}": CERTAIN if k == 1 else STEEP for k in range(5)}
    return moons, figures.draw_decision_boundaries(networks, moons)


def test_a_frame_shows_the_samples_by_label_and_the_boundary(frames):
    """Circles for 1, triangles for 0, a line where the network is undecided, if it is anywhere."""
    moons, drawn = frames
    assert [next(iter(words(axes))) for axes in drawn] == [f"step {k}" for k in range(5)]
    triangles, circles = drawn[0].lines
    assert (triangles.get_marker(), circles.get_marker()) == ("^", "o")
    np.testing.assert_array_equal(triangles.get_xydata(), moons.X[moons.y == 0])
    np.testing.assert_array_equal(circles.get_xydata(), moons.X[moons.y == 1])
    assert all(drawn[0].viewLim.contains(*point) for point in moons.X)
    _, boundary = drawn[0].collections
    np.testing.assert_allclose(boundary.get_paths()[0].vertices[:, 0], 0.5)
    assert len(drawn[1].collections) == 1


def test_frames_are_equal_squares_that_fill_the_picture(frames):
    """As a notebook stores it: 300 pixels each, which is what the page's window shows at once."""
    _, drawn = frames
    file = io.BytesIO()
    figure = drawn[0].figure
    figure.savefig(file, format="png", dpi=figure.dpi, bbox_inches="tight")
    picture = np.asarray(Image.open(file).convert("L"), dtype=float)
    assert picture.shape == (600, 1200)
    first, last = picture[:300, 600:900], picture[300:, :300]  # two frames of the same network
    outside_the_words = np.s_[60:]
    np.testing.assert_allclose(first[outside_the_words], last[outside_the_words], atol=80)
    assert np.abs(first[outside_the_words] - last[outside_the_words]).mean() < 0.5
    assert (picture[300:, 300:] == 255).all()


MARGIN = plt.rcParams["savefig.pad_inches"]  # which a picture in a notebook is cut to


def test_frames_are_in_rows_from_the_top():
    """Five of them, two in a row, in squares of an inch and a half."""
    moons = bpkit.make_moons(8, 0.1, np.random.default_rng(0))
    network = bpkit.random_network((2, 1), np.random.default_rng(1))
    drawn = figures.draw_decision_boundaries(dict.fromkeys("abcde", network), moons, columns=2)
    size = drawn[0].figure.get_size_inches()
    boxes = [axes.get_position() for axes in drawn]
    middles = [(box.min + box.max) / 2 * size for box in boxes]
    expected = [(0.75, 3.75), (2.25, 3.75), (0.75, 2.25), (2.25, 2.25), (0.75, 0.75)]
    np.testing.assert_allclose(middles, expected)
    np.testing.assert_allclose([box.size * size for box in boxes], 1.5 - 2 * MARGIN)


def test_drawing_leaves_the_style_of_matplotlib_as_it_was():
    """The course's own style holds inside a drawing alone, under the drawing's own name."""
    before = plt.rcParams.copy()
    axes = figures.draw_sigmoid(Z)
    assert plt.rcParams == before
    assert not axes.spines["top"].get_visible()
    assert figures.draw_sigmoid.__name__ == "draw_sigmoid"


def test_more_than_one_sample_is_refused():
    """The drawings of the passes show one."""
    network = bpkit.random_network((4, 3, 1), np.random.default_rng(0))
    X, y = np.ones((7, 4)), np.ones(7)
    problem = re.escape("X must have shape (1, D); got (7, 4)")
    with pytest.raises(ValueError, match=problem):
        figures.draw_forward_pass(network, X)
    with pytest.raises(ValueError, match=problem):
        figures.draw_backward_pass(network, X, y)
    with pytest.raises(ValueError, match=problem):
        figures.draw_both_passes(network, X, y)


def test_more_curves_than_styles_are_refused():
    """Each diagram draws five, and refuses a sixth."""
    values = [1.0, 2.0]
    for draw, curve in (
        (lambda curves: figures.draw_derivative_errors(values, curves), values),
        (lambda curves: figures.draw_time_growth({"width": curves}), (values, values)),
        (lambda curves: figures.draw_time_ratios(["small", "large"], curves), values),
        (lambda curves: figures.draw_training_curves({"loss": curves}), (values, values)),
    ):
        draw(dict.fromkeys("abcde", curve))
        with pytest.raises(ValueError, match="a diagram must have at most 5 curves; got 6"):
            draw(dict.fromkeys("abcdef", curve))
