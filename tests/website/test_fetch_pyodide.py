"""The files of Pyodide: only the right ones are taken, and what is missing is named."""

import json
import subprocess
import sys

import pytest

from tools.browser_python import fetch_pyodide
from tools.browser_python.fetch_pyodide import (
    FileUnavailableError,
    fetch_distribution,
    fetch_file,
    folder_source,
    pip_download,
    sha256_of,
    with_dependencies,
)
from tools.project import ROOT

RIGHT, WRONG = b"the right file", b"another file"


@pytest.fixture
def cache(tmp_path):
    """Return an empty cache."""
    (tmp_path / "cache").mkdir()
    return tmp_path / "cache"


def source(tmp_path, name, **files):
    """Return a source that reads a folder with these files."""
    folder = tmp_path / name
    folder.mkdir()
    for file, content in files.items():
        (folder / file).write_bytes(content)
    return folder_source(folder)


def run_main(*arguments):
    """Run the command and return its exit code and what it prints as an error."""
    command = [sys.executable, "-m", "tools.browser_python.fetch_pyodide", *arguments]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return run.returncode, run.stderr


def test_a_file_with_the_right_hash_is_taken(tmp_path, cache):
    """The first source that has the file is the one that is used."""
    sources = {"empty": source(tmp_path, "empty"), "full": source(tmp_path, "full", core=RIGHT)}
    assert fetch_file("core", sha256_of(RIGHT), sources, cache).read_bytes() == RIGHT


def test_a_file_with_another_hash_is_refused_and_the_next_source_asked(tmp_path, cache):
    """The right name alone is not enough."""
    bad, good = source(tmp_path, "bad", core=WRONG), source(tmp_path, "good", core=RIGHT)
    sources = {"bad": bad, "good": good}
    assert fetch_file("core", sha256_of(RIGHT), sources, cache).read_bytes() == RIGHT


def test_a_file_that_only_a_wrong_source_has_is_never_written(tmp_path, cache):
    """The message names the file, both hashes, each source and its answer, and what to do."""
    sources = {"bad": source(tmp_path, "bad", core=WRONG), "empty": source(tmp_path, "empty")}
    with pytest.raises(FileUnavailableError) as problem:
        fetch_file("core", sha256_of(RIGHT), sources, cache)
    for part in (
        f"Cannot get core with the sha256 {sha256_of(RIGHT)}",
        f"bad: refused, its sha256 is {sha256_of(WRONG)}",
        "empty: [Errno 2] No such file",
        "make site PYODIDE=FOLDER",
    ):
        assert part in str(problem.value)
    assert list(cache.iterdir()) == []


def test_a_wrong_file_in_the_cache_is_replaced(tmp_path, cache):
    """The cache is checked, too."""
    (cache / "core").write_bytes(WRONG)
    sources = {"good": source(tmp_path, "good", core=RIGHT)}
    assert fetch_file("core", sha256_of(RIGHT), sources, cache).read_bytes() == RIGHT


def test_a_package_comes_with_its_dependencies(tmp_path, cache, monkeypatch):
    """The packages asked for and their dependencies are fetched, and no others."""
    packages = {
        name: {"depends": depends, "file_name": f"{name}-wheel", "sha256": sha256_of(name.encode())}
        for name, depends in {"a-b": ["c"], "c": ["A_B"], "unasked": []}.items()
    }
    lock = json.dumps({"packages": packages}).encode()
    monkeypatch.setattr(fetch_pyodide, "CORE", {fetch_pyodide.LOCK: sha256_of(lock)})
    monkeypatch.setattr(fetch_pyodide, "PACKAGES", ("A_b",))
    files = {"a-b-wheel": b"a-b", "c-wheel": b"c", "unasked-wheel": b"unasked"}
    full = source(tmp_path, "full", **{fetch_pyodide.LOCK: lock}, **files)
    fetched = fetch_distribution({"full": full}, cache)
    assert [file.name for file in fetched] == [fetch_pyodide.LOCK, "a-b-wheel", "c-wheel"]


def test_dependencies_are_found_once_each():
    """Packages that need each other are no endless loop."""
    packages = {"a": {"depends": ["b", "b"]}, "b": {"depends": ["a"]}}
    assert with_dependencies(packages, ["b", "a"]) == ["a", "b"]


def test_a_folder_that_does_not_exist_is_refused_by_a_sentence(tmp_path):
    """A mistyped name is not passed over."""
    code, message = run_main("--folder", str(tmp_path / "nowhere"))
    assert code == 1
    assert message.startswith(f"There is no folder {tmp_path / 'nowhere'}.")


def test_without_a_network_the_message_names_the_cure(tmp_path, cache):
    """An address that does not answer is one source among others."""
    address = "http://127.0.0.1:9/"  # where nothing listens
    sources = {address: fetch_pyodide.web_source(address)}
    with pytest.raises(FileUnavailableError, match="make site PYODIDE=FOLDER") as problem:
        fetch_file("core", sha256_of(RIGHT), sources, cache)
    assert "127.0.0.1:9/: <urlopen error" in str(problem.value)


def test_a_failed_download_by_pip_says_why(monkeypatch):
    """The last line of pip's own message is kept."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    with pytest.raises(OSError, match=r"No matching distribution found for lark==0\.0\.1"):
        pip_download("lark-0.0.1-py3-none-any.whl")


def test_nothing_of_pyodide_is_in_the_repository():
    """No file that git keeps is a wheel, an archive or WebAssembly."""
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    endings = (".whl", ".wasm", ".zip", ".tgz", ".asm.js")
    assert [name for name in kept.stdout.split() if name.endswith(endings)] == []


def test_the_cached_core_has_the_right_hashes():
    """Every file of the core in this machine's cache is the one that its makers released."""
    kept = [name for name in fetch_pyodide.CORE if (fetch_pyodide.CACHE / name).is_file()]
    hashes = {name: sha256_of((fetch_pyodide.CACHE / name).read_bytes()) for name in kept}
    assert hashes == {name: fetch_pyodide.CORE[name] for name in kept}
