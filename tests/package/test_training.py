"""Training: the descent is that of other programs, and a wrong gradient is seen."""

import contextlib
import io
import json

import nbformat
import numpy as np
import pytest
from helpers.example_problems import SIZES, kernel, problem
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

import bpkit
from tools.execute_notebooks import CHAPTERS
from tools.make_data import sklearn_comparison as comparison


def tumours(columns: int) -> tuple[np.ndarray, np.ndarray]:
    """Return some standardised columns of the real data, and the labels."""
    data = bpkit.load_breast_cancer()
    return bpkit.standardize(data.X[:, :columns]), data.y


def last(*args, **kwargs) -> bpkit.Network:
    """Return where a descent ends."""
    *_, network = bpkit.gradient_descent(*args, **kwargs)
    return network


# Other programs


def test_one_layer_descends_to_logistic_regression():
    """On labels that no plane divides, the only minimum is what scikit-learn finds another way."""
    X, y = tumours(2)
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
def test_a_step_is_that_of_scikit_learn(depth):
    """Its loss is the mean over the samples, ours the sum: our rate is its rate over N."""
    network, X, y = problem(depth)
    y = np.round(y)
    model = mlp(network, 0.7, len(y)).partial_fit(X, y)
    stepped = last(network, X, y, learning_rate=0.7 / len(y), steps=1)
    for l in network.layers:
        np.testing.assert_allclose(stepped.W[l], model.coefs_[l - 1], rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(stepped.b[l], model.intercepts_[l - 1], rtol=1e-10, atol=1e-12)


def test_mini_batches_are_those_of_scikit_learn():
    """In the same order of the samples: an epoch of batches of 2, for which 6 of 7 come even."""
    network, X, y = (array[:6] if isinstance(array, np.ndarray) else array for array in problem(3))
    y = np.round(y)
    order = np.random.default_rng(5).permutation(6)
    model = mlp(network, 0.3, 2).partial_fit(X[order], y[order])
    rng = np.random.default_rng(5)
    walked = last(network, X, y, learning_rate=0.3 / 2, steps=3, batch=2, rng=rng)
    for l in network.layers:
        np.testing.assert_allclose(walked.W[l], model.coefs_[l - 1], rtol=1e-10)


# The descent itself


def test_the_network_before_the_first_step_comes_first():
    """So that n steps give n + 1 networks."""
    network, X, y = problem(3)
    assert [*bpkit.gradient_descent(network, X, y, learning_rate=1, steps=0)] == [network]
    walk = bpkit.gradient_descent(network, X, y, learning_rate=0.1, steps=4)
    assert next(walk) is network
    assert len([*walk]) == 4


@pytest.mark.parametrize("depth", SIZES)
def test_the_loss_never_rises_at_a_small_rate(depth):
    """With any depth, in each of a hundred steps."""
    network, X, y = problem(depth)
    walk = bpkit.gradient_descent(network, X, y, learning_rate=0.05, steps=100)
    losses = [bpkit.loss(each, X, y) for each in walk]
    assert (np.diff(losses) < 0).all()


def test_a_gradient_with_its_sign_flipped_is_seen_to_raise_the_loss():
    """The descent takes any function of a network, inputs and labels."""

    def flipped(network, X, y):
        right = bpkit.backpropagation(network, X, y)
        return bpkit.Gradients(*({l: -part[l] for l in part} for part in right))

    network, X, y = problem(3)
    walk = bpkit.gradient_descent(network, X, y, learning_rate=0.05, steps=20, gradients=flipped)
    assert (np.diff([bpkit.loss(each, X, y) for each in walk]) > 0).all()


def test_every_way_to_the_gradient_descends_alike():
    """The three derivations and the kernel lead to the same network."""
    network, X, y = problem(3)
    expected = last(network, X, y, learning_rate=0.1, steps=5)
    for gradients in (bpkit.chain_product, bpkit.node_sums, kernel):
        found = last(network, X, y, learning_rate=0.1, steps=5, gradients=gradients)
        bpkit.compare_gradients(
            bpkit.Gradients(found.W, found.b), bpkit.Gradients(expected.W, expected.b)
        )


def test_all_samples_have_their_turn_before_one_comes_again():
    """The batches of an epoch hold each sample once, the last is smaller; then it begins anew."""
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
        gradients=spy,
        batch=3,
        rng=np.random.default_rng(0),
    )
    assert [len(rows) for rows in seen] == [3, 3, 1, 3, 3, 1]
    first, second = np.concatenate(seen[:3]), np.concatenate(seen[3:])
    assert sorted(first) == sorted(second) == sorted(X[:, 0])
    assert list(first) != list(second)


def test_the_same_seed_gives_the_same_descent():
    """To the last bit; another seed deals out the samples in another way."""
    network, X, y = problem(3)
    one, same, other = (
        last(network, X, y, learning_rate=0.1, steps=5, batch=2, rng=np.random.default_rng(seed))
        for seed in (1, 1, 2)
    )
    assert all(np.array_equal(one.W[l], same.W[l]) for l in one.layers)
    assert not np.array_equal(one.W[1], other.W[1])


def test_nothing_given_is_changed():
    """Neither the network nor inputs and labels, nor the gradient of a step."""
    network, X, y = problem(3)
    gradients = bpkit.backpropagation(network, X, y)
    given = [X, y, *network.W.values(), *network.b.values(), *gradients.W.values()]
    before = [array.copy() for array in given]
    bpkit.gradient_step(network, gradients, 0.1)
    last(network, X, y, learning_rate=0.1, steps=3, batch=2, rng=np.random.default_rng(0))
    bpkit.predictions_correct(network, X, np.round(y))
    assert all(map(np.array_equal, given, before))


def test_single_precision_stays_single():
    """And goes the same way, to its own precision."""
    network, X, y = problem(3, np.float32)
    found = last(network, X, y, learning_rate=0.1, steps=5)
    expected = last(*problem(3), learning_rate=0.1, steps=5)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found.W[1], expected.W[1], rtol=1e-3)


def test_a_descent_that_leaves_the_finite_numbers_says_so():
    """At the step at which it happens."""
    network, X, y = problem(3)
    walk = bpkit.gradient_descent(network, X, y, learning_rate=1e308, steps=20)
    with pytest.raises(ValueError, match="must be finite"):
        list(walk)


def test_an_answer_is_right_on_the_side_of_its_label():
    """Above 1/2 it is 1, and otherwise 0."""
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


# The chapter


def streams(cells):
    """Return what the code cells of a notebook print."""
    return [
        "".join(output.text for output in cell.outputs if output.output_type == "stream")
        for cell in cells
    ]


def test_the_numbers_on_the_page_survive_a_nudge_of_every_start(monkeypatch):
    """Weights off by 1e-12 of their size, as other machines may round, print the same digits."""
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
def test_the_answers_compared_on_the_page_are_found_again(name):
    """On the chapter's own split, and no answer there is a close call."""
    stored = json.loads(comparison.RESULTS.read_text(encoding="utf-8"))
    right, closest = comparison.right_answers(name, 7)
    assert stored["right"][name][7] == right
    assert closest > 1e-3


def test_every_split_compared_on_the_page_is_found_again():
    """For logistic regression, which takes no time."""
    stored = json.loads(comparison.RESULTS.read_text(encoding="utf-8"))
    name = "scikit-learn, logistic regression"
    assert stored["right"][name] == [comparison.right_answers(name, seed)[0] for seed in range(10)]
    assert list(stored["right"]) == list(comparison.MODELS)
    assert stored["test"] == comparison.TEST
