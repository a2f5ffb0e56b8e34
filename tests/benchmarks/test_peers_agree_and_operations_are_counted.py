"""The benchmarks: what they compare is equal, and they count what the chapter counts."""

import json

import numpy as np
import pytest

from benchmarks import time_against_peers, time_growth
from benchmarks.peer_gradient_functions import PEERS
from tools.project import CHAPTERS

SMALL = time_against_peers.network_and_batch((7, 5, 4), "float64")


@pytest.fixture(scope="module")
def ready():
    """Prepare the peers that are installed for the tests."""
    return {name: PEERS[name](*SMALL) for name in ("kernel", "plain NumPy", "scikit-learn")}


def test_peers_that_agree_are_accepted(ready):
    """All compute the loss and the gradients of the same network."""
    time_against_peers.require_agreement(ready, "float64")


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_peer_with_an_error_is_refused(part, ready):
    """Of a millionth of the loss, or of a gradient."""
    found = list(ready["plain NumPy"]())
    found[part] = [array * (1 + 1e-6) for array in found[part]] if part else found[0] * (1 + 1e-6)
    with pytest.raises(ValueError, match="other must agree to 1e-09"):
        time_against_peers.require_agreement({**ready, "other": lambda: found}, "float64")


@pytest.mark.parametrize(
    ("way", "products"),
    [
        ("recursion", 924),
        ("chain products", 1351),
        ("node sums", 2177),
        ("complex step", 24192),
        ("central differences", 48384),
    ],
)
def test_operations_are_counted_as_on_the_page(way, products):
    """The chapter counts the same multiplications for the same network, one by one."""
    assert time_growth.count_operations(way, 7, (6, 5, 4, 1))["products"] == products
    page = (CHAPTERS / "cost.ipynb").read_text(encoding="utf-8")
    assert f"{way:<20}{products:>8}" in page


def test_every_table_and_every_size_is_measured():
    """The committed measurements are complete: two precisions, one and two threads, seven sizes."""
    report = json.loads(time_against_peers.RESULTS.read_text(encoding="utf-8"))
    found = [(table["threads"], table["dtype"]) for table in report["speed"]]
    assert found == [(1, "float64"), (1, "float32"), (2, "float64"), (2, "float32")]
    for table in report["speed"]:
        assert [tuple(row["size"]) for row in table["rows"]] == time_against_peers.SIZES
        assert all(set(row["seconds"]) == set(PEERS) for row in table["rows"])
    assert report["memory"]["kernel"] < 5 < report["memory"]["scikit-learn"]
    assert np.isfinite(list(report["memory"].values())).all()
