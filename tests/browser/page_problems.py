"""The problems of a page: everything that goes wrong while a test has it open."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

PROBLEMS: dict[Any, list[str]] = {}


def page_problems(page: Any) -> list[str]:
    """Return what went wrong on a page so far, and forget it."""
    found, PROBLEMS[page][:] = [*PROBLEMS[page]], []
    return found


def watch(context: Any) -> list[str]:
    """Return a list to which the errors, failed requests and foreign requests will be added."""
    found: list[str] = []

    def request(request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob", "file") and parts.hostname != "127.0.0.1":
            found.append(f"foreign request: {request.url}")

    def response(response: Any) -> None:
        if response.status >= 400:
            found.append(f"{response.status}: {response.url}")

    def console(message: Any) -> None:
        if message.type in ("error", "warning"):
            found.append(f"console: {message.text}")

    context.on("request", request)
    context.on("response", response)
    context.on("requestfailed", lambda request: found.append(f"failed: {request.url}"))
    context.on("console", console)
    context.on("weberror", lambda error: found.append(f"error: {error.error}"))
    return found
