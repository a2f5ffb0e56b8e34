"""Fewer and smaller assets: no page loads a script, a style rule or a file that nothing uses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from zlib import crc32

import tinycss2
from bs4 import BeautifulSoup
from tinycss2.ast import Node

from tools.project import ROOT
from tools.replace_in_foreign_text import replace_once

SEARCH_SCRIPTS = ("searchtools.js", "language_data.js", "searchindex.js")
UNUSED_SCRIPTS = ("fontawesome.js", "design-tabs.js")  # our style sheet has the icons; no tabs
WITH_WORK = ".question, .run-bar"  # of the reader, which kept_work.js keeps
PRUNED_SHEETS = ("styles/*-theme.css", "sphinx-design.min.css", "mystnb.*.css")
JOINED_SHEET = "all.css"  # the theme's style sheets and ours, in one file: fewer to wait for
UNUSED_FILES = ("*.map", "fontawesome*", "design-tabs.js", "locales")
SOURCE_MAP = "//# sourceMappingURL="
OPTIONAL_IN = ("not", "is", "where")  # of these, a selector can match without each name inside
RUN_SCRIPTS = ROOT / "tools" / "browser_python" / "run"  # `make site` adds them to the site later
NAME = re.compile(r"[\w-]+")


def optimize_page(page: BeautifulSoup) -> list[str]:
    """Let a page load only what it uses; return the names of the style sheets that it had."""
    drop_scripts(page)
    defer_scripts(page)
    name_imported_sheet(page)
    return join_sheets(page)


def drop_scripts(page: BeautifulSoup) -> None:
    """Remove from a page the scripts that do nothing on it, and any that it loads a second time."""
    search = () if page.find(id="search-results") else SEARCH_SCRIPTS
    work = () if page.select(WITH_WORK) else ("kept_work.js",)
    unused = (*UNUSED_SCRIPTS, *search, *work)
    seen: set[str] = set()
    for tag in page.select("script, link[rel=preload]"):
        address = str(tag.get("src") or tag.get("href") or "")
        if address.split("?")[0].endswith(unused) or str(tag) in seen:
            tag.decompose()
        else:
            seen.add(str(tag))


def defer_scripts(page: BeautifulSoup) -> None:
    """Let a page appear before its scripts have loaded, except for the options that others read."""
    if page.find(id="search-results"):
        return  # its scripts ask for each other while it loads
    for tag in page.select('head script[src]:not([src*="documentation_options.js"])'):
        tag["defer"] = ""


def name_imported_sheet(page: BeautifulSoup) -> None:
    """Replace the theme's style sheet, which only imports another, by that other one."""
    links = page.select("link[rel=stylesheet][href]")
    if any(JOINED_SHEET in link["href"] for link in links):
        return  # an earlier build did it
    for link in links:
        path = str(link["href"]).split("?")[0]
        if path.endswith("styles/theme.css"):
            link["href"] = replace_once(path, "styles/theme.css", "basic.css", file=path)
            return
    found = ", ".join(str(link["href"]) for link in links)
    raise ValueError(f"a page of the theme must load styles/theme.css; it loads {found}")


def join_sheets(page: BeautifulSoup) -> list[str]:
    """Replace the style sheets of a page by a single one; return their names.

    A browser's cache learns from the query of the address when one of them has changed.
    """
    first, *others = page.select('link[rel=stylesheet][href*="_static/"]')
    if not others:
        return []
    root = str(first["href"]).partition("_static/")[0]
    addresses = [str(link["href"]).removeprefix(f"{root}_static/") for link in (first, *others)]
    first["href"] = f"{root}_static/{JOINED_SHEET}?v={crc32(''.join(addresses).encode()):x}"
    for link in others:
        link.decompose()
    return [address.partition("?")[0] for address in addresses]


def optimize_files(site: Path, sheets: list[str]) -> None:
    """Reduce the files of the site to what its pages use, and write the joined style sheet."""
    prune_sheets(site)
    write_joined_sheet(site, sheets)
    delete_unused_files(site)


