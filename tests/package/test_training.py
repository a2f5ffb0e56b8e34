"""Training: the same steps as scikit-learn, and a wrong gradient shows."""

import contextlib
import io
import json

import nbformat
import numpy as np
import pytest
from helpers.example_problems import SIZES, fast_gradients, problem
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

import bpkit
from tools.make_data import sklearn_comparison as comparison
from tools.project import CHAPTERS


def tumors(columns: int) -> tuple[np.ndarray, np.ndarray]:
    """Return some standardized columns of the real data, and the labels."""
    data = bpkit.load_breast_cancer()
    return bpkit.standardize(data.X[:, :columns]), data.y


def last(*args, **kwargs) -> bpkit.Network:
    """Return the last network of a gradient descent."""
    *_, network = bpkit.gradient_descent(*args, **kwargs)
    return network


# Compared with scikit-learn


def test_one_layer_converges_to_logistic_regression():
    """On labels that no plane separates, the minimum is the one scikit-learn finds."""
    X, y = tumors(2)
    start = bpkit.random_network((2, 1), np.random.default_rng(0))
    network = last(start, X, y, learning_rate=8 / len(y), steps=600)
    model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(X, y)
    assert (model.predict(X) != y).any()
    np.testing.assert_allclose(network.W[1][:, 0], model.coef_[0], rtol=1e-6)
    np.testing.assert_allclose(network.b[1], model.intercept_, rtol=1e-6)


def mlp(network: bpkit.Network, rate: float, batch: int) -> MLPClassifier:
    """Return scikit-learn's network with these parameters, ready to take plain steps."""
    model = MLPClassifier(
        network.sizes[1:-1],
        "logistic",
        solver="sgd",
        alpha=0,
        momentum=0,
        learning_rate_init=rate,
        batch_size=batch,
        shuffle=False,
        random_state=0,
    )
    model.partial_fit(np.zeros((batch, network.sizes[0])), [0] * batch, classes=[0, 1])
    for mine, theirs in ((network.W, model.coefs_), (network.b, model.intercepts_)):
        for l in network.layers:
            theirs[l - 1][...] = mine[l]
    return model


