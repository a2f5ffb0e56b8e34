"""Extras: without its package, a function says what to install."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from bpkit import fast_gradients, random_network
from bpkit._extras import needs


@pytest.fixture
def uninstall(monkeypatch):
    """Return a function that makes a package impossible to import."""

    def pretend(package):
        def find_spec(name, path=None, target=None):
            if name == package:
                raise ModuleNotFoundError(name=package)

        for module in [name for name in sys.modules if name.partition(".")[0] == package]:
            monkeypatch.delitem(sys.modules, module)
        finder = SimpleNamespace(find_spec=find_spec)
        monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])

    return pretend


@pytest.mark.parametrize(
    ("argument", "package", "extra"),
    [("threads", "threadpoolctl", "threads"), ("progress", "tqdm", "progress")],
)
def test_an_argument_names_the_package_that_it_needs(uninstall, argument, package, extra):
    """And the command that installs it."""
    fast_gradients._blas.cache_clear()
    uninstall(package)
    network = random_network((3, 2, 1), np.random.default_rng(1))
    X = np.ones((40_000, 3))
    said = rf"needs {package}, which is not installed; type: pip install 'bpkit-course\[{extra}\]'"
    with pytest.raises(ImportError, match=said):
        fast_gradients.loss_and_gradients(network, X, np.ones(len(X)), **{argument: 2})


def test_the_figures_name_matplotlib(uninstall, monkeypatch):
    """Their module cannot be imported without it."""
    monkeypatch.delitem(sys.modules, "bpkit.course.figures", raising=False)
    uninstall("matplotlib")
    with pytest.raises(ImportError, match=r"^bpkit\.course\.figures needs matplotlib"):
        import bpkit.course.figures  # noqa: F401


def test_an_error_inside_a_package_is_not_called_a_missing_package():
    """It names the module that is missing there."""
    with pytest.raises(ModuleNotFoundError, match="inner"), needs("outer", "extra", "this"):
        raise ModuleNotFoundError("No module named 'inner'", name="inner")
