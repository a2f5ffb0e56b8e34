"""The data: what scikit-learn ships, unchanged but for the label's sense."""

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer

import bpkit
from tools import breast_cancer


def test_the_data_are_those_of_scikit_learn():
    """All numbers are equal; its target counts benign tumours, ours malignant ones."""
    ours, theirs = bpkit.breast_cancer(), load_breast_cancer()
    assert np.array_equal(ours.X, theirs.data)
    assert np.array_equal(ours.y, 1 - theirs.target)
    assert list(ours.features) == [name.replace(" ", "_") for name in theirs.feature_names]


def test_the_label_1_is_malignant():
    """Malignant tumours are the larger ones, and fewer: 212 of 569."""
    X, y, features = bpkit.breast_cancer()
    radius = X[:, features.index("mean_radius")]
    assert (X.shape, y.shape, y.sum()) == ((569, 30), (569,), 212)
    assert radius[y == 1].mean() > radius[y == 0].mean()


def test_the_file_is_what_its_tool_makes():
    """Making the file again gives it byte for byte."""
    assert breast_cancer.CSV.read_bytes() == breast_cancer.text().encode()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_standardised_columns_have_mean_0_and_deviation_1(dtype):
    """The dtype stays, and so does the order within a column."""
    X = bpkit.breast_cancer().X.astype(dtype)
    scaled = bpkit.standardised(X)
    assert scaled.dtype == dtype
    assert np.allclose(scaled.mean(axis=0), 0, atol=100 * np.finfo(dtype).eps)
    assert np.allclose(scaled.std(axis=0), 1, atol=100 * np.finfo(dtype).eps)
    assert (np.diff(np.take_along_axis(scaled, X.argsort(axis=0), axis=0), axis=0) >= 0).all()


def test_standardising_is_done_column_by_column():
    """Neither the spread nor the unit of one column reaches another."""
    scaled = bpkit.standardised([[0, 100], [2, 300], [4, 500]])
    assert np.allclose(scaled, np.array([[-1, -1], [0, 0], [1, 1]]) * np.sqrt(1.5))


def test_a_column_whose_deviation_underflows_is_refused():
    """It varies, and in floating point its standard deviation is 0 all the same."""
    with pytest.raises(ValueError, match="constant column 1"):
        bpkit.standardised([[0, 1e-300], [1, 2e-300]])
