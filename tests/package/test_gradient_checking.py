"""Gradient checking: each derivative compared with its closed form, and wrong ones refused."""

import re

import numpy as np
import pytest
from helpers.example_problems import SAMPLES, problem
from numpy.typing import NDArray

import bpkit
from bpkit.gradient_checking import quantities

LAYERS = (1, 2, 3)
QUANTITIES = [
    "h_0",
    "z_1",
    "h_1",
    "z_2",
    "h_2",
    "z_3",
    "h_3",
    "L_i",
]  # each computed from the one before
PARAMETERS = [f"{v}_{l}" for v in "Wb" for l in LAYERS]
OF = pytest.mark.parametrize("of", [*QUANTITIES[1:], "L"])
WRT = pytest.mark.parametrize("wrt", [*QUANTITIES[:-1], *PARAMETERS])
GIVEN = problem(3)


def closed_form(of: str, wrt: str) -> NDArray:
    """Return a derivative in numerator layout, as a product of Jacobians for each sample."""
    network, X, y = GIVEN
    h = bpkit.forward(network, X).h
    f = h[3][:, :, None]
    factor = {"L_i": (y[:, None, None] - f) / (f * (1 - f))}
    for l in LAYERS:
        factor[f"z_{l}"] = np.array([network.W[l].T] * SAMPLES)
        factor[f"h_{l}"] = np.array([np.diag(p * (1 - p)) for p in h[l]])
    first = wrt.translate(str.maketrans("Wb", "zz"))
    start, end = QUANTITIES.index(first), QUANTITIES.index(of if of != "L" else "L_i")
    columns = network.sizes[int(first[-1])]
    J = np.array([np.eye(columns)] * SAMPLES)
    for name in QUANTITIES[start + 1 : end + 1]:
        J = factor[name] @ J
    if start > end:  # a later quantity does not affect an earlier one
        J = np.zeros((SAMPLES, network.sizes[int(of[-1])], columns))
    if wrt[0] == "W":  # dz_j/dW_km is h_k where j = m
        J = J[..., None] * h[int(wrt[-1]) - 1][:, None, None, :]
    if of[0] == "L":
        J = J[:, 0]
    if of == "L":
        J = -J.sum(axis=0) if wrt in PARAMETERS else -J
    return J


@OF
@WRT
def test_the_complex_step_is_the_closed_form(of, wrt):
    """Shape and values, up to rounding, for every pair of names."""
    bpkit.compare(bpkit.complex_step(*GIVEN, of=of, wrt=wrt), closed_form(of, wrt), tolerance=1e-14)


@OF
@WRT
def test_the_central_difference_is_the_closed_form(of, wrt):
    """Shape and values, up to the truncation error, for every pair of names."""
    computed = bpkit.central_difference(*GIVEN, of=of, wrt=wrt)
    bpkit.compare(computed, closed_form(of, wrt), tolerance=1e-8)


def test_a_weight_affects_only_the_node_it_leads_to():
    """The derivative of z_{1,j} with respect to W_{1,km} is x_k if j = m, else 0."""
    derivative = bpkit.complex_step(*GIVEN, of="z_1", wrt="W_1")
    assert derivative.shape == (SAMPLES, 3, 3, 4)
    for i, j, m, k in np.ndindex(derivative.shape):
        assert derivative[i, j, m, k] == pytest.approx(GIVEN.X[i, k] if j == m else 0, rel=1e-15)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_derivatives_are_float64_for_every_network(dtype):
    """The steps are taken in double precision, whatever the dtype of the network."""
    given = problem(2, dtype)
    assert bpkit.complex_step(*given, of="L", wrt="W_1").dtype == np.float64
    assert bpkit.central_difference(*given, of="L", wrt="W_1").dtype == np.float64


@pytest.mark.parametrize("method", [bpkit.central_difference, bpkit.complex_step])
def test_a_step_ten_times_smaller_has_a_hundredth_of_the_error(method):
    """Both errors are of the order of the square of the step."""
    exact = closed_form("L", "W_2")
    far, near = (abs(method(*GIVEN, of="L", wrt="W_2", step=s) - exact).max() for s in (0.1, 0.01))
    assert 90 < far / near < 110


