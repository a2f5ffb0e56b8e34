"""How fast a gradient is: this package beside others, on the same inputs, in one process.

    make bench

For each precision and number of threads a process of its own times every peer that is installed,
size by size. The peers take turns, so that whatever else the machine does meets them alike, and the
median of the turns counts. Before that, all must have found the same loss and gradients. The peak
memory of each is taken in a process of its own, at the size with the most rows.
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
from peer_libraries import PEERS, Call
from threadpoolctl import threadpool_info
from tqdm import tqdm

import bpkit

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "chapters" / "speed.json"
# Samples, inputs, nodes of each of the two hidden layers.
SIZES = [
    (1, 2, 3),
    (32, 20, 32),
    (256, 64, 64),
    (1024, 100, 100),
    (4096, 256, 256),
    (16384, 512, 512),
    (65536, 128, 128),
]
FLOORS = ("products", "products and sigmoids")
SLOWING = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")  # they choose what a current NumPy knows better
LIBRARIES = ("numpy", "scikit-learn", "torch", "jax", "autograd")
TURNS, TURN, BUDGET = 15, 0.02, 8.0  # turns; seconds that a turn takes at least; seconds for all


def problem(samples: int, inputs: int, nodes: int, dtype: str) -> tuple[Any, ...]:
    """Return a network and a batch of these sizes."""
    rng = np.random.default_rng(samples)
    network = bpkit.random_network((inputs, nodes, nodes, 1), rng, np.dtype(dtype).type)
    X = rng.normal(size=(samples, inputs)).astype(dtype)
    return network, X, rng.integers(0, 2, samples).astype(dtype)


def prepared(given: tuple[Any, ...], threads: int, only: str = "") -> dict[str, Call]:
    """Return the peers that are installed and run, each ready to be called."""
    ready = {}
    for name, peer in PEERS.items():
        if only in ("", name):
            try:
                ready[name] = peer(*given, **({"threads": threads} if name == "kernel" else {}))
                ready[name]()  # compiles what is to be compiled
            except (ImportError, RuntimeError) as error:
                ready.pop(name, None)
                print(f"without {name}: {str(error).splitlines()[0]}", file=sys.stderr)
    return ready


def require_agreement(ready: dict[str, Call], dtype: str) -> None:
    """Raise unless all peers find the same loss and the same gradients."""
    tolerance = 1e-9 if dtype == "float64" else 1e-3
    loss, W, b = ready["kernel"]()
    for name in ready.keys() - FLOORS:
        other_loss, other_W, other_b = ready[name]()
        for ours, theirs in zip([loss, *W, *b], [other_loss, *other_W, *other_b], strict=True):
            off = np.abs(np.asarray(theirs) - ours).max() / np.abs(ours).max()
            if not off < tolerance:
                raise ValueError(f"{name} must agree to {tolerance}; is off by {off}")


def seconds(call: Call, times: int) -> float:
    """Return how long one of so many calls takes on average."""
    start = perf_counter()
    for _ in range(times):
        call()
    return (perf_counter() - start) / times


def medians(ready: dict[str, Call]) -> dict[str, float]:
    """Return the median time of a call of each peer, in seconds; they take turns."""
    once = {name: seconds(call, 1) for name, call in ready.items()}
    times = {name: max(1, round(TURN / taken)) for name, taken in once.items()}
    turns: dict[str, list[float]] = {name: [] for name in ready}
    longest = max(once.values())
    for _ in range(min(TURNS, max(5, round(BUDGET / longest)))):
        for name, call in ready.items():
            turns[name].append(seconds(call, times[name]))
    return {name: median(taken) for name, taken in turns.items()}


def timed(dtype: str, threads: int) -> dict[str, Any]:
    """Time every peer at every size."""
    rows = []
    for size in tqdm(SIZES, f"{dtype}, {threads} threads"):
        ready = prepared(problem(*size, dtype), threads)
        require_agreement(ready, dtype)
        rows.append({"size": size, "seconds": medians(ready)})
    return {"dtype": dtype, "threads": threads, "rows": rows}


def memory(name: str) -> int:
    """Return the bytes that one peer needs at its peak, beyond its inputs and its results."""
    given = problem(*SIZES[-1], "float64")
    network, X, y = given
    call = prepared((network, X[:7], y[:7]), 1, name)[name]  # loads and compiles
    call = PEERS[name](*given)
    Path("/proc/self/clear_refs").write_text("5")  # forgets the peak so far
    before = status("VmRSS")
    result = call()
    results = sum(a.nbytes for part in result[1:] for a in part or ())
    return status("VmHWM") - before - results


def status(field: str) -> int:
    """Return what Linux says of this process, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))


def machine() -> dict[str, Any]:
    """Describe what the numbers depend on."""
    found = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    models = [line.split(": ")[1] for line in found.splitlines() if line.startswith("model name")]
    versions = {}
    for name in LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    blas = next((i for i in threadpool_info() if i["user_api"] == "blas"), {})
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


def in_a_process(threads: int, *arguments: str) -> Any:
    """Run this file with so many processors, and return what it prints."""
    environment = {name: value for name, value in os.environ.items() if name not in SLOWING}
    limits = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    environment |= dict.fromkeys(limits, str(threads))
    command = [sys.executable, __file__, "--threads", str(threads), *arguments]
    run = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    return json.loads(run.stdout) if run.returncode == 0 else None


def printed(report: dict[str, Any]) -> None:
    """Print a table for each precision and number of threads: time of the peer / ours."""
    for table in report["speed"]:
        print(f"\n{table['dtype']}, {table['threads']} threads: time of each / time of the kernel")
        for row in table["rows"]:
            ours = row["seconds"]["kernel"]
            ratios = (f"{name} {s / ours:.2f}" for name, s in row["seconds"].items())
            print(f"{row['size']!s:<18} {ours * 1e6:>10.0f} µs  ", ", ".join(list(ratios)[1:]))
    print("\nMiB beyond inputs and result:", report["memory"])


def main() -> None:
    """Measure, print, and write the numbers that the chapter shows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, help="time in this process, with so many threads")
    parser.add_argument("--dtype", help="time in this precision")
    parser.add_argument("--memory", help="take the memory of this peer in this process")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")  # the others' remarks on their own ways
    if chosen.threads:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: chosen.threads])
        found = memory(chosen.memory) if chosen.memory else timed(chosen.dtype, chosen.threads)
        print(json.dumps(found))
        return
    slowing = {name: os.environ[name] for name in SLOWING if name in os.environ}
    print("unset for all:", slowing or "no setting of OpenBLAS is in the way")
    speed = [
        in_a_process(threads, "--dtype", dtype)
        for threads in (1, 2)
        for dtype in ("float64", "float32")
    ]
    peaks = {name: in_a_process(1, "--memory", name) for name in tqdm(PEERS, "memory")}
    peaks = {name: round(peak / 2**20, 1) for name, peak in peaks.items() if peak is not None}
    report = {"machine": machine() | {"unset": slowing}, "memory": peaks, "speed": speed}
    printed(report)
    RESULTS.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
