"""Arrays: what the package accepts as numbers, and how it refuses everything else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

Array = NDArray[Any]
"""An array of float64 or float32 (of complex128 inside a complex step)."""

# Underflow gives the right number, 0; overflow is refused afterwards, by `require_finite`.
ignore_float_errors = np.errstate(over="ignore", under="ignore", invalid="ignore")


def as_numbers(
    name: str, value: ArrayLike, dtype: DTypeLike | None = None, *, complex_too: bool = False
) -> Array:
    """Return `value` as finite floats, converted only where no digit is lost.

    Parameters
    ----------
    name : str
        What an error message calls the argument.
    value : array_like, any shape
        Real numbers.
    dtype : float64, float32 or None
        The dtype of the result; None keeps float32 and makes everything else float64.
    complex_too : bool
        Whether complex numbers are let through, as complex128.

    Returns
    -------
    array, shape of `value`
        The array itself where it is already so.

    Raises
    ------
    TypeError
        For complex (unless asked for), object, string or masked arrays.
    ValueError
        For rows of different lengths, NaN, infinity, and numbers that `dtype` cannot hold.
    """
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} must be a plain array; got a masked one: fill its gaps first")
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be rectangular; got rows of different lengths") from None
    if array.dtype.kind not in ("biufc" if complex_too else "biuf"):
        raise TypeError(f"{name} must hold real numbers (float64 or float32); got {array.dtype}")
    require_finite(name, array)
    if array.dtype.kind == "c":
        return array.astype(np.complex128, copy=False)
    natural = np.float32 if array.dtype == np.float32 else np.float64
    return _converted(name, array, np.dtype(dtype or natural))


def as_floats(
    name: str, value: ArrayLike, axes: Sequence[int | str], dtype: DTypeLike | None = None
) -> Array:
    """Return `value` as `as_numbers` does, provided that it has the shape asked for.

    Parameters
    ----------
    name : str
        What an error message calls the argument.
    value : array_like, with the shape that `axes` tells
        Real numbers.
    axes : sequence of int or str
        The length of each axis, or the letter of an axis of any length of at least 1.
    dtype : float64, float32 or None
        The dtype of the result; None keeps float32 and makes everything else float64.

    Returns
    -------
    array, shape as `axes` tells
        The array itself where it is already so.

    Raises
    ------
    TypeError, ValueError
        As `as_numbers`; and a ValueError for another shape or an empty axis.
    """
    array = as_numbers(name, value, dtype)
    require_shape(name, array, axes)
    return array


def require_shape(name: str, array: Array, axes: Sequence[int | str]) -> None:
    """Raise a ValueError unless `array` has the shape that `axes` tells, and is not empty."""
    wanted = "(" + ", ".join(map(str, axes)) + ("," if len(axes) == 1 else "") + ")"
    fixed = [n for n in zip(axes, array.shape, strict=False) if isinstance(n[0], int)]
    if array.ndim != len(axes) or any(axis != length for axis, length in fixed):
        raise ValueError(f"{name} must have shape {wanted}; got {array.shape}")
    if array.size == 0:
        raise ValueError(f"{name} must have shape {wanted} and no empty axis; got {array.shape}")


def require_finite(name: str, array: Array) -> Array:
    """Return `array`, or raise a ValueError that tells where it is NaN or infinite."""
    bad = ~np.isfinite(array)
    if bad.any():
        index = tuple(int(k) for k in np.argwhere(bad)[0])
        where = f" at index {index}" if index else ""
        raise ValueError(f"{name} must be finite; got {array[index]!s}{where}")
    return array


@ignore_float_errors
def _converted(name: str, array: Array, dtype: np.dtype[Any]) -> Array:
    """Return `array` in `dtype`, or raise a ValueError where that would round a number."""
    converted = array.astype(dtype, copy=False)
    if array.dtype.kind in "iu":
        largest = 2 ** (np.finfo(dtype).nmant + 1)
        lost = (array > largest) | (array < -largest)
    else:
        lost = converted.astype(array.dtype, copy=False) != array
    if lost.any():
        raise ValueError(
            f"{name} must be exact in {dtype}; got {array[lost][0]!s} in {array.dtype}: "
            f"round it with astype first, if rounding is wanted"
        )
    return converted
