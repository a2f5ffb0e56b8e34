"""Python on the site: what is served, and what a page is told about it."""

import json

import pytest

from tools.browser_python import add_python_to_site
from tools.browser_python.fetch_pyodide import CORE, PACKAGES, with_dependencies


def test_the_sites_lock_has_what_is_served_and_no_more():
    """A package that the site does not serve is unknown, so that nothing asks for its file."""
    packages = {name: {"depends": []} for name in (*PACKAGES, "unserved")}
    bpkit = {"name": "bpkit", "depends": ["lark"]}
    found = add_python_to_site.site_lock({"info": {}, "packages": packages}, [bpkit])["packages"]
    assert set(found) == {*with_dependencies(packages, PACKAGES), "bpkit"}


def test_a_wheels_entry_names_its_hash_and_its_dependencies(tmp_path):
    """Pyodide checks the wheel's hash and loads the dependencies before it."""
    wheel = tmp_path / "bpkit_course-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"a wheel")
    entry = add_python_to_site.lock_entry(wheel, "bpkit", ["lark", "numpy"])
    assert (entry["imports"], entry["depends"]) == (["bpkit"], ["lark", "numpy"])
    assert len(entry["sha256"]) == 64


def test_the_application_asks_no_other_host():
    """Its settings switch off the package index and name the site's own Pyodide."""
    settings = json.dumps(add_python_to_site.APPLICATION)
    assert '"disablePyPIFallback": true' in settings
    assert "//" not in settings


def test_the_bytes_to_load_are_counted_by_file(tmp_path):
    """The whole of the progress bar is the core and the packages, matplotlib's share apart."""
    for name in CORE:
        (tmp_path / name).write_bytes(b"1234")
    packages = {"bpkit": [], "matplotlib": ["numpy"], "numpy": []}
    for name in packages:
        (tmp_path / name).write_bytes(b"12")
    lock = {"packages": {n: {"depends": d, "file_name": n} for n, d in packages.items()}}
    sizes = add_python_to_site.download_sizes(lock, tmp_path)
    assert sizes == {"bpkit": 4 * len(CORE) + 2, "matplotlib": 4}


def test_a_page_of_the_application_names_its_icon_and_says_that_it_needs_a_server(tmp_path):
    """Both are written at the start of its head, before anything that it loads."""
    page = tmp_path / "index.html"
    page.write_text("<html><head><title></title></head></html>", encoding="utf-8")
    add_python_to_site.complete_head(page, "../")
    text = page.read_text(encoding="utf-8")
    assert '<head><script>if (location.protocol === "file:")' in text
    assert '</script><link rel="icon" href="../notebooks/favicon.ico"><title>' in text


def test_a_page_of_the_application_without_a_head_is_refused(tmp_path):
    """A later version of the application must not lose its icon without a word."""
    page = tmp_path / "index.html"
    page.write_text("<html><HEAD></HEAD></html>", encoding="utf-8")
    with pytest.raises(ValueError, match=r"index\.html must contain '<head>' exactly once"):
        add_python_to_site.complete_head(page, "../")
