"""The verbs as they are typed: with one Python and another, offline, and where nothing is built."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from conftest import find_pythons, plain_environment

OFFLINE = "http://127.0.0.1:9/"  # where nothing answers
NO_PACKAGES = {"PIP_INDEX_URL": OFFLINE, "PIP_RETRIES": "0"}
OTHERS = {minor: path for minor, path in find_pythons().items() if path != sys.executable}
UNSUPPORTED = sorted(Path.home().glob(".pyenv/versions/3.1[04].*/bin/python"))


def make(folder, *arguments, env=None, **options):
    """Type a verb in a folder; return the exit code and what was said."""
    done = subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=folder,
        env=plain_environment(**(env or {})),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )
    return done.returncode, done.stdout


@pytest.fixture
def fresh(project, tmp_path):
    """Return a copy of the project in which no verb was typed."""
    return shutil.copytree(project, tmp_path / "course")


@pytest.fixture(scope="module", params=OTHERS.items(), ids=lambda item: item[0])
def built(request, project, tmp_path_factory):
    """Return a copy in which the book was built with a Python that is not that of the tests."""
    folder = shutil.copytree(project, tmp_path_factory.mktemp("built") / "course")
    minor, python = request.param
    code, said = make(folder, f"PYTHON={python}", "book")
    assert code == 0, said
    assert said.endswith("To read the course, type: make serve\n")
    return folder, minor


@pytest.mark.skipif(not UNSUPPORTED, reason="pyenv has no Python 3.10 or 3.14")
@pytest.mark.parametrize("python", UNSUPPORTED, ids=lambda path: path.parts[-3])
def test_an_unsupported_python_is_refused(python, fresh):
    """With the verb that was typed, and before anything is made."""
    code, said = make(fresh, f"PYTHON={python}", "book")
    minor = ".".join(python.parts[-3].split(".")[:2])
    assert code != 0
    assert f"needs Python 3.11, 3.12 or 3.13; {python} is {minor}.\n" in said
    assert re.search(r"make PYTHON=python3\.1[123] book\n", said)
    assert not (fresh / ".venv").exists()


def test_a_second_build_is_none_and_a_changed_style_is_seen(built):
    """The later verbs need no PYTHON; a file of _static alone is in the site after a build."""
    folder, minor = built
    code, said = make(folder, "book")
    assert (code, "Nothing has changed" in said) == (0, True)
    style = folder / "_static" / "course.css"
    style.write_text(style.read_text(encoding="utf-8") + "main { --new: 1px; }\n", encoding="utf-8")
    code, said = make(folder, "book")
    assert code == 0, said
    site = folder / "_build" / "html"
    assert "--new: 1px" in (site / "_static" / "all.css").read_text(encoding="utf-8")
    assert f"version = {minor}." in (folder / ".venv" / "pyvenv.cfg").read_text(encoding="utf-8")


def test_a_second_environment_is_made_from_the_first(built):
    """With the Python chosen for the first, although python3 may be another."""
    folder, minor = built
    make(folder, ".venv/lite/ready", env=NO_PACKAGES)
    config = (folder / ".venv" / "lite" / "pyvenv.cfg").read_text(encoding="utf-8")
    assert f"version = {minor}." in config


def test_the_site_is_served_at_a_free_port_with_its_own_404_page(built):
    """Whatever has port 8000; Ctrl-C ends it without a traceback."""
    folder, _ = built
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind(("127.0.0.1", 8000))
            other.listen()
        except OSError:
            pass  # another program has it, which will do as well
        server = subprocess.Popen(
            ["make", "serve"], cwd=folder, env=plain_environment(), start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            # A shell lets its background programs ignore Ctrl-C.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip
        address = re.search(r"http://127\.0\.0\.1:(\d+)/", server.stdout.readline())
        assert int(address[1]) > 8000
        with urlopen(address[0]) as answer:
            assert answer.status == 200
        with pytest.raises(HTTPError, match="404") as missing:
            urlopen(f"{address[0]}chapters/missing.html")
        assert "Page not found" in missing.value.read().decode()
        os.killpg(server.pid, signal.SIGINT)
        assert "Traceback" not in server.communicate(timeout=30)[0]


def test_without_a_network_the_set_up_says_so(fresh):
    """After what pip says."""
    code, said = make(fresh, f"PYTHON={sys.executable}", "test", env=NO_PACKAGES)
    assert code != 0
    assert "They come from the internet: go online, and type again: make test\n" in said
    assert "Traceback" not in said


def test_without_a_network_pyodide_comes_from_a_folder(fresh):
    """The message names the verb that takes it."""
    command = [sys.executable, "-m", "tools.browser_python.fetch_pyodide"]
    env = plain_environment(https_proxy=OFFLINE, HTTPS_PROXY=OFFLINE)
    done = subprocess.run(command, cwd=fresh, env=env, capture_output=True, text=True)
    assert done.returncode == 1
    cure = "put the files into a folder and pass it: make site PYODIDE=FOLDER\n"
    assert done.stderr.endswith(cure)
    assert "Traceback" not in done.stderr


def test_a_folder_of_pyodide_that_is_not_there_is_refused(fresh):
    """Before an environment is made."""
    code, said = make(fresh, "site", "PYODIDE=/nowhere")
    assert code != 0
    assert said.count("\n") == 1
    assert not (fresh / ".venv").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="the system has no file permissions")
def test_a_checkout_that_cannot_be_written_to_is_refused(project):
    """By one sentence for each verb; the list of verbs is printed."""
    nobody = {"user": "nobody"} if os.geteuid() == 0 else {}  # root may write anywhere
    with tempfile.TemporaryDirectory() as folder:
        course = Path(shutil.copytree(project, Path(folder, "course")))
        Path(folder).chmod(0o755)
        course.chmod(0o555)
        for verb in ("book", "test", "notebooks", "site", "clean", "copy", "serve"):
            code, said = make(course, verb, **nobody)
            assert code != 0
            assert f"The folder {course} cannot be written to: copy it" in said
            assert said.count("\n") == 1
        assert make(course, "help", **nobody)[0] == 0
        course.chmod(0o755)


def test_a_word_that_names_no_mutant_is_refused(project):
    """In one sentence."""
    command = [sys.executable, "-m", "tools.mutation", "nosuchword"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.endswith("No mutant has a name that contains nosuchword.\n")
