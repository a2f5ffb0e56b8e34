"""Several processes: Dask computes the gradients of shards, `sum_parts` adds them."""

import os
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest
from distributed import Client, LocalCluster

import bpkit

CUTS = range(0, 700, 100)


@pytest.fixture(scope="module")
def client():
    """Start two workers, each a process of its own, that listen on this machine alone."""
    with (
        LocalCluster(2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        yield client


def problem():
    """Return a network and 700 samples."""
    rng = np.random.default_rng(700)
    network = bpkit.random_network((5, 4, 3, 1), rng)
    return network, rng.normal(size=(700, 5)), rng.random(700)


def agree(found):
    """Compare the sum over the shards with the result of one process."""
    expected = bpkit.loss_and_gradients(*problem())
    assert np.isclose(found.loss, expected.loss, rtol=1e-13, atol=0)
    bpkit.compare_gradients(found.gradients, expected.gradients, tolerance=1e-13)


def test_shards_on_several_workers_are_summed(client):
    """Each worker receives rows and returns their sums."""
    network, X, y = problem()
    workers = sorted(client.scheduler_info()["workers"])
    parts = [
        client.submit(bpkit.loss_and_gradients, network, X[a : a + 100], y[a : a + 100], workers=w)
        for a, w in zip(CUTS, cycle(workers), strict=False)
    ]
    agree(bpkit.sum_parts(part.result() for part in parts))
    assert len(workers) == 2


def frail(mark: Path, *shard):
    """Kill the worker in the middle of its first shard."""
    if not mark.exists():
        mark.touch()
        os._exit(1)
    return bpkit.loss_and_gradients(*shard)


def test_the_loss_of_a_worker_is_survived(client, tmp_path):
    """Its shards are computed again elsewhere, and none is added twice."""
    network, X, y = problem()
    before = set(client.scheduler_info()["workers"])
    shards = [(network, X[a : a + 100], y[a : a + 100]) for a in CUTS]
    parts = [client.submit(frail, tmp_path / "lost", *shard) for shard in shards]
    agree(bpkit.sum_parts(part.result() for part in parts))
    client.wait_for_workers(2)
    assert set(client.scheduler_info()["workers"]) != before
