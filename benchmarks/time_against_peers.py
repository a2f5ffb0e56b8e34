"""How fast a gradient is: this package compared with others, on the same inputs, in one process.

    make bench

For each precision and number of threads a process of its own times every peer that is installed,
size by size. The peers take turns, so that other work of the machine affects them alike, and the
median of the turns counts. Before that, all must agree on the loss and the gradients. The peak
memory of each is measured in a process of its own, at the size with the most samples.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import warnings
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info
from tqdm import tqdm

import bpkit
from benchmarks.peer_gradient_functions import PEERS, Call
from tools.project import CHAPTERS, ROOT

RESULTS = CHAPTERS / "speed.json"
# Samples, inputs, nodes of each of the two hidden layers.
SIZES: list[tuple[int, int, int]] = [
    (1, 2, 3),
    (32, 20, 32),
    (256, 64, 64),
    (1024, 100, 100),
    (4096, 256, 256),
    (16384, 512, 512),
    (65536, 128, 128),
]
LOWER_BOUNDS = ("products", "products and sigmoids")
UNSET = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")  # current NumPy chooses better
LIBRARIES = ("numpy", "scikit-learn", "torch", "jax", "autograd")
TURNS, MIN_TURN, BUDGET = 15, 0.02, 8.0  # turns; least seconds per turn; seconds for all


def network_and_batch(size: tuple[int, int, int], dtype: str) -> tuple[Any, ...]:
    """Return a network and a batch: so many samples, inputs, and nodes in each hidden layer."""
    samples, inputs, nodes = size
    rng = np.random.default_rng(samples)
    network = bpkit.random_network((inputs, nodes, nodes, 1), rng, np.dtype(dtype).type)
    X = rng.normal(size=(samples, inputs)).astype(dtype)
    return network, X, rng.integers(0, 2, samples).astype(dtype)


def prepare_peers(inputs: tuple[Any, ...], threads: int, only: str = "") -> dict[str, Call]:
    """Return the peers that are installed and work, each as a function to call."""
    ready = {}
    for name, peer in PEERS.items():
        if only in ("", name):
            try:
                options: dict[str, Any] = {"threads": threads} if name == "kernel" else {}
                ready[name] = peer(*inputs, **options)
                ready[name]()  # compiles what is to be compiled
            except (ImportError, RuntimeError) as error:
                ready.pop(name, None)
                print(f"without {name}: {str(error).splitlines()[0]}", file=sys.stderr)
    return ready


def require_agreement(ready: dict[str, Call], dtype: str) -> None:
    """Raise unless all peers compute the same loss and the same gradients."""
    tolerance = 1e-9 if dtype == "float64" else 1e-3
    loss, W, b = ready["kernel"]()
    for name in ready.keys() - LOWER_BOUNDS:
        other_loss, other_W, other_b = ready[name]()
        for ours, theirs in zip([loss, *W, *b], [other_loss, *other_W, *other_b], strict=True):
            error = np.abs(np.asarray(theirs) - ours).max() / np.abs(ours).max()
            if not error < tolerance:
                raise ValueError(f"{name} must agree to {tolerance}; its relative error is {error}")


def seconds_per_call(call: Call, times: int) -> float:
    """Return how long one of so many calls takes on average."""
    start = perf_counter()
    for _ in range(times):
        call()
    return (perf_counter() - start) / times


def median_seconds(ready: dict[str, Call]) -> dict[str, float]:
    """Return the median time of a call of each peer, in seconds; they take turns."""
    once = {name: seconds_per_call(call, 1) for name, call in ready.items()}
    times = {name: max(1, round(MIN_TURN / taken)) for name, taken in once.items()}
    turns: dict[str, list[float]] = {name: [] for name in ready}
    longest = max(once.values())
    for _ in range(min(TURNS, max(5, round(BUDGET / longest)))):
        for name, call in ready.items():
            turns[name].append(seconds_per_call(call, times[name]))
    return {name: median(taken) for name, taken in turns.items()}


def time_peers(dtype: str, threads: int) -> dict[str, Any]:
    """Time every peer at every size."""
    rows = []
    for size in tqdm(SIZES, f"{dtype}, {threads} threads"):
        ready = prepare_peers(network_and_batch(size, dtype), threads)
        require_agreement(ready, dtype)
        rows.append({"size": size, "seconds": median_seconds(ready)})
    return {"dtype": dtype, "threads": threads, "rows": rows}


def peak_memory(name: str) -> int:
    """Return the peak memory of one peer in bytes, without its inputs and its results."""
    network, X, y = network_and_batch(SIZES[-1], "float64")
    call = prepare_peers((network, X[:7], y[:7]), 1, name)[name]  # loads and compiles
    call = PEERS[name](network, X, y)
    Path("/proc/self/clear_refs").write_text("5")  # forgets the peak so far
    before = process_memory("VmRSS")
    result = call()
    results: int = sum(a.nbytes for part in result[1:] for a in part or ())
    return process_memory("VmHWM") - before - results


def process_memory(field: str) -> int:
    """Return a field of this process's memory status in Linux, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))


