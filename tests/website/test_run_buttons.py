"""The live layer on the pages: what is written into them, and only when it is asked for."""

import json
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document

from tools.browser_python import add_to_site as site
from tools.browser_python.fetch_pyodide import CORE, PACKAGES, closure
from tools.website import run_buttons as live


@pytest.fixture
def document():
    """Return a page with a title and a cell, the third of its notebook."""
    page = new_document("page")
    section = nodes.section("", nodes.title("", "Title"), nodes.container(cell_index=2))
    page += section
    return page


def app(on):
    """Return what the functions ask of Sphinx, with the live layer on or off."""
    builder = SimpleNamespace(format="html")
    return SimpleNamespace(config=SimpleNamespace(live=on), builder=builder)


def test_a_page_with_cells_gets_its_buttons_below_the_title(document):
    """The cell bears its place in the notebook, and the bar names the page's own notebook."""
    live.mark_cells(app(True), document, "chapters/loss")
    _, bar, cell = document[0]
    assert cell["ids"] == ["cell-2"]
    assert 'data-notebook="../_sources/chapters/loss.ipynb"' in bar.astext()
    assert "../lite/notebooks/index.html?path=chapters/loss.ipynb" in bar.astext()


def test_without_the_live_layer_a_page_is_left_alone(document):
    """`make book` shows no button and loads no runner."""
    context = {}
    live.mark_cells(app(False), document, "chapters/loss")
    live.add_files(app(False), "chapters/loss", "page.html", context, document)
    assert (len(document[0]), context) == (2, {})


def test_a_page_without_cells_loads_no_runner():
    """The bibliography is a page as any other."""
    context = {}
    live.add_files(app(True), "chapters/bibliography", "page.html", context, new_document("page"))
    assert context == {}


@pytest.mark.parametrize("on", [True, False])
def test_words_about_the_live_layer_are_there_with_it_alone(on):
    """The first page tells of its buttons where they are."""
    course = app(on)
    course.tags = set()
    live.name_layer(course)
    assert course.tags == ({"live"} if on else set())


@pytest.mark.parametrize(("address", "shown"), [("", {}), ("https://host.example/a/b", {"x": "y"})])
def test_links_to_hosted_notebooks_wait_for_the_repositorys_address(address, shown):
    """Binder and Colab are offered once `_config.yml` says where the repository is."""
    options = {"repository_url": address, "launch_buttons": {"x": "y"}}
    live.show_launch_links(None, SimpleNamespace(html_theme_options=options))
    assert options["launch_buttons"] == shown


def test_the_served_lock_holds_what_is_served_and_no_more():
    """A package that the site does not serve is unknown, so that nothing asks for its file."""
    lock = {"info": {}, "packages": {n: {"depends": []} for n in (*PACKAGES, "unserved")}}
    served = site.served_lock(lock, {"bpkit": {"depends": ["lark"]}})["packages"]
    assert set(served) == {*closure(lock["packages"], PACKAGES), "bpkit"}


def test_a_wheels_entry_names_its_hash_and_what_it_needs(tmp_path):
    """Pyodide checks the wheel's hash and loads what it needs before it."""
    wheel = tmp_path / "bpkit-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"a wheel")
    entry = site.entry(wheel, ["lark", "numpy"])
    assert (entry["imports"], entry["depends"]) == (["bpkit"], ["lark", "numpy"])
    assert len(entry["sha256"]) == 64


def test_the_application_asks_no_other_host():
    """Its settings switch off the package index and name the site's own Pyodide."""
    settings = json.dumps(site.APPLICATION)
    assert '"disablePyPIFallback": true' in settings
    assert "//" not in settings


def test_the_loaded_bytes_are_counted_by_file(tmp_path):
    """The progress bar's whole is the core and the packages, matplotlib's share apart."""
    for name in CORE:
        (tmp_path / name).write_bytes(b"1234")
    packages = {"bpkit": [], "matplotlib": ["numpy"], "numpy": []}
    for name in packages:
        (tmp_path / name).write_bytes(b"12")
    lock = {"packages": {n: {"depends": d, "file_name": n} for n, d in packages.items()}}
    assert site.sizes(lock, tmp_path) == {"bpkit": 4 * len(CORE) + 2, "matplotlib": 4}
