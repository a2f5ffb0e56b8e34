"""The gradients: each derivation compared with numerical derivatives."""

from functools import cache

import mpmath as mp
import numpy as np
import pytest
from helpers import mpmath_reference as exact
from helpers.example_problems import SAMPLES, SIZES, Problem, fast_gradients, problem

import bpkit

UNITS = 4  # ULP (units in the last place); measured: 2.1 for y - f
DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.float32])
DEPTHS = pytest.mark.parametrize("depth", SIZES)
DERIVATIONS = pytest.mark.parametrize(
    "derivation", [bpkit.chain_product, bpkit.node_sums, bpkit.backpropagation, fast_gradients]
)


@DERIVATIONS
@DEPTHS
@DTYPES
def test_each_derivation_is_the_complex_step(derivation, depth, dtype):
    """Every weight and bias of every layer, at every depth, in both precisions."""
    given = problem(depth, dtype)
    expected = bpkit.numerical_gradients(*given)
    tolerance = 100 * np.finfo(dtype).eps
    bpkit.compare_gradients(derivation(*given), expected, tolerance=tolerance)


@DERIVATIONS
@DEPTHS
def test_each_derivation_is_the_central_difference(derivation, depth):
    """A second route, which shares nothing with the first but the loss."""
    given = problem(depth)
    expected = bpkit.numerical_gradients(*given, bpkit.central_difference)
    bpkit.compare_gradients(derivation(*given), expected, tolerance=1e-5)


@DERIVATIONS
@DEPTHS
@DTYPES
def test_gradients_have_the_shape_and_dtype_of_the_parameters(derivation, depth, dtype):
    """So a gradient step is a subtraction."""
    given = problem(depth, dtype)
    W, b = derivation(*given)
    assert list(W) == list(b) == list(given.network.layers)
    for l in given.network.layers:
        assert (W[l].shape, W[l].dtype) == (given.network.W[l].shape, dtype)
        assert (b[l].shape, b[l].dtype) == (given.network.b[l].shape, dtype)


@DERIVATIONS
def test_a_batch_may_have_one_sample(derivation):
    """Its gradient is the derivative of its loss."""
    network, X, y = problem(3)
    expected = bpkit.numerical_gradients(network, X[:1], y[:1])
    bpkit.compare_gradients(derivation(network, X[:1], y[:1]), expected, tolerance=1e-13)


@DERIVATIONS
@pytest.mark.parametrize(
    "laid_out",
    [
        pytest.param(np.asfortranarray, id="column by column"),
        pytest.param(lambda a: np.repeat(a, 2, axis=0)[::2], id="every second row"),
        pytest.param(lambda a: np.flip(np.flip(a).copy()), id="backwards"),
        pytest.param(lambda a: a.tolist(), id="lists"),
    ],
)
def test_the_layout_in_memory_does_not_matter(derivation, laid_out):
    """Strided, reversed and column-major arrays give the same gradients."""
    network, X, y = problem(3)
    expected = derivation(network, X, y)
    bpkit.compare_gradients(derivation(network, laid_out(X), laid_out(y)), expected)


@DERIVATIONS
def test_read_only_inputs_work_and_are_not_modified(derivation):
    """No function writes into its arguments."""
    network, X, y = problem(3)
    before = X.tobytes() + y.tobytes()
    X.flags.writeable = y.flags.writeable = False
    derivation(network, X, y)
    assert X.tobytes() + y.tobytes() == before


@DERIVATIONS
def test_the_loss_falls_along_the_negative_gradient(derivation):
    """By the squared norm of the gradient times the step, to first order."""
    network, X, y = problem(4)
    W, b = derivation(network, X, y)
    step = 1e-6
    moved = bpkit.Network(
        {l: network.W[l] - step * W[l] for l in W}, {l: network.b[l] - step * b[l] for l in b}
    )
    fall = bpkit.loss(network, X, y) - bpkit.loss(moved, X, y)
    assert np.isclose(fall / step, sum((g**2).sum() for g in (*W.values(), *b.values())), rtol=1e-4)


@DTYPES
@pytest.mark.parametrize("label", [0, 1, 0.5, 0.3, 1e-3])
@mp.workdps(400)
def test_the_output_delta_is_right_to_a_few_ulp_at_every_magnitude(label, dtype):
    """In ULP of the two terms whose difference it is."""
    z, y = exact.grid(dtype), mp.mpf(float(dtype(label)))
    with np.errstate(all="raise"):
        computed = bpkit.output_delta(z, np.full(z.shape, label, dtype))
    assert computed.dtype == dtype
    f = [exact.sigmoid(x) for x in map(mp.mpf, z.tolist())]
    scale = [y * (1 - p) + (1 - y) * p for p in f]
    assert exact.units_off(computed, [y - p for p in f], scale) < UNITS


SATURATED = {
    "certain and right": ({3: 700}, 1),
    "certain and wrong": ({3: 700}, 0),
    "certain of 0, label between": ({3: -690}, 0.25),
    "first layer": ({1: 300}, 1),
    "second layer": ({2: -300}, 0),
    "all layers": ({1: -200, 2: 200, 3: 200}, 1),
}


@cache
def saturated(case: str) -> tuple[Problem, bpkit.Gradients]:
    """Return a problem whose pre-activations are shifted far from 0, and its exact gradient."""
    shift, label = SATURATED[case]
    network, X, _ = problem(3)
    b = {l: network.b[l] + shift.get(l, 0) for l in network.layers}
    given = Problem(bpkit.Network(network.W, b), X, np.full(SAMPLES, float(label)))
    return given, exact.gradients(*given)


@DERIVATIONS
@pytest.mark.parametrize("case", SATURATED)
def test_gradients_keep_their_digits_in_saturation(derivation, case):
    """Each entry, however small, is right to 11 digits where 1 - h rounds to 0."""
    given, expected = saturated(case)
    for part, exact_part in zip(derivation(*given), expected, strict=True):
        for l in exact_part:
            np.testing.assert_allclose(part[l], exact_part[l], rtol=1e-11, atol=0)


@DTYPES
def test_deltas_are_the_derivatives_with_respect_to_the_pre_activations(dtype):
    """Row i of delta_l is the derivative of L_i with respect to z_l, in every layer."""
    given = problem(4, dtype)
    delta = bpkit.deltas(*given)
    for l in given.network.layers:
        expected = bpkit.complex_step(*given, of="L_i", wrt=f"z_{l}")
        bpkit.compare(delta[l], expected, tolerance=100 * np.finfo(dtype).eps)
        assert delta[l].dtype == dtype


@pytest.mark.parametrize("wrt", ["W_1", "W_2", "b_2"])
def test_to_parameter_shape_transposes_numerator_layout(wrt):
    """A matrix is transposed, and an array of one axis stays the same."""
    given = problem(3)
    derivative = bpkit.complex_step(*given, of="L", wrt=wrt)
    parameter = getattr(given.network, wrt[0])[int(wrt[-1])]
    assert bpkit.to_parameter_shape(derivative).shape == parameter.shape
    assert np.array_equal(bpkit.to_parameter_shape(derivative).T, derivative)
