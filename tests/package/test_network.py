"""The network: the sigmoid at every magnitude, the forward pass, and the record of parameters."""

import copy
import pickle

import mpmath as mp
import numpy as np
import pytest
from helpers.example_problems import SIZES, problem
from helpers.mpmath_reference import grid, sigmoid, units_off

import bpkit

UNITS = 4  # ULP (units in the last place); measured: 1.7 for the sigmoid, 2.7 for its derivative
DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.float32])


@DTYPES
@mp.workdps(50)
def test_the_sigmoid_is_right_to_a_few_ulp_at_every_magnitude(dtype):
    """Neither tail overflows, warns or loses digits."""
    z = grid(dtype)
    with np.errstate(all="raise"):
        computed = bpkit.sigmoid(z)
    assert computed.dtype == dtype
    assert units_off(computed, [sigmoid(mp.mpf(float(x))) for x in z]) < UNITS


@DTYPES
@mp.workdps(50)
def test_the_derivative_of_the_sigmoid_is_right_to_a_few_ulp_at_every_magnitude(dtype):
    """It keeps its digits where 1 - sigmoid(z) loses all of them."""
    z = grid(dtype)
    with np.errstate(all="raise"):
        computed = bpkit.sigmoid_prime(z)
    assert computed.dtype == dtype
    exact = [sigmoid(mp.mpf(float(x))) * sigmoid(-mp.mpf(float(x))) for x in z]
    assert units_off(computed, exact) < UNITS


def test_a_slightly_wrong_sigmoid_is_off_by_more_ulp():
    """An error in the 15th digit is more than the bound allows."""
    z = grid(np.float64)
    exact = [sigmoid(mp.mpf(x)) for x in z]
    assert units_off(bpkit.sigmoid(z) * (1 + 2e-15), exact) > UNITS


def test_the_sigmoid_of_a_scalar_is_a_scalar():
    """Any shape is allowed, that of a scalar included."""
    assert bpkit.sigmoid(0) == 0.5
    assert bpkit.sigmoid_prime(0) == 0.25
    assert bpkit.sigmoid(np.zeros((2, 3, 4))).shape == (2, 3, 4)


def test_the_forward_pass_can_be_followed_by_hand():
    """Weights 1, 2 and -1, 0 on the inputs 3, 1 give z_1 = (2, 7)."""
    network = bpkit.Network(W={1: [[1, 2], [-1, 0]], 2: [[1], [2]]}, b={1: [0, 1], 2: [-3]})
    z, h = bpkit.forward(network, [[3, 1]])
    assert np.array_equal(z[1], [[2, 7]])
    assert np.allclose(h[1], [[1 / (1 + np.exp(-2)), 1 / (1 + np.exp(-7))]], rtol=1e-15)
    assert np.allclose(z[2], h[1] @ [[1], [2]] - 3, rtol=1e-15)


@pytest.mark.parametrize("depth", SIZES)
@DTYPES
def test_the_forward_pass_keeps_layers_shapes_and_dtype(depth, dtype):
    """Layer l has one row for each sample and one column for each node."""
    network, X, _ = problem(depth, dtype)
    z, h = bpkit.forward(network, X)
    assert (list(z), list(h)) == ([*network.layers], [0, *network.layers])
    assert {l: a.shape for l, a in h.items()} == {l: (7, n) for l, n in enumerate(SIZES[depth])}
    assert all(z[l].shape == h[l].shape for l in z)
    assert {a.dtype for a in (*z.values(), *h.values())} == {np.dtype(dtype)}


def test_a_network_knows_its_sizes():
    """Depth, layers and sizes are those of the page."""
    network = problem(3).network
    assert (network.depth, list(network.layers), network.sizes) == (3, [1, 2, 3], (4, 3, 2, 1))


def test_layers_may_be_given_in_any_order():
    """The layer numbers count, not the order of the keys."""
    W, b = {2: [[1.0], [2.0]], 1: [[3.0, 4.0]]}, {2: [0.0], 1: [5.0, 6.0]}
    network = bpkit.Network(W, b)
    assert list(network.W) == [1, 2]
    assert network.sizes == (1, 2, 1)


@pytest.mark.parametrize("part", ["W", "b"])
def test_a_network_keeps_copies_that_cannot_be_changed(part):
    """What was passed in may change, the network does not."""
    given = {"W": {1: np.ones((1, 1))}, "b": {1: np.ones(1)}}
    network = bpkit.Network(**given)
    given[part][1][:] = 7
    kept = getattr(network, part)
    assert kept[1] == 1
    with pytest.raises(ValueError, match="read-only"):
        kept[1][:] = 7
    with pytest.raises(TypeError):
        kept[2] = given[part]
    with pytest.raises(AttributeError):
        setattr(network, part, given[part])


def test_networks_compare_by_identity():
    """So they can be keys of a dict."""
    networks = [bpkit.Network({1: [[1.0], [2.0]]}, {1: [0.0]}) for _ in range(2)]
    assert networks[0] != networks[1]
    assert len({*networks, networks[0]}) == 2


def test_float32_is_kept_only_where_all_parameters_are():
    """One array of float64 makes a network of float64."""
    single, double = np.ones((2, 1), np.float32), np.ones(1)
    assert bpkit.Network({1: single}, {1: double}).dtype == np.float64
    assert bpkit.Network({1: single.astype(float)}, {1: np.float32([1])}).dtype == np.float64
    assert bpkit.Network({1: single}, {1: double.astype(np.float32)}).dtype == np.float32


@pytest.mark.parametrize(
    "again", [copy.deepcopy, lambda network: pickle.loads(pickle.dumps(network))]
)
def test_a_copy_or_a_pickle_is_the_same_network(again):
    """It can be sent to another process, and nothing in it can be written to there either."""
    network = problem(3, np.float32).network
    other = again(network)
    assert other.sizes == network.sizes
    assert other.dtype == np.float32
    for ours, theirs in ((network.W, other.W), (network.b, other.b)):
        assert all(np.array_equal(ours[l], theirs[l]) for l in network.layers)
        assert not any(array.flags.writeable for array in theirs.values())


def test_random_networks_are_the_same_for_the_same_seed():
    """The generator alone decides."""
    first, second = (bpkit.random_network((4, 3, 1), np.random.default_rng(1)) for _ in range(2))
    assert all(np.array_equal(first.W[l], second.W[l]) for l in first.layers)
    assert all(np.array_equal(first.b[l], second.b[l]) for l in first.layers)


def test_random_weights_have_the_documented_standard_deviation():
    """The standard deviation is 1 / sqrt(n_{l-1}); 20,000 draws show it within 2 percent."""
    network = bpkit.random_network((400, 50, 1), np.random.default_rng(2), np.float32)
    assert network.dtype == np.float32
    assert abs(network.W[1].std() * np.sqrt(400) - 1) < 0.02
    assert abs(network.b[1].std() * np.sqrt(400) - 1) < 0.3


@pytest.mark.parametrize("dtype", ["float32", np.dtype("f4"), np.float32])
def test_a_dtype_may_be_given_as_numpy_accepts_it(dtype):
    """By its name, too."""
    assert bpkit.random_network((2, 1), np.random.default_rng(0), dtype).dtype == np.float32
