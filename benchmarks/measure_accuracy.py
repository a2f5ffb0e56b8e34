"""How exact the loss and its gradients are, at every magnitude, beside arithmetic of fifty digits.

    make bench

The inputs are of one magnitude and the weights of layer 1 of the inverse one, from 1e-300 to 1e300,
so that the pre-activations stay of the order of 1; biases then push the output, or a layer, far
into saturation. Each number of the loss and the gradients is compared with the exact one.
"""

from __future__ import annotations

import json
from typing import Any

import mpmath as mp
import numpy as np
from peer_libraries import PEERS
from time_gradients import ROOT
from tqdm import tqdm

import bpkit
from bpkit._validation import Array
from bpkit.network import Network

RESULTS = ROOT / "chapters" / "accuracy.json"
PROGRAMS = ("kernel", "recursion", "scikit-learn", "PyTorch", "JAX", "autograd")
TINY = np.finfo(float).tiny
POWERS = range(-300, 301, 50)
# What is added to the bias of a layer.
CASES = {
    "moderate": {},
    "certain and right": {3: 40},
    "certain and wrong": {3: -40},
    "very certain": {3: 600},
    "layer 1 saturated": {1: 40},
    "layer 2 saturated": {2: -40},
}


def problem(power: int, shifts: dict[int, float]) -> tuple[Network, Array, Array]:
    """Return a network and a batch of one magnitude; the sizes differ, the labels are 1."""
    rng = np.random.default_rng(50)
    network, scale = bpkit.random_network((5, 4, 3, 1), rng), 10.0**power
    W = {**network.W, 1: network.W[1] / scale}
    b = {l: network.b[l] + shifts.get(l, 0) for l in network.layers}
    return bpkit.Network(W, b), rng.normal(size=(6, 5)) * scale, np.ones(6)


@mp.workdps(50)
def exact(network: Network, X: Array, y: Array) -> list[Array]:
    """Return the loss and its gradients from the page's formulas, in fifty digits."""
    wide = np.vectorize(lambda number: mp.mpf(float(number)), otypes=[object])
    sigmoid = np.vectorize(lambda z: 1 / (1 + mp.exp(-z)), otypes=[object])
    W, b = ({l: wide(a) for l, a in part.items()} for part in (network.W, network.b))
    h, z = {0: wide(X)}, {}
    for l in network.layers:
        z[l] = h[l - 1] @ W[l] + b[l]
        h[l] = sigmoid(z[l])
    loss = sum(mp.log1p(mp.exp(-last)) for last in z[l][:, 0])  # the labels are 1
    delta = sigmoid(-z[l])  # 1 - f
    found = {}
    for l in reversed(network.layers):
        found[l] = -(h[l - 1].T @ delta), -delta.sum(axis=0)
        if l > 1:
            delta = (delta @ W[l].T) * h[l - 1] * sigmoid(-z[l - 1])
    return [np.array(loss), *(found[l][k] for k in (0, 1) for l in network.layers)]


@mp.workdps(50)
def error(found: Any, wanted: Array) -> float:
    """Return the largest relative error; of what is not a number, infinity.

    Below the smallest normal float no number has all its digits, so errors are relative to that.
    """
    found = np.asarray(found, dtype=float)
    pairs = zip(found.ravel(), wanted.ravel(), strict=True)
    off = [
        abs(mp.mpf(float(f)) - w) / max(abs(w), TINY) if np.isfinite(f) else mp.inf
        for f, w in pairs
    ]
    return float(max(off))


def main() -> None:
    """Compare, and write the numbers that the chapter shows."""
    report: dict[str, Any] = {"powers": list(POWERS), "errors": {}}
    for case, shifts in tqdm(CASES.items()):
        rows = report["errors"][case] = {program: {} for program in PROGRAMS}
        for power in POWERS:
            given = problem(power, shifts)
            wanted = exact(*given)
            names = ["L", *(f"{v}_{l}" for v in "Wb" for l in given[0].layers)]
            for program in PROGRAMS:
                with np.errstate(all="ignore"):
                    loss, W, b = PEERS[program](*given)()
                for name, found, right in zip(names, [loss, *W, *b], wanted, strict=True):
                    off = error(found, right)
                    rows[program].setdefault(name, []).append(float(f"{off:.1e}"))
    RESULTS.write_text(json.dumps(report, indent=1) + "\n")
    for program in PROGRAMS:
        print(
            f"{program:<14}",
            *(
                f"{case} {max(map(max, rows[program].values())):.0e}  "
                for case, rows in report["errors"].items()
            ),
        )


if __name__ == "__main__":
    main()
