"""The data: 569 breast tumours, measured and diagnosed; two moons; training and test parts."""

from __future__ import annotations

from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from bpkit._validation import Array, as_floats, ignore_float_errors, require_finite
from bpkit.cross_entropy import as_labels
from bpkit.network import require_generator


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


def load_breast_cancer() -> Dataset:
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


def make_moons(N: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw points around two half circles, each of which reaches into the other.

    Parameters
    ----------
    N : int
        How many points, an even number: half of them for each label.
    noise : float
        The standard deviation of the points around their half circle, whose radius is 1.
    rng : numpy.random.Generator
        Where the random numbers come from.

    Returns
    -------
    Dataset
        The label is 0 for the upper moon, which comes first, and 1 for the lower one.

    Raises
    ------
    TypeError, ValueError
        When `rng` is not a generator, `N` no even number above 0, or `noise` negative.
    """
    require_generator(rng)
    if not isinstance(N, int) or N < 2 or N % 2:
        raise ValueError(f"N must be an even whole number of at least 2; got {N!r}")
    spread = float(as_floats("noise", noise, ()))
    if spread < 0:
        raise ValueError(f"noise must not be negative; got {spread}")
    angle = rng.uniform(0, np.pi, size=N)
    y = np.repeat([0.0, 1.0], N // 2)
    side = 1 - 2 * y  # the lower moon is the upper one, turned about the point (1/2, 1/4)
    moons = np.column_stack([y + side * np.cos(angle), y / 2 + side * np.sin(angle)])
    return Dataset(X=moons + spread * rng.normal(size=(N, 2)), y=y, features=("x_1", "x_2"))


def train_test_split(data: Dataset, test: int, rng: np.random.Generator) -> tuple[Dataset, Dataset]:
    """Deal the samples at random into a part to train with and a part to test with.

    Parameters
    ----------
    data : Dataset
        All the samples.
    test : int
        How many of them the second part receives.
    rng : numpy.random.Generator
        Where the random numbers come from.

    Returns
    -------
    tuple of two Dataset
        The training part, then the test part; every sample is in one of them.

    Raises
    ------
    TypeError, ValueError
        When `data` is not a data set, `rng` not a generator, or a part would be empty.
    """
    require_generator(rng)
    if not isinstance(data, Dataset):
        raise TypeError(f"data must be a bpkit.Dataset; got {type(data).__name__}")
    X = as_floats("X", data.X, ("N", "D"))
    y = as_labels(data.y, len(X), X.dtype)
    if not isinstance(test, int) or not 0 < test < len(X):
        raise ValueError(f"test must be a whole number from 1 to {len(X) - 1}; got {test!r}")
    order = rng.permutation(len(X))
    rows = order[test:], order[:test]
    return tuple(Dataset(X[part], y[part], data.features) for part in rows)  # type: ignore[return-value]


@ignore_float_errors
def standardize(X: ArrayLike, like: ArrayLike | None = None) -> Array:
    """Return each column shifted to mean 0 and scaled to standard deviation 1.

    Parameters
    ----------
    X : array_like, shape (N, D)
        One sample a row.
    like : array_like, shape (M, D), or None
        The samples whose means and deviations serve as the measure, where not `X` itself:
        a test part is seen as its training part is, and its own columns are not quite standard.

    Returns
    -------
    array of float64 or float32, shape (N, D)

    Raises
    ------
    TypeError, ValueError
        When `X` or `like` is not a batch of finite numbers, a column of the measure is constant,
        or a sum overflows.
    """
    X = as_floats("X", X, ("N", "D"))
    measure = X if like is None else as_floats("like", like, ("M", X.shape[1]), X.dtype)
    name = "X" if like is None else "like"
    spread = require_finite(f"the standard deviations of {name}", measure.std(axis=0))
    # Rounding may spread a constant column.
    constant = (measure[0] == measure).all(axis=0) | (spread == 0)
    if constant.any():
        column = int(constant.argmax())
        raise ValueError(f"{name} must vary in every column; got the constant column {column}")
    return require_finite("the standardised X", (X - measure.mean(axis=0)) / spread)
