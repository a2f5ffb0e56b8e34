"""Answers: how an array that somebody found differs from the one that was wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from typing import Any

import numpy as np

from bpkit.arrays import Array

SAME = 1e-9  # two arrays are the same if they differ by less, relative to the largest entry
NEAR = 1e-5  # and nearly the same by this measure
SIGNS = {"": 1, "the sign": -1}
STUB = "nothing to look at yet: put lines of your own in the place of the dots"


def as_answer(answer: Any) -> Array | str:
    """Return an answer as an array of finite numbers, or say why it is none."""
    if answer is None or answer is ...:
        return STUB
    try:
        found = np.asarray(answer)
    except ValueError:
        return "its rows have different lengths"
    if found.dtype.kind not in "biuf":
        return f"it must be an array of real numbers; it is {type(answer).__name__}"
    if not np.isfinite(found).all():
        return "not all of its entries are finite"
    return found.astype(np.float64)


def relation(found: Array | str, wanted: Array, factors: Mapping[float, str]) -> str | None:
    """Say what turns an array into the wanted one; None where nothing simple does."""
    if isinstance(found, str):  # no array, but the reason why it is none
        return None
    for arranged, array in _arrangements(found, wanted.shape):
        for (factor, scaled), (turned, sign) in product(factors.items(), SIGNS.items()):
            if _same(array, sign * factor * wanted):
                upto = " and ".join(filter(None, (arranged, turned)))
                return "; ".join(filter(None, (f"right up to {upto}" if upto else "", scaled)))
    return None


def _arrangements(found: Array, shape: tuple[int, ...]) -> Iterator[tuple[str, Array]]:
    """Give an array as it is, transposed, and in the shape asked for, as far as it has that."""
    yield "", found
    if found.ndim > 1:
        yield "a transpose", found.mT
    if found.size == prod(shape):
        yield f"its shape, which is {found.shape} and not {shape}", found.reshape(shape)


def regular(found: Array, wanted: Array) -> str | None:
    """Say by which one factor, or by which one term, an array is off; None where by none."""
    if found.shape != wanted.shape or found.size == 1:
        return None
    if not found.any():
        return "all of its entries are 0"
    factor = (wanted * found).sum() / (wanted**2).sum()
    if _same(found, factor * wanted):
        return f"right up to a factor of {factor:.6g}"
    term = np.mean(found - wanted)
    more = "large" if term > 0 else "small"
    return f"{abs(term):.6g} too {more} everywhere" if _same(found - term, wanted) else None


def symptom(found: Array, right: Array) -> str:
    """Return what an array looks like beside the right one."""
    if found.shape != right.shape:
        beside = found.shape == 2 * right.shape[:1] and found.size == right.size**2
        hint = ": has a row met a column?" if beside and right.size > 1 else ""
        return f"its shape is {found.shape}, and {right.shape} is asked for{hint}"
    if _close(found, right, NEAR).all():
        return "right to five digits, not to nine: is it in float32, or a finite difference?"
    off = ~_close(found, right, SAME)
    if off.all():
        return "none of its numbers is right"
    first = tuple(int(k) for k in np.argwhere(off)[0])
    return f"wrong in {off.sum()} of its {off.size} numbers, the first at {first}"


def _same(found: Array, wanted: Array) -> bool:
    """Whether two arrays have one shape and agree to rounding."""
    return found.shape == wanted.shape and bool(_close(found, wanted, SAME).all())


def _close(found: Array, wanted: Array, tolerance: float) -> Array:
    """Say of each entry whether it is the wanted one, relative to the largest of these."""
    return np.isclose(found, wanted, rtol=0, atol=tolerance * np.abs(wanted).max())
