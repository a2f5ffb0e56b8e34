"""The fast gradients: equal to the reference for any batch size and any block size."""

import re
import tracemalloc
from itertools import pairwise

import numpy as np
import pytest
import sklearn
from helpers.example_problems import SIZES, problem
from threadpoolctl import threadpool_info, threadpool_limits

import bpkit
from bpkit import fast_gradients

DTYPES = [np.float64, np.float32]


def agree(found, given, tolerance=1e-12):
    """Compare a loss and its gradients with those of the reference functions."""
    loss, gradients = found
    assert type(loss) is given[0].dtype.type
    assert np.isclose(loss, bpkit.loss(*given), rtol=tolerance, atol=0)
    bpkit.compare_gradients(gradients, bpkit.backpropagation(*given), tolerance=tolerance)
    assert all(part[l].dtype == given[0].dtype for part in gradients for l in part)
    assert all(list(part) == list(given[0].layers) for part in gradients)


def many(samples, dtype=np.float64):
    """Return a problem of three layers with the given number of samples."""
    rng = np.random.default_rng(samples)
    network = bpkit.random_network((5, 4, 3, 1), rng, dtype)
    X = rng.normal(size=(samples, 5)).astype(dtype)
    return network, X, rng.random(samples).astype(dtype)


@pytest.fixture
def small_blocks(monkeypatch):
    """Use blocks of seven rows for float64 networks whose widest layer has five nodes."""
    monkeypatch.setattr(fast_gradients, "BLOCK_BYTES", 7 * 5 * 8)
    monkeypatch.setattr(fast_gradients, "MIN_ROWS", 1)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("depth", SIZES)
def test_loss_and_gradients_equals_loss_and_backpropagation(depth, dtype):
    """Loss and gradients at every depth, in the network's dtype."""
    tolerance = 1e-12 if dtype is np.float64 else 1e-5
    agree(bpkit.loss_and_gradients(*problem(depth, dtype)), problem(depth, dtype), tolerance)


def test_a_slightly_wrong_result_is_refused():
    """The comparison of these tests sees a loss or a gradient that is off by a billionth."""
    given = problem()
    loss, gradients = bpkit.loss_and_gradients(*given)
    with pytest.raises(AssertionError):
        agree((loss * (1 + 1e-9), gradients), given)
    gradients.W[2][0, 1] *= 1 + 1e-9
    with pytest.raises(AssertionError):
        agree((loss, gradients), given)


@pytest.mark.parametrize("samples", [1, 6, 7, 8, 14, 15, 50])
def test_the_sum_over_blocks_is_right(samples, small_blocks):
    """With fewer rows than a block, whole blocks, and a shorter last block."""
    agree(bpkit.loss_and_gradients(*many(samples)), many(samples))


@pytest.mark.parametrize("threads", [2, 3, 9])
def test_the_sum_over_threads_is_right(threads, small_blocks):
    """With any number of threads, even more than samples."""
    agree(bpkit.loss_and_gradients(*many(50), threads=np.int64(threads)), many(50))
    agree(bpkit.loss_and_gradients(*many(4), threads=threads), many(4))


@pytest.mark.parametrize(("samples", "threads", "shares"), [(50, 3, 3), (50, 9, 8), (7, 2, 1)])
def test_each_thread_gets_at_least_one_block_and_single_threaded_blas(
    samples, threads, shares, small_blocks, monkeypatch
):
    """At most one thread per block; with several, each matrix product runs in one thread."""
    seen = []

    def share(*given):
        seen.append([library["num_threads"] for library in threadpool_info() if is_blas(library)])
        return original(*given)

    original = fast_gradients._one_thread
    monkeypatch.setattr(fast_gradients, "_one_thread", share)
    with threadpool_limits(2):
        bpkit.loss_and_gradients(*many(samples), threads=threads)
    assert len(seen) == shares
    assert all(set(numbers) == {1 if shares > 1 else 2} for numbers in seen)
    bpkit.loss_and_gradients(*many(samples))
    assert len(seen) == shares + 1  # one thread where none are asked for


def is_blas(library):
    """Whether a library of threadpoolctl multiplies matrices."""
    return library["user_api"] == "blas"


def test_only_blas_is_limited():
    """scikit-learn's OpenMP threads are not."""
    assert sklearn.__version__
    assert any(not is_blas(library) for library in threadpool_info())
    assert all(map(is_blas, fast_gradients._blas().info()))


def test_ordinary_numbers_do_not_need_the_reference_functions(monkeypatch):
    """Labels 0, 1 and between; small and large numbers."""
    network, X, y = many(20)
    y[:2] = 0, 1
    monkeypatch.setattr(fast_gradients, "backpropagation", None)
    for scale in (1e-150, 1, 1e150):
        scaled = bpkit.Network({**network.W, 1: network.W[1] / scale}, network.b)
        bpkit.loss_and_gradients(scaled, X * scale, y)


def test_a_generator_of_batches_is_summed(small_blocks):
    """The batches may have different sizes."""
    network, X, y = many(50)
    cuts = [0, 3, 20, 21, 50]
    batches = ((X[a:b], y[a:b]) for a, b in pairwise(cuts))
    agree(
        bpkit.sum_parts(bpkit.loss_and_gradients(network, *batch) for batch in batches),
        (network, X, y),
    )


def test_shards_are_summed():
    """The sum over two shards is the sum over all samples, and the shards are not modified."""
    network, X, y = many(50)
    halves = [bpkit.loss_and_gradients(network, X[s], y[s]) for s in (slice(20), slice(20, 50))]
    before = halves[0][1].W[1].copy()
    agree(bpkit.sum_parts(halves), (network, X, y))
    np.testing.assert_array_equal(halves[0][1].W[1], before)