def test_the_size_of_a_tiny_complex_step_does_not_matter():
    """Nothing is subtracted, so nothing cancels."""
    short = bpkit.complex_step(*GIVEN, of="L", wrt="W_2", step=1e-100)
    bpkit.compare(short, closed_form("L", "W_2"), tolerance=1e-14)


@pytest.mark.parametrize("method", [bpkit.central_difference, bpkit.complex_step])
@pytest.mark.parametrize("z", [-800.0, -50.0, 50.0, 800.0])
def test_no_derivative_at_an_output_of_0_or_1(method, z):
    """Where a step in h_3 leaves the interval (0, 1), an error is raised."""
    network = bpkit.Network({1: [[1.0]]}, {1: [z]})
    with pytest.raises(
        ValueError, match="the derivative of L_i with respect to h_1 must be finite"
    ):
        method(network, [[0.0]], [0.5], of="L_i", wrt="h_1")


@pytest.mark.parametrize("method", [bpkit.central_difference, bpkit.complex_step])
def test_numerical_gradients_cover_every_parameter(method):
    """Each gradient is the derivative with respect to its parameter, in the parameter's shape."""
    W, b = bpkit.numerical_gradients(*GIVEN, method)
    assert list(W) == list(b) == list(LAYERS)
    for l in LAYERS:
        bpkit.compare(W[l], closed_form("L", f"W_{l}").T, tolerance=1e-8)
        bpkit.compare(b[l], closed_form("L", f"b_{l}"), tolerance=1e-8)


def test_equal_arrays_pass():
    """An array agrees with itself, a gradient too, and zeros with zeros."""
    bpkit.compare(GIVEN.X, GIVEN.X, tolerance=0)
    bpkit.compare(np.zeros(3), np.zeros(3))
    bpkit.compare_gradients(*[bpkit.backpropagation(*GIVEN)] * 2, tolerance=0)


@pytest.mark.parametrize("off", [8e-4, -8e-4])
def test_the_tolerance_is_relative_to_the_largest_expected_entry(off):
    """A difference just above it is refused, in both directions, and one just below passes."""
    expected = np.array([[0.5, -8.0], [2.0, 0.25], [1.0, 3.0]])
    actual = expected + off * (expected == 0.25)
    bpkit.compare(actual, expected, tolerance=1.01e-4)
    with pytest.raises(AssertionError):
        bpkit.compare(actual, expected, tolerance=0.99e-4)


def test_a_large_wrong_value_does_not_loosen_the_tolerance():
    """The allowed difference depends on the expected array only."""
    with pytest.raises(AssertionError):
        bpkit.compare([2.0], [1.0], tolerance=0.9)


def test_the_message_says_where_and_by_how_much():
    """The message has the name, the index, both numbers, the difference, and what is allowed."""
    message = (
        "W[2] differs most at index (1, 0): 2.001 where 2 is expected, "
        "off by 0.001; allowed is 4e-10"
    )
    with pytest.raises(AssertionError, match=re.escape(message)):
        bpkit.compare([[1, 4], [2.001, 3]], [[1, 4], [2, 3]], name="W[2]")


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (lambda a: -a, AssertionError, "W[1] differs most at index"),
        (lambda a: a.T, AssertionError, "W[1] must have shape (4, 3); got (3, 4)"),
        (lambda a: a[:, :1], AssertionError, "W[1] must have shape (4, 3); got (4, 1)"),
        (lambda a: a[None], AssertionError, "W[1] must have shape (4, 3); got (1, 4, 3)"),
        (lambda a: a / SAMPLES, AssertionError, "W[1] differs most at index"),
        (lambda a: a * 1.0005, AssertionError, "W[1] differs most at index"),
        (lambda a: a * 0.9995, AssertionError, "W[1] differs most at index"),
        (lambda a: np.where(a == a.min(), np.nan, a), ValueError, "W[1] must be finite; got nan"),
        (lambda a: a + 0j, TypeError, "W[1] must hold real numbers"),
    ],
)
def test_a_wrong_gradient_is_refused(wrong, error, message):
    """A sign, a transpose, another shape, a factor, NaN: each message names the layer."""
    expected = bpkit.backpropagation(*GIVEN)
    actual = bpkit.Gradients(expected.W | {1: wrong(expected.W[1])}, expected.b)
    with pytest.raises(error, match=re.escape(message)):
        bpkit.compare_gradients(actual, expected)