@pytest.mark.parametrize("depth", SIZES)
def test_a_step_equals_that_of_scikit_learn(depth):
    """Its loss is the mean over the samples, ours the sum: divide its learning rate by N."""
    network, X, y = problem(depth)
    y = np.round(y)
    model = mlp(network, 0.7, len(y)).partial_fit(X, y)
    stepped = last(network, X, y, learning_rate=0.7 / len(y), steps=1)
    for l in network.layers:
        np.testing.assert_allclose(stepped.W[l], model.coefs_[l - 1], rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(stepped.b[l], model.intercepts_[l - 1], rtol=1e-10, atol=1e-12)


def test_minibatches_equal_those_of_scikit_learn():
    """For the same order of the samples: an epoch of three minibatches of two."""
    network, X, y = (array[:6] if isinstance(array, np.ndarray) else array for array in problem(3))
    y = np.round(y)
    order = np.random.default_rng(5).permutation(6)
    model = mlp(network, 0.3, 2).partial_fit(X[order], y[order])
    rng = np.random.default_rng(5)
    trained = last(network, X, y, learning_rate=0.3 / 2, steps=3, batch_size=2, rng=rng)
    for l in network.layers:
        np.testing.assert_allclose(trained.W[l], model.coefs_[l - 1], rtol=1e-10)


# The descent itself


def test_the_network_before_the_first_step_comes_first():
    """So n steps give n + 1 networks."""
    network, X, y = problem(3)
    assert [*bpkit.gradient_descent(network, X, y, learning_rate=1, steps=0)] == [network]
    networks = bpkit.gradient_descent(network, X, y, learning_rate=0.1, steps=4)
    assert next(networks) is network
    assert len([*networks]) == 4


@pytest.mark.parametrize("depth", SIZES)
def test_the_loss_decreases_at_a_small_learning_rate(depth):
    """At any depth, in each of a hundred steps."""
    network, X, y = problem(depth)
    networks = bpkit.gradient_descent(network, X, y, learning_rate=0.05, steps=100)
    losses = [bpkit.loss(each, X, y) for each in networks]
    assert (np.diff(losses) < 0).all()


def test_a_gradient_with_the_wrong_sign_increases_the_loss():
    """Any function of a network, inputs and labels can be used."""

    def flipped(network, X, y):
        right = bpkit.backpropagation(network, X, y)
        return bpkit.Gradients(*({l: -part[l] for l in part} for part in right))

    network, X, y = problem(3)
    networks = bpkit.gradient_descent(
        network, X, y, learning_rate=0.05, steps=20, gradient_function=flipped
    )
    assert (np.diff([bpkit.loss(each, X, y) for each in networks]) > 0).all()


def test_every_gradient_function_gives_the_same_descent():
    """The three derivations and `loss_and_gradients` lead to the same network."""
    network, X, y = problem(3)
    expected = last(network, X, y, learning_rate=0.1, steps=5)
    for gradients in (bpkit.chain_product, bpkit.node_sums, fast_gradients):
        found = last(network, X, y, learning_rate=0.1, steps=5, gradient_function=gradients)
        bpkit.compare_gradients(
            bpkit.Gradients(found.W, found.b), bpkit.Gradients(expected.W, expected.b)
        )


def test_an_epoch_uses_every_sample_once():
    """The last minibatch may be smaller; then a new epoch begins in a new order."""
    network, X, y = problem(3)
    seen = []

    def spy(network, X, y):
        seen.append(X[:, 0])
        return bpkit.backpropagation(network, X, y)

    last(
        network,
        X,
        y,
        learning_rate=0.1,
        steps=6,
        gradient_function=spy,
        batch_size=3,
        rng=np.random.default_rng(0),
    )
    assert [len(rows) for rows in seen] == [3, 3, 1, 3, 3, 1]
    first, second = np.concatenate(seen[:3]), np.concatenate(seen[3:])
    assert sorted(first) == sorted(second) == sorted(X[:, 0])
    assert list(first) != list(second)


def test_the_same_seed_gives_the_same_descent():
    """To the last bit; another seed shuffles the samples differently."""
    network, X, y = problem(3)
    one, same, other = (
        last(
            network, X, y, learning_rate=0.1, steps=5, batch_size=2, rng=np.random.default_rng(seed)
        )
        for seed in (1, 1, 2)
    )
    assert all(np.array_equal(one.W[l], same.W[l]) for l in one.layers)
    assert not np.array_equal(one.W[1], other.W[1])


def test_arguments_are_not_modified():
    """Neither the network, the samples nor the gradients."""
    network, X, y = problem(3)
    gradients = bpkit.backpropagation(network, X, y)
    given = [X, y, *network.W.values(), *network.b.values(), *gradients.W.values()]
    before = [array.copy() for array in given]
    bpkit.gradient_step(network, gradients, 0.1)
    last(network, X, y, learning_rate=0.1, steps=3, batch_size=2, rng=np.random.default_rng(0))
    bpkit.predictions_correct(network, X, np.round(y))
    assert all(map(np.array_equal, given, before))


def test_float32_stays_float32():
    """And trains alike, up to its precision."""
    network, X, y = problem(3, np.float32)
    found = last(network, X, y, learning_rate=0.1, steps=5)
    expected = last(*problem(3), learning_rate=0.1, steps=5)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found.W[1], expected.W[1], rtol=1e-3)


def test_an_overflowing_parameter_is_refused():
    """At the step where it happens."""
    network, X, y = problem(3)
    networks = bpkit.gradient_descent(network, X, y, learning_rate=1e308, steps=20)
    with pytest.raises(ValueError, match="must be finite"):
        list(networks)


def test_the_prediction_is_1_above_one_half():
    """And 0 elsewhere."""
    network = bpkit.Network({1: [[1.0]]}, {1: [0.0]})
    X = [[-1], [-1], [0], [0], [1], [1]]
    assert bpkit.predictions_correct(network, X, [0, 1, 0, 1, 0, 1]).tolist() == [
        True,
        False,
        True,
        False,
        False,
        True,
    ]


