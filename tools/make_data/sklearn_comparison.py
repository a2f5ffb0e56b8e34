"""Compare with scikit-learn on the tumours: python -m tools.make_data.sklearn_comparison writes the page's table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

import bpkit
from bpkit._validation import Array

RESULTS = Path(__file__).parents[2] / "chapters" / "training.json"
SEEDS = range(10)  # one split for each; the chapter tells its own by the seed
TEST, SIZES, STEPS, BATCH, EPOCHS = 143, (30, 8, 8, 1), 300, 32, 30

Answer = tuple[Array, Array]  # the labels given to the test part, and how sure each of them is


def split(seed: int) -> tuple[Array, Array, Array, Array, np.random.Generator]:
    """Return X and y to train with, X and y to test with, and the generator for what follows."""
    rng = np.random.default_rng(seed)
    train, test = bpkit.train_test_split(bpkit.load_breast_cancer(), TEST, rng)
    scaled = bpkit.standardize(test.X, like=train.X)
    return bpkit.standardize(train.X), train.y, scaled, test.y, rng


def of_course(networks: Iterator[bpkit.Network], X_test: Array) -> Answer:
    """Answer with the last network of a descent."""
    *_, network = networks
    f = bpkit.forward(network, X_test).h[network.depth][:, 0]
    return (f > 0.5).astype(float), np.abs(f - 0.5)


def full_batch(X: Array, y: Array, X_test: Array, rng: np.random.Generator) -> Answer:
    """Answer after steps along the gradient of all samples."""
    start = bpkit.random_network(SIZES, rng)
    return of_course(
        bpkit.gradient_descent(start, X, y, learning_rate=1 / len(y), steps=STEPS), X_test
    )


def mini_batches(X: Array, y: Array, X_test: Array, rng: np.random.Generator) -> Answer:
    """Answer after steps along the gradients of a few samples each."""
    start = bpkit.random_network(SIZES, rng)
    steps = EPOCHS * -(-len(y) // BATCH)
    few = bpkit.gradient_descent(
        start, X, y, learning_rate=1 / BATCH, steps=steps, batch=BATCH, rng=rng
    )
    return of_course(few, X_test)


def of_sklearn(make: Callable[[], Any]) -> Callable[..., Answer]:
    """Return what answers with a model of scikit-learn."""

    def answer(X: Array, y: Array, X_test: Array, _: np.random.Generator) -> Answer:
        model = make().fit(X, y)
        return model.predict(X_test), np.abs(model.predict_proba(X_test)[:, 1] - 0.5)

    return answer


MODELS: dict[str, Callable[..., Answer]] = {
    "this course, all samples in a step": full_batch,
    "this course, batches of 32": mini_batches,
    "scikit-learn, logistic regression": of_sklearn(lambda: LogisticRegression(max_iter=1000)),
    "scikit-learn, MLP as it comes": of_sklearn(
        lambda: MLPClassifier(max_iter=1000, random_state=0)
    ),
    "scikit-learn, MLP of our sizes": of_sklearn(
        lambda: MLPClassifier(SIZES[1:-1], "logistic", solver="lbfgs", alpha=1, random_state=0)
    ),
}


def right_answers(name: str, seed: int) -> tuple[int, float]:
    """Return how many of the test part are answered rightly, and how sure the closest call is."""
    X, y, X_test, y_test, rng = split(seed)
    given, sure = MODELS[name](X, y, X_test, rng)
    return int((given == y_test).sum()), float(sure.min())


def main() -> None:
    """Train every model on every split and write the numbers of right answers."""
    found = {name: [right_answers(name, seed) for seed in SEEDS] for name in MODELS}
    for name, answers in found.items():
        closest = min(sure for _, sure in answers)
        print(f"{name:<36}", *(right for right, _ in answers), f"  closest call {closest:.0e}")
    right = {name: [right for right, _ in answers] for name, answers in found.items()}
    RESULTS.write_text(json.dumps({"test": TEST, "right": right}, indent=1) + "\n")


if __name__ == "__main__":
    main()
