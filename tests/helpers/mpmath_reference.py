"""The model in mpmath, with hundreds of digits, independent of bpkit's functions."""

from collections.abc import Mapping

import mpmath as mp
import numpy as np
from numpy.typing import NDArray

from bpkit import Gradients, Network

# At |z| = 700 the first 304 digits of f or of 1 - f are 0; these leave many beyond.
DIGITS = 400


def sigmoid(z: mp.mpf) -> mp.mpf:
    """Return the sigmoid by its definition."""
    return 1 / (1 + mp.exp(-z))


def loss(network: Network, X: NDArray, y: NDArray, nudged: tuple = (), step: mp.mpf = 0) -> mp.mpf:
    """Return the loss by its definition, with one parameter nudged: ("W" or "b", l, index)."""
    W = {l: {k: mp.mpf(float(w)) for k, w in np.ndenumerate(network.W[l])} for l in network.layers}
    b = {l: {j: mp.mpf(float(w)) for j, w in np.ndenumerate(network.b[l])} for l in network.layers}
    if nudged:
        part, l, index = nudged
        {"W": W, "b": b}[part][l][index] += step
    total = mp.mpf(0)
    for sample, label in zip(X.tolist(), y.tolist(), strict=True):
        h = [mp.mpf(x) for x in sample]
        for l in network.layers:
            z = [b[l][j] + sum(W[l][k, *j] * h[k] for k in range(len(h))) for j in b[l]]
            h = [sigmoid(z_j) for z_j in z]
        total -= label * mp.log(h[0]) + (1 - label) * mp.log(1 - h[0])
    return total


@mp.workdps(DIGITS)
def gradients(network: Network, X: NDArray, y: NDArray) -> Gradients:
    """Return the gradient from central differences so small that they are exact."""
    step = mp.mpf(10) ** -30

    def entry(part: str, l: int, index: tuple[int, ...]) -> float:
        ahead, behind = (loss(network, X, y, (part, l, index), s) for s in (step, -step))
        return float((ahead - behind) / (2 * step))

    def part(name: str, parameters: Mapping[int, NDArray]) -> dict[int, NDArray]:
        return {
            l: np.reshape([entry(name, l, index) for index in np.ndindex(a.shape)], a.shape)
            for l, a in parameters.items()
        }

    return Gradients(part("W", network.W), part("b", network.b))


def units_off(computed: NDArray, exact: list[mp.mpf], scale: list[mp.mpf] | None = None) -> float:
    """Return the largest error (NaN if any) in ULP of `scale`, or of the exact numbers."""
    sizes = np.abs(np.array(scale or exact, dtype=np.float64)).astype(computed.dtype)
    units = np.spacing(sizes).astype(np.float64)
    errors = [abs(mp.mpf(float(c)) - e) for c, e in zip(computed, exact, strict=True)]
    return float(np.max([float(error / u) for error, u in zip(errors, units, strict=True)]))


def grid(dtype: type[np.floating]) -> NDArray:
    """Return pre-activations of both signs and all magnitudes, 0 and the largest float included."""
    turns = [0, 1e-300, 37, 40, 87, 89, 103, 104, 700, 709, 710, 744, 745, 746, 1e3, 1e38, 1e308]
    sizes = np.concatenate([turns, np.geomspace(1e-12, 1e3, 200), np.linspace(0, 760, 200)])
    sizes = sizes[sizes <= np.finfo(dtype).max].astype(dtype)
    return np.unique([sizes, -sizes])
