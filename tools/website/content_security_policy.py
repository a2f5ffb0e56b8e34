"""The policy of a page: what the browser may load and run there, all of it from the site."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from bs4 import BeautifulSoup

# `wasm-unsafe-eval` lets Python run as WebAssembly; the styles in question are those of elements.
RULES = {
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


def digest(script: str) -> str:
    """Return the name by which a policy allows a script that stands in the page."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def policy(page: BeautifulSoup, *others: str) -> str:
    """Return the rules for a page: of the scripts written in it, those that it has now may run.

    So may others that a window of it will have, which inherits the rules.
    """
    inside = [tag.get_text() for tag in page.find_all("script") if not tag.get("src")]
    inline = {digest(script) for script in [*inside, *others]}
    rules = {**RULES, "script-src": " ".join([RULES["script-src"], *sorted(inline)])}
    return "; ".join(f"{name} {allowed}" for name, allowed in rules.items())


def declare(page: BeautifulSoup, *others: str) -> None:
    """Write the rules into the page's head, before anything that they govern."""
    for old in page.find_all("meta", attrs={"http-equiv": HEADER}):
        old.decompose()
    meta = page.new_tag("meta", attrs={"http-equiv": HEADER, "content": policy(page, *others)})
    page.head.find("meta", charset=True).insert_after(meta)