@pytest.mark.parametrize("scale", [1e3, 1e80, 1e200])
def test_huge_inputs_give_what_the_reference_functions_give(scale):
    """Where a product might overflow: the same result or the same error."""
    network, X, y = many(6)
    X = X * scale
    try:
        bpkit.backpropagation(network, X, y), bpkit.loss(network, X, y)
    except ValueError as error:
        with pytest.raises(ValueError, match=re.escape(str(error))):
            bpkit.loss_and_gradients(network, X, y)
    else:
        agree(bpkit.loss_and_gradients(network, X, y), (network, X, y))


@pytest.mark.parametrize("label", [0, 1])
@pytest.mark.parametrize("z", [-800, -700, -40, 40, 700, 800])
@pytest.mark.parametrize("layer", [1, 2, 3])
def test_a_saturated_layer_keeps_its_digits(layer, z, label, small_blocks):
    """Where 1 - h is lost, where exp overflows, where it vanishes."""
    network, X, y = many(9)
    b = dict(network.b) | {layer: network.b[layer] + z}
    given = bpkit.Network(network.W, b), X, np.full_like(y, label)
    agree(bpkit.loss_and_gradients(*given), given)


def test_an_overflowing_pre_activation_is_refused():
    """Even where the sigmoid of infinity would be a number."""
    network = bpkit.Network({1: np.ones((2, 3)), 2: np.ones((3, 1))}, {1: np.zeros(3), 2: [0]})
    with pytest.raises(ValueError, match=re.escape("z[1] = h[0] @ W[1] + b[1] must be finite")):
        bpkit.loss_and_gradients(network, [[1e308, 1e308]], [1])


@pytest.mark.parametrize("threads", [1, 3])
def test_a_progress_bar_is_shown_only_on_request(threads, small_blocks, capsys):
    """It counts every row."""
    bpkit.loss_and_gradients(*many(50), threads=threads)
    assert capsys.readouterr().err == ""
    bpkit.loss_and_gradients(*many(50), threads=threads, progress=True)
    shown = capsys.readouterr().err
    assert "50.0/50.0" in shown
    assert "row/s" in shown


def test_an_overflowing_sum_is_refused():
    """The message names what is too large."""
    network, X, y = many(1)
    part = bpkit.loss_and_gradients(network, X, y)
    huge = part.gradients._replace(W={**part.gradients.W, 2: np.full((4, 3), 1e308)})
    with pytest.raises(
        ValueError, match=re.escape("gradient with respect to W[2] must be finite; got inf")
    ):
        bpkit.sum_parts([part._replace(gradients=huge)] * 2)
    with pytest.raises(ValueError, match="the loss must be finite; got inf"):
        bpkit.sum_parts([part._replace(loss=np.float64(1e308))] * 2)


def test_little_memory_is_used_beyond_the_inputs_and_the_result():
    """A few blocks, whatever the number of rows."""
    given = many(200_000)
    bpkit.loss_and_gradients(*many(3))
    tracemalloc.start()
    bpkit.loss_and_gradients(*given)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * fast_gradients.BLOCK_BYTES < given[1].nbytes


@pytest.mark.parametrize(
    ("where", "value"), [("X", np.nan), ("X", np.inf), ("y", np.nan), ("y", 2.0), ("y", -0.1)]
)
def test_a_bad_entry_is_refused_in_any_block(where, value, small_blocks):
    """With the message of the reference functions and the first row of the block."""
    network, X, y = many(30)
    (X if where == "X" else y)[27 if where == "y" else (27, 2)] = value
    for threads, first in ((1, 21), (2, 22)):
        with pytest.raises(ValueError, match=f"{where} must") as caught:
            bpkit.loss_and_gradients(network, X, y, threads=threads)
        assert f"counted from {first}," in caught.value.__notes__[0]


@pytest.mark.parametrize(
    "layout", [np.asfortranarray, lambda a: a[::-1][::-1], lambda a: np.repeat(a, 2, 0)[::2]]
)
def test_any_layout_in_memory_gives_the_same(layout, small_blocks):
    """Column-major, reversed, every second row."""
    network, X, y = many(30)
    agree(bpkit.loss_and_gradients(network, layout(X), layout(y)), (network, X, y))


def test_lists_and_integers_are_accepted():
    """They are converted to the network's dtype if that is exact."""
    network, X, y = many(9)
    whole, labels = np.round(X).astype(int), np.round(y).astype(bool)
    agree(bpkit.loss_and_gradients(network, whole.tolist(), labels), (network, whole, labels))


def test_inputs_are_not_modified(small_blocks):
    """Nothing is written into the batch, and a second call gives the same."""
    network, X, y = many(30)
    for array in (X, y):
        array.flags.writeable = False
    first, second = (bpkit.loss_and_gradients(network, X, y) for _ in range(2))
    assert first[0] == second[0]
    bpkit.compare_gradients(first[1], second[1], tolerance=0)


def test_a_file_larger_than_a_block_is_read_block_by_block(tmp_path, small_blocks, monkeypatch):
    """A memory-mapped file gives the same result, and is never converted as a whole."""
    network, X, y = many(50)
    mapped = np.memmap(tmp_path / "X", X.dtype, "w+", shape=X.shape)
    mapped[:] = X
    monkeypatch.setattr(fast_gradients, "as_array", None)
    agree(bpkit.loss_and_gradients(network, mapped, y), (network, X, y))
