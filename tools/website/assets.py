"""The weight of the site: what the theme brings along and no page needs is left out."""

from __future__ import annotations

import re
from pathlib import Path
from zlib import crc32

import tinycss2
from bs4 import BeautifulSoup

SEARCH = ("searchtools.js", "language_data.js", "searchindex.js")  # asked for by the search page
UNUSED = ("fontawesome.js", "design-tabs.js")  # icons.css has the icons; no page has tabs
SHEETS = ("styles/*-theme.css", "sphinx-design.min.css", "mystnb.*.css")
SHEET = "all.css"  # the sheets above and those of the course, in one file: fewer to wait for
LEFT_OUT = ("*.map", "fontawesome*", "design-tabs.js", "locales")
NAME = re.compile(r"[\w-]+")
CLASS_OR_ID = re.compile(r"[.#](-?[_a-zA-Z][\w-]*)")


def drop_scripts(page: BeautifulSoup) -> None:
    """Remove from a page the scripts that do nothing on it, and the second of two alike."""
    unused = UNUSED if page.find(id="search-results") else UNUSED + SEARCH
    seen: set[str] = set()
    for tag in page.select("script, link[rel=preload]"):
        source = tag.get("src") or tag.get("href") or ""
        if source.split("?")[0].endswith(unused) or str(tag) in seen:
            tag.decompose()
        else:
            seen.add(str(tag))


def defer_scripts(page: BeautifulSoup) -> None:
    """Let a page be shown before its scripts are there, but for the options that others ask for."""
    if page.find(id="search-results"):
        return  # its scripts ask for each other while it loads
    for tag in page.select('head script[src]:not([src*="documentation_options.js"])'):
        tag["defer"] = ""


def load_sheets_at_once(page: BeautifulSoup) -> None:
    """Name the sheet that another one imports, so that the browser need not wait to learn of it."""
    for link in page.select('link[href*="styles/theme.css"]'):
        link["href"] = link["href"].split("?")[0].replace("styles/theme.css", "basic.css")


def join_sheets(page: BeautifulSoup) -> list[str]:
    """Let a page ask for one style sheet in place of many; return the names of the many.

    The address tells a browser's cache when one of them has changed, as theirs did.
    """
    first, *others = page.select('link[rel=stylesheet][href*="_static/"]')
    if not others:
        return []
    root = first["href"].partition("_static/")[0]
    addresses = [link["href"].removeprefix(f"{root}_static/") for link in (first, *others)]
    first["href"] = f"{root}_static/{SHEET}?v={crc32(''.join(addresses).encode()):x}"
    for link in others:
        link.decompose()
    return [address.partition("?")[0] for address in addresses]


def write_sheet(site: Path, names: list[str]) -> None:
    """Write the one style sheet of the site, from those named, in their order."""
    texts = [(site / "_static" / name).read_text(encoding="utf-8") for name in names]
    (site / "_static" / SHEET).write_text("\n".join(texts), encoding="utf-8", newline="\n")


def words(site: Path) -> set[str]:
    """Return every word in the pages and scripts, among them each class and id in use."""
    files = [*site.rglob("*.html"), *(site / "_static").rglob("*.js"), *site.glob("run/*.js")]
    heard = [path for path in files if "lite" not in path.parts]
    return {word for path in heard for word in NAME.findall(path.read_text(encoding="utf-8"))}


def pruned(sheet: str, known: set[str]) -> str:
    """Return a style sheet without the rules whose classes and ids nothing has."""
    return "".join(_kept(tinycss2.parse_stylesheet(sheet, True, True), known))


def _kept(rules: list[tinycss2.ast.Node], known: set[str]) -> list[str]:
    """Return as text the rules that can apply, those within an @media among them."""
    kept = []
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = tinycss2.serialize(rule.prelude)
            if alive := [part for part in _parts(selectors) if _applies(part, known)]:
                kept.append(f"{','.join(alive)}{{{tinycss2.serialize(rule.content)}}}")
        elif rule.type == "at-rule" and rule.at_keyword in ("media", "supports"):
            inner = _kept(tinycss2.parse_rule_list(rule.content, True, True), known)
            if inner:
                head = tinycss2.serialize(rule.prelude)
                kept.append(f"@{rule.at_keyword}{head}{{{''.join(inner)}}}")
        elif rule.type == "at-rule" and "Font Awesome" not in rule.serialize():
            kept.append(rule.serialize())
    return kept


def _parts(selectors: str) -> list[str]:
    """Split a list of selectors at the commas that are outside brackets."""
    return re.split(r",(?![^(\[]*[)\]])", selectors)


def _applies(selector: str, known: set[str]) -> bool:
    """Whether all classes and ids of a selector are known; but those in brackets need not be."""
    asked = re.sub(r":(?:not|is|where)\([^)]*\)|\[[^\]]*\]", "", selector)
    return all(name in known for name in CLASS_OR_ID.findall(asked))


def prune_sheets(site: Path) -> None:
    """Write the theme's style sheets anew, with the rules that the site can use."""
    known = words(site)
    for path in (path for name in SHEETS for path in (site / "_static").glob(name)):
        path.write_text(pruned(path.read_text(encoding="utf-8"), known), encoding="utf-8")


def delete_files(site: Path) -> None:
    """Delete the files that no page loads any more, and what the scripts say of them."""
    for path in (site / "_static" / "scripts").glob("*.js"):
        script = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"//# sourceMappingURL=.*", "", script), encoding="utf-8")
    for pattern in LEFT_OUT:
        for path in [*(site / "_static").rglob(pattern)]:
            for file in [path] if path.is_file() else path.rglob("*.*"):
                file.unlink()
