"""Validation: what the package accepts as numbers, and how it refuses everything else."""

from __future__ import annotations

import cmath
import operator
from collections.abc import Sequence
from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

Array = NDArray[Any]
"""An array of float64 or float32 (of complex128 inside a complex step)."""

# Underflow gives the right number, 0; overflow is refused afterwards, by `require_finite`.
ignore_float_errors = np.errstate(over="ignore", under="ignore", invalid="ignore")


def as_numbers(
    name: str, value: ArrayLike, dtype: DTypeLike | None = None, *, allow_complex: bool = False
) -> Array:
    """Return `value` as finite floats, converted only where no number is rounded.

    Parameters
    ----------
    name : str
        What an error message calls the argument.
    value : array_like, any shape
        Real numbers.
    dtype : float64, float32 or None
        The dtype of the result; None keeps float32 and makes everything else float64.
    allow_complex : bool
        Whether complex numbers are accepted, as complex128.

    Returns
    -------
    array, shape of `value`
        The array itself where it already has the dtype.

    Raises
    ------
    TypeError
        For complex (unless allowed), object, string or masked arrays.
    ValueError
        For rows of different lengths, NaN, infinity, and numbers that `dtype` cannot
        represent exactly.
    """
    array = value if type(value) is np.ndarray else _as_array(name, value)
    kind = array.dtype.kind
    if kind not in "fiubc" or (kind == "c" and not allow_complex):
        raise TypeError(f"{name} must hold real numbers (float64 or float32); got {array.dtype}")
    require_finite(name, array)
    if kind == "c":
        return array.astype(np.complex128, copy=False)
    wanted = dtype or (array.dtype if array.dtype.char == "f" else np.float64)
    return array if array.dtype == wanted else _convert(name, array, np.dtype(wanted))


def as_array(
    name: str, value: ArrayLike, shape: Sequence[int | str], dtype: DTypeLike | None = None
) -> Array:
    """Return `value` as `as_numbers` does, provided that it has the shape asked for.

    Parameters
    ----------
    name : str
        What an error message calls the argument.
    value : array_like, with the given shape
        Real numbers.
    shape : sequence of int or str
        The length of each axis, or the letter of an axis of any length of at least 1.
    dtype : float64, float32 or None
        The dtype of the result; None keeps float32 and makes everything else float64.

    Returns
    -------
    array, with the given shape
        The array itself where it already has the dtype.

    Raises
    ------
    TypeError, ValueError
        As `as_numbers`; and a ValueError for another shape or an empty axis.
    """
    array = as_numbers(name, value, dtype)
    require_shape(name, array, shape)
    return array


def as_labels(y: ArrayLike, N: int, dtype: DTypeLike) -> Array:
    """Return the labels as `dtype`, shape (N,), or raise unless all are in [0, 1]."""
    labels = as_array("y", y, (N,), dtype)
    if labels.min() < 0 or labels.max() > 1:
        i = int(((labels < 0) | (labels > 1)).argmax())
        raise ValueError(f"y must hold labels in [0, 1]; got {labels[i]!s} at index {i}")
    return labels


def whole_number(name: str, value: SupportsIndex, at_least: int, at_most: int | None = None) -> int:
    """Return an integer of any integer type, or raise a ValueError unless it is in the range."""
    try:
        if isinstance(value, bool | np.bool_):
            raise TypeError
        number = operator.index(value)
        if at_least <= number and (at_most is None or number <= at_most):
            return number
    except TypeError:
        pass
    limits = f"of at least {at_least}" if at_most is None else f"from {at_least} to {at_most}"
    raise ValueError(f"{name} must be an integer {limits}; got {value!r}")


def positive_number(name: str, value: ArrayLike) -> float:
    """Return a positive number as a float, or raise."""
    number = float(as_array(name, value, ()))
    if number <= 0:
        raise ValueError(f"{name} must be positive; got {number}")
    return number


def require_shape(name: str, array: Array, shape: Sequence[int | str]) -> None:
    """Raise a ValueError unless `array` has this shape (a letter: any length) and is not empty."""
    found = array.shape
    fits = len(found) == len(shape) and all(
        length == wanted or isinstance(wanted, str)
        for length, wanted in zip(found, shape, strict=True)
    )
    if not (fits and array.size):
        text = "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"
        empty = " and no empty axis" if fits else ""
        raise ValueError(f"{name} must have shape {text}{empty}; got {found}")


def require_finite(name: str, array: Array) -> Array:
    """Return `array`, or raise a ValueError that names the first entry that is NaN or infinite."""
    if not norm_is_finite(array):
        bad = ~np.isfinite(array)
        if bad.any():
            index = tuple(int(k) for k in np.argwhere(bad)[0])
            where = f" at index {index}" if index else ""
            raise ValueError(f"{name} must be finite; got {array[index]!s}{where}")
    return array


def norm_is_finite(array: Array) -> bool:
    """Whether the sum of squares is finite: then every entry is, and BLAS needs one pass."""
    return cmath.isfinite(np.vdot(array, array))


def require_generator(rng: np.random.Generator) -> None:
    """Raise a TypeError unless `rng` is a `numpy.random.Generator`."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator; got {type(rng).__name__}")


def _as_array(name: str, value: ArrayLike) -> Array:
    """Return what is not yet a plain array as one, or raise where it cannot be."""
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(
            f"{name} must not be a masked array; fill the masked entries first, with filled(value)"
        )
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be rectangular; got rows of different lengths") from None


@ignore_float_errors
def _convert(name: str, array: Array, dtype: np.dtype[Any]) -> Array:
    """Return `array` in `dtype`, or raise a ValueError where that would round a number."""
    converted = array.astype(dtype)
    if array.dtype.kind in "iu":
        largest = 2 ** (np.finfo(dtype).nmant + 1)
        lost = (array > largest) | (array < -largest)
    else:
        lost = converted.astype(array.dtype, copy=False) != array
    if lost.any():
        limit = f", at most {largest} in absolute value" if array.dtype.kind in "iu" else ""
        raise ValueError(
            f"{name} must be exact in {dtype}{limit}; got {array[lost][0]!s} ({array.dtype}): "
            f"to round it, pass {name}.astype(numpy.{dtype})"
        )
    return converted
