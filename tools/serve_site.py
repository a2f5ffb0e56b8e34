"""Serve the built site to this machine alone, at the first free port from 8000 on."""

from __future__ import annotations

import os
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from tools.project import BUILT, ROOT

HOST = "127.0.0.1"
PORTS = range(8000, 8100)


class SiteHandler(SimpleHTTPRequestHandler):
    """Sends the files of a folder, and its 404.html instead of what is not there."""

    # On Windows, the registry may name other types, with which a browser runs no script.
    extensions_map = {  # noqa: RUF012, as in the class that it extends
        **SimpleHTTPRequestHandler.extensions_map,
        ".css": "text/css",
        ".js": "text/javascript",
        ".wasm": "application/wasm",
    }

    def __init__(self, *request: Any, site_path: str = "", **options: Any) -> None:
        self.site_path = site_path
        super().__init__(*request, **options)

    def translate_path(self, path: str) -> str:
        """Return the file of an address below the path of the site."""
        return super().translate_path(path.removeprefix(self.site_path))

    def end_headers(self) -> None:
        """Let the browser ask each time, since the site may have been built again."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def list_directory(self, path: str | os.PathLike[str]) -> None:
        """List no folder; the servers that publish the site do not either."""
        self.send_error(404)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Send the site's own page if something is missing."""
        page = Path(self.directory, "404.html")
        if code != 404 or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Print nothing, so that the address stays in sight."""


class SiteServer(ThreadingHTTPServer):
    """Serves several requests at once; a port that another program serves is not free."""

    allow_reuse_address = os.name != "nt"  # Windows would let two programs share it

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that no longer waits for its answer."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def site_path(root: Path = ROOT) -> str:
    """Return the path of the site's own address, at which 404.html finds its way back."""
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    address: str = config["html"]["baseurl"]
    return urlsplit(address).path.rstrip("/")


def open_server(site: Path, path: str = "", ports: range = PORTS) -> SiteServer:
    """Return a server of the folder of the site, at the first port that is free."""
    handler = partial(SiteHandler, directory=str(site), site_path=path)
    for port in ports:
        try:
            return SiteServer((HOST, port), handler)
        except OSError:  # another program has it
            continue
    sys.exit(f"All ports from {ports[0]} to {ports[-1]} are in use. End a server and try again.")


def main() -> None:
    """Serve the site until Ctrl-C."""
    if not (BUILT / "index.html").is_file():
        sys.exit("The site is not built yet. Type: make book")
    path = site_path()
    with open_server(BUILT, path) as server:
        print(f"The site is at http://{HOST}:{server.server_port}{path}/ (Ctrl-C ends this)")
        sys.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
