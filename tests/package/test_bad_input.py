"""Bad input: each mistake is refused with what was expected and what was given, unmodified."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import pytest
from helpers.example_problems import problem
from numpy.typing import NDArray

import bpkit
from bpkit.feedback import diagnose_array, diagnose_function

NETWORK, X, Y = problem(3)  # 4 inputs; layers of 3, 2 and 1 nodes; 7 samples
GRADIENTS = bpkit.Gradients(NETWORK.W, NETWORK.b)
RNG = np.random.default_rng(0)
NAN, INF = np.nan, np.inf
REAL = "must hold real numbers (float64 or float32); got"
MASKED = "must not be a masked array"
RAGGED = "must be rectangular; got rows of different lengths"
INEXACT = 2**53 + 1  # the first integer that float64 cannot hold


def changed(array: NDArray, index: int | tuple[int, int], value: float) -> NDArray:
    """Return a copy with one entry replaced."""
    copy = array.copy()
    copy[index] = value
    return copy


BAD_X = [
    (X[0], ValueError, "X must have shape (N, 4); got (4,)"),
    (X[:, :3], ValueError, "X must have shape (N, 4); got (7, 3)"),
    (X.T, ValueError, "X must have shape (N, 4); got (4, 7)"),
    (X[None], ValueError, "X must have shape (N, 4); got (1, 7, 4)"),
    (X[:0], ValueError, "X must have shape (N, 4) and no empty axis; got (0, 4)"),
    ([], ValueError, "X must have shape (N, 4); got (0,)"),
    (2.0, ValueError, "X must have shape (N, 4); got ()"),
    (changed(X, (1, 2), NAN), ValueError, "X must be finite; got nan at index (1, 2)"),
    (changed(X, (0, 3), -INF), ValueError, "X must be finite; got -inf at index (0, 3)"),
    (X + 0j, TypeError, f"X {REAL} complex128"),
    (X.astype(object), TypeError, f"X {REAL} object"),
    (X.astype(str), TypeError, f"X {REAL} <U"),
    (None, TypeError, f"X {REAL} object"),
    (np.ma.masked_less(X, 0), TypeError, f"X {MASKED}"),
    ([[1, 2, 3, 4], [5, 6]], ValueError, f"X {RAGGED}"),
    (
        [[0, 0, 0, INEXACT]],
        ValueError,
        f"X must be exact in float64, at most {2**53} in absolute value; got {INEXACT} (int64)",
    ),
]
BAD_Y = [
    (Y[:, None], ValueError, "y must have shape (7,); got (7, 1)"),
    (Y[:-1], ValueError, "y must have shape (7,); got (6,)"),
    (1, ValueError, "y must have shape (7,); got ()"),
    (changed(Y, 2, -0.1), ValueError, "y must hold labels in [0, 1]; got -0.1 at index 2"),
    (changed(Y, 3, 1.5), ValueError, "y must hold labels in [0, 1]; got 1.5 at index 3"),
    ([0, 1, 0, 1, 0, 1, 2], ValueError, "y must hold labels in [0, 1]; got 2.0 at index 6"),
    (changed(Y, 4, NAN), ValueError, "y must be finite; got nan at index (4,)"),
    (Y + 0j, TypeError, f"y {REAL} complex128"),
    (["malignant"] * 7, TypeError, f"y {REAL} <U9"),
    (None, TypeError, f"y {REAL} object"),
    (np.ma.masked_less(Y, 0.5), TypeError, f"y {MASKED}"),
]
DIFFERENCES = [
    partial(bpkit.complex_step, of="L", wrt="W_1"),
    partial(bpkit.central_difference, of="L_i", wrt="z_2"),
]
DERIVATIONS = [
    bpkit.chain_product,
    bpkit.node_sums,
    bpkit.backpropagation,
    bpkit.loss_and_gradients,
]
TAKE_A_BATCH = [
    *(bpkit.loss, *DERIVATIONS, bpkit.deltas),
    *(*DIFFERENCES, bpkit.numerical_gradients),
]
BATCHES = [
    *((partial(bpkit.forward, NETWORK, x), error, told) for x, error, told in BAD_X),
    *((partial(f, NETWORK, x, Y), error, told) for x, error, told in BAD_X for f in TAKE_A_BATCH),
    *((partial(f, NETWORK, X, y), error, told) for y, error, told in BAD_Y for f in TAKE_A_BATCH),
    *(
        (partial(f, network, X, Y), TypeError, f"network must be a bpkit.Network; got {came}")
        for network, came in ((None, "NoneType"), (NETWORK.W, "mappingproxy"), (X, "ndarray"))
        for f in TAKE_A_BATCH
    ),
]

SINGLE, X32, Y32 = problem(3, np.float32)
FLOAT32 = [
    (partial(bpkit.forward, SINGLE, X), ValueError, "X must be exact in float32; got"),
    (partial(bpkit.loss, SINGLE, X32, Y), ValueError, "y must be exact in float32; got"),
    *(
        (partial(f, SINGLE, X32, Y), ValueError, "y must be exact in float32; got")
        for f in (*DERIVATIONS, bpkit.deltas)
    ),
    *(
        (partial(diagnose_array, 1, "L", *args), error, told)
        for args, error, told in (
            *(((NETWORK, x, Y), error, told) for x, error, told in BAD_X),
            *(((NETWORK, X, y), error, told) for y, error, told in BAD_Y),
            ((NETWORK.W, X, Y), TypeError, "network must be a bpkit.Network; got mappingproxy"),
        )
    ),
    (
        partial(diagnose_array, 1, "G_4", NETWORK, X, Y),
        ValueError,
        "of must be one of z_1, h_1,",
    ),
    (
        partial(diagnose_array, 1, [], NETWORK, X, Y),
        ValueError,
        "of must be one of z_1, h_1,",
    ),
    (partial(diagnose_array, 1, "dL/dx", NETWORK, X, Y), ValueError, "wrt must be one of"),
    (
        partial(diagnose_function, NETWORK),
        TypeError,
        "gradient must be a function; got Network",
    ),
    (partial(bpkit.log_likelihood, X32[:, 0], Y), ValueError, "y must be exact in float32; got"),
    (partial(bpkit.output_delta, X32[:, 0], Y), ValueError, "y must be exact in float32; got"),
]

ADDING = bpkit.Network({1: [[1], [1]]}, {1: [0]})
CERTAIN = bpkit.Network({1: [[0]]}, {1: [1e308]})
UNDECIDED = bpkit.Network({1: [[0]]}, {1: [0]})
AMPLIFYING = bpkit.Network({1: [[1]], 2: [[1e308]]}, {1: [0], 2: [0]})
STEEP = bpkit.Network({1: [[1]], 2: [[1e308]], 3: [[1e308]]}, {1: [-999], 2: [0], 3: [0]})
LARGE = [[1e308]] * 4, [0] * 4
OVERFLOWS = [
    (
        partial(bpkit.forward, ADDING, [[1e308, 1e308]]),
        ValueError,
        "z[1] = h[0] @ W[1] + b[1] must be finite; got inf at index (0, 0)",
    ),
    (
        partial(bpkit.complex_step, ADDING, [[1e308, 1e308]], [0], of="L", wrt="b_1"),
        ValueError,
        "z must be finite; got",
    ),
    (partial(bpkit.loss, CERTAIN, *LARGE), ValueError, "the loss must be finite; got inf"),
    (
        partial(diagnose_array, 0, "L", CERTAIN, *LARGE),
        ValueError,
        "L must be finite; got inf",
    ),
    *(
        (
            partial(f, UNDECIDED, *LARGE),
            ValueError,
            "must be finite; got inf at index (0, 0)",
        )
        for f in DERIVATIONS
    ),
    *(
        (
            partial(f, AMPLIFYING, [[0]] * 40, [0] * 40),
            ValueError,
            "the gradient with respect to b[1] must be finite; got inf at index (0,)",
        )
        for f in DERIVATIONS
    ),
    (
        partial(bpkit.deltas, STEEP, [[0]], [0]),
        ValueError,
        "delta[1] must be finite; got nan at index (0, 0)",
    ),
    (
        partial(bpkit.numerical_gradients, UNDECIDED, *LARGE),
        ValueError,
        "the derivative of L with respect to W_1 must be finite; got inf at index (0, 0)",
    ),
    (
        partial(bpkit.central_difference, CERTAIN, *LARGE, of="L", wrt="W_1"),
        ValueError,
        "the derivative of L with respect to W_1 must be finite; got nan at index (0, 0)",
    ),
    (
        partial(bpkit.standardize, [[1e308], [-1e308]]),
        ValueError,
        "the standard deviations of X must be finite; got inf at index (0,)",
    ),
]

W, b = {1: np.ones((4, 3)), 2: np.ones((3, 1))}, {1: np.ones(3), 2: np.ones(1)}
NETWORKS = [
    (list(W.values()), b, TypeError, "W must map layer numbers to arrays, such as {1: W_1, 2:"),
    (W, b[1], TypeError, "b must map layer numbers to arrays, such as {1: b_1, 2: b_2}; got nd"),
    ({}, {}, ValueError, "W must have the layers 1, 2, ... without a gap; got []"),
    (W, {}, ValueError, "b must have the layers 1, 2, ... without a gap; got []"),
    (
        {1: W[1], 3: W[2]},
        b,
        ValueError,
        "W must have the layers 1, 2, ... without a gap; got [1, 3]",
    ),
    (
        W,
        {0: b[1], 1: b[2]},
        ValueError,
        "b must have the layers 1, 2, ... without a gap; got [0, 1]",
    ),
    ({"1": W[2]}, b, ValueError, "W must have the layers 1, 2, ... without a gap; got ['1']"),
    (W, {1: b[1]}, ValueError, "W and b must have the same layers; got 2 and 1 layers"),
    (W | {2: np.ones((2, 1))}, b, ValueError, "W[2] must have shape (3, 1); got (2, 1)"),
    (W | {2: np.ones((3, 2))}, b, ValueError, "W[2] must have shape (3, 1); got (3, 2)"),
    (W | {2: np.ones(3)}, b, ValueError, "W[2] must have shape (3, 1); got (3,)"),
    ({1: W[1]}, {1: b[1]}, ValueError, "W[1] must have shape (D, 1); got (4, 3)"),
    (
        {1: np.ones((4, 0)), 2: np.ones((0, 1))},
        b,
        ValueError,
        "W[1] must have shape (D, n_1) and no empty axis; got (4, 0)",
    ),
    (W, b | {1: np.ones(4)}, ValueError, "b[1] must have shape (3,); got (4,)"),
    (W, b | {1: np.ones((3, 1))}, ValueError, "b[1] must have shape (3,); got (3, 1)"),
    (W, b | {2: 1.0}, ValueError, "b[2] must have shape (1,); got ()"),
    (
        W | {1: changed(W[1], (3, 2), NAN)},
        b,
        ValueError,
        "W[1] must be finite; got nan at index (3",
    ),
    (W, b | {1: [0, 1, INF]}, ValueError, "b[1] must be finite; got inf at index (2,)"),
    (W | {2: W[2] + 0j}, b, TypeError, f"W[2] {REAL} complex128"),
    (W | {2: W[2].astype(object)}, b, TypeError, f"W[2] {REAL} object"),
    (W | {2: [["a"], ["b"], ["c"]]}, b, TypeError, f"W[2] {REAL} <U1"),
    (W, b | {2: None}, TypeError, f"b[2] {REAL} object"),
    (W, b | {1: np.ma.masked_equal([1, 2, 3], 2)}, TypeError, f"b[1] {MASKED}"),
    (W | {2: [[1], [2, 3], [4]]}, b, ValueError, f"W[2] {RAGGED}"),
    (
        W,
        b | {2: [INEXACT]},
        ValueError,
        f"b[2] must be exact in float64, at most {2**53} in absolute value; got {INEXACT} (int64)",
    ),
]
SIZES = "sizes must be at least two positive integers (D, n_1, ..., 1), the last 1; got"
RANDOM_NETWORKS = [
    ((4, 3, 1), 0, np.float64, TypeError, "rng must be a numpy.random.Generator; got int"),
    ((4, 1), np.random, np.float64, TypeError, "rng must be a numpy.random.Generator; got module"),
    ((4,), RNG, np.float64, ValueError, f"{SIZES} (4,)"),
    ((4, 3, 2), RNG, np.float64, ValueError, f"{SIZES} (4, 3, 2)"),
    ((4, 0, 1), RNG, np.float64, ValueError, f"{SIZES} (4, 0, 1)"),
    ((4, -3, 1), RNG, np.float64, ValueError, f"{SIZES} (4, -3, 1)"),
    ((4, True, 1), RNG, np.float64, ValueError, f"{SIZES} (4, True, 1)"),
    ((4, 2.5, 1), RNG, np.float64, ValueError, f"{SIZES} (4, 2.5, 1)"),
    ((1e300, 1), RNG, np.float64, ValueError, f"{SIZES} (1e+300, 1)"),
    ((), RNG, np.float64, ValueError, f"{SIZES} ()"),
    (4, RNG, np.float64, ValueError, f"{SIZES} 4"),
    ("431", RNG, np.float64, ValueError, f"{SIZES} '431'"),
    (
        (4, 1),
        RNG,
        int,
        TypeError,
        "dtype must be numpy.float64 or numpy.float32; got <class 'int'>",
    ),
    ((4, 1), RNG, "f2", TypeError, "dtype must be numpy.float64 or numpy.float32; got 'f2'"),
]
CONSTRUCTIONS = [
    *((partial(bpkit.Network, W, b), error, told) for W, b, error, told in NETWORKS),
    *(
        (partial(bpkit.random_network, sizes, rng, dtype), error, told)
        for sizes, rng, dtype, error, told in RANDOM_NETWORKS
    ),
]

BAD_Z = [
    ([0, NAN], ValueError, "z must be finite; got nan at index (1,)"),
    (-INF, ValueError, "z must be finite; got -inf"),
    (["0"], TypeError, f"z {REAL} <U1"),
    ([None], TypeError, f"z {REAL} object"),
    (np.ma.masked_less([-1.0, 1.0], 0), TypeError, f"z {MASKED}"),
    ([[1], [2, 3]], ValueError, f"z {RAGGED}"),
    (
        [INEXACT],
        ValueError,
        f"z must be exact in float64, at most {2**53} in absolute value; got {INEXACT} (int64)",
    ),
]
BAD_Z_AND_Y = [
    ([[0]], [1], ValueError, "z must have shape (N,); got (1, 1)"),
    (0, 1, ValueError, "z must have shape (N,); got ()"),
    ([], [], ValueError, "z must have shape (N,) and no empty axis; got (0,)"),
    ([0, 1], [1], ValueError, "y must have shape (2,); got (1,)"),
    ([0, 1], [1, 1.25], ValueError, "y must hold labels in [0, 1]; got 1.25 at index 1"),
    ([0, 1], [INF, 0], ValueError, "y must be finite; got inf at index (0,)"),
    ([0, 1], "01", TypeError, f"y {REAL} <U2"),
]
ELEMENTWISE = [
    *(
        (partial(f, z), error, told)
        for z, error, told in BAD_Z
        for f in (bpkit.sigmoid, bpkit.sigmoid_prime, bpkit.softplus)
    ),
    *(
        (partial(f, z, y), error, told)
        for z, y, error, told in BAD_Z_AND_Y
        for f in (bpkit.log_likelihood, bpkit.output_delta)
    ),
    (partial(bpkit.sigmoid_prime, [1j]), TypeError, f"z {REAL} complex128"),
    (partial(bpkit.output_delta, [1j], [0]), TypeError, f"z {REAL} complex128"),
]

OF = "of must be one of L, L_i, z_1, z_2, z_3, h_1, h_2, h_3; got"
BY = "wrt must be one of h_0, W_1, b_1, z_1, h_1, W_2,"
NAMES_AND_STEPS = [
    ({"of": "h_4", "wrt": "W_1"}, ValueError, f"{OF} 'h_4'"),
    ({"of": "h_0", "wrt": "W_1"}, ValueError, f"{OF} 'h_0'"),
    ({"of": "W_1", "wrt": "L"}, ValueError, f"{OF} 'W_1'"),
    ({"of": None, "wrt": "W_1"}, ValueError, f"{OF} None"),
    ({"of": "L", "wrt": "W_0"}, ValueError, BY),
    ({"of": "L", "wrt": "W_4"}, ValueError, BY),
    ({"of": "L", "wrt": "x"}, ValueError, BY),
    ({"of": "L", "wrt": "L_i"}, ValueError, BY),
    ({"of": "L", "wrt": ["W_1"]}, ValueError, BY),
    ({"of": "L", "wrt": "W_1", "step": 0}, ValueError, "step must be positive; got 0.0"),
    ({"of": "L", "wrt": "W_1", "step": -1e-5}, ValueError, "step must be positive; got -1e-05"),
    ({"of": "L", "wrt": "W_1", "step": NAN}, ValueError, "step must be finite; got nan"),
    ({"of": "L", "wrt": "W_1", "step": [1e-5]}, ValueError, "step must have shape (); got (1,)"),
    ({"of": "L", "wrt": "W_1", "step": "tiny"}, TypeError, f"step {REAL} <U4"),
]
TOO_SMALL = [
    (
        partial(bpkit.complex_step, NETWORK, X, Y, of="L", wrt="W_1", step=1e-300),
        ValueError,
        "step must be at least 1e-290, or digits are lost; got 1e-300",
    ),
    (
        partial(bpkit.central_difference, UNDECIDED, [[1.0]], [0], of="L", wrt="h_0", step=1e-17),
        ValueError,
        "step must be at least 2.2e-16 to change h_0 = 1; got 1e-17",
    ),
]
EMPTY = bpkit.Gradients({}, {})
COMPARISONS = [
    (partial(bpkit.compare, [NAN], [1]), ValueError, "array must be finite; got nan at index (0,)"),
    (partial(bpkit.compare, [1], [NAN]), ValueError, "expected must be finite; got nan at index"),
    (partial(bpkit.compare, [1j], [1]), TypeError, f"array {REAL} complex128"),
    (partial(bpkit.compare, [1], None, name="W"), TypeError, f"expected {REAL} object"),
    (partial(bpkit.compare, "a", [1], name="W"), TypeError, f"W {REAL} <U1"),
    (partial(bpkit.compare, [], []), ValueError, "array must not be empty; got shape (0,)"),
    (partial(bpkit.compare, X, X, tolerance=NAN), ValueError, "tolerance must be finite; got nan"),
    (
        partial(bpkit.compare, X, X, tolerance=[1]),
        ValueError,
        "tolerance must have shape (); got (",
    ),
    (
        partial(bpkit.compare_gradients, None, GRADIENTS),
        TypeError,
        "actual must be bpkit.Gradients; got NoneType",
    ),
    (
        partial(bpkit.compare_gradients, GRADIENTS, NETWORK),
        TypeError,
        "expected must be bpkit.Gradients; got Network",
    ),
    (
        partial(bpkit.compare_gradients, EMPTY, EMPTY),
        ValueError,
        "expected must have at least one layer of W and of b; got none",
    ),
]
OTHERS = [
    *(
        (partial(f, NETWORK, X, Y, **names), error, told)
        for names, error, told in NAMES_AND_STEPS
        for f in (bpkit.complex_step, bpkit.central_difference)
    ),
    *TOO_SMALL,
    *COMPARISONS,
    (
        partial(bpkit.to_parameter_shape, [NAN]),
        ValueError,
        "derivative must be finite; got nan at index",
    ),
    (partial(bpkit.to_parameter_shape, None), TypeError, f"derivative {REAL} object"),
    (
        partial(bpkit.to_parameter_shape, 1.0),
        ValueError,
        "derivative must have 2 axes (of a W_l) or 1 (of a b_l); got ()",
    ),
    (
        partial(bpkit.to_parameter_shape, np.ones((7, 3, 4))),
        ValueError,
        "derivative must have 2 axes (of a W_l) or 1 (of a b_l); got (7, 3, 4)",
    ),
    (partial(bpkit.standardize, [1, 2]), ValueError, "X must have shape (N, D); got (2,)"),
    (partial(bpkit.standardize, X[:0]), ValueError, "X must have shape (N, D) and no empty axis"),
    (
        partial(bpkit.standardize, [[1, NAN]]),
        ValueError,
        "X must be finite; got nan at index (0, 1)",
    ),
    (partial(bpkit.standardize, X + 0j), TypeError, f"X {REAL} complex128"),
    (
        partial(bpkit.standardize, X[:1]),
        ValueError,
        "X must vary in every column; got the constant",
    ),
    (
        partial(bpkit.standardize, [[1, 0.1], [2, 0.1], [3, 0.1]]),  # whose mean is not quite 0.1
        ValueError,
        "X must vary in every column; got the constant column 1",
    ),
]
PART = bpkit.loss_and_gradients(NETWORK, X, Y)
OTHER = bpkit.loss_and_gradients(*problem(2))
PARTS = [
    (partial(bpkit.sum_parts, []), ValueError, "parts must hold at least one loss"),
    (
        partial(bpkit.sum_parts, [PART, PART.gradients]),
        TypeError,
        "parts must hold bpkit.LossAndGradients; got Gradients",
    ),
    (
        partial(bpkit.sum_parts, [PART, OTHER]),
        ValueError,
        "parts must be of one network; got W 1: float64[4, 3], 2: float64[3, 2], 3: float64[2, 1] "
        "and 1: float64[4, 3], 2: float64[3, 1]",
    ),
    (
        partial(bpkit.sum_parts, [PART, bpkit.loss_and_gradients(SINGLE, X32, Y32)]),
        ValueError,
        "and 1: float32[4, 3]",
    ),
    *(
        (
            partial(bpkit.loss_and_gradients, NETWORK, X, Y, threads=threads),
            ValueError,
            f"threads must be an integer of at least 1; got {threads!r}",
        )
        for threads in (0, -1, 1.5, "2", None, True)
    ),
]
SAMPLES = bpkit.Dataset(X, np.round(Y), ("a", "b", "c", "d"))
TRAINING = [
    (partial(bpkit.make_moons, 4, 0.1, 1), TypeError, "rng must be a numpy.random.Generator; got"),
    *(
        (
            partial(bpkit.make_moons, N, 0.1, RNG),
            ValueError,
            f"N must be an integer of at least 2; got {N!r}",
        )
        for N in (0, -2, 4.0, "4", True)
    ),
    (partial(bpkit.make_moons, 3, 0.1, RNG), ValueError, "N must be an even number; got 3"),
    (partial(bpkit.make_moons, 4, -0.1, RNG), ValueError, "noise must not be negative; got -0.1"),
    (partial(bpkit.make_moons, 4, NAN, RNG), ValueError, "noise must be finite; got nan"),
    (
        partial(bpkit.train_test_split, SAMPLES, 2, None),
        TypeError,
        "rng must be a numpy.random.Generator; got",
    ),
    (
        partial(bpkit.train_test_split, X, 2, RNG),
        TypeError,
        "data must be a bpkit.Dataset; got ndarray",
    ),
    *(
        (
            partial(bpkit.train_test_split, SAMPLES, n, RNG),
            ValueError,
            f"test_size must be an integer from 1 to 6; got {n!r}",
        )
        for n in (0, 7, -1, 0.25, True)
    ),
    (
        partial(bpkit.train_test_split, SAMPLES._replace(y=Y[:3]), 2, RNG),
        ValueError,
        "y must have shape (7,)",
    ),
    (
        partial(bpkit.train_test_split, SAMPLES._replace(X=X[:0]), 2, RNG),
        ValueError,
        "X must have shape (N, D)",
    ),
    (
        partial(bpkit.standardize, X, X[:, 1:]),
        ValueError,
        "reference must have shape (M, 4); got (7, 3)",
    ),
    (partial(bpkit.standardize, X, [[NAN] * 4]), ValueError, "reference must be finite; got nan"),
    (
        partial(bpkit.standardize, X, X[:1]),
        ValueError,
        "reference must vary in every column; got the constant column 0",
    ),
    (
        partial(bpkit.standardize, [[1e308]], [[0], [1e-10]]),
        ValueError,
        "the standardized X must be finite; got inf at index (0, 0)",
    ),
    (
        partial(bpkit.gradient_step, None, GRADIENTS, 1),
        TypeError,
        "network must be a bpkit.Network; got No",
    ),
    (
        partial(bpkit.gradient_step, NETWORK, NETWORK.W, 1),
        TypeError,
        "gradients must be bpkit.Gradients",
    ),
    *(
        (partial(f, learning_rate=rate), error, told)
        for rate, error, told in (
            (0, ValueError, "learning_rate must be positive; got 0.0"),
            (-0.1, ValueError, "learning_rate must be positive; got -0.1"),
            (INF, ValueError, "learning_rate must be finite; got inf"),
            ([1], ValueError, "learning_rate must have shape (); got (1,)"),
            (None, TypeError, f"learning_rate {REAL} object"),
        )
        for f in (
            partial(bpkit.gradient_step, NETWORK, GRADIENTS),
            partial(bpkit.gradient_descent, NETWORK, X, Y, steps=1),
        )
    ),
    (
        partial(bpkit.gradient_step, NETWORK, EMPTY, 1),
        ValueError,
        "gradients.W must have layers {1, 2, 3}; got set()",
    ),
    (
        partial(bpkit.gradient_step, NETWORK, GRADIENTS._replace(b={1: 0, 2: 0, 3: 0}), 1),
        ValueError,
        "gradients.b[1] must have shape (3,); got ()",
    ),
    (
        partial(
            bpkit.gradient_step,
            NETWORK,
            GRADIENTS._replace(W={l: W.T for l, W in NETWORK.W.items()}),
            1,
        ),
        ValueError,
        "gradients.W[1] must have shape (4, 3); got (3, 4)",
    ),
    (
        partial(bpkit.gradient_step, ADDING, bpkit.Gradients({1: [[-1e308], [0]]}, {1: [0]}), 10),
        ValueError,
        "W[1] must be finite; got inf at index (0, 0)",
    ),
    *(
        (partial(bpkit.gradient_descent, NETWORK, x, Y, learning_rate=1, steps=1), error, told)
        for x, error, told in BAD_X
    ),
    *(
        (partial(bpkit.gradient_descent, NETWORK, X, y, learning_rate=1, steps=1), error, told)
        for y, error, told in BAD_Y
    ),
    *(
        (
            partial(
                bpkit.gradient_descent, NETWORK, X, Y, **{"learning_rate": 1, "steps": 1, **given}
            ),
            error,
            told,
        )
        for given, error, told in (
            ({"steps": -1}, ValueError, "steps must be an integer of at least 0; got -1"),
            ({"steps": 1.5}, ValueError, "steps must be an integer of at least 0; got 1.5"),
            ({"steps": True}, ValueError, "steps must be an integer of at least 0; got True"),
            (
                {"gradient_function": None},
                TypeError,
                "gradient_function must be a function; got NoneType",
            ),
            (
                {"batch_size": 0, "rng": RNG},
                ValueError,
                "batch_size must be an integer from 1 to 7; got 0",
            ),
            (
                {"batch_size": 8, "rng": RNG},
                ValueError,
                "batch_size must be an integer from 1 to 7; got 8",
            ),
            (
                {"batch_size": 2.0, "rng": RNG},
                ValueError,
                "batch_size must be an integer from 1 to 7; got",
            ),
            ({"batch_size": 2}, TypeError, "rng must be given with batch_size"),
            (
                {"batch_size": 2, "rng": 1},
                TypeError,
                "rng must be a numpy.random.Generator; got int",
            ),
        )
    ),
    (
        partial(bpkit.gradient_descent, None, X, Y, learning_rate=1, steps=1),
        TypeError,
        "network must be a bpkit.Net",
    ),
    (
        partial(bpkit.predictions_correct, None, X, Y),
        TypeError,
        "network must be a bpkit.Network; got NoneType",
    ),
    (
        partial(bpkit.predictions_correct, NETWORK, X[0], Y),
        ValueError,
        "X must have shape (N, 4); got (4,)",
    ),
    *((partial(bpkit.predictions_correct, NETWORK, X, y), error, told) for y, error, told in BAD_Y),
    (
        partial(bpkit.predictions_correct, NETWORK, X, changed(np.round(Y), 3, 0.75)),
        ValueError,
        "y must hold labels 0 or 1; got 0.75 at index 3",
    ),
]
CASES = [*TRAINING, *PARTS, *BATCHES, *FLOAT32, *OVERFLOWS, *CONSTRUCTIONS, *ELEMENTWISE, *OTHERS]


def arrays(value: Any) -> Iterator[NDArray]:
    """Find all arrays in a value, wherever they are nested."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, bpkit.Network):
        yield from arrays([value.W, value.b])
    elif isinstance(value, Mapping | list | tuple):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from arrays(part)


