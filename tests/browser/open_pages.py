"""The pages of the site and the ways in which a test opens them."""

from tools.project import toc_pages

TOC_PAGES = toc_pages()
PAGES = [*TOC_PAGES, "search", "genindex"]
WIDTHS = (390, 768, 1280)  # a phone, a tablet, a desktop
THEMES = ("light", "dark")
ALL_LAID_OUT = ".bd-article * { content-visibility: visible !important; }"
SETTLED = """async () => {
  const late = (part) => part.scrollWidth > part.clientWidth && part.tabIndex < 0;
  while ([...document.querySelectorAll("pre")].some(late)) await new Promise(requestAnimationFrame);
}"""


def open_page(page, address, name, width=1280, theme="light"):
    """Open a page of the site at a width, in a theme, and wait until it has settled."""
    resize(page, width, theme)
    page.goto(f"{address}{name}.html")
    page.wait_for_load_state("networkidle")


def resize(page, width, theme):
    """Give the open page another width and another theme."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.evaluate(SETTLED)  # a moment after its width has changed