def prune_sheets(site: Path) -> None:
    """Remove from the theme's style sheets the rules that nothing on the site matches."""
    used = names_in_use(site)
    for pattern in PRUNED_SHEETS:
        for path in _found(site / "_static", pattern):
            sheet = prune_sheet(path.read_text(encoding="utf-8"), used)
            path.write_text(sheet, encoding="utf-8")


def names_in_use(site: Path) -> set[str]:
    """Return every word of the pages and scripts, among them each class and id in use."""
    files = [*site.rglob("*.html"), *(site / "_static").rglob("*.js"), *RUN_SCRIPTS.glob("*.js")]
    ours = [path for path in files if "lite" not in path.parts]
    return {word for path in ours for word in NAME.findall(path.read_text(encoding="utf-8"))}


def prune_sheet(sheet: str, used: set[str]) -> str:
    """Return a style sheet without the selectors that need a class or an id not in use."""
    return "".join(_kept_rules(tinycss2.parse_stylesheet(sheet, True, True), used))


def _kept_rules(rules: list[Node], used: set[str]) -> list[str]:
    """Return as text the rules that can match, those within @media and @supports among them."""
    kept = []
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [each for each in _selectors(rule.prelude) if _can_match(each, used)]
            if selectors:
                head = ",".join(map(tinycss2.serialize, selectors))
                kept.append(f"{head}{{{tinycss2.serialize(rule.content)}}}")
        elif rule.type == "at-rule" and rule.at_keyword in ("media", "supports"):
            inner = _kept_rules(tinycss2.parse_rule_list(rule.content, True, True), used)
            if inner:
                head = tinycss2.serialize(rule.prelude)
                kept.append(f"@{rule.at_keyword}{head}{{{''.join(inner)}}}")
        elif rule.type == "at-rule" and "Font Awesome" not in rule.serialize():
            kept.append(rule.serialize())
    return kept


def _selectors(prelude: list[Node]) -> list[list[Node]]:
    """Split the tokens before a rule's block at their commas; one in brackets is no token here."""
    selectors: list[list[Node]] = [[]]
    for token in prelude:
        if token == ",":
            selectors.append([])
        else:
            selectors[-1].append(token)
    return selectors


def _can_match(selector: list[Node], used: set[str]) -> bool:
    """Whether all classes and ids that a selector needs are in use."""
    return all(name in used for name in _required_names(selector))


def _required_names(tokens: list[Node]) -> Iterable[str]:
    """Give the classes and ids without which a selector matches nothing."""
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "hash" or (token.type == "ident" and before == "."):
            yield token.value
        elif token.type == "function" and token.lower_name not in OPTIONAL_IN:
            yield from _required_names(token.arguments)


def write_joined_sheet(site: Path, sheets: list[str]) -> None:
    """Write the one style sheet of the site, which has all others in their order."""
    texts = [(site / "_static" / name).read_text(encoding="utf-8") for name in sheets]
    (site / "_static" / JOINED_SHEET).write_text("\n".join(texts), encoding="utf-8", newline="\n")


def delete_unused_files(site: Path) -> None:
    """Delete the files that no page loads, and the lines of scripts that name source maps."""
    for path in _found(site / "_static" / "scripts", "*.js"):
        script, line, last = path.read_text(encoding="utf-8").rpartition(SOURCE_MAP)
        if not line:
            raise ValueError(f"{path} must end in a line {SOURCE_MAP}; got {last[-40:]!r}")
        path.write_text(script, encoding="utf-8")
    for pattern in UNUSED_FILES:
        for path in _found(site / "_static", f"**/{pattern}"):
            for file in [path] if path.is_file() else path.rglob("*.*"):
                file.unlink()


def _found(folder: Path, pattern: str) -> list[Path]:
    """Return the files of a pattern; refuse one that the theme no longer has."""
    paths = sorted(folder.glob(pattern))
    if not paths:
        raise ValueError(f"{folder} must have a file {pattern}; found none")
    return paths