def describe_machine() -> dict[str, Any]:
    """Return what the measurements depend on."""
    info = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    models = [line.split(": ")[1] for line in info.splitlines() if line.startswith("model name")]
    versions = {}
    for name in LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    blas: dict[str, Any] = next((i for i in threadpool_info() if i["user_api"] == "blas"), {})
    return {
        "processor": models[0] if models else platform.processor(),
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "versions": versions,
        "BLAS": f"{blas.get('internal_api')} {blas.get('version')}, {blas.get('architecture')}",
        "NumPy uses": np.show_config(mode="dicts")["SIMD Extensions"]["found"],
    }


def run_in_process(threads: int, *arguments: str) -> Any:
    """Run this module in a new process with so many threads, and return what it prints."""
    environment = {name: value for name, value in os.environ.items() if name not in UNSET}
    limits = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    environment |= dict.fromkeys(limits, str(threads))
    command = [sys.executable, "-m", "benchmarks.time_against_peers", "--threads", str(threads)]
    run = subprocess.run(
        [*command, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return json.loads(run.stdout) if run.returncode == 0 else None


def print_tables(report: dict[str, Any]) -> None:
    """Print a table for each precision and number of threads: time of each peer / our time."""
    for table in report["speed"]:
        print(f"\n{table['dtype']}, {table['threads']} threads: time of each / time of the kernel")
        for row in table["rows"]:
            ours = row["seconds"]["kernel"]
            ratios = (f"{name} {s / ours:.2f}" for name, s in row["seconds"].items())
            print(f"{row['size']!s:<18} {ours * 1e6:>10.0f} µs  ", ", ".join(list(ratios)[1:]))
    print("\nMiB beyond inputs and result:", report["memory"])


def main() -> None:
    """Measure, print, and write the measurements that the chapter shows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, help="time in this process, with so many threads")
    parser.add_argument("--dtype", help="time in this precision")
    parser.add_argument("--memory", help="measure the memory of this peer in this process")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")  # of the other libraries
    if chosen.threads:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: chosen.threads])
        found = (
            peak_memory(chosen.memory)
            if chosen.memory
            else time_peers(chosen.dtype, chosen.threads)
        )
        print(json.dumps(found))
        return
    unset = {name: os.environ[name] for name in UNSET if name in os.environ}
    print("unset for all:", unset or "no setting of OpenBLAS")
    speed = [
        run_in_process(threads, "--dtype", dtype)
        for threads in (1, 2)
        for dtype in ("float64", "float32")
    ]
    peaks = {name: run_in_process(1, "--memory", name) for name in tqdm(PEERS, "memory")}
    peaks = {name: round(peak / 2**20, 1) for name, peak in peaks.items() if peak is not None}
    report = {"machine": describe_machine() | {"unset": unset}, "memory": peaks, "speed": speed}
    print_tables(report)
    RESULTS.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