@pytest.mark.parametrize("part", ["W", "b"])
@pytest.mark.parametrize("l", LAYERS)
@pytest.mark.parametrize("error", [5e-4, -5e-4])
def test_one_entry_off_by_a_twentieth_of_a_percent_is_refused(part, l, error):
    """Whichever layer it is in, even the smallest entry of an array."""
    expected, actual = (bpkit.backpropagation(*GIVEN) for _ in range(2))
    array = getattr(actual, part)[l]
    smallest = np.unravel_index(abs(array).argmin(), array.shape)
    array[smallest] *= 1 + error
    where = f"{part}[{l}] differs most at index {tuple(map(int, smallest))}"
    with pytest.raises(AssertionError, match=re.escape(where)):
        bpkit.compare_gradients(actual, expected)


@pytest.mark.parametrize("part", ["W", "b"])
def test_a_missing_layer_is_refused_on_either_side(part):
    """A gradient without one of its layers equals no complete one."""
    whole = bpkit.backpropagation(*GIVEN)
    short = whole._replace(**{part: {l: getattr(whole, part)[l] for l in (1, 3)}})
    for actual, expected in ((short, whole), (whole, short)):
        with pytest.raises(AssertionError, match=f"{part} must have layers"):
            bpkit.compare_gradients(actual, expected)


def test_a_transpose_is_refused_on_a_square_layer_too():
    """Where the shapes match by accident, the values differ."""
    expected = np.arange(9.0).reshape(3, 3)
    with pytest.raises(AssertionError, match=r"differs most at index \(0, 2\): 6 where 2"):
        bpkit.compare(expected.T, expected)


@pytest.mark.parametrize("part", ["W", "b"])
def test_a_gradient_without_layers_is_refused(part):
    """Neither the weights nor the biases may be missing altogether."""
    empty = bpkit.backpropagation(*GIVEN)._replace(**{part: {}})
    with pytest.raises(ValueError, match="at least one layer"):
        bpkit.compare_gradients(empty, empty)


def test_an_overflowing_difference_is_refused():
    """Without a warning."""
    with pytest.raises(AssertionError, match="off by inf"):
        bpkit.compare([1e308], [-1e308])


def test_float32_arrays_are_compared_in_float64():
    """A difference that float32 would round to the tolerance is refused."""
    one, above = np.float32([1]), np.nextafter(np.float32([1]), np.float32(2))
    with pytest.raises(AssertionError):
        bpkit.compare(above, one, tolerance=2.0**-23 * (1 - 1e-9))


def test_a_step_too_large_for_a_tiny_output_is_refused():
    """The derivative of the logarithm would have ten right digits only."""
    network = bpkit.Network({1: [[0]]}, {1: [-34.5]})
    with pytest.raises(ValueError, match="must be finite"):
        bpkit.complex_step(network, [[1]], [0.5], of="L_i", wrt="h_1")


def test_an_overflowing_step_is_refused_without_a_warning():
    """The message names the pre-activation."""
    step = np.full(GIVEN.network.W[1].shape, 1e308)
    with pytest.raises(ValueError, match="z must be finite"):
        quantities(GIVEN.network, 10 * GIVEN.X, GIVEN.y, "W_1", step)


@pytest.mark.parametrize("wrt", ["W_1", "b_1", "z_1", "h_1", "h_0"])
def test_a_step_lost_to_rounding_is_refused(wrt):
    """A derivative of 0 would be returned; the message has the smallest step and the value."""
    network = bpkit.Network({1: [[1.0]], 2: [[1.0]]}, {1: [1.0], 2: [1.0]})
    with pytest.raises(
        ValueError, match=rf"step must be at least .* to change {wrt} = .* got 1e-1"
    ):
        bpkit.central_difference(network, [[1.0]], [1], of="L", wrt=wrt, step=1e-17)


def test_a_step_too_small_for_the_complex_step_is_refused():
    """Its product with a derivative would lose digits to underflow."""
    bpkit.complex_step(*GIVEN, of="L", wrt="W_1", step=1e-290)
    with pytest.raises(ValueError, match="step must be at least 1e-290"):
        bpkit.complex_step(*GIVEN, of="L", wrt="W_1", step=9e-291)


def test_a_negative_tolerance_is_refused():
    """Or equal arrays would differ."""
    with pytest.raises(ValueError, match="tolerance must not be negative; got -1e-10"):
        bpkit.compare([1], [1], tolerance=-1e-10)
