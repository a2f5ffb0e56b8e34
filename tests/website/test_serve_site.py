"""The server of the site: this machine alone, the next free port, the site's own 404 page."""

import socket
from http.client import HTTPConnection
from threading import Thread

import pytest

from tools import serve_site
from tools.serve_site import open_server


@pytest.fixture
def site(tmp_path):
    """Return a small site."""
    (tmp_path / "chapters").mkdir()
    pages = {"index.html": "first", "404.html": "lost", "chapters/a.html": "a", "a.js": "1"}
    for name, text in pages.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def ask(server, path, method="GET"):
    """Ask a server for an address; return the status, the type and the text of its answer."""
    connection = HTTPConnection(*server.server_address, timeout=30)
    connection.request(method, path)
    answer = connection.getresponse()
    found = answer.status, answer.headers["Content-Type"], answer.read().decode()
    assert answer.headers["Cache-Control"] == "no-cache"
    connection.close()
    return found


@pytest.fixture
def serve(site):
    """Return a function that serves the site below a path and returns the server."""
    servers = []

    def start(path=""):
        servers.append(open_server(site, path, range(1)))  # port 0: whichever is free
        Thread(target=servers[-1].serve_forever, daemon=True).start()
        return servers[-1]

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_pages_and_scripts_are_sent_with_their_types(serve):
    """Whatever types the system's registry has."""
    server = serve()
    assert ask(server, "/") == (200, "text/html", "first")
    assert ask(server, "/chapters/a.html?q=1")[2] == "a"
    assert ask(server, "/a.js") == (200, "text/javascript", "1")


@pytest.mark.parametrize("path", ["/no/such/page.html", "/chapters/", "/index.html/"])
def test_what_is_missing_is_answered_by_the_sites_own_page(path, serve):
    """A folder without a page among it: no folder is listed."""
    assert ask(serve(), path) == (404, "text/html; charset=utf-8", "lost")


def test_a_question_for_the_head_alone_gets_no_body(serve):
    """As HTTP has it."""
    assert ask(serve(), "/missing", method="HEAD") == (404, "text/html; charset=utf-8", "")


def test_a_site_with_an_address_of_its_own_is_served_below_the_same_path(serve):
    """There the links of 404.html lead."""
    server = serve("/course")
    assert ask(server, "/course/chapters/a.html")[2] == "a"
    assert ask(server, "/course/missing")[0] == 404


def test_the_path_is_that_of_the_configured_address(tmp_path):
    """Nothing while there is no address."""
    for address, path in (("", ""), ("https://host.example/course/", "/course")):
        text = f"html:\n  baseurl: '{address}'\n"
        (tmp_path / "_config.yml").write_text(text, encoding="utf-8")
        assert serve_site.site_path(tmp_path) == path


def test_a_port_in_use_is_left_to_its_program(site):
    """The next one that is free is taken; only this machine can reach it."""
    with socket.socket() as other:
        other.bind((serve_site.HOST, 0))
        other.listen()
        taken = other.getsockname()[1]
        with open_server(site, ports=range(taken, taken + 50)) as server:
            assert server.server_port > taken
            assert server.server_address[0] == "127.0.0.1"
        with pytest.raises(SystemExit, match=r"are in use\. End a server and try again"):
            open_server(site, ports=range(taken, taken + 1))


def test_without_a_site_it_says_what_to_type(tmp_path, monkeypatch):
    """In one sentence."""
    monkeypatch.setattr(serve_site, "BUILT", tmp_path)
    with pytest.raises(SystemExit, match=r"^The site is not built yet\. Type: make book$"):
        serve_site.main()
