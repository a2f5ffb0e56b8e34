"""Gradient checking: numerical derivatives, and a comparison that refuses wrong gradients.

Nothing here uses a formula of the course beyond the forward pass and the loss, so its results can
be compared with every derivation.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from bpkit._validation import (
    Array,
    as_array,
    as_labels,
    as_numbers,
    ignore_float_errors,
    positive_number,
    require_finite,
)
from bpkit.cross_entropy import log_likelihood
from bpkit.gradients import Gradients, to_parameter_shape
from bpkit.network import Network, require_network, sigmoid

# A derivative times a smaller step may underflow.
SMALLEST_STEP = 1e-290


def complex_step(
    network: Network, X: ArrayLike, y: ArrayLike, *, of: str, wrt: str, step: float = 1e-20
) -> Array:
    """Return the derivative of one quantity with respect to another, from an imaginary step.

    Parameters
    ----------
    network : Network
        Its weights and biases, any depth.
    X : array_like, shape (N, D)
        One sample per row.
    y : array_like, shape (N,)
        The labels, in [0, 1].
    of : str
        The quantity to differentiate: "L", "L_i", or "z_1", "h_1", ... of any layer.
    wrt : str
        The variable: "W_1", "b_1", "z_1", "h_1", ... of any layer; "h_0" is the input.
    step : float
        The size of the step, in the units of `wrt`, at least 1e-290.

    Returns
    -------
    array of float64, numerator layout: the axes of `of`, then those of `wrt` in reverse
        The axes of "z_l", "h_l" and "b_l" are (n_l,), those of "W_l" are (n_{l-1}, n_l), "L" and
        "L_i" have none. The first axis runs over the N samples, except for "L" with respect to a
        parameter.

    Raises
    ------
    TypeError, ValueError
        When the batch does not fit the network, `of` or `wrt` names nothing in it, or `step` is
        not a positive number or too small.

    Notes
    -----
    Equation ``complex-step``: no subtraction, hence no cancellation.
    """
    size = positive_number("step", step)
    if size < SMALLEST_STEP:
        raise ValueError(f"step must be at least {SMALLEST_STEP}, or digits are lost; got {size}")
    return _jacobian(network, X, y, of, wrt, lambda at: at(1j * size).imag / size)


def central_difference(
    network: Network, X: ArrayLike, y: ArrayLike, *, of: str, wrt: str, step: float = 1e-5
) -> Array:
    """Return the derivative of one quantity with respect to another, from two real steps.

    Parameters
    ----------
    network, X, y, of, wrt
        As in `complex_step`.
    step : float
        The size of the step in each direction, in the units of `wrt`.

    Returns
    -------
    array of float64, numerator layout
        As `complex_step`, with an error of the order of step**2 plus rounding / step.

    Raises
    ------
    TypeError, ValueError
        As `complex_step`; and when a step is lost to rounding.

    Notes
    -----
    Equation ``central-difference``.
    """
    size = positive_number("step", step)
    return _jacobian(network, X, y, of, wrt, lambda at: (at(size) - at(-size)) / (2 * size))


def numerical_gradients(
    network: Network,
    X: ArrayLike,
    y: ArrayLike,
    derivative: Callable[..., Array] = complex_step,
) -> Gradients:
    """Return the gradient of the loss with respect to every parameter, without a derivation.

    Parameters
    ----------
    network : Network
        Its weights and biases, any depth.
    X : array_like, shape (N, D)
        One sample per row.
    y : array_like, shape (N,)
        The labels, in [0, 1].
    derivative : callable
        `complex_step` or `central_difference`.

    Returns
    -------
    Gradients
        In float64.

    Raises
    ------
    TypeError, ValueError
        When the batch does not fit the network.
    """
    require_network(network)

    def gradient(wrt: str) -> Array:
        return to_parameter_shape(derivative(network, X, y, of="L", wrt=wrt))

    return Gradients(
        W={l: gradient(f"W_{l}") for l in network.layers},
        b={l: gradient(f"b_{l}") for l in network.layers},
    )


@ignore_float_errors
def compare(
    actual: ArrayLike, expected: ArrayLike, *, tolerance: float = 1e-10, name: str = "array"
) -> None:
    """Raise unless two arrays agree, saying where they differ most and by how much.

    Parameters
    ----------
    actual, expected : array_like, the same shape
        What was computed, and what it should be.
    tolerance : float
        The largest difference allowed, relative to the largest entry of `expected`.
    name : str
        What an error message calls the array.

    Raises
    ------
    AssertionError
        When the shapes differ, or an entry differs by more than the tolerance.
    TypeError, ValueError
        When an argument does not hold finite numbers, or `tolerance` is negative.
    """
    actual, expected = as_numbers(name, actual), as_numbers("expected", expected)
    if actual.shape != expected.shape:
        raise AssertionError(f"{name} must have shape {expected.shape}; got {actual.shape}")
    if actual.size == 0:
        raise ValueError(f"{name} must not be empty; got shape {actual.shape}")
    tolerance = float(as_array("tolerance", tolerance, ()))
    if tolerance < 0:
        raise ValueError(f"tolerance must not be negative; got {tolerance}")
    off = np.abs(np.asarray(actual - expected, dtype=np.float64))
    allowed = tolerance * float(np.abs(expected).max())
    if off.max() > allowed:
        index = tuple(int(k) for k in np.unravel_index(off.argmax(), off.shape))
        raise AssertionError(
            f"{name} differs most at index {index}: {actual[index]:.6g} where "
            f"{expected[index]:.6g} is expected, off by {off.max():.2g}; allowed is {allowed:.2g}"
        )


def compare_gradients(actual: Gradients, expected: Gradients, *, tolerance: float = 1e-10) -> None:
    """Raise unless two gradients agree in every layer, as `compare` does.

    Parameters
    ----------
    actual, expected : Gradients
        What was computed, and what it should be.
    tolerance : float
        The largest difference allowed in each array, relative to its largest entry.

    Raises
    ------
    AssertionError
        When the layers or the shapes differ, or an entry differs by more than the tolerance.
    TypeError, ValueError
        When an argument is not `Gradients` of finite numbers, or `expected` has no layer.
    """
    for name, given in (("actual", actual), ("expected", expected)):
        if not isinstance(given, Gradients):
            raise TypeError(f"{name} must be bpkit.Gradients; got {type(given).__name__}")
    if not (expected.W and expected.b):
        raise ValueError("expected must have at least one layer of W and of b; got none")
    for part, computed, wanted in zip("Wb", actual, expected, strict=True):
        if set(computed) != set(wanted):
            raise AssertionError(f"{part} must have layers {set(wanted)}; got {set(computed)}")
        for l in wanted:
            compare(computed[l], wanted[l], tolerance=tolerance, name=f"{part}[{l}]")


@ignore_float_errors
def quantities(network: Network, X: Array, y: Array, nudged: str, step: Array) -> dict[str, Array]:
    """Return every quantity of the network by name, with `step` added to the one named `nudged`.

    Parameters
    ----------
    network : Network
        Its weights and biases, any depth.
    X : array of float64, shape (N, D)
        One sample per row.
    y : array of float64, shape (N,)
        The labels, in [0, 1].
    nudged : str
        "W_1", "b_1", "z_1", "h_1", ... of any layer, or "h_0"; any other name nudges nothing.
    step : array, the shape of one sample's value of that quantity
        What to add, the same for every sample.

    Returns
    -------
    dict from name to array
        "h_0", and "z_l" and "h_l" of every layer, shape (N, n_l); "L_i", shape (N,); "L".
    """

    def value(name: str, array: Array) -> Array:
        return _nudge(name, array, step) if name == nudged else array

    h = value("h_0", X)
    known = {"h_0": h}
    for l in network.layers:
        W, b = value(f"W_{l}", network.W[l]), value(f"b_{l}", network.b[l])
        known[f"z_{l}"] = z = value(f"z_{l}", h @ W + b)
        known[f"h_{l}"] = h = value(f"h_{l}", sigmoid(z))
    if nudged == f"h_{network.depth}":
        f = h[:, 0]
        # Where the step is not small compared with f and 1 - f, the logarithm has no derivative.
        inside = np.minimum(f.real, 1 - f.real) > 1e8 * np.abs(f.imag)
        f = np.where(inside, f, np.nan)
        known["L_i"] = y * np.log(f) + (1 - y) * np.log(1 - f)
    else:
        known["L_i"] = log_likelihood(z[:, 0], y)
    known["L"] = -known["L_i"].sum()
    return known


def _nudge(name: str, array: Array, step: Array) -> Array:
    """Return `array + step`, or raise a ValueError where rounding loses a step altogether."""
    nudged = np.asarray(array + step)
    lost = (nudged == array) & (step != 0)
    if lost.any():
        value, size = array[lost][0], np.abs(step).max()
        raise ValueError(
            f"step must be at least {np.spacing(abs(value)):.1e} to change {name} = {value:.6g}; "
            f"got {size}"
        )
    return nudged


@ignore_float_errors
def _jacobian(
    network: Network,
    X: ArrayLike,
    y: ArrayLike,
    of: str,
    wrt: str,
    differentiate: Callable[[Callable[[complex], Array]], Array],
) -> Array:
    """Return one derivative for each entry of `wrt`, arranged in numerator layout."""
    require_network(network)
    X = as_array("X", X, ("N", network.sizes[0]), np.float64)
    y = as_labels(y, len(X), np.dtype(np.float64))
    shape = _shape_of(network, of, wrt)
    if of == "L" and wrt[0] in "zh":  # each row of z_l and h_l belongs to one sample's L_i
        return -_jacobian(network, X, y, "L_i", wrt, differentiate)

    def column(index: tuple[int, ...]) -> Array:
        unit = np.zeros(shape)
        unit[index] = 1
        return differentiate(lambda size: quantities(network, X, y, wrt, size * unit)[of])

    columns = np.stack([column(index[::-1]) for index in np.ndindex(shape[::-1])], axis=-1)
    columns = columns.reshape(columns.shape[:-1] + shape[::-1])
    return require_finite(f"the derivative of {of} with respect to {wrt}", columns)


def _shape_of(network: Network, of: str, wrt: str) -> tuple[int, ...]:
    """Return the shape of `wrt`, or raise unless both names mean something in this network."""
    n = network.sizes
    shapes: dict[str, tuple[int, ...]] = {"h_0": (n[0],)}
    for l in network.layers:
        shapes |= {f"W_{l}": (n[l - 1], n[l])} | {f"{v}_{l}": (n[l],) for v in "bzh"}
    numerators = ["L", "L_i"] + [f"{v}_{l}" for v in "zh" for l in network.layers]
    if of not in numerators:
        raise ValueError(f"of must be one of {', '.join(numerators)}; got {of!r}")
    if wrt not in list(shapes):  # `in` a list accepts what is unhashable
        raise ValueError(f"wrt must be one of {', '.join(shapes)}; got {wrt!r}")
    return shapes[wrt]
