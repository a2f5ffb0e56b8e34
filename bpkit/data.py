"""The data: 569 breast tumours, each measured in 30 ways and diagnosed."""

from __future__ import annotations

from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from bpkit.arrays import Array, as_floats, quiet, require_finite


class Dataset(NamedTuple):
    """Samples with their labels.

    Attributes
    ----------
    X : array of float64, shape (N, D)
        One sample a row.
    y : array of float64, shape (N,)
        The labels, 0 or 1.
    features : tuple of str, length D
        What each column of `X` measures.
    """

    X: Array
    y: Array
    features: tuple[str, ...]


def breast_cancer() -> Dataset:
    """Return the Wisconsin diagnostic breast-cancer set.

    Returns
    -------
    Dataset
        N = 569 and D = 30; lengths in units of the digitised image, as published.
        The label is 1 for a malignant tumour and 0 for a benign one.

    Notes
    -----
    Wolberg, Mangasarian, Street and Street (1993), UCI Machine Learning Repository, CC BY 4.0.
    """
    lines = files("bpkit").joinpath("breast_cancer.csv").read_text(encoding="utf-8").splitlines()
    header, *rows = [line for line in lines if not line.startswith("#")]
    table = np.loadtxt(rows, delimiter=",")
    return Dataset(X=table[:, 1:], y=table[:, 0], features=tuple(header.split(",")[1:]))


@quiet
def standardised(X: ArrayLike) -> Array:
    """Return each column shifted to mean 0 and scaled to standard deviation 1.

    Parameters
    ----------
    X : array_like, shape (N, D)
        One sample a row.

    Returns
    -------
    array of float64 or float32, shape (N, D)

    Raises
    ------
    TypeError, ValueError
        When `X` is not a batch of finite numbers, a column is constant, or a sum overflows.
    """
    X = as_floats("X", X, ("N", "D"))
    spread = require_finite("the standard deviations of X", X.std(axis=0))
    constant = (X[0] == X).all(axis=0) | (spread == 0)  # rounding may spread a constant column
    if constant.any():
        column = int(constant.argmax())
        raise ValueError(f"X must vary in every column; got the constant column {column}")
    return np.asarray((X - X.mean(axis=0)) / spread)
