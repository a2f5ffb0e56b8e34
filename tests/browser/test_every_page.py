"""Every page as a reader meets it: no error, found by the search, no wider than a phone."""

import json
import re
from itertools import product

import pytest
from accessibility_checks import too_wide
from chromium import CHROMIUM, FLAGS
from open_pages import ALL_LAID_OUT, PAGES, THEMES, TOC_PAGES, WIDTHS, open_page, resize
from page_problems import page_problems

from tools.project import BUILT, ROOT
from tools.slides.slide_pages import DECKS

SHOTS = BUILT.with_name("screenshots")
# What is off the screen is laid out when it comes near: that has happened two frames later.
SETTLED = """() => new Promise((settled) =>
  requestAnimationFrame(() => requestAnimationFrame(settled)))"""
TOO_WIDE = '<p style="width: 999px"></p>'
CHAPTERS = [name for name in TOC_PAGES if name.startswith("chapters/")]


TERMS = {"chapters/notation": "numerator layout"}  # its title is also that of a class


def search_term(name):
    """Return what a reader would search for to find a chapter: the longest word of its title."""
    if name in TERMS:
        return TERMS[name]
    text = (ROOT / name).with_suffix(".md").read_text(encoding="utf-8")
    title = re.search("^# (.*)$", text, re.MULTILINE)[1]
    return max(re.findall(r"\w+", title), key=len)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_without_errors_and_fits(name, page, address, record_property):
    """No error, no lost or foreign request, nothing too wide; pictures of it are kept."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    open_page(page, address, name)
    page.add_style_tag(content=ALL_LAID_OUT)
    for width, theme in product(WIDTHS, THEMES):
        resize(page, width, theme)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        assert too_wide(page) == []
        shot = SHOTS / f"{name.replace('/', '-')}-{width}-{theme}.png"
        page.screenshot(path=shot, full_page=True)
    record_property("screenshots", str(SHOTS))
    print(f"screenshots: {SHOTS}")


@pytest.mark.parametrize("name", [*PAGES, *(f"slides/{name}" for name in DECKS)])
def test_a_page_opened_as_a_file_has_no_errors(name, page, site):
    """Without a server there is no error and no failed request either."""
    page.goto((site / f"{name}.html").as_uri())
    page.wait_for_load_state("networkidle")


def test_an_error_on_a_page_opened_as_a_file_is_noticed(page, tmp_path):
    """A module, which no browser loads from a file, is reported, and so is a missing script."""
    html = '<script type="module" src="module.js"></script><script src="missing.js"></script>'
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    (tmp_path / "module.js").write_text("", encoding="utf-8")
    page.goto((tmp_path / "page.html").as_uri())
    page.wait_for_load_state("networkidle")
    problems = "\n".join(page_problems(page))
    assert "module.js" in problems
    assert "blocked by CORS policy" in problems
    assert "missing.js" in problems


def test_what_is_too_wide_is_noticed(page, address):
    """A box wider than the window is named."""
    open_page(page, address, "index", 390)
    page.evaluate("(box) => document.body.insertAdjacentHTML('beforeend', box)", TOO_WIDE)
    assert too_wide(page) == [TOO_WIDE]


def test_the_policy_stops_a_script_that_the_page_did_not_have(page, address):
    """A script slipped into a page does not run, and the browser says why."""
    open_page(page, address, "index")
    page.evaluate(
        "() => { const slipped = document.createElement('script');"
        " slipped.text = 'window.slipped = true'; document.head.append(slipped); }"
    )
    assert page.evaluate("() => window.slipped") is None
    assert "Content Security Policy" in "".join(page_problems(page))


def test_the_policy_stops_a_call_to_another_host(page, address):
    """Even a script of the page cannot reach another host."""
    open_page(page, address, "index")
    assert (
        page.evaluate("() => fetch('https://elsewhere.example/').catch((e) => e.name)")
        == "TypeError"
    )
    assert "Content Security Policy" in "".join(page_problems(page))


def foreign_requests(log):
    """List what pages asked other hosts for, by the net log of Chromium."""
    asked = [event.get("params", {}) for event in json.loads(log.read_text())["events"]]
    urls = [event["url"] for event in asked if "127.0.0.1" in event.get("initiator", "")]
    return {url for url in urls if url.startswith("http") and "//127.0.0.1" not in url}


def net_log(browser, folder, visit):
    """Let a Chromium that writes down all its requests visit pages; return its log."""
    log = folder / "net.json"
    started = browser.browser_type.launch(
        executable_path=CHROMIUM, args=[*FLAGS, f"--log-net-log={log}"]
    )
    visit(started.new_page())
    started.close()
    return log


def test_chromium_itself_saw_no_foreign_request(browser, address, tmp_path):
    """By the browser's own account, workers included, no page asked another host for anything."""

    def visit(page):
        for name in PAGES:
            open_page(page, address, name)

    assert foreign_requests(net_log(browser, tmp_path, visit)) == set()


def test_a_foreign_request_stands_in_the_log(browser, address, tmp_path):
    """Where no policy stops it, a request to another host is in the log and is found there."""

    def visit(page):
        page.goto(f"{address}_static/logo.svg")
        page.evaluate("() => fetch('https://elsewhere.example/a').catch(() => 0)")

    assert foreign_requests(net_log(browser, tmp_path, visit)) == {"https://elsewhere.example/a"}


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_search_finds_a_chapter_by_its_words(name, page, address):
    """The search page lists the chapter whose word is asked for."""
    page.goto(f"{address}search.html?q={search_term(name)}")
    found = page.locator(f"#search-results .search li a[href*='{name}']")
    found.first.wait_for()  # results appear one after the other
    assert found.count() >= 1


@pytest.mark.parametrize("way", ["pointer", "keyboard"])
def test_a_reference_shows_its_equation(way, page, address):
    """The pointer or the focus on a number shows the equation; Escape hides it."""
    open_page(page, address, "chapters/delta-recursion")
    link = page.locator("[data-preview='equation-start']").first
    link.scroll_into_view_if_needed()
    page.evaluate(SETTLED)
    (link.hover if way == "pointer" else link.focus)()
    preview = page.get_by_role("tooltip")
    assert preview.is_visible()
    assert link.get_attribute("aria-describedby") == preview.get_attribute("id")
    page.keyboard.press("Escape")
    assert not preview.is_visible()


def test_a_wrong_address_leads_back(page, address, site):
    """The page for a wrong address has its looks and its links, however deep the address was."""
    root = address.removesuffix("book/")

    def serve(route):
        path = site / re.sub(r"[?#].*", "", route.request.url.removeprefix(root))
        found = path.is_file()
        route.fulfill(path=path if found else site / "404.html", status=200 if found else 404)

    page.route(f"{root}**", serve)
    page.goto(f"{root}no/such/deep/page.html")
    assert all(
        "no/such/deep/page.html" in problem or "404" in problem for problem in page_problems(page)
    )
    page.get_by_role("link", name="Notation").click()
    assert page.url == f"{root}chapters/notation.html"
