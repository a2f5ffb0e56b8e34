"""The gradient of a file of three gigabytes, computed in less than 200 megabytes of memory.

    make bench

The file is written and read here, in the folder for temporary files, and removed afterwards. It is
read in two ways, which must agree: as one numpy.memmap, whose pages the system keeps in memory that
nothing else needs; and batch by batch, each a memmap of its own, so that the whole process stays
small. Linux only, which reports the peak memory of a process.
"""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

import bpkit
from benchmarks.peer_gradient_functions import Array
from benchmarks.time_against_peers import process_memory
from tools.project import CHAPTERS

RESULTS = CHAPTERS / "memory.json"
BATCHES, ROWS, INPUTS = 150, 20_000, 128
LIMIT = 200e6


def map_rows(path: Path, first: int, rows: int) -> Array:
    """Return some rows of the file as an array; nothing is read yet."""
    return np.memmap(path, np.float64, "r", first * INPUTS * 8, (rows, INPUTS))


def write_inputs(path: Path, rng: np.random.Generator) -> None:
    """Write random inputs into the file, batch by batch."""
    with path.open("wb") as file:
        for _ in range(BATCHES):
            rng.normal(size=(ROWS, INPUTS)).tofile(file)


def batches(path: Path, y: Array) -> Iterator[tuple[Array, Array]]:
    """Yield each batch of the file with its labels."""
    for first in range(0, BATCHES * ROWS, ROWS):
        yield map_rows(path, first, ROWS), y[first : first + ROWS]


def main() -> None:
    """Measure, and write the numbers that the chapter shows."""
    rng = np.random.default_rng(3)
    network = bpkit.random_network((INPUTS, 64, 32, 1), rng)
    with TemporaryDirectory() as folder:
        path = Path(folder, "X")
        write_inputs(path, rng)
        y = rng.integers(0, 2, BATCHES * ROWS).astype(float)
        Path("/proc/self/clear_refs").write_text("5")  # forgets the peak so far
        start = perf_counter()
        parts = (bpkit.loss_and_gradients(network, *batch) for batch in batches(path, y))
        piecewise = bpkit.sum_parts(parts)
        taken, peak = perf_counter() - start, process_memory("VmHWM")
        tracemalloc.start()
        whole = bpkit.loss_and_gradients(
            network, map_rows(path, 0, BATCHES * ROWS), y, progress=True
        )
        arrays = tracemalloc.get_traced_memory()[1]
        size = path.stat().st_size
    bpkit.compare_gradients(piecewise.gradients, whole.gradients, tolerance=1e-12)
    if not max(peak, arrays) < LIMIT:
        raise ValueError(f"the memory must stay under {LIMIT}; got {peak} and {arrays} bytes")
    report = {"file": size, "process": peak, "arrays": arrays, "seconds": round(taken, 1)}
    print(report)
    RESULTS.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
