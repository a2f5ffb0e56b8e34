"""Answers: how an array that somebody found differs from the one that was wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from math import isclose, prod
from typing import Any

import numpy as np

from bpkit._validation import Array

SAME = 1e-9  # two arrays are the same if they differ by less, relative to the largest entry
NEAR = 1e-5  # and nearly the same by this measure
SIGNS = {"": 1, "the sign": -1}
FACTORS = {1.0: "", 2.0: "2 times too large", 0.5: "2 times too small"}
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
        ratio = _ratio(array, wanted)
        for (turned, sign), twice, factor in product(SIGNS.items(), FACTORS, factors):
            whole = sign * twice * factor
            if isclose(ratio, whole, rel_tol=1e-6) and _same(array, whole * wanted):
                upto = " and ".join(filter(None, (arranged, turned)))
                said = f"right up to {upto}" if upto else "", FACTORS[twice], factors[factor]
                return "; ".join(filter(None, said))
    return None


def _arrangements(found: Array, shape: tuple[int, ...]) -> Iterator[tuple[str, Array]]:
    """Give an array as it is, transposed, and with its numbers in rows, as far as that fits."""
    if found.shape == shape:
        yield "", found
    if found.ndim > 1 and found.mT.shape == shape:
        yield "a transpose", found.mT
    if found.size == prod(shape):
        yield f"its shape, which is {found.shape} and not {shape}", found.reshape(shape)


def regular(found: Array, wanted: Array) -> str | None:
    """Say by which one factor, or by which one term, an array is off; None where by none."""
    if found.shape != wanted.shape:
        return None
    if not found.any():
        return "all of its entries are 0"
    if found.size == 1:
        return None
    factor = _ratio(found, wanted)
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


def _ratio(found: Array, wanted: Array) -> float:
    """Return how often the largest of the wanted numbers goes into that in its place."""
    place = np.abs(wanted).argmax()
    return float(found.flat[place] / wanted.flat[place]) if wanted.flat[place] else 1.0


def _same(found: Array, wanted: Array) -> bool:
    """Whether two arrays of one shape agree to rounding."""
    return bool(_close(found, wanted, SAME).all())


def _close(found: Array, wanted: Array, tolerance: float) -> Array:
    """Say of each entry whether it is the wanted one, relative to the largest of these."""
    return np.isclose(found, wanted, rtol=0, atol=tolerance * np.abs(wanted).max())
