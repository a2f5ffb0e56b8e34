"""The benchmarks: what they compare is equal, what they count is what the chapter counts."""

import json
import sys

import numpy as np
import pytest
from test_code_style import ROOT

sys.path.append(str(ROOT / "benchmarks"))

import time_gradients as gradients
import time_growth as growth
from peer_libraries import PEERS

SMALL = gradients.problem(7, 5, 4, "float64")


@pytest.fixture(scope="module")
def ready():
    """Prepare the peers that are installed for the tests."""
    return {name: PEERS[name](*SMALL) for name in ("kernel", "plain NumPy", "scikit-learn")}


def test_peers_that_agree_are_let_through(ready):
    """All find the loss and the gradients of the same network."""
    gradients.require_agreement(ready, "float64")


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_peer_that_is_off_is_refused(part, ready):
    """By a millionth of the loss, or of a gradient."""
    found = list(ready["plain NumPy"]())
    found[part] = [array * (1 + 1e-6) for array in found[part]] if part else found[0] * (1 + 1e-6)
    with pytest.raises(ValueError, match="other must agree to 1e-09"):
        gradients.require_agreement({**ready, "other": lambda: found}, "float64")


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
    assert growth.operations(way, 7, (6, 5, 4, 1))["products"] == products
    page = (ROOT / "chapters" / "cost.ipynb").read_text(encoding="utf-8")
    assert f"{way:<20}{products:>8}" in page


def test_the_page_has_every_table_and_every_size():
    """The committed measurement is whole: two precisions, one and two threads, seven sizes."""
    report = json.loads(gradients.RESULTS.read_text(encoding="utf-8"))
    found = [(table["threads"], table["dtype"]) for table in report["speed"]]
    assert found == [(1, "float64"), (1, "float32"), (2, "float64"), (2, "float32")]
    for table in report["speed"]:
        assert [tuple(row["size"]) for row in table["rows"]] == gradients.SIZES
        assert all(set(row["seconds"]) == set(PEERS) for row in table["rows"])
    assert report["memory"]["kernel"] < 5 < report["memory"]["scikit-learn"]
    assert np.isfinite(list(report["memory"].values())).all()
