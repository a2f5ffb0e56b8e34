"""What is checked on an open page: accessibility, the way of the keyboard, and what is too wide."""

from pathlib import Path

import pytest
from open_pages import ALL_LAID_OUT

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
RUN = "async () => (await axe.run()).violations"
REACHABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
WALK = """(reachable) => {
  window.met = new Set();
  window.unseen = [];
  window.expected = [...document.querySelectorAll(reachable)].filter((part) =>
    part.checkVisibility({ visibilityProperty: true }) && !part.disabled && part.tabIndex >= 0);
  document.addEventListener("focusin", ({ target }) => {
    const box = target.getBoundingClientRect(), style = getComputedStyle(target);
    const marked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    const inside = box.width > 0 && box.bottom > 0 && box.top < innerHeight
      && box.right > 0 && box.left < innerWidth;
    if (!marked || !inside) window.unseen.push(target.outerHTML.slice(0, 120));
    window.met.add(target);
  });
  return window.expected.length;
}"""
MISSED = (
    "() => window.expected.filter((p) => !window.met.has(p)).map((p) => p.outerHTML.slice(0, 120))"
)
WIDE = """() => [...document.querySelectorAll("body *")].filter((part) => {
  const scrolls = (up) =>
    up && (getComputedStyle(up).overflowX !== "visible" || scrolls(up.parentElement));
  return part.checkVisibility() && part.getBoundingClientRect().right > innerWidth + 1
    && getComputedStyle(part).position !== "fixed" && !scrolls(part.parentElement);
}).map((part) => part.outerHTML.slice(0, 100))"""


def barriers(page):
    """List what axe-core finds on a page: the rule and the part that breaks it."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm ci --prefix tests/browser")
    page.add_style_tag(content=ALL_LAID_OUT)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(RUN)
    return [f"{rule['id']}: {node['html'][:150]}" for rule in found for node in rule["nodes"]]


def walk(page):
    """Go through a page with the Tab key; list the parts not seen or not reached on the way."""
    for _ in range(page.evaluate(WALK, REACHABLE) + 3):
        page.keyboard.press("Tab")
    return page.evaluate("() => window.unseen"), page.evaluate(MISSED)


def too_wide(page):
    """List the parts of a page that reach beyond the window, and do not scroll."""
    return page.evaluate(WIDE)
