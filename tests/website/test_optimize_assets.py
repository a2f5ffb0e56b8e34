"""Fewer and smaller assets: what a page loads, and which rules of a style sheet are kept."""

import pytest
from bs4 import BeautifulSoup

from tools.website.optimize_assets import (
    JOINED_SHEET,
    delete_unused_files,
    drop_scripts,
    join_sheets,
    name_imported_sheet,
    prune_sheet,
    prune_sheets,
    write_joined_sheet,
)


def parse(html):
    """Parse a page."""
    return BeautifulSoup(html, "html.parser")


def test_style_sheets_are_joined_in_their_order(tmp_path):
    """The address of the one is another when that of any of the many is; done once, it is done."""
    links = "".join(
        f"<link rel=stylesheet href='../_static/{name}'>" for name in ("b.css?v=1", "a.css")
    )
    page, other = parse(links), parse(links.replace("v=1", "v=2"))
    assert join_sheets(page) == join_sheets(other) == ["b.css", "a.css"]
    assert str(page) != str(other)
    assert join_sheets(page) == []
    (tmp_path / "_static").mkdir()
    for name in "ab":
        (tmp_path / "_static" / f"{name}.css").write_text(name)
    write_joined_sheet(tmp_path, ["b.css", "a.css"])
    assert (tmp_path / "_static" / JOINED_SHEET).read_text() == "b\na"


def test_a_sheet_loses_the_rules_that_nothing_uses():
    """What may apply stays, within an @media too; what asks for an unknown class or id goes."""
    sheet = "p{a:b} .in,.out p{a:b} #out{a:b} @media print{.in:not(.out){a:b} .out{a:b}}"
    assert prune_sheet(sheet, {"in"}) == "p{a:b}.in{a:b}@media print{.in:not(.out){a:b}}"


@pytest.mark.parametrize(
    ("selectors", "kept"),
    [
        (".in:not(.out, .out .in)", ".in:not(.out, .out .in)"),  # commas in brackets split nothing
        (":is(.out,:not(.in,p)) p", ":is(.out,:not(.in,p)) p"),
        ('[title="a,b)"] p,.out', '[title="a,b)"] p'),
        ('.in[data-x=".out"] p', '.in[data-x=".out"] p'),
        ("p:has(> .out, .in)", ""),
        ("p:nth-child(2n + 1 of .in),#out", "p:nth-child(2n + 1 of .in)"),
        (r".in\:wide, .in", ".in"),
    ],
)
def test_selectors_are_read_as_a_browser_reads_them(selectors, kept):
    """Commas and names in nested brackets and in strings do not mislead the reader."""
    assert prune_sheet(f"{selectors}{{a:b}}", {"in", "title"}).strip() == (
        f"{kept}{{a:b}}" if kept else ""
    )


def test_the_sheet_that_another_imports_is_named_by_the_page():
    """A theme without it has changed, and is refused; a page that was done before stays."""
    page = parse("<link rel=stylesheet href='_static/styles/theme.css?v=1'>")
    name_imported_sheet(page)
    assert page.link["href"] == "_static/basic.css"
    done = parse(f"<link rel=stylesheet href='_static/{JOINED_SHEET}?v=1'>")
    name_imported_sheet(done)
    assert JOINED_SHEET in done.link["href"]
    with pytest.raises(
        ValueError, match=r"must load styles/theme\.css; it loads _static/styles/other\.css"
    ):
        name_imported_sheet(parse("<link rel=stylesheet href='_static/styles/other.css'>"))


def test_a_script_of_the_theme_that_names_no_source_map_is_refused(tmp_path):
    """The line is deleted where it is found; where it is not, the theme has changed."""
    script = tmp_path / "_static" / "scripts" / "theme.js"
    script.parent.mkdir(parents=True)
    for name in ("theme.js.map", "fontawesome.js", "design-tabs.js", "locales/ar/x.po"):
        file = tmp_path / "_static" / name
        file.parent.mkdir(exist_ok=True, parents=True)
        file.write_text("")
    script.write_text("code()\n//# sourceMappingURL=theme.js.map")
    delete_unused_files(tmp_path)
    assert script.read_text() == "code()\n"
    assert list((tmp_path / "_static").rglob("*.*")) == [script]
    with pytest.raises(ValueError, match=r"sourceMappingURL=; got 'code\(\)\\n'"):
        delete_unused_files(tmp_path)


def test_a_style_sheet_that_the_theme_no_longer_has_is_named(tmp_path):
    """Its rules would otherwise be kept without a word."""
    with pytest.raises(ValueError, match=r"must have a file styles/\*-theme\.css; found none"):
        prune_sheets(tmp_path)


@pytest.mark.parametrize(
    ("part", "kept"), [("", 0), ('<div class="question"></div>', 1), ('<p class="run-bar">', 1)]
)
def test_what_keeps_a_readers_work_is_loaded_where_there_is_some(part, kept):
    """Where a page has questions or cells to run."""
    page = parse(f'<script src="_static/kept_work.js?v=1"></script>{part}')
    drop_scripts(page)
    assert len(page.select("script")) == kept
