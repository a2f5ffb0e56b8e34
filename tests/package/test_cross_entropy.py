"""The loss: right at every magnitude, never overflowing, never NaN."""

import mpmath as mp
import numpy as np
import pytest
from helpers import mpmath_reference as exact
from helpers.example_problems import SIZES, problem

import bpkit

UNITS = (
    4  # ULP (units in the last place); measured: 1.9 for the softplus and for the log-likelihood
)
DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.float32])


def softplus(z: mp.mpf) -> mp.mpf:
    """Return log(1 + exp(z)), which is also -log(1 - f)."""
    return mp.log1p(mp.exp(z))


@DTYPES
@mp.workdps(50)
def test_softplus_is_right_to_a_few_ulp_at_every_magnitude(dtype):
    """Neither tail overflows, warns or loses digits."""
    z = exact.grid(dtype)
    with np.errstate(all="raise"):
        computed = bpkit.softplus(z)
    assert computed.dtype == dtype
    assert exact.units_off(computed, [softplus(mp.mpf(float(x))) for x in z]) < UNITS


@DTYPES
@pytest.mark.parametrize("label", [0, 1, 0.5, 0.3, 1e-3])
@mp.workdps(50)
def test_the_log_likelihood_is_right_to_a_few_ulp_at_every_magnitude(label, dtype):
    """Both logarithms are right, and so is their weighted sum for a label between 0 and 1."""
    z, y = exact.grid(dtype), mp.mpf(float(dtype(label)))
    with np.errstate(all="raise"):
        computed = bpkit.log_likelihood(z, np.full(z.shape, label, dtype))
    assert computed.dtype == dtype
    expected = [-y * softplus(-x) - (1 - y) * softplus(x) for x in map(mp.mpf, z.tolist())]
    assert exact.units_off(computed, expected) < UNITS


@pytest.mark.parametrize("depth", SIZES)
@DTYPES
def test_the_loss_is_its_definition(depth, dtype):
    """Minus the sum over the samples of both terms, computed by mpmath."""
    network, X, y = problem(depth, dtype)
    computed = bpkit.loss(network, X, y)
    assert type(computed) is dtype
    assert np.isclose(computed, float(exact.loss(network, X, y)), rtol=20 * np.finfo(dtype).eps)


@mp.workdps(exact.DIGITS)
@pytest.mark.parametrize("z", [-700.0, -40.0, 40.0, 700.0])
def test_the_loss_is_its_definition_in_saturation(z):
    """Where f rounds to 0 or 1, the printed formula with 400 digits gives what the code gives."""
    network = bpkit.Network({1: [[1.0]]}, {1: [z]})
    X, y = [[0.0], [0.0]], [0.0, 0.25]
    expected = float(exact.loss(network, np.array(X), np.array(y)))
    assert np.isclose(bpkit.loss(network, X, y), expected, rtol=1e-15)


def test_the_largest_float_is_handled():
    """The loss of a certain, wrong output is |z|; of a certain, right one 0."""
    z = np.finfo(np.float64).max
    assert np.array_equal(bpkit.log_likelihood([z, z, -z, -z], [0, 1, 0, 1]), [-z, 0, 0, -z])


def test_the_loss_of_an_output_of_one_half_is_log_2():
    """Whatever the label."""
    network = bpkit.Network({1: [[0.0]]}, {1: [0.0]})
    assert np.isclose(bpkit.loss(network, [[1.0], [2.0], [3.0]], [0, 1, 0.3]), 3 * np.log(2))


def test_softplus_and_log_likelihood_accept_complex_numbers():
    """A complex step gives the derivatives of both: sigmoid(z), and y - sigmoid(z)."""
    z, y = np.array([-50.0, -1, 0, 2, 50]), np.array([0, 1, 0.5, 0.3, 1])
    f = 1 / (1 + np.exp(-z))
    assert np.allclose(bpkit.softplus(z + 1e-20j).imag / 1e-20, f, rtol=1e-14, atol=0)
    assert np.allclose(bpkit.log_likelihood(z + 1e-20j, y).imag / 1e-20, y - f, atol=1e-15)
