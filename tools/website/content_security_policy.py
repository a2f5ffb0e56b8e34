"""The Content-Security-Policy of a page: the browser loads and runs only what the site serves."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from bs4 import BeautifulSoup

# `wasm-unsafe-eval` lets Python run as WebAssembly; `unsafe-inline` allows styles of elements.
DIRECTIVES = {
    "default-src": "'self'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}
HEADER = "Content-Security-Policy"


def script_hash(script: str) -> str:
    """Return the source expression by which a policy allows an inline script."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def policy(page: BeautifulSoup, *others: str) -> str:
    """Return the policy of a page, which allows the inline scripts that the page has now.

    It also allows `others`: the inline scripts of a window that the page opens, which inherits
    the policy.
    """
    inline = [tag.get_text() for tag in page.find_all("script") if not tag.get("src")]
    hashes = sorted({script_hash(script) for script in [*inline, *others]})
    directives = {**DIRECTIVES, "script-src": " ".join([DIRECTIVES["script-src"], *hashes])}
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def declare(page: BeautifulSoup, *others: str) -> None:
    """Write the policy into the page's head, before anything that it governs."""
    for old in page.find_all("meta", attrs={"http-equiv": HEADER}):
        old.decompose()
    meta = page.new_tag("meta", attrs={"http-equiv": HEADER, "content": policy(page, *others)})
    page.select("head > meta[charset]")[0].insert_after(meta)
