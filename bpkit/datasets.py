"""Datasets: breast-cancer measurements, two moons; training and test sets, standardization."""

from __future__ import annotations

from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from bpkit._validation import (
    Array,
    as_array,
    as_labels,
    ignore_float_errors,
    require_finite,
    require_generator,
    whole_number,
)


class Dataset(NamedTuple):
    """Samples with their labels.

    Attributes
    ----------
    X : array of float64 or float32, shape (N, D)
        One sample per row.
    y : array of float64 or float32, shape (N,)
        The labels, 0 or 1.
    feature_names : tuple of str, length D
        What each column of `X` measures.
    """

    X: Array
    y: Array
    feature_names: tuple[str, ...]


def load_breast_cancer() -> Dataset:
    """Return the Wisconsin diagnostic breast-cancer data set.

    Returns
    -------
    Dataset
        N = 569 and D = 30; lengths in units of the digitized image, as published.
        The label is 1 for a malignant tumor and 0 for a benign one; in scikit-learn's
        data set of the same name it is the other way around.

    Notes
    -----
    Wolberg, Mangasarian, Street and Street (1993), UCI Machine Learning Repository, CC BY 4.0.
    """
    lines = files("bpkit").joinpath("breast_cancer.csv").read_text(encoding="utf-8").splitlines()
    header, *rows = [line for line in lines if not line.startswith("#")]
    table = np.loadtxt(rows, delimiter=",")
    return Dataset(X=table[:, 1:], y=table[:, 0], feature_names=tuple(header.split(",")[1:]))


def make_moons(N: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw points around two interleaving half circles.

    Parameters
    ----------
    N : int
        The number of points, even: half of them for each label.
    noise : float
        The standard deviation of the noise added to each coordinate; the radius is 1.
    rng : numpy.random.Generator
        The source of the random numbers.

    Returns
    -------
    Dataset
        The label is 0 for the upper moon, which comes first, and 1 for the lower one.

    Raises
    ------
    TypeError, ValueError
        When `rng` is not a generator, `N` is not a positive even number, or `noise` is negative.
    """
    require_generator(rng)
    N = whole_number("N", N, at_least=2)
    if N % 2:
        raise ValueError(f"N must be an even number; got {N}")
    spread = float(as_array("noise", noise, ()))
    if spread < 0:
        raise ValueError(f"noise must not be negative; got {spread}")
    angle = rng.uniform(0, np.pi, size=N)
    y = np.repeat([0.0, 1.0], N // 2)
    side = 1 - 2 * y  # the lower moon is the upper one, turned about the point (1/2, 1/4)
    moons = np.column_stack([y + side * np.cos(angle), y / 2 + side * np.sin(angle)])
    return Dataset(X=moons + spread * rng.normal(size=(N, 2)), y=y, feature_names=("x_1", "x_2"))


def train_test_split(
    data: Dataset, test_size: int, rng: np.random.Generator
) -> tuple[Dataset, Dataset]:
    """Split the samples at random into a training set and a test set.

    Parameters
    ----------
    data : Dataset
        All the samples.
    test_size : int
        The number of samples in the test set.
    rng : numpy.random.Generator
        The source of the random numbers.

    Returns
    -------
    tuple of two Dataset
        The training set, then the test set; every sample is in one of them.

    Raises
    ------
    TypeError, ValueError
        When `data` is not a data set, `rng` is not a generator, or a set would be empty.
    """
    require_generator(rng)
    if not isinstance(data, Dataset):
        raise TypeError(f"data must be a bpkit.Dataset; got {type(data).__name__}")
    X = as_array("X", data.X, ("N", "D"))
    y = as_labels(data.y, len(X), X.dtype)
    n = whole_number("test_size", test_size, 1, len(X) - 1)
    order = rng.permutation(len(X))
    train, test = (Dataset(X[rows], y[rows], data.feature_names) for rows in (order[n:], order[:n]))
    return train, test


@ignore_float_errors
def standardize(X: ArrayLike, reference: ArrayLike | None = None) -> Array:
    """Return each column shifted to mean 0 and scaled to standard deviation 1.

    Parameters
    ----------
    X : array_like, shape (N, D)
        One sample per row.
    reference : array_like, shape (M, D), or None
        The samples whose means and standard deviations are used; None uses those of `X`. A test
        set is standardized like its training set.

    Returns
    -------
    array of float64 or float32, shape (N, D)

    Raises
    ------
    TypeError, ValueError
        When `X` or `reference` is not a batch of finite numbers, one of its columns is
        constant, or a sum overflows.
    """
    X = as_array("X", X, ("N", "D"))
    name = "X" if reference is None else "reference"
    measured = X if reference is None else as_array(name, reference, ("M", X.shape[1]), X.dtype)
    spread = require_finite(f"the standard deviations of {name}", measured.std(axis=0))
    # Rounding may give a constant column a spread.
    constant = (measured[0] == measured).all(axis=0) | (spread == 0)
    if constant.any():
        column = int(constant.argmax())
        raise ValueError(f"{name} must vary in every column; got the constant column {column}")
    return require_finite("the standardized X", (X - measured.mean(axis=0)) / spread)