def first_step(batch):
    """Return the network after one step on a minibatch of the given size."""
    rng = np.random.default_rng(0)
    _, network = bpkit.gradient_descent(
        *problem(3), learning_rate=0.1, steps=1, batch_size=batch, rng=rng
    )
    return network


def test_a_minibatch_of_all_samples_is_the_full_batch():
    """Whatever the order of the samples."""
    _, whole = bpkit.gradient_descent(*problem(3), learning_rate=0.1, steps=1)
    for l in whole.layers:
        bpkit.compare(first_step(7).W[l], whole.W[l])


def test_a_minibatch_may_be_a_single_sample():
    """The step is along the gradient of one of the samples."""
    network, X, y = problem(3)
    step = network.W[3] - first_step(1).W[3]
    each = [bpkit.backpropagation(network, X[i : i + 1], y[i : i + 1]).W[3] for i in range(len(X))]
    assert sum(np.allclose(step, 0.1 * gradient) for gradient in each) == 1


def test_loss_and_gradients_can_be_used_for_training():
    """It trains the same network as backpropagation."""
    expected = last(*problem(3), learning_rate=0.1, steps=5)
    fast = bpkit.loss_and_gradients
    found = last(*problem(3), learning_rate=0.1, steps=5, gradient_function=fast)
    for l in found.layers:
        bpkit.compare(found.W[l], expected.W[l])


def test_numpy_integers_are_accepted():
    """As the number of steps and as the size of a minibatch."""
    steps, batch = np.int64(3), np.uint8(2)
    rng = np.random.default_rng(0)
    networks = bpkit.gradient_descent(
        *problem(3), learning_rate=0.1, steps=steps, batch_size=batch, rng=rng
    )
    assert len([*networks]) == 4


# The chapter


def streams(cells):
    """Return what the code cells of a notebook print."""
    return [
        "".join(output.text for output in cell.outputs if output.output_type == "stream")
        for cell in cells
    ]


def test_the_printed_digits_do_not_depend_on_rounding(monkeypatch):
    """Relative errors of 1e-12, as from rounding on other machines, print the same digits."""
    draw = bpkit.network.random_network

    def nudged(sizes, rng):
        network, noise = draw(sizes, rng), np.random.default_rng(0)
        W = {l: W * (1 + 1e-12 * noise.normal(size=W.shape)) for l, W in network.W.items()}
        return bpkit.Network(W, network.b)

    monkeypatch.setattr(bpkit.network, "random_network", nudged)
    monkeypatch.chdir(CHAPTERS)
    notebook = nbformat.read(CHAPTERS / "training.ipynb", as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    names, printed = {}, []
    for cell in cells:
        with contextlib.redirect_stdout(io.StringIO()) as said:
            if "plt.show()" not in cell.source:
                exec(cell.source, names)
        printed.append(said.getvalue())
    assert printed == streams(cells)
    assert names["random_network"] is nudged


@pytest.mark.parametrize("name", comparison.MODELS)
def test_the_predictions_compared_on_the_page_are_made_again(name):
    """On the chapter's own split, and no probability there is close to 1/2."""
    stored = json.loads(comparison.RESULTS.read_text(encoding="utf-8"))
    correct, distance = comparison.correct_predictions(name, 7)
    assert stored["correct"][name][7] == correct
    assert distance > 1e-3


def test_every_split_compared_on_the_page_gives_the_same_again():
    """For logistic regression, which takes no time."""
    stored = json.loads(comparison.RESULTS.read_text(encoding="utf-8"))
    name = "scikit-learn, logistic regression"
    correct = [comparison.correct_predictions(name, seed)[0] for seed in range(10)]
    assert stored["correct"][name] == correct
    assert list(stored["correct"]) == list(comparison.MODELS)
    assert stored["test"] == comparison.TEST_SIZE
