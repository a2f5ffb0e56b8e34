"""A server of the built site, on this machine alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any


class SiteHandler(SimpleHTTPRequestHandler):
    """Serves a folder below /book/, as a project's pages are, and prints nothing."""

    def translate_path(self, path: str) -> str:
        """Return the file of an address; what is not below /book/ does not exist."""
        inside = path.removeprefix("/book")
        return super().translate_path(inside if inside != path else "/no-such-folder")

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


@contextmanager
def serve(site: Path, handler: type[SiteHandler] = SiteHandler) -> Iterator[str]:
    """Serve the folder of the site and yield its address, which ends in a slash."""
    handle = partial(handler, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handle) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/book/"
        server.shutdown()
