"""Compare the course's training with scikit-learn's on the tumors: make chapters/training.json."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

import bpkit
from tools.project import CHAPTERS

Array = NDArray[np.floating[Any]]
# Of each test sample the predicted label, and the distance of its probability from 1/2.
Predictions = tuple[Array, Array]

RESULTS = CHAPTERS / "training.json"
SEEDS = range(10)  # one split for each; the chapter finds its own by the seed
TEST_SIZE, NETWORK_SIZES, STEPS, BATCH_SIZE, EPOCHS = 143, (30, 8, 8, 1), 300, 32, 30


def standardized_split(seed: int) -> tuple[Array, Array, Array, Array, np.random.Generator]:
    """Return X_train, y_train, X_test, y_test, and the generator for what follows."""
    rng = np.random.default_rng(seed)
    train, test = bpkit.train_test_split(bpkit.load_breast_cancer(), TEST_SIZE, rng)
    X_test = bpkit.standardize(test.X, reference=train.X)
    return bpkit.standardize(train.X), train.y, X_test, test.y, rng


def predict(networks: Iterator[bpkit.Network], X_test: Array) -> Predictions:
    """Predict with the last network of a gradient descent."""
    *_, network = networks
    f = bpkit.forward(network, X_test).h[network.depth][:, 0]
    return (f > 0.5).astype(float), np.abs(f - 0.5)


def full_batch(X: Array, y: Array, X_test: Array, rng: np.random.Generator) -> Predictions:
    """Predict after steps along the gradient of all samples."""
    start = bpkit.random_network(NETWORK_SIZES, rng)
    networks = bpkit.gradient_descent(start, X, y, learning_rate=1 / len(y), steps=STEPS)
    return predict(networks, X_test)


def minibatches(X: Array, y: Array, X_test: Array, rng: np.random.Generator) -> Predictions:
    """Predict after steps along the gradients of a few samples each."""
    start = bpkit.random_network(NETWORK_SIZES, rng)
    steps = EPOCHS * -(-len(y) // BATCH_SIZE)
    networks = bpkit.gradient_descent(
        start, X, y, learning_rate=1 / BATCH_SIZE, steps=steps, batch_size=BATCH_SIZE, rng=rng
    )
    return predict(networks, X_test)


def sklearn_model(make_model: Callable[[], Any]) -> Callable[..., Predictions]:
    """Return a function that predicts with a model of scikit-learn."""

    def fit_and_predict(X: Array, y: Array, X_test: Array, _: np.random.Generator) -> Predictions:
        model = make_model().fit(X, y)
        return model.predict(X_test), np.abs(model.predict_proba(X_test)[:, 1] - 0.5)

    return fit_and_predict


MODELS: dict[str, Callable[..., Predictions]] = {
    "this course, all samples in a step": full_batch,
    "this course, batches of 32": minibatches,
    "scikit-learn, logistic regression": sklearn_model(lambda: LogisticRegression(max_iter=1000)),
    "scikit-learn, MLP with default settings": sklearn_model(
        lambda: MLPClassifier(max_iter=1000, random_state=0)
    ),
    "scikit-learn, MLP with our layer sizes": sklearn_model(
        lambda: MLPClassifier(
            NETWORK_SIZES[1:-1], "logistic", solver="lbfgs", alpha=1, random_state=0
        )
    ),
}


def correct_predictions(name: str, seed: int) -> tuple[int, float]:
    """Return the number of correct predictions, and the smallest distance from 1/2."""
    X, y, X_test, y_test, rng = standardized_split(seed)
    predicted, distances = MODELS[name](X, y, X_test, rng)
    return int((predicted == y_test).sum()), float(distances.min())


def main() -> None:
    """Train every model on every split and write the numbers of correct predictions."""
    correct = {}
    for name in MODELS:
        counts, distances = zip(*(correct_predictions(name, seed) for seed in SEEDS), strict=True)
        print(f"{name:<42}", *counts, f"  closest to 1/2 by {min(distances):.0e}")
        correct[name] = counts
    text = json.dumps({"test": TEST_SIZE, "correct": correct}, indent=1)
    RESULTS.write_text(text + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