@pytest.mark.parametrize(
    ("call", "error", "told"), [pytest.param(*case, id=case[0].func.__name__) for case in CASES]
)
def test_bad_input_is_refused_by_name_and_not_modified(
    call: Callable[[], object], error: type[Exception], told: str
):
    """The error has the right type and message; there is no warning, and no array is modified."""
    before = [array.tobytes() for array in arrays((call.args, call.keywords))]
    with pytest.raises(error, match=re.escape(told)) as raised:
        call()
    assert raised.type is error
    assert [array.tobytes() for array in arrays((call.args, call.keywords))] == before


def test_every_function_with_parameters_is_in_the_table():
    """A new public function needs its own cases."""
    public = [getattr(bpkit, name) for name in bpkit.__all__]
    functions = {f for f in public if inspect.isfunction(f) and inspect.signature(f).parameters}
    assert functions <= {call.func for call, _, _ in CASES}


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint16, np.int64])
def test_integers_are_accepted_where_exact(dtype):
    """Integers and truth values give what the same floats give."""
    whole, labels = (X > 0).astype(dtype), (Y > 0.5).astype(dtype)
    expected = bpkit.backpropagation(NETWORK, whole.astype(float), labels.astype(float))
    bpkit.compare_gradients(bpkit.backpropagation(NETWORK, whole, labels), expected, tolerance=0)


def test_a_float32_network_accepts_float64_where_exact():
    """Numbers that both precisions hold may come in either, and the result is float32."""
    expected = bpkit.backpropagation(SINGLE, X32, Y32)
    computed = bpkit.backpropagation(SINGLE, X32.astype(float), Y32.astype(float))
    bpkit.compare_gradients(computed, expected, tolerance=0)
    assert computed.W[1].dtype == np.float32
