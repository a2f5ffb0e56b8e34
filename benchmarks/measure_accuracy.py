"""How exact the loss and its gradients are, at every magnitude, compared with 50-digit arithmetic.

    make bench

The inputs have one magnitude and the weights of layer 1 the inverse one, from 1e-300 to 1e300, so
that the pre-activations stay of the order of 1; biases then push the output, or a layer, far into
saturation. Each entry of the loss and the gradients is compared with the exact value.
"""

from __future__ import annotations

import json
from typing import Any

import mpmath as mp
import numpy as np
from tqdm import tqdm

import bpkit
from benchmarks.peer_gradient_functions import PEERS, Array
from bpkit.network import Network
from tools.project import CHAPTERS

RESULTS = CHAPTERS / "accuracy.json"
PROGRAMS = ("kernel", "recursion", "scikit-learn", "PyTorch", "JAX", "autograd")
SMALLEST_NORMAL = np.finfo(float).tiny
POWERS = range(-300, 301, 50)
# What is added to the biases of a layer.
CASES: dict[str, dict[int, float]] = {
    "moderate": {},
    "certain and right": {3: 40},
    "certain and wrong": {3: -40},
    "very certain": {3: 600},
    "layer 1 saturated": {1: 40},
    "layer 2 saturated": {2: -40},
}


def network_and_batch(power: int, shifts: dict[int, float]) -> tuple[Network, Array, Array]:
    """Return a network and a batch of one magnitude; the sizes differ, the labels are 1."""
    rng = np.random.default_rng(50)
    network, scale = bpkit.random_network((5, 4, 3, 1), rng), 10.0**power
    W = {**network.W, 1: network.W[1] / scale}
    b = {l: network.b[l] + shifts.get(l, 0) for l in network.layers}
    return bpkit.Network(W, b), rng.normal(size=(6, 5)) * scale, np.ones(6)


def exact_values(network: Network, X: Array, y: Array) -> list[Any]:
    """Return the loss and its gradients from the page's formulas, at mpmath's precision."""
    wide = np.vectorize(lambda number: mp.mpf(float(number)), otypes=[object])
    sigmoid = np.vectorize(lambda z: 1 / (1 + mp.exp(-z)), otypes=[object])
    W, b = ({l: wide(a) for l, a in part.items()} for part in (network.W, network.b))
    h, z = {0: wide(X)}, {}
    for l in network.layers:
        z[l] = h[l - 1] @ W[l] + b[l]
        h[l] = sigmoid(z[l])
    loss = sum(mp.log1p(mp.exp(-last)) for last in z[l][:, 0])  # the labels are 1
    delta = sigmoid(-z[l])  # 1 - f
    gradients = {}
    for l in reversed(network.layers):
        gradients[l] = -(h[l - 1].T @ delta), -delta.sum(axis=0)
        if l > 1:
            delta = (delta @ W[l].T) * h[l - 1] * sigmoid(-z[l - 1])
    return [np.array(loss), *(gradients[l][k] for k in (0, 1) for l in network.layers)]


def relative_error(computed: Any, exact: Any) -> float:
    """Return the largest relative error of the entries; it is infinite if one is not finite.

    Below the smallest normal float no number has all its digits, so errors are relative to that.
    """
    computed = np.asarray(computed, dtype=float)
    pairs = zip(computed.ravel(), exact.ravel(), strict=True)
    errors = [
        abs(mp.mpf(float(c)) - e) / max(abs(e), SMALLEST_NORMAL) if np.isfinite(c) else mp.inf
        for c, e in pairs
    ]
    return float(max(errors))


def measure_errors(shifts: dict[int, float]) -> dict[str, dict[str, list[float]]]:
    """Return the errors of each program, by the name of the result, one for each magnitude."""
    errors: dict[str, dict[str, list[float]]] = {program: {} for program in PROGRAMS}
    for power in POWERS:
        inputs = network_and_batch(power, shifts)
        exact = exact_values(*inputs)
        names = ["L", *(f"{v}_{l}" for v in "Wb" for l in inputs[0].layers)]
        for program in PROGRAMS:
            with np.errstate(all="ignore"):
                loss, W, b = PEERS[program](*inputs)()
            for name, computed, value in zip(names, [loss, *W, *b], exact, strict=True):
                error = relative_error(computed, value)
                errors[program].setdefault(name, []).append(float(f"{error:.1e}"))
    return errors


def main() -> None:
    """Measure, and write the errors that the chapter shows."""
    with mp.workdps(50):
        errors = {case: measure_errors(shifts) for case, shifts in tqdm(CASES.items())}
    report = {"powers": list(POWERS), "errors": errors}
    RESULTS.write_text(json.dumps(report, indent=1) + "\n")
    for program in PROGRAMS:
        largest = {case: max(map(max, rows[program].values())) for case, rows in errors.items()}
        print(f"{program:<14}", *(f"{case} {error:.0e}  " for case, error in largest.items()))


if __name__ == "__main__":
    main()
