"""The datasets: equal to those of scikit-learn, up to the meaning of the label."""

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, make_moons

import bpkit
from tools.make_data import breast_cancer_csv


def test_the_data_are_those_of_scikit_learn():
    """All numbers are equal; its label 1 is benign, ours malignant."""
    ours, theirs = bpkit.load_breast_cancer(), load_breast_cancer()
    assert np.array_equal(ours.X, theirs.data)
    assert np.array_equal(ours.y, 1 - theirs.target)
    assert list(ours.feature_names) == [name.replace(" ", "_") for name in theirs.feature_names]


def test_the_label_1_is_malignant():
    """Malignant tumors are the larger ones, and fewer: 212 of 569."""
    X, y, features = bpkit.load_breast_cancer()
    radius = X[:, features.index("mean_radius")]
    assert (X.shape, y.shape, y.sum()) == ((569, 30), (569,), 212)
    assert radius[y == 1].mean() > radius[y == 0].mean()


def test_the_file_is_reproducible():
    """Its tool writes it again, byte for byte."""
    assert breast_cancer_csv.CSV.read_bytes() == breast_cancer_csv.csv_text().encode()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_standardized_columns_have_mean_0_and_standard_deviation_1(dtype):
    """The dtype and the order within a column are kept."""
    X = bpkit.load_breast_cancer().X.astype(dtype)
    scaled = bpkit.standardize(X)
    assert scaled.dtype == dtype
    assert np.allclose(scaled.mean(axis=0), 0, atol=100 * np.finfo(dtype).eps)
    assert np.allclose(scaled.std(axis=0), 1, atol=100 * np.finfo(dtype).eps)
    assert (np.diff(np.take_along_axis(scaled, X.argsort(axis=0), axis=0), axis=0) >= 0).all()


def test_columns_are_standardized_independently():
    """No column affects another."""
    scaled = bpkit.standardize([[0, 100], [2, 300], [4, 500]])
    assert np.allclose(scaled, np.array([[-1, -1], [0, 0], [1, 1]]) * np.sqrt(1.5))


def test_a_column_whose_standard_deviation_underflows_is_refused():
    """It varies, but its standard deviation is 0 in floating point."""
    with pytest.raises(ValueError, match="constant column 1"):
        bpkit.standardize([[0, 1e-300], [1, 2e-300]])


def test_the_mean_and_standard_deviation_may_come_from_other_samples():
    """A test set is standardized like its training set."""
    scaled = bpkit.standardize([[5, 7], [9, 7], [1, 7]], reference=[[1, 10], [3, 30]])
    assert np.allclose(scaled, [[3, -1.3], [7, -1.3], [-1, -1.3]])


def test_a_split_uses_every_sample_once():
    """Every sample is in one of the sets, with its label, in random order."""
    X = np.arange(26.0).reshape(13, 2)
    data = bpkit.Dataset(X, X[:, 0] % 4 / 2, ("a", "b"))
    train, test = bpkit.train_test_split(data, 4, np.random.default_rng(0))
    assert (train.X.shape, test.X.shape, test.feature_names) == ((9, 2), (4, 2), ("a", "b"))
    together = np.concatenate([train.X, test.X])
    assert sorted(together[:, 0]) == list(X[:, 0]) != list(together[:, 0])
    for part in (train, test):
        assert np.array_equal(part.y, part.X[:, 0] % 4 / 2)


def test_neither_set_of_a_split_is_empty():
    """Both have at least one sample."""
    data, rng = bpkit.Dataset(np.ones((3, 2)), np.ones(3), ("a", "b")), np.random.default_rng(0)
    assert [len(part.y) for size in (1, 2) for part in bpkit.train_test_split(data, size, rng)] == [
        2,
        1,
        1,
        2,
    ]
    for test in (0, 3, 4, 1.0):
        with pytest.raises(
            ValueError, match=f"test_size must be an integer from 1 to 2; got {test}"
        ):
            bpkit.train_test_split(data, test, rng)
    with pytest.raises(TypeError, match="data must be"):
        bpkit.train_test_split((data.X, data.y), 1, rng)
    with pytest.raises(TypeError, match="rng must be"):
        bpkit.train_test_split(data, 1, np.random)


def test_a_constant_column_is_refused_by_the_name_of_its_samples():
    """Whether in `X` or in `like`."""
    X, constant = np.arange(6.0).reshape(3, 2), np.ones((3, 2))
    with pytest.raises(ValueError, match="X must vary in every column"):
        bpkit.standardize(constant)
    with pytest.raises(ValueError, match="reference must vary in every column"):
        bpkit.standardize(X, reference=constant)


def test_the_same_seed_gives_the_same_split():
    """And another seed another one."""
    one, same, other = (
        bpkit.train_test_split(bpkit.load_breast_cancer(), 143, np.random.default_rng(seed))[1]
        for seed in (1, 1, 2)
    )
    assert np.array_equal(one.X, same.X)
    assert not np.array_equal(one.X, other.X)


def test_moons_without_noise_are_those_of_scikit_learn():
    """Each point is on the half circle of its label in scikit-learn."""
    ours = bpkit.make_moons(60, 0, np.random.default_rng(0))
    theirs, label = make_moons(20_000, shuffle=False)
    for y in (0, 1):
        circle = theirs[label == y]
        off = [np.hypot(*(circle - point).T).min() for point in ours.X[ours.y == y]]
        assert len(off) == 30
        assert max(off) < 1e-3
        assert (np.ptp(ours.X[ours.y == y], axis=0) > (1.9, 0.8)).all()  # from end to end


def test_moons_need_an_even_number_of_points():
    """At least two: one for each label."""
    rng = np.random.default_rng(0)
    assert bpkit.make_moons(2, 0, rng).y.tolist() == [0, 1]
    assert bpkit.make_moons(np.int64(2), 0, rng).y.tolist() == [0, 1]
    with pytest.raises(ValueError, match="N must be an even number; got 3"):
        bpkit.make_moons(3, 0, rng)
    for N in (0, -2, 4.0, True):
        with pytest.raises(ValueError, match=f"N must be an integer of at least 2; got {N}"):
            bpkit.make_moons(N, 0, rng)
    with pytest.raises(ValueError, match=r"noise must not be negative; got -0\.5"):
        bpkit.make_moons(2, -0.5, rng)
    with pytest.raises(TypeError, match="rng must be"):
        bpkit.make_moons(2, 0, np.random)


def test_the_noise_has_the_given_standard_deviation():
    """In both coordinates."""
    still, moved = (bpkit.make_moons(4000, noise, np.random.default_rng(0)) for noise in (0, 0.2))
    assert np.allclose((moved.X - still.X).std(axis=0), 0.2, rtol=0.05)
