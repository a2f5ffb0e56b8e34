"""How the cost of a gradient grows with depth, width and samples, for each way to compute it.

    make bench

Each way is timed where its arithmetic outweighs Python's own time, so the ranges differ. What is
compared is how the time grows along a range, and how the number of operations does.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from math import prod
from time import perf_counter
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits
from tqdm import tqdm

import bpkit
from tools.project import CHAPTERS

RESULTS = CHAPTERS / "growth.json"
REPEATS = 3

central = partial(bpkit.numerical_gradients, derivative=bpkit.central_difference)
complex_step = partial(bpkit.numerical_gradients, derivative=bpkit.complex_step)

# For each way: its function; samples, width and depth while another of the three grows; then the
# ranges of samples and widths.
WAYS: dict[str, tuple[Callable[..., Any], tuple[int, int, int], list[int], list[int]]] = {
    "recursion": (bpkit.backpropagation, (256, 128, 4), [256, 1024, 4096], [128, 256, 512, 1024]),
    "chain products": (bpkit.chain_product, (4, 128, 4), [4, 16, 64], [128, 256, 512, 1024]),
    "node sums": (bpkit.node_sums, (3, 4, 4), [3, 6, 12], [4, 6, 9, 12]),
    "central differences": (central, (128, 8, 4), [64, 256, 1024], [8, 16, 32, 64]),
    "complex step": (complex_step, (128, 8, 4), [64, 256, 1024], [8, 16, 32, 64]),
}
DEPTHS = [2, 3, 4, 6, 8]


def network_sizes(width: int, depth: int) -> tuple[int, ...]:
    """Return the sizes of a network whose inputs and hidden layers are equally wide."""
    return (width,) * depth + (1,)


def count_operations(way: str, N: int, sizes: tuple[int, ...]) -> dict[str, int]:
    """Count the multiplications in matrix products, and the exponentials, of one gradient."""
    pairs, last = list(pairwise(sizes)), len(sizes) - 1
    forward, nodes = sum(m * n for m, n in pairs), sum(sizes[1:])
    if way == "recursion":
        back = forward + sum(m * n for m, n in pairs[1:])
        return {"products": N * (forward + back), "exponentials": N * 3 * nodes}
    if way == "chain products":
        steps = [s for l in range(1, last + 1) for s in range(l, last)]
        chains = sum(sizes[s] * sizes[s + 1] + sizes[s] ** 2 for s in steps)
        return {
            "products": N * (2 * forward + chains),
            "exponentials": N * (nodes + 2 * sum(sizes[s] for s in steps)),
        }
    if way == "node sums":
        paths = [prod(sizes[l:]) * (2 * (last - l) + 1 + sizes[l - 1]) for l in range(1, last + 1)]
        return {"products": N * (forward + sum(paths)), "exponentials": N * 3 * nodes}
    passes = (forward + nodes) * (2 if way == "central differences" else 1)
    return {"products": passes * N * forward, "exponentials": passes * N * nodes}


def shortest_seconds(gradient: Callable[..., Any], N: int, sizes: tuple[int, ...]) -> float:
    """Return the shortest time of a few calls."""
    rng = np.random.default_rng(N)
    inputs = bpkit.random_network(sizes, rng), rng.normal(size=(N, sizes[0])), rng.random(N)
    taken = []
    for _ in range(REPEATS):
        start = perf_counter()
        gradient(*inputs)
        taken.append(perf_counter() - start)
    return min(taken)


def measure_range(
    way: str, settings: list[tuple[int, int, int]], along: list[int]
) -> dict[str, Any]:
    """Time one way at each of some settings, and count its operations."""
    gradient = WAYS[way][0]
    rows = [(N, network_sizes(width, depth)) for N, width, depth in settings]
    counted = [count_operations(way, *row) for row in rows]
    return {
        "along": along,
        "settings": settings,
        "seconds": [shortest_seconds(gradient, *row) for row in rows],
        **{name: [count[name] for count in counted] for name in counted[0]},
    }


def main() -> None:
    """Measure, and write the measurements that the chapter shows."""
    report = {}
    with threadpool_limits(1):
        for way, (_, (N, width, depth), samples, widths) in tqdm(WAYS.items()):
            report[way] = {
                "samples": measure_range(way, [(n, width, depth) for n in samples], samples),
                "width": measure_range(way, [(N, w, 3) for w in widths], widths),
                "depth": measure_range(way, [(N, width, d) for d in DEPTHS], DEPTHS),
            }
    for way, axes in report.items():
        for axis, found in axes.items():
            print(f"{way:<20} {axis:<8}", *(f"{taken:.2e}" for taken in found["seconds"]))
    RESULTS.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
