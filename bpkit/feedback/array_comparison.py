"""Array comparison: how a reader's array differs from the correct one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from math import isclose, prod
from typing import Any

import numpy as np

from bpkit._validation import Array

SAME = 1e-9  # two arrays are equal if they differ by less, relative to the largest entry
NEAR = 1e-5  # and nearly equal by this measure
SIGNS = {"": 1, "the sign": -1}
FACTORS = {1.0: "", 2.0: "too large by a factor of 2", 0.5: "too small by a factor of 2"}
STUB = "nothing to check yet: replace the dots with your own code, and return what it computes"


def as_answer(answer: Any) -> Array | str:
    """Return an answer as an array of finite numbers, or a message that says why it is not one."""
    if answer is None or answer is ...:
        return STUB
    try:
        found = np.asarray(answer)
    except ValueError:
        return "its rows have different lengths"
    if found.dtype.kind not in "biuf":
        return f"it must be an array of real numbers; got {type(answer).__name__}"
    if not np.isfinite(found).all():
        return "not all of its entries are finite"
    return found.astype(np.float64)


def simple_relation(
    found: Array | str, wanted: Array, named_factors: Mapping[float, str]
) -> str | None:
    """Return what turns an array into the wanted one, "" where they are equal; None if nothing."""
    if isinstance(found, str):  # not an array, but the reason
        return None
    for arrangement, array in _arrangements(found, wanted.shape):
        ratio = _ratio(array, wanted)
        if not _same(array, ratio * wanted):
            continue
        for (turned, sign), factor, named in product(SIGNS.items(), FACTORS, named_factors):
            if isclose(ratio, sign * factor * named):
                up_to = " and ".join(filter(None, (arrangement, turned)))
                parts = f"correct up to {up_to}" if up_to else "", FACTORS[factor]
                return "; ".join(filter(None, (*parts, named_factors[named])))
    return None


def _arrangements(found: Array, shape: tuple[int, ...]) -> Iterator[tuple[str, Array]]:
    """Yield an array as it is, transposed, and reshaped, where the result has this shape."""
    if found.shape == shape:
        yield "", found
    if found.ndim > 1 and found.mT.shape == shape:
        yield "a transpose", found.mT
    if found.size == prod(shape):
        yield f"its shape, which is {found.shape} and not {shape}", found.reshape(shape)


def common_factor_or_offset(found: Array, wanted: Array) -> str | None:
    """Return by which factor, or by which term, all entries are off; None if by none."""
    if found.shape != wanted.shape:
        return None
    if not found.any():
        return "all of its entries are 0"
    if found.size == 1:
        return None
    factor = _ratio(found, wanted)
    if _same(found, factor * wanted):
        return f"correct up to a factor of {factor:.6g}"
    term = np.mean(found - wanted)
    more = "large" if term > 0 else "small"
    return f"every entry is {abs(term):.6g} too {more}" if _same(found - term, wanted) else None


def describe_difference(found: Array, wanted: Array) -> str:
    """Return how the shape or the entries of an array differ from the wanted ones."""
    if found.shape != wanted.shape:
        broadcast = found.shape == 2 * wanted.shape[:1] and found.size == wanted.size**2
        hint = (
            ": was a row vector added to a column vector?" if broadcast and wanted.size > 1 else ""
        )
        return f"its shape must be {wanted.shape}; got {found.shape}{hint}"
    if _close(found, wanted, NEAR).all():
        return "correct to five digits but not to nine: is it in float32, or a finite difference?"
    off = ~_close(found, wanted, SAME)
    if off.all():
        return "none of its entries is correct"
    first = tuple(int(k) for k in np.argwhere(off)[0])
    return f"wrong in {off.sum()} of its {off.size} entries, the first at {first}"


def _ratio(found: Array, wanted: Array) -> float:
    """Return the ratio of two arrays at the largest entry of the wanted one, 1 if that is 0."""
    place = np.abs(wanted).argmax()
    return float(found.flat[place] / wanted.flat[place]) if wanted.flat[place] else 1.0


def _same(found: Array, wanted: Array) -> bool:
    """Whether two arrays of one shape agree to rounding."""
    return bool(_close(found, wanted, SAME).all())


def _close(found: Array, wanted: Array, tolerance: float) -> Array:
    """Return whether each entry is the wanted one, relative to the largest wanted entry."""
    return np.isclose(found, wanted, rtol=0, atol=tolerance * np.abs(wanted).max())
